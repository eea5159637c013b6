"""to_number: digits and signs of a text, as far as a picture has places for them.

A port of NUM_processor and NUM_numpart_from_char in src/backend/utils/adt/formatting.c, locale C. Refuses to know how pictures are parsed
(`picture.py`).
"""

from __future__ import annotations

from decimal import Decimal

from policies.errors import PgError
from proxy.catalog.versions import Since, since
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.numeric import EXACT, SIGNIFICANT
from proxy.engine.functions.picture import Picture, picture
from proxy.engine.functions.udf import function
from proxy.pgtypes.numeric import apply_typmod, canonical, parse_numeric

DATA = frozenset("0123456789.,+-")
DIGITS = frozenset("0123456789")
PLACES = frozenset(("9", "0", ".", "D"))
SIGNS = {"MI": "-", "PL": "+", "SG": "+-"}
# Characters that an action may stand for without a look at them.
EATEN = {"L": 1, "TH": 2, "th": 2, "MI": 1, "PL": 1, "SG": 1}


@function("VARCHAR VARCHAR INTEGER", "VARCHAR")
def to_number(text: str, template: str, version: int) -> str | None:
    """See the module; NULL for an empty picture."""
    if not template:
        return None
    one = picture(template)
    for word in ("EEEE", "RN"):
        if word in one.flags:
            raise PgDomainError("0A000", f'"{word}" not supported for input')
    reader = _Reader(one, text)
    number = reader.run()
    precision = one.pre + one.multi + reader.post
    typmod = ((precision << 16) | reader.post) + 4
    try:
        found = apply_typmod(parse_numeric(number), typmod)
    except PgError as error:
        raise PgDomainError(error.sqlstate, error.message, error.detail, error.hint) from None
    if "V" not in one.flags:
        return found
    decimals = SIGNIFICANT + (one.multi if since(version, Since.POWER_BY_RESULT) else 0)
    factor = EXACT.quantize(Decimal(1).scaleb(-one.multi), Decimal(1).scaleb(-decimals))  # ten to the power, negative
    return canonical(EXACT.multiply(Decimal(found), factor))


class _Reader:
    """One pass over text and picture. before, post: digits read on either side of the point."""

    def __init__(self, one: Picture, text: str) -> None:
        self.one, self.text = one, text
        self.at = self.before = self.post = 0
        self.point = False
        self.sign = " "
        self.out: list[str] = []

    def run(self) -> str:
        for word, literal in self.one.nodes:
            for _ in literal:
                self.at += self._more()
            if not self._more():
                break
            if word in PLACES:
                self._place(word)
                self.at += 1
            elif word in (",", "G"):
                self._comma()
            elif word in EATEN:
                self._mark(word)
        digits = "".join(self.out)
        return self.sign + digits.removesuffix(".")

    def _more(self) -> bool:
        return self.at < len(self.text)

    def _comma(self) -> None:
        # the picture's own sign that a number has begun is never set here, so that FM leaves commas alone
        if "FM" not in self.one.flags and self.text[self.at] == ",":
            self.at += 1

    def _mark(self, word: str) -> None:
        if self.text[self.at] in SIGNS.get(word, ""):
            self.sign = self.text[self.at]
            self.at += 1
            return
        if word.upper() == "TH" and "." in self.one.flags:
            return
        for _ in range(EATEN[word]):
            if self._more() and self.text[self.at] not in DATA:
                self.at += 1

    def _place(self, word: str) -> None:
        """NUM_numpart_from_char."""
        self.at += self.text[self.at] == " "
        if not self._more():
            return
        if self.sign == " " and word in ("0", "9") and not (self.before or self.post):
            self._leading_sign()
        if not self._more():
            return
        read = False
        char = self.text[self.at]
        if char in DIGITS:
            if self.point and self.post == self.one.post:
                return
            self.out.append(char)
            self.before, self.post = self.before + (not self.point), self.post + self.point
            read = True
        elif char == "." and "." in self.one.flags and not self.point:
            self.out.append(".")
            self.point = read = True
        if self.sign == " " and (self.before or self.post):
            self._trailing_sign(read)

    def _leading_sign(self) -> None:
        char = self.text[self.at]
        if char == "-" or (char == "<" and "PR" in self.one.flags):
            self.sign, self.at = "-", self.at + 1
        elif char == "+":
            self.sign, self.at = "+", self.at + 1

    def _trailing_sign(self, read: bool) -> None:
        flags, following = self.one.flags, self.text[self.at + 1 : self.at + 2]
        if "S" in flags and read and following and following not in DIGITS:
            if following in "+-":
                self.sign, self.at = following, self.at + 1
        elif not read and "S" not in flags and flags & {"PL", "MI"} and self.text[self.at] in "+-":
            self.sign = self.text[self.at]
