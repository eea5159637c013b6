"""The methods of a jsonpath's items: .abs(), .type(), .decimal(5, 2), .datetime() and their kin.

Each takes one item and gives one. Refuses to know paths and arrays (`jsonpath.py` unwraps). Facts: executeItemOptUnwrapTarget in
src/backend/utils/adt/jsonpath_exec.c: which kinds a method takes, and what it says of others.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

from policies.errors import PgError
from proxy.catalog.versions import Since, since
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.jsonpath_times import (
    KINDS,
    MOMENT_MAX,
    TYPE_NAMES,
    Moment,
    Zone,
    converted,
    precise,
    read_iso,
)
from proxy.engine.functions.numeric import bounded, numeric_abs, numeric_ceil, numeric_floor
from proxy.engine.functions.numeric_casts import float_numeric, numeric_integer
from proxy.pgtypes import read_text
from proxy.pgtypes.floats import Float
from proxy.pgtypes.integers import SPACE, read_bool
from proxy.pgtypes.jsonb import Json
from proxy.pgtypes.jsonpath_tree import Item
from proxy.pgtypes.numeric import SPECIAL, apply_typmod, parse_numeric

Value = Json | Moment
NON_NUMERIC, NOT_A_TIME = "22036", "22031"
INTEGERS = {"integer": 23, "bigint": 20}
PRECISION_MAX, SCALE_MIN, SCALE_MAX = 1000, -1000, 1000
INT4_MAX = 2**31


class Suppressed(PgDomainError):
    """An error that a silent path passes over, and that makes a condition unknown."""


def type_name(value: Value) -> str:
    """What .type() gives."""
    if isinstance(value, Moment):
        return TYPE_NAMES[value.kind]
    if value is None:
        return "null"
    names = ((bool, "boolean"), (str, "string"), (tuple, "number"), (list, "array"), (dict, "object"))
    return next(name for kind, name in names if isinstance(value, kind))


def apply_method(item: Item, value: Value, zone: Zone, version: int) -> Value:
    """The method's answer. Raises Suppressed, PgDomainError."""
    name = item.kind.removeprefix(".")
    if name in KINDS or name == "datetime":
        return _moment(item, name, value, zone, version)
    if name == "double":
        return _double(value, since(version, Since.JSONPATH_ARGUMENT_TOLD))
    return METHODS[name](item, name, value)


def _needs(name: str, kinds: str) -> Suppressed:
    return Suppressed(NON_NUMERIC, f"jsonpath item method .{name}() can only be applied to a {kinds} value")


def _unfit(name: str, text: str, target: str) -> Suppressed:
    return Suppressed(NON_NUMERIC, f'argument "{text}" of jsonpath item method .{name}() is invalid for type {target}')


def _numeric(compute: Callable[[str], str]) -> Callable[[Item, str, Value], Value]:
    def method(_: Item, name: str, value: Value) -> Value:
        if not isinstance(value, tuple):
            raise _needs(name, "numeric")
        return (compute(value[0]),)

    return method


def _double(value: Value, told: bool) -> Value:
    """told: whether an error shows the argument."""
    text = _text_or_number("double", value)
    try:
        number = Float("double precision", 8).parse(text)
    except PgError:
        raise _unfit("double", text, "double precision") if told else _no_double(value) from None
    if not math.isfinite(number):
        raise _not_finite("double") if told else _no_double(value)
    return value if isinstance(value, tuple) else (float_numeric(number, 15),)


def _no_double(value: Value) -> Suppressed:
    """What is said of it where the argument is not shown."""
    if isinstance(value, tuple):
        kind, wrong = "numeric", "out of range for type double precision"
    else:
        kind, wrong = "string", "not a valid representation of a double precision number"
    return Suppressed(NON_NUMERIC, f"{kind} argument of jsonpath item method .double() is {wrong}")


def _not_finite(name: str) -> Suppressed:
    return Suppressed(NON_NUMERIC, f"NaN or Infinity is not allowed for jsonpath item method .{name}()")


def _text_or_number(name: str, value: Value) -> str:
    if isinstance(value, tuple):
        return value[0]
    if isinstance(value, str):
        return value
    raise _needs(name, "string or numeric")


