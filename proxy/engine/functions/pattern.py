"""Postgres' regular expressions as RE2's: translation, and all matches of a text in linear time.

RE2 is what DuckDB and Arrow run; it cannot back-track, so no pattern can hold the server up. What it cannot say (back-references,
lookaround) is refused by name. Facts: src/backend/regex/, documentation 9.7.3. Where branches of an alternation overlap RE2
takes the first, Postgres the longest; `\\m` and `\\M` become word boundaries of ASCII letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from proxy.engine.functions.errors import PgDomainError
from proxy.kept import kept_if_short
from proxy.pgtypes.integers import whole_of

CLASSES = {
    "alpha": r"\pL", "digit": "0-9", "alnum": r"\pL\p{Nd}", "upper": r"\p{Lu}", "lower": r"\p{Ll}",
    "space": r"\s\v\x{1680}\x{2000}-\x{2006}\x{2008}-\x{200a}\x{2028}\x{2029}\x{205f}\x{3000}",
    "punct": "[:punct:]", "xdigit": "0-9A-Fa-f", "blank": r" \t", "cntrl": "[:cntrl:]", "print": r"[:print:]\pL\pN",
    "graph": r"[:graph:]\pL\pN", "word": r"\pL\p{Nd}_", "ascii": r"\x00-\x7f",
}  # fmt: skip
ASCII_CLASSES = {
    **CLASSES, "alpha": "A-Za-z", "alnum": "0-9A-Za-z", "upper": "A-Z", "lower": "a-z", "print": "[:print:]", "graph": "[:graph:]",
    "word": "0-9A-Za-z_", "space": r"\s\v",
}  # fmt: skip
ICU_CLASSES = {**CLASSES, "digit": r"\p{Nd}", "space": CLASSES["space"] + r"\x1c-\x1f\x{85}\x{a0}\x{2007}\x{202f}"}
SHORTHANDS = {"d": "digit", "w": "word", "s": "space"}
ESCAPES = {
    "m": r"\b", "M": r"\b", "y": r"\b", "Y": r"\B", "A": r"\A", "Z": r"\z", "B": r"\\", "e": r"\x1b", "a": r"\x07",
    "b": r"\x08",
}  # fmt: skip
IN_BRACKET = {"B": r"\\", "e": r"\x1b", "a": r"\x07", "b": r"\x08"}
KEPT = frozenset("fnrtv")
FLAGS = frozenset("icsnmptwxqbe")
LOOKAROUND = ("(?=", "(?!", "(?<=", "(?<!")
HINT_SUFFIX = "is not supported by the double"
MARK = "\0"
CODE = re.compile(r"\\(?:x([0-9a-fA-F]++)|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
COMMENT = re.compile(r"\(\?#[^)]*\)")
BLANK = re.compile(r"\s+|#[^\n]*")
BOUNDS = re.compile(r"\{(\d+)(,(\d*))?\}", re.ASCII)
REPEATS_MAX = 255  # DUPMAX
BOUNDS_BEGUN = re.compile(r"\{\d")
HIGHEST = 0x7FFFFFFE  # of what an escape may name (CHR_MAX)
# In front of a pattern: its collation knows the digits and blanks that ICU does, or no letters but ASCII's, as C.
ICU_MARK, ASCII_MARK = "\1", "\2"
MARKED = {ICU_MARK: ICU_CLASSES, ASCII_MARK: ASCII_CLASSES}
MARKS = "".join(MARKED)


@dataclass(frozen=True, slots=True)
class Match:
    """A match: where it starts and ends (0-based, in characters) and its groups, the whole match first."""

    start: int
    end: int
    groups: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """re2: the pattern with its options in front. can_be_empty: by group from 1, whether '' may be a real match of it."""

    re2: str
    groups: int
    can_be_empty: tuple[bool, ...]

    def found_in(self, text: str) -> bool:
        """Whether it matches anywhere."""
        return bool(pc.match_substring_regex(pa.scalar(text), self.re2).as_py())

    def matches(self, text: str) -> list[Match]:
        """All matches, left to right."""
        fields = "".join(f"\\{number}{MARK}" for number in range(self.groups + 1))
        pieces = pc.replace_substring_regex(pa.scalar(text), self.re2, MARK + fields).as_py().split(MARK)
        width = self.groups + 2
        out, at = [], 0
        for first in range(0, len(pieces) - 1, width):
            start = at + len(pieces[first])
            groups = pieces[first + 1 : first + width]
            at = start + len(groups[0])
            out.append(Match(start, at, (groups[0], *map(self._real, range(1, width - 1), groups[1:]))))
        return out

    def _real(self, number: int, text: str) -> str | None:
        """A group that took no part is NULL; RE2 gives it as ''."""
        return text if text or self.can_be_empty[number - 1] else None


@kept_if_short(1024)
def program(pattern: str, flags: str) -> Program:
    """The compiled pattern. Raises PgDomainError: 2201B for a wrong pattern, 0A000 for one RE2 cannot run."""
    if embedded := re.match(rf"([{MARKS}]?)(?:\*\*\*:)?\(\?([a-z]+)\)", pattern):
        return program(embedded[1] + pattern[embedded.end() :], flags + embedded[2])
    body, options = translated(pattern, flags)
    prefix = f"(?{options})" if options else ""
    _check(prefix + body, pattern)
    groups = _group_bodies(body)
    return Program(prefix + body, len(groups), tuple(_matches_empty(prefix + group) for group in groups))


def translated(pattern: str, flags: str) -> tuple[str, str]:
    """RE2's pattern and its option letters."""
    ignore_case = newline_dot = False
    multiline = literal = expanded = False
    for flag in flags:
        if flag not in FLAGS:
            raise PgDomainError("22023", f'invalid regular expression option: "{flag}"')
        ignore_case = flag == "i" or (ignore_case and flag != "c")
        newline_dot = flag in "nmp" or (newline_dot and flag not in "sw")
        multiline = flag in "nmw" or (multiline and flag not in "sp")
        literal, expanded = literal or flag == "q", expanded or flag == "x"
    mark = pattern[:1] if pattern[:1] in MARKS else ""
    pattern = pattern.removeprefix(mark)
    options = ("i" if ignore_case else "") + ("m" if multiline else "") + ("" if newline_dot else "s")
    keeps_case = ignore_case and mark == ASCII_MARK
    if literal or pattern.startswith("***="):
        literals = (_as_it_is(char) if keeps_case else re.escape(char) for char in pattern.removeprefix("***="))
        return "".join(literals), options
    return _Translator(pattern.removeprefix("***:"), expanded, mark, keeps_case).run(), options


