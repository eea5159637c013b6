"""Which functions and operators a client may call, and the chapter of each: rows of Postgres' own pg_proc and pg_operator.

Refuses to know what the double has. Chapters follow from kinds, argument and result types, estimators and descriptions; what is
left out is machinery that the catalog itself points to (types' input and output, index support, aggregates' transitions), what
takes types that no client can write, what is volatile, and the chapters on geometry, networks, text search, XML and bit strings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

CHAPTERS = (
    "math", "string", "binary", "pattern matching", "formatting", "date/time", "enum", "json", "array", "range", "aggregate",
    "window", "set-returning", "system information", "comparison",
)  # fmt: skip
MACHINERY = """
    SELECT amproc::oid FROM pg_amproc UNION SELECT unnest(array[typinput, typoutput, typreceive, typsend, typmodin, typmodout,
        typanalyze, typsubscript]::oid[]) FROM pg_type
    UNION SELECT unnest(array[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn,
        aggmfinalfn]::oid[]) FROM pg_aggregate
    UNION SELECT conproc::oid FROM pg_conversion
"""
PROCS = f"""
SELECT p.oid::int8, quote_ident(p.proname), p.prokind::text, p.proretset, p.provariadic <> 0 AS variadic, g.aggkind::text AS agg_kind,
       coalesce(g.aggnumdirectargs, 0)::int AS direct, p.proargtypes::oid[]::int8[] AS args, p.prorettype::int8 AS result,
       coalesce(obj_description(p.oid, 'pg_proc'), '') AS about,
       (SELECT min(o.oprrest::text) FROM pg_operator o WHERE o.oprcode = p.oid) AS estimator,
       p.prorettype = 'record'::regtype AND p.proallargtypes IS NULL AS untyped
FROM pg_proc p LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.provolatile <> 'v' AND p.prokind <> 'p'
      AND (NOT p.oid IN ({MACHINERY}) OR p.oid IN (SELECT oprcode FROM pg_operator))
ORDER BY p.proname, p.oid
"""
OPERATORS = """
SELECT o.oid::int8, o.oprname, o.oprcode::oid::int8 AS proc, array_remove(array[o.oprleft, o.oprright], 0)::int8[] AS args,
       o.oprresult::int8 AS result, o.oprrest::text AS estimator, coalesce(obj_description(p.oid, 'pg_proc'), '') AS about, p.proname
FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND p.provolatile <> 'v' ORDER BY o.oprname, o.oid
"""
TYPES = """
SELECT oid::int8, typname, typcategory::text, typtype::text, typelem::int8, typlen FROM pg_type
WHERE typnamespace = 'pg_catalog'::regnamespace
"""
# Kinds of types by their category; a chapter is left out where a type of one of these takes part.
LEFT_OUT = frozenset(
    "point lseg path box polygon line circle inet cidr macaddr macaddr8 xml bit varbit tsvector tsquery gtsvector money".split()
)
# Types whose values no statement can write, or that are the server's own business.
UNWRITTEN = frozenset(
    "internal cstring trigger event_trigger language_handler fdw_handler table_am_handler index_am_handler tsm_handler void "
    "pg_node_tree pg_ndistinct pg_dependencies pg_mcv_list pg_ddl_command pg_brin_bloom_summary pg_brin_minmax_multi_summary "
    "unknown pg_snapshot txid_snapshot refcursor aclitem".split()
)
# Words of the descriptions of what tells a server's own state, or belongs to chapters that are left out.
SERVER = re.compile("|".join((
    "statistics: ", r"\bWAL\b", "replication", "specified publications", "internal", "I/O", "backend", "XML", "well formed",
    "event trigger", "DDL actions", "extension", "prepared", "cursor", "of this server", "server start", "postmaster start",
    "configuration load", "config.*load", "progress", "NUMA", "buffer", "wal filename", "compile", "build-time", "snapshot",
    "transaction id", "transaction ID", "server.s port", "client.s", "version$", "version string", "pg_config binary", "used by ICU",
    "compression method", "TOAST", "file path", "filenode", "total vacuum", "total analyze", "total auto", "index build phase",
    "in a tablespace", "SHOW ALL",
)))  # fmt: skip
# Names of the chapter on text search.
TEXT_SEARCH = ("ts_", "get_current_ts_config")
NUMBERS = frozenset("int2 int4 int8 numeric float4 float8".split())
CATALOG_READERS = ("has_", "pg_", "to_reg", "row_security", "current_", "set_config")
TEXTS = frozenset("text varchar bpchar char name".split())
ANYTHING = frozenset("any anyelement anynonarray anycompatible anycompatiblenonarray record".split())
JSON = frozenset("json jsonb jsonpath".split())
PATTERN_ESTIMATORS = ("like", "nlike", "icl", "icnl", "regexeq", "regexne", "icregex", "prefixsel")
PATTERN_WORDS = ("regexp", "LIKE", "pattern")


@dataclass(frozen=True, slots=True)
class Type:
    """A row of pg_type, of what is needed here."""

    oid: int
    name: str
    category: str
    kind: str
    element: int
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A function or an operator. proc: the operator's function; direct: arguments before WITHIN GROUP.

    untyped: gives rows whose columns the call has to name.
    """

    oid: int
    name: str
    chapter: str
    args: tuple[str, ...]
    result: str
    kind: str = "f"
    operator: bool = False
    returns_set: bool = False
    variadic: bool = False
    agg_kind: str = ""
    direct: int = 0
    untyped: bool = False
    proc: int = 0

    @property
    def shown(self) -> str:
        """As a person writes it."""
        if not self.operator:
            return f"{self.name}({', '.join(self.args)})"
        return " ".join([self.args[0], self.name, self.args[1]] if len(self.args) == 2 else [self.name, *self.args])


