"""pg_describe_object and pg_identify_object: a catalog object, given as (catalog, OID, column), in words.

Tables, columns, types, functions, schemas, constraints and what else has a plain name; objects of other catalogs are refused when such a
row is asked for. Refuses to know dependencies. Facts: src/backend/catalog/objectaddress.c.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.catalog.versions import Since
from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.registered import REGPROCEDURE, hidden_schema_sql, registered_text, type_name_sql
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, fail

Handler = Callable[[Lowering, ir.Call], Lowered]
PG_CLASS, PG_TYPE, PG_PROC, PG_NAMESPACE, PG_CONSTRAINT = 1259, 1247, 1255, 2615, 2606
RELATIONS = {
    "r": "table", "p": "table", "i": "index", "I": "index", "S": "sequence", "t": "toast table", "v": "view", "m": "materialized view",
    "c": "composite type", "f": "foreign table",
}  # fmt: skip
# catalogs whose rows have a plain name: OID -> (relation, name column, what it is called)
NAMED = {
    2601: ("pg_am", "amname", "access method"), 2612: ("pg_language", "lanname", "language"), 1262: ("pg_database", "datname", "database"),
    1260: ("pg_roles", "rolname", "role"), 1213: ("pg_tablespace", "spcname", "tablespace"), 3079: ("pg_extension", "extname", "extension"),
    PG_NAMESPACE: ("pg_namespace", "nspname", "schema"),
}  # fmt: skip
OTHER = fail("0A000", "describing objects of this catalog is not supported by the double")


def _kind_words(kind: str) -> str:
    whens = " ".join(f"WHEN '{letter}' THEN '{word}'" for letter, word in RELATIONS.items())
    return f"CASE {kind} {whens} ELSE 'relation' END"


def _relation(scope: Scope, shown: str, oid: str) -> str:
    """SQL over the pg_class row of an OID. shown: may name {kind}, {hidden}, {schema} and {name}."""

    def column(name: str) -> str:
        return scope.system_column("pg_class", name, "k")

    hidden = hidden_schema_sql(scope, column("relnamespace"), column("oid"), "pg_class")
    text = shown.format(
        kind=_kind_words(column("relkind")),
        hidden=hidden,
        schema=_schema(scope, column("relnamespace")),
        name=column("relname"),
    )
    return f"(SELECT {text} FROM {scope.system_sql('pg_class', 'k')} WHERE {column('oid')} = {oid})"


def _schema(scope: Scope, oid: str) -> str:
    name, key = (scope.system_column("pg_namespace", one, "n") for one in ("nspname", "oid"))
    return f"(SELECT {name} FROM {scope.system_sql('pg_namespace', 'n')} WHERE {key} = {oid})"


def _column_name(scope: Scope) -> str:
    def column(name: str) -> str:
        return scope.system_column("pg_attribute", name, "a")

    # an AttrNumber has two bytes, to which Postgres cuts the number
    number = "((CAST({2} AS BIGINT) + 32768) & 65535) - 32768"
    row = (
        f"{scope.system_sql('pg_attribute', 'a')} WHERE {column('attrelid')} = {{1}} AND {column('attnum')} = {number}"
    )
    return f"(SELECT {column('attname')} FROM {row})"


def _described(scope: Scope) -> dict[int, str]:
    """Templates by the catalog's OID."""
    relation = _relation(scope, "{kind} || ' ' || pgf_qualified({hidden}, {name})", "{1}")
    found = {oid: f"('{word} ' || {_plain(scope, table, name)})" for oid, (table, name, word) in NAMED.items()}
    procedure = registered_text(scope, Lowered("{1}", simple=True), REGPROCEDURE).sql
    known = f"EXISTS (SELECT 1 FROM {scope.system_sql('pg_proc', 'p')} WHERE {scope.system_column('pg_proc', 'oid', 'p')} = {{1}})"
    return {
        PG_CLASS: f"CASE WHEN {{2}} = 0 THEN {relation} ELSE 'column ' || {_column_name(scope)} || ' of ' || {relation} END",
        PG_TYPE: f"('type ' || {type_name_sql(scope, '{1}', 'NULL')})",
        PG_PROC: f"CASE WHEN {known} THEN 'function ' || {procedure} END",
        PG_CONSTRAINT: _constraint(scope), **found,
    }  # fmt: skip


