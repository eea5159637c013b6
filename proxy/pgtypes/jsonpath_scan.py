"""The words of a jsonpath: text to tokens.

Refuses to know what may stand where. Facts: src/backend/utils/adt/jsonpath_scan.l: a word is what no mark ends, key words are words, a
number must end before a letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from policies.errors import PgError
from proxy.catalog.versions import Since, since
from proxy.pgtypes.errors import InvalidText, UntranslatableCharacter

SPECIAL = r"?%$.\[\]{}()|&!=<>@#,*:\-+/"
OTHER = rf'[^{SPECIAL}\\" \t\n\r\f]'
WORD = re.compile(rf"(?:{OTHER}|\\.)+", re.DOTALL)
RUN = re.compile(rf"{OTHER}+")
BLANK = re.compile(r"[ \t\n\r\f]+|/\*.*?\*/", re.DOTALL)
NOTATIONS = r"0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|0[oO][0-7](?:_?[0-7])*|0[bB][01](?:_?[01])*"
OPERATORS = ("&&", "||", "**", "<=", "==", "<>", "!=", ">=")
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4}|\{[0-9A-Fa-f]{1,6}\})|x([0-9A-Fa-f]{2})|([^ux]))", re.DOTALL)
SIMPLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
# key word -> must be in lower case
KEYWORDS = {
    **dict.fromkeys(("is", "to", "abs", "lax", "date", "flag", "last", "size", "time", "type", "with", "floor", "bigint", "double",
                     "exists", "number", "starts", "strict", "string", "boolean", "ceiling", "decimal", "integer", "time_tz",
                     "unknown", "datetime", "keyvalue", "timestamp", "like_regex", "timestamp_tz"), False),
    "null": True, "true": True, "false": True,
}  # fmt: skip
# what is said now -> what was said before JSONPATH_FAULTS_SPELLED
EARLIER = {
    "unterminated quoted string": "unexpected end of quoted string",
    "invalid Unicode escape sequence": "invalid unicode sequence",
    "invalid hexadecimal character sequence": "invalid hex character sequence",
}


class Numbers(NamedTuple):
    """How numbers are written. half: one that ends in its exponent's sign."""

    integer: re.Pattern[str]
    number: re.Pattern[str]
    half: re.Pattern[str]


def _numbers(gap: str, notations: str) -> Numbers:
    digits, whole = f"[0-9](?:{gap}[0-9])*", f"(?:0|[1-9](?:{gap}[0-9])*)"
    pointed = rf"(?:{whole}\.(?:{digits})?|\.{digits})"
    scaled = f"(?:{pointed}|{whole})[Ee]"
    texts = (f"{notations}{whole}", f"{scaled}[-+]?{digits}|{pointed}", f"{scaled}[-+]")
    return Numbers(*map(re.compile, texts))


PLAIN_NUMBERS, NUMBERS = _numbers("", ""), _numbers("_?", f"{NOTATIONS}|")


class BadPath(PgError):
    """syntax_error: the text is no path."""

    sqlstate = "42601"


@dataclass(frozen=True, slots=True)
class Token:
    """kind: word, string, variable, integer, number, end, or the mark itself. shown: its text where an error names it."""

    kind: str
    text: str
    shown: str

    @property
    def keyword(self) -> str:
        """The key word that a bare word is, else ''."""
        folded = self.text.lower()
        if self.kind != "word" or folded not in KEYWORDS:
            return ""
        return "" if KEYWORDS[folded] and folded != self.text else folded


