"""tsvector and tsquery: stored as Postgres prints them, sent as lexemes with their positions and as a query in Polish notation.

Refuses to know dictionaries and matching. Facts: src/backend/utils/adt/{tsvector,tsvector_parser,tsquery}.c.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from itertools import groupby

from proxy.pgtypes.codec import Codec, Input, Raw
from proxy.pgtypes.errors import (
    InvalidBinary,
    InvalidParameterValue,
    ProgramLimitExceeded,
    StackDepthExceeded,
    SyntaxInText,
    short_message,
)
from proxy.pgtypes.integers import c_int, excess, whole_of
from proxy.pgtypes.strings import decode_utf8

WEIGHTS = "DCBA"
POSITION_MAX, POSITIONS_MAX = 16_383, 255
WORD_MAX, VECTOR_MAX = 2_046, 1_048_575  # bytes
QUOTED = (
    r"'([^'\\]*+(?:(?:''|\\.)[^'\\]*+)*+)'"  # runs, and what stands between them: a character at a time takes seconds
)
WORD = re.compile(rf"\s*+(?:{QUOTED}|((?:\\.|[^\s\\'])[^\s:\\]*+(?:\\.[^\s:\\]*+)*+))", re.DOTALL)
PLACE = r"[0-9]++[dD0-9]*+(?:[A-Ca-c*][0-9]*+)?"
SHIELDED, SHIELD = re.compile(r"''|\\.", re.DOTALL), re.compile(r"\\.", re.DOTALL)
POSITIONS = re.compile(rf":({PLACE}(?:,{PLACE})*+)")
WEIGHT = re.compile("[A-Ca-c*]")
BLANK = re.compile(r"\s*+")
Lexeme = tuple[str, tuple[tuple[int, int], ...]]
"""A word and its (position, weight)s."""


class TsVector(Codec):
    """Lexemes in the order of their bytes, each once."""

    def read(self, text: str, context: Input) -> str:
        return _vector_text(_parse_vector(text))

    def send(self, raw: Raw) -> bytes:
        lexemes = _parse_vector(raw)
        sent = struct.pack("!i", len(lexemes))
        for word, places in lexemes:
            marks = (weight << 14 | position for position, weight in places)
            sent += word.encode() + b"\0" + struct.pack(f"!H{len(places)}H", len(places), *marks)
        return sent

    def receive(self, data: bytes, context: Input) -> str:
        if len(data) < 4:
            raise short_message()
        at, found = 4, list[Lexeme]()
        for _ in range(struct.unpack_from("!i", data)[0]):
            word, at = _string(data, at)
            if len(data) < at + 2 or len(data) < at + 2 + 2 * (count := struct.unpack_from("!H", data, at)[0]):
                raise short_message()
            marks = struct.unpack_from(f"!{count}H", data, at + 2)
            at += 2 + 2 * count
            found.append((word, tuple((mark & POSITION_MAX, mark >> 14) for mark in marks)))
        if at != len(data):
            raise excess()
        return _vector_text(_in_order(found))


def _string(data: bytes, at: int) -> tuple[str, int]:
    end = data.find(b"\0", at)
    if end < 0:
        raise InvalidBinary("invalid string in message")
    return decode_utf8(data[at:end]), end + 1


def _parse_vector(text: str) -> list[Lexeme]:
    at, total, found = 0, 0, list[Lexeme]()
    while BLANK.match(text, at).end() < len(text):  # type: ignore[union-attr]
        match = WORD.match(text, at)
        if match is None or not (match[1] or match[2]):
            raise SyntaxInText(f'syntax error in tsvector: "{text}"')
        at = match.end()
        places = POSITIONS.match(text, at)
        at = places.end() if places is not None else at
        if text[at : at + 1].strip() and (places is not None or text[at] == ":"):
            raise SyntaxInText(f'syntax error in tsvector: "{text}"')
        words = places[1].split(",") if places is not None else []
        total += _length(match, total)
        found.append((_unquoted(match[1], match[2]), tuple(_place(word, text) for word in words)))
    return _in_order(found)


def _unquoted(quoted: str | None, bare: str | None) -> str:
    if quoted is not None:
        return SHIELDED.sub(lambda two: two[0][1], quoted)
    return SHIELD.sub(lambda two: two[0][1], bare or "")


def _bytes(match: re.Match[str]) -> int:
    """How long a word is, without what protects its characters."""
    shields = SHIELDED.finditer(match[1]) if match[1] is not None else SHIELD.finditer(match[2] or "")
    return len((match[1] or match[2] or "").encode()) - sum(1 for _ in shields)


def _length(match: re.Match[str], before: int) -> int:
    """Bytes of a word that comes behind so many. Raises ProgramLimitExceeded."""
    length = _bytes(match)
    if length > WORD_MAX:
        raise ProgramLimitExceeded(f"word is too long ({length} bytes, max {WORD_MAX} bytes)")
    if before > VECTOR_MAX:
        raise ProgramLimitExceeded(f"string is too long for tsvector ({before} bytes, max {VECTOR_MAX} bytes)")
    return length


def _place(word: str, text: str) -> tuple[int, int]:
    """LIMITPOS and WEP_SETPOS: 14 bits of an int, none of them where it is too large."""
    number = c_int(word)
    position = POSITION_MAX if number > POSITION_MAX else number & POSITION_MAX
    if position == 0:
        raise SyntaxInText(f'wrong position info in tsvector: "{text}"')
    letter = WEIGHT.search(word)
    return position, WEIGHTS.index(letter[0].upper().replace("*", "A")) if letter else 0


def _in_order(lexemes: list[Lexeme]) -> list[Lexeme]:
    """Sorted and merged; of one position the heaviest weight stays."""
    merged = []
    for word, same in groupby(sorted(lexemes, key=lambda one: one[0].encode()), key=lambda one: one[0]):
        heaviest: dict[int, int] = {}
        for position, weight in (place for _, places in same for place in places):
            heaviest[position] = max(weight, heaviest.get(position, 0))
        merged.append((word, tuple(sorted(heaviest.items()))[:POSITIONS_MAX]))
    return merged


def _vector_text(lexemes: list[Lexeme]) -> str:
    return " ".join(_quoted(word) + _places_text(places) for word, places in lexemes)


def _places_text(places: tuple[tuple[int, int], ...]) -> str:
    shown = ",".join(f"{position}{WEIGHTS[weight] if weight else ''}" for position, weight in places)
    return f":{shown}" if shown else ""


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Node:
    """A word (text, weights as a bit mask, prefix) or an operator: 1 not, 2 and, 3 or, 4 followed by, at a distance."""

    operator: int = 0
    left: Node | None = None
    right: Node | None = None
    distance: int = 0
    text: str = ""
    weights: int = 0
    prefix: bool = False
    depth: int = 1


def _operation(operator: int, left: Node | None, right: Node, distance: int = 0) -> Node:
    """An operator over its operands. Raises StackDepthExceeded."""
    depth = 1 + max(right.depth, left.depth if left is not None else 0)
    if depth > DEPTH_MAX:
        raise StackDepthExceeded
    return Node(operator, left, right, distance, depth=depth)


NOT, AND, OR, PHRASE = 1, 2, 3, 4
PRIORITY = {OR: 1, AND: 2, PHRASE: 3, NOT: 4}
DISTANCE_MAX = 16_384
DEPTH_MAX = 120
TOKEN = re.compile(r"\s*+(?:([!&|()])|<(-|\d++)>)\s*+")
FLAGS = re.compile(r":([A-Da-d*]*)")
QUERY_WORD = re.compile(
    rf"\s*+(?:{QUOTED}|((?:\\.|[^\s:\\'!&|()<])[^\s:\\!&|()<]*+(?:\\.[^\s:\\!&|()<]*+)*+))", re.DOTALL
)


class TsQuery(Codec):
    """A query: words under not, and, or and "followed by"."""

    def read(self, text: str, context: Input) -> str:
        query = _Query(text).whole() if text.strip() else None
        return _query_text(query) if query is not None else ""

    def send(self, raw: Raw) -> bytes:
        if not raw:
            return struct.pack("!i", 0)
        items = list(_items(_Query(raw).whole()))
        return struct.pack("!i", len(items)) + b"".join(items)

    def receive(self, data: bytes, context: Input) -> str:
        if len(data) < 4:
            raise short_message()
        if not struct.unpack_from("!i", data)[0]:
            return ""
        node, at = _received(data, 4)
        if at != len(data):
            raise excess()
        return _query_text(node)


class _Query:
    """makepol of tsquery.c as a recursive descent."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.opened = text, 0, 0

    def whole(self) -> Node:
        node = self._binary(1)
        if not BLANK.fullmatch(self.text, self.at):
            raise self._wrong()
        return node

    def _wrong(self) -> SyntaxInText:
        return SyntaxInText(f'syntax error in tsquery: "{self.text}"')

    def _binary(self, priority: int) -> Node:
        if priority == PRIORITY[NOT]:
            return self._unary()
        left = self._binary(priority + 1)
        operator = {1: "|", 2: "&"}.get(priority)
        while (match := TOKEN.match(self.text, self.at)) is not None and (
            match[1] == operator if operator else match[2]
        ):
            self.at = match.end()
            distance = (1 if match[2] == "-" else whole_of(match[2])) if match[2] else 0
            if distance > DISTANCE_MAX:
                raise InvalidParameterValue(
                    f"distance in phrase operator must be an integer value between zero and {DISTANCE_MAX} inclusive"
                )
            kind = {"|": OR, "&": AND}.get(match[1] or "", PHRASE)
            left = _operation(kind, left, self._binary(priority + 1), distance)
        return left

    def _unary(self) -> Node:
        match = TOKEN.match(self.text, self.at)
        if match is not None and match[1] == "!":
            self.at = match.end()
            self._enter()
            inner = self._unary()
            self.opened -= 1
            return _operation(NOT, None, inner)
        if match is not None and match[1] == "(":
            self.at = match.end()
            self._enter()
            node = self._binary(1)
            closing = TOKEN.match(self.text, self.at)
            if closing is None or closing[1] != ")":
                raise self._wrong()
            self.at = closing.end()
            self.opened -= 1
            return node
        return self._word()

    def _enter(self) -> None:
        self.opened += 1
        if self.opened > DEPTH_MAX:
            raise StackDepthExceeded

    def _word(self) -> Node:
        match = QUERY_WORD.match(self.text, self.at)
        if match is None or not (match[1] or match[2]):
            if BLANK.fullmatch(self.text, self.at):
                raise SyntaxInText(f'no operand in tsquery: "{self.text}"')
            raise self._wrong()
        self.at = match.end()
        flags = FLAGS.match(self.text, self.at)
        self.at = flags.end() if flags is not None else self.at
        letters = flags[1].upper() if flags is not None else ""
        weights = sum(1 << WEIGHTS.index(letter) for letter in set(letters) - {"*"})
        if _bytes(match) > WORD_MAX:
            raise ProgramLimitExceeded(f'word is too long in tsquery: "{self.text}"')
        return Node(text=_unquoted(match[1], match[2]), weights=weights, prefix="*" in letters)


