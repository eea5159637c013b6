"""Names of catalog objects: quoting, `schema.name` reading, format_type, and the search path.

Pure functions over a Catalog and a search path; refuses to know sessions. Facts: src/backend/utils/adt/regproc.c,
format_type.c, ruleutils.c (quote_identifier), varlena.c (SplitIdentifierString) and src/include/parser/kwlist.h.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from typing import TypeVar

from proxy.catalog.model import Catalog, TypeRow
from proxy.pgtypes.errors import InvalidText

PG_CATALOG = 11

# Keywords that are not UNRESERVED: quote_identifier quotes them.
QUOTED_KEYWORDS = frozenset(
    [
        "all",
        "analyse",
        "analyze",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "asymmetric",
        "authorization",
        "between",
        "bigint",
        "binary",
        "bit",
        "boolean",
        "both",
        "case",
        "cast",
        "char",
        "character",
        "check",
        "coalesce",
        "collate",
        "collation",
        "column",
        "concurrently",
        "constraint",
        "create",
        "cross",
        "current_catalog",
        "current_date",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "dec",
        "decimal",
        "default",
        "deferrable",
        "desc",
        "distinct",
        "do",
        "else",
        "end",
        "except",
        "exists",
        "extract",
        "false",
        "fetch",
        "float",
        "for",
        "foreign",
        "freeze",
        "from",
        "full",
        "grant",
        "greatest",
        "group",
        "grouping",
        "having",
        "ilike",
        "in",
        "initially",
        "inner",
        "inout",
        "int",
        "integer",
        "intersect",
        "interval",
        "into",
        "is",
        "isnull",
        "join",
        "json",
        "json_array",
        "json_arrayagg",
        "json_exists",
        "json_object",
        "json_objectagg",
        "json_query",
        "json_scalar",
        "json_serialize",
        "json_table",
        "json_value",
        "lateral",
        "leading",
        "least",
        "left",
        "like",
        "limit",
        "localtime",
        "localtimestamp",
        "merge_action",
        "national",
        "natural",
        "nchar",
        "none",
        "normalize",
        "not",
        "notnull",
        "null",
        "nullif",
        "numeric",
        "offset",
        "on",
        "only",
        "or",
        "order",
        "out",
        "outer",
        "overlaps",
        "overlay",
        "placing",
        "position",
        "precision",
        "primary",
        "real",
        "references",
        "returning",
        "right",
        "row",
        "select",
        "session_user",
        "setof",
        "similar",
        "smallint",
        "some",
        "substring",
        "symmetric",
        "system_user",
        "table",
        "tablesample",
        "then",
        "time",
        "timestamp",
        "to",
        "trailing",
        "treat",
        "trim",
        "true",
        "union",
        "unique",
        "user",
        "using",
        "values",
        "varchar",
        "variadic",
        "verbose",
        "when",
        "where",
        "window",
        "with",
        "xmlattributes",
        "xmlconcat",
        "xmlelement",
        "xmlexists",
        "xmlforest",
        "xmlnamespaces",
        "xmlparse",
        "xmlpi",
        "xmlroot",
        "xmlserialize",
        "xmltable",
    ]
)

SQL_NAMES: dict[int, str] = {
    16: "boolean",
    20: "bigint",
    21: "smallint",
    23: "integer",
    700: "real",
    701: "double precision",
    1042: "character",
    1043: "character varying",
    1083: "time without time zone",
    1114: "timestamp without time zone",
    1184: "timestamp with time zone",
    1266: "time with time zone",
    1560: "bit",
    1562: "bit varying",
    1186: "interval",
    1700: "numeric",
    114: "json",
}
VECTORS = frozenset((22, 30))  # arrays by their subscripting, but format_type spells only varlena ones with []
LENGTH_IMPLIED = frozenset((1042, 1560))  # `character` and `bit` alone mean a length of 1
WITHOUT_MODIFIER = frozenset((16, 20, 21, 23, 700, 701))

Path = tuple[int, ...]
Found = TypeVar("Found")


def quote_ident(name: str) -> str:
    """quote_identifier: as written where it is lower case, safe and no keyword."""
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in QUOTED_KEYWORDS:
        return name
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


# Of an identifier that is not quoted Postgres lowers the letters of ASCII alone, where an encoding has several bytes a letter.
IN_LOWER_CASE = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def split_name(text: str) -> list[str]:
    """`a."B".c` as its parts, unquoted parts in lower case. Raises InvalidText."""
    parts: list[str] = []
    rest = text.strip()
    pattern = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^\s".]+))\s*(\.|$)')
    at = 0
    while True:
        match = pattern.match(rest, at)
        if match is None:
            raise InvalidName("invalid name syntax")
        parts.append(match[1].replace('""', '"') if match[1] is not None else match[2].translate(IN_LOWER_CASE))
        at = match.end()
        if match[3] == "":
            return parts


class InvalidName(InvalidText):
    """invalid_name."""

    sqlstate = "42602"


def format_type(oid: int, typmod: int | None, catalog: Catalog, path: Path) -> str:
    """format_type(): the SQL name of a type with its length or precision; types out of sight with their schema.

    typmod None means that none was asked for: then `character` and `bit` need not say that they have no length.
    """
    row = catalog.types.get(oid)
    if row is None or not catalog.knows_type(oid):
        return "???"
    if row.is_true_array and row.element and oid not in VECTORS:
        return format_type(row.element, typmod, catalog, path) + "[]"
    modifier = _modifier(oid, -1 if typmod is None else typmod)
    if oid in SQL_NAMES and not (oid in LENGTH_IMPLIED and typmod is not None and typmod < 0):
        head, zone, tail = SQL_NAMES[oid].partition(" with")
        return head + modifier + zone + tail
    name = quote_ident(row.name)
    if _visible_type(row, catalog, path):
        return name + modifier
    return f"{quote_ident(catalog.namespaces.get(row.namespace, ''))}.{name}{modifier}"


def _modifier(oid: int, typmod: int) -> str:
    """What stands in parentheses behind a type's name."""
    if typmod < 0 or oid in WITHOUT_MODIFIER:
        return ""
    if oid in (1042, 1043):
        return f"({typmod - 4})" if typmod > 4 else ""
    if oid == 1700:
        if typmod < 4:
            return ""
        return f"({((typmod - 4) >> 16) & 0xFFFF},{(((typmod - 4) & 0x7FF) ^ 1024) - 1024})"
    return _interval_modifier(typmod) if oid == 1186 else f"({typmod})"


