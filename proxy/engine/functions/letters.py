"""Upper case, lower case and words with a capital, by ASCII's rules, by a character each, or by all of Unicode's.

Refuses to know collations (`proxy.sql.lower.letters`). Facts: oracle_compat.c; ICU's u_strToUpper and its kin, which follow
Unicode's SpecialCasing as Python's own methods do; the word boundaries of Unicode's annex 29, whose classes are here those of the
scripts with two cases: in other characters a word may end anywhere, and they are refused.
"""

from __future__ import annotations

import re
import unicodedata

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function

# Annex 29 in short: letters, digits, underscores and marks go together; some punctuation does between two letters, or two digits.
_LETTER, _DIGIT = r"[^\W\d_]", r"\d"
_MARK = "[\u0300-\u036f\u200c\u200d\u2060\ufe0f]*"
_BETWEEN_LETTERS, _BETWEEN_DIGITS = "['.\u2018\u2019\u2024\u00b7\u0387]", "['.\u2018\u2019\u2024,;]"
_WORD = re.compile(
    rf"(?:{_LETTER}{_MARK}(?:{_BETWEEN_LETTERS}{_MARK}(?={_LETTER}))?|{_DIGIT}{_MARK}(?:{_BETWEEN_DIGITS}{_MARK}(?={_DIGIT}))?|_{_MARK})+|.",
    re.DOTALL,
)
# Latin, Greek, Cyrillic, Armenian; Georgian; Latin and Greek extended; punctuation; currencies to technical.
_TWO_CASES = re.compile("[\0-\u058f\u10a0-\u10ff\u1e00-\u1fff\u2000-\u206f\u20a0-\u23ff]*")


@function("VARCHAR", "VARCHAR")
def initcap(text: str) -> str:
    out, inside = [], False
    for char in text:
        out.append(char.lower() if inside else char.upper() if len(char.upper()) == 1 else char)
        inside = char.isalnum()
    return "".join(out)


@function("VARCHAR", "VARCHAR")
def initcap_ascii(text: str) -> str:
    return re.sub("[A-Za-z0-9]+", lambda word: word[0][0].upper() + word[0][1:].lower(), text, flags=re.ASCII)


@function("VARCHAR", "VARCHAR")
def upper_icu(text: str) -> str:
    return text.upper()


@function("VARCHAR", "VARCHAR")
def lower_icu(text: str) -> str:
    return text.lower()


@function("VARCHAR", "VARCHAR")
def initcap_icu(text: str) -> str:
    if not _TWO_CASES.fullmatch(text):
        raise PgDomainError("0A000", "initcap of these characters by ICU is not supported by the double")
    return "".join(_titled(word[0]) for word in _WORD.finditer(text))


def _titled(word: str) -> str:
    """The first letter, digit or symbol in title case, what follows in lower case."""
    first = next((at for at, char in enumerate(word) if unicodedata.category(char)[0] in "LNS"), len(word))
    head, rest = word[first : first + 1].title(), word[first + 1 :]
    # a sigma is final only behind a letter, which the first one is
    return word[:first] + head + ("A" + rest).lower()[1:]
