"""The source's tables as structure: columns, types, keys, foreign keys, checks and partitions.

Read from pg_catalog alone, never a row of a user's table, no statistics and no sequence state. Refuses to know the
policy: `synth.plan` joins both. Facts: PostgreSQL's pg_class, pg_attribute, pg_type, pg_enum, pg_constraint,
pg_inherits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from synth.release.storage import storage_type


class Connection(Protocol):
    """What this module needs of an asyncpg connection."""

    async def fetch(self, query: str, *args: object) -> Sequence[Any]:
        """All rows of a query."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. base_oid, typmod: below every domain. element_oid: of a true array, else 0. default: as Postgres prints
    it, '' where there is none. identity: 'a', 'd' or ''; generated: 's', 'v' or ''."""

    attnum: int
    name: str
    type_oid: int
    type_name: str
    typmod: int
    base_oid: int
    element_oid: int
    typtype: str
    enum_labels: tuple[str, ...]
    not_null: bool
    default: str = ""
    identity: str = ""
    generated: str = ""
    domain_checks: tuple[str, ...] = ()

    @property
    def storage(self) -> str:
        """DuckDB type that stores it."""
        return storage_type(self.base_oid, self.typmod, self.element_oid)

    @property
    def is_serial(self) -> bool:
        """Whether the source numbers it: an identity or a default of nextval()."""
        return bool(self.identity) or self.default.startswith("nextval(")

    @property
    def length(self) -> int | None:
        """Characters a char(n) or varchar(n) may hold, None where unlimited."""
        return self.typmod - 4 if self.base_oid in (1042, 1043) and self.typmod >= 4 else None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """columns[i] of the table refers to target_columns[i] of the target (attnums)."""

    oid: int
    name: str
    columns: tuple[int, ...]
    target: int
    target_columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint as pg_get_constraintdef prints it: source-written text."""

    name: str
    columns: tuple[int, ...]
    definition: str


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition: its OID, name, bound as pg_get_expr prints it, and which column of it holds which of the
    root. constraint: what its bounds and those of its ancestors ask of a row."""

    oid: int
    schema: str
    name: str
    bound: str
    is_leaf: bool
    parent: int
    attnums: Mapping[int, int]
    constraint: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or the root of a partitioned one with its partitions. Keys hold attnums. nulls_alike: those of `uniques` for which NULLs are
    no different values (NULLS NOT DISTINCT)."""

    oid: int
    schema: str
    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[int, ...] = ()
    uniques: tuple[tuple[int, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    partitions: tuple[Partition, ...] = ()
    partition_key: str = ""
    nulls_alike: tuple[tuple[int, ...], ...] = ()

    @property
    def qualified(self) -> str:
        """schema.name, as a policy writes it."""
        return f"{self.schema}.{self.name}"

    def column(self, attnum: int) -> Column:
        """The column of that number."""
        return next(column for column in self.columns if column.attnum == attnum)

    def names(self, attnums: Sequence[int]) -> tuple[str, ...]:
        """Names of the columns, in the order given."""
        return tuple(self.column(attnum).name for attnum in attnums)


@dataclass(frozen=True, slots=True)
class Schema:
    """All ordinary tables and partition roots by OID. unread: materialized views and foreign tables by OID, with what a person calls
    them: no build reads their rows, but for a foreign table that is a partition."""

    tables: Mapping[int, Table]
    unread: Mapping[int, str] = field(default_factory=dict)

    def named(self, qualified: str) -> Table | None:
        """The table of that `schema.name`."""
        return next((table for table in self.tables.values() if table.qualified == qualified), None)

    def root_of(self, qualified: str) -> Table | None:
        """The partitioned table that has a partition of that `schema.name`, however deep."""
        return next(
            (
                table
                for table in self.tables.values()
                for partition in table.partitions
                if f"{partition.schema}.{partition.name}" == qualified
            ),
            None,
        )


# Kinds of relations that no build reads, as in pg_class.relkind.
UNREAD = {"m": "materialized view", "f": "foreign table"}
USER = """n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_temp\\_%'
      AND c.oid >= 16384"""

TABLES_SQL = f"""
SELECT c.oid::int8 AS oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind::text AS kind,
       c.relispartition AS is_partition, coalesce(pg_get_expr(c.relpartbound, c.oid), '') AS bound,
       CASE WHEN c.relispartition THEN coalesce(pg_get_partition_constraintdef(c.oid), '') ELSE '' END AS bound_check,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) ELSE '' END AS partition_key,
       coalesce((SELECT i.inhparent::int8 FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid LIMIT 1), 0) AS parent
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'f') AND {USER} ORDER BY 1
"""

COLUMNS_SQL = f"""
WITH RECURSIVE base(oid, root, typmod, not_null, checks) AS (
    SELECT t.oid, t.oid, -1, false, ARRAY[]::text[] FROM pg_catalog.pg_type t WHERE t.typtype <> 'd'
    UNION ALL
    SELECT d.oid, b.root, CASE WHEN d.typtypmod >= 0 THEN d.typtypmod ELSE b.typmod END, b.not_null OR d.typnotnull,
           b.checks || ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k
                             WHERE k.contypid = d.oid AND k.contype = 'c' ORDER BY k.conname)
    FROM pg_catalog.pg_type d JOIN base b ON d.typbasetype = b.oid WHERE d.typtype = 'd'
)
SELECT a.attrelid::int8 AS relation, a.attnum, a.attname::text AS name, a.atttypid::int8 AS type_oid,
       format_type(a.atttypid, a.atttypmod) AS type_name, greatest(a.atttypmod, b.typmod) AS typmod,
       b.root::int8 AS base_oid,
       CASE WHEN t.typcategory = 'A' AND t.typlen = -1
            THEN (SELECT e.root::int8 FROM base e WHERE e.oid = t.typelem) ELSE 0 END AS element_oid,
       t.typtype::text AS typtype, a.attnotnull OR b.not_null AS not_null,
       coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS default, a.attidentity::text AS identity,
       a.attgenerated::text AS generated, b.checks AS domain_checks,
       ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = b.root
             ORDER BY e.enumsortorder) AS labels
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN base b ON b.oid = a.atttypid
JOIN pg_catalog.pg_type t ON t.oid = b.root
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'f') AND {USER} AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

# A unique index binds rows as much as a constraint does; one that is partial, over an expression or was never finished does not count, nor
# do columns that it only carries along (INCLUDE).
UNIQUE_INDEXES_SQL = f"""
SELECT i.indrelid::int8 AS relation, (i.indkey::int2[])[0:i.indnkeyatts - 1] AS columns, i.indisprimary AS is_primary,
       coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false) AS nulls_alike  -- a column since version 15
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND c.relkind IN ('r', 'p') AND {USER}
ORDER BY i.indrelid, i.indexrelid
"""

# A key into a partitioned table, or of one, has a shadow for each partition: its parent says it all.
CONSTRAINTS_SQL = f"""
SELECT k.oid::int8 AS oid, k.conrelid::int8 AS relation, k.conname::text AS name, k.contype::text AS kind,
       k.conkey AS columns, k.confrelid::int8 AS target, k.confkey AS target_columns,
       CASE WHEN k.contype = 'c' THEN pg_get_constraintdef(k.oid) ELSE '' END AS definition
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype IN ('f', 'c') AND k.conparentid = 0 AND c.relkind IN ('r', 'p') AND {USER}
ORDER BY k.conrelid, k.conname
"""


async def read_schema(connection: Connection) -> Schema:
    """The structure of every user table the connection's database has."""
    relations = await connection.fetch(TABLES_SQL)
    columns: dict[int, list[Column]] = {}
    for row in await connection.fetch(COLUMNS_SQL):
        columns.setdefault(row["relation"], []).append(_column(row))
    keys = _grouped(await connection.fetch(UNIQUE_INDEXES_SQL))
    constraints = _grouped(await connection.fetch(CONSTRAINTS_SQL))
    roots = [row for row in relations if row["kind"] in "rp" and not row["is_partition"]]
    tables = {row["oid"]: _table(row, columns, keys.get(row["oid"], []), constraints, relations) for row in roots}
    unread = {
        row["oid"]: f"{UNREAD[row['kind']]} {row['schema']}.{row['name']}"
        for row in relations
        if row["kind"] in UNREAD and not row["is_partition"]
    }
    return Schema(tables, unread)


def _column(row: Any) -> Column:
    return Column(
        attnum=row["attnum"],
        name=row["name"],
        type_oid=row["type_oid"],
        type_name=row["type_name"],
        typmod=row["typmod"],
        base_oid=row["base_oid"],
        element_oid=row["element_oid"],
        typtype=row["typtype"],
        enum_labels=tuple(row["labels"]),
        not_null=row["not_null"],
        default=row["default"],
        identity=row["identity"],
        generated=row["generated"],
        domain_checks=tuple(row["domain_checks"]),
    )


def _table(
    row: Any,
    columns: Mapping[int, Sequence[Column]],
    keys: Sequence[Any],
    constraints: Mapping[int, Sequence[Any]],
    relations: Sequence[Any],
) -> Table:
    uniques = {tuple(key["columns"]) for key in keys if not key["is_primary"]}
    partitions = tuple(_partitions(row["oid"], columns, relations))
    own = constraints.get(row["oid"], ())
    checks = (Check(key["name"], tuple(key["columns"] or ()), key["definition"]) for key in own if key["kind"] == "c")
    return Table(
        oid=row["oid"],
        schema=row["schema"],
        name=row["name"],
        columns=tuple(columns.get(row["oid"], ())),
        primary_key=next((tuple(key["columns"]) for key in keys if key["is_primary"]), ()),
        uniques=tuple(sorted(uniques)),
        foreign_keys=tuple(_foreign_keys(own, partitions, constraints)),
        checks=tuple(checks),
        partitions=partitions,
        partition_key=row["partition_key"],
        nulls_alike=tuple(sorted({tuple(key["columns"]) for key in keys if key["nulls_alike"]})),
    )


def _foreign_keys(
    own: Sequence[Any], partitions: Sequence[Partition], constraints: Mapping[int, Sequence[Any]]
) -> list[ForeignKey]:
    """The table's own, then those that only partitions declare, in the root's column numbers: the replica has one row
    set for all partitions, so a key of one binds it all."""
    found = [_foreign_key(key) for key in own if key["kind"] == "f"]
    for partition in partitions:
        root_number = {number: root for root, number in partition.attnums.items()}
        for key in constraints.get(partition.oid, ()):
            if key["kind"] == "f":
                lifted = _foreign_key(key, root_number)
                known = {(each.columns, each.target, each.target_columns) for each in found}
                if (lifted.columns, lifted.target, lifted.target_columns) not in known:
                    found.append(lifted)
    return found


def _foreign_key(key: Any, numbers: Mapping[int, int] | None = None) -> ForeignKey:
    columns = tuple(numbers[number] if numbers else number for number in key["columns"])
    return ForeignKey(key["oid"], key["name"], columns, key["target"], tuple(key["target_columns"]))


def _partitions(root: int, columns: Mapping[int, Sequence[Column]], relations: Sequence[Any]) -> list[Partition]:
    """Every partition below the root, parents before children. A partition may number its columns otherwise."""
    found: list[Partition] = []
    open_parents = [root]
    number_of = {column.name: column.attnum for column in columns.get(root, ())}
    while open_parents:
        parent = open_parents.pop(0)
        for row in relations:
            if row["is_partition"] and row["parent"] == parent:
                attnums = {number_of[column.name]: column.attnum for column in columns.get(row["oid"], ())}
                is_leaf = row["kind"] != "p"
                found.append(
                    Partition(
                        row["oid"],
                        row["schema"],
                        row["name"],
                        row["bound"],
                        is_leaf,
                        parent,
                        attnums,
                        row["bound_check"],
                    )
                )
                open_parents.append(row["oid"])
    return found


def _grouped(rows: Sequence[Any]) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(row["relation"], []).append(row)
    return groups
