"""Partitions of a replica's table: each holds its share of the root's rows, and all together hold each row once.

Bounds are source-written text: they route only where the policy keeps them; else rows are dealt out evenly, which says
nothing. Refuses to know the source.
"""

from __future__ import annotations

import re

import duckdb

from synth.source.schema import Partition, Table

_RANGE = re.compile(r"^FOR VALUES FROM \((.+)\) TO \((.+)\)$")
_LIST = re.compile(r"^FOR VALUES IN \((.+)\)$")
_KEY = re.compile(r'^(RANGE|LIST|HASH) \(("?)([^",()]+)\2\)$')


def write_partitions(connection: duckdb.DuckDBPyConnection, table: Table, *, keep_bounds: bool) -> None:
    """Create `t<oid>` of every partition from the root's rows."""
    leaves = [partition for partition in table.partitions if partition.is_leaf]
    cases = "".join(_cases(table, leaves)) if keep_bounds else ""
    number = f"CASE {cases}ELSE {_dealt(leaves)} END" if cases else _dealt(leaves)
    connection.execute(f"CREATE TEMP TABLE routed AS SELECT *, {number} AS leaf FROM t{table.oid} AS root")
    for partition in table.partitions:
        inside = [index for index, leaf in enumerate(leaves) if _is_below(table, leaf, partition.oid)]
        # A partition lists its columns by its own numbers.
        columns = ", ".join(
            f"c{root} AS c{own}" for root, own in sorted(partition.attnums.items(), key=lambda each: each[1])
        )
        listed = ", ".join(map(str, inside)) or "-1"
        connection.execute(
            f"CREATE TABLE t{partition.oid} AS SELECT {columns or 'true AS c0'} FROM routed WHERE leaf IN ({listed})"
        )
    connection.execute("DROP TABLE routed")


def _is_below(table: Table, leaf: Partition, oid: int) -> bool:
    above = {partition.oid: partition.parent for partition in table.partitions}
    place = leaf.oid
    while place in above:
        if place == oid:
            return True
        place = above[place]
    return False


def _dealt(leaves: list[Partition]) -> str:
    return f"rowid % {len(leaves)}" if leaves else "-1"


def _cases(table: Table, leaves: list[Partition]) -> list[str]:
    """WHEN ... THEN of each leaf of a table partitioned on one column by range or list; others are dealt out."""
    key = _KEY.match(table.partition_key)
    column = next((each for each in table.columns if key and each.name == key[3]), None)
    if key is None or column is None or any(leaf.parent != table.oid for leaf in leaves):
        return []
    cases = []
    for index, leaf in enumerate(leaves):
        if condition := _condition(f"c{column.attnum}", column.storage, leaf.bound):
            cases.append(f"WHEN {condition} THEN {index} ")
    default = next((index for index, leaf in enumerate(leaves) if leaf.bound == "DEFAULT"), None)
    return cases if default is None else [*cases, f"WHEN true THEN {default} "]


def _condition(column: str, storage: str, bound: str) -> str:
    if found := _RANGE.match(bound):
        low, high = found.groups()
        parts = [] if low == "MINVALUE" else [f"{column} >= CAST({low} AS {storage})"]
        parts += [] if high == "MAXVALUE" else [f"{column} < CAST({high} AS {storage})"]
        return " AND ".join(parts) or "true"
    if found := _LIST.match(bound):
        return f"CAST({column} AS VARCHAR) IN ({found[1]})" if "NULL" not in found[1] else ""
    return ""
