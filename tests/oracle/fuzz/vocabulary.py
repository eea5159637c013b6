"""What random statements are made of: Postgres' own documented functions, operators and casts over the types the double has.

Read from the source's catalog, so that nothing of ours decides what is tested. Left out by rows of the tables below: what changes or waits
for something, what depends on the clock or the server, and the chapters on geometry, networks, text search, XML and bit strings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TYPES: dict[str, tuple[str, ...]] = {
    "int2": ("0", "1", "-1", "7", "32767", "-32768"),
    "int4": ("0", "1", "-1", "2", "5", "13", "2147483647", "-2147483648", "1000000"),
    "int8": ("0", "1", "-3", "42", "9223372036854775807", "-9223372036854775808", "100000000000"),
    "numeric": ("0", "1", "-1.5", "0.00", "3.14159", "1e10", "123456789012345678901234567890", "1e-7", "100.50", "NaN"),
    "float8": ("0", "1", "-2.5", "1e300", "-1e-300", "0.1", "NaN", "Infinity", "-Infinity", "123456.789"),
    "float4": ("0", "1.5", "-0.1", "1e30", "NaN"),
    "text": ("", "a", "abc", "Hello World", "été", "  pad ", "12", "%_\\", "a,b,c", "2024-02-29", "x'y"),
    "varchar": ("", "b", "Abc", "two words"),
    "bool": ("t", "f"),
    "date": ("2024-02-29", "1999-12-31", "0001-01-01", "infinity", "2023-07-04"),
    "time": ("00:00", "23:59:59.999999", "12:34:56"),
    "timestamp": ("2024-02-29 12:34:56.789", "1970-01-01", "2000-01-01 00:00:00", "infinity", "1900-06-15 23:00"),
    "timestamptz": ("2024-02-29 12:34:56+00", "1999-12-31 23:59:59.5+02", "-infinity"),
    "interval": ("0", "1 day", "-1 mon", "1 year 2 mons 3 days 04:05:06.7", "36:00", "-00:00:01"),
    "uuid": (
        "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        "019bb7c2-9c0b-7ef8-bb6d-6bb9bd380a11",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    ),
    "bytea": ("\\x", "\\xdeadbeef", "\\x00ff"),
    "json": ('{"a": 1}', "[1, 2]", '"s"', "null"),
    "jsonb": ('{"a": 1, "b": [1, "x", null]}', "[]", "3.10", '{"a": {"b": {"c": true}}}', "null"),
    "_int4": ("{}", "{1,2,3}", "{NULL,5}", "{{1,2},{3,4}}"),
    "_text": ("{}", "{a,b,c}", '{NULL,"x y"}'),
    "_numeric": ("{1.5,2}", "{}"),
    "mood": ("sad", "ok", "happy"),
    "int4range": ("[1,5)", "empty", "(,3]", "[2,)"),
    "numrange": ("[1.5,2.5]", "(0,1)", "empty"),
    "daterange": ("[2024-01-01,2024-03-01)", "(,2000-01-01)", "empty"),
    "tsrange": ("[2024-01-01 10:00,2024-02-01)", "empty"),
}
COLUMNS = {
    "int2": "i2", "int4": "i4", "int8": "i8", "numeric": "n", "float4": "f4", "float8": "f8", "text": "t", "varchar": "v",
    "bool": "b", "date": "d", "timestamp": "ts", "timestamptz": "tz", "time": "tm", "interval": "iv", "uuid": "u", "bytea": "by",
    "_int4": "ia", "_text": "ta", "_numeric": "na", "json": "j", "jsonb": "jb", "mood": "m", "int4range": "int4range(i4, greatest(i4, 12))",
    "numrange": "numrange(n, greatest(n, 2))", "daterange": "daterange(d, greatest(d, '2024-02-15'))", "tsrange": "tsrange(ts, NULL)",
}  # fmt: skip
POLYMORPHIC = {
    "anyelement": ("int4", "text", "numeric"), "anyarray": ("_int4", "_text", "_numeric"),
    "anycompatible": ("int4", "text", "numeric"), "anycompatiblearray": ("_int4", "_text", "_numeric"),
    "anyenum": ("mood",), "anyrange": ("int4range", "numrange", "daterange", "tsrange"),
}  # fmt: skip
ELEMENT = {"_int4": "int4", "_text": "text", "_numeric": "numeric"}
ARRAY = {element: array for array, element in ELEMENT.items()}
RANGES = {"int4range": "int4", "numrange": "numeric", "daterange": "date", "tsrange": "timestamp"}
# Descriptions that Postgres gives to what serves its own machinery.
INTERNAL = (
    "implementation of", "I/O", "less-equal-greater", "hash", "planner support", "aggregate transition", "aggregate final",
    "internal", "support", "selectivity", "statistics", "transition", "combine", "typmod", "sort support", "canonical form",
    "window", "equal image", "skip support", "Window", "precision", "information function",
)  # fmt: skip
# By the beginnings of their names: chapters left out, the server's own affairs, and what serves types that are not drawn.
LEFT_OUT = tuple(
    "to_tsvector ts_ xml inet cidr bit( varbit pg_ txid currtid lo_ loread lowrite has_ row_security query_to table_to "
    "cursor_to database_to schema_to binary_upgrade set_config current_ inet_ version getdatabase getpgusername lastval "
    "currval nextval setval amvalidate brin gin gist spg bthandler hash fmgr plpgsql trigger ri_fkey suppress acl "
    "format_type to_reg regclass icu_ unicode_version name( char( xid cid tid oid( oidvector col_description "
    "obj_description shobj json_populate "
    "jsonb_populate jsonb_path mode_final range_intersect_agg multirange random gen_random uuidv setseed array_sample "
    "array_shuffle convert".split()
)
FUNCTIONS = """
SELECT p.proname AS name, array(SELECT t.typname FROM unnest(p.proargtypes) WITH ORDINALITY AS a(oid, n)
                                JOIN pg_type t ON t.oid = a.oid ORDER BY a.n) AS args, r.typname AS result
