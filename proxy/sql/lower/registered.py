"""regclass, regtype and their kin: OIDs that print as names, looked up in the role's own catalog.

The names and their visibility come from relations of pg_catalog as the role sees them, so that what it may not read has no name.
Refuses to know other types. Facts: src/backend/utils/adt/regproc.c, format_type.c.
"""

from __future__ import annotations

from proxy.catalog.versions import Since
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.pgtypes.reg_lookup import OPERATORS
from proxy.sql.lower.apply import fill
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered
from proxy.sql.temporary import ALIAS

# type OID -> (catalog, name column, namespace column, what messages call it, SQLSTATE of a missing one)
REG_TYPES: dict[int, tuple[str, str, str, str, str]] = {
    24: ("pg_proc", "proname", "pronamespace", "function", "42883"),
    2202: ("pg_proc", "proname", "pronamespace", "function", "42883"),
    2203: ("pg_operator", "oprname", "oprnamespace", "operator", "42883"),
    2204: ("pg_operator", "oprname", "oprnamespace", "operator", "42883"),
    2205: ("pg_class", "relname", "relnamespace", "relation", "42P01"),
    2206: ("pg_type", "typname", "typnamespace", "type", "42704"),
    3734: ("pg_ts_config", "cfgname", "cfgnamespace", "text search configuration", "42704"),
    3769: ("pg_ts_dict", "dictname", "dictnamespace", "text search dictionary", "42704"),
    4089: ("pg_namespace", "nspname", "", "schema", "3F000"),
    4096: ("pg_roles", "rolname", "", "role", "42704"),
    4191: ("pg_collation", "collname", "collnamespace", "collation", "42704"),
}
REGCLASS, REGTYPE, REGPROCEDURE, REGOPERATOR, REGCOLLATION = 2205, 2206, 2202, 2204, 4191
AMBIGUOUS = frozenset({24, 2203})  # a name alone may mean several


def registered_text(scope: Scope, value: Lowered, oid: int) -> Lowered:
    """regclass::text and its kin: 0 is `-`, an OID without a row its number."""
    if oid == REGTYPE:
        return fill(scope, "CASE {0} WHEN 0 THEN '-' ELSE coalesce(" + type_name_sql(scope, "{0}", "NULL") + ", CAST({0} AS VARCHAR)) END",
                    [value])  # fmt: skip
    found = f"(SELECT {_name_sql(scope, oid)} FROM {scope.system_sql(REG_TYPES[oid][0], 'x')} WHERE {_oid(scope, oid)} = {{0}})"
    zero = "0" if oid in OPERATORS else "-"
    return fill(scope, f"CASE {{0}} WHEN 0 THEN '{zero}' ELSE coalesce({found}, CAST({{0}} AS VARCHAR)) END", [value])


def _oid(scope: Scope, oid: int) -> str:
    return scope.system_column(REG_TYPES[oid][0], "oid", "x")


def _name_sql(scope: Scope, oid: int) -> str:
    """The object's name, with its schema where it is not visible without; with argument types for regprocedure."""
    catalog, name, namespace, _, _ = REG_TYPES[oid]
    column = scope.system_column(catalog, name, "x")
    if not namespace:
        return f"pgf_qualified(NULL, {column})"
    schema = hidden_schema_sql(scope, scope.system_column(catalog, namespace, "x"), _oid(scope, oid), catalog)
    if oid != REGPROCEDURE:
        return f"pgf_qualified({schema}, {column})"
    arguments = scope.system_column(catalog, "proargtypes", "x")
    return f"pgf_qualified({schema}, {column}) || '(' || coalesce({_argument_names(scope, arguments)}, '') || ')'"


def _argument_names(scope: Scope, arguments: str) -> str:
    name = type_name_sql(scope, "u.t", "NULL")
    return (
        f"(SELECT string_agg({name}, ',' ORDER BY u.n) FROM (SELECT unnest({arguments}) AS t, "
        f"generate_subscripts({arguments}, 1) AS n) AS u)"
    )


def hidden_schema_sql(scope: Scope, namespace: str, oid: str, catalog: str) -> str:
    """SQL of the object's schema name, NULL where the object is found by its bare name."""
    table = ", ".join(f"({number}::UINTEGER, '{_quoted(name)}')" for number, name in scope.catalog.namespaces.items())
    names = f"(SELECT n.name FROM (VALUES {table}) AS n(oid, name) WHERE n.oid = {namespace})"
    return f"CASE WHEN {visible_sql(scope, namespace, oid, catalog)} THEN NULL ELSE {names} END"