def _plain(scope: Scope, table: str, name: str) -> str:
    oid = scope.system_column(table, "oid", "x")
    return f"(SELECT {scope.system_column(table, name, 'x')} FROM {scope.system_sql(table, 'x')} WHERE {oid} = {{1}})"


def _constraint(scope: Scope) -> str:
    def column(name: str) -> str:
        return scope.system_column("pg_constraint", name, "c")

    on = _relation(scope, "{kind} || ' ' || pgf_qualified({hidden}, {name})", column("conrelid"))
    text = f"'constraint ' || {column('conname')} || coalesce(' on ' || {on}, '')"
    return f"(SELECT {text} FROM {scope.system_sql('pg_constraint', 'c')} WHERE {column('oid')} = {{1}})"


def _describe(lowering: Lowering, call: ir.Call) -> Lowered:
    whens = " ".join(f"WHEN {oid} THEN {text}" for oid, text in _described(lowering.scope).items())
    template = (
        f"CASE WHEN {{0}} IS NULL OR {{1}} IS NULL OR {{2}} IS NULL OR ({{0}} = 0 AND {{1}} = 0) THEN NULL {_no_parts(lowering.scope)}"
        f"ELSE CASE {{0}} {whens} ELSE CAST({OTHER} AS VARCHAR) END END"
    )
    return fill(lowering.scope, template, [lowering.expr(arg) for arg in call.args])


def _no_parts(scope: Scope) -> str:
    """A branch for a column of what is no relation, which an older server refuses."""
    if scope.catalog.has(Since.PARTS_PASSED_OVER):
        return ""
    wrong = "error('PGERR|XX000|invalid non-zero objectSubId for object class ' || {0})"
    return f"WHEN {{2}} <> 0 AND {{0}} <> {PG_CLASS} THEN CAST({wrong} AS VARCHAR) "


def _class_kind(scope: Scope) -> str:
    """The type that a pg_class object is called, its column's with the word behind it."""
    kind = f"coalesce({_relation(scope, '{kind}', '{1}')}, 'relation')"
    has = f"({_relation(scope, 'true', '{1}')} IS NOT NULL AND {{2}} <> 0)"
    return f"CASE WHEN {has} THEN {kind} || ' column' ELSE {kind} END"


def _identity(scope: Scope) -> list[str]:
    """Templates of type, schema, name and identity of a pg_class object; NULL where there is none, but for its type."""
    exists = f"({{2}} = 0 OR {_column_name(scope)} IS NOT NULL)"
    schema, name = (
        f"CASE WHEN {exists} THEN pgf_qualified(NULL, {_relation(scope, part, '{1}')}) END"
        for part in ("{schema}", "{name}")
    )
    whole = _relation(scope, "pgf_qualified({schema}, {name})", "{1}")
    column = f"CASE WHEN {{2}} = 0 THEN '' ELSE '.' || pgf_qualified(NULL, {_column_name(scope)}) END"
    return [_class_kind(scope), schema, name, f"({whole} || {column})"]


def _type_identity(scope: Scope) -> list[str]:
    def column(name: str) -> str:
        return scope.system_column("pg_type", name, "t")

    def row(shown: str) -> str:
        return f"(SELECT {shown} FROM {scope.system_sql('pg_type', 't')} WHERE {column('oid')} = {{1}})"

    return ["'type'", row(f"pgf_qualified(NULL, {_schema(scope, column('typnamespace'))})"),
            row(f"pgf_qualified(NULL, {column('typname')})"), _type_name(scope)]  # fmt: skip


