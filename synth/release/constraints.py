"""Every declared constraint of the source, verified on the replica by one query each; kept CHECKs are repaired first.

DuckDB declares none of them, clients see them in the catalog, so they must hold. Synthetic rows only: a row that
breaks a CHECK, or fits no partition, takes the columns concerned from a row that does not. Refuses to know how rows were made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import duckdb
import numpy as np

from policies.errors import PgError
from synth.plan.expressions import Expressions
from synth.plan.model import BuildPlan, TablePlan
from synth.release.computing import compute_columns, compute_table, failing_rows
from synth.release.manifest import TableKind
from synth.release.partitions import lost_rows
from synth.release.redraw import candidates
from synth.release.repair import movable, move, passes, shuffle
from synth.source.schema import ForeignKey

ROUNDS = (
    2  # of mending rule by rule and computing anew what was moved, before all of a table's rules are mended together
)
DEALS = 16  # of a table of which no row passes all rules
DRAWS = 16  # of candidates, where no deal gave one


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


def repair_rules(connection: duckdb.DuckDBPyConnection, build: BuildPlan, expressions: Expressions) -> list[str]:
    """Compute what is generated, make kept CHECKs hold and rows fit their partitions; nothing is moved after that. Returns notes on CHECKs
    that fail to be computed over these rows. Raises ReplicaBroken."""
    for _ in range(ROUNDS):
        failed = compute_columns(connection, build, expressions)
        mended = [_mend(connection, build, plan, expressions) for plan in build.tables.values()]
        if not (failed or any(mended)):
            break
    else:
        compute_columns(connection, build, expressions, moving=False)
        for plan in build.tables.values():
            _mend_together(connection, build, plan, expressions)
        compute_columns(connection, build, expressions, moving=False)
    queries = {
        rule.label: expressions.query(plan.oid, [rule.expression])
        for plan in build.tables.values()
        for rule in plan.rules
        if not rule.bounds
    }
    computed = {label for label, query in queries.items() if _computes(connection, query)}
    broken = [label for label, query in queries.items() if label in computed and _has_violation(connection, query)]
    if broken:
        raise ReplicaBroken(
            f"the declared domains cannot satisfy {', '.join(broken)}",
            hint="Give the columns bounds or values that satisfy it, or drop checks in the policy's `catalog`.",
        )
    return [
        f"{label} is not verified: it cannot be computed for some rows" for label in queries if label not in computed
    ]


def _mend(connection: duckdb.DuckDBPyConnection, build: BuildPlan, plan: TablePlan, expressions: Expressions) -> bool:
    """Move values in rows that break a rule, rule by rule; whether any row did."""
    failed = False
    for columns, verdict in _verdicts(connection, build, plan, expressions):
        failed |= move(connection, plan, columns, verdict)
    return failed


def _mend_together(
    connection: duckdb.DuckDBPyConnection, build: BuildPlan, plan: TablePlan, expressions: Expressions
) -> None:
    """Rules that share columns may undo each other's work for ever, but a row that passes all of them, and can hold all that is computed
    from it, can lend what all of them read. Where no row does, the columns are shuffled; where that gives none either, rows are drawn
    from the declared domains."""
    every, verdict = _joint_verdict(connection, build, plan, expressions)
    if not movable(plan, every):
        return
    for _ in range(DEALS):
        if passes(connection, verdict):
            move(connection, plan, every, verdict)
            return
        shuffle(connection, plan, every)
        compute_table(connection, plan, expressions, moving=False)
        _, verdict = _joint_verdict(connection, build, plan, expressions)
    rng = np.random.default_rng()
    for _ in range(DRAWS):
        with candidates(connection, plan, every, rng):
            compute_table(connection, plan, expressions, moving=False)
            _, verdict = _joint_verdict(connection, build, plan, expressions)
            if passes(connection, verdict):
                move(connection, plan, every, verdict)
                return
    _, verdict = _joint_verdict(connection, build, plan, expressions)
    move(connection, plan, every, verdict)


def _joint_verdict(
    connection: duckdb.DuckDBPyConnection, build: BuildPlan, plan: TablePlan, expressions: Expressions
) -> tuple[frozenset[int], str]:
    """(columns that anything asked of a row reads, query of (row, whether it fails any of it))."""
    asked = [*failing_rows(connection, plan, expressions), *_verdicts(connection, build, plan, expressions)]
    union = " UNION ALL ".join(verdict for _, verdict in asked)
    every = frozenset[int]().union(*(columns for columns, _ in asked))
    return every, f"SELECT row, bool_or(fails) AS fails FROM ({union}) GROUP BY row"


def _verdicts(
    connection: duckdb.DuckDBPyConnection, build: BuildPlan, plan: TablePlan, expressions: Expressions
) -> Iterator[tuple[Collection[int], str]]:
    """(columns, query of (row, fails)) of each rule and of the partitions' bounds, each made when its turn has come."""
    for rule in plan.rules:
        query = expressions.query(plan.oid, [rule.expression])
        if _computes(connection, query):
            yield rule.columns, f"SELECT row, v0 IS FALSE AS fails FROM ({query})"
    if plan.generated and (found := lost_rows(connection, build, plan, expressions)):
        yield found


def _computes(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    try:
        connection.execute(f"SELECT count(v0) FROM ({query})")
    except duckdb.OperationalError:  # a full disk or memory, not the expression
        raise
    except duckdb.Error:
        return False
    return True


def _has_violation(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    return connection.execute(f"SELECT 1 FROM ({query}) WHERE v0 IS FALSE LIMIT 1").fetchone() is not None