def _as_it_is(char: str) -> str:
    """A character that has no other case, where its collation knows none, among those that have."""
    return re.escape(char) if char.isascii() else f"(?-i:{char})"


class _Translator:
    """One pass over an advanced regular expression. keeps_case: letters beyond ASCII have one case, though others are ignored."""

    def __init__(self, pattern: str, expanded: bool, mark: str, keeps_case: bool) -> None:
        self.pattern = pattern
        self.expanded = expanded
        self.classes = MARKED.get(mark, CLASSES)
        self.keeps_case = keeps_case
        self.at = 0

    def run(self) -> str:
        out = []
        while self.at < len(self.pattern):
            out.append(self._item())
        return "".join(out)

    def _item(self) -> str:
        char = self.pattern[self.at]
        if char == "\\":
            return self._escape(inside=False)
        if char == "[":
            return self._bracket()
        if self.pattern.startswith(LOOKAROUND, self.at):
            raise PgDomainError("0A000", f"lookaround in a regular expression {HINT_SUFFIX}")
        if comment := COMMENT.match(self.pattern, self.at):
            self.at += comment.end()
            return ""
        if self.expanded and (blank := BLANK.match(self.pattern, self.at)):
            self.at += blank.end()
            return ""
        at, self.at = self.at, self.at + 1
        if char == "{" and (bounds := BOUNDS.match(self.pattern, at)):
            first, last = whole_of(bounds[1]), whole_of(bounds[3] or bounds[1])
            if last > REPEATS_MAX or first > last:
                raise _invalid("invalid repetition count(s)")
        elif char == "{":
            if BOUNDS_BEGUN.match(self.pattern, at):
                raise _invalid("invalid repetition count(s)")
            return r"\{"
        return _as_it_is(char) if self.keeps_case and not char.isascii() else char

    def _escape(self, *, inside: bool) -> str:
        char = self.pattern[self.at + 1 : self.at + 2]
        known = IN_BRACKET if inside else ESCAPES
        if not char:
            raise _invalid("invalid escape \\ sequence")
        if code := CODE.match(self.pattern, self.at):
            self.at += code.end()
            number = int(code[1] or code[2] or code[3], 16) & 0xFFFFFFFF
            if number > HIGHEST:
                raise _invalid("invalid escape \\ sequence")
            return f"\\x{{{min(number, 0x10FFFF):x}}}"
        self.at += 2
        if inside and char in ("D", "W", "S"):
            raise PgDomainError("0A000", f"\\{char} inside of brackets {HINT_SUFFIX}")
        if named := SHORTHANDS.get(char.lower()):
            return self.classes[named] if inside else f"[{'^' if char.isupper() else ''}{self.classes[named]}]"
        if char in known:
            return known[char]
        if char in KEPT or not char.isalnum():
            return "\\" + char
        if char.isdigit():
            raise PgDomainError("0A000", f"a back-reference in a regular expression {HINT_SUFFIX}")
        raise _invalid("invalid escape \\ sequence")

    def _bracket(self) -> str:
        for word in ("[[:<:]]", "[[:>:]]"):
            if self.pattern.startswith(word, self.at):
                self.at += len(word)
                return r"\b"
        out = ["["]
        self.at += 1
        if self.pattern[self.at : self.at + 1] == "^":
            out.append("^")
            self.at += 1
        first = True
        while self.at < len(self.pattern) and (self.pattern[self.at] != "]" or first):
            out.append(self._bracket_item())
            first = False
        if self.at >= len(self.pattern):
            raise _invalid("brackets [] not balanced")
        self.at += 1
        return "".join(out) + "]"

    def _bracket_item(self) -> str:
        rest = self.pattern[self.at :]
        if named := re.match(r"\[:(\w+):\]", rest):
            if named[1] not in CLASSES:
                raise _invalid("invalid character class")
            self.at += named.end()
            return self.classes[named[1]]
        if single := re.match(r"\[([.=])(.)\1\]", rest, re.DOTALL):
            self.at += single.end()
            return re.escape(single[2])
        if rest[0] == "\\":
            return self._escape(inside=True)
        if self.keeps_case and not rest[0].isascii():
            raise PgDomainError(
                "0A000", f'a bracket of such letters whatever their case, in collation "C", {HINT_SUFFIX}'
            )
        self.at += 1
        return "\\" + rest[0] if rest[0] in "[]^" else rest[0]


