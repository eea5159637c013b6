"""json and jsonb on text as Postgres prints it: operators, builders, element lists. Plain Python on one value.

Facts: src/backend/utils/adt/jsonfuncs.c and jsonb_op.c; the printed form is `proxy.pgtypes.jsonb`'s.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from proxy.engine.routines.errors import PgDomainError
from proxy.pgtypes.jsonb import normalise

_DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal, parse_constant=Decimal)
Json = Any


def load(text: str) -> Json:
    """The value of valid JSON text."""
    return _DECODER.decode(text)


def dump(value: Json) -> str:
    """jsonb's text."""
    return normalise(plain(value))


def plain(value: Json) -> str:
    """Some valid JSON text of a value."""
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() else "null"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, list):
        return "[" + ", ".join(plain(item) for item in value) + "]"
    return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {plain(item)}" for key, item in value.items()) + "}"


def as_text(value: Json) -> str | None:
    """A value as ->> gives it."""
    if value is None:
        return None
    return value if isinstance(value, str) else dump(value)


_ABSENT = object()


def _step(value: Json, key: str | int) -> Json:
    if isinstance(value, dict):
        return value.get(key, _ABSENT) if isinstance(key, str) else _ABSENT
    if isinstance(value, list):
        try:
            index = int(key)
        except ValueError:
            return _ABSENT
        index = index + len(value) if index < 0 else index
        return value[index] if 0 <= index < len(value) else _ABSENT
    return _ABSENT


def get(text: str, key: str | int) -> str | None:
    """json -> key, json -> index."""
    value = load(text)
    if isinstance(value, list) and isinstance(key, str):
        return None
    found = _step(value, key)
    return None if found is _ABSENT else dump(found)


def get_text(text: str, key: str | int) -> str | None:
    """json ->> key."""
    value = load(text)
    if isinstance(value, list) and isinstance(key, str):
        return None
    found = _step(value, key)
    return None if found is _ABSENT else as_text(found)


def _path(text: str, path: list[str | None]) -> Json:
    value = load(text)
    for key in path:
        if key is None:
            return _ABSENT
        value = _step(value, key)
        if value is _ABSENT:
            return _ABSENT
    return value


def get_path(text: str, path: list[str | None]) -> str | None:
    """json #> path."""
    found = _path(text, path)
    return None if found is _ABSENT else dump(found)


def get_path_text(text: str, path: list[str | None]) -> str | None:
    """json #>> path."""
    found = _path(text, path)
    return None if found is _ABSENT else as_text(found)


def exists(text: str, key: str) -> bool:
    """jsonb ? key."""
    value = load(text)
    return key in value if isinstance(value, dict | list) else value == key and isinstance(value, str)


def exists_any(text: str, keys: list[str | None]) -> bool:
    """jsonb ?| keys."""
    return any(exists(text, key) for key in keys if key is not None)


def exists_all(text: str, keys: list[str | None]) -> bool:
    """jsonb ?& keys."""
    return all(exists(text, key) for key in keys if key is not None)


def contains(outer: str, inner: str) -> bool:
    """jsonb @> jsonb."""
    return _contains(load(outer), load(inner), top=True)


def _contains(outer: Json, inner: Json, top: bool = False) -> bool:
    if isinstance(outer, dict) and isinstance(inner, dict):
        return all(key in outer and _contains(outer[key], value) for key, value in inner.items())
    if isinstance(outer, list):
        if isinstance(inner, list):
            return all(any(_contains(have, want) for have in outer) for want in inner)
        return top and not isinstance(inner, dict) and any(_same(have, inner) for have in outer)
    return _same(outer, inner)


def _same(a: Json, b: Json) -> bool:
    return type(a) is type(b) and bool(a == b)


def concat(left: str, right: str) -> str:
    """jsonb || jsonb."""
    a, b = load(left), load(right)
    if isinstance(a, dict) and isinstance(b, dict):
        return dump({**a, **b})
    if isinstance(a, dict) != isinstance(b, dict) and not (isinstance(a, list) or isinstance(b, list)):
        raise PgDomainError("22023", "invalid concatenation of jsonb objects")
    first = a if isinstance(a, list) else [a]
    return dump(first + (b if isinstance(b, list) else [b]))


def delete(text: str, key: str | int) -> str:
    """jsonb - key, jsonb - index."""
    value = load(text)
    if isinstance(value, dict):
        if isinstance(key, int):
            raise PgDomainError("22023", "cannot delete from object using integer index")
        return dump({name: item for name, item in value.items() if name != key})
    if isinstance(value, list):
        if isinstance(key, str):
            return dump([item for item in value if item != key])
        place = key + len(value) if key < 0 else key
        return dump([item for index, item in enumerate(value) if index != place])
    raise PgDomainError("22023", "cannot delete from scalar")


