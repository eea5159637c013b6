"""A Postgres and a mirror of it, served beside each other: the two sides of every ratio.

The mirror holds the same rows, so that both sides send the same bytes. Refuses to know what is measured.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import serve
from tests.mirror import make_mirror

# A Postgres that has the memory a server of this size is given, and parallel workers as it ships.
SETTINGS = {"shared_buffers": "1GB", "work_mem": "64MB", "jit": "on", "max_connections": "100"}
DATABASE = "speed"


@dataclass(frozen=True, slots=True)
class Both:
    """postgres, double: connection URIs. double_pid: of the server's process. psql: its path. folder: of the double's releases."""

    postgres: str
    double: str
    double_pid: int
    psql: Path
    folder: Path

    @property
    def sides(self) -> dict[str, str]:
        """URIs by name."""
        return {"double": self.double, "postgres": self.postgres}


@contextmanager
def both(schema: str, policy: str = "", memory: str = "") -> Iterator[Both]:
    """Both servers over what `schema` (SQL for psql) makes. policy: the text of one for the role `postgres`, with quotas and the audit log
    on then. memory: of the double's engine."""
    with EmbeddedPostgres(SETTINGS) as postgres, tempfile.TemporaryDirectory(prefix="pgdouble-bench-") as folder:
        dsn = postgres.create_database(DATABASE)
        postgres.psql(database=DATABASE, stdin=schema)
        postgres.psql("-c", "VACUUM ANALYZE", database=DATABASE)
        asyncio.run(make_mirror(dsn, Path(folder)))
        written = Path(folder) / "policy.yaml" if policy else None
        if written is not None:
            written.write_text(policy, encoding="utf-8")
        state = Path(folder) / "state" if policy else None
        with serve(Path(folder), written, state=state, memory=memory) as double:
            yield Both(dsn, double.dsn(), double.pid, postgres.psql_path, Path(folder))
