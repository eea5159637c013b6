"""The catalog snapshot: rows of pg_catalog and information_schema, and what pg_get_*def() answers, as text.

Reads the catalog alone, never a user's table. Copies what is on a list and leaves every other system relation empty, since
statistics, sessions, passwords, connection strings and large objects carry data. Node trees are read decompiled. Facts: the
source's own pg_class, pg_attribute and pg_type; research on what leaks through a catalog.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from synth.release.manifest import Source
from synth.release.storage import storage_type
from synth.source.texts import JUDGED, Judgement

# Postgres prints names bare where this path finds them. Fixed, for whoever compiles the texts again must know it.
PRINTING_PATH = "public"
FIRST_NORMAL_OID = 16384  # objects below were made by initdb and are the same in every cluster of that version


class Connection(Protocol):
    """What this module needs of an asyncpg connection."""

    async def fetch(self, query: str, *args: object) -> Sequence[Any]:
        """All rows of a query."""


@dataclass(frozen=True, slots=True)
class SystemColumn:
    """A column of a system relation and the DuckDB type that stores it."""

    attnum: int
    name: str
    type_name: str
    storage: str


@dataclass(frozen=True, slots=True)
class SystemRelation:
    """A relation of pg_catalog or information_schema; rows hold text, one tuple in column order."""

    oid: int
    schema: str
    name: str
    columns: tuple[SystemColumn, ...]
    rows: list[tuple[str | None, ...]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Definition:
    """One answer of a pg_get_*def function: kind names it, sub is its column argument (0 = whole), pretty its flag.

    Rows of pg_get_keywords, which differ from version to version, are among them: sub counts them."""

    kind: str
    oid: int
    sub: int
    pretty: bool
    text: str | None


@dataclass(frozen=True, slots=True)
class CatalogSnapshot:
    """All of it. Not yet filtered: `synth.release.catalog_writer` applies the policy before anything is written."""

    source: Source
    relations: tuple[SystemRelation, ...]
    definitions: tuple[Definition, ...]


# Default deny: a system relation that is not named here is in the snapshot without rows.
COPIED = frozenset(
    """
    pg_aggregate pg_am pg_amop pg_amproc pg_attrdef pg_attribute pg_cast pg_class pg_collation pg_constraint pg_conversion
    pg_depend pg_description pg_enum pg_extension pg_index pg_inherits pg_language pg_namespace pg_opclass pg_operator
    pg_opfamily pg_partitioned_table pg_proc pg_range pg_rewrite pg_sequence pg_shdescription pg_tablespace
    pg_trigger pg_ts_config pg_ts_config_map pg_ts_dict pg_ts_parser pg_ts_template pg_type pg_database
    pg_tables pg_views pg_matviews pg_indexes pg_sequences pg_roles pg_user pg_settings pg_timezone_abbrevs
    """.split()
)
COPIED_INFORMATION_SCHEMA = frozenset(
    """
    attributes character_sets check_constraint_routine_usage check_constraints collations
    collation_character_set_applicability column_column_usage column_domain_usage column_udt_usage columns
    constraint_column_usage constraint_table_usage domain_constraints domain_udt_usage domains element_types
    enabled_roles applicable_roles information_schema_catalog_name key_column_usage parameters referential_constraints
    routines schemata sequences sql_features sql_implementation_info sql_sizing table_constraints
    table_privileges column_privileges role_table_grants role_column_grants tables triggers view_column_usage
    view_routine_usage view_table_usage views
    """.split()
)

# A node tree as text: the expression that decompiles it. Trees that are not named here are read as NULL.
NODE_TREES = {
    ("pg_attrdef", "adbin"): "pg_get_expr(adbin, adrelid)",
    ("pg_class", "relpartbound"): "pg_get_expr(relpartbound, oid)",
    ("pg_constraint", "conbin"): "pg_get_expr(conbin, conrelid)",
    ("pg_index", "indexprs"): "pg_get_expr(indexprs, indrelid)",
    ("pg_index", "indpred"): "pg_get_expr(indpred, indrelid)",
    ("pg_partitioned_table", "partexprs"): "pg_get_expr(partexprs, partrelid)",
    ("pg_proc", "proargdefaults"): "pg_get_expr(proargdefaults, 0)",
    ("pg_trigger", "tgqual"): "pg_get_expr(tgqual, tgrelid)",
    ("pg_type", "typdefaultbin"): "pg_get_expr(typdefaultbin, 0)",
}

# Columns that tell of the source's data, sessions or files rather than of its schema; texts are judged in `texts.py`.
BLANKED = {
    ("pg_class", "relfrozenxid"): "'0'",
    ("pg_class", "relminmxid"): "'0'",
    ("pg_class", "relpages"): "'0'",
    (
        "pg_class",
        "reltuples",
    ): "CASE WHEN relkind IN ('i', 'I') THEN '0' ELSE '-1' END",  # as of what was never analysed
    ("pg_class", "relallvisible"): "'0'",
    ("pg_class", "relallfrozen"): "'0'",
    ("pg_class", "relfilenode"): "'0'",
    # that there are rules says that the order is not the locale's; what they are is text of the source's authors
    ("pg_collation", "collicurules"): "CASE WHEN oid < 16384 THEN collicurules ELSE left(collicurules, 0) END",
    ("pg_database", "daticurules"): "left(daticurules, 0)",
    ("pg_database", "datfrozenxid"): "'0'",
    ("pg_database", "datminmxid"): "'0'",
    ("pg_index", "indcheckxmin"): "'false'",  # that rows were changed while the index was made
    ("pg_proc", "prosrc"): "CASE WHEN oid < 16384 THEN prosrc ELSE '' END",
    ("pg_sequences", "last_value"): "NULL",
    ("pg_settings", "sourceline"): "NULL",
    ("pg_roles", "rolvaliduntil"): "NULL",
    ("pg_user", "valuntil"): "NULL",
}

# relation -> the column by which what initdb made is told from the rest, where it is not `oid`
KEYS = {"pg_aggregate": "aggfnoid::oid"}

# Settings a client's behaviour depends on are shown as the source has them, all others at their built-in value.
SHOWN_SETTINGS = """
    server_version server_version_num server_encoding lc_collate lc_ctype lc_messages lc_monetary lc_numeric lc_time
    DateStyle IntervalStyle TimeZone integer_datetimes standard_conforming_strings max_identifier_length block_size
    max_index_keys max_function_args default_transaction_isolation bytea_output extra_float_digits
    client_encoding default_text_search_config search_path
