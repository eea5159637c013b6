"""to_number: digits of a text as far as a picture has places for them.

A port of Postgres' own scanner, which goes byte by byte and skips what fits no place. Refuses to know how pictures are parsed
(`picture.py`). Facts: NUM_processor, NUM_numpart_from_char and numeric_to_number in src/backend/utils/adt/formatting.c.
"""

from __future__ import annotations

from policies.errors import PgError
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.numeric import numeric_mul
from proxy.engine.functions.numeric_powers import numeric_power
from proxy.engine.functions.picture import Picture, picture
from proxy.engine.functions.udf import function
from proxy.pgtypes.numeric import apply_typmod, parse_numeric

DATA = b"0123456789.,+-"
DIGITS = b"0123456789"
SPACE = ord(" ")


@function("VARCHAR VARCHAR", "VARCHAR")
def to_number(text: str, template: str) -> str | None:
    if not template:
        return None
    one = picture(template)
    for flag in ("EEEE", "RN"):
        if flag in one.flags:
            raise PgDomainError("0A000", f'"{flag}" not supported for input')
    reader = _Reader(one, text.encode())
    reader.run()
    scale = reader.read_post
    typmod = ((one.pre + one.multi + scale) << 16 | scale) + 4
    try:
        number = apply_typmod(parse_numeric(reader.text()), typmod)
    except PgError as error:
        raise PgDomainError(error.sqlstate, error.message, error.detail, error.hint) from None
    return numeric_mul(number, numeric_power("10", str(-one.multi))) if one.multi else number


class _Reader:
    """One text under one picture. sign: a blank until one was read."""

    def __init__(self, one: Picture, data: bytes) -> None:
        self.one, self.data, self.at = one, data, 0
        self.sign, self.number = " ", ""
        self.read_pre = self.read_post = 0
        self.read_point = self.number_begun = False

    def text(self) -> str:
        """What numeric's input function gets."""
        return self.sign + self.number.removesuffix(".")

    def run(self) -> None:
        """Node by node, until the text ends."""
        for word, literal in self.one.nodes:
            if self.ended():
                return
            if not word:
                for _ in literal:
                    self.skip()
            elif self.takes(word):
                self.at += 1

    def ended(self) -> bool:
        """Whether the text has."""
        return self.at >= len(self.data)

    def peek(self) -> int:
        """The next byte."""
        return self.data[self.at]

    def skip(self) -> None:
        """One character of any width."""
        self.at += 1
        while self.at < len(self.data) and self.data[self.at] & 0xC0 == 0x80:
            self.at += 1

    def skip_other(self, count: int) -> None:
        """Characters that are no part of a number."""
        while count and not self.ended() and self.peek() not in DATA:
            self.skip()
            count -= 1

    def takes(self, word: str) -> bool:
        """Whether the place takes the byte that comes."""
        if word in ("9", "0", ".", "D"):
            self.part(word)
            return True
        if word in (",", "G"):
            return "FM" not in self.one.flags and self.peek() == ord(",")
        if word in ("MI", "PL", "SG"):
            shown = chr(self.peek())
            if shown in {"MI": "-", "PL": "+", "SG": "+-"}[word]:
                self.sign = shown
                return True
            self.skip_other(1)
        elif word in ("TH", "th") and "." not in self.one.flags:
            self.skip_other(2)
        elif word == "L":
            self.skip_other(1)
        return False

    def part(self, word: str) -> None:
        """A digit or the point, with the sign before or behind it."""
        if self.peek() == SPACE:
            self.at += 1
        if self.ended():
            return
        if self.sign == " " and word in ("9", "0") and not self.read_pre + self.read_post:
            self.sign_before()
        if self.ended():
            return
        read = False
        if self.peek() in DIGITS:
            if self.read_point and self.read_post == self.one.post:
                return
            self.number += chr(self.peek())
            self.read_post, self.read_pre = self.read_post + self.read_point, self.read_pre + (not self.read_point)
            read = True
        elif "." in self.one.flags and not self.read_point and self.peek() == ord("."):
            self.number += "."
            self.read_point = read = True
        if self.sign == " " and self.read_pre + self.read_post:
            self.sign_behind(read)

    def sign_before(self) -> None:
        """Of S in front, else a simple one; < is that of PR."""
        byte = self.peek()
        if "S" in self.one.flags and self.one.sign_place == "pre":
            if byte in b"+-":
                self.sign = chr(byte)
                self.at += 1
        elif byte == ord("-") or ("PR" in self.one.flags and byte == ord("<")):
            self.sign = "-"
            self.at += 1
        elif byte == ord("+"):
            self.sign = "+"
            self.at += 1

    def sign_behind(self, read: bool) -> None:
        """Of S behind the last digit; MI, PL and SG are found wherever they stand."""
        if "S" in self.one.flags:
            following = self.data[self.at + 1 : self.at + 2]
            if read and following and following in b"+-":
                self.sign = following.decode()
                self.at += 1
        elif not read and self.one.flags & {"PL", "MI"} and self.peek() in b"+-":
            self.sign = chr(self.peek())
