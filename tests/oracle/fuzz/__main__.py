"""Random statements on a real Postgres and on the double, compared in types, values and SQLSTATE.

    python -m tests.oracle.fuzz SEED [COUNT]

Prints each difference, the refusals by their reason, and a last line: `oracle: N statements, E equal, R refused, D different`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

import duckdb
import psycopg

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.mirror import make_mirror
from tests.oracle.functions.bench import Answer, Bench
from tests.oracle.fuzz.draw import Drawer
from tests.oracle.fuzz.vocabulary import vocabulary

PROBE = Path(__file__).parents[1] / "functions" / "probe.sql"
REFUSED = "0A000"


def main(seed: int, count: int) -> int:
    """How many differences."""
    with EmbeddedPostgres() as postgres, tempfile.TemporaryDirectory() as folder:
        dsn = postgres.create_database("fuzz")
        postgres.psql(database="fuzz", stdin=PROBE.read_text(encoding="utf-8"))
        release = asyncio.run(make_mirror(dsn, Path(folder)))
        with psycopg.connect(dsn) as connection:
            forms = vocabulary(connection)
        bench = Bench(dsn, release)
        try:
            return compare(bench, Drawer(forms, seed), count)
        finally:
            bench.close()


def compare(bench: Bench, drawer: Drawer, count: int) -> int:
    """See main."""
    found: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for _ in range(count):
        sql = drawer.statement()
        real, double = bench.real(sql), answered(bench, sql)
        if double.sqlstate == REFUSED:
            found["refused"] += 1
            reasons[double.message] += 1
        elif (real.rows, real.types, real.sqlstate) == (double.rows, double.types, double.sqlstate):
            found["equal"] += 1
        else:
            found["different"] += 1
            print(f"{sql}\n  postgres: {shown(real)}\n  double:   {shown(double)}")
    for reason, times in reasons.most_common(40):
        print(f"refused {times}: {reason}")
    print(
        f"oracle: {count} statements, {found['equal']} equal, {found['refused']} refused, {found['different']} different"
    )
    return found["different"]


def answered(bench: Bench, sql: str) -> Answer:
    """The double's answer; where the engine refuses what was compiled, its words."""
    try:
        return bench.double(sql)
    except (duckdb.Error, RecursionError, ValueError, ArithmeticError, AssertionError, KeyError) as error:
        return Answer([], sqlstate="XX000", message=f"{type(error).__name__}: {str(error)[:300]}")


def shown(answer: Answer) -> str:
    """On one line."""
    return f"{answer.sqlstate} {answer.message}" if answer.failed else f"{answer.types} {answer.rows}"


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000)))
