"""Rows of the replica that may not stay as they are take values from rows that may: the one way to mend what was drawn column by column.

Synthetic rows in, synthetic rows out, so it costs nothing. Refuses to know why a row fails. A reference is moved as a whole, a key never.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from synth.plan.model import ColumnPlan, Role, TablePlan

MOVABLE = frozenset({Role.MODEL, Role.PLACEHOLDER, Role.NULL})


def movable(plan: TablePlan, columns: Collection[int]) -> list[int]:
    """The columns that may take other rows' values; for a computed one, those that it is computed from."""
    return sorted(attnum for group in groups(plan, columns) for attnum in group)


def groups(plan: TablePlan, columns: Collection[int]) -> list[list[int]]:
    """movable's columns, those together that only move together."""
    found: set[int] = set()
    for attnum in columns:
        computed = plan.column(attnum).computed
        found |= {attnum} if computed is None else computed.reads
    whole = [sorted(key) for key in _loose_references(plan) if found & key]
    inside = {attnum for key in whole for attnum in key}
    return [*([attnum] for attnum in sorted(found - inside) if _is_free(plan.column(attnum))), *whole]


def _is_free(column: ColumnPlan) -> bool:
    return column.role in MOVABLE or (column.role is Role.FORMAT and not column.unique)


def _loose_references(plan: TablePlan) -> list[set[int]]:
    """Columns of each reference that another row's would do for: whole, in no unique set, none of its owner's."""
    table = plan.table
    fixed = {attnum for key in (table.primary_key, *table.uniques) for attnum in key}
    fixed |= set(plan.owner.columns) if plan.owner else set()
    keys = [set(each.key.columns) for each in plan.references]
    return [key for key in keys if not key & fixed and all(key == other or not key & other for other in keys)]


def move(connection: duckdb.DuckDBPyConnection, plan: TablePlan, columns: Collection[int], verdict: str) -> bool:
    """Give failing rows the movable columns of rows that pass; without such, NULL where it may be. verdict: a query of (row, fails).
    Returns whether any row fails."""
    moved = movable(plan, columns)
    run, table = connection.execute, f"t{plan.oid}"
    run(f"CREATE OR REPLACE TEMP TABLE verdict AS {verdict}")
    run("CREATE OR REPLACE TEMP TABLE failing AS "
        "SELECT row, row_number() OVER (ORDER BY row) - 1 AS place FROM verdict WHERE fails")  # fmt: skip
    if not _count(connection, "failing"):
        return False
    if not moved:
        return True
    names = ", ".join(f"c{attnum}" for attnum in moved)
    run(f"CREATE OR REPLACE TEMP TABLE passing AS SELECT {names}, row_number() OVER (ORDER BY row) - 1 AS place "
        f"FROM {table} JOIN verdict ON {table}.rowid = verdict.row WHERE NOT fails")  # fmt: skip
    if found := _count(connection, "passing"):
        sets = ", ".join(f"c{attnum} = passing.c{attnum}" for attnum in moved)
        run(f"UPDATE {table} SET {sets} FROM failing, passing WHERE {table}.rowid = failing.row "
            f"AND passing.place = failing.place % {found}")  # fmt: skip
        return True
    erasable = [attnum for attnum in moved if not plan.table.column(attnum).not_null]
    if erasable:
        sets = ", ".join(f"c{attnum} = NULL" for attnum in erasable)
        run(f"UPDATE {table} SET {sets} WHERE rowid IN (SELECT row FROM failing)")
    return True


def shuffle(connection: duckdb.DuckDBPyConnection, plan: TablePlan, columns: Collection[int]) -> None:
    """Deal the movable columns out to other rows, each by itself: new combinations of the values that there are."""
    table = f"t{plan.oid}"
    for group in groups(plan, columns):
        sets = ", ".join(f"c{attnum} = dealt.c{attnum}" for attnum in group)
        names = ", ".join(f"c{attnum}" for attnum in group)
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE dealt AS SELECT t.row, d.* FROM "
            f"(SELECT rowid AS row, row_number() OVER (ORDER BY rowid) AS place FROM {table}) t JOIN "
            f"(SELECT {names}, row_number() OVER (ORDER BY dice) AS place FROM (SELECT *, random() AS dice FROM {table})) d USING (place)"
        )
        connection.execute(f"UPDATE {table} SET {sets} FROM dealt WHERE {table}.rowid = dealt.row")


def passes(connection: duckdb.DuckDBPyConnection, verdict: str) -> bool:
    """Whether any row passes, or there is none. verdict: a query of (row, fails)."""
    row = connection.execute(
        f"SELECT count(*) = 0 OR count(*) FILTER (WHERE NOT fails) > 0 FROM ({verdict})"
    ).fetchone()
    assert row is not None
    return bool(row[0])


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])