def _type_name(scope: Scope) -> str:
    """format_type with the schema wherever the name is none of SQL's own."""
    spelled = type_name_sql(scope, "{1}", "NULL")
    schema, name = scope.system_column("pg_type", "typnamespace", "t"), scope.system_column("pg_type", "typname", "t")
    qualified = f"pgf_qualified({_schema(scope, schema)}, {name})"
    row = f"{scope.system_sql('pg_type', 't')} WHERE {scope.system_column('pg_type', 'oid', 't')} = {{1}}"
    plain = f"pgf_qualified(NULL, {name})"
    return f"(SELECT CASE WHEN {spelled} = {plain} THEN {qualified} ELSE {spelled} END FROM {row})"


def _schema_identity(scope: Scope) -> list[str]:
    name = f"pgf_qualified(NULL, {_plain(scope, 'pg_namespace', 'nspname')})"
    return ["'schema'", "NULL", name, name]


IDENTIFIED = {PG_CLASS: _identity, PG_TYPE: _type_identity, PG_NAMESPACE: _schema_identity}


def _identify(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_identify_object: (type, schema, name, identity)."""
    scope = lowering.scope
    rows = " ".join(f"WHEN {oid} THEN [{', '.join(build(scope))}]" for oid, build in IDENTIFIED.items())
    return _record(lowering, call, rows)


def _record(lowering: Lowering, call: ir.Call, rows: str) -> Lowered:
    template = (
        f"CASE WHEN {{0}} IS NULL OR {{1}} IS NULL OR {{2}} IS NULL THEN NULL {_no_parts(lowering.scope)}"
        f"ELSE pgf_row_text(CAST(CASE {{0}} {rows} ELSE CAST({OTHER} AS VARCHAR[]) END AS VARCHAR[])) END"
    )
    proc = call.proc
    columns = tuple(
        ir.RowColumn(name, oid, -1)
        for name, oid, mode in zip(proc.arg_names, proc.all_args, proc.arg_modes)
        if mode == "o"
    )
    value = fill(lowering.scope, template, [lowering.expr(arg) for arg in call.args])
    return Lowered(value.sql, row=columns)


def _address(lowering: Lowering, call: ir.Call) -> Lowered:
    """pg_identify_object_as_address: (type, names, arguments)."""
    scope = lowering.scope
    column = _column_name(scope)
    names = (
        f"CASE WHEN {{2}} = 0 THEN [{_relation(scope, '{schema}', '{1}')}, {_relation(scope, '{name}', '{1}')}] "
        f"ELSE [{_relation(scope, '{schema}', '{1}')}, {_relation(scope, '{name}', '{1}')}, {column}] END"
    )
    there = f"({_relation(scope, 'true', '{1}')} IS NOT NULL AND ({{2}} = 0 OR {column} IS NOT NULL))"
    schema, kind = _plain(scope, "pg_namespace", "nspname"), _type_name(scope)
    parts = {
        PG_CLASS: (_class_kind(scope), names, there), PG_TYPE: ("'type'", f"[{kind}]", f"{kind} IS NOT NULL"),
        PG_NAMESPACE: ("'schema'", f"[{schema}]", f"{schema} IS NOT NULL"),
    }  # fmt: skip
    rows = " ".join(
        f"WHEN {oid} THEN [{word}, CASE WHEN {known} THEN pgf_array_text(CAST({listed} AS VARCHAR[]), '') END, "
        f"CASE WHEN {known} THEN chr(123) || chr(125) END]"
        for oid, (word, listed, known) in parts.items()
    )
    return _record(lowering, call, rows)


TEMPLATES: dict[str, str] = {}
HANDLERS: dict[str, Handler] = {
    "pg_describe_object": _describe, "pg_identify_object": _identify, "pg_identify_object_as_address": _address,
}  # fmt: skip