def inventory(connection: Any) -> list[Entry]:
    """Every callable row of the chapters. connection: psycopg's."""
    types = {row[0]: Type(*row) for row in connection.execute(TYPES).fetchall()}
    found: list[Entry] = []
    for (
        oid,
        name,
        kind,
        returns_set,
        variadic,
        agg_kind,
        direct,
        args,
        result,
        about,
        estimator,
        untyped,
    ) in connection.execute(PROCS).fetchall():
        given = [types[each] for each in (*args, result)]
        if name.startswith(TEXT_SEARCH):
            continue
        chapter = _kind_chapter(kind, returns_set, given, about) or _chapter(name, given, about, estimator)
        if chapter:
            found.append(
                Entry(
                    oid, name, chapter, tuple(each.name for each in given[:-1]), given[-1].name, kind, False, returns_set,
                    variadic, agg_kind or "", direct, untyped,
                )
            )  # fmt: skip
    for oid, name, proc, args, result, estimator, about, computed_by in connection.execute(OPERATORS).fetchall():
        given = [types[each] for each in (*args, result)]
        if computed_by.startswith(TEXT_SEARCH):
            continue
        if chapter := _chapter(name, given, about, estimator):
            names = tuple(each.name for each in given)
            found.append(Entry(oid, name, chapter, names[:-1], names[-1], operator=True, proc=proc))
    return found


def _kind_chapter(kind: str, returns_set: bool, given: Sequence[Type], about: str) -> str:
    if _is_left_out(given) or SERVER.search(about):
        return ""
    return {"a": "aggregate", "w": "window"}.get(kind, "set-returning" if returns_set else "")


def _is_left_out(given: Sequence[Type]) -> bool:
    names = {each.name.lstrip("_") for each in given}
    return bool(names & (LEFT_OUT | UNWRITTEN))


def _chapter(name: str, given: Sequence[Type], about: str, estimator: str | None) -> str:
    """'' where it belongs to none."""
    if _is_left_out(given) or SERVER.search(about) or (estimator or "").startswith("tsmatch"):
        return ""
    names = [each.name for each in given]
    arguments = given[:-1]
    if any(
        each.kind in "rm"
        or each.name.startswith(("anyrange", "anymultirange", "anycompatiblerange", "anycompatiblemulti"))
        for each in given
    ):
        return "range"
    if JSON & set(names):
        return "json"
    if any(each.category == "E" or each.name == "anyenum" for each in given):
        return "enum"
    if (estimator or "").startswith(PATTERN_ESTIMATORS) or any(word in about for word in PATTERN_WORDS):
        return "pattern matching"
    if _formats(names, given):
        return "formatting"
    if any(each.category in "DT" for each in given):
        return "date/time"
    if "bytea" in names:
        return "binary"
    if any(
        each.category == "A"
        and each.name.lstrip("_") in NUMBERS | TEXTS
        or each.name in ("anyarray", "anycompatiblearray")
        for each in given
    ):
        return "array"
    if (
        not arguments
        or name.startswith(CATALOG_READERS)
        or not set(names) <= NUMBERS | TEXTS | ANYTHING | {"bool", "uuid"}
        or names[0] == "name"
    ):
        return "system information"
    if any(each.name in TEXTS for each in given):
        return "string"
    return "math" if NUMBERS & {each.name for each in arguments} else "comparison"


def _formats(names: Sequence[str], given: Sequence[Type]) -> bool:
    """A value and a format give a text, or a text and a format give a value."""
    if len(names) != 3 or names[1] != "text":
        return False
    if names[2] == "text":
        return given[0].category in "DT" or names[0] in NUMBERS
    return names[0] == "text" and (given[2].category in "DT" or names[2] == "numeric")
