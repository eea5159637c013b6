"""Texts that a regular expression or a LIKE pattern matches: candidates for columns whose CHECK asks for a shape.

A pattern is read once into makers that draw their choices from one number, so that numbers in order give texts that differ. Refuses to
judge: whether a text is admitted is the CHECK's own word. Facts: PostgreSQL's "Regular Expression Details", the parts that can be drawn.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass

PLENTY = 6  # repetitions of what may repeat without end
_CLASSES = {
    "d": string.digits, "w": string.ascii_lowercase + string.digits + "_", "s": " ",
    "D": string.ascii_lowercase, "W": "-", "S": string.ascii_lowercase + string.digits,
}  # fmt: skip
_POSIX = {
    "alpha": string.ascii_lowercase, "digit": string.digits, "alnum": string.ascii_lowercase + string.digits,
    "upper": string.ascii_uppercase, "lower": string.ascii_lowercase, "space": " ", "xdigit": "0123456789abcdef",
    "punct": "-", "word": string.ascii_lowercase,
}  # fmt: skip
_ZERO_WIDTH = "AZmMyYbB<>"
_ANY = string.ascii_lowercase + string.digits
_CONTROL = {"n": "\n", "t": "\t", "r": "\r"}


class PatternUnknown(ValueError):
    """A pattern with a part that cannot be drawn, such as a look-ahead."""


class Choices:
    """Choices drawn from one number, the last place first; what it does not settle is the first choice."""

    def __init__(self, number: int) -> None:
        self._number = number

    def below(self, count: int) -> int:
        """One of 0 .. count - 1."""
        self._number, choice = divmod(self._number, count)
        return choice


Maker = Callable[[Choices], str]


def from_like(pattern: str) -> str:
    """The regular expression of a LIKE pattern."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    words = {"%": "[a-z0-9]{0,6}", "_": "[a-z0-9]"}
    return "".join(words.get(part, re.escape(part[-1])) for part in parts)


def maker_of(pattern: str) -> Maker:
    """What makes texts of a regular expression. Raises PatternUnknown."""
    reader = _Reader(pattern)
    maker = reader.alternatives()
    if reader.left:
        raise PatternUnknown(pattern)
    return maker


def texts_of(pattern: str, first: int, count: int) -> list[str]:
    """Different texts of a regular expression, for the numbers from `first` on. Fewer than count where it has no more."""
    maker = maker_of(pattern)
    return list(dict.fromkeys(maker(Choices(number)) for number in range(first, first + count)))


@dataclass
class _Reader:
    """Recursive descent over one pattern."""

    pattern: str
    place: int = 0

    @property
    def left(self) -> str:
        return self.pattern[self.place :]

    def take(self, text: str) -> bool:
        """Step over a text if it is next."""
        found = self.left.startswith(text)
        self.place += len(text) if found else 0
        return found

    def next(self) -> str:
        if not self.left:
            raise PatternUnknown(self.pattern)
        self.place += 1
        return self.pattern[self.place - 1]

    def alternatives(self) -> Maker:
        branches = [self.sequence()]
        while self.take("|"):
            branches.append(self.sequence())
        return lambda choices: branches[choices.below(len(branches))](choices)

    def sequence(self) -> Maker:
        parts: list[Maker] = []
        while self.left and self.left[0] not in "|)":
            parts.append(self.repeated(self.atom()))
        # The last place turns first, as in a counter.
        return lambda choices: "".join([part(choices) for part in reversed(parts)][::-1])

    def atom(self) -> Maker:
        char = self.next()
        if char in "^$":
            return lambda choices: ""
        if char == "(":
            return self.group()
        if char == "[":
            return _one_of(self.bracket())
        if char == ".":
            return _one_of(_ANY)
        if char == "\\":
            return self.escape()
        if char in "*+?":
            raise PatternUnknown(self.pattern)
        return _one_of(char)

    def group(self) -> Maker:
        if self.take("?") and not self.take(":"):
            raise PatternUnknown(self.pattern)
        inner = self.alternatives()
        if not self.take(")"):
            raise PatternUnknown(self.pattern)
        return inner

    def escape(self) -> Maker:
        char = self.next()
        if char in _CLASSES:
            return _one_of(_CLASSES[char])
        if char in _ZERO_WIDTH:
            return lambda choices: ""
        if char.isalnum() and char not in _CONTROL:
            raise PatternUnknown(self.pattern)
        return _one_of(_CONTROL.get(char, char))

    def bracket(self) -> str:
        """The characters of a bracket expression."""
        negated = self.take("^")
        found = ""
        while not (self.left.startswith("]") and found):
            if self.take("[:"):
                name, end, _ = self.left.partition(":]")
                if not end or name not in _POSIX:
                    raise PatternUnknown(self.pattern)
                self.place += len(name) + 2
                found += _POSIX[name]
                continue
            char = self.next()
            if char == "\\":
                escaped = self.next()
                found += _CLASSES.get(escaped, _CONTROL.get(escaped, escaped))
            elif self.left.startswith("-") and not self.left.startswith("-]"):
                self.next()
                found += "".join(map(chr, range(ord(char), ord(self.next()) + 1)))
            else:
                found += char
        self.next()
        chosen = "".join(each for each in string.printable[:94] if each not in found) if negated else found
        if not chosen:
            raise PatternUnknown(self.pattern)
        return chosen

    def repeated(self, atom: Maker) -> Maker:
        least, most = 1, 1
        if self.take("*"):
            least, most = 0, PLENTY
        elif self.take("+"):
            least, most = 1, PLENTY
        elif self.take("?"):
            least, most = 0, 1
        elif found := re.match(r"\{(\d+)(,?)(\d*)\}", self.left):
            self.place += found.end()
            least = int(found[1])
            most = int(found[3]) if found[3] else least + (PLENTY if found[2] else 0)
        else:
            return atom
        self.take("?")
        span = most - least + 1
        return lambda choices: "".join([atom(choices) for _ in range(least + choices.below(span))][::-1])


def _one_of(characters: str) -> Maker:
    return lambda choices: characters[choices.below(len(characters))]
