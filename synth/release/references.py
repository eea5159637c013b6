"""Where the catalog's relations refer to relations and columns: one row a referring column.

Part of the release's format: the writer deletes what a release must not hold by it, the server hides from a role what the policy
does not grant by it. Refuses to know policies. Facts: PostgreSQL's documentation of the system catalogs.

Every condition is DuckDB SQL over a system relation's own column names. It reads tables of the caller, made by `needed` in this order:
`hidden_column(oid, attnum, schema_name, table_name, name)`, columns of relations that stay; `hidden(oid, schema_name, name, rowtype,
arraytype)`, relations, with the indexes, toast tables and sequences of both; `hidden_constraint(oid, schema_name, name)`,
`hidden_default(oid, schema_name, table_name, name)`, `hidden_view(oid, schema_name, name)` and `hidden_trigger(oid, schema_name,
table_name, name)`, constraints, defaults, views and triggers that mention either; `hidden_function(oid)`, functions over a hidden row type.
"""

from __future__ import annotations

import re

PG_CLASS, PG_TYPE, PG_CONSTRAINT, PG_ATTRDEF, PG_PROC, PG_REWRITE, PG_TRIGGER = 1259, 1247, 2606, 2604, 1255, 2618, 2620

HIDDEN_COLUMN = "oid UINTEGER, attnum SMALLINT, schema_name VARCHAR, table_name VARCHAR, name VARCHAR"

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
    "pg_trigger": ("tgrelid", "tgconstrrelid", "tgconstrindid"),
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
        "key_column_usage",
        "table_constraints",
    }
)

# relation -> (relation column, column holding attribute numbers: one or a list)
BY_ATTNUM: dict[str, tuple[tuple[str, str], ...]] = {
    "pg_attribute": (("attrelid", "attnum"),),
    "pg_attrdef": (("adrelid", "adnum"),),
    "pg_constraint": (("conrelid", "conkey"), ("confrelid", "confkey")),
    "pg_index": (("indrelid", "indkey"),),
    "pg_partitioned_table": (("partrelid", "partattrs"),),
    "pg_trigger": (("tgrelid", "tgattr"),),
}
LISTS = frozenset({"conkey", "confkey", "indkey", "partattrs", "tgattr"})

# (relation, column with source-written text) -> (the row's name there, table of names whose text mentions what is hidden)
_DEFAULT_NAME = "table_schema, table_name, column_name"
TEXTS: dict[tuple[str, str], tuple[str, str]] = {
    ("pg_views", "definition"): ("schemaname, viewname", "hidden_view"),
    ("pg_matviews", "definition"): ("schemaname, matviewname", "hidden_view"),
    ("views", "view_definition"): ("table_schema, table_name", "hidden_view"),
    ("columns", "column_default"): (_DEFAULT_NAME, "hidden_default"),
    ("columns", "generation_expression"): (_DEFAULT_NAME, "hidden_default"),
}
NAMES = {"hidden_view": "schema_name, name", "hidden_default": "schema_name, table_name, name"}


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
    if relation == "pg_attrdef":
        parts.append("oid IN (SELECT oid FROM hidden_default)")
    if relation == "pg_trigger":
        parts.append("oid IN (SELECT oid FROM hidden_trigger)")
    if relation == "triggers":
        name = "event_object_schema, event_object_table, trigger_name"
        parts.append(f"({name}) IN (SELECT (schema_name, table_name, name) FROM hidden_trigger)")
    if relation == "pg_proc":
        parts.append("oid IN (SELECT oid FROM hidden_function)")
    if relation in ("routines", "parameters", "check_constraint_routine_usage", "view_routine_usage"):
        parts.append(
            "try_cast(regexp_extract(specific_name, '_([0-9]+)$', 1) AS UINTEGER) IN (SELECT oid FROM hidden_function)"
        )
    if relation in BY_CONSTRAINT:
        parts.append("(constraint_schema, constraint_name) IN (SELECT (schema_name, name) FROM hidden_constraint)")
    condition = " OR ".join(f"coalesce({part}, false)" for part in parts)
    return condition.replace("FROM hidden", f"FROM {schema}hidden")


def text_column(relation: str, column: str, schema: str = "") -> str:
    """SQL of a column that holds source-written text, NULL where that mentions what is hidden; '' for any other column."""
    if (relation, column) not in TEXTS:
        return ""
    name, table = TEXTS[relation, column]
    return f"CASE WHEN ({name}) NOT IN (SELECT ({NAMES[table]}) FROM {schema}{table}) THEN {column} END"


