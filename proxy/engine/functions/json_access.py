"""json and jsonb: members, elements, paths and sets of rows, over text.

jsonb is in Postgres' canonical form, json as it was written: what is taken out of json is a slice of its text. Refuses to
know how SQL values become JSON. Facts: src/backend/utils/adt/jsonfuncs.c.
"""

from __future__ import annotations

from collections.abc import Iterator

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.jsonb import MISSING, Texts, index_of, parsed, plain, show
from proxy.engine.functions.udf import PAIRS, function
from proxy.pgtypes.jsonb import TOKEN, Json, Parser


def _member(value: Json, key: str) -> object:
    return value.get(key, MISSING) if isinstance(value, dict) else MISSING


def _element(value: Json, place: int) -> object:
    if not isinstance(value, list):
        return MISSING
    place = place + len(value) if place < 0 else place
    return value[place] if 0 <= place < len(value) else MISSING


def _indexed(value: Json, place: int) -> object:
    """jsonb keeps a scalar as an array of one."""
    return _element(value if isinstance(value, list | dict) else [value], place)


def _along(value: Json, path: Texts) -> object:
    found: object = value
    for step in path:
        if step is None:
            return MISSING
        if isinstance(found, list):
            place = index_of(step)
            found = MISSING if place is None else _element(found, place)
        elif isinstance(found, dict):
            found = found.get(step, MISSING)
        else:
            return MISSING
    return found


def _shown(found: object) -> str | None:
    return None if found is MISSING else show(found)  # type: ignore[arg-type]  # everything else is Json


def _plain(found: object) -> str | None:
    return None if found is MISSING else plain(found)  # type: ignore[arg-type]


@function("VARCHAR[]", "BOOLEAN")
def unique_keys(keys: Texts) -> bool:
    """Whether quoted keys of an object differ; NULLs stand for members left out."""
    found: set[str] = set()
    for key in keys:
        if key in found:
            raise PgDomainError("22030", f"duplicate JSON object key value: {key}")
        if key is not None:
            found.add(key)
    return True


@function("VARCHAR VARCHAR", "VARCHAR")
def jsonb_field(text: str, key: str) -> str | None:
    return _shown(_member(parsed(text), key))


@function("VARCHAR VARCHAR", "VARCHAR")
def jsonb_field_text(text: str, key: str) -> str | None:
    return _plain(_member(parsed(text), key))


@function("VARCHAR INTEGER", "VARCHAR")
def jsonb_element(text: str, place: int) -> str | None:
    return _shown(_indexed(parsed(text), place))


@function("VARCHAR INTEGER", "VARCHAR")
def jsonb_element_text(text: str, place: int) -> str | None:
    return _plain(_indexed(parsed(text), place))


@function("VARCHAR VARCHAR[]", "VARCHAR")
def jsonb_path(text: str, path: Texts) -> str | None:
    return _shown(_along(parsed(text), path))


@function("VARCHAR VARCHAR[]", "VARCHAR")
def jsonb_path_text(text: str, path: Texts) -> str | None:
    return _plain(_along(parsed(text), path))


# json keeps its text: members are slices of it


def raw_items(text: str) -> Iterator[tuple[str | None, str]]:
    """(key, text) of each member of an object, (None, text) of each element of an array; nothing of a scalar."""
    first = TOKEN.match(text)
    assert first is not None
    opened = first["mark"]
    if opened not in ("{", "["):
        return
    at = first.end()
    while True:
        token = TOKEN.match(text, at)
        assert token is not None
        if token["mark"] in ("}", "]"):
            return
        key: str | None = None
        if opened == "{":
            key = Parser("", decode_strings=True).string(token["string"])
            colon = TOKEN.match(text, token.end())
            assert colon is not None
            at = colon.end()
        start = at + len(text[at:]) - len(text[at:].lstrip(" \t\n\r"))
        at = _value_end(text, at)
        yield key, text[start:at]
        after = TOKEN.match(text, at)
        assert after is not None
        if after["mark"] != ",":
            return
        at = after.end()


def _value_end(text: str, at: int) -> int:
    parser = Parser(text, decode_strings=False)
    parser.at = at
    parser.value()
    return parser.at


def _raw_member(text: str, key: str) -> str | None:
    found = None
    for name, value in raw_items(text):
        if name == key:
            found = value
    return found


def _raw_element(text: str, place: int) -> str | None:
    items = [value for name, value in raw_items(text) if name is None]
    place = place + len(items) if place < 0 else place
    return items[place] if 0 <= place < len(items) else None


def _raw_along(text: str, path: Texts) -> str | None:
    found: str | None = text
    for step in path:
        if found is None or step is None:
            return None
        if found.lstrip().startswith("["):
            place = index_of(step)
            found = None if place is None else _raw_element(found, place)
        else:
            found = _raw_member(found, step)
    return found


def _content(text: str | None) -> str | None:
    """A slice of json as text: strings without quotes, null as NULL."""
    if text is None or text == "null":
        return None
    return Parser("", decode_strings=True).string(text) if text.startswith('"') else text