def _quoted(name: str) -> str:
    return name.replace("'", "''")


def visible_sql(scope: Scope, namespace: str, oid: str, catalog: str) -> str:
    """Whether an object is found by its bare name: its schema is searched and no earlier one hides it."""
    path = scope.search_namespaces()
    searched = ", ".join(map(str, path)) or "0"
    hidden = _hidden_by_earlier(scope, catalog, path)
    shadow = f" AND {oid} NOT IN ({', '.join(map(str, hidden))})" if hidden else ""
    return f"({namespace} IN ({searched}){shadow})"


def _hidden_by_earlier(scope: Scope, catalog: str, path: list[int]) -> list[int]:
    """OIDs in searched schemas that the same name in an earlier one hides."""
    rows: dict[str, list[tuple[int, object, int]]] = {
        "pg_class": [(row.namespace, row.name, row.oid) for row in scope.catalog.relations.values()],
        "pg_type": [(row.namespace, row.name, row.oid) for row in scope.catalog.type_by_name.values()],
        "pg_proc": [(row.namespace, (row.name, row.args), row.oid) for row in scope.catalog.procs.values()],
        "pg_operator": [
            (row.namespace, (row.name, row.left, row.right), row.oid) for row in scope.catalog.operators.values()
        ],
    }
    listed = rows.get(catalog, [])
    place = {namespace: at for at, namespace in reversed(list(enumerate(path)))}
    first: dict[object, int] = {}
    for namespace, key, _ in listed:
        if namespace in place:
            first[key] = min(place[namespace], first.get(key, len(path)))
    return [oid for namespace, key, oid in listed if namespace in place and place[namespace] > first[key]]


def type_name_sql(scope: Scope, oid: str, typmod: str) -> str:
    """format_type(oid, typmod) as a scalar subquery; NULL for an unknown OID."""
    t, e = "ft", "fe"

    def column(name: str, alias: str) -> str:
        return scope.system_column("pg_type", name, alias)

    is_array = f"{column('typelem', t)} <> 0 AND {column('typlen', t)} = -1 AND {column('typcategory', t)} = 'A'"
    schemas = [
        hidden_schema_sql(scope, column("typnamespace", alias), column("oid", alias), "pg_type") for alias in (t, e)
    ]
    return (
        f"(SELECT pgf_format_type({column('oid', t)}, {typmod}, {column('typname', t)}, {schemas[0]}, "
        f"CASE WHEN {is_array} THEN {column('oid', e)} END, {column('typname', e)}, {schemas[1]}) "
        f"FROM {scope.system_sql('pg_type', t)} LEFT JOIN {scope.system_sql('pg_type', e)} "
        f"ON {column('oid', e)} = {column('typelem', t)} WHERE {column('oid', t)} = {oid})"
    )


