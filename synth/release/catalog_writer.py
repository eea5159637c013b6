"""Catalog snapshot → `catalog.duckdb`: filtered by the policy, then written in the release's form.

Holds the rules of what a release's catalog may say: dropped relations vanish from every relation, source-written text goes
unless the policy keeps it, sizes are the replica's. Refuses to know the source and the policy file. Facts: `references.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from synth.release.mentions import DEFINITIONS as MENTIONING
from synth.release.mentions import TABLES, preparation, role_column
from synth.release.references import HIDDEN_COLUMN, PG_ATTRDEF, PG_CONSTRAINT, hidden_condition
from synth.source.catalog import FIRST_NORMAL_OID, CatalogSnapshot, SystemRelation

SCRATCH = "scratch"
DEFINITIONS = "pgd_def"
# Classes whose built-in objects carry Postgres' own comments: functions, operators, types, access methods and what belongs to them.
# Schemas, languages, extensions and databases are commented by whoever owns the source.
WITH_OWN_COMMENTS = "1255, 2617, 1247, 2601, 2616, 2753, 2607, 3602, 3600, 3601, 3764"

TEMPORARY = "(SELECT oid, nspname FROM pg_namespace WHERE regexp_matches(nspname, '^pg_(toast_)?temp_[0-9]+$'))"
LITERAL = "'[''0-9]'"  # in an expression: it may hold one

# A default is kept where it calls functions without literals; the name of a sequence is a name, not a value.
PLAIN_DEFAULT = r"^(nextval\(''([^'']|'''')*''::regclass\)|CURRENT_[A-Z]+|[a-z_][a-z0-9_.]*\(\))$"


@dataclass(frozen=True, slots=True)
class CatalogRules:
    """What of the source's DDL text a release keeps; excluded are OIDs of relations that are not in it."""

    comments: bool = False
    defaults: bool = False
    checks: bool = False
    views: bool = False
    partial_indexes: bool = False
    excluded: frozenset[int] = frozenset()


def write_catalog(snapshot: CatalogSnapshot, path: Path, rules: CatalogRules, rows: Mapping[int, int]) -> None:
    """Write the filtered catalog to a new DuckDB file. rows: the replica's row count by table OID."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS written")
        connection.execute("SET threads = 1")  # a hundred small tables: a second thread has buffers, and nothing to do
        _fill(connection, snapshot, rules, rows, "written")
        connection.execute("DETACH written")


def hold_catalog(connection: duckdb.DuckDBPyConnection, snapshot: CatalogSnapshot, rules: CatalogRules) -> None:
    """The filtered catalog in a new in-memory database, for a process that compiles and publishes nothing: no part of it on any disk."""
    connection.execute("SET temp_directory = ''")  # would be a folder beside the process, where memory is short
    _fill(connection, snapshot, rules, {}, "memory")
    connection.execute("SET search_path = 'main'")
    connection.execute(f"DROP SCHEMA {SCRATCH} CASCADE")


def _fill(
    connection: duckdb.DuckDBPyConnection,
    snapshot: CatalogSnapshot,
    rules: CatalogRules,
    rows: Mapping[int, int],
    database: str,
) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    _load(connection, snapshot)
    _drop_text(connection, rules)
    _hide(connection, rules)
    _set_sizes(connection, rows)
    _write(connection, snapshot, database)


def _load(connection: duckdb.DuckDBPyConnection, snapshot: CatalogSnapshot) -> None:
    connection.execute(f"CREATE SCHEMA {SCRATCH}")
    connection.execute(f"SET search_path = '{SCRATCH}'")
    for relation in snapshot.relations:
        _load_relation(connection, relation)
    definitions = pa.table(
        {
            "kind": pa.array([row.kind for row in snapshot.definitions], pa.string()),
            "oid": pa.array([row.oid for row in snapshot.definitions], pa.uint32()),
            "sub": pa.array([row.sub for row in snapshot.definitions], pa.int32()),
            "pretty": pa.array([row.pretty for row in snapshot.definitions], pa.bool_()),
            "def": pa.array([row.text for row in snapshot.definitions], pa.string()),
        }
    )
    connection.register("incoming", definitions)
    connection.execute(f"CREATE TABLE {DEFINITIONS} AS SELECT * FROM incoming")
    connection.unregister("incoming")


def _load_relation(connection: duckdb.DuckDBPyConnection, relation: SystemRelation) -> None:
    columns = zip(*relation.rows) if relation.rows else ([] for _ in relation.columns)
    arrays = [pa.array(list(column), pa.string()) for column in columns]
    connection.register("incoming", pa.table(arrays, names=[column.name for column in relation.columns]))
    targets = ", ".join(_reader(column.name, column.storage) for column in relation.columns)
    connection.execute(f"CREATE TABLE {_quote(relation.name)} AS SELECT {targets} FROM incoming")
    connection.unregister("incoming")


def _reader(name: str, storage: str) -> str:
    quoted = _quote(name)
    if storage.endswith("[]"):
        return f"CAST(CAST({quoted} AS JSON) AS {storage}) AS {quoted}"
    if storage == "BLOB":
        return f"unhex({quoted}) AS {quoted}"
    return f"CAST({quoted} AS {storage}) AS {quoted}"


def _drop_text(connection: duckdb.DuckDBPyConnection, rules: CatalogRules) -> None:
    """Take out what the source's authors wrote into the DDL, where the policy does not keep it."""
    run = connection.execute
    run(f"DELETE FROM {DEFINITIONS} WHERE kind IN ('ruledef')")
    if not rules.comments:
        run(f"DELETE FROM pg_description WHERE objoid >= {FIRST_NORMAL_OID} OR classoid NOT IN ({WITH_OWN_COMMENTS})")
    if not rules.defaults:
        _drop_defaults(connection)
    if not rules.checks:
        _drop_checks(connection)
    if not rules.partial_indexes:
        _drop_relations(
            connection,
            f"SELECT indexrelid FROM pg_index WHERE indpred IS NOT NULL OR regexp_matches(indexprs, {LITERAL})",
        )
    if not rules.views:
        _drop_relations(
            connection, f"SELECT oid FROM pg_class WHERE relkind IN ('v', 'm') AND oid >= {FIRST_NORMAL_OID}"
        )


