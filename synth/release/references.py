"""Where the catalog's relations refer to relations and columns: one row a referring column.

Part of the release's format: the writer deletes what a release must not hold by it, the server hides from a role what the policy
does not grant by it. Refuses to know policies. Facts: PostgreSQL's documentation of the system catalogs.

Every condition is DuckDB SQL over a system relation's own column names. It reads three tables of the caller:
`hidden(oid, schema_name, name, rowtype, arraytype)`, relations (their indexes, toast tables and sequences included), and
`hidden_column(oid, attnum, schema_name, table_name, name)`, columns of relations that stay; and of `hidden_constraint(oid,
schema_name, name)`, constraints that touch either.
"""

from __future__ import annotations

PG_CLASS, PG_TYPE, PG_CONSTRAINT, PG_ATTRDEF, PG_PROC = 1259, 1247, 2606, 2604, 1255

# relation -> columns that hold the OID of a relation
BY_OID: dict[str, tuple[str, ...]] = {
    "pg_class": ("oid",),
    "pg_attribute": ("attrelid",),
    "pg_attrdef": ("adrelid",),
    "pg_constraint": ("conrelid", "confrelid"),
    "pg_index": ("indrelid", "indexrelid"),
    "pg_inherits": ("inhrelid", "inhparent"),
    "pg_partitioned_table": ("partrelid",),
    "pg_rewrite": ("ev_class",),
    "pg_sequence": ("seqrelid",),
    "pg_trigger": ("tgrelid", "tgconstrrelid"),
    "pg_type": ("typrelid",),
}

# relation -> (class column, object column, sub-object column or ''): references with a class of their own
BY_CLASS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "pg_depend": (("classid", "objid", "objsubid"), ("refclassid", "refobjid", "refobjsubid")),
    "pg_description": (("classoid", "objoid", "objsubid"),),
}

# relation -> (schema column, name column, column-name column or '')
BY_NAME: dict[str, tuple[tuple[str, str, str], ...]] = {
    "pg_tables": (("schemaname", "tablename", ""),),
    "pg_views": (("schemaname", "viewname", ""),),
    "pg_matviews": (("schemaname", "matviewname", ""),),
    "pg_indexes": (("schemaname", "tablename", ""), ("schemaname", "indexname", "")),
    "pg_sequences": (("schemaname", "sequencename", ""),),
    "column_column_usage": (("table_schema", "table_name", "column_name"),),
    "column_domain_usage": (("table_schema", "table_name", "column_name"),),
    "column_privileges": (("table_schema", "table_name", "column_name"),),
    "column_udt_usage": (("table_schema", "table_name", "column_name"),),
    "columns": (("table_schema", "table_name", "column_name"),),
    "constraint_column_usage": (("table_schema", "table_name", "column_name"),),
    "constraint_table_usage": (("table_schema", "table_name", ""),),
    "key_column_usage": (("table_schema", "table_name", "column_name"),),
    "role_column_grants": (("table_schema", "table_name", "column_name"),),
    "role_table_grants": (("table_schema", "table_name", ""),),
    "sequences": (("sequence_schema", "sequence_name", ""),),
    "table_constraints": (("table_schema", "table_name", ""),),
    "table_privileges": (("table_schema", "table_name", ""),),
    "tables": (("table_schema", "table_name", ""),),
    "triggers": (("event_object_schema", "event_object_table", ""),),
    "view_column_usage": (("table_schema", "table_name", "column_name"), ("view_schema", "view_name", "")),
    "view_routine_usage": (("table_schema", "table_name", ""),),
    "view_table_usage": (("table_schema", "table_name", ""), ("view_schema", "view_name", "")),
    "views": (("table_schema", "table_name", ""),),
    "element_types": (("object_schema", "object_name", ""),),
}

# relations that name constraints by (constraint_schema, constraint_name)
BY_CONSTRAINT = frozenset(
    {
        "check_constraints",
        "referential_constraints",
        "check_constraint_routine_usage",
        "constraint_column_usage",
        "constraint_table_usage",
    }
)

# relation -> (relation column, column holding attribute numbers: one or a list)
BY_ATTNUM: dict[str, tuple[tuple[str, str], ...]] = {
    "pg_attribute": (("attrelid", "attnum"),),
    "pg_attrdef": (("adrelid", "adnum"),),
    "pg_constraint": (("conrelid", "conkey"), ("confrelid", "confkey")),
    "pg_index": (("indrelid", "indkey"),),
}
LISTS = frozenset({"conkey", "confkey", "indkey"})


