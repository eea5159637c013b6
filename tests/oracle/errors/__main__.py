"""Statements that must fail on a real Postgres and on the double, compared in SQLSTATE, message, position, detail and hint.

    python -m tests.oracle.errors [SEED] [EACH] [--server 15]

SEED (drawn and printed where it is not given) makes EACH statements for every SQLSTATE, beside the written ones. Prints what
differs, counts by SQLSTATE, and a last line `errors: N statements, S same SQLSTATE, M same message and position, ...`.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.doubles import serve
from tests.mirror import make_mirror
from tests.oracle.errors.compare import FIELDS, Case, Tally, cases
from tests.oracle.errors.statements import TABLES, drawn, written
from tests.pair import Pair
from tests.servers import SERVERS


def main(seed: int, each: int, server: str) -> int:
    """How many statements differ in SQLSTATE, message or position."""
    print(f"seed {seed}, {each} statements for each SQLSTATE")
    with SERVERS[server]() as postgres, tempfile.TemporaryDirectory() as folder:
        dsn = postgres.create_database("errors")
        postgres.psql(database="errors", stdin=TABLES.read_text(encoding="utf-8"))
        asyncio.run(make_mirror(dsn, Path(folder)))
        with serve(Path(folder)) as double:
            return compare(Pair(dsn, double.dsn()), [*written(), *drawn(seed, each)])


def compare(pair: Pair, statements: list[str]) -> int:
    """See main."""
    tally, different = Tally(), 0
    for case in cases(pair, statements):
        tally.add(case)
        different += not case.same("message", "position")
        if not case.same(*FIELDS):
            print(shown(case), flush=True)
    print("\n".join(tally.lines()))
    return different


def shown(case: Case) -> str:
    """The fields that differ, a line a server."""
    names = [name for name in ("sqlstate", *FIELDS) if getattr(case.real, name) != getattr(case.double, name)]
    lines = [f"{case.statement}   [{case.real.sqlstate or 'accepted'}]"]
    for server, told in (("postgres", case.real), ("double", case.double)):
        lines.append(f"  {server + ':':<9} " + ", ".join(f"{name} {getattr(told, name)!r}" for name in names))
    if "sqlstate" in names and "message" not in names:
        lines.append(f"  {case.real.message!r}")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.errors")
    parser.add_argument("seed", type=int, nargs="?", default=secrets.randbelow(10**6))
    parser.add_argument("each", type=int, nargs="?", default=50)
    parser.add_argument("--server", choices=list(SERVERS), default="18")
    chosen = parser.parse_args()
    sys.exit(bool(main(chosen.seed, chosen.each, chosen.server)))