""".split()

FILTERS = {
    "pg_database": "datname = current_database()",
    "pg_shdescription": "false",
    "pg_rewrite": "true",
}

RELATIONS_SQL = """
SELECT c.oid::int8 AS oid, n.nspname AS schema, c.relname AS name
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v')
ORDER BY c.oid
"""

COLUMNS_SQL = """
SELECT a.attrelid::int8 AS relation, a.attnum, a.attname, t.typname, a.atttypmod,
       b.oid::int8 AS base, CASE WHEN b.typcategory = 'A' AND b.typlen = -1 AND b.typname NOT IN ('int2vector', 'oidvector')
                           THEN b.typelem::int8 ELSE 0 END AS element
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
"""

USER_RELATIONS = (
    "c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)"
)

DEFINITIONS_SQL = {
    "constraintdef": """SELECT oid::int8, 0, p, pg_get_constraintdef(oid, p) FROM pg_constraint, (VALUES (true), (false)) f(p)""",
    "indexdef": f"""SELECT i.indexrelid::int8, 0, p, pg_get_indexdef(i.indexrelid, 0, p)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid, (VALUES (true), (false)) f(p) WHERE {USER_RELATIONS}
        UNION ALL SELECT i.indexrelid::int8, k, true, pg_get_indexdef(i.indexrelid, k, true)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid, generate_series(1, i.indnatts) k WHERE {USER_RELATIONS}
        UNION ALL SELECT i.indexrelid::int8, k, false, pg_get_indexdef(i.indexrelid, k, false)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid, generate_series(1, i.indnatts) k WHERE {USER_RELATIONS}""",
    "viewdef": """SELECT c.oid::int8, 0, p, pg_get_viewdef(c.oid, p) FROM pg_class c, (VALUES (true), (false)) f(p)
        WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384""",
    "ruledef": """SELECT r.oid::int8, 0, p, pg_get_ruledef(r.oid, p) FROM pg_rewrite r, (VALUES (true), (false)) f(p)
        WHERE r.oid >= 16384""",
    "triggerdef": """SELECT t.oid::int8, 0, p, pg_get_triggerdef(t.oid, p) FROM pg_trigger t, (VALUES (true), (false)) f(p)
        WHERE NOT t.tgisinternal""",
    "partkeydef": """SELECT partrelid::int8, 0, false, pg_get_partkeydef(partrelid) FROM pg_partitioned_table""",
    "partition_constraintdef": """SELECT oid::int8, 0, false, pg_get_partition_constraintdef(oid) FROM pg_class
        WHERE relispartition AND relkind IN ('r', 'p', 'f')""",
    "function_arguments": "SELECT oid::int8, 0, false, pg_get_function_arguments(oid) FROM pg_proc",
    "function_identity_arguments": "SELECT oid::int8, 0, false, pg_get_function_identity_arguments(oid) FROM pg_proc",
    "version": "SELECT 0::int8, 0, false, version()",
    "function_result": "SELECT oid::int8, 0, false, pg_get_function_result(oid) FROM pg_proc",
    "keyword": "SELECT 0::int8, n::int, false, k::text FROM pg_get_keywords() WITH ORDINALITY k(word, code, bare, about, more, n)",
}

VIEW_SQL = (
    """SELECT oid::int8, 0, false, pg_get_viewdef(oid) FROM pg_class WHERE relkind IN ('v', 'm') AND oid >= 16384"""
)

SOURCE_SQL = """
SELECT current_setting('server_version') AS server_version, current_setting('server_version_num')::int AS server_version_num,
       current_database()::text AS database, current_setting('server_encoding') AS encoding,
       (SELECT datcollate FROM pg_database WHERE datname = current_database()) AS collation,
       current_setting('TimeZone') AS timezone