def _interval_modifier(typmod: int) -> str:
    mask, precision = (typmod >> 16) & 0x7FFF, typmod & 0xFFFF
    fields = "" if mask == 0x7FFF else INTERVAL_FIELDS.get(mask, "")
    return fields + (f"({precision})" if precision != 0xFFFF else "")


INTERVAL_FIELDS = {
    1 << 2: " year",
    1 << 1: " month",
    1 << 3: " day",
    1 << 10: " hour",
    1 << 11: " minute",
    1 << 12: " second",
    1 << 2 | 1 << 1: " year to month",
    1 << 3 | 1 << 10: " day to hour",
    1 << 3 | 1 << 10 | 1 << 11: " day to minute",
    1 << 3 | 1 << 10 | 1 << 11 | 1 << 12: " day to second",
    1 << 10 | 1 << 11: " hour to minute",
    1 << 10 | 1 << 11 | 1 << 12: " hour to second",
    1 << 11 | 1 << 12: " minute to second",
}


def first_found(namespaces: Iterable[int], get: Callable[[int], Found | None]) -> Found | None:
    return next((row for namespace in namespaces if (row := get(namespace)) is not None), None)


def _visible_type(row: TypeRow, catalog: Catalog, path: Path) -> bool:
    return first_found(path, lambda namespace: catalog.type_by_name.get((namespace, row.name))) is row
