"""The second look at printed SQL: every table is found, however it hides, and text that looks like one is none."""

from __future__ import annotations

import json
import threading

import pytest

from proxy.engine.guard import KINDS, Guard
from proxy.pgtypes.errors import StackDepthExceeded

LOOKS = '{"type":"BASE_TABLE","schema_name":"r1"'
FOUND = [
    ("SELECT 1", set()),
    ("SELECT * FROM r1.v1", {("", "r1", "v1")}),
    ("SELECT * FROM a.b.c, d", {("a", "b", "c"), ("", "", "d")}),
    ("SELECT (SELECT max(x) FROM r1.v2) FROM r1.v1 WHERE EXISTS (SELECT 1 FROM r1.v3)", {("", "r1", f"v{n}") for n in (1, 2, 3)}),
    ("WITH q AS (SELECT * FROM r1.v1) SELECT * FROM q UNION SELECT * FROM r1.v2", {("", "r1", "v1"), ("", "", "q"), ("", "r1", "v2")}),
    ("SELECT * FROM read_csv('x')", {("read_csv", "()", "")}),
    ("SELECT * FROM range((SELECT max(x) FROM r1.v9))", {("range", "()", ""), ("", "r1", "v9")}),
    (f"SELECT '{LOOKS}'", set()),
    (f"SELECT 'BASE_TABLE' AS \"BASE_TABLE\" FROM r1.\"{LOOKS.replace(chr(34), chr(34) * 2)}\"", {("", "r1", LOOKS)}),
    ("SELECT ';' FROM r1.v1", {("", "r1", "v1")}),
]  # fmt: skip


@pytest.fixture(scope="module")
def guard() -> Guard:
    return Guard()


@pytest.mark.parametrize(("sql", "tables"), FOUND)
def test_what_is_read(guard: Guard, sql: str, tables: set[tuple[str, str, str]]) -> None:
    assert guard.reads(sql) == tables


@pytest.mark.parametrize(
    "sql", ["SELECT 1; SELECT * FROM secret", "INSERT INTO t SELECT 1", "DROP TABLE t", "SELEC", ";", ""]
)
def test_what_is_not_one_select(guard: Guard, sql: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        guard.reads(sql)


def test_what_is_too_deep(guard: Guard) -> None:
    with pytest.raises(StackDepthExceeded):
        guard.reads("SELECT " + "(1 + " * 5_000 + "1" + ")" * 5_000)


def test_the_type_stands_first_in_every_node(guard: Guard) -> None:
    """What the quick look relies on; where it does not hold, the whole tree is read, so that this costs time and not safety."""
    (text,) = guard._cursor().execute("SELECT json_serialize_sql(?)", ["SELECT * FROM a, range(3)"]).fetchone() or ("",)
    pending, kinds = [json.loads(text)], []
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            if node.get("type") in KINDS:
                kinds.append(next(iter(node)))
            pending += node.values()
        elif isinstance(node, list):
            pending += node
    assert kinds == ["type", "type"]


def test_threads_at_once(guard: Guard) -> None:
    failures: list[object] = []

    def work(number: int) -> None:
        for _ in range(100):
            if guard.reads(f"SELECT * FROM r1.v{number}") != {("", "r1", f"v{number}")}:
                failures.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT (TABLE r1.v1)", "SELECT (FROM r1.v1)", "SELECT 1/**/FROM/**/r1.v1", "SELECT 'x' FROM r1.v1", "SELECT EXISTS(fRoM r1.v1)",
        "SELECT ARRAY(SELECT c1 FROM r1.v1)",
    ],
)  # fmt: skip
def test_short_texts_that_name_a_table_are_parsed(guard: Guard, sql: str) -> None:
    """However it is written, for what names no table is not parsed at all."""
    assert guard.reads(sql) == {("", "r1", "v1")}