FROM pg_proc p JOIN pg_type r ON r.oid = p.prorettype
WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND NOT p.proretset AND p.provolatile <> 'v' AND p.pronargs > 0
      AND p.provariadic = 0 AND NOT (p.proname = 'age' AND p.pronargs = 1) AND obj_description(p.oid, 'pg_proc') IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM unnest(%s::text[]) w WHERE obj_description(p.oid, 'pg_proc') LIKE '%%' || w || '%%')
ORDER BY 1, 2
"""
OPERATORS = """
SELECT o.oprname AS name, l.typname AS "left", r.typname AS "right", t.typname AS result
FROM pg_operator o JOIN pg_type r ON r.oid = o.oprright JOIN pg_type t ON t.oid = o.oprresult
     LEFT JOIN pg_type l ON l.oid = o.oprleft
WHERE o.oprnamespace = 'pg_catalog'::regnamespace ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Form:
    """How an expression is written: `{0}`, `{1}`, … stand for arguments of the types given.

    steady: from which argument on they must be such as cannot fail, because Postgres may not look at them.
    """

    text: str
    args: tuple[str, ...]
    result: str
    steady: int = 9


CASTS = """
SELECT s.typname, t.typname FROM pg_cast c JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget
WHERE c.castsource <> c.casttarget AND c.castmethod = 'f' ORDER BY 1, 2
"""
COMPARED = ("int4", "int8", "numeric", "text", "date", "timestamp", "interval", "float8")


def _constructs() -> list[Form]:
    """What the grammar has beside functions and operators."""
    found = [
        Form("({0} AND {1})", ("bool", "bool"), "bool", steady=0), Form("({0} OR {1})", ("bool", "bool"), "bool", steady=0),
        Form("(NOT {0})", ("bool",), "bool"),
    ]  # fmt: skip
    for kind in COMPARED:
        pair, three = (kind, kind), (kind, kind, kind)
        found += [
            Form("({0} IS NULL)", (kind,), "bool"), Form("({0} IS DISTINCT FROM {1})", pair, "bool"),
            Form("({0} BETWEEN {1} AND {2})", three, "bool", steady=1), Form("({0} IN ({1}, {2}))", three, "bool", steady=1),
            Form("nullif({0}, {1})", pair, kind), Form("greatest({0}, {1}, {2})", three, kind), Form("least({0}, {1})", pair, kind),
        ]  # fmt: skip
    for element, array in ARRAY.items():
        found += [
            Form("({0} = ANY ({1}))", (element, array), "bool"), Form("({0} < ALL ({1}))", (element, array), "bool"),
            Form("ARRAY[{0}, {1}]", (element, element), array), Form("{0}[{1}]", (array, "int4"), element),
            Form("{0}[{1}:{2}]", (array, "int4", "int4"), array),
        ]  # fmt: skip
        found[-2:] = [Form(f"({form.text[:3]}){form.text[3:]}", form.args, form.result) for form in found[-2:]]
    for kind in TYPES:
        found += [
            Form("CAST({0} AS text)", (kind,), "text"),
            Form("CAST(pg_typeof({0}) AS text)", (kind,), "text", steady=0),
        ]
    for kind, bound in RANGES.items():
        found += [
            Form(f"{kind}({{0}}, {{1}})", (bound, bound), kind),
            Form(f"{kind}({{0}}, {{1}}, '[]')", (bound, bound), kind),
        ]
    return found + _variadic()


