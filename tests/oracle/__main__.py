"""Every list of statements on a real Postgres and on a double over a mirror of it, in text and binary, and what that covers.

    python -m tests.oracle [SEED] [--server 15]

Prints differences, refusals by reason, what is not covered and a last line `oracle: N statements, E equal, R refused, D different`;
against the embedded server it writes docs/compatibility.md. Ends with 1 where anything is different.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from pgdouble.demo.shop.load import DATABASE, load_shop
from tests.doubles import serve
from tests.mirror import make_mirror
from tests.oracle.compare import ask
from tests.oracle.run.inventory import inventory
from tests.oracle.run.lists import Asked, calls, queries, written
from tests.oracle.run.report import Report, document, terminal
from tests.oracle.run.verdicts import Side, coverage
from tests.servers import SERVERS, missing

SEED = 20261126
DOCUMENTED = "18"  # the server that the page is about
FOLDER = Path(__file__).parent
PAGE = FOLDER.parents[1] / "docs" / "compatibility.md"
FILLED_BY = {"functions": FOLDER / "functions" / "probe.sql", "relations": FOLDER / "relations.sql"}


@contextmanager
def sources(server: str) -> Iterator[dict[str, str]]:
    """A real Postgres with the shop, the probe table and the relations: database -> DSN."""
    with SERVERS[server]() as postgres:
        asyncio.run(load_shop(postgres))
        found = {"shop": postgres.dsn(DATABASE)}
        for name, script in FILLED_BY.items():
            found[name] = postgres.create_database(name)
            postgres.psql(database=name, stdin=script.read_text(encoding="utf-8"))
        yield found


def run(dsns: Mapping[str, str], releases: Mapping[str, Path], seed: int) -> Report:
    """Ask everything of both."""
    with ExitStack() as stack, psycopg.connect(dsns["functions"]) as connection:
        doubles = {name: stack.enter_context(serve(folder)).dsn() for name, folder in releases.items()}
        sides = {name: Side(dsn, doubles[name]) for name, dsn in dsns.items()}
        for side in sides.values():
            stack.callback(side.close)
        entries = inventory(connection)
        asked = [*written(lambda sql: ask(sides["shop"].source, sql)), *queries(dsns["shop"], seed)]
        asked += calls(entries, seed, lambda sql: ask(sides["functions"].source, sql))
        outcomes = [sides[one.database].outcome(one) for one in distinct(asked)]
        found = [outcome for outcome in outcomes if outcome is not None]
        version = str(connection.info.server_version // 10_000)
        return Report(seed, version, found, coverage(entries, found), len(outcomes) - len(found))


def distinct(asked: list[Asked]) -> list[Asked]:
    """Each statement once."""
    return list({(one.database, one.sql): one for one in reversed(asked)}.values())[::-1]


def main(seed: int, server: str) -> int:
    """The exit code."""
    if because := missing(server):
        print(because, file=sys.stderr)
        return 1
    with sources(server) as dsns, tempfile.TemporaryDirectory() as folder:
        releases = {name: Path(folder) / name for name in dsns}
        for name, dsn in dsns.items():
            asyncio.run(make_mirror(dsn, releases[name]))
        report = run(dsns, releases, seed)
    print("\n".join(terminal(report)))
    if server == DOCUMENTED:
        PAGE.write_text(document(report), encoding="utf-8")
    return int(not report.last_line.endswith(" 0 different"))


def arguments() -> argparse.Namespace:
    """Of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description="Every list, on both.")
    parser.add_argument("seed", type=int, nargs="?", default=SEED)
    parser.add_argument("--server", choices=list(SERVERS), default=DOCUMENTED)
    return parser.parse_args()


if __name__ == "__main__":
    chosen = arguments()
    sys.exit(main(chosen.seed, chosen.server))