def _query_text(node: Node, parent: int = 0, right_of_phrase: bool = False) -> str:
    """infix(): what binds less than what is around it stands in parentheses."""
    if not node.operator:
        letters = "*" * node.prefix + "".join(WEIGHTS[bit] for bit in (3, 2, 1, 0) if node.weights >> bit & 1)
        return _quoted(node.text) + (f":{letters}" if letters else "")
    priority = PRIORITY[node.operator]
    assert node.right is not None
    if node.operator == NOT:
        shown = "!" + _query_text(node.right, priority)
    else:
        assert node.left is not None
        sign = {AND: "&", OR: "|"}.get(node.operator) or ("<->" if node.distance == 1 else f"<{node.distance}>")
        is_phrase = node.operator == PHRASE
        shown = f"{_query_text(node.left, priority)} {sign} {_query_text(node.right, priority, is_phrase)}"
    return f"( {shown} )" if priority < parent or (node.operator == PHRASE and right_of_phrase) else shown


def _items(node: Node) -> list[bytes]:
    """In Polish notation, the right operand first."""
    if not node.operator:
        return [struct.pack("!bBB", 1, node.weights, node.prefix) + node.text.encode() + b"\0"]
    own = struct.pack("!bb", 2, node.operator) + (struct.pack("!h", node.distance) if node.operator == PHRASE else b"")
    operands = [one for one in (node.right, node.left) if one is not None]
    return [own, *(item for one in operands for item in _items(one))]


def _received(data: bytes, at: int, depth: int = 1) -> tuple[Node, int]:
    if depth > DEPTH_MAX:
        raise StackDepthExceeded
    if len(data) < at + 3:
        raise short_message()
    kind, first, second = struct.unpack_from("!bBB", data, at)
    if kind == 1:
        text, after = _string(data, at + 3)
        return Node(text=text, weights=first & 15, prefix=bool(second)), after
    if kind != 2 or first not in PRIORITY:
        raise InvalidBinary(f"unrecognized tsquery {'node type' if kind != 2 else 'operator type'}")
    at, distance = at + 2, 0
    if first == PHRASE:
        if len(data) < at + 2:
            raise short_message()
        distance, at = struct.unpack_from("!h", data, at)[0], at + 2
    right, at = _received(data, at, depth + 1)
    left, at = (None, at) if first == NOT else _received(data, at, depth + 1)
    return _operation(first, left, right, distance), at