def needed(roots: str, schema: str = "", source: str = "") -> tuple[tuple[str, str], ...]:
    """(table, query) of each table that conditions read, but for `hidden_column`; each may read those before it.

    roots: query of the hidden relations' OIDs. schema: where the caller keeps these tables, source: where it has the system
    relations under their names, both with their dot.
    """
    return tuple(
        (name, re.sub(r"\bpg_([a-z]+)\b", rf"{source}pg_\1", query).replace("FROM hidden", f"FROM {schema}hidden"))
        for name, query in (
            ("hidden", _hidden(roots)), ("hidden_constraint", _CONSTRAINTS.format(condition=hidden_condition("pg_constraint"))),
            ("hidden_default", _DEFAULTS), ("hidden_view", _VIEWS), ("hidden_trigger", _TRIGGERS),
            ("hidden_function", _FUNCTIONS),
        )
    )  # fmt: skip


def _hidden(roots: str) -> str:
    """Relations with their indexes, toast tables and owned sequences; and those that belong to hidden columns alone."""
    return f"""WITH RECURSIVE edge(parent, child) AS (
    SELECT indrelid, indexrelid FROM pg_index
    UNION ALL SELECT oid, reltoastrelid FROM pg_class WHERE reltoastrelid <> 0
    UNION ALL SELECT d.refobjid, d.objid FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
        WHERE d.refclassid = {PG_CLASS} AND d.classid = {PG_CLASS} AND d.deptype IN ('a', 'i')
), tree(oid) AS (
    {roots}
    UNION SELECT d.objid FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind IN ('i', 'I', 'S')
        WHERE d.classid = {PG_CLASS} AND d.refclassid = {PG_CLASS}
        AND (d.refobjid, d.refobjsubid) IN (SELECT (oid, attnum) FROM hidden_column)
    UNION SELECT c.conindid FROM pg_constraint c WHERE c.contype IN ('p', 'u', 'x')
        AND EXISTS (SELECT 1 FROM hidden_column h WHERE h.oid = c.conrelid AND list_contains(c.conkey, h.attnum))
    UNION SELECT edge.child FROM edge JOIN tree ON edge.parent = tree.oid
)
SELECT c.oid, n.nspname AS schema_name, c.relname AS name, nullif(c.reltype, 0) AS rowtype,
       nullif(t.typarray, 0) AS arraytype
FROM tree JOIN pg_class c ON c.oid = tree.oid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_type t ON t.typrelid = c.oid"""


_CONSTRAINTS = """SELECT c.oid, n.nspname AS schema_name, c.conname AS name
FROM (SELECT * FROM pg_constraint WHERE {condition}
    OR (contype IN ('p', 'u', 'x') AND conindid IN (SELECT oid FROM hidden))) c JOIN pg_namespace n ON n.oid = c.connamespace"""
_MENTIONED = f"""d.refclassid = {PG_CLASS} AND (d.refobjid IN (SELECT oid FROM hidden)
    OR (d.refobjid, d.refobjsubid) IN (SELECT (oid, attnum) FROM hidden_column))"""
_DEFAULTS = f"""SELECT DISTINCT e.oid, n.nspname AS schema_name, c.relname AS table_name, a.attname AS name
FROM pg_depend d JOIN pg_attrdef e ON e.oid = d.objid JOIN pg_attribute a ON a.attrelid = e.adrelid AND a.attnum = e.adnum
JOIN pg_class c ON c.oid = e.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE d.classid = {PG_ATTRDEF} AND {_MENTIONED}"""
_TRIGGERS = f"""SELECT t.oid, n.nspname AS schema_name, c.relname AS table_name, t.tgname AS name
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE t.tgconstraint IN (SELECT oid FROM hidden_constraint)
    OR t.oid IN (SELECT d.objid FROM pg_depend d WHERE d.classid = {PG_TRIGGER} AND {_MENTIONED})"""
_VIEWS = f"""SELECT DISTINCT c.oid, n.nspname AS schema_name, c.relname AS name
FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE d.classid = {PG_REWRITE} AND {_MENTIONED}"""
_FUNCTIONS = """SELECT p.oid FROM pg_proc p WHERE EXISTS (SELECT 1 FROM hidden h WHERE p.prorettype IN (h.rowtype, h.arraytype)
    OR list_has_any(p.proargtypes, [h.rowtype, h.arraytype]) OR list_has_any(p.proallargtypes, [h.rowtype, h.arraytype]))"""


_DEPENDENTS = (
    (PG_CONSTRAINT, "hidden_constraint"),
    (PG_ATTRDEF, "hidden_default"),
    (PG_PROC, "hidden_function"),
    (PG_TRIGGER, "hidden_trigger"),
)


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
        for owner, table in _DEPENDENTS:
            parts.append(f"({class_column} = {owner} AND {object_column} IN (SELECT oid FROM {table}))")
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
