"""The real Postgres servers that the double is held against: the embedded 18 and 16, and a distribution's 15 with ICU's en-US and TLS.

The last is another version, under another collation, behind other binaries and without a connection in the clear: what holds
against all is no accident of the first. Refuses to install anything: `.ci/run` does, where it may (`.ci/debian-packages`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from pgdouble.demo.cluster import Cluster
from pgdouble.demo.postgres import EmbeddedPostgres
from tests.certificates import make_certificate

DEBIAN = Path("/usr/lib/postgresql")
HOST_RULES = "hostssl all all 127.0.0.1/32 scram-sha-256\n"


ICU_EN_US = ("--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8")


class InstalledPostgres(Cluster):
    """A distribution's Postgres of one major version; TLS alone. provider: initdb's options for the databases' collation."""

    locale = ()

    def __init__(self, version: str, provider: tuple[str, ...] = ICU_EN_US) -> None:
        super().__init__({"ssl": "on", "ssl_cert_file": "server.crt", "ssl_key_file": "server.key"})
        self.bin = DEBIAN / version / "bin"
        self.locale = (*provider, "--encoding=UTF8")
        self.certificate = Path()

    @property
    def psql_path(self) -> Path:
        """See Cluster."""
        return self.bin / "psql"

    def binaries(self, folder: Path) -> Path:
        """See Cluster. The certificate that clients may trust lies in `folder`, whose name nobody can guess."""
        self.certificate = folder / "server.crt"
        return self.bin

    def prepare(self, home: Path) -> None:
        """See Cluster."""
        data = home / "data"
        for file in make_certificate(data):
            file.chmod(0o600)
            self.give_away(file)
        shutil.copy(data / "server.crt", self.certificate)
        self.certificate.chmod(0o644)
        (data / "pg_hba.conf").write_text(HOST_RULES, encoding="ascii")


class Embedded16(EmbeddedPostgres):
    """PostgreSQL 16 of the same wheel."""

    install = "pginstall"


SERVERS: dict[str, Callable[[], Cluster]] = {
    "18": EmbeddedPostgres, "16": Embedded16, "15": lambda: InstalledPostgres("15"),
}  # fmt: skip
WHEEL = ("18", "16")


def missing(name: str) -> str:
    """Why the server cannot be started here; '' where it can."""
    if name in SERVERS and (name in WHEEL or os.access(DEBIAN / name / "bin" / "initdb", os.X_OK)):
        return ""
    return f"PostgreSQL {name} is not in {DEBIAN / name}: apt-get install postgresql-{name}"
