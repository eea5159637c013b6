"""jsonb's operators over its canonical text: containment, existence, change, order, and JSON of any kind read and built.

Parsing and printing are `proxy.pgtypes.jsonb`'s; refuses to know how SQL values become JSON (the compiler prints that). Facts:
src/backend/utils/adt/jsonfuncs.c, jsonb_op.c, jsonb_util.c.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.numeric import numeric_key
from proxy.engine.functions.udf import function
from proxy.kept import kept_if_short
from proxy.pgtypes.integers import c_number
from proxy.pgtypes.jsonb import Json, Parser, normalise, printed, quoted

Texts = tuple[str | None, ...]


@kept_if_short(1024, longest=16_000)
def parsed(text: str) -> Json:
    return Parser(text, decode_strings=True).document()


def show(value: Json) -> str:
    """jsonb_out."""
    return "".join(printed(value))


MISSING = object()
"""What a path leads to where there is nothing."""


def plain(value: Json) -> str | None:
    """What ->> gives: a string's content, NULL for null, else the text."""
    if value is None:
        return None
    return value if isinstance(value, str) else show(value)


@function("VARCHAR", "VARCHAR")
def jsonb_in(text: str) -> str:
    return normalise(text)


@function("VARCHAR", "VARCHAR")
def json_quote(text: str) -> str:
    return quoted(text)


@function("VARCHAR VARCHAR", "BOOLEAN")
def jsonb_contains(left: str, right: str) -> bool:
    a, b = parsed(left), parsed(right)
    if isinstance(a, list) and not isinstance(b, list | dict):
        return any(_same(item, b) for item in a)
    return _contains(a, b)


def _same(left: Json, right: Json) -> bool:
    if isinstance(left, tuple) and isinstance(right, tuple):
        return Decimal(left[0]) == Decimal(right[0])
    if type(left) is not type(right):
        return False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    return left == right


def _contains(left: Json, right: Json) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return all(key in left and _contains(left[key], value) for key, value in right.items())
    if isinstance(left, list) and isinstance(right, list):
        return all(
            any(_contains(one, item) if isinstance(item, list | dict) else _same(one, item) for one in left)
            for item in right
        )
    return _same(left, right) if not isinstance(left, list | dict) else False


@function("VARCHAR VARCHAR", "BOOLEAN")
def jsonb_exists(text: str, key: str) -> bool:
    return _exists(parsed(text), key)


def _exists(value: Json, key: str | None) -> bool:
    if key is None:
        return False
    if isinstance(value, dict | list):
        return any(isinstance(one, str) and one == key for one in value)
    return isinstance(value, str) and value == key


@function("VARCHAR VARCHAR[]", "BOOLEAN")
def jsonb_exists_any(text: str, keys: Texts) -> bool:
    return any(_exists(parsed(text), key) for key in keys)


@function("VARCHAR VARCHAR[]", "BOOLEAN")
def jsonb_exists_all(text: str, keys: Texts) -> bool:
    return all(_exists(parsed(text), key) for key in keys if key is not None)


@function("VARCHAR VARCHAR", "VARCHAR")
def jsonb_concat(left: str, right: str) -> str:
    a, b = parsed(left), parsed(right)
    if isinstance(a, dict) and isinstance(b, dict):
        return show({**a, **b})
    first = a if isinstance(a, list) else [a]
    second = b if isinstance(b, list) else [b]
    return show([*first, *second])


@function("VARCHAR VARCHAR", "VARCHAR")
def jsonb_delete(text: str, key: str) -> str:
    return _without(parsed(text), (key,))


@function("VARCHAR VARCHAR[]", "VARCHAR")
def jsonb_delete_array(text: str, keys: Texts) -> str:
    return _without(parsed(text), keys)


def _without(value: Json, keys: Texts) -> str:
    if isinstance(value, dict):
        return show({key: item for key, item in value.items() if key not in keys})
    if isinstance(value, list):
        return show([item for item in value if not (isinstance(item, str) and item in keys)])
    raise PgDomainError("22023", "cannot delete from scalar")


@function("VARCHAR INTEGER", "VARCHAR")
def jsonb_delete_index(text: str, place: int) -> str:
    value = parsed(text)
    if isinstance(value, dict):
        raise PgDomainError("22023", "cannot delete from object using integer index")
    if not isinstance(value, list):
        raise PgDomainError("22023", "cannot delete from scalar")
    place = place + len(value) if place < 0 else place
    return show([item for at, item in enumerate(value) if at != place])


