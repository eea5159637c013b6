"""Values that calls are made of: literals of every type that a statement can write, and columns of the probe table.

Refuses to know functions; a chapter's texts are the words that its functions understand (fields, zones, patterns, encodings).
Pseudo-types stand for a few real ones.
"""

from __future__ import annotations

from tests.oracle.fuzz import vocabulary

TYPES: dict[str, tuple[str, ...]] = {
    **vocabulary.TYPES,
    "bpchar": ("a", "abc  ", ""), "char": ("a", "Z"), "name": ("postgres", "probe", "abc", "UTF8"),
    "timetz": ("10:11:12+02", "00:00-08"), "oid": ("1", "23", "4294967295"), "xid": ("5", "700"), "xid8": ("5", "700"), "cid": ("0", "3"),
    "tid": ("(0,1)", "(3,4)"), "pg_lsn": ("0/16B3748", "1/0"), "oidvector": ("23 25", "1"), "int2vector": ("1 2",),
    "anyenum": ("sad", "ok", "happy"), "regclass": ("probe", "pg_class"), "regtype": ("int4", "text"), "regconfig": ("simple",),
    "int4range": ("[1,5)", "(,3]", "empty", "[10,)"), "int8range": ("[1,5)", "empty"), "numrange": ("[1.5,2.5]", "(,)"),
    "daterange": ("[2024-01-01,2024-03-01)", "empty"), "tsrange": ("[2024-01-01,2024-03-01)", "(,)"),
    "tstzrange": ("[2024-01-01 00:00+00,2024-03-01 00:00+00)",), "int4multirange": ("{[1,5),[7,9)}", "{}"),
    "nummultirange": ("{[1.5,2.5],[7,9)}",), "datemultirange": ("{[2024-01-01,2024-03-01)}",), "int8multirange": ("{[1,5)}",),
    "tsmultirange": ("{[2024-01-01,2024-03-01)}",), "tstzmultirange": ("{[2024-01-01 00:00+00,2024-03-01 00:00+00)}",),
    "jsonpath": ("$.a", "$.b[*]", "$[*] ? (@ > 1)", "strict $.a", "$.**"), "_float8": ("{0.25,0.5,0.75}", "{0,1}"),
    "_bool": ("{t,f}",), "_date": ("{2024-02-29,1999-12-31}",), "_int8": ("{1,2}", "{}"), "_int2": ("{1,2}", "{}"), "_name": ("{a,b}",),
    "_oid": ("{1,2}",), "_int4range": ('{"[1,3)","[5,7)"}',), "_numrange": ('{"[1.5,3)"}',), "_int8range": ('{"[1,3)"}',),
    "_daterange": ('{"[2024-01-01,2024-02-01)"}',), "_tsrange": ('{"[2024-01-01,2024-02-01)"}',),
    "_tstzrange": ('{"[2024-01-01 00:00+00,2024-02-01 00:00+00)"}',),
}  # fmt: skip
STAND_INS: dict[str, tuple[str, ...]] = {
    "any": ("int4", "text", "numeric", "date"), "anyelement": ("int4", "text", "numeric"), "anynonarray": ("int4", "text", "date"),
    "anyarray": ("_int4", "_text", "_numeric"), "anyrange": ("int4range", "numrange", "daterange"),
    "anymultirange": ("int4multirange", "nummultirange", "datemultirange"),
}  # fmt: skip
# What a polymorphic argument is beside the element that was chosen for the call.
OF_ELEMENT = {
    "anyarray": "_{}", "anycompatiblearray": "_{}", "anyrange": "{}range", "anycompatiblerange": "{}range",
    "anymultirange": "{}multirange", "anycompatiblemultirange": "{}multirange", "anyelement": "{}", "anynonarray": "{}",
    "anycompatible": "{}", "anycompatiblenonarray": "{}",
}  # fmt: skip
RANGE_NAMES = {"numericrange": "numrange", "numericmultirange": "nummultirange", "timestamprange": "tsrange"}
COLUMNS = {
    **vocabulary.COLUMNS, "anyenum": "m", "bpchar": "t::bpchar", "name": "t::name", "oid": "id::oid", "char": 'v::"char"',
}  # fmt: skip
# A type whose literal is written otherwise than by its own name.
WRITTEN = {"anyenum": "mood", "char": '"char"', "bpchar": "bpchar"}
# Where a value says how many rows or characters there are.
SMALL: dict[str, tuple[str, ...]] = {
    "int4": ("0", "1", "2", "5", "-1", "10"), "int8": ("1", "3", "-2", "12"), "numeric": ("0", "1", "2.5", "7", "-0.5"),
    "timestamp": ("2024-02-29 12:00", "2024-03-05 00:00"), "timestamptz": ("2024-02-29 12:00+00", "2024-03-05 00:00+02"),
    "interval": ("1 day", "-12:00", "1 mon"), "_int4": ("{}", "{1,2,3}", "{2}"),
}  # fmt: skip
COUNTING = frozenset(("set-returning", "array", "string"))
# Not written as rows, which Postgres would compare field by field.
RECORDS = ("(select row(1, 'a'::text))", "(select row(2, 'b'::text))", "(select row(1, null::text))")
OIDS = (
    "'probe'::regclass::oid", "'probe_pkey'::regclass::oid", "'int4'::regtype::oid", "10::oid",
    "'pg_catalog'::regnamespace::oid", "(select max(oid) from pg_constraint)", "(select oid from pg_database where datname = 'functions')",
    "(select oid from pg_language where lanname = 'plpgsql')", "1663::oid", "'pg_class'::regclass::oid",
    "(select oid from pg_am where amname = 'btree')", "'\"C\"'::regcollation::oid",
)  # fmt: skip
TEXTS: dict[str, tuple[str, ...]] = {
    "string": ("a", "abc", "Hello World", "été", "  pad ", "12", "x'y", "NFC", "NFD", "10 MB", "search_path", "a.b", "int4"),
    "date/time": ("year", "month", "day", "hour", "epoch", "UTC", "Europe/Berlin", "week", "dow", "2024-02-29", "10:11:12", "quarter"),
    "formatting": ("YYYY-MM-DD", "Mon DD, YYYY HH12:MI AM", "999.99", "S0000", "FM9,999", "2024-02-29", "12.5", "HH24:MI:SS", "Q", "Dy"),
    "pattern matching": ("a", "b+", "%b%", "_", "[a-c]", "(l+)o", "i", "g", "abc", "Hello World", "#", "^[A-Z]", ""),
    "binary": ("hex", "base64", "escape", "deadbeef", "abc", "YWJj"),
    "range": ("[)", "[]", "()", "(]"),
    "json": ("a", "b", '{"a": [1, 2]}', "1", "null", "object", "use_json_null"),
    "set-returning": ("a", "b", "a,b", ",", "g", "[a-c]", "simple", "default", "UTC", '{"a":1,"b":"x"}', "VACUUM"),
    "system information": (
        "probe", "postgres", "select", "usage", "execute", "create", "abs(int4)", "plpgsql", "id", "int4", "public", "functions",
        "member", "pg_default", "clusterable", "asc", "can_order", "connect",
    ),
}  # fmt: skip
NAMES = {"binary": ("UTF8", "LATIN1"), "system information": ("postgres", "pg_class", "pg_proc", "UTF8", "probe")}
# What is asked of has_<kind>_privilege: objects by name and by OID, and what a reader may do, which is all that the double's roles may.
# Kinds without such a privilege are not asked, nor others of the same kind: they depend on who asks.
PRIVILEGES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "table": (("probe", "pg_class", "public.probe"), ("'probe'::regclass::oid", "4294967295::oid"), ("select", "SELECT, select")),
    "column": (("probe",), ("'probe'::regclass::oid",), ("select",)),
    "any_column": (("probe", "pg_proc"), ("'pg_class'::regclass::oid",), ("select",)),
    "sequence": (("probe_seq",), ("'probe_seq'::regclass::oid",), ("select", "usage", "Usage, Select")),
    "function": (("abs(int4)", "upper(text)"), ("'abs(int4)'::regprocedure::oid",), ("execute",)),
    "type": (("int4", "mood"), ("'text'::regtype::oid", "'mood'::regtype::oid"), ("usage",)),
    "schema": (("public", "pg_catalog"), ("'public'::regnamespace::oid",), ("usage",)),
    "database": (("functions",), ("(select oid from pg_database where datname = 'functions')",), ("connect", "temp, connect")),
    "language": (("sql", "plpgsql"), ("(select oid from pg_language where lanname = 'sql')",), ("usage",)),
    "parameter": (("work_mem", "datestyle"), (), ("set",)),
    "largeobject": ((), ("1::oid", "23::oid"), ("select",)),
}  # fmt: skip
USERS = {"name": "'postgres'::name", "oid": "10::oid"}
COLUMN_OF_PROBE = {"text": ("id", "jb"), "int2": ("1", "3")}
