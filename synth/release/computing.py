"""Generated columns of the replica, computed over its synthetic rows; rows on which an expression fails are given others' values.

Stored and virtual ones alike are stored: the replica never changes. A row that Postgres could not hold (an overflow, a division by zero,
NULL in NOT NULL) takes what the expression reads from a row on which it does not fail. Refuses to know how expressions are compiled.
"""

from __future__ import annotations

import duckdb

from synth.plan.expressions import Expressions
from synth.plan.model import BuildPlan, ColumnPlan, TablePlan
from synth.release.repair import move

PARTS = 4_096  # of a table, in which failing rows are looked for


def compute_columns(
    connection: duckdb.DuckDBPyConnection, build: BuildPlan, expressions: Expressions, *, moving: bool = True
) -> bool:
    """Fill the computed columns of every generated table. moving: give failing rows others' values. Returns whether any was given, which
    may change what another column, filled before, is computed from."""
    moved = False
    for plan in build.tables.values():
        for column in plan.columns:
            if column.computed is not None:
                query = expressions.query(plan.oid, [column.computed.expression])
                moved |= _fill(connection, plan, column, query, moving)
    return moved


def _fill(connection: duckdb.DuckDBPyConnection, plan: TablePlan, column: ColumnPlan, query: str, moving: bool) -> bool:
    attnum = column.column.attnum
    refused = "v0 IS NULL" if column.column.not_null else "false"
    _compute(connection, plan.oid, query)
    verdict = f"SELECT t.rowid AS row, c.row IS NULL OR {refused} AS fails FROM t{plan.oid} t LEFT JOIN computed c ON c.row = t.rowid"
    moved = moving and move(connection, plan, [attnum], verdict)
    if moved:
        _compute(connection, plan.oid, query)
    # A row on which the expression fails holds nothing, least of all what it held before it was moved.
    connection.execute(
        f"UPDATE t{plan.oid} SET c{attnum} = v0 "
        f"FROM (SELECT t.rowid AS row, v0 FROM t{plan.oid} t LEFT JOIN computed c ON c.row = t.rowid) filled "
        f"WHERE t{plan.oid}.rowid = filled.row"
    )
    return moved


def _compute(connection: duckdb.DuckDBPyConnection, oid: int, query: str) -> None:
    """Temporary table `computed` of (row, v0) without the rows on which the expression fails."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE computed AS SELECT row, v0 FROM ({query}) LIMIT 0")
    bounds = connection.execute(f"SELECT coalesce(min(rowid), 0), coalesce(max(rowid), -1) + 1 FROM t{oid}").fetchone()
    assert bounds is not None
    low, high = bounds
    _insert(connection, query, low, high, max(1, (high - low) // PARTS))


def _insert(connection: duckdb.DuckDBPyConnection, query: str, low: int, high: int, least: int) -> None:
    """Rows low .. high - 1, by halves where one of them fails."""
    try:
        connection.execute(f"INSERT INTO computed SELECT row, v0 FROM ({query}) WHERE row >= {low} AND row < {high}")
    except duckdb.OperationalError:  # a full disk or memory, not the expression
        raise
    except duckdb.Error:
        if high - low > least:
            middle = (low + high) // 2
            _insert(connection, query, low, middle, least)
            _insert(connection, query, middle, high, least)
