"""Values of every type that a client may meet, and the tables that hold them: one column a type, one row a value.

Refuses to know drivers. Which types there are is the source's own pg_type, so a type that it has and this file lacks fails
`test_types.py`; which of them the double has no form for is found by asking it.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

NO_INPUT = frozenset(
    ("pg_node_tree", "pg_ndistinct", "pg_dependencies", "pg_mcv_list", "gtsvector")
    + ("pg_brin_bloom_summary", "pg_brin_minmax_multi_summary")
)
"""Types whose values no client can write: only Postgres itself makes them."""

SAMPLES: dict[str, tuple[str, ...]] = {
    "bool": ("t", "f"),
    "bytea": (r"\x", r"\x00ff61", r"\x5c27220a"),
    '"char"': ("a", "", r"\377"),
    "name": ("pg_class", "with blank", "ä" * 31),
    "int8": ("9223372036854775807", "-9223372036854775808", "0"),
    "int2": ("32767", "-32768", "0"),
    "int4": ("2147483647", "-2147483648", "0"),
    "regproc": ("now", "0", "pg_catalog.int4pl"),
    "text": ("", 'it\'s "quoted", {back\\slash}', "tab\tline\nüñïçø∂é 🐘", "NULL", " padded "),
    "oid": ("0", "4294967295", "16384"),
    "tid": ("(0,1)", "(4294967295,65535)"),
    "xid": ("3", "4294967295"),
    "cid": ("0", "4294967295"),
    "int2vector": ("", "1 2 -3"),
    "oidvector": ("", "1 4294967295"),
    "json": ('{"b": [1, 2.50, "x\\u00e9"],  "a": null}', "[]", '"word"', "null"),
    "xml": ("<a>text</a>",),
    "point": ("(1.5,-2)", "(Infinity,NaN)"),
    "lseg": ("[(0,0),(1,1)]",),
    "path": ("((0,0),(1,1),(2,0))", "[(0,0),(1,1)]"),
    "box": ("(2,2),(0,0)",),
    "polygon": ("((0,0),(1,1),(2,0))",),
    "line": ("{1,-1,0}",),
    "circle": ("<(1,2),3.5>",),
    "cidr": ("10.0.0.0/8", "2001:db8::/32"),
    "inet": ("192.168.0.1", "10.1.2.3/8", "::1", "2001:db8::1/64"),
    "macaddr": ("08:00:2b:01:02:03",),
    "macaddr8": ("08:00:2b:01:02:03:04:05",),
    "float4": ("1.5", "-0", "NaN", "Infinity", "-Infinity", "3.4028235e+38", "1e-45", "0.1"),
    "float8": ("1.5", "-0", "NaN", "Infinity", "-Infinity", "1.7976931348623157e+308", "5e-324", "0.1", "1e15", "1e16"),
    "money": ("$1,234.56", "-$0.01", "$92,233,720,368,547,758.07", "-$92,233,720,368,547,758.08"),
    "aclitem": ("postgres=r/postgres", "=rw/postgres"),
    "bpchar": ("a", "b  ", ""),
    "char(5)": ("ab", "abcde", ""),
    "varchar": ("any", ""),
    "varchar(6)": ("abc", "abcdef", "ä  "),
    "date": ("2024-02-29", "infinity", "-infinity", "4713-01-01 BC", "5874897-12-31", "0001-12-31 BC", "1900-01-01"),
    "time": ("12:34:56.789012", "00:00:00", "24:00:00", "23:59:59.999999"),
    "time(2)": ("12:34:56.79",),
    "timestamp": (
        "2024-02-29 12:34:56.789012",
        "infinity",
        "-infinity",
        "4713-01-01 00:00:00 BC",
        "294276-12-31 23:59:59.999999",
        "0044-03-15 12:00:00 BC",
        "1969-12-31 23:59:59.5",
    ),
    "timestamp(0)": ("2024-02-29 12:34:56",),
    "timestamptz": (
        "2024-07-01 12:34:56.789012+00",
        "infinity",
        "-infinity",
        "0044-03-15 12:00:00+00 BC",
        "294276-12-31 23:59:59.999999+00",
        "1883-01-01 00:00:00+00",
    ),
    "timetz": ("12:34:56.789012+02", "00:00:00-15:59", "24:00:00+00"),
    "interval": (
        "1 year 2 mons 3 days 04:05:06.789012",
        "-1 days +00:00:01",
        "00:00:00",
        "-178000000 years",
        "infinity",
        "-infinity",
        "2147483647 days 2562047788:00:54.775807",
    ),
    "interval day to second(3)": ("3 days 04:05:06.789",),
    "bit": ("1", "0"),
    "bit(9)": ("101010101",),
    "varbit": ("", "10101", "1111000011110000"),
    "numeric": (
        "0",
        "0.00",
        "-1234567890.12345678901234567890",
        "NaN",
        "Infinity",
        "-Infinity",
        "1e100",
        "1e-20",
        "99999999999999999999999999999999999999",
    ),
    "numeric(12,3)": ("123456789.125", "-0.001", "0", "NaN"),
    "refcursor": ("a cursor",),
    "regprocedure": ("pg_catalog.int4pl(integer,integer)", "-"),
    "regoper": ("pg_catalog.||/", "0"),
    "regoperator": ("+(integer,integer)", "0"),
    "regclass": ("pg_class", "-", "every_type"),
    "regtype": ("integer", "timestamp with time zone", "mood"),
    "regconfig": ("english",),
    "regdictionary": ("simple",),
    "regnamespace": ("pg_catalog", "public"),
    "regrole": ("postgres",),
    "regcollation": ('"C"', '"default"'),
    "uuid": ("c0ffee00-0000-4000-8000-00000000abcd", "00000000-0000-0000-0000-000000000000"),
    "txid_snapshot": ("10:20:10,14,15",),
    "pg_snapshot": ("10:20:10,14,15", "1:1:"),
    "pg_lsn": ("0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF"),
    "tsvector": ("'cat':3A 'fat':2B,4C", "", "'it''s':1"),
    "tsquery": ("'fat' & ( 'rat':AB | !'cat' )", "'a' <2> 'b':*", ""),
    "jsonb": ('{"b": [1, 2.50, "xé"], "a": null}', "[]", '"word"', "null", "1e400"),
    "jsonpath": ('$."a"[*]?(@ > 1)', 'strict $."a"'),
    "xid8": ("3", "18446744073709551615"),
    "int4range": ("[1,5)", "empty", "(,)", "[3,)"),
    "int8range": ("[1,9223372036854775807)", "empty"),
    "numrange": ("[1.50,2.5]", "(,0)", "empty"),
    "tsrange": ('["2024-01-01 00:00:00","2024-02-01 12:00:00")', "[-infinity,infinity]"),
    "tstzrange": ('["2024-01-01 00:00:00+00","2024-02-01 12:00:00+00")', "(,)"),
    "daterange": ("[2024-01-01,2024-02-01)", "[2024-01-01,)", "empty"),
    "int4multirange": ("{[1,3),[5,8)}", "{}"),
    "int8multirange": ("{[1,3)}",),
    "nummultirange": ("{[1.5,2.5],(7,)}",),
    "tsmultirange": ('{["2024-01-01 00:00:00","2024-02-01 00:00:00")}',),
    "tstzmultirange": ('{["2024-01-01 00:00:00+00","2024-02-01 00:00:00+00")}',),
    "datemultirange": ("{[2024-01-01,2024-02-01),[2024-03-01,2024-04-01)}",),
    "information_schema.cardinal_number": ("7",),
    "information_schema.character_data": ("text",),
    "information_schema.sql_identifier": ("an_identifier",),
    "information_schema.time_stamp": ("2024-07-01 12:34:56.79+00",),
    "information_schema.yes_or_no": ("YES", "NO"),
    "mood": ("sad", "ok", 'it\'s, "happy"'),
    "positive": ("1", "2147483647"),
    "short_code": ("abc", "x"),
    "mood_kept": ("ok",),
    "address": ('("Main St",5,2020-01-02)', "(,,)", '("a ""b"", (c)",-1,)'),
    "floatrange": ("[1.5,2.5)", "empty"),
    "floatmultirange": ("{[1.5,2.5)}",),
}
"""By the name a cast takes; types without a row in pg_type (char(5)) are a type with a typmod."""

TYPES_OF_OUR_OWN = """
create type mood as enum ('sad', 'ok', 'it''s, "happy"');
create domain positive as int4 check (value > 0);
create domain short_code as varchar(6);
create domain mood_kept as mood;
create type address as (street text, number int4, since date);
create type floatrange as range (subtype = float8, subtype_diff = float8mi);
"""

ALL_TYPES = """
select t.oid::regtype::text from pg_type t left join pg_class c on c.oid = t.typrelid
where t.typtype <> 'p' and t.typelem = 0 and coalesce(c.relkind, 'c') = 'c' and t.typname not like 'pg_toast%' order by t.oid
"""
"""Every type of the source but pseudo-types, row types of tables, and arrays."""


REFUSED = frozenset(
    (
        ("timestamp", "294276-12-31 23:59:59.999999"), ("timestamptz", "294276-12-31 23:59:59.999999+00"),
        ("interval", "infinity"), ("interval", "-infinity"), ("numeric(12,3)", "NaN"),
    )
)  # fmt: skip
"""Values that the double refuses with 0A000: DuckDB's timestamps end in the year 294247, its intervals know no infinity, its
DECIMAL no NaN."""

NOT_STORED = REFUSED | {("interval", "2147483647 days 2562047788:00:54.775807")}
"""Values that no replica holds: DuckDB's reader of intervals has fewer hours than its intervals."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One value: its type as a cast names it, its text."""

    type: str
    text: str


