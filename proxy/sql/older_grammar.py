"""What the grammar of an older server makes of syntax that came after it: a call of a function of that name, a column, or an error.

The parser is that of the newest Postgres; its raw tree is looked through for nodes that the source's version did not have. Refuses to
know types and names. Facts: gram.y and scan.l of each version (proxy/catalog/versions.py says since when); where only the token
that an older parser stumbles over is known by its word, that word's first place behind the construct's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from proxy.catalog.model import Catalog
from proxy.catalog.versions import Since
from proxy.sql.lexer import Token, tokens
from proxy.sql.parse import Node, SyntaxProblem, char_offset

_NUMBER = re.compile(r"(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?")
_IDENTIFIER = re.compile(r"[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*")
# Behind the name of a JSON function, what no list of arguments holds.
_STUMBLES = frozenset(
    "value null absent format returning with without keep omit passing columns on error empty default select values".split()
)
_JSON_FUNCTIONS = {"JSON_EXISTS_OP": "json_exists", "JSON_VALUE_OP": "json_value", "JSON_QUERY_OP": "json_query"}
Handler = Callable[[str, Any, Catalog], Node]


def as_of(sql: str, fields: Node, catalog: Catalog) -> Node:
    """A statement's fields as the source's version reads them. Raises SyntaxProblem where it cannot."""
    if catalog.has(Since.AT_LOCAL):
        return fields
    if not catalog.has(Since.INTEGER_NOTATIONS):
        _refuse_notations(sql)
    handlers = {kind: handler for kind, (since, handler) in _NEWER.items() if not catalog.has(since)}
    read: Node = _read(sql, fields, catalog, handlers)
    return read


def _read(sql: str, value: Any, catalog: Catalog, handlers: dict[str, Handler]) -> Any:
    if isinstance(value, list):
        return [_read(sql, item, catalog, handlers) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((kind, fields),) = value.items()
        handler = handlers.get(kind)
        if handler is not None and (found := handler(sql, fields, catalog)) != value:
            return _read(sql, found, catalog, handlers)
    return {name: _read(sql, item, catalog, handlers) for name, item in value.items()}


def _refuse_notations(sql: str) -> None:
    """0x1F and 1_000 were a number with something behind it."""
    end = 0
    for token in tokens(sql):
        number = _NUMBER.match(sql, token.start)
        if token.start < end or not number:
            continue
        end = number.end()
        if junk := _IDENTIFIER.match(sql, end):
            word = sql[token.start : junk.end()]
            raise SyntaxProblem(f'trailing junk after numeric literal at or near "{word}"', position=token.start)


# Calls


def _call(name: str, arguments: list[Node], fields: Node) -> Node:
    return {
        "FuncCall": {
            "funcname": [{"String": {"sval": name}}], "args": arguments, "funcformat": "COERCE_EXPLICIT_CALL",
            "location": fields.get("location", -1),
        }
    }  # fmt: skip


def _arguments(sql: str, fields: Node, values: list[Any], name: str) -> list[Node]:
    """The arguments of what reads as a call; a syntax error where something stands among them that no call has."""
    place = char_offset(sql, int(fields.get("location", 0)))
    inside = list(_bracket(sql, place))
    stumbled = next((token for token in inside if token.word in _STUMBLES or token.text == ":"), None)
    if stumbled is not None:
        raise _near(sql, stumbled)
    return [value.get("JsonValueExpr", value).get("raw_expr", value) for value in values]


def _bracket(sql: str, start: int) -> Iterator[Token]:
    """The tokens inside the first brackets behind a place, not those of brackets inside them."""
    depth = 0
    for token in tokens(sql):
        if token.start < start:
            continue
        depth -= token.text == ")"
        if depth == 1:
            yield token
        if token.text == ")" and depth == 0:
            return
        depth += token.text == "("


def _near(sql: str, token: Token) -> SyntaxProblem:
    return SyntaxProblem(f'syntax error at or near "{token.text}"', position=token.start)


def _constructor(name: str, *parts: str) -> Handler:
    def read(sql: str, fields: Any, catalog: Catalog) -> Node:
        given = [fields[part] for part in parts if part in fields]
        values = [item for one in given for item in (one if isinstance(one, list) else [one])]
        return _call(name, _arguments(sql, fields, values, name), fields)

    return read


def _function(sql: str, fields: Any, catalog: Catalog) -> Node:
    name = _JSON_FUNCTIONS[fields["op"]]
    given = [fields["context_item"], fields["pathspec"]]
    return _call(name, _arguments(sql, fields, given, name), fields)


def _aggregate(name: str) -> Handler:
    def read(sql: str, fields: Any, catalog: Catalog) -> Node:
        constructor = fields["constructor"]
        arg = fields["arg"]
        call = _call(name, _arguments(sql, constructor, [arg], name), constructor)
        return {"FuncCall": {**call["FuncCall"], "agg_order": constructor.get("agg_order", [])}}

    return read


# Errors


def _is_json(sql: str, fields: Any, catalog: Catalog) -> Node:
    place = char_offset(sql, int(fields.get("location", 0)))
    words = [token for token in tokens(sql) if token.start >= place]
    for before, token in zip(words, words[1:]):
        if token.word == "json" and before.word in ("is", "not"):
            raise _near(sql, token)
    return {"JsonIsPredicate": fields}


def _table(sql: str, fields: Any, catalog: Catalog) -> Node:
    place = char_offset(sql, int(fields.get("location", 0)))
    token = next((token for token in _bracket(sql, place) if token.word in ("columns", "passing")), None)
    if token is not None:
        raise _near(sql, token)
    return {"JsonTable": fields}


def _special(sql: str, fields: Any, catalog: Catalog) -> Node:
    """SYSTEM_USER was a column, and AT LOCAL nothing."""
    names = [part.get("String", {}).get("sval") for part in fields.get("funcname", ())]
    written = fields.get("funcformat") == "COERCE_SQL_SYNTAX"
    if written and names == ["pg_catalog", "system_user"] and not catalog.has(Since.SYSTEM_USER):
        return {"ColumnRef": {"fields": [{"String": {"sval": "system_user"}}], "location": fields.get("location", -1)}}
    if written and names == ["pg_catalog", "timezone"] and len(fields.get("args", ())) == 1:
        words = list(tokens(sql))
        for before, token in zip(words, words[1:]):
            if (before.word, token.word) == ("at", "local"):
                raise _near(sql, token)
    return {"FuncCall": fields}


def _subquery(sql: str, fields: Any, catalog: Catalog) -> Node:
    """A subquery in FROM had to have an alias."""
    if "alias" in fields:
        return {"RangeSubselect": fields}
    kind = "VALUES" if "valuesLists" in fields["subquery"]["SelectStmt"] else "subquery"
    example = "VALUES ..." if kind == "VALUES" else "SELECT ..."
    raise SyntaxProblem(
        f"{kind} in FROM must have an alias",
        hint=f"For example, FROM ({example}) [AS] foo.",
        position=_without_alias(sql),
    )


def _without_alias(sql: str) -> int | None:
    """Where the first subquery of FROM without an alias opens."""
    found = list(tokens(sql))
    for at, token in enumerate(found):
        opens = (
            token.text == "("
            and at
            and (found[at - 1].word in ("from", "join", "lateral") or found[at - 1].text == ",")
        )
        if (
            opens
            and at + 1 < len(found)
            and (found[at + 1].word in ("select", "values", "with") or found[at + 1].text == "(")
        ):
            end = _closing(found, at)
            behind = found[end + 1] if end + 1 < len(found) else None
            named = behind is not None and (
                behind.text.startswith('"') or (behind.word and behind.word not in _FOLLOWS)
            )
            if not named:
                return token.start
    return None


_FOLLOWS = frozenset(
    "where group having order limit offset fetch union intersect except window for on using join cross natural inner left right full "
    "tablesample".split()
)


def _closing(found: list[Token], at: int) -> int:
    depth = 0
    for place in range(at, len(found)):
        depth += (found[place].text == "(") - (found[place].text == ")")
        if depth == 0:
            return place
    return len(found)


_NEWER: dict[str, tuple[Since, Handler]] = {
    "JsonObjectConstructor": (Since.SQL_JSON, _constructor("json_object", "exprs")),
    "JsonArrayConstructor": (Since.SQL_JSON, _constructor("json_array", "exprs")),
    "JsonArrayQueryConstructor": (Since.SQL_JSON, _constructor("json_array", "query")),
    "JsonArrayAgg": (Since.SQL_JSON, _aggregate("json_arrayagg")), "JsonObjectAgg": (Since.SQL_JSON, _aggregate("json_objectagg")),
    "JsonIsPredicate": (Since.SQL_JSON, _is_json),
    "JsonScalarExpr": (Since.SQL_JSON_FUNCTIONS, _constructor("json_scalar", "expr")),
    "JsonSerializeExpr": (Since.SQL_JSON_FUNCTIONS, _constructor("json_serialize", "expr")),
    "JsonParseExpr": (Since.SQL_JSON_FUNCTIONS, _constructor("json", "expr")),
    "JsonFuncExpr": (Since.SQL_JSON_FUNCTIONS, _function), "JsonTable": (Since.SQL_JSON_FUNCTIONS, _table),
    "FuncCall": (Since.AT_LOCAL, _special), "RangeSubselect": (Since.SUBQUERY_WITHOUT_ALIAS, _subquery),
}  # fmt: skip