def _drop_defaults(connection: duckdb.DuckDBPyConnection) -> None:
    run = connection.execute
    run(f"CREATE TEMP TABLE gone AS SELECT * FROM pg_attrdef WHERE NOT regexp_matches(adbin, '{PLAIN_DEFAULT}')")
    run("DELETE FROM pg_attrdef WHERE oid IN (SELECT oid FROM gone)")
    run(f"DELETE FROM pg_depend WHERE classid = {PG_ATTRDEF} AND objid IN (SELECT oid FROM gone)")
    run("UPDATE pg_attribute SET atthasdef = false WHERE (attrelid, attnum) IN (SELECT (adrelid, adnum) FROM gone)")
    run("UPDATE pg_attribute SET attgenerated = '' WHERE (attrelid, attnum) IN (SELECT (adrelid, adnum) FROM gone)")
    run(
        "UPDATE columns SET column_default = NULL, is_generated = 'NEVER', generation_expression = NULL "
        f"WHERE column_default IS NOT NULL AND NOT regexp_matches(column_default, '{PLAIN_DEFAULT}') "
        "OR generation_expression IS NOT NULL"
    )
    run(f"UPDATE pg_type SET typdefault = NULL, typdefaultbin = NULL WHERE oid >= {FIRST_NORMAL_OID}")
    run("UPDATE domains SET domain_default = NULL WHERE domain_schema NOT IN ('pg_catalog', 'information_schema')")
    run("UPDATE attributes SET attribute_default = NULL")
    run(f"UPDATE pg_proc SET proargdefaults = NULL WHERE oid >= {FIRST_NORMAL_OID}")
    run("UPDATE parameters SET parameter_default = NULL")
    run(f"DELETE FROM {DEFINITIONS} WHERE kind = 'function_arguments' AND oid >= {FIRST_NORMAL_OID}")
    run("UPDATE pg_attribute SET attstattarget = NULL")
    run(f"UPDATE pg_class SET reloptions = NULL WHERE oid >= {FIRST_NORMAL_OID}")
    _reset_sequences(connection)
    run("DROP TABLE gone")