def scalars() -> list[Sample]:
    """Every value."""
    return [Sample(name, text) for name, texts in SAMPLES.items() for text in texts]


def stored(name: str) -> list[str]:
    """The values of a type that a replica holds."""
    return [text for text in SAMPLES[name] if (name, text) not in NOT_STORED]


def arrays(connection: psycopg.Connection, names: list[str]) -> list[Sample]:
    """For each type: an array of all its values and a NULL, an empty one, and one of two dimensions, as Postgres prints them."""
    found = []
    for name in names:
        texts = stored(name)
        flat = f"array[{', '.join(['%s::' + name] * len(texts))}, null]::{name}[]::text"
        nested = f"array[array[%s::{name}], array[%s::{name}]]::text"
        row = connection.execute(f"select {flat}, {nested}", [*texts, texts[0], texts[-1]]).fetchone()  # type: ignore[arg-type]
        assert row is not None
        found += [Sample(f"{name}[]", text) for text in (row[0], "{}", row[1])]
    return found


def supported(connection: psycopg.Connection) -> list[str]:
    """The types that this server can read: one built without libxml has a type xml without input."""
    found = []
    for name, (first, *_) in SAMPLES.items():
        try:
            connection.execute(f"select %s::{name}", [first])  # type: ignore[arg-type]
            found.append(name)
        except psycopg.errors.FeatureNotSupported:
            continue
    return found


