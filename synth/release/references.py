"""Where the catalog's relations refer to relations and columns: one row a referring column.

Part of the release's format: the writer deletes what a release must not hold by it, the server hides from a role what the policy
does not grant by it. Refuses to know policies. Facts: PostgreSQL's documentation of the system catalogs; what depends on what is
pg_depend's word.

Every condition is DuckDB SQL over a system relation's own column names. It reads tables of the caller, filled by `preparation`:
`hidden_column(oid, attnum, schema_name, table_name, name)`, columns of relations that stay; `hidden_type(oid, schema_name, name)`,
row types, their arrays and the domains over them; `hidden(oid, schema_name, name)`, relations, with the indexes, toast tables and
sequences of both; `hidden_constraint(oid, schema_name, name)`, `hidden_default(oid, schema_name, table_name, name)`,
`hidden_view(oid, schema_name, name)`, `hidden_type_default(oid, schema_name, name)` and `hidden_trigger(oid, schema_name, table_name,
name)`, what mentions them; `hidden_object(classid, oid)`, everything of the kind by its class; `hidden_key(oid)`, partitioned tables
whose key mentions one, and `hidden_bound(oid)`, the partitions below them.
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
    "column_column_usage": (("table_schema", "table_name", "column_name"), ("table_schema", "table_name", "dependent_column")),
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

# (relation, column with source-written text) -> (the row's name there, table of names whose text mentions what is hidden)
_DEFAULT_NAME = "table_schema, table_name, column_name"
TEXTS: dict[tuple[str, str], tuple[str, str]] = {
    ("pg_views", "definition"): ("schemaname, viewname", "hidden_view"),
    ("pg_matviews", "definition"): ("schemaname, matviewname", "hidden_view"),
    ("views", "view_definition"): ("table_schema, table_name", "hidden_view"),
    ("columns", "column_default"): (_DEFAULT_NAME, "hidden_default"),
    ("columns", "generation_expression"): (_DEFAULT_NAME, "hidden_default"),
    ("domains", "domain_default"): ("domain_schema, domain_name", "hidden_type_default"),
    ("pg_type", "typdefault"): ("oid", "hidden_type_default"),
    ("pg_type", "typdefaultbin"): ("oid", "hidden_type_default"),
    ("pg_class", "relpartbound"): ("oid", "hidden_bound"),
}
_NAMES = {"hidden_view": "schema_name, name", "hidden_default": "schema_name, table_name, name",
          "hidden_type_default": "schema_name, name"}  # fmt: skip

# (relation, column) -> what it says of a row once rows about what is hidden are gone
_OTHER_INDEX = "EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = {oid} AND i.indexrelid NOT IN (SELECT oid FROM hidden))"
_OTHER_TRIGGER = """EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = {oid} AND t.tgconstrrelid NOT IN (SELECT oid FROM hidden)
    AND t.oid NOT IN (SELECT oid FROM hidden_trigger))"""
_OTHER_RULE = f"""EXISTS (SELECT 1 FROM pg_rewrite r WHERE r.ev_class = {{oid}}
    AND r.oid NOT IN (SELECT oid FROM hidden_object WHERE classid = {PG_REWRITE}))"""
_OTHER_CHECKS = """(SELECT CAST(count(*) AS SMALLINT) FROM pg_constraint k WHERE k.conrelid = {oid} AND k.contype = 'c'
    AND k.oid NOT IN (SELECT oid FROM hidden_constraint))"""
_OTHER_HEIR = "EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhparent = {oid} AND h.inhrelid NOT IN (SELECT oid FROM hidden))"
_NAMED_OID = """(SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = x.schemaname AND c.relname = x.tablename)"""
_HAS_DEFAULT = """(attrelid, attnum) NOT IN (SELECT (d.adrelid, d.adnum) FROM pg_attrdef d JOIN hidden_default h ON h.oid = d.oid)"""
SUMMARIES: dict[tuple[str, str], str] = {
    ("pg_class", "relchecks"): f"CASE WHEN relchecks > 0 THEN {_OTHER_CHECKS} ELSE relchecks END".format(oid="x.oid"),
    ("pg_class", "relhasindex"): f"relhasindex AND {_OTHER_INDEX}".format(oid="x.oid"),
    ("pg_class", "relhasrules"): f"relhasrules AND {_OTHER_RULE}".format(oid="x.oid"),
    ("pg_class", "relhassubclass"): f"relhassubclass AND {_OTHER_HEIR}".format(oid="x.oid"),
    ("pg_class", "relhastriggers"): f"relhastriggers AND {_OTHER_TRIGGER}".format(oid="x.oid"),
    ("pg_tables", "hasindexes"): f"hasindexes AND {_OTHER_INDEX}".format(oid=_NAMED_OID),
    ("pg_tables", "hasrules"): f"hasrules AND {_OTHER_RULE}".format(oid=_NAMED_OID),
    ("pg_tables", "hastriggers"): f"hastriggers AND {_OTHER_TRIGGER}".format(oid=_NAMED_OID),
    ("pg_attribute", "atthasdef"): f"atthasdef AND {_HAS_DEFAULT}",
    ("pg_attribute", "attgenerated"): f"CASE WHEN {_HAS_DEFAULT} THEN attgenerated ELSE '' END",
    ("columns", "is_generated"): (
        f"CASE WHEN ({_DEFAULT_NAME}) IN (SELECT (schema_name, table_name, name) FROM hidden_default) THEN 'NEVER' "
        "ELSE is_generated END"
    ),
}

# kind of a stored definition -> the table of OIDs whose definition of that kind mentions what is hidden; all go with hidden objects
DEFINITIONS = {
    "viewdef": "hidden_view", "viewsql": "hidden_view", "partkeydef": "hidden_key", "partition_constraintdef": "hidden_bound",
}  # fmt: skip


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


def role_column(relation: str, column: str, schema: str = "", source: str = "") -> str:
    """SQL of a column that mentions or sums up what is hidden, without it; '' for any other column. The relation is called x.

    schema, source: see `preparation`.
    """
    if (relation, column) in SUMMARIES:
        return _placed(SUMMARIES[relation, column], schema, source)
    if (relation, column) not in TEXTS:
        return ""
    name, table = TEXTS[relation, column]
    names = "oid" if name == "oid" else _NAMES[table]
    return f"CASE WHEN ({name}) NOT IN (SELECT ({names}) FROM {schema}{table}) THEN {column} END"


def preparation(roots: str, schema: str = "", source: str = "", create: str = "CREATE TABLE") -> tuple[str, ...]:
    """Statements that fill the tables which conditions read, in order; `hidden_column` is there already, with what is denied.

    roots: query of the hidden relations' OIDs; their partitions go with them. schema: where these tables are, source: where the system relations are under their
    names, both with their dot.
    """
    made = (
        ("hidden_root", _ROOTS.format(roots=roots)), ("hidden_type", _TYPES.format(seeds=_ROW_TYPES)), ("", _TYPED_COLUMNS),
        ("hidden", _RELATIONS),
        ("hidden_constraint", _CONSTRAINTS.format(condition=hidden_condition("pg_constraint"))), ("hidden_object", _OBJECTS),
        ("hidden_default", _DEFAULTS), ("hidden_type_default", _TYPE_DEFAULTS), ("hidden_view", _VIEWS),
        ("hidden_trigger", _TRIGGERS), ("hidden_key", _KEYS), ("hidden_bound", _BOUNDS),
    )  # fmt: skip
    return tuple(
        f"{create} {schema}{name} AS {_placed(query, schema, source)}" if name else _placed(query, schema, source)
        for name, query in made
    )


TABLES = ("hidden_root", "hidden_type", "hidden", "hidden_constraint", "hidden_object", "hidden_default", "hidden_type_default", "hidden_view",
          "hidden_trigger", "hidden_key", "hidden_bound")  # fmt: skip


def _placed(query: str, schema: str, source: str) -> str:
    named = re.sub(r"(FROM|JOIN) pg_(\w+)", rf"\1 {source}pg_\2", query)
    return re.sub(r"(FROM|JOIN|INTO) hidden", rf"\1 {schema}hidden", named)


_ROOTS = """WITH RECURSIVE below(oid) AS (
    {roots}
    UNION SELECT c.oid FROM pg_inherits i JOIN below ON i.inhparent = below.oid JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition
)
SELECT oid FROM below"""
# Row types, then arrays of types, domains over types, and so on upwards.
_ROW_TYPES = "SELECT c.reltype FROM pg_class c WHERE c.reltype <> 0 AND c.oid IN (SELECT oid FROM hidden_root)"
_TYPES = """WITH RECURSIVE above(oid) AS (
    {seeds}
    UNION SELECT t.oid FROM pg_type t JOIN above ON t.typbasetype = above.oid OR t.typelem = above.oid
)
SELECT t.oid, n.nspname AS schema_name, t.typname AS name
FROM above JOIN pg_type t ON t.oid = above.oid JOIN pg_namespace n ON n.oid = t.typnamespace"""
# A column of a hidden type has no type that a role may know; one of a row type with hidden columns would hold their values.
_TYPED_COLUMNS = (
    "INSERT INTO hidden_column SELECT a.attrelid, a.attnum, n.nspname, c.relname, a.attname "
    "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid NOT IN (SELECT oid FROM hidden_root) "
    "AND (a.attrelid, a.attnum) NOT IN (SELECT (oid, attnum) FROM hidden_column) AND a.atttypid IN (SELECT oid FROM ({types}) s)"
).format(types=_TYPES.replace("{seeds}", _ROW_TYPES + " OR c.oid IN (SELECT oid FROM hidden_column) AND c.reltype <> 0"))

# Relations with their indexes, toast tables and owned sequences; and those that belong to hidden columns.
_RELATIONS = f"""WITH RECURSIVE edge(parent, child) AS (
    SELECT indrelid, indexrelid FROM pg_index
    UNION ALL SELECT oid, reltoastrelid FROM pg_class WHERE reltoastrelid <> 0
    UNION ALL SELECT d.refobjid, d.objid FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
        WHERE d.refclassid = {PG_CLASS} AND d.classid = {PG_CLASS} AND d.deptype IN ('a', 'i')
), tree(oid) AS (
    SELECT oid FROM hidden_root
    UNION SELECT d.objid FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind IN ('i', 'I', 'S')
        WHERE d.classid = {PG_CLASS} AND d.refclassid = {PG_CLASS}
        AND (d.refobjid, d.refobjsubid) IN (SELECT (oid, attnum) FROM hidden_column)
    UNION SELECT c.conindid FROM pg_constraint c WHERE c.contype IN ('p', 'u', 'x')
        AND EXISTS (SELECT 1 FROM hidden_column h WHERE h.oid = c.conrelid AND list_contains(c.conkey, h.attnum))
    UNION SELECT edge.child FROM edge JOIN tree ON edge.parent = tree.oid
)
SELECT c.oid, n.nspname AS schema_name, c.relname AS name
FROM tree JOIN pg_class c ON c.oid = tree.oid JOIN pg_namespace n ON n.oid = c.relnamespace"""

_CONSTRAINTS = """SELECT c.oid, n.nspname AS schema_name, c.conname AS name
FROM (SELECT * FROM pg_constraint WHERE {condition} OR contypid IN (SELECT oid FROM hidden_type)
    OR (contype IN ('p', 'u', 'x') AND conindid IN (SELECT oid FROM hidden))) c JOIN pg_namespace n ON n.oid = c.connamespace"""
_MENTIONED = f"""((d.refclassid = {PG_CLASS} AND (d.refobjid IN (SELECT oid FROM hidden)
        OR (d.refobjid, d.refobjsubid) IN (SELECT (oid, attnum) FROM hidden_column)))
    OR (d.refclassid = {PG_TYPE} AND d.refobjid IN (SELECT oid FROM hidden_type)))"""
# Relations and types have tables of their own; the rule that makes a view is the view.
_OBJECTS = f"""WITH RECURSIVE link AS (
    SELECT d.* FROM pg_depend d WHERE d.classid NOT IN ({PG_CLASS}, {PG_TYPE})
        AND (d.classid <> {PG_REWRITE} OR d.objid NOT IN (SELECT oid FROM pg_rewrite WHERE rulename = '_RETURN'))
), gone(classid, oid) AS (
    SELECT d.classid, d.objid FROM link d WHERE {_MENTIONED}
    UNION SELECT {PG_REWRITE}, r.oid FROM pg_rewrite r WHERE r.ev_class IN (SELECT oid FROM hidden)
    UNION SELECT {PG_CONSTRAINT}, oid FROM hidden_constraint
    UNION SELECT d.classid, d.objid FROM link d JOIN gone ON d.refclassid = gone.classid AND d.refobjid = gone.oid
)
SELECT classid, oid FROM gone"""
_DEFAULTS = f"""SELECT e.oid, n.nspname AS schema_name, c.relname AS table_name, a.attname AS name
FROM hidden_object o JOIN pg_attrdef e ON e.oid = o.oid JOIN pg_attribute a ON a.attrelid = e.adrelid AND a.attnum = e.adnum
JOIN pg_class c ON c.oid = e.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE o.classid = {PG_ATTRDEF}"""
_TYPE_DEFAULTS = f"""SELECT DISTINCT t.oid, n.nspname AS schema_name, t.typname AS name
FROM pg_depend d JOIN pg_type t ON t.oid = d.objid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE d.classid = {PG_TYPE}
    AND ({_MENTIONED} OR (d.refclassid, d.refobjid) IN (SELECT (classid, oid) FROM hidden_object))"""
_VIEWS = f"""SELECT DISTINCT c.oid, n.nspname AS schema_name, c.relname AS name
FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE d.classid = {PG_REWRITE}
    AND ({_MENTIONED} OR (d.refclassid, d.refobjid) IN (SELECT (classid, oid) FROM hidden_object))"""
_TRIGGERS = f"""SELECT t.oid, n.nspname AS schema_name, c.relname AS table_name, t.tgname AS name
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE t.tgconstraint IN (SELECT oid FROM hidden_constraint)
    OR t.oid IN (SELECT oid FROM hidden_object WHERE classid = {PG_TRIGGER})"""
# The columns of a partition key depend on their own table.
_KEYS = f"""SELECT p.partrelid AS oid FROM pg_partitioned_table p WHERE p.partrelid IN (SELECT oid FROM hidden)
    OR EXISTS (SELECT 1 FROM hidden_column h WHERE h.oid = p.partrelid AND list_contains(p.partattrs, h.attnum))
    OR EXISTS (SELECT 1 FROM pg_depend d JOIN hidden_column h ON h.oid = d.objid AND h.attnum = d.objsubid
        WHERE d.classid = {PG_CLASS} AND d.refclassid = {PG_CLASS} AND d.objid = p.partrelid AND d.refobjid = d.objid)"""
_BOUNDS = """WITH RECURSIVE below(oid) AS (
    SELECT inhrelid FROM pg_inherits WHERE inhparent IN (SELECT oid FROM hidden_key)
    UNION SELECT i.inhrelid FROM pg_inherits i JOIN below ON i.inhparent = below.oid
)
SELECT oid FROM below"""


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
