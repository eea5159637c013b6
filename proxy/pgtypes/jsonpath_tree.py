"""The tree of a jsonpath and its one canonical text.

A path is a chain of items: each says what it does to what the one before it found. Refuses to know documents and how a path is run
(`proxy.engine.functions.jsonpath`). Facts: printJsonPathItem in src/backend/utils/adt/jsonpath.c.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from proxy.pgtypes.jsonb import quoted

UNBOUNDED = -1  # `last` as a level of `**`
PRIORITY = {
    "||": 0, "&&": 1, "==": 2, "!=": 2, "<": 2, ">": 2, "<=": 2, ">=": 2, "starts with": 2, "+": 3, "-": 3, "*": 4, "/": 4, "%": 4,
    "unary +": 5, "unary -": 5,
}  # fmt: skip
BINARY = frozenset(PRIORITY) - {"unary +", "unary -"}
COMPARISONS = frozenset(("==", "!=", "<", ">", "<=", ">="))
PREDICATES = COMPARISONS | {"||", "&&", "!", "is unknown", "exists", "starts with", "like_regex"}
HIGHEST = 6


@dataclass(frozen=True, slots=True)
class Item:
    """A step of a path, or an expression in it.

    kind: an operator of PRIORITY, `!`, `is unknown`, `exists`, `like_regex`; `null`, `bool`, `number`, `string`, `variable`; `$`, `@`,
    `last`; `key`, `.*`, `[*]`, `[]`, `**`, `?`, or a method's name with a point in front. value: a scalar's (a number's canonical
    text), a key, a pattern with its flags, the two levels of `**`. args: operands and arguments; of `[]` from and to in turn.
    """

    kind: str
    value: str | bool | tuple[str, str] | tuple[int, int] | None = None
    args: tuple[Item | None, ...] = ()
    next: Item | None = None

    def followed_by(self, step: Item) -> Item:
        """The chain with one more step at its end."""
        chain = [self]
        while chain[-1].next is not None:
            chain.append(chain[-1].next)
        found = step
        for item in reversed(chain):
            found = replace(item, next=found)
        return found

    @property
    def is_predicate(self) -> bool:
        """Whether it is a condition, of which nothing is asked."""
        return self.kind in PREDICATES and self.next is None


@dataclass(frozen=True, slots=True)
class Path:
    """A whole path. lax: structural errors give nothing, and arrays unwrap themselves."""

    root: Item
    lax: bool

    def text(self) -> str:
        """jsonpath_out."""
        return ("" if self.lax else "strict ") + "".join(_printed(self.root, in_key=False, brackets=True))


def _printed(item: Item, *, in_key: bool, brackets: bool) -> Iterator[str]:
    """An item and what follows it."""
    step: Item | None = item
    while step is not None:
        yield from _step(step, in_key=in_key, brackets=brackets)
        step, in_key, brackets = step.next, True, True


def _step(item: Item, *, in_key: bool, brackets: bool) -> Iterator[str]:
    kind, value = item.kind, item.value
    if kind in BINARY or kind.startswith("unary") or kind == "like_regex":
        yield "(" if brackets else ""
        yield from _operation(item)
        yield ")" if brackets else ""
    elif kind == "number":
        yield f"({value})" if item.next is not None else str(value)
    elif kind in ("string", "key", "variable"):
        yield {"string": "", "key": "." if in_key else "", "variable": "$"}[kind] + quoted(str(value))
    elif kind == "bool":
        yield "true" if value else "false"
    elif kind == "[]":
        yield f"[{','.join(''.join(_subscript(*item.args[at : at + 2])) for at in range(0, len(item.args), 2))}]"
    elif kind in WRAPPED:
        before, after = WRAPPED[kind]
        yield from (before, *_arguments(item.args), after)
    elif kind == "**":
        assert isinstance(value, tuple)
        yield ("." if in_key else "") + _levels(*value)
    elif kind in (".*", "[*]", "null", "$", "@", "last"):
        yield kind if in_key or kind != ".*" else "*"
    else:
        yield from (kind, "(", *_arguments(item.args), ")")


WRAPPED = {"!": ("!(", ")"), "is unknown": ("(", ") is unknown"), "exists": ("exists (", ")"), "?": ("?(", ")")}


def _operation(item: Item) -> Iterator[str]:
    own = PRIORITY.get(item.kind, 2)
    operands = [
        "".join(_printed(arg, in_key=False, brackets=PRIORITY.get(arg.kind, HIGHEST) <= own))
        for arg in item.args
        if arg
    ]
    if item.kind == "like_regex":
        assert isinstance(item.value, tuple)
        pattern, flags = item.value
        yield f"{operands[0]} like_regex {quoted(str(pattern))}"
        yield f' flag "{flags}"' if flags else ""
    elif len(operands) == 1:
        yield item.kind.removeprefix("unary ") + operands[0]
    else:
        yield f" {item.kind} ".join(operands)


def _arguments(args: tuple[Item | None, ...]) -> Iterator[str]:
    for at, arg in enumerate(arg for arg in args if arg is not None):
        yield "," if at else ""
        yield from _printed(arg, in_key=False, brackets=False)


def _subscript(first: Item | None, last: Item | None) -> Iterator[str]:
    assert first is not None
    yield from _printed(first, in_key=False, brackets=False)
    if last is not None:
        yield " to "
        yield from _printed(last, in_key=False, brackets=False)


def _levels(first: int | str, last: int | str) -> str:
    if (first, last) == (0, UNBOUNDED):
        return "**"
    shown = ["last" if level == UNBOUNDED else str(level) for level in (first, last)]
    return f"**{{{shown[0]}}}" if first == last else f"**{{{shown[0]} to {shown[1]}}}"