@function("VARCHAR VARCHAR", "VARCHAR")
def json_field(text: str, key: str) -> str | None:
    return _raw_member(text, key)


@function("VARCHAR VARCHAR", "VARCHAR")
def json_field_text(text: str, key: str) -> str | None:
    return _content(_raw_member(text, key))


@function("VARCHAR INTEGER", "VARCHAR")
def json_element(text: str, place: int) -> str | None:
    return _raw_element(text, place)


@function("VARCHAR INTEGER", "VARCHAR")
def json_element_text(text: str, place: int) -> str | None:
    return _content(_raw_element(text, place))


@function("VARCHAR VARCHAR[]", "VARCHAR")
def json_path(text: str, path: Texts) -> str | None:
    return _raw_along(text, path)


@function("VARCHAR VARCHAR[]", "VARCHAR")
def json_path_text(text: str, path: Texts) -> str | None:
    return _content(_raw_along(text, path))


# Sets


# What a set of a document's parts is refused for: (json or jsonb, what is wanted, what is there), the call's name in place of {}.
REFUSALS = {
    ("json", "[", "object"): "cannot call {} on a non-array", ("json", "[", "scalar"): "cannot call {} on a scalar",
    ("json", "{", "array"): "cannot deconstruct an array as an object", ("json", "{", "scalar"): "cannot deconstruct a scalar",
    ("jsonb", "[", "object"): "cannot extract elements from an object", ("jsonb", "[", "scalar"): "cannot extract elements from a scalar",
    ("jsonb", "{", "array"): "cannot call {} on a non-object", ("jsonb", "{", "scalar"): "cannot call {} on a non-object",
}  # fmt: skip


def _refuse_scalar(text: str, kind: str, call: str, opening: str) -> None:
    head = text.lstrip()[:1]
    if head == opening:
        return
    there = {"{": "object", "[": "array"}.get(head, "scalar")
    message = REFUSALS[kind, opening, there]
    if call.endswith("object_keys"):
        message = f"cannot call {{}} on {'an array' if there == 'array' else 'a scalar'}"
    raise PgDomainError("22023", message.format(call))


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]")
def json_elements(text: str, kind: str, call: str) -> list[str | None]:
    """Elements as documents. kind: json or jsonb."""
    _refuse_scalar(text, kind, call, "[")
    if kind == "json":
        return [value for _, value in raw_items(text)]
    items = parsed(text)
    assert isinstance(items, list)
    return [show(item) for item in items]


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]")
def json_elements_text(text: str, kind: str, call: str) -> list[str | None]:
    _refuse_scalar(text, kind, call, "[")
    if kind == "json":
        return [_content(value) for _, value in raw_items(text)]
    items = parsed(text)
    assert isinstance(items, list)
    return [plain(item) for item in items]


@function("VARCHAR VARCHAR VARCHAR", PAIRS)
def json_each(text: str, kind: str, call: str) -> list[dict[str, str | None]]:
    return [{"k": key, "v": value} for key, value in _members(text, kind, call)]


@function("VARCHAR VARCHAR VARCHAR", PAIRS)
def json_each_text(text: str, kind: str, call: str) -> list[dict[str, str | None]]:
    if kind == "json":
        return [{"k": key, "v": _content(value)} for key, value in _members(text, kind, call)]
    return [{"k": key, "v": plain(parsed(value))} for key, value in _members(text, kind, call)]


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]")
def json_keys(text: str, kind: str, call: str) -> list[str]:
    return [key for key, _ in _members(text, kind, call)]


def _members(text: str, kind: str, call: str) -> list[tuple[str, str]]:
    _refuse_scalar(text, kind, call, "{")
    return [(key, value) for key, value in raw_items(text) if key is not None]


@function("VARCHAR", "VARCHAR")
def json_row(text: str) -> str:
    """The document itself, where it is an object."""
    head = text.lstrip()[:1]
    if head != "{":
        raise PgDomainError("22023", f"cannot call populate_composite on {'an array' if head == '[' else 'a scalar'}")
    return text


@function("VARCHAR VARCHAR", "VARCHAR[]")
def json_rows(text: str, call: str) -> list[str]:
    """The objects of an array of them."""
    head = text.lstrip()[:1]
    if head != "[":
        kind = "a non-array" if call.startswith("jsonb") else "an object" if head == "{" else "a scalar"
        raise PgDomainError("22023", f"cannot call {call} on {kind}")
    items = [value for _, value in raw_items(text)]
    if any(not item.lstrip().startswith("{") for item in items):
        raise PgDomainError("22023", f"argument of {call} must be an array of objects")
    return items


@function("VARCHAR VARCHAR", "INTEGER")
def json_length(text: str, call: str) -> int:
    head = text.lstrip()[:1]
    if head != "[":
        raise PgDomainError("22023", f"cannot get array length of {'a non-array' if head == '{' else 'a scalar'}")
    return sum(1 for _ in raw_items(text))


@function("VARCHAR", "VARCHAR")
def json_typeof(text: str) -> str:
    head = text.lstrip()[:1]
    return {"{": "object", "[": "array", '"': "string", "t": "boolean", "f": "boolean", "n": "null"}.get(head, "number")
