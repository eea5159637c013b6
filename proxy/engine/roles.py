"""What a role may read, as DuckDB objects: schema `r<n>` with a view `v<oid>` for each relation.

Holds the form of role views and the per-role catalog (rows about what is not granted do not exist). Refuses to know
policies and SQL text: it is told which relations and columns are hidden and which rows a filter leaves. Facts:
`synth.release.references` and `mentions`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

import duckdb

from proxy.catalog.hiding import READABLE, Hidden
from proxy.catalog.model import Catalog, RelationRow
from synth.release.mentions import DEFINITIONS, preparation, role_column
from synth.release.references import HIDDEN_COLUMN, hidden_condition

SYSTEM_SCHEMAS = ("pg_catalog", "information_schema")
# Policy roles get OIDs no source hands out before its OID counter has almost wrapped.
FIRST_ROLE_OID = 4_200_000_000


@dataclass(frozen=True, slots=True)
class RoleView:
    """What one role sees. columns: attnums of the relations it may read; sql: a relation's rows under its row filter, and those of a
    view that is read with its definer's rights; only: the same without the rows of heirs and partitions; traced: the same with
    `tableoid`."""

    number: int
    name: str
    columns: Mapping[int, frozenset[int]]
    sql: Mapping[int, str] = field(default_factory=dict)
    only: Mapping[int, str] = field(default_factory=dict)
    traced: Mapping[int, str] = field(default_factory=dict)

    @property
    def schema(self) -> str:
        """The DuckDB schema of the role's views."""
        return f"r{self.number}"

    @property
    def oid(self) -> int:
        """The role's OID in pg_roles where the source has no role of its name."""
        return FIRST_ROLE_OID + self.number

    def relation_sql(self, oid: int) -> str:
        """The view's qualified name."""
        return f"{self.schema}.v{oid}"

    def only_sql(self, oid: int) -> str:
        """The same without the rows of heirs and partitions, where it has any."""
        return f"{self.schema}.o{oid}"

    def traced_sql(self, oid: int) -> str:
        """The same with `tableoid`, where a row may be another table's."""
        return f"{self.schema}.s{oid}"

    @property
    def definitions_sql(self) -> str:
        """pgd_def without what the role must not learn of; no relation has OID 0."""
        return self.relation_sql(0)


def create_role(connection: duckdb.DuckDBPyConnection, catalog: Catalog, view: RoleView) -> Hidden:
    """Create the role's schema, its views of granted relations and its own catalog; returns what is hidden from it."""
    connection.execute(f"CREATE SCHEMA {view.schema}")
    system = {catalog.namespace_by_name[name] for name in SYSTEM_SCHEMAS}
    for relation in catalog.relations.values():
        readable = relation.oid in view.columns and (relation.stored or relation.oid in view.sql)
        if readable and relation.namespace not in system:
            rows = view.sql.get(relation.oid) or _rows(relation, view, stored_sql(catalog, relation.oid))
            connection.execute(f"CREATE VIEW {view.relation_sql(relation.oid)} AS {rows}")
            if has_more(catalog, relation.oid):
                rows = view.only.get(relation.oid) or _rows(
                    relation, view, stored_sql(catalog, relation.oid, only=True)
                )
                connection.execute(f"CREATE VIEW {view.only_sql(relation.oid)} AS {rows}")
                rows = view.traced.get(relation.oid) or _rows(
                    relation, view, traced_sql(catalog, relation.oid, view.columns), "tableoid"
                )
                connection.execute(f"CREATE VIEW {view.traced_sql(relation.oid)} AS {rows}")
    _create_hidden(connection, catalog, view, system)
    for relation in catalog.relations.values():
        if relation.stored == "catalog" and relation.namespace in system:
            _create_system(connection, relation, view)
    _create_definitions(connection, view)
    return _hidden(connection, view)


def _create_definitions(connection: duckdb.DuckDBPyConnection, view: RoleView) -> None:
    """pgd_def as the role knows it."""
    gone = f"SELECT oid FROM {view.schema}.hidden UNION ALL SELECT oid FROM {view.schema}.hidden_object"
    mentioning = "".join(
        f" AND NOT (kind = '{kind}' AND oid IN (SELECT oid FROM {view.schema}.{table}))"
        for kind, table in DEFINITIONS.items()
    )
    query = f"SELECT * FROM catalog.main.pgd_def WHERE oid NOT IN ({gone}){mentioning}"
    connection.execute(f"CREATE VIEW {view.definitions_sql} AS {query}")


