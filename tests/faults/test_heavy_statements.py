"""Statements that are large, deep or wide: each is answered as Postgres would or refused with a reason, and holds up nobody else.

No clock is asserted: another session's short statements are counted while the heavy one is worked on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psycopg
import pytest

from tests.doubles import ServedDouble, serve

DEEP = ("54001", "42601")  # Postgres' parser calls it a syntax error that its stack is exhausted
FINE = ("00000",)


@dataclass(frozen=True)
class Case:
    """A statement and what may be said of it."""

    title: str
    sql: str
    codes: tuple[str, ...]


def _in_list(length: int) -> str:
    return "SELECT count(*) FROM t WHERE id IN (" + ",".join(map(str, range(length))) + ")"


CASES = [
    Case("1 MB of IN list", _in_list(150_000), FINE + DEEP),
    Case("1 MB of VALUES to insert", "INSERT INTO t VALUES " + ",".join(f"({n},'x')" for n in range(90_000)), ("25006",)),
    Case("1 MB of one literal", f"SELECT length('{'x' * 1_000_000}')", FINE),
    Case("1 MB of comment", f"SELECT 1 /* {'(' * 1_000_000} */", FINE + DEEP),
    Case("1 MB of statements", "SELECT 1;" * 100_000 + "x", ("42601",)),
    Case("700 brackets", "SELECT " + "(" * 700 + "1" + ")" * 700, FINE),
    Case("700 additions in brackets", "SELECT " + "(1+" * 700 + "1" + ")" * 700, FINE + DEEP),
    Case("700 subqueries", "SELECT * FROM (" * 700 + "SELECT 1 a" + ") q" * 700, FINE + DEEP),
    Case("2,000 UNION ALL", " UNION ALL ".join(["SELECT 1"] * 2_000), FINE + DEEP),
    Case("2,000 AND", "SELECT " + " AND ".join(["true"] * 2_000), FINE),
    Case("10,000 brackets", "SELECT " + "(" * 10_000 + "1" + ")" * 10_000, FINE + DEEP),
    Case("10,000 additions in brackets", "SELECT " + "(1+" * 10_000 + "1" + ")" * 10_000, FINE + DEEP),
    Case("10,000 calls", "SELECT " + "abs(" * 10_000 + "1" + ")" * 10_000, FINE + DEEP),
    Case("10,000 subqueries", "SELECT * FROM (" * 10_000 + "SELECT 1 a" + ") q" * 10_000, FINE + DEEP),
    Case("10,000 scalar subqueries", "SELECT " + "(SELECT " * 10_000 + "1" + ")" * 10_000, FINE + DEEP),
    Case("10,000 array brackets", "SELECT " + "ARRAY[" * 10_000 + "1" + "]" * 10_000, DEEP),
    Case("10,000 dimensions", "SELECT '" + "{" * 10_000 + "1" + "}" * 10_000 + "'::int[]", ("54000",)),
    Case("10,000 levels of JSON", "SELECT ('" + "[" * 10_000 + "]" * 10_000 + "')::jsonb", FINE + DEEP),
    Case("10,000 rows in rows", "SELECT " + "ROW(" * 10_000 + "1" + ")" * 10_000, FINE + DEEP),
    Case("10 MB of one literal", f"SELECT length('{'x' * 10_000_000}')", FINE + DEEP),
    Case("10 MB of IN list", _in_list(1_300_000), DEEP),
    Case("10 MB of names", "SELECT " + ",".join(["id"] * 3_000_000) + " FROM t", DEEP),
    Case("10 MB of comment", f"SELECT 1 /* {'x' * 10_000_000} */", FINE),
    Case("100,000 brackets", "SELECT " + "(" * 100_000 + "1" + ")" * 100_000, DEEP),
    Case("100,000 additions", "SELECT " + "+".join(["1"] * 100_000), DEEP),
    Case("1,000,000 minus signs", "SELECT " + "- " * 1_000_000 + "1", DEEP),
    Case("100,000 CASE", "SELECT " + "CASE WHEN true THEN " * 100_000 + "1" + " END" * 100_000, DEEP),
    Case("100,000 NOT", "SELECT " + "NOT " * 100_000 + "true", DEEP),
    Case("30,000 array brackets", "SELECT " + "ARRAY[" * 30_000 + "1" + "]" * 30_000, DEEP),
    Case("deep JSON", "SELECT ('" + "[" * 100_000 + "]" * 100_000 + "')::jsonb", DEEP),
]  # fmt: skip


@pytest.fixture(scope="module")
def double(stress: Path) -> Iterator[ServedDouble]:
    with serve(stress) as served:
        yield served


async def _worked_on(double: ServedDouble, sql: str, beside: str = "1", pause_s: float = 0) -> tuple[str, int]:
    """The statement's SQLSTATE, and how often another session got an answer meanwhile.

    beside: a literal of what it asks; pause_s: how long it rests after each answer, where they are not counted.
    """
    heavy, other = await asyncpg.connect(double.dsn()), await asyncpg.connect(double.dsn())
    try:
        task = asyncio.ensure_future(heavy.execute(sql))
        answers = 0
        while not task.done():
            assert (
                await other.fetchval(f"SELECT length('{beside}') + {answers}") == len(beside) + answers
            )  # none is kept
            answers += 1
            await asyncio.sleep(pause_s)
        failure = task.exception()
        assert failure is None or isinstance(failure, asyncpg.PostgresError), failure
        assert await heavy.fetchval("SELECT 2") == 2
        return (failure.sqlstate or "" if failure is not None else "00000"), answers
    finally:
        heavy.terminate()
        other.terminate()


@pytest.mark.parametrize(
    "case", [case for case in CASES if "0,000 " in case.title or "10 MB" in case.title], ids=lambda case: case.title
)
def test_heavy_by_parse(double: ServedDouble, case: Case) -> None:
    """The same by the extended protocol, and the server goes on."""
    with psycopg.connect(double.dsn(), autocommit=True) as connection:
        result = connection.pgconn.prepare(b"", case.sql.encode())
        code = (result.error_field(psycopg.pq.DiagnosticField.SQLSTATE) or b"00000").decode()
        assert code in (*case.codes, "00000")
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_heavy(double: ServedDouble, case: Case) -> None:
    code, _ = asyncio.run(_worked_on(double, case.sql, pause_s=0.02))
    assert code in case.codes


def test_others_are_answered_meanwhile(double: ServedDouble) -> None:
    code, answers = asyncio.run(_worked_on(double, _in_list(30_000)))
    assert code in FINE + DEEP
    assert answers > 20


def test_what_is_merely_long_does_not_wait_behind_what_takes_longest(double: ServedDouble) -> None:
    """Both are compiled in another process, and not in the same one."""
    code, answers = asyncio.run(_worked_on(double, _in_list(150_000), "x" * 40_000))
    assert code in FINE + DEEP
    assert answers > 2


def test_wide_rows_are_encoded_beside_others(double: ServedDouble) -> None:
    wide = "SELECT " + ", ".join(f"i + {n} AS c{n}" for n in range(1_000)) + " FROM generate_series(1, 3000) i"
    code, answers = asyncio.run(_worked_on(double, wide))
    assert code == "00000"
    assert answers > 20


def test_prepared_and_bound(double: ServedDouble) -> None:
    """A long statement that was prepared is compiled once; a long value is read."""
    sql = "SELECT count(*) FROM t WHERE id IN (" + ",".join(map(str, range(20_000))) + ") AND id < %s"
    with psycopg.connect(double.dsn(), autocommit=True) as connection:
        for limit in (10, 20):
            assert connection.execute(sql, (limit,), prepare=True).fetchone() == (limit - 1,)
        assert connection.execute("SELECT length(%s::text)", ("x" * 5_000_000,)).fetchone() == (5_000_000,)
        assert connection.execute("SELECT cardinality(%s::int[])", (list(range(100_000)),)).fetchone() == (100_000,)


def test_commands_that_carry_long_queries(double: ServedDouble) -> None:
    """PREPARE, DECLARE, EXPLAIN and COPY find their query in a long text."""
    query = "SELECT id FROM t WHERE id IN (" + ",".join(map(str, range(1, 10_000))) + ")"
    with psycopg.connect(double.dsn(), autocommit=True) as connection:
        connection.execute(f"PREPARE p AS {query}")
        assert len(connection.execute("EXECUTE p").fetchall()) == 2_000
        connection.execute(f"DECLARE c CURSOR WITH HOLD FOR {query}")
        assert len(connection.execute("FETCH ALL FROM c").fetchall()) == 2_000
        assert connection.execute(f"EXPLAIN {query}").fetchone() is not None
        with connection.cursor().copy(f"COPY ({query}) TO STDOUT") as copy:
            assert sum(1 for _ in copy.rows()) == 2_000
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("PREPARE w AS INSERT INTO t VALUES " + ",".join(f"({n}, 'x')" for n in range(10_000)))


def test_positions_in_long_texts(double: ServedDouble) -> None:
    """Errors found in another process say the same."""
    with psycopg.connect(double.dsn(), autocommit=True) as connection:
        for padding in (10, 5_000, 100_000):
            sql = "SELECT 1; SELECT /*" + "x" * padding + "*/ nix FROM t"
            with pytest.raises(psycopg.errors.UndefinedColumn) as raised:
                connection.execute(sql)
            assert raised.value.diag.statement_position == str(sql.index("nix") + 1)