"""


class Shared:
    """One object for texts that are alike: most of a catalog is a few thousand words said over and over."""

    def __init__(self) -> None:
        self._texts: dict[str | None, str | None] = {}

    def row(self, texts: Iterable[str | None]) -> tuple[str | None, ...]:
        """A row of such texts."""
        return tuple(self._texts.setdefault(text, text) for text in texts)


async def read_catalog(connection: Connection) -> CatalogSnapshot:
    """The source's catalog as text. Definitions name objects as a session under PRINTING_PATH prints them; `viewsql` alone is fully
    qualified, for it is compiled for whatever path a client has. Leaves the session under PRINTING_PATH."""
    await connection.fetch(f"SET search_path = {PRINTING_PATH}")
    source = Source(**dict((await connection.fetch(SOURCE_SQL))[0]))
    relations = await _relations(connection)
    shared = Shared()
    for relation in relations:
        if _is_copied(relation):
            relation.rows.extend(shared.row(row) for row in await connection.fetch(_select(relation)))
    definitions = [
        Definition(kind, *row) for kind, query in DEFINITIONS_SQL.items() for row in await connection.fetch(query)
    ]
    await connection.fetch("SET search_path = pg_catalog")
    definitions += [Definition("viewsql", *row) for row in await connection.fetch(VIEW_SQL)]
    await connection.fetch(f"SET search_path = {PRINTING_PATH}")
    return CatalogSnapshot(source, tuple(relations), tuple(definitions))


async def _relations(connection: Connection) -> list[SystemRelation]:
    columns: dict[int, list[SystemColumn]] = {}
    for row in await connection.fetch(COLUMNS_SQL):
        storage = storage_type(row["base"], row["atttypmod"], row["element"])
        column = SystemColumn(row["attnum"], row["attname"], row["typname"], storage)
        columns.setdefault(row["relation"], []).append(column)
    return [
        SystemRelation(row["oid"], row["schema"], row["name"], tuple(columns.get(row["oid"], ())))
        for row in await connection.fetch(RELATIONS_SQL)
    ]


def _is_copied(relation: SystemRelation) -> bool:
    names = COPIED if relation.schema == "pg_catalog" else COPIED_INFORMATION_SCHEMA
    return relation.name in names


def _select(relation: SystemRelation) -> str:
    targets = ", ".join(_expression(relation.name, column) for column in relation.columns)
    where = FILTERS.get(relation.name, "true")
    return f'SELECT {targets} FROM {relation.schema}."{relation.name}" WHERE {where}'


def _expression(relation: str, column: SystemColumn) -> str:
    """The column as text in the form that DuckDB's CAST to its storage type reads (lists as JSON, bytes as hex)."""
    name = '"' + column.name.replace('"', '""') + '"'
    if (relation, column.name) in BLANKED:
        return BLANKED[relation, column.name]
    if relation == "pg_settings" and column.name in ("setting", "reset_val"):
        shown = ", ".join(f"'{setting.lower()}'" for setting in SHOWN_SETTINGS)
        # of a session that has not asked for the path that names are printed under
        return (
            f"CASE WHEN name = 'search_path' THEN reset_val WHEN lower(name) IN ({shown}) THEN {name} ELSE boot_val END"
        )
    judgement = JUDGED.get((relation, column.name))
    if judgement is Judgement.BLANK:
        return "NULL::text"
    plain = _plain(relation, column, name)
    if judgement is Judgement.BUILT_IN:
        return f"CASE WHEN {KEYS.get(relation, 'oid')} < {FIRST_NORMAL_OID} THEN {plain} END"
    return plain


def _plain(relation: str, column: SystemColumn, name: str) -> str:
    if column.type_name == "pg_node_tree":
        return NODE_TREES.get((relation, column.name), "NULL::text")
    if column.type_name == "anyarray":
        return "NULL::text"
    if column.storage.endswith("[]"):
        element = "text[]" if column.type_name.startswith("_") else "int8[]"
        if column.type_name in ("int2vector", "_int2", "_int4", "_int8", "oidvector", "_oid"):
            element = "int8[]"
        return f"to_json({name}::{element})::text"
    if column.storage == "BLOB":
        return f"encode({name}, 'hex')"
    if column.type_name.startswith("reg"):
        return f"{name}::oid::text"
    return f"{name}::text"