def _invalid(fault: str) -> PgDomainError:
    return PgDomainError("2201B", f"invalid regular expression: {fault}")


def _check(re2: str, pattern: str) -> None:
    try:
        pc.match_substring_regex(pa.scalar(""), re2)
    except pa.ArrowInvalid:
        raise _invalid(_fault(pattern)) from None


def _fault(pattern: str) -> str:
    if pattern.count("(") != pattern.count(")"):
        return "parentheses () not balanced"
    if re.search(r"(^|[(|])[*+?]|[*+?]{3}|\*\*|\+\+", pattern):
        return "quantifier operand invalid"
    return "invalid repetition count(s)"


def _group_bodies(re2: str) -> list[str]:
    """The text inside each capturing group, in order of their opening."""
    bodies: list[str] = []
    stack: list[tuple[int, int]] = []
    at, in_bracket = 0, False
    while at < len(re2):
        char = re2[at]
        if char == "\\":
            at += 1
        elif in_bracket:
            in_bracket = char != "]"
        elif char == "[":
            in_bracket = True
            at += re2[at + 1 : at + 2] == "^"
        elif char == "(":
            capturing = re2[at + 1 : at + 2] != "?"
            stack.append((len(bodies) if capturing else -1, at + 1))
            if capturing:
                bodies.append("")
        elif char == ")" and stack:
            number, start = stack.pop()
            if number >= 0:
                bodies[number] = re2[start:at]
        at += 1
    return bodies


def _matches_empty(re2: str) -> bool:
    options, body = re.match(r"((?:\(\?[ims]+\))?)(.*)", re2, re.DOTALL).groups()  # type: ignore[union-attr]
    return bool(pc.match_substring_regex(pa.scalar(""), f"{options}\\A(?:{body})\\z").as_py())