def _reset_sequences(connection: duckdb.DuckDBPyConnection) -> None:
    """Bounds, start and cache as CREATE SEQUENCE sets them; only the direction stays."""
    up, top = "{increment} > 0", "CASE {bits} WHEN 16 THEN 32767 WHEN 32 THEN 2147483647 ELSE 9223372036854775807 END"
    rows = (
        ("pg_sequence", "seqincrement", "CASE seqtypid WHEN 21 THEN 16 WHEN 23 THEN 32 ELSE 64 END",
         ("seqstart", "seqmin", "seqmax", "seqincrement"), ", seqcache = 1"),
        ("pg_sequences", "increment_by", "CASE data_type WHEN 21 THEN 16 WHEN 23 THEN 32 ELSE 64 END",
         ("start_value", "min_value", "max_value", "increment_by"), ", cache_size = 1"),
        ("sequences", "CAST(increment AS BIGINT)", "numeric_precision",
         ("start_value", "minimum_value", "maximum_value", "increment"), ""),
        ("columns", "CAST(identity_increment AS BIGINT)", "numeric_precision",
         ("identity_start", "identity_minimum", "identity_maximum", "identity_increment"), " WHERE is_identity = 'YES'"),
    )  # fmt: skip
    for relation, increment, bits, (start, least, most, step), rest in rows:
        rises, limit = up.format(increment=increment), top.format(bits=bits)
        connection.execute(
            f"UPDATE {relation} SET {start} = CASE WHEN {rises} THEN 1 ELSE -1 END, {step} = CASE WHEN {rises} THEN 1 ELSE -1 END, "
            f"{least} = CASE WHEN {rises} THEN 1 ELSE -{limit} - 1 END, {most} = CASE WHEN {rises} THEN {limit} ELSE -1 END{rest}"
        )


def _drop_checks(connection: duckdb.DuckDBPyConnection) -> None:
    """CHECK constraints of tables and domains, partition bounds and the text of triggers."""
    run = connection.execute
    run(f"CREATE TEMP TABLE gone AS SELECT oid, conrelid, connamespace, conname FROM pg_constraint "
        f"WHERE contype = 'c' AND oid >= {FIRST_NORMAL_OID}")  # fmt: skip
    run("DELETE FROM pg_constraint WHERE oid IN (SELECT oid FROM gone)")
    run(f"DELETE FROM {DEFINITIONS} WHERE kind = 'constraintdef' AND oid IN (SELECT oid FROM gone)")
    run(f"DELETE FROM pg_depend WHERE classid = {PG_CONSTRAINT} AND objid IN (SELECT oid FROM gone)")
    run(f"DELETE FROM pg_description WHERE classoid = {PG_CONSTRAINT} AND objoid IN (SELECT oid FROM gone)")
    run("UPDATE pg_class SET relchecks = 0 WHERE oid IN (SELECT conrelid FROM gone)")
    named = "(SELECT (n.nspname, g.conname) FROM gone g JOIN pg_namespace n ON n.oid = g.connamespace)"
    for relation in ("check_constraints", "table_constraints", "constraint_column_usage", "constraint_table_usage",
                     "domain_constraints", "check_constraint_routine_usage"):  # fmt: skip
        run(f"DELETE FROM {relation} WHERE (constraint_schema, constraint_name) IN {named}")
    run("UPDATE pg_class SET relpartbound = NULL WHERE relpartbound IS NOT NULL")
    run(f"DELETE FROM {DEFINITIONS} WHERE kind IN ('triggerdef', 'partition_constraintdef')")
    run(
        f"DELETE FROM {DEFINITIONS} WHERE kind = 'partkeydef' AND oid IN "
        f"(SELECT partrelid FROM pg_partitioned_table WHERE regexp_matches(partexprs, {LITERAL}))"
    )
    run(f"UPDATE pg_partitioned_table SET partexprs = NULL WHERE regexp_matches(partexprs, {LITERAL})")
    run("DELETE FROM pg_trigger WHERE NOT tgisinternal")
    run("DELETE FROM triggers")
    run("DROP TABLE gone")


