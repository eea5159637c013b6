"""json and jsonb: members, elements, paths and sets of rows, over text.

jsonb is in Postgres' canonical form, json as it was written: what is taken out of json is a slice of its text. Refuses to
know how SQL values become JSON. Facts: src/backend/utils/adt/jsonfuncs.c.
"""

from __future__ import annotations

from collections.abc import Iterator

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.jsonb import MISSING, Texts, parsed, place_of, plain, show
from proxy.engine.functions.udf import PAIRS, function
from proxy.pgtypes.jsonb import TOKEN, Json, Parser, quoted

BLANKS = " \t\n\r"


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
            place = place_of(step)
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
        start = at + len(text[at:]) - len(text[at:].lstrip(BLANKS))
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


def _read(text: str) -> None:
    """Every string of it is decoded before anything is given: an escape may stand for no character."""
    if "\\u" in text:
        parser = Parser(text, decode_strings=True)
        kind = ""
        while kind != "end":
            kind, token = parser.next()
            if kind == "string":
                parser.string(token)


def _led(text: str, names: Texts, places: list[int | None]) -> str | None:
    """What a path leads to. names, places: its steps as keys, and as numbers of elements.

    It is looked for in one pass: of several members of a name, any may be led through, and the last that the whole path leads to counts; a
    place from the end is counted in the first array that it is asked of, and stays what it was there. A scalar that no step leads away
    from keeps the blanks before it.
    """
    _read(text)
    if not names and text.lstrip(BLANKS)[:1] not in ("{", "["):
        return text.rstrip(BLANKS)
    return _along_written(text.strip(BLANKS), names, places, 0)


def _along_written(text: str, names: Texts, places: list[int | None], at: int) -> str | None:
    if at == len(names):
        return text
    items = list(raw_items(text))
    if text.startswith("["):
        place = places[at]
        if place is not None and place < 0 and -place <= len(items):
            place = places[at] = place + len(items)
        through = [value for number, (_, value) in enumerate(items) if number == place]
    else:
        through = [value for key, value in items if key == names[at]]
    found = [_along_written(value, names, places, at + 1) for value in through]
    return next((one for one in reversed(found) if one is not None), None)


def _content(text: str | None) -> str | None:
    """A slice of json as text: strings without quotes, null as NULL."""
    bare = None if text is None else text.lstrip(BLANKS)
    if bare is None or bare == "null":
        return None
    return Parser("", decode_strings=True).string(bare) if bare.startswith('"') else text


@function("VARCHAR VARCHAR", "VARCHAR")
def json_field(text: str, key: str) -> str | None:
    return _led(text, (key,), [None])


@function("VARCHAR VARCHAR", "VARCHAR")
def json_field_text(text: str, key: str) -> str | None:
    return _content(_led(text, (key,), [None]))


@function("VARCHAR INTEGER", "VARCHAR")
def json_element(text: str, place: int) -> str | None:
    return _led(text, (None,), [place])


@function("VARCHAR INTEGER", "VARCHAR")
def json_element_text(text: str, place: int) -> str | None:
    return _content(_led(text, (None,), [place]))


@function("VARCHAR VARCHAR[]", "VARCHAR")
def json_path(text: str, path: Texts) -> str | None:
    steps = [step for step in path if step is not None]
    return _led(text, path, [place_of(step) for step in steps]) if len(steps) == len(path) else None


@function("VARCHAR VARCHAR[]", "VARCHAR")
def json_path_text(text: str, path: Texts) -> str | None:
    return _content(json_path(text, path))


@function("VARCHAR", "VARCHAR")
def json_requoted(text: str) -> str:
    """A member as a column of type json: a string is written anew, all else stays as it was."""
    return quoted(Parser("", decode_strings=True).string(text)) if text.startswith('"') else text


@function("VARCHAR BOOLEAN", "VARCHAR")
def json_strip_nulls(text: str, in_arrays: bool) -> str:
    """Numbers and the order of members, repeated ones too, stay as they are; strings are written anew, blanks go."""
    parser = Parser(text, decode_strings=True)
    out: list[str] = []
    while (step := parser.next())[0] != "end":
        kind, token = step
        if token == "null" and out and (out[-1] == ":" or in_arrays):
            if out[-1] == ":":
                del out[-2:]
            if out[-1] == ",":
                out.pop()
        elif token != "," or out[-1] not in ("{", "["):
            out.append(quoted(parser.string(token)) if kind == "string" else token)
    return "".join(out)


