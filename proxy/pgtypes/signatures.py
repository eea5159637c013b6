"""A name with the types of its arguments, `schema.name(type, type)`, taken apart.

Refuses to know what is so named. Facts: parseNameAndArgTypes in src/backend/utils/adt/regproc.c, whose errors are repeated word for word.
"""

from __future__ import annotations

from policies.errors import PgError
from proxy.pgtypes.errors import InvalidText, SyntaxInText, TooManyArguments
from proxy.pgtypes.integers import SPACE

ARGUMENTS_MAX = 100


def signature(text: str) -> tuple[str, list[str]]:
    """The name as it is written, and the text of each type. Raises InvalidText, TooManyArguments."""
    opens = next((at for at, char, quoted in _outside(text) if char == "(" and not quoted), None)
    if opens is None:
        raise InvalidText("expected a left parenthesis")
    inside = text[opens + 1 :].rstrip(SPACE)
    if not inside.endswith(")"):
        raise InvalidText("expected a right parenthesis")
    return text[:opens], _types(inside[:-1])


def _outside(text: str) -> list[tuple[int, str, bool]]:
    """Each character with its place and whether quotes stand around it."""
    found, quoted = [], False
    for at, char in enumerate(text):
        quoted ^= char == '"'
        found.append((at, char, quoted))
    return found


def _types(text: str) -> list[str]:
    """What commas separate, outside of quotes and brackets."""
    found, start, depth, quoted = list[str](), 0, 0, False
    for at, char, quoted in _outside(text):
        if quoted:
            continue
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            found.append(_type(text[start:at], found))
            start = at + 1
    if depth or quoted:
        raise InvalidText("improper type name")
    if text[start:].strip(SPACE):
        found.append(_type(text[start:], found))
    elif start:
        raise InvalidText("expected a type name")
    return found


def _type(text: str, before: list[str]) -> str:
    word = text.strip(SPACE)
    if not word:
        raise _no_type()
    if len(before) == ARGUMENTS_MAX:
        raise TooManyArguments("too many arguments")
    return word


def _no_type() -> PgError:
    return SyntaxInText('invalid type name ""')
