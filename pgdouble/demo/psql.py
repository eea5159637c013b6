"""Ask a server one question through psql and keep what it printed.

Knows how to run psql and nothing of what is asked. The password travels in the environment, never on a command line.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Server:
    """Where to ask, as whom."""

    psql: Path
    host: str
    port: int
    user: str
    password: str
    database: str

    def environment(self) -> dict[str, str]:
        """libpq's variables, on top of the caller's."""
        return {
            **os.environ,
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": self.database,
            "PGCONNECT_TIMEOUT": "10",
            "PGCLIENTENCODING": "UTF8",
            "PGTZ": "UTC",
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What psql printed. sqlstate is '' where the statement went through."""

    text: str
    sqlstate: str

    @property
    def header(self) -> str:
        """The line of column names."""
        return re.sub(r"\s+", " ", self.text.split("\n", 1)[0]).strip()

    @property
    def has_rows(self) -> bool:
        """Whether at least one row came back."""
        return not self.sqlstate and not self.text.rstrip().endswith("(0 rows)") and bool(self.text.strip())


def ask(server: Server, sql: str) -> Answer:
    """Run one statement or meta-command."""
    command = [
        str(server.psql),
        "--no-psqlrc",
        "--quiet",
        "--set=VERBOSITY=verbose",
        "--pset=pager=off",
        "--command",
        sql,
    ]
    done = subprocess.run(
        command, env=server.environment(), capture_output=True, text=True, check=False, timeout=TIMEOUT_S
    )
    if done.returncode == 0:
        return Answer(done.stdout.rstrip("\n"), "")
    found = re.search(r"(?:ERROR|FATAL):\s+([0-9A-Z]{5}): ", done.stderr)
    lines = [line for line in done.stderr.strip().splitlines() if not line.startswith("LOCATION:")]
    return Answer("\n".join(lines), found.group(1) if found else "08006")