def _variadic() -> list[Form]:
    """Functions that take any number of arguments, over a few."""
    found = [
        Form("format('%s|%I|%L', {0}, {1}, {2})", ("int4", "text", "text"), "text"),
        Form("jsonb_build_object({0}, {1})", ("int4", "numeric"), "jsonb"), Form("num_nulls({0}, {1})", ("int4", "jsonb"), "int4"),
        Form("num_nonnulls({0}, {1}, {2})", ("text", "date", "_int4"), "int4"),
        Form("concat_ws({0}, VARIADIC {1})", ("text", "_text"), "text"),
        Form("jsonb_extract_path({0}, {1}, {2})", ("jsonb", "text", "text"), "jsonb"),
        Form("json_extract_path_text({0}, {1})", ("json", "text"), "text"),
    ]  # fmt: skip
    for kind in (
        "int4",
        "numeric",
        "text",
        "bool",
        "date",
        "timestamp",
        "jsonb",
        "float8",
        "interval",
        "bytea",
        "_int4",
        "_text",
    ):
        found += [
            Form("concat({0}, {1})", (kind, "text"), "text"), Form("concat_ws({0}, {1}, {2})", ("text", kind, kind), "text"),
            Form("jsonb_build_array({0}, {1})", (kind, "int4"), "jsonb"), Form("json_build_object('k', {0})", (kind,), "json"),
            Form("to_jsonb({0})", (kind,), "jsonb"),
        ]  # fmt: skip
    return found


def vocabulary(connection: Any) -> list[Form]:
    """Every function, operator and cast over TYPES, polymorphic ones once for each kind of element, and the grammar's constructs."""
    found = _constructs()
    for source, target in connection.execute(CASTS).fetchall():
        found += _known(f"CAST({{0}} AS {target})", (source,), target)
    for name, args, result in connection.execute(FUNCTIONS, (list(INTERNAL),)).fetchall():
        if not f"{name}(".startswith(LEFT_OUT):
            listed = ", ".join(f"{{{place}}}" for place in range(len(args)))
            found += _known(f"{name}({listed})", tuple(args), result)
    for name, left, right, result in connection.execute(OPERATORS).fetchall():
        if name == "@@":
            continue  # of text search, where both sides are text
        sides = (left, right) if left else (right,)
        found += _known(f"({{0}} {name} {{1}})" if left else f"({name} {{0}})", sides, result)
    return found


def _known(text: str, args: tuple[str, ...], result: str) -> list[Form]:
    if "anyenum" in args:
        return _concrete(text, args, result, {"anyenum": "mood"})
    if "anyrange" in args or "anyrange" in (result,):
        return [
            form
            for kind, bound in RANGES.items()
            for form in _concrete(text, args, result, {"anyrange": kind, "anyelement": bound})
        ]
    if not any(each in POLYMORPHIC for each in args):
        return _concrete(text, args, result, {})
    forms = []
    for element, array in ARRAY.items():
        same = dict.fromkeys(("anyelement", "anycompatible", "anynonarray", "anycompatiblenonarray"), element)
        forms += _concrete(text, args, result, {**same, **dict.fromkeys(("anyarray", "anycompatiblearray"), array)})
    return forms


def _concrete(text: str, args: tuple[str, ...], result: str, chosen: dict[str, str]) -> list[Form]:
    """The form with its polymorphic types replaced; none where a type is not drawn."""
    concrete, made = tuple(chosen.get(each, each) for each in args), chosen.get(result, result)
    return [Form(text, concrete, made)] if all(each in TYPES for each in (*concrete, made)) else []
