"""Every declared constraint of the source, verified on the replica by one query each; kept CHECKs are repaired first.

DuckDB declares none of them, clients see them in the catalog, so they must hold. Synthetic rows only: a row that
breaks a CHECK takes the columns concerned from a row that satisfies it. Refuses to know how rows were made.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from policies.errors import PgError
from synth.encode.expressions import quote
from synth.plan.checks import check_expression
from synth.plan.model import BuildPlan, Role, TablePlan
from synth.release.manifest import TableKind
from synth.source.schema import Check, ForeignKey

MOVABLE = frozenset({Role.MODEL, Role.PLACEHOLDER, Role.NULL})


class ReplicaBroken(PgError):
    """The replica does not satisfy a constraint of the source: a fault of the generator, never of the data."""

    sqlstate = "XX000"


def require_constraints(connection: duckdb.DuckDBPyConnection, build: BuildPlan) -> None:
    """Raise ReplicaBroken naming the constraints that do not hold."""
    broken = [name for name, query in constraint_queries(build) if connection.execute(query).fetchone() is not None]
    if broken:
        raise ReplicaBroken(
            f"the generated rows break {', '.join(broken)}",
            hint="Nothing was published; what was spent stays spent. Report it with the output of `pgdouble check`.",
        )


def constraint_queries(build: BuildPlan) -> Iterator[tuple[str, str]]:
    """(name, query that returns a row where the constraint does not hold) of every constraint."""
    for plan in build.tables.values():
        if not plan.generated:
            continue
        name, table = plan.table.qualified, f"t{plan.oid}"
        for column in plan.table.columns:
            if column.not_null:
                yield (
                    f"NOT NULL of {name}.{column.name}",
                    f"SELECT 1 FROM {table} WHERE c{column.attnum} IS NULL LIMIT 1",
                )
        keys = [("PRIMARY KEY", plan.table.primary_key)] if plan.table.primary_key else []
        for kind, key in [*keys, *(("UNIQUE", unique) for unique in plan.table.uniques)]:
            columns = ", ".join(f"c{attnum}" for attnum in key)
            present = " AND ".join(f"c{attnum} IS NOT NULL" for attnum in key)
            listed = ", ".join(plan.table.names(key))
            query = f"SELECT 1 FROM {table} WHERE {present} GROUP BY {columns} HAVING count(*) > 1 LIMIT 1"
            yield f"{kind} of {name} ({listed})", query
        for foreign in plan.table.foreign_keys:
            if build.tables[foreign.target].kind is not TableKind.EXCLUDED:
                yield f"FOREIGN KEY {foreign.name} of {name}", _dangling(plan, foreign)


def _dangling(plan: TablePlan, key: ForeignKey) -> str:
    pairs = " AND ".join(f"s.c{mine} = r.c{theirs}" for mine, theirs in zip(key.columns, key.target_columns))
    present = " AND ".join(f"s.c{mine} IS NOT NULL" for mine in key.columns)
    return f"SELECT 1 FROM t{plan.oid} s ANTI JOIN t{key.target} r ON {pairs} WHERE {present} LIMIT 1"


def repair_checks(connection: duckdb.DuckDBPyConnection, build: BuildPlan) -> list[str]:
    """Make kept CHECKs hold; returns notes on those that DuckDB cannot evaluate. Raises ReplicaBroken."""
    notes, broken = [], []
    for plan in build.tables.values():
        if not plan.generated or not plan.kept_checks:
            continue
        for check in plan.table.checks:
            label = f"CHECK {check.name} of {plan.table.qualified}"
            if "~" in check.definition or not _can_evaluate(connection, plan, check):
                notes.append(f"{label} is not verified: its expression is not understood")
            elif _has_violation(connection, plan, check):
                _repair(connection, plan, check)
        broken += [
            f"CHECK {check.name} of {plan.table.qualified}"
            for check in plan.table.checks
            if "~" not in check.definition
            and _can_evaluate(connection, plan, check)
            and _has_violation(connection, plan, check)
        ]
    if broken:
        raise ReplicaBroken(
            f"the declared domains cannot satisfy {', '.join(broken)}",
            hint="Give the columns bounds or values that satisfy it, or drop checks in the policy's `catalog`.",
        )
    return notes


def _named(plan: TablePlan) -> str:
    """The table with the source's column names, beside rowid."""
    columns = ", ".join(f"c{column.attnum} AS {quote(column.name)}" for column in plan.table.columns)
    return f"(SELECT rowid AS pgdouble_row, {columns} FROM t{plan.oid})"


def _can_evaluate(connection: duckdb.DuckDBPyConnection, plan: TablePlan, check: Check) -> bool:
    try:
        connection.execute(f"SELECT count(*) FROM {_named(plan)} WHERE {check_expression(check.definition)}")
    except duckdb.Error:
        return False
    return True


def _has_violation(connection: duckdb.DuckDBPyConnection, plan: TablePlan, check: Check) -> bool:
    query = f"SELECT 1 FROM {_named(plan)} WHERE ({check_expression(check.definition)}) IS FALSE LIMIT 1"
    return connection.execute(query).fetchone() is not None


def _repair(connection: duckdb.DuckDBPyConnection, plan: TablePlan, check: Check) -> None:
    """Rows that fail take the movable columns of the check from rows that pass; without such, NULL where it may be."""
    expression = check_expression(check.definition)
    movable = [attnum for attnum in check.columns if plan.column(attnum).role in MOVABLE]
    if not movable:
        return
    names = ", ".join(f"{quote(plan.table.column(attnum).name)} AS c{attnum}" for attnum in movable)
    run = connection.execute
    run(f"CREATE TEMP TABLE failing AS SELECT pgdouble_row, row_number() OVER () - 1 AS place FROM {_named(plan)} "
        f"WHERE ({expression}) IS FALSE")  # fmt: skip
    run(f"CREATE TEMP TABLE passing AS SELECT {names}, row_number() OVER () - 1 AS place FROM {_named(plan)} "
        f"WHERE ({expression}) IS NOT FALSE")  # fmt: skip
    found = run("SELECT count(*) FROM passing").fetchone()
    if found is not None and found[0]:
        sets = ", ".join(f"c{attnum} = passing.c{attnum}" for attnum in movable)
        run(f"UPDATE t{plan.oid} SET {sets} FROM failing, passing WHERE t{plan.oid}.rowid = failing.pgdouble_row "
            f"AND passing.place = failing.place % {found[0]}")  # fmt: skip
    elif erasable := [attnum for attnum in movable if not plan.table.column(attnum).not_null]:
        sets = ", ".join(f"c{attnum} = NULL" for attnum in erasable)
        run(f"UPDATE t{plan.oid} SET {sets} WHERE rowid IN (SELECT pgdouble_row FROM failing)")
    run("DROP TABLE failing")
    run("DROP TABLE passing")