# Sets


ELEMENTS = {
    "json": ("cannot call {} on a non-array", "cannot call {} on a scalar"),
    "jsonb": ("cannot extract elements from an object", "cannot extract elements from a scalar"),
}
MEMBERS = {
    "json": ("cannot deconstruct an array as an object", "cannot deconstruct a scalar"),
    "jsonb": ("cannot call {} on a non-object", "cannot call {} on a non-object"),
}
KEYS = dict.fromkeys(("json", "jsonb"), ("cannot call {} on an array", "cannot call {} on a scalar"))


def _opened(text: str, kind: str, call: str, opening: str, refusals: dict[str, tuple[str, str]], *, read: bool) -> None:
    """Refuses what does not open so. refusals: of the other container, of a scalar. read: whether strings of json are decoded."""
    container, scalar = refusals[kind]
    head = text.lstrip(BLANKS)[:1]
    if head != opening and head in ("{", "["):
        raise PgDomainError("22023", container.format(call))
    if read and kind == "json":
        _read(text)
    if head != opening:
        raise PgDomainError("22023", scalar.format(call))


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]")
def json_elements(text: str, kind: str, call: str) -> list[str | None]:
    """Elements as documents. kind: json or jsonb."""
    _opened(text, kind, call, "[", ELEMENTS, read=False)
    if kind == "json":
        return [value for _, value in raw_items(text)]
    items = parsed(text)
    assert isinstance(items, list)
    return [show(item) for item in items]


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]")
def json_elements_text(text: str, kind: str, call: str) -> list[str | None]:
    _opened(text, kind, call, "[", ELEMENTS, read=True)
    if kind == "json":
        return [_content(value) for _, value in raw_items(text)]
    items = parsed(text)
    assert isinstance(items, list)
    return [plain(item) for item in items]


@function("VARCHAR VARCHAR VARCHAR", PAIRS)
def json_each(text: str, kind: str, call: str) -> list[dict[str, str | None]]:
    return [{"k": key, "v": value} for key, value in _members(text, kind, call, MEMBERS)]


@function("VARCHAR VARCHAR VARCHAR", PAIRS)
def json_each_text(text: str, kind: str, call: str) -> list[dict[str, str | None]]:
    if kind == "json":
        return [{"k": key, "v": _content(value)} for key, value in _members(text, kind, call, MEMBERS)]
    return [{"k": key, "v": plain(parsed(value))} for key, value in _members(text, kind, call, MEMBERS)]


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]")
def json_keys(text: str, kind: str, call: str) -> list[str]:
    return [key for key, _ in _members(text, kind, call, KEYS)]


def _members(text: str, kind: str, call: str, refusals: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    _opened(text, kind, call, "{", refusals, read=True)
    return [(key, value) for key, value in raw_items(text) if key is not None]


@function("VARCHAR", "VARCHAR")
def json_row(text: str) -> str:
    """The document itself, where it is an object."""
    head = text.lstrip(BLANKS)[:1]
    if head != "[":
        _read(text)
    if head != "{":
        raise PgDomainError("22023", f"cannot call populate_composite on {'an array' if head == '[' else 'a scalar'}")
    return text


@function("VARCHAR VARCHAR", "VARCHAR[]")
def json_rows(text: str, call: str) -> list[str]:
    """The objects of an array of them."""
    head = text.lstrip(BLANKS)[:1]
    if head != "{":
        _read(text)
    if head != "[":
        kind = "a non-array" if call.startswith("jsonb") else "an object" if head == "{" else "a scalar"
        raise PgDomainError("22023", f"cannot call {call} on {kind}")
    items = [value for _, value in raw_items(text)]
    if any(not item.lstrip(BLANKS).startswith("{") for item in items):
        raise PgDomainError("22023", f"argument of {call} must be an array of objects")
    return items


@function("VARCHAR VARCHAR", "INTEGER")
def json_length(text: str, call: str) -> int:
    head = text.lstrip(BLANKS)[:1]
    if head != "[":
        raise PgDomainError("22023", f"cannot get array length of {'a non-array' if head == '{' else 'a scalar'}")
    return sum(1 for _ in raw_items(text))


@function("VARCHAR", "VARCHAR")
def json_typeof(text: str) -> str:
    head = text.lstrip(BLANKS)[:1]
    return {"{": "object", "[": "array", '"': "string", "t": "boolean", "f": "boolean", "n": "null"}.get(head, "number")