@function("VARCHAR VARCHAR[]", "VARCHAR")
def jsonb_delete_path(text: str, path: Texts) -> str:
    value = parsed(text)
    if not isinstance(value, list | dict):
        raise PgDomainError("22023", "cannot delete path in scalar")
    if not value:
        return text
    return show(_changed(value, path, MISSING, create=False))


@function("VARCHAR VARCHAR[] VARCHAR BOOLEAN", "VARCHAR")
def jsonb_set(text: str, path: Texts, new: str, create: bool) -> str:
    value = parsed(text)
    if not isinstance(value, list | dict):
        raise PgDomainError("22023", "cannot set path in scalar")
    if not value and not create:
        return text
    return show(_changed(value, path, parsed(new), create=create))


@function("VARCHAR VARCHAR[] VARCHAR BOOLEAN VARCHAR", "VARCHAR", strict=False)
def jsonb_set_lax(
    text: str | None, path: Texts | None, new: str | None, create: bool | None, treatment: str | None
) -> str | None:
    """jsonb_set where a new value that is NULL means what the treatment says."""
    if text is None or path is None or create is None:
        return None
    if new is not None and treatment is not None:
        return jsonb_set(text, path, new, create)
    if treatment not in ("raise_exception", "use_json_null", "delete_key", "return_target"):
        known = '"delete_key", "return_target", "use_json_null", or "raise_exception"'
        raise PgDomainError("22023", f"null_value_treatment must be {known}")
    if treatment == "raise_exception":
        raise PgDomainError("22004", "JSON value must not be null")
    if treatment == "use_json_null":
        return jsonb_set(text, path, "null", create)
    return text if treatment == "return_target" else jsonb_delete_path(text, path)


@function("VARCHAR VARCHAR[] VARCHAR BOOLEAN", "VARCHAR")
def jsonb_insert(text: str, path: Texts, new: str, after: bool) -> str:
    value = parsed(text)
    if not isinstance(value, list | dict):
        raise PgDomainError("22023", "cannot set path in scalar")
    return show(_inserted(value, path, parsed(new), after))


def _changed(value: Json, path: Texts, new: object, *, create: bool, at: int = 1) -> Json:
    """value with what lies at the path replaced, added (create) or removed (new is MISSING)."""
    if not path:
        return value
    if path[0] is None:
        raise PgDomainError("22004", f"path element at position {at} is null")
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        copy = dict(value)
        if rest:
            if step in copy:
                copy[step] = _changed(copy[step], rest, new, create=create, at=at + 1)
        elif new is MISSING:
            copy.pop(step, None)
        elif create or step in copy:
            copy[step] = new  # type: ignore[assignment]  # not MISSING, so Json
        return copy
    if isinstance(value, list):
        return _changed_list(value, step, rest, new, create=create, at=at)
    return value


def place_of(step: str) -> int | None:
    """The element that a step of a path names, as strtoint() reads a number; None where the whole text is none."""
    number, end = c_number(step)
    return number if 0 < end == len(step) and -(2**31) <= number < 2**31 else None


def _place(step: str, at: int = 1) -> int:
    found = place_of(step)
    if found is None:
        raise PgDomainError("22P02", f'path element at position {at} is not an integer: "{step}"')
    return found


def _changed_list(value: list[Json], step: str, rest: Texts, new: object, *, create: bool, at: int) -> Json:
    items = list(value)
    place = _place(step, at)
    place = place + len(items) if place < 0 else place
    if 0 <= place < len(items):
        if rest:
            items[place] = _changed(items[place], rest, new, create=create, at=at + 1)
        elif new is MISSING:
            del items[place]
        else:
            items[place] = new  # type: ignore[call-overload]
    elif not rest and create and new is not MISSING:
        items.insert(0 if place < 0 else len(items), new)  # type: ignore[arg-type]
    return items


def _inserted(value: Json, path: Texts, new: Json, after: bool, at: int = 1) -> Json:
    if not path:
        return value
    if path[0] is None:
        raise PgDomainError("22004", f"path element at position {at} is null")
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        if rest:
            return {
                key: _inserted(item, rest, new, after, at + 1) if key == step else item for key, item in value.items()
            }
        if step in value:
            raise PgDomainError(
                "22023", "cannot replace existing key", hint="Try using the function jsonb_set to replace key value."
            )
        return {**value, step: new}
    if not isinstance(value, list):
        return value
    items, place = list(value), _place(step, at)
    place = place + len(items) if place < 0 else place
    if rest:
        if 0 <= place < len(items):
            items[place] = _inserted(items[place], rest, new, after, at + 1)
        return items
    items.insert(max(min(place + (1 if after and place < len(items) else 0), len(items)), 0), new)
    return items