def hidden_condition(relation: str, schema: str = "") -> str:
    """SQL that is true for a row of `relation` that refers to a hidden relation or column; '' where none can.

    schema: where the caller keeps `hidden` and `hidden_column`, with its dot.
    """
    parts = [f"{column} IN (SELECT oid FROM hidden)" for column in BY_OID.get(relation, ())]
    parts += _by_class(relation)
    parts += _by_name(relation)
    parts += _by_attnum(relation)
    if relation == "pg_type":
        parts.append("oid IN (SELECT arraytype FROM hidden)")
    if relation in BY_CONSTRAINT:
        parts.append("(constraint_schema, constraint_name) IN (SELECT (schema_name, name) FROM hidden_constraint)")
    condition = " OR ".join(f"coalesce({part}, false)" for part in parts)
    return condition.replace("FROM hidden", f"FROM {schema}hidden")


def hidden_query(roots: str) -> str:
    """SQL giving `hidden`'s rows from a query of relation OIDs: with their indexes, toast tables and owned sequences."""
    return f"""WITH RECURSIVE edge(parent, child) AS (
    SELECT indrelid, indexrelid FROM pg_index
    UNION ALL SELECT oid, reltoastrelid FROM pg_class WHERE reltoastrelid <> 0
    UNION ALL SELECT d.refobjid, d.objid FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
        WHERE d.refclassid = {PG_CLASS} AND d.classid = {PG_CLASS} AND d.deptype IN ('a', 'i')
), tree(oid) AS (
    {roots}
    UNION SELECT edge.child FROM edge JOIN tree ON edge.parent = tree.oid
)
SELECT c.oid, n.nspname AS schema_name, c.relname AS name, nullif(c.reltype, 0) AS rowtype,
       nullif(t.typarray, 0) AS arraytype
FROM tree JOIN pg_class c ON c.oid = tree.oid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_type t ON t.typrelid = c.oid"""


def hidden_constraint_query(
    schema: str = "", constraints: str = "pg_constraint", namespaces: str = "pg_namespace"
) -> str:
    """SQL giving `hidden_constraint`'s rows: constraints on or to a hidden relation or column."""
    condition = hidden_condition("pg_constraint", schema)
    return f"""SELECT c.oid, n.nspname AS schema_name, c.conname AS name
FROM (SELECT * FROM {constraints} WHERE {condition}) c JOIN {namespaces} n ON n.oid = c.connamespace"""


def _by_class(relation: str) -> list[str]:
    parts = []
    for class_column, object_column, sub_column in BY_CLASS.get(relation, ()):
        parts.append(f"({class_column} = {PG_CLASS} AND {object_column} IN (SELECT oid FROM hidden))")
        parts.append(
            f"({class_column} = {PG_TYPE} AND {object_column} IN "
            "(SELECT rowtype FROM hidden UNION ALL SELECT arraytype FROM hidden))"
        )
        parts.append(
            f"({class_column} = {PG_CLASS} AND ({object_column}, {sub_column}) IN "
            "(SELECT (oid, attnum) FROM hidden_column))"
        )
        parts.append(f"({class_column} = {PG_CONSTRAINT} AND {object_column} IN (SELECT oid FROM hidden_constraint))")
    return parts


def _by_name(relation: str) -> list[str]:
    parts = []
    for schema, name, column in BY_NAME.get(relation, ()):
        parts.append(f"({schema}, {name}) IN (SELECT (schema_name, name) FROM hidden)")
        if column:
            parts.append(f"({schema}, {name}, {column}) IN (SELECT (schema_name, table_name, name) FROM hidden_column)")
    return parts


def _by_attnum(relation: str) -> list[str]:
    parts = []
    for owner, number in BY_ATTNUM.get(relation, ()):
        if number in LISTS:
            parts.append(
                f"EXISTS (SELECT 1 FROM hidden_column h WHERE h.oid = {owner} AND list_contains({number}, h.attnum))"
            )
        else:
            parts.append(f"({owner}, {number}) IN (SELECT (oid, attnum) FROM hidden_column)")
    return parts
