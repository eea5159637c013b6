"""Random statements on a real Postgres and on the double, compared in types, values and SQLSTATE.

    python -m tests.oracle.fuzz SEED [COUNT]

Prints each difference, the refusals by their reason, and a last line: `oracle: N statements, E equal, R refused, D different`.
What counts as equal is `verdict.py`'s.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

import psycopg

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.mirror import make_mirror
from tests.oracle.functions.bench import Answer, Bench
from tests.oracle.fuzz.draw import Drawer
from tests.oracle.fuzz.verdict import Verdict, judged
from tests.oracle.fuzz.vocabulary import vocabulary

PROBE = Path(__file__).parents[1] / "functions" / "probe.sql"


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
    found: Counter[Verdict] = Counter()
    reasons: Counter[str] = Counter()
    for _ in range(count):
        statement = drawer.statement()
        real, double = bench.real(statement.sql), answered(bench, statement.sql)
        verdict = judged(bench, statement, real, double)
        found[verdict] += 1
        if verdict is Verdict.REFUSED:
            reasons[double.message] += 1
        elif verdict is Verdict.DIFFERENT:
            print(f"{statement.sql}\n  postgres: {shown(real)}\n  double:   {shown(double)}", flush=True)
    for reason, times in reasons.most_common():
        print(f"refused {times}: {reason}")
    other = found[Verdict.OTHER_ERROR]
    print(f"of the equal ones {other} raised another error of the same statement")
    equal, refused, different = found[Verdict.EQUAL] + other, found[Verdict.REFUSED], found[Verdict.DIFFERENT]
    print(f"oracle: {count} statements, {equal} equal, {refused} refused, {different} different")
    return different


def answered(bench: Bench, sql: str) -> Answer:
    """The double's answer; where the engine refuses what was compiled, its words."""
    try:
        return bench.double(sql)
    except Exception as error:  # noqa: BLE001  whatever a statement ends in is its answer
        return Answer([], sqlstate="XX000", message=f"{type(error).__name__}: {str(error)[:300]}")


def shown(answer: Answer) -> str:
    """On one line."""
    return f"{answer.sqlstate} {answer.message}" if answer.failed else f"{answer.types} {answer.rows}"


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000)))
