"""Partitions of a replica's table: each holds the root's rows that its bounds admit, and all together hold each row once.

Bounds are source-written text: they route only where the policy keeps them, by the compiler's word and Postgres' own hashes; else rows are
dealt out evenly, which says nothing. Refuses to know the source.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from policies.errors import PgError
from synth.plan.bounds import HASH_CALL, hashed_types, is_referred_to, without_hash
from synth.plan.expressions import Expression, Expressions, NotComputable
from synth.plan.model import BuildPlan, TablePlan
from synth.release.hashing import HASHES, row_hash
from synth.source.binary import TIMESTAMPTZ
from synth.source.schema import Partition, Table


class NotRouted(PgError):
    """Bounds that the replica cannot compute."""

    sqlstate = "0A000"


def lost_rows(
    connection: duckdb.DuckDBPyConnection, build: BuildPlan, plan: TablePlan, expressions: Expressions
) -> tuple[frozenset[int], str] | None:
    """(columns that the bounds read, query of (row, fails)): which rows no partition takes, for those that mend. None where bounds say
    nothing."""
    leaves = _leaves(plan.table)
    if "checks" not in build.kept or not leaves:
        return None
    try:
        _route_by_bounds(connection, plan.table, leaves, expressions)
        return _key(plan.table, leaves, expressions), "SELECT row, leaf IS NULL AS fails FROM routed"
    except (NotComputable, NotRouted):
        return None


def route(
    connection: duckdb.DuckDBPyConnection, build: BuildPlan, plan: TablePlan, expressions: Expressions
) -> list[str]:
    """Temporary table `routed` of (row, leaf's index); rows that no partition takes are dropped or dealt out. Returns notes."""
    leaves = _leaves(plan.table)
    if "checks" not in build.kept or not leaves:
        _route(
            connection, f"SELECT rowid AS row, {f'rowid % {len(leaves)}' if leaves else '-1'} AS leaf FROM t{plan.oid}"
        )
        return []
    try:
        _route_by_bounds(connection, plan.table, leaves, expressions)
    except (NotComputable, NotRouted) as error:
        _route(connection, f"SELECT rowid AS row, rowid % {len(leaves)} AS leaf FROM t{plan.oid}")
        return [
            f"rows of {plan.table.qualified} are dealt out to its partitions, whatever their bounds: {error.message}"
        ]
    return _settle_lost(connection, build, plan, len(leaves))


def write_partitions(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create `t<oid>` of every partition from the root's rows and `routed`."""
    leaves = _leaves(table)
    for partition in table.partitions:
        inside = [index for index, leaf in enumerate(leaves) if _is_below(table, leaf, partition.oid)]
        # A partition lists its columns by its own numbers.
        columns = ", ".join(
            f"c{root} AS c{own}" for root, own in sorted(partition.attnums.items(), key=lambda each: each[1])
        )
        listed = ", ".join(map(str, inside)) or "-1"
        connection.execute(
            f"CREATE TABLE t{partition.oid} AS SELECT {columns or 'true AS c0'} "
            f"FROM t{table.oid} root JOIN routed ON root.rowid = routed.row WHERE leaf IN ({listed}) ORDER BY routed.row"
        )
    connection.execute("DROP TABLE routed")


def _leaves(table: Table) -> list[Partition]:
    return [partition for partition in table.partitions if partition.is_leaf]


def _route(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE routed AS {query}")


def _route_by_bounds(
    connection: duckdb.DuckDBPyConnection, table: Table, leaves: list[Partition], expressions: Expressions
) -> None:
    try:
        _route(connection, _by_bounds(connection, table, leaves, expressions))
    except duckdb.OperationalError:  # a full disk or memory, not the bounds
        raise
    except duckdb.Error:  # its message may quote a value
        raise NotRouted("a bound cannot be computed for some rows") from None


def _is_below(table: Table, leaf: Partition, oid: int) -> bool:
    above = {partition.oid: partition.parent for partition in table.partitions}
    place = leaf.oid
    while place in above:
        if place == oid:
            return True
        place = above[place]
    return False


def _by_bounds(
    connection: duckdb.DuckDBPyConnection, table: Table, leaves: list[Partition], expressions: Expressions
) -> str:
    """(row, leaf) of every row; leaf is NULL where no partition takes it."""
    hashes = {
        key: place for place, key in enumerate(dict.fromkeys(key for leaf in leaves for key, _, _ in _hashes(leaf)))
    }
    for key, place in hashes.items():
        _hash_rows(connection, table, key, f"hashed{place}", expressions)
    verdicts = expressions.query(table.oid, [Expression(without_hash(leaf)) for leaf in leaves])
    cases = " ".join(f"WHEN {_condition(index, leaf, hashes)} THEN {index}" for index, leaf in enumerate(leaves))
    joins = "".join(f" JOIN hashed{place} h{place} ON h{place}.row = v.row" for place in hashes.values())
    return f"SELECT v.row, CASE {cases} END AS leaf FROM ({verdicts}) v{joins}"


def _condition(index: int, leaf: Partition, hashes: dict[str, int]) -> str:
    # a constraint admits a row where it is not FALSE, but bounds say in so many words what becomes of NULL
    parts = [f"v.v{index}"]
    parts += [f"h{hashes[key]}.hash % {modulus} = {remainder}" for key, modulus, remainder in _hashes(leaf)]
    return " AND ".join(parts)


def _hashes(leaf: Partition) -> list[tuple[str, int, int]]:
    """(key's text, modulus, remainder) of each level that is partitioned by hash."""
    return [(found[3], int(found[1]), int(found[2])) for found in HASH_CALL.finditer(leaf.constraint)]


def _hash_rows(
    connection: duckdb.DuckDBPyConnection, table: Table, key: str, name: str, expressions: Expressions
) -> None:
    """Temporary table of (row, hash) for one key."""
    types = hashed_types(table, key)
    if not set(types) <= HASHES.keys():
        raise NotRouted(f"the hash of ({key}) is known to Postgres alone")
    query = expressions.query(table.oid, [Expression(part) for part in key.split(", ")])
    # DuckDB gives a timestamptz as UTC's timestamp without help of a time zone library
    values = [f"CAST(v{place} AS TIMESTAMP)" if oid == TIMESTAMPTZ else f"v{place}" for place, oid in enumerate(types)]
    run, named = connection.execute, ", ".join(f"{value} AS k{place}" for place, value in enumerate(values))
    run(
        f"CREATE OR REPLACE TEMP TABLE keys AS SELECT *, row_number() OVER () - 1 AS place FROM (SELECT DISTINCT {named} FROM ({query}))"
    )
    hashes = [row_hash(types, row[:-1]) for row in run("SELECT * FROM keys ORDER BY place").fetchall()]
    connection.register(
        "incoming", pa.table({"place": pa.array(range(len(hashes))), "hash": pa.array(hashes, pa.uint64())})
    )
    same = " AND ".join(f"k{place} IS NOT DISTINCT FROM {value}" for place, value in enumerate(values))
    run(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT row, hash FROM ({query}) JOIN keys ON {same} JOIN incoming USING (place)"
    )
    connection.unregister("incoming")


def _key(table: Table, leaves: list[Partition], expressions: Expressions) -> frozenset[int]:
    """The columns that bounds and hashes read."""
    texts = [without_hash(leaf) for leaf in leaves] + [
        part for leaf in leaves for key, _, _ in _hashes(leaf) for part in key.split(", ")
    ]
    return frozenset().union(*(expressions.reads(table.oid, Expression(text)) for text in dict.fromkeys(texts)))


def _settle_lost(connection: duckdb.DuckDBPyConnection, build: BuildPlan, plan: TablePlan, leaves: int) -> list[str]:
    """Rows that no partition takes are not in the release; those that another table may refer to, or that are public, are dealt out."""
    if connection.execute("SELECT 1 FROM routed WHERE leaf IS NULL LIMIT 1").fetchone() is None:
        return []
    if not plan.generated or is_referred_to(plan.oid, build.tables):
        connection.execute(f"UPDATE routed SET leaf = row % {leaves} WHERE leaf IS NULL")
        return [f"rows of {plan.table.qualified} that fit none of its partitions are dealt out, whatever the bounds"]
    connection.execute(f"DELETE FROM t{plan.oid} WHERE rowid IN (SELECT row FROM routed WHERE leaf IS NULL)")
    return [f"rows of {plan.table.qualified} that fit none of its partitions are not in the release"]
