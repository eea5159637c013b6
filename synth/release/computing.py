"""Generated columns of the replica, computed over its synthetic rows; rows on which an expression fails are given others' values.

Stored and virtual ones alike are stored: the replica never changes. A row that Postgres could not hold (an overflow, a division by zero,
NULL in NOT NULL) takes what the expression reads from a row on which it does not fail. Refuses to know how expressions are compiled.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from synth.plan.expressions import Expressions
from synth.plan.model import BuildPlan, ColumnPlan, TablePlan
from synth.release.repair import move

PARTS = 4_096  # of a table, in which failing rows are looked for


def failing_rows(
    connection: duckdb.DuckDBPyConnection, plan: TablePlan, expressions: Expressions
) -> Iterator[tuple[frozenset[int], str]]:
    """(columns that it is computed from, query of (row, fails)) of each computed column: the rows that cannot hold it."""
    for column in plan.columns:
        if column.computed is not None:
            query = expressions.query(plan.oid, [column.computed.expression])
            _compute(connection, plan.oid, query, column)
            yield column.computed.reads, _verdict(plan, column)


def compute_columns(
    connection: duckdb.DuckDBPyConnection, build: BuildPlan, expressions: Expressions, *, moving: bool = True
) -> bool:
    """Fill the computed columns of every generated table. moving: give failing rows others' values. Returns whether any failed: what they
    are given may change what another column, filled before, is computed from."""
    failed = [compute_table(connection, plan, expressions, moving=moving) for plan in build.tables.values()]
    return any(failed)


def compute_table(
    connection: duckdb.DuckDBPyConnection, plan: TablePlan, expressions: Expressions, *, moving: bool
) -> bool:
    """The same of one table."""
    failed = False
    for column in plan.columns:
        if column.computed is not None:
            query = expressions.query(plan.oid, [column.computed.expression])
            failed |= _fill(connection, plan, column, query, moving)
    return failed


def _fill(connection: duckdb.DuckDBPyConnection, plan: TablePlan, column: ColumnPlan, query: str, moving: bool) -> bool:
    attnum = column.column.attnum
    computed = _compute(connection, plan.oid, query, column)
    failed = moving and move(connection, plan, [attnum], _verdict(plan, column))
    if failed:
        _compute(connection, plan.oid, query, column)
    # A row on which the expression fails holds nothing, least of all what it held before it was moved.
    connection.execute(
        f"UPDATE t{plan.oid} SET c{attnum} = v0 "
        f"FROM (SELECT t.rowid AS row, v0 FROM t{plan.oid} t LEFT JOIN {computed} c ON c.row = t.rowid) filled "
        f"WHERE t{plan.oid}.rowid = filled.row"
    )
    return failed


def _verdict(plan: TablePlan, column: ColumnPlan) -> str:
    """Query of (row, fails) over what was computed."""
    refused = "v0 IS NULL" if column.column.not_null else "false"
    computed = _name(column)
    return f"SELECT t.rowid AS row, c.row IS NULL OR {refused} AS fails FROM t{plan.oid} t LEFT JOIN {computed} c ON c.row = t.rowid"


def _name(column: ColumnPlan) -> str:
    return f"computed{column.column.attnum}"


def _compute(connection: duckdb.DuckDBPyConnection, oid: int, query: str, column: ColumnPlan) -> str:
    """Name of a temporary table of (row, v0) without the rows on which the expression fails."""
    name = _name(column)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT row, v0 FROM ({query}) LIMIT 0")
    bounds = connection.execute(f"SELECT coalesce(min(rowid), 0), coalesce(max(rowid), -1) + 1 FROM t{oid}").fetchone()
    assert bounds is not None
    low, high = bounds
    _insert(connection, name, query, low, high, max(1, (high - low) // PARTS))
    return name


def _insert(connection: duckdb.DuckDBPyConnection, name: str, query: str, low: int, high: int, least: int) -> None:
    """Rows low .. high - 1, by halves where one of them fails."""
    try:
        connection.execute(f"INSERT INTO {name} SELECT row, v0 FROM ({query}) WHERE row >= {low} AND row < {high}")
    except duckdb.OperationalError:  # a full disk or memory, not the expression
        raise
    except duckdb.Error:
        if high - low > least:
            middle = (low + high) // 2
            _insert(connection, name, query, low, middle, least)
            _insert(connection, name, query, middle, high, least)
