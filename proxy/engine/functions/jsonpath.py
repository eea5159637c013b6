"""jsonpath run over a document: steps, filters, conditions and arithmetic, in lax and strict mode.

A path's items come from a generator, so that what only asks whether there is one stops at the first. Methods are
`jsonpath_methods.py`'s; refuses to know the grammar. Facts: src/backend/utils/adt/jsonpath_exec.c, function by function.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.jsonb import show
from proxy.engine.functions.jsonb_layout import offsets
from proxy.engine.functions.jsonpath_methods import INT4_MAX, Suppressed, Value, apply_method, type_name
from proxy.engine.functions.jsonpath_times import Moment, Zone, compared
from proxy.engine.functions.numeric import (
    bounded,
    numeric_add,
    numeric_div,
    numeric_mod,
    numeric_mul,
    numeric_neg,
    numeric_sub,
)
from proxy.engine.functions.pattern import program
from proxy.pgtypes.jsonb import Json
from proxy.pgtypes.jsonpath_tree import COMPARISONS, PREDICATES, UNBOUNDED, Item, Path

NO_ARRAY, NO_MEMBER, NO_NUMBER, NO_OBJECT = "22039", "2203A", "2203B", "2203C"
NOT_SINGLE, BAD_SUBSCRIPT, UNDEFINED = "22038", "22033", "42704"
ARITHMETIC = {"+": numeric_add, "-": numeric_sub, "*": numeric_mul, "/": numeric_div, "%": numeric_mod}
IDENTITY = 10_000_000_000  # an object's identity is this times its base object's number, plus its place in it
# the flags of like_regex that speak of line feeds -> those of Postgres' regular expressions
LINES = {"": "p", "s": "", "m": "n", "sm": "w"}


@dataclass(frozen=True, slots=True)
class Base:
    """What .keyvalue() counts places in: a document, and its number."""

    number: int
    document: Value


@dataclass(frozen=True, slots=True)
class Frame:
    """What a step sees around it. current: @. size: of the innermost array, for LAST. lenient: structural errors give nothing."""

    current: Value
    base: Base
    lenient: bool
    size: int = -1


class Run:
    """One path over one document, as a server of that version runs it. variables: an object."""

    def __init__(self, path: Path, document: Json, variables: dict[str, Json] | None, zone: Zone, version: int) -> None:
        self.path = path
        self.lax = path.lax
        self.root = document
        self.variables = variables
        self.zone, self.version = zone, version
        self.bases = 1 if variables is None else 2  # how many there are, to number those that .keyvalue() makes
        self.places: dict[int, dict[int, int]] = {}

    def found(self) -> Iterator[Value]:
        """Everything that the path leads to."""
        return self.items(self.path.root, self.root, Frame(self.root, Base(0, self.root), self.lax))

    def exists(self) -> bool:
        """Whether it leads anywhere; strict mode looks at everything for errors."""
        return self.any(self.path.root, self.root, Frame(self.root, Base(0, self.root), self.lax))

    def any(self, item: Item, value: Value, frame: Frame) -> bool:
        """Whether an item gives something."""
        if not self.lax:
            return bool(list(self.items(item, value, frame)))
        if (
            item.kind.startswith("unary") and item.next is None
        ):  # what is no number is passed over where nobody asks for it
            return any(isinstance(one, tuple) for one in self.unwrapped(item.args[0], value, frame))
        return next(self.items(item, value, frame), self) is not self

    def items(self, item: Item, value: Value, frame: Frame, unwrap: bool | None = None) -> Iterator[Value]:
        """What a step and those behind it make of a value. unwrap: whether an array stands for its elements (None: by the mode)."""
        step = STEPS.get(item.kind)
        unwrap = self.lax if unwrap is None else unwrap
        if step is not None:
            yield from step(self, item, value, frame, unwrap)
        elif item.kind in PREDICATES:
            yield from self.next(item, self.condition(item, value, frame), frame)
        elif unwrap and isinstance(value, list) and item.kind not in (".type", ".size"):
            for one in value:
                yield from self.items(item, one, frame, unwrap=False)
        else:
            yield from self.next(item, apply_method(item, value, self.zone, self.version), frame)

    def next(self, item: Item, value: Value, frame: Frame) -> Iterator[Value]:
        """What the steps behind make of it."""
        if item.next is None:
            yield value
        else:
            yield from self.items(item.next, value, frame)

    def unwrapped(self, item: Item | None, value: Value, frame: Frame) -> list[Value]:
        """All that an operand gives; in lax mode arrays are their elements."""
        assert item is not None
        found: list[Value] = []
        for one in self.items(item, value, frame):
            found += one if self.lax and isinstance(one, list) else [one]
        return found

    # Steps

    def scalar(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """A literal."""
        found: Value = (str(item.value),) if item.kind == "number" else None
        if isinstance(item.value, str | bool) and item.kind in ("string", "bool"):
            found = item.value
        yield from self.next(item, found, frame)

    def variable(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """$name."""
        if self.variables is None or item.value not in self.variables:
            raise PgDomainError(UNDEFINED, f'could not find jsonpath variable "{item.value}"')
        yield from self.next(item, self.variables[str(item.value)], replace(frame, base=Base(1, self.variables)))

    def start(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """$ or @."""
        found = self.root if item.kind == "$" else frame.current
        yield from self.next(item, found, replace(frame, base=Base(0, self.root)) if item.kind == "$" else frame)

    def last(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """LAST."""
        yield from self.next(item, (str(frame.size - 1),), frame)

    def key(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """.name"""
        if isinstance(value, dict):
            if item.value in value:
                yield from self.next(item, value[str(item.value)], frame)
            elif not frame.lenient:
                raise Suppressed(NO_MEMBER, f'JSON object does not contain key "{item.value}"')
        elif unwrap and isinstance(value, list):
            yield from self.each(item, value, frame)
        elif not frame.lenient:
            raise Suppressed(NO_MEMBER, "jsonpath member accessor can only be applied to an object")

    def each(self, item: Item, value: list[Json], frame: Frame) -> Iterator[Value]:
        """The step over the elements of an array, which are not unwrapped again."""
        for one in value:
            yield from self.items(item, one, frame, unwrap=False)

    def every_key(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """.*"""
        if isinstance(value, dict):
            for one in value.values():
                yield from self.next(item, one, frame)
        elif unwrap and isinstance(value, list):
            yield from self.each(item, value, frame)
        elif not frame.lenient:
            raise Suppressed(NO_OBJECT, "jsonpath wildcard member accessor can only be applied to an object")

    def every_element(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """[*]"""
        if isinstance(value, list):
            for one in value:
                yield from self.next(item, one, frame)
        elif self.lax:
            yield from self.next(item, value, frame)
        elif not frame.lenient:
            raise Suppressed(NO_ARRAY, "jsonpath wildcard array accessor can only be applied to an array")

    def subscripts(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """[from to to, ...]"""
        if not isinstance(value, list) and not self.lax:
            if not frame.lenient:
                raise Suppressed(NO_ARRAY, "jsonpath array accessor can only be applied to an array")
            return
        array = value if isinstance(value, list) else None
        size = 1 if array is None else len(array)
        inside = replace(frame, size=size)
        for at in range(0, len(item.args), 2):
            first = self.subscript(item.args[at], value, inside)
            last = first if item.args[at + 1] is None else self.subscript(item.args[at + 1], value, inside)
            if not frame.lenient and (first < 0 or first > last or last >= size):
                raise Suppressed(BAD_SUBSCRIPT, "jsonpath array subscript is out of bounds")
            for place in range(max(first, 0), min(last, size - 1) + 1):
                yield from self.next(item, value if array is None else array[place], inside)

    def subscript(self, item: Item | None, value: Value, frame: Frame) -> int:
        """A place, cut to a whole number."""
        assert item is not None
        found = list(self.items(item, value, frame))
        if len(found) != 1 or not isinstance(found[0], tuple):
            raise Suppressed(BAD_SUBSCRIPT, "jsonpath array subscript is not a single numeric value")
        place = bounded(Decimal(found[0][0]).to_integral_value(ROUND_DOWN))
        if not -INT4_MAX <= place < INT4_MAX:
            raise Suppressed(BAD_SUBSCRIPT, "jsonpath array subscript is out of integer range")
        return place

    def levels(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """.**{first to last}"""
        inside = replace(frame, lenient=True)
        assert isinstance(item.value, tuple)
        if item.value[0] == 0:
            yield from self.next(item, value, inside)
        if isinstance(value, list | dict):
            yield from self.below(item, value, inside, 1)

    def below(self, item: Item, value: list[Json] | dict[str, Json], frame: Frame, level: int) -> Iterator[Value]:
        """What lies `level` and more levels down."""
        assert isinstance(item.value, tuple)
        first, last = int(item.value[0]), int(item.value[1])
        if last != UNBOUNDED and level > last:
            return
        for one in value.values() if isinstance(value, dict) else value:
            inner = one if isinstance(one, list | dict) else None
            leaves_only = (first, last) == (UNBOUNDED, UNBOUNDED)
            if (first != UNBOUNDED and level >= first) or (leaves_only and inner is None):
                yield from self.next(item, one, frame)
            if inner is not None:
                yield from self.below(item, inner, frame, level + 1)

    def filter(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """? (condition)"""
        if unwrap and isinstance(value, list):
            yield from self.each(item, value, frame)
            return
        assert item.args[0] is not None
        if self.condition(item.args[0], value, replace(frame, current=value)):
            yield from self.next(item, value, frame)

    def type(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """.type()"""
        yield from self.next(item, type_name(value), frame)

    def size(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """.size()"""
        if isinstance(value, list) or self.lax:
            yield from self.next(item, (str(len(value)) if isinstance(value, list) else "1",), frame)
        elif not frame.lenient:
            raise Suppressed(NO_ARRAY, "jsonpath item method .size() can only be applied to an array")

    def pairs(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """.keyvalue()"""
        if unwrap and isinstance(value, list):
            yield from self.each(item, value, frame)
            return
        if not isinstance(value, dict):
            raise Suppressed(NO_OBJECT, "jsonpath item method .keyvalue() can only be applied to an object")
        identity = frame.base.number * IDENTITY + self.place(frame.base, value)
        for name, one in value.items():
            made: dict[str, Json] = {"id": (str(identity),), "key": name, "value": one}
            self.bases += 1
            yield from self.next(item, made, replace(frame, base=Base(self.bases - 1, made)))

    def place(self, base: Base, value: dict[str, Json]) -> int:
        """Where an object lies in its base object."""
        if base.number not in self.places:
            self.places[base.number] = offsets(base.document) if isinstance(base.document, dict | list) else {}
        return self.places[base.number].get(id(value), 0)

    def arithmetic(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """left operator right"""
        left, right = (self.unwrapped(arg, value, frame) for arg in item.args)
        numbers = []
        for side, found in (("left", left), ("right", right)):
            if len(found) != 1 or not isinstance(found[0], tuple):
                raise Suppressed(
                    NOT_SINGLE, f"{side} operand of jsonpath operator {item.kind} is not a single numeric value"
                )
            numbers.append(found[0][0])
        try:
            answer = ARITHMETIC[item.kind](*numbers)
        except PgDomainError as error:
            raise Suppressed(error.sqlstate, error.message) from None
        yield from self.next(item, (answer,), frame)

    def sign(self, item: Item, value: Value, frame: Frame, unwrap: bool) -> Iterator[Value]:
        """+ value, - value"""
        for one in self.unwrapped(item.args[0], value, frame):
            if not isinstance(one, tuple):
                raise Suppressed(
                    NO_NUMBER, f"operand of unary jsonpath operator {item.kind[-1]} is not a numeric value"
                )
            yield from self.next(item, (numeric_neg(one[0]),) if item.kind.endswith("-") else one, frame)

    # Conditions

    def condition(self, item: Item, value: Value, frame: Frame) -> bool | None:
        """True, false or unknown."""
        kind, args = item.kind, [arg for arg in item.args if arg is not None]
        if kind in ("&&", "||"):
            left = self.condition(args[0], value, frame)
            if left is (kind == "||"):
                return left
            right = self.condition(args[1], value, frame)
            return left if right is (kind == "&&") else right
        if kind in ("!", "is unknown"):
            answer = self.condition(args[0], value, frame)
            if kind == "is unknown":
                return answer is None
            return None if answer is None else not answer
        try:
            if kind == "exists":
                return self.any(args[0], value, frame)
            left_items = self.unwrapped(args[0], value, frame)
            right_items: Sequence[Value] = (None,)
            if kind in COMPARISONS:
                right_items = self.unwrapped(args[1], value, frame)
            elif kind == "starts with":
                right_items = list(self.items(args[1], value, frame))
        except Suppressed:
            return None
        return self.holds(item, left_items, right_items)

    def holds(self, item: Item, left: Sequence[Value], right: Sequence[Value]) -> bool | None:
        """Whether any pair does. Strict mode looks at all of them, and one that cannot be compared makes it unknown."""
        unknown = found = False
        for one in left:
            for other in right:
                answer = self.test(item, one, other)
                if answer is None and not self.lax:
                    return None
                if answer and self.lax:
                    return True
                unknown, found = unknown or answer is None, found or bool(answer)
        return True if found else None if unknown else False

    def test(self, item: Item, left: Value, right: Value) -> bool | None:
        """One pair."""
        if item.kind == "starts with":
            return left.startswith(right) if isinstance(left, str) and isinstance(right, str) else None
        if item.kind == "like_regex":
            assert isinstance(item.value, tuple)
            return _like(left, str(item.value[0]), str(item.value[1])) if isinstance(left, str) else None
        if left is None or right is None:
            order = 0 if left is right else None
            if order is None:
                return item.kind == "!="
        else:
            order = _order(left, right, self.zone)
        if order is None:
            return None
        return {"==": order == 0, "!=": order != 0, "<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[
            item.kind
        ]


def _like(text: str, pattern: str, flags: str) -> bool:
    letters = "q" if "q" in flags else LINES["".join(flag for flag in flags if flag in "sm")]
    return program(pattern, letters + ("i" if "i" in flags else "")).found_in(text)


def _order(left: Value, right: Value, zone: Zone) -> int | None:
    """Of two values of one kind, below, at or above zero; None for what has no order."""
    if type(left) is not type(right) or isinstance(left, list | dict):
        return None
    if isinstance(left, Moment) and isinstance(right, Moment):
        return compared(left, right, zone)
    if isinstance(left, tuple) and isinstance(right, tuple):
        a, b = Decimal(left[0]), Decimal(right[0])
        return (a > b) - (a < b)
    if isinstance(left, str) and isinstance(right, str):
        x, y = left.encode(), right.encode()
        return (x > y) - (x < y)
    return (left is True) - (right is True)


def printed(value: Value) -> str:
    """As jsonb; a moment is its text."""
    return show(value.text if isinstance(value, Moment) else value)


STEPS = {
    **dict.fromkeys(("null", "bool", "number", "string"), Run.scalar), "variable": Run.variable, "$": Run.start, "@": Run.start,
    "last": Run.last, "key": Run.key, ".*": Run.every_key, "[*]": Run.every_element, "[]": Run.subscripts, "**": Run.levels,
    "?": Run.filter, ".type": Run.type, ".size": Run.size, ".keyvalue": Run.pairs, "unary +": Run.sign, "unary -": Run.sign,
    **dict.fromkeys(ARITHMETIC, Run.arithmetic),
}  # fmt: skip