def _hidden(connection: duckdb.DuckDBPyConnection, view: RoleView) -> Hidden:
    def oids(query: str) -> frozenset[int]:
        return frozenset(oid for (oid,) in connection.execute(query).fetchall() if oid)

    columns: dict[int, set[int]] = defaultdict(set)
    for oid, attnum in connection.execute(f"SELECT oid, attnum FROM {view.schema}.hidden_column").fetchall():
        columns[oid].add(attnum)
    return Hidden(
        relations=oids(f"SELECT oid FROM {view.schema}.hidden"),
        types=oids(f"SELECT oid FROM {view.schema}.hidden_type"),
        objects=oids(f"SELECT oid FROM {view.schema}.hidden_object"),
        columns={oid: frozenset(attnums) for oid, attnums in columns.items()},
    )


def drop_role(connection: duckdb.DuckDBPyConnection, view: RoleView) -> None:
    """Drop the role's schema; statements that run keep what they read."""
    connection.execute(f"DROP SCHEMA {view.schema} CASCADE")


def has_more(catalog: Catalog, oid: int) -> bool:
    """Whether a query on the relation reads rows that ONLY leaves out."""
    return oid in catalog.heirs or catalog.relations[oid].kind == "p"


def stored_sql(catalog: Catalog, oid: int, *, only: bool = False) -> str:
    """What a stored relation's rows are read from: its table, and unless `only` those of its heirs, under its own column names.

    A partitioned table has no rows but its partitions'.
    """
    relation = catalog.relations[oid]
    own = _table(relation)
    if only and relation.kind == "p":
        return f"(SELECT * FROM {own} WHERE false)"
    heirs = [] if only else _stored_ones(catalog, catalog.heirs.get(oid, ()))
    if not heirs:
        return own
    parts = (f"SELECT {_as_columns(relation, heir)} FROM {_table(heir)}" for heir in (relation, *heirs))
    return f"({' UNION ALL '.join(parts)})"


def traced_sql(catalog: Catalog, oid: int, known: Container[int]) -> str:
    """The same with `tableoid`: the table that holds the row where it is among `known`, else the relation itself."""
    relation = catalog.relations[oid]
    leaves = _stored_ones(catalog, catalog.leaves.get(oid, ()))
    if len(leaves) < len(catalog.leaves.get(oid, ())):
        leaves = []  # the release holds the rows, and not where they belong
    parts = leaves or [relation, *_stored_ones(catalog, catalog.heirs.get(oid, ()))]
    selects = (
        f"SELECT {_as_columns(relation, part)}, CAST({part.oid if part.oid in known else oid} AS UINTEGER) AS tableoid "
        f"FROM {_table(part)}"
        for part in parts
    )
    return f"({' UNION ALL '.join(selects)})"


def _stored_ones(catalog: Catalog, oids: Iterable[int]) -> list[RelationRow]:
    return [catalog.relations[oid] for oid in oids if catalog.relations[oid].stored]


def _table(relation: RelationRow) -> str:
    return f"{relation.stored}.main.t{relation.oid}"


def _as_columns(relation: RelationRow, heir: RelationRow) -> str:
    numbers = {column.name: column.attnum for column in heir.columns}
    named = (f"c{numbers[column.name]} AS c{column.attnum}" for column in relation.columns if column.name in numbers)
    return ", ".join(named) or "NULL AS c0"


def _rows(relation: RelationRow, view: RoleView, stored: str, *more: str) -> str:
    granted = view.columns[relation.oid]
    columns = [f"c{column.attnum}" for column in relation.columns if column.attnum in granted]
    return f"SELECT {', '.join((*columns, *more)) or 'NULL AS c0'} FROM {stored}"


def _create_hidden(connection: duckdb.DuckDBPyConnection, catalog: Catalog, view: RoleView, system: set[int]) -> None:
    """The tables of `mentions.py`: what the role's catalog must not mention."""
    readable = [row for row in catalog.relations.values() if row.kind in READABLE and row.namespace not in system]
    hidden = [row.oid for row in readable if row.oid not in view.columns]
    connection.execute(f"CREATE TABLE {view.schema}.hidden_column({HIDDEN_COLUMN})")
    rows = [
        (row.oid, column.attnum, catalog.namespaces[row.namespace], row.name, column.name)
        for row in readable
        if row.oid in view.columns
        for column in row.columns
        if column.attnum not in view.columns[row.oid]
    ]
    if rows:
        connection.executemany(f"INSERT INTO {view.schema}.hidden_column VALUES (?, ?, ?, ?, ?)", rows)
    connection.execute(f"CREATE TABLE {view.schema}.root AS SELECT unnest(CAST(? AS UINTEGER[])) AS oid", [hidden])
    sequences = [row.oid for row in catalog.relations.values() if row.kind == "S" and row.oid not in view.columns]
    connection.execute(_FREE_SEQUENCES.format(schema=view.schema), [sequences])
    query = f"SELECT oid FROM {view.schema}.root"
    for statement in preparation(query, f"{view.schema}.", "named."):
        connection.execute(statement)