def typeof(text: str) -> str:
    """jsonb_typeof."""
    value = load(text)
    if isinstance(value, bool):
        return "boolean"
    kinds = ((dict, "object"), (list, "array"), (str, "string"), (Decimal, "number"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")


def array_length(text: str) -> int:
    """jsonb_array_length."""
    value = load(text)
    if not isinstance(value, list):
        what = "an object" if isinstance(value, dict) else "a scalar"
        shown = "a non-array" if isinstance(value, dict) else what
        raise PgDomainError("22023", f"cannot get array length of {shown}")
    return len(value)


def elements(text: str) -> list[str]:
    """jsonb_array_elements, as a list."""
    value = load(text)
    if not isinstance(value, list):
        raise PgDomainError(
            "22023", f"cannot extract elements from {'an object' if isinstance(value, dict) else 'a scalar'}"
        )
    return [dump(item) for item in value]


def element_texts(text: str) -> list[str | None]:
    """jsonb_array_elements_text."""
    value = load(text)
    if not isinstance(value, list):
        raise PgDomainError(
            "22023", f"cannot extract elements from {'an object' if isinstance(value, dict) else 'a scalar'}"
        )
    return [as_text(item) for item in value]


def keys(text: str) -> list[str]:
    """jsonb_object_keys."""
    value = load(normalise(text))
    if not isinstance(value, dict):
        raise PgDomainError(
            "22023", f"cannot call jsonb_object_keys on {'an array' if isinstance(value, list) else 'a scalar'}"
        )
    return list(value)


def values(text: str) -> list[str]:
    """The values of an object, in the order of `keys`."""
    return [dump(item) for item in _object(text).values()]


def value_texts(text: str) -> list[str | None]:
    """The values of an object as text."""
    return [as_text(item) for item in _object(text).values()]


def _object(text: str) -> dict[str, Json]:
    value = load(normalise(text))
    if not isinstance(value, dict):
        raise PgDomainError("22023", "cannot call jsonb_each on a non-object")
    return value


def array_of(items: list[str | None]) -> str:
    """jsonb_agg, jsonb_build_array: elements are JSON text; NULL is null."""
    return normalise("[" + ",".join("null" if item is None else item for item in items) + "]")


def object_of(names: list[str | None], items: list[str | None]) -> str:
    """jsonb_object_agg, jsonb_build_object."""
    if any(name is None for name in names):
        raise PgDomainError("22023", "argument list must not have null keys")
    pairs = (
        f"{json.dumps(name, ensure_ascii=False)}:{'null' if item is None else item}" for name, item in zip(names, items)
    )
    return normalise("{" + ",".join(pairs) + "}")


def json_array_of(items: list[str | None]) -> str:
    """json_build_array, json_agg: as json prints them."""
    return "[" + ", ".join("null" if item is None else item for item in items) + "]"


def json_object_of(names: list[str | None], items: list[str | None]) -> str:
    """json_build_object."""
    pairs = (
        f"{json.dumps(name, ensure_ascii=False)} : {'null' if item is None else item}"
        for name, item in zip(names, items)
    )
    return "{" + ", ".join(pairs) + "}"


def string(text: str) -> str:
    """A text as a JSON string (escape_json)."""
    escaped = re.sub(r'["\\\x00-\x1f]', lambda found: _ESCAPES.get(found[0], f"\\u{ord(found[0]):04x}"), text)
    return f'"{escaped}"'


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}


def strip_nulls(text: str) -> str:
    """jsonb_strip_nulls."""
    return dump(_stripped(load(text)))


def _stripped(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _stripped(item) for key, item in value.items() if item is not None}
    return [_stripped(item) for item in value] if isinstance(value, list) else value


def pretty(text: str) -> str:
    """jsonb_pretty."""
    return _pretty(load(normalise(text)), 0)


def _pretty(value: Json, depth: int) -> str:
    pad, inner = "    " * depth, "    " * (depth + 1)
    if isinstance(value, dict):
        if not value:
            return "{\n" + pad + "}"
        rows = ",\n".join(f"{inner}{string(key)}: {_pretty(item, depth + 1)}" for key, item in value.items())
        return "{\n" + rows + "\n" + pad + "}"
    if isinstance(value, list):
        if not value:
            return "[\n" + pad + "]"
        return "[\n" + ",\n".join(inner + _pretty(item, depth + 1) for item in value) + "\n" + pad + "]"
    return dump(value)
