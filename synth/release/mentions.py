"""What in the catalog mentions what is hidden: the tables that `references.py`'s conditions read, as queries over pg_depend.

Part of the release's format, like its sister: the writer uses both for what a release leaves out, the server for what a role may not
know. Besides whole rows some columns mention it: texts, which become NULL, and flags and counts, which are worked out anew. Refuses to
know policies. Facts: what depends on what is pg_depend's word; PostgreSQL's documentation of the system catalogs.
"""

from __future__ import annotations

import re

from synth.release.references import (
    PG_ATTRDEF,
    PG_CLASS,
    PG_CONSTRAINT,
    PG_REWRITE,
    PG_TRIGGER,
    PG_TYPE,
    hidden_condition,
)

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
_OTHER_INDEX = (
    "EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = {oid} AND i.indexrelid NOT IN (SELECT oid FROM hidden))"
)
_OTHER_TRIGGER = """EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = {oid} AND t.tgconstrrelid NOT IN (SELECT oid FROM hidden)
    AND t.oid NOT IN (SELECT oid FROM hidden_trigger))"""
_OTHER_RULE = f"""EXISTS (SELECT 1 FROM pg_rewrite r WHERE r.ev_class = {{oid}}
    AND r.oid NOT IN (SELECT oid FROM hidden_object WHERE classid = {PG_REWRITE}))"""
_OTHER_CHECKS = """(SELECT CAST(count(*) AS SMALLINT) FROM pg_constraint k WHERE k.conrelid = {oid} AND k.contype = 'c'
    AND k.oid NOT IN (SELECT oid FROM hidden_constraint))"""
_OTHER_HEIR = (
    "EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhparent = {oid} AND h.inhrelid NOT IN (SELECT oid FROM hidden))"
)
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

    roots: query of the hidden relations' OIDs; their partitions go with them. schema: where these tables are, source: where the
    system relations are under their names, both with their dot.
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


TABLES = ("hidden_root", "hidden_type", "hidden", "hidden_constraint", "hidden_object", "hidden_default", "hidden_type_default",
          "hidden_view", "hidden_trigger", "hidden_key", "hidden_bound")  # fmt: skip


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
).format(
    types=_TYPES.replace("{seeds}", _ROW_TYPES + " OR c.oid IN (SELECT oid FROM hidden_column) AND c.reltype <> 0")
)

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