# A sequence follows the column that owns it; one that nothing owns is seen by who may read a column that takes its default from it.
_FREE_SEQUENCES = """INSERT INTO {schema}.root SELECT s.oid FROM (SELECT unnest(CAST(? AS UINTEGER[])) AS oid) s WHERE s.oid NOT IN (
    SELECT d.objid FROM named.pg_depend d WHERE d.classid = 1259 AND d.refclassid = 1259 AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    UNION ALL SELECT d.refobjid FROM named.pg_depend d JOIN named.pg_attrdef e ON d.classid = 2604 AND d.objid = e.oid
        WHERE d.refclassid = 1259 AND e.adrelid NOT IN (SELECT oid FROM {schema}.root)
        AND (e.adrelid, e.adnum) NOT IN (SELECT (oid, attnum) FROM {schema}.hidden_column))"""


def create_named(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    """Schema `named`: system relations under their own names, for hiding rows and for macros."""
    connection.execute("CREATE SCHEMA named")
    for name in SYSTEM_SCHEMAS:
        namespace = catalog.namespace_by_name[name]
        for relation in catalog.relations.values():
            if relation.namespace == namespace and relation.stored == "catalog":
                targets = ", ".join(f'c{column.attnum} AS "{column.name}"' for column in relation.columns)
                connection.execute(
                    f'CREATE VIEW named."{relation.name}" AS SELECT {targets} FROM catalog.main.t{relation.oid}'
                )


def _create_system(connection: duckdb.DuckDBPyConnection, relation: RelationRow, view: RoleView) -> None:
    prefix, hides = f"{view.schema}.", _hides(connection, view)
    targets = ", ".join(
        f"{(hides and role_column(relation.name, column.name, prefix, 'named.')) or _quoted(column.name)} AS c{column.attnum}"
        for column in relation.columns
    )
    query = f'SELECT {targets} FROM named."{relation.name}" x'
    condition = hidden_condition(relation.name, prefix)
    kind = "VIEW"
    if condition and hides:
        query += f" WHERE NOT ({condition})"
        kind = "TABLE"  # computed once a role, not once a statement
    if relation.name in ROLE_ROWS:
        own = _text(view.name)
        query = f"SELECT * FROM ({query}) o WHERE {_named(relation, ROLE_ROWS[relation.name])} IS DISTINCT FROM {own}"
        query += f" UNION ALL BY NAME SELECT {_role_row(relation, view)}"
    connection.execute(f"CREATE {kind} {view.relation_sql(relation.oid)} AS {query}")


def _hides(connection: duckdb.DuckDBPyConnection, view: RoleView) -> bool:
    query = f"SELECT (SELECT count(*) FROM {view.schema}.hidden) + (SELECT count(*) FROM {view.schema}.hidden_column)"
    found = connection.execute(query).fetchone()
    return found is not None and found[0] > 0


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _named(relation: RelationRow, values: Mapping[str, str]) -> str:
    """The stored column that holds a role's name."""
    return next(f"o.c{column.attnum}" for column in relation.columns if values.get(column.name) == "{name}")


# The session's own role, in the relations that list roles, instead of the source's row of that name: column -> SQL.
ROLE_ROWS: Mapping[str, Mapping[str, str]] = {
    "pg_roles": {
        "rolname": "{name}", "oid": "{oid}", "rolsuper": "false", "rolinherit": "true", "rolcreaterole": "false",
        "rolcreatedb": "false", "rolcanlogin": "true", "rolreplication": "false", "rolconnlimit": "-1",
        "rolpassword": "'********'", "rolbypassrls": "false",
    },
    "pg_authid": {"rolname": "{name}", "oid": "{oid}", "rolsuper": "false", "rolinherit": "true",
                  "rolcreaterole": "false", "rolcreatedb": "false", "rolcanlogin": "true", "rolreplication": "false",
                  "rolbypassrls": "false", "rolconnlimit": "-1"},
    "pg_user": {"usename": "{name}", "usesysid": "{oid}", "usecreatedb": "false", "usesuper": "false",
                "userepl": "false", "usebypassrls": "false", "passwd": "'********'"},
    "enabled_roles": {"role_name": "{name}"},
}  # fmt: skip


def _role_row(relation: RelationRow, view: RoleView) -> str:
    name = _text(view.name)
    oid = f"coalesce((SELECT r.oid FROM named.pg_roles r WHERE r.rolname = {name}), {view.oid})"
    values = ROLE_ROWS[relation.name]
    known = [column for column in relation.columns if column.name in values]
    return ", ".join(
        f"CAST({values[column.name].format(name=name, oid=oid)} AS {column.storage}) AS c{column.attnum}"
        for column in known
    )
