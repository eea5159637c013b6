"""Names of catalog objects from the columns that describe them: format_type, qualified names, identifiers in text.

Works on single values that the SQL around looked up in the role's own catalog; refuses to look anything up. Facts: format_type.c,
regproc.c.
"""

from __future__ import annotations

import re

from proxy.catalog.model import Catalog, TypeRow
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function
from proxy.pgtypes.names import IN_LOWER_CASE, quote_ident, split_name
from proxy.pgtypes.names import format_type as type_text

_IDENTIFIER = r'\s*(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)\s*'
_IDENTIFIERS = re.compile(rf"{_IDENTIFIER}(?:\.{_IDENTIFIER})*")

HIDDEN_SPACE, SHOWN_SPACE = 1, 2


@function("UINTEGER INTEGER VARCHAR VARCHAR UINTEGER VARCHAR VARCHAR", "VARCHAR", strict=False)
def format_type(
    oid: int, typmod: int | None, name: str, schema: str | None, element: int | None, element_name: str | None,
    element_schema: str | None,
) -> str:  # fmt: skip
    """schema is NULL where the type is visible by its bare name; element is NULL unless the type is a true array."""
    types = {oid: _row(oid, name, schema, element or 0)}
    namespaces = {SHOWN_SPACE: "pg_catalog", HIDDEN_SPACE: schema or element_schema or ""}
    if element is not None and element_name is not None:
        types[element] = _row(element, element_name, element_schema, 0)
    catalog = Catalog(
        types=types, procs={}, operators={}, casts={}, relations={}, namespaces=namespaces, roles={}, collations={},
        settings={}, database="", server_version="",
    ).index()  # fmt: skip
    return type_text(oid, typmod, catalog, (SHOWN_SPACE,))


def _row(oid: int, name: str, schema: str | None, element: int) -> TypeRow:
    return TypeRow(
        oid=oid, name=name, namespace=SHOWN_SPACE if schema is None else HIDDEN_SPACE, length=-1, kind="b", category="U",
        preferred=False, delimiter=",", relation=0, element=element, array=0, base=0, typmod=-1, not_null=False, collation=0,
        is_true_array=bool(element),
    )  # fmt: skip


@function("VARCHAR VARCHAR", "VARCHAR", strict=False)
def qualified(schema: str | None, name: str | None) -> str | None:
    """A quoted name, with its schema unless that is NULL."""
    if name is None:
        return None
    return quote_ident(name) if schema is None else f"{quote_ident(schema)}.{quote_ident(name)}"


_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^".\s][^.\s]*))\s*')


@function("VARCHAR", "VARCHAR[]")
def parse_ident(text: str) -> list[str]:
    if not _IDENTIFIERS.fullmatch(text):
        raise PgDomainError("22023", f'string is not a valid identifier: "{text}"')
    return split_name(text)


@function("VARCHAR VARCHAR BOOLEAN", "VARCHAR[]")
def name_parts(text: str, what: str, soft: bool) -> list[str] | None:
    """What text of a registered type names, as stringToQualifiedNameList splits it. what: the object, '' for one without a schema;
    soft: NULL instead of an error."""
    parts, rest = [], text.strip()
    while part := _PART.match(rest):
        parts.append(part[1].replace('""', '"') if part[1] is not None else part[2].translate(IN_LOWER_CASE))
        rest = rest[part.end() :]
        if not rest.startswith("."):
            break
        rest = rest[1:] or " "
    if rest or not parts or (len(parts) > 1 and not what):
        if soft:
            return None
        raise PgDomainError("42602", "invalid name syntax")
    if len(parts) > 3:
        kind = "relation" if what == "relation" else "qualified"
        raise PgDomainError("42601", f"improper {kind} name (too many dotted names): {text.strip()}")
    return parts


@function("VARCHAR", "VARCHAR[]")
def parse_ident_first(text: str) -> list[str]:
    """parse_ident that is not strict: what follows the last part is of no interest, unless it is a point."""
    found = _IDENTIFIERS.match(text)
    if found is None or text.startswith(".", found.end()):
        raise PgDomainError("22023", f'string is not a valid identifier: "{text}"')
    return split_name(found[0])