@function("VARCHAR BOOLEAN", "VARCHAR")
def jsonb_strip_nulls(text: str, in_arrays: bool) -> str:
    return show(_stripped(parsed(text), in_arrays))


def _stripped(value: Json, in_arrays: bool) -> Json:
    if isinstance(value, dict):
        return {key: _stripped(item, in_arrays) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_stripped(item, in_arrays) for item in value if item is not None or not in_arrays]
    return value


@function("VARCHAR", "VARCHAR")
def jsonb_pretty(text: str) -> str:
    return "".join(_pretty(parsed(text), 0))


def _pretty(value: Json, depth: int) -> Iterator[str]:
    inner, outer = "\n" + "    " * (depth + 1), "\n" + "    " * depth
    if isinstance(value, dict):
        yield "{"
        for at, key in enumerate(sorted(value, key=lambda key: (len(key.encode()), key.encode()))):
            yield f"{',' if at else ''}{inner}{quoted(key)}: "
            yield from _pretty(value[key], depth + 1)
        yield outer + "}"
    elif isinstance(value, list):
        yield "["
        for at, item in enumerate(value):
            yield f"{',' if at else ''}{inner}"
            yield from _pretty(item, depth + 1)
        yield outer + "]"
    else:
        yield show(value)


@function("VARCHAR", "VARCHAR")
def jsonb_key(text: str) -> str:
    """Text whose byte order is jsonb's: object > array > boolean > number > string > null; an empty array is first."""
    return _key(parsed(text), top=True)


def _key(value: Json, *, top: bool = False) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        pairs = (f"{len(name.encode()):08d}{name}\x01{_key(value[name])}\x01" for name in names)
        return f"6{len(value):08d}" + "".join(pairs)
    if isinstance(value, list):
        if top and not value:
            return "0"
        return f"5{len(value):08d}" + "".join(f"{_key(item)}\x01" for item in value)
    if value is None:
        return "1"
    if isinstance(value, bool):
        return "41" if value else "40"
    if isinstance(value, str):
        return f"2{value}"
    return f"3{numeric_key(value[0])}"


# Scalars out of jsonb


@function("VARCHAR VARCHAR", "VARCHAR")
def jsonb_scalar(text: str, target: str) -> str | None:
    """jsonb::numeric and jsonb::boolean. target: as messages name it."""
    return None if parsed(text) is None else jsonb_scalar_given(text, target)


@function("VARCHAR VARCHAR", "VARCHAR")
def jsonb_scalar_given(text: str, target: str) -> str:
    """The same where null is none."""
    value = parsed(text)
    if value is None:
        raise PgDomainError("22023", f"cannot cast jsonb null to type {target}")
    if target == "boolean" and isinstance(value, bool):
        return "true" if value else "false"
    if target != "boolean" and isinstance(value, tuple):
        return value[0]
    kind = "object" if isinstance(value, dict) else "array" if isinstance(value, list) else "boolean"
    kind = "string" if isinstance(value, str) else "number" if isinstance(value, tuple) else kind
    shown = "numeric" if kind == "number" else kind
    raise PgDomainError("22023", f"cannot cast jsonb {shown} to type {target}")


@function("VARCHAR[] VARCHAR[]", "VARCHAR")
def json_object(keys: Texts, values: Texts) -> str:
    if bool(keys) != bool(values):
        raise PgDomainError("2202E", "wrong number of array subscripts")
    if len(keys) != len(values):
        raise PgDomainError("2202E", "mismatched array dimensions")
    pairs = []
    for key, value in zip(keys, values):
        if key is None:
            raise PgDomainError("22004", "null value not allowed for object key")
        pairs.append(f"{quoted(key)} : {'null' if value is None else quoted(value)}")
    return "{" + ", ".join(pairs) + "}"


@function("VARCHAR[]", "VARCHAR")
def json_object_pairs(items: Texts) -> str:
    if len(items) % 2:
        raise PgDomainError("2202E", "array must have even number of elements")
    return json_object(items[0::2], items[1::2])


@function("VARCHAR VARCHAR VARCHAR VARCHAR", "VARCHAR", strict=False)
def json_key_text(key: str | None, sqlstate: str, message: str, hint: str) -> str:
    """A key of json_build_object and json_object_agg, quoted; the error where it is NULL."""
    if key is None:
        raise PgDomainError(sqlstate, message, hint=hint)
    return quoted(key)