def samples(dsn: str) -> list[Sample]:
    """Every value of every type that the source reads, and arrays of them."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        names = supported(connection)
        return [one for one in scalars() if one.type in names] + arrays(connection, names)


def make(dsn: str) -> None:
    """The types and tables in a database."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(TYPES_OF_OUR_OWN)  # type: ignore[arg-type]
        connection.execute("create table every_type ()")  # a name to look up; made anew below
        names = supported(connection)
        connection.execute("drop table every_type")
        fill(connection, names)


def fill(connection: psycopg.Connection, names: list[str]) -> None:
    """Make `every_type` (a column a type, row k the k-th value, the last row NULL) and `every_array` (of all values, empty, NULL)."""
    columns = ", ".join(f"{column(name)} {name}" for name in names)
    array_columns = ", ".join(f"{column(name)} {name}[]" for name in names)
    connection.execute(f"create table every_type (id int4 primary key, {columns})")
    connection.execute(f"create table every_array (id int4 primary key, {array_columns})")
    kept = [stored(name) for name in names]
    for number in range(max(map(len, kept)) + 1):
        texts = [values[number] if number < len(values) else None for values in kept]
        insert = f"insert into every_type select %s, {', '.join(f'%s::{name}' for name in names)}"
        connection.execute(insert, [number, *texts])  # type: ignore[arg-type]
    filled = [found.text for found in arrays(connection, names)]
    for number, row in enumerate((filled[0::3], filled[1::3], [None] * len(names))):
        insert = f"insert into every_array select %s, {', '.join(f'%s::{name}[]' for name in names)}"
        connection.execute(insert, [number, *row])  # type: ignore[arg-type]


def column(name: str) -> str:
    """A column's name for a type's."""
    return "c_" + "".join(letter if letter.isalnum() else "_" for letter in name).strip("_")