def to_registered(scope: Scope, value: Lowered, oid: int, *, missing_fails: bool) -> Lowered:
    """text::regclass (missing_fails) and to_regclass (NULL): a name, possibly qualified and quoted, as an OID."""
    catalog, name, namespace, what, sqlstate = REG_TYPES[oid]
    if oid in (REGPROCEDURE, REGOPERATOR):
        raise FeatureNotSupported(
            "looking up a function by its arguments is not supported by the double", hint="Use a literal."
        )
    soft = not missing_fails and scope.catalog.has(Since.SOFT_REG_LOOKUP)
    if oid == REGTYPE:
        return _to_regtype(scope, value, missing_fails, soft)
    # As the type's input function does it; a text becomes a regclass by a function of its own, which knows names alone.
    as_input = soft or (missing_fails and oid != REGCLASS)
    number = "TRY_CAST({0} AS UINTEGER)" if as_input else "CAST(NULL AS UINTEGER)"
    # computed whatever branch is taken
    part = (
        f"pgf_name_parts(CASE WHEN {number} IS NULL THEN {{0}} END, '{what if namespace else ''}', {str(soft).lower()})"
    )
    same_name = f"{scope.system_column(catalog, name, 'x')} = {part}[-1]"
    found = f"SELECT {_oid(scope, oid)} FROM {scope.system_sql(catalog, 'x')} WHERE {same_name}"
    if namespace:
        column = scope.system_column(catalog, namespace, "x")
        path = "[" + ", ".join(f"{number}::UINTEGER" for number in scope.search_namespaces()) + "]"
        schema = (f"(SELECT {scope.system_column('pg_namespace', 'oid', 's')} FROM {scope.system_sql('pg_namespace', 's')} "
                  f"WHERE {scope.system_column('pg_namespace', 'nspname', 's')} = {part}[1])")  # fmt: skip
        if own := scope.env.temporary[1]:
            schema = f"CASE WHEN {part}[1] = '{ALIAS}' THEN {own}::UINTEGER ELSE {schema} END"
        found += f" AND CASE WHEN len({part}) > 1 THEN {column} = {schema} ELSE list_contains({path}, {column}) END"
        if oid in AMBIGUOUS:
            many = f"error('PGERR|42725|more than one {what} named \"' || {{0}} || '\"')" if missing_fails else "NULL"
            one = f"CASE WHEN count(*) > 1 THEN CAST({many} AS UINTEGER) ELSE min(f.oid) END"
            found = f"SELECT {one} FROM ({found}) AS f(oid)"
        else:
            found += f" ORDER BY list_position({path}, {column}) NULLS LAST LIMIT 1"
    dash = "WHEN {0} = '-' THEN 0::UINTEGER " if as_input and oid not in OPERATORS else ""  # which may be called so
    # Of functions and operators the text is told, of others what was looked for.
    shown = "{0}" if oid in AMBIGUOUS else f"array_to_string({part}, '.')"
    encoded = ' for encoding "UTF8"' if oid == REGCOLLATION else ""
    gone = f"error('PGERR|{sqlstate}|{what} \"' || {shown} || '\"{encoded} does not exist')"
    if namespace and (oid == REGCLASS or not scope.catalog.has(Since.LOST_SCHEMA_PASSED_OVER)):
        lost = f"error('PGERR|3F000|schema \"' || {part}[1] || '\" does not exist')"
        gone = f"CASE WHEN len({part}) > 1 AND {schema} IS NULL THEN {lost} ELSE {gone} END"
    fallback = gone if missing_fails else "NULL"
    template = (
        f"CASE WHEN {{0}} IS NULL THEN NULL WHEN {number} IS NOT NULL THEN {number} {dash}"
        f"ELSE coalesce(({found}), CAST({fallback} AS UINTEGER)) END"
    )
    return fill(scope, template, [value])


def _to_regtype(scope: Scope, value: Lowered, missing_fails: bool, soft: bool) -> Lowered:
    """By format_type's spelling or by pg_type's name; to SQL's grammar alone, a number or a dash is no type."""
    column = scope.system_column("pg_type", "oid", "x")
    shown = type_name_sql(scope, column, "NULL")
    # without lengths, precisions and an interval's fields
    wanted = r"regexp_replace(regexp_replace(lower(trim({0})), '\s*\([0-9 ,]+\)', ''), '^interval .*', 'interval')"
    bare = scope.system_column("pg_type", "typname", "x")
    found = (f"SELECT {column} FROM {scope.system_sql('pg_type', 'x')} WHERE {bare} = {wanted} OR {shown} = {wanted} "
             f"OR ({wanted} = 'int' AND {bare} = 'int4') ORDER BY {column} LIMIT 1")  # fmt: skip
    told = "CASE WHEN contains({0}, '\"') THEN {0} ELSE lower({0}) END"
    fallback = f"error('PGERR|42704|type \"' || {told} || '\" does not exist')" if missing_fails else "NULL"
    number = "CASE WHEN {0} = '-' THEN 0::UINTEGER ELSE TRY_CAST({0} AS UINTEGER) END"
    if not (missing_fails or soft):
        wrong = "error('PGERR|42601|syntax error at or near \"' || trim({0}) || '\"')"
        number = f"CASE WHEN ({number}) IS NOT NULL THEN CAST({wrong} AS UINTEGER) END"
    template = f"CASE WHEN {{0}} IS NULL THEN NULL ELSE coalesce({number}, ({found}), CAST({fallback} AS UINTEGER)) END"
    return fill(scope, template, [value])
