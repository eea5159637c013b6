"""What a role may read, as DuckDB objects: schema `r<n>` with a view `v<oid>` for each relation.

Holds the form of role views and the per-role catalog (rows about what is not granted do not exist). Refuses to know
policies and SQL text: it is told which relations and columns are hidden and which rows a filter leaves. Facts: `references.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from proxy.catalog.hiding import Hidden
from proxy.catalog.model import Catalog, RelationRow
from synth.release.references import HIDDEN_COLUMN, hidden_condition, needed, text_column

SYSTEM_SCHEMAS = ("pg_catalog", "information_schema")
# Tables of what has a definition in pgd_def under its own OID.
HIDDEN_DEFINITIONS = ("hidden", "hidden_constraint", "hidden_default", "hidden_trigger", "hidden_function")
# Policy roles get OIDs no source hands out before its OID counter has almost wrapped.
FIRST_ROLE_OID = 4_200_000_000


@dataclass(frozen=True, slots=True)
class RoleView:
    """What one role sees. columns: attnums of the relations it may read; sql: a relation's rows under its row filter, and those of a
    view that is read with its definer's rights."""

    number: int
    name: str
    columns: Mapping[int, frozenset[int]]
    sql: Mapping[int, str] = field(default_factory=dict)

    @property
    def schema(self) -> str:
        """The DuckDB schema of the role's views."""
        return f"r{self.number}"

    @property
    def oid(self) -> int:
        """The role's OID in pg_roles."""
        return FIRST_ROLE_OID + self.number

    def relation_sql(self, oid: int) -> str:
        """The view's qualified name."""
        return f"{self.schema}.v{oid}"

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
            connection.execute(f"CREATE VIEW {view.relation_sql(relation.oid)} AS {_rows(relation, view)}")
    _create_hidden(connection, catalog, view, system)
    for relation in catalog.relations.values():
        if relation.stored == "catalog" and relation.namespace in system:
            _create_system(connection, relation, view)
    gone = " UNION ALL ".join(f"SELECT oid FROM {view.schema}.{name}" for name in HIDDEN_DEFINITIONS)
    connection.execute(
        f"CREATE VIEW {view.definitions_sql} AS SELECT * FROM catalog.main.pgd_def WHERE oid NOT IN ({gone}) "
        f"AND NOT (kind IN ('viewdef', 'viewsql', 'ruledef') AND oid IN (SELECT oid FROM {view.schema}.hidden_view)) "
        f"AND NOT (kind = 'partkeydef' AND oid IN (SELECT oid FROM {view.schema}.hidden_column))"
    )
    return _hidden(connection, catalog, view)


def _hidden(connection: duckdb.DuckDBPyConnection, catalog: Catalog, view: RoleView) -> Hidden:
    def oids(query: str) -> frozenset[int]:
        return frozenset(oid for (oid,) in connection.execute(query).fetchall() if oid)

    schema = view.schema
    denied = {
        oid: every - granted
        for oid, granted in view.columns.items()
        if (every := frozenset(column.attnum for column in catalog.relations[oid].columns)) - granted
    }
    return Hidden(
        relations=oids(f"SELECT oid FROM {schema}.hidden"),
        types=oids(f"SELECT rowtype FROM {schema}.hidden UNION ALL SELECT arraytype FROM {schema}.hidden"),
        columns=denied,
    )


def drop_role(connection: duckdb.DuckDBPyConnection, view: RoleView) -> None:
    """Drop the role's schema; statements that run keep what they read."""
    connection.execute(f"DROP SCHEMA {view.schema} CASCADE")


def _rows(relation: RelationRow, view: RoleView) -> str:
    if relation.oid in view.sql:
        return view.sql[relation.oid]
    granted = view.columns[relation.oid]
    columns = [column for column in relation.columns if column.attnum in granted]
    targets = ", ".join(f"c{column.attnum}" for column in columns) or "NULL AS c0"
    return f"SELECT {targets} FROM {relation.stored}.main.t{relation.oid}"


def _create_hidden(connection: duckdb.DuckDBPyConnection, catalog: Catalog, view: RoleView, system: set[int]) -> None:
    """r<n>.hidden and r<n>.hidden_column: what the role's catalog must not mention."""
    readable = [row for row in catalog.relations.values() if row.kind in "rpvmf" and row.namespace not in system]
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
    roots = ", ".join(f"({oid}::UINTEGER)" for oid in hidden)
    query = f"SELECT oid FROM (VALUES {roots}) roots(oid)" if roots else "SELECT 0::UINTEGER WHERE false"
    for name, rows_of in needed(query, f"{view.schema}.", "named."):
        connection.execute(f"CREATE TABLE {view.schema}.{name} AS {rows_of}")


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
    prefix = f"{view.schema}."
    targets = ", ".join(
        f"{text_column(relation.name, column.name, prefix) or _quoted(column.name)} AS c{column.attnum}"
        for column in relation.columns
    )
    query = f'SELECT {targets} FROM named."{relation.name}"'
    condition = hidden_condition(relation.name, prefix)
    kind = "VIEW"
    if condition and _hides(connection, view):
        query += f" WHERE NOT ({condition})"
        kind = "TABLE"  # computed once a role, not once a statement
    if relation.name in ROLE_ROWS:
        query += f" UNION ALL BY NAME SELECT {_role_row(relation, view)}"
    connection.execute(f"CREATE {kind} {view.relation_sql(relation.oid)} AS {query}")


def _hides(connection: duckdb.DuckDBPyConnection, view: RoleView) -> bool:
    query = f"SELECT (SELECT count(*) FROM {view.schema}.hidden) + (SELECT count(*) FROM {view.schema}.hidden_column)"
    found = connection.execute(query).fetchone()
    return found is not None and found[0] > 0


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


# The session's own role, in the relations that list roles: column -> SQL.
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
    name = "'" + view.name.replace("'", "''") + "'"
    values = ROLE_ROWS[relation.name]
    known = [column for column in relation.columns if column.name in values]
    return ", ".join(
        f"CAST({values[column.name].format(name=name, oid=view.oid)} AS {column.storage}) AS c{column.attnum}"
        for column in known
    )