def _integer(_: Item, name: str, value: Value) -> Value:
    text = _text_or_number(name, value)
    try:
        if isinstance(value, tuple):
            return (numeric_integer(text, name),)
        return (read_text(INTEGERS[name], text, None),)
    except (PgError, PgDomainError):
        raise _unfit(name, text, name) from None


def _boolean(_: Item, name: str, value: Value) -> Value:
    if isinstance(value, bool):
        return value
    if isinstance(value, tuple):
        try:
            return read_text(INTEGERS["integer"], value[0], None) != "0"
        except PgError:
            raise _unfit(name, value[0], "boolean") from None
    if not isinstance(value, str):
        raise _needs(name, "boolean, string, or numeric")
    found = read_bool(value) if value.strip(SPACE) == value else None
    if found is None:
        raise _unfit(name, value, "boolean")
    return found


def _number(item: Item, name: str, value: Value) -> Value:
    text = _text_or_number(name, value)
    try:
        number = parse_numeric(text)
    except PgError:
        raise _unfit(name, text, "numeric") from None
    if number in SPECIAL:
        raise _not_finite(name)
    if not item.args:
        return (number,)
    typmod = _typmod(name, *(_int4(name, what, arg) for what, arg in zip(("precision", "scale"), item.args)))
    try:
        return (apply_typmod(number, typmod),)
    except PgError:
        raise _unfit(name, text, "numeric") from None


def _int4(name: str, what: str, arg: Item | None) -> int:
    assert arg is not None
    number = bounded(Decimal(str(arg.value)))
    if not -INT4_MAX <= number < INT4_MAX:
        raise Suppressed(NON_NUMERIC, f"{what} of jsonpath item method .{name}() is out of range for type integer")
    return number


def _typmod(name: str, precision: int, scale: int = 0) -> int:
    """numerictypmodin."""
    if not 1 <= precision <= PRECISION_MAX:
        raise PgDomainError("22023", f"NUMERIC precision {precision} must be between 1 and {PRECISION_MAX}")
    if not SCALE_MIN <= scale <= SCALE_MAX:
        raise PgDomainError("22023", f"NUMERIC scale {scale} must be between {SCALE_MIN} and {SCALE_MAX}")
    return (precision << 16 | scale & 0x7FF) + 4


def _string(_: Item, name: str, value: Value) -> Value:
    if isinstance(value, Moment):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | tuple):
        return value if isinstance(value, str) else value[0]
    raise _needs(name, "boolean, string, numeric, or datetime")


def _moment(item: Item, name: str, value: Value, zone: Zone, version: int) -> Value:
    if not isinstance(value, str):
        raise Suppressed(NOT_A_TIME, f"jsonpath item method .{name}() can only be applied to a string")
    if name == "datetime" and item.args:
        raise PgDomainError(
            "0A000", "a template of the jsonpath item method .datetime() is not supported by the double"
        )
    digits = _time_precision(item, name)
    found = read_iso(value, zones=since(version, Since.FORMAT_ZONE_READ))
    unknown = Suppressed(
        NOT_A_TIME,
        f'{name} format is not recognized: "{value}"',
        hint="Use a datetime template argument to specify the input data format." if name == "datetime" else "",
    )
    if found is None:
        raise unknown
    if name == "datetime":
        return found
    if found.micros >= MOMENT_MAX and name.startswith("timestamp"):
        raise PgDomainError("22008", "date out of range for timestamp")
    target = converted(found, KINDS[name], zone)
    if target is None:
        raise unknown
    return target if digits is None else precise(target, digits)


def _time_precision(item: Item, name: str) -> int | None:
    if not item.args:
        return None
    assert item.args[0] is not None
    number = bounded(Decimal(str(item.args[0].value)))
    if number >= INT4_MAX:
        raise Suppressed(
            NOT_A_TIME, f"time precision of jsonpath item method .{name}() is out of range for type integer"
        )
    return number


METHODS: dict[str, Callable[[Item, str, Value], Value]] = {
    "abs": _numeric(numeric_abs), "floor": _numeric(numeric_floor), "ceiling": _numeric(numeric_ceil),
    "integer": _integer, "bigint": _integer, "boolean": _boolean, "number": _number, "decimal": _number, "string": _string,
}  # fmt: skip