class Scanner:
    """Text to tokens, as a server of that version takes it apart."""

    def __init__(self, text: str, version: int) -> None:
        self.text = text
        self.at = 0
        self.numbers = NUMBERS if since(version, Since.INTEGER_NOTATIONS) else PLAIN_NUMBERS
        self.earlier = {} if since(version, Since.JSONPATH_FAULTS_SPELLED) else EARLIER

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        while True:
            while blank := BLANK.match(self.text, self.at):
                self.at = blank.end()
            if self.text.startswith("/*", self.at):
                raise BadPath("unexpected end of comment at end of jsonpath input")
            if self.at >= len(self.text):
                return [*found, Token("end", "", "")]
            found.append(self._token())

    def _token(self) -> Token:
        char = self.text[self.at]
        if char == '"':
            return self._quoted("string", 1)
        if self.text.startswith('$"', self.at):
            return self._quoted("variable", 2)
        if char == "$" and (name := re.compile(rf"\$({OTHER}+)").match(self.text, self.at)):
            return self._taken("variable", name[1], name.end())
        if re.compile(r"\.?[0-9]").match(self.text, self.at):
            return self._number()
        for mark in OPERATORS:
            if self.text.startswith(mark, self.at):
                return self._taken("!=" if mark == "<>" else mark, mark, self.at + len(mark))
        if re.match(f"[{SPECIAL}]", char):
            return self._taken(char, char, self.at + 1)
        return self._word()

    def _taken(self, kind: str, text: str, end: int) -> Token:
        shown, self.at = self.text[self.at : end], end
        return Token(kind, text, shown)

    def _number(self) -> Token:
        match, kind = self.numbers.number.match(self.text, self.at), "number"
        if match is None:
            if half := self.numbers.half.match(self.text, self.at):
                raise self._error("invalid numeric literal", half[0])
            match, kind = self.numbers.integer.match(self.text, self.at), "integer"
        assert match is not None
        run = RUN.match(self.text, self.at)
        if run is not None and run.end() > match.end() + 1:  # the longest match wins, and a word may begin with digits
            return self._word()
        if junk := re.compile(OTHER).match(self.text, match.end()):
            raise self._error("trailing junk after numeric literal", match[0] + junk[0])
        return self._taken(kind, match[0], match.end())

    def _quoted(self, kind: str, opening: int) -> Token:
        end = self.at + opening
        while end < len(self.text) and self.text[end] != '"':
            end += 2 if self.text[end] == "\\" else 1
        body = self.text[self.at + opening : end]
        if end >= len(self.text):
            self._unescaped(body)
            raise BadPath(f"{self._spelled('unterminated quoted string')} at end of jsonpath input")
        self.at = end + 1
        return Token(kind, self._unescaped(body), '"')

    def _word(self) -> Token:
        match = WORD.match(self.text, self.at)
        if match is None:
            raise self._error("unexpected end after backslash", "\\")
        self.at = match.end()
        blank = BLANK.match(
            self.text, self.at
        )  # the scanner sees a word's end by what follows it, and puts a mark back
        return Token("word", self._unescaped(match[0]), blank[0] if blank else "")

    def _unescaped(self, body: str) -> str:
        if "\\" not in body:
            return body
        out, at = [], 0
        while at < len(body):
            if body[at] != "\\":
                out.append(body[at])
                at += 1
                continue
            match = ESCAPE.match(body, at)
            if match is None:
                raise self._fault(body[at:])
            out.append(_escaped(match))
            at = match.end()
        try:
            return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            detail = "Unicode low surrogate must follow a high surrogate."
            raise InvalidText("invalid input syntax for type jsonpath", detail=detail) from None

    def _fault(self, rest: str) -> BadPath:
        if rest.startswith("\\u"):
            shown = re.match(r"\\u(?:\{[0-9A-Fa-f]{0,6}|[0-9A-Fa-f]{0,3})", rest)
            assert shown is not None
            return self._error("invalid Unicode escape sequence", shown[0])
        if rest.startswith("\\x"):
            shown = re.match(r"\\x[0-9A-Fa-f]?", rest)
            assert shown is not None
            return self._error("invalid hexadecimal character sequence", shown[0])
        return self._error("unexpected end after backslash", "\\")

    def _spelled(self, what: str) -> str:
        return self.earlier.get(what, what)

    def _error(self, what: str, shown: str) -> BadPath:
        return BadPath(f'{self._spelled(what)} at or near "{shown}" of jsonpath input')


def _escaped(match: re.Match[str]) -> str:
    if match[3] is not None:
        return SIMPLE.get(match[3], match[3])
    code = int((match[1] or match[2]).strip("{}"), 16)
    if code == 0:
        raise UntranslatableCharacter(
            "unsupported Unicode escape sequence", detail="\\u0000 cannot be converted to text."
        )
    if code > 0x10FFFF:
        raise InvalidText(
            "invalid input syntax for type jsonpath", detail="could not convert Unicode to server encoding"
        )
    return chr(code)
