"""Where the catalog's relations refer to relations and columns: one row a referring column.

Part of the release's format: the writer deletes what a release must not hold by it, the server hides from a role what the policy
does not grant by it. Refuses to know policies. Facts: PostgreSQL's documentation of the system catalogs.

Every condition is DuckDB SQL over a system relation's own column names. It reads tables of the caller, filled by `mentions.py`:
`hidden_column(oid, attnum, schema_name, table_name, name)`, columns of relations that stay; `hidden_type(oid, schema_name, name)`,
row types, their arrays and the domains over them; `hidden(oid, schema_name, name)`, relations, with the indexes, toast tables and
sequences of both; `hidden_constraint(oid, schema_name, name)`, `hidden_default(oid, schema_name, table_name, name)`,
`hidden_view(oid, schema_name, name)`, `hidden_type_default(oid, schema_name, name)` and `hidden_trigger(oid, schema_name, table_name,
name)`, what mentions them; `hidden_object(classid, oid)`, everything of the kind by its class; `hidden_key(oid)`, partitioned tables
whose key mentions one, and `hidden_bound(oid)`, the partitions below them.
"""

from __future__ import annotations

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

# relation -> (class of its rows, column that holds their OID): rows that go when what they describe mentions what is hidden
BY_OBJECT: dict[str, tuple[int, str]] = {
    "pg_aggregate": (PG_PROC, "aggfnoid"),
    "pg_amop": (2602, "oid"),
    "pg_amproc": (2603, "oid"),
    "pg_attrdef": (PG_ATTRDEF, "oid"),
    "pg_cast": (2605, "oid"),
    "pg_conversion": (2607, "oid"),
    "pg_opclass": (2616, "oid"),
    "pg_operator": (2617, "oid"),
    "pg_opfamily": (2753, "oid"),
    "pg_proc": (PG_PROC, "oid"),
    "pg_rewrite": (PG_REWRITE, "oid"),
    "pg_trigger": (PG_TRIGGER, "oid"),
}

# relation -> (schema column, name column) of a type
BY_TYPE: dict[str, tuple[tuple[str, str], ...]] = {
    "attributes": (("udt_schema", "udt_name"), ("attribute_udt_schema", "attribute_udt_name")),
    "column_domain_usage": (("domain_schema", "domain_name"),),
    "column_udt_usage": (("udt_schema", "udt_name"),),
    "domain_constraints": (("domain_schema", "domain_name"),),
    "domain_udt_usage": (("domain_schema", "domain_name"), ("udt_schema", "udt_name")),
    "domains": (("domain_schema", "domain_name"),),
    "element_types": (("object_schema", "object_name"), ("udt_schema", "udt_name")),
}

# relations that name routines by specific_name, which ends in the function's OID -> that column
BY_ROUTINE = {
    "check_constraint_routine_usage": "specific_name",
    "element_types": "object_name",
    "parameters": "specific_name",
    "routines": "specific_name",
    "view_routine_usage": "specific_name",
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
    "attributes": (("udt_schema", "udt_name", "attribute_name"),),
    "column_column_usage": (
        ("table_schema", "table_name", "column_name"),
        ("table_schema", "table_name", "dependent_column"),
    ),
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
        "domain_constraints",
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


def hidden_condition(relation: str, schema: str = "") -> str:
    """SQL that is true for a row of `relation` that refers to a hidden relation or column; '' where none can.

    schema: where the caller keeps `hidden` and `hidden_column`, with its dot.
    """
    parts = [f"{column} IN (SELECT oid FROM hidden)" for column in BY_OID.get(relation, ())]
    parts += [*_by_class(relation), *_by_name(relation), *_by_attnum(relation)]
    if relation in BY_OBJECT:
        owner, column = BY_OBJECT[relation]
        parts.append(f"{column} IN (SELECT oid FROM hidden_object WHERE classid = {owner})")
    for names in BY_TYPE.get(relation, ()):
        parts.append(f"({', '.join(names)}) IN (SELECT (schema_name, name) FROM hidden_type)")
    if relation in BY_ROUTINE:
        number = f"try_cast(regexp_extract({BY_ROUTINE[relation]}, '_([0-9]+)$', 1) AS UINTEGER)"
        parts.append(f"{number} IN (SELECT oid FROM hidden_object WHERE classid = {PG_PROC})")
    if relation in BY_CONSTRAINT:
        parts.append("(constraint_schema, constraint_name) IN (SELECT (schema_name, name) FROM hidden_constraint)")
        parts += _not_null("constraint_name")
    parts += _SPECIAL.get(relation, ())
    condition = " OR ".join(f"coalesce({part}, false)" for part in parts)
    return condition.replace("FROM hidden", f"FROM {schema}hidden")


_SPECIAL: dict[str, tuple[str, ...]] = {
    "element_types": (
        "(object_schema, object_name, collection_type_identifier) IN "
        "(SELECT (schema_name, table_name, CAST(attnum AS VARCHAR)) FROM hidden_column)",
    ),
    "pg_partitioned_table": ("partrelid IN (SELECT oid FROM hidden_key)",),
    "pg_type": ("oid IN (SELECT oid FROM hidden_type)",),
    "triggers": (
        "(event_object_schema, event_object_table, trigger_name) IN "
        "(SELECT (schema_name, table_name, name) FROM hidden_trigger)",
    ),
}


def _not_null(column: str) -> list[str]:
    """Before Postgres 18 a NOT NULL has no constraint; information_schema calls it <namespace>_<relation>_<attnum>_not_null."""
    pattern = "'^[0-9]+_([0-9]+)_([0-9]+)_not_null$'"
    owner, number = (f"try_cast(regexp_extract({column}, {pattern}, {group}) AS BIGINT)" for group in (1, 2))
    return [
        f"{owner} IN (SELECT oid FROM hidden)",
        f"({owner}, {number}) IN (SELECT (CAST(oid AS BIGINT), CAST(attnum AS BIGINT)) FROM hidden_column)",
    ]


def _by_class(relation: str) -> list[str]:
    parts = []
    for owner, oid, number in BY_CLASS.get(relation, ()):
        parts += [
            f"({owner} = {PG_CLASS} AND {oid} IN (SELECT oid FROM hidden))",
            f"({owner} = {PG_TYPE} AND {oid} IN (SELECT oid FROM hidden_type))",
            f"({owner} = {PG_CLASS} AND ({oid}, {number}) IN (SELECT (oid, attnum) FROM hidden_column))",
            f"({owner}, {oid}) IN (SELECT (classid, oid) FROM hidden_object)",
        ]
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