def _drop_relations(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    oids = [row[0] for row in connection.execute(query).fetchall()]
    _delete_hidden(connection, oids)


def _hide(connection: duckdb.DuckDBPyConnection, rules: CatalogRules) -> None:
    forgotten = f"SELECT oid FROM pg_class WHERE relnamespace IN (SELECT oid FROM {TEMPORARY})"
    temporary = [row[0] for row in connection.execute(forgotten).fetchall()]
    if hidden := rules.excluded | set(temporary):
        _delete_hidden(connection, hidden)
    _drop_temporary_schemas(connection)


def _drop_temporary_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    """What sessions of the source had for themselves when it was read, behind their relations: types, functions and the schemas, whose
    number says how many sessions there were at once."""
    run = connection.execute
    run(f"CREATE TEMP TABLE own AS SELECT oid, nspname AS name FROM {TEMPORARY}")
    run("CREATE TEMP TABLE gone AS SELECT oid FROM pg_type WHERE typnamespace IN (SELECT oid FROM own) "
        "UNION ALL SELECT oid FROM pg_proc WHERE pronamespace IN (SELECT oid FROM own) UNION ALL SELECT oid FROM own")  # fmt: skip
    for relation, column in (("pg_enum", "enumtypid"), ("pg_range", "rngtypid"), ("pg_constraint", "contypid"), ("pg_type", "oid"),
                             ("pg_proc", "oid"), ("pg_aggregate", "aggfnoid"), ("pg_depend", "objid"), ("pg_depend", "refobjid"),
                             ("pg_description", "objoid"), (DEFINITIONS, "oid"), ("pg_namespace", "oid")):  # fmt: skip
        run(f"DELETE FROM {relation} WHERE {column} IN (SELECT oid FROM gone)")
    for relation, column in (("schemata", "schema_name"), ("routines", "specific_schema"), ("parameters", "specific_schema"),
                             ("domains", "domain_schema"), ("domain_constraints", "constraint_schema"),
                             ("check_constraints", "constraint_schema"), ("element_types", "object_schema"),
                             ("domain_udt_usage", "domain_schema")):  # fmt: skip
        run(f"DELETE FROM {relation} WHERE {column} IN (SELECT name FROM own)")
    run("DROP TABLE gone")
    run("DROP TABLE own")


def _delete_hidden(connection: duckdb.DuckDBPyConnection, oids: Iterable[int]) -> None:
    """Delete every row that refers to these relations, to their indexes, toast tables or owned sequences."""
    run = connection.execute
    run("CREATE TEMP TABLE root(oid UINTEGER)")
    if listed := [(oid,) for oid in oids]:
        connection.executemany("INSERT INTO root VALUES (?)", listed)
    run(f"CREATE TEMP TABLE hidden_column({HIDDEN_COLUMN})")
    for statement in preparation("SELECT oid FROM root", create="CREATE TEMP TABLE"):
        run(statement)
    run(f"DELETE FROM {DEFINITIONS} WHERE oid IN (SELECT oid FROM hidden UNION ALL SELECT oid FROM hidden_object)")
    for kind, table in MENTIONING.items():
        run(f"DELETE FROM {DEFINITIONS} WHERE kind = '{kind}' AND oid IN (SELECT oid FROM {table})")
    names = "SELECT table_name FROM duckdb_tables() WHERE schema_name = ?"
    relations = [name for (name,) in connection.execute(names, [SCRATCH]).fetchall()]
    for relation in relations:
        _forget(connection, relation)
    for relation in relations:
        if condition := hidden_condition(relation):
            run(f"DELETE FROM {_quote(relation)} WHERE {condition}")
    for name in ("root", "hidden_column", *TABLES):
        run(f"DROP TABLE {name}")


def _forget(connection: duckdb.DuckDBPyConnection, relation: str) -> None:
    """Texts that mention what goes, and flags that count it; while all rows are there."""
    columns = [name for (name,) in connection.execute(f"SELECT name FROM pragma_table_info('{relation}')").fetchall()]
    told = [f"{text} AS {column}" for column in columns if (text := role_column(relation, column))]
    if told:
        connection.execute(
            f"CREATE OR REPLACE TABLE {relation} AS SELECT * REPLACE ({', '.join(told)}) FROM {relation} x"
        )


def _set_sizes(connection: duckdb.DuckDBPyConnection, rows: Mapping[int, int]) -> None:
    for oid, count in rows.items():
        connection.execute(
            "UPDATE pg_class SET reltuples = ?, relpages = ? WHERE oid = ?", [float(count), (count + 63) // 64, oid]
        )
        connection.execute(
            "UPDATE pg_class SET reltuples = ?, relpages = ? "
            "WHERE relkind = 'i' AND oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = ?)",
            [
                float(count),
                1 + (count + 366) // 367,
                oid,
            ],  # its first page has no entries, the others as many as of an integer
        )


def _write(connection: duckdb.DuckDBPyConnection, snapshot: CatalogSnapshot, database: str) -> None:
    for relation in snapshot.relations:
        targets = ", ".join(f"{_quote(column.name)} AS c{column.attnum}" for column in relation.columns)
        connection.execute(
            f"CREATE TABLE {database}.main.t{relation.oid} AS SELECT {targets} FROM {_quote(relation.name)}"
        )
        connection.execute(f"DROP TABLE {_quote(relation.name)}")  # so that the catalog is not held twice
    connection.execute(
        f"CREATE TABLE {database}.main.{DEFINITIONS} AS SELECT * FROM {DEFINITIONS} ORDER BY kind, oid, sub"
    )


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
