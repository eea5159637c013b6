"""The functions over regular expressions and over LIKE and SIMILAR TO patterns.

Patterns are `pattern.py`'s; refuses to know how they are matched. Facts: src/backend/utils/adt/regexp.c, like.c.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.pattern import Match, Program, program
from proxy.engine.functions.udf import function

BAD_PARAMETER = "22023"


@function("VARCHAR VARCHAR VARCHAR", "BOOLEAN")
def regex_matches(text: str, pattern: str, flags: str) -> bool:
    return program(pattern, flags).found_in(text)


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]")
def regexp_match(text: str, pattern: str, flags: str) -> list[str | None] | None:
    _refuse_global("regexp_match", flags)
    found = program(pattern, flags).matches(text)
    return _groups(found[0]) if found else None


def _groups(found: Match) -> list[str | None]:
    return list(found.groups[1:] or found.groups)


def _refuse_global(name: str, flags: str) -> None:
    if "g" in flags:
        hint = "Use the regexp_matches function instead." if name == "regexp_match" else ""
        raise PgDomainError(BAD_PARAMETER, f'{name}() does not support the "global" option', hint=hint)


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[][]")
def regexp_matches(text: str, pattern: str, flags: str) -> list[list[str | None]]:
    every = [_groups(one) for one in program(pattern, flags.replace("g", "")).matches(text)]
    return every if "g" in flags else every[:1]


@function("VARCHAR VARCHAR VARCHAR VARCHAR", "VARCHAR")
def regexp_replace(text: str, pattern: str, replacement: str, flags: str) -> str:
    return _replaced(program(pattern, flags.replace("g", "")), text, replacement, 1, 0 if "g" in flags else 1)


@function("VARCHAR VARCHAR VARCHAR INTEGER INTEGER VARCHAR", "VARCHAR")
def regexp_replace_at(text: str, pattern: str, replacement: str, start: int, number: int, flags: str) -> str:
    if start <= 0:
        raise PgDomainError(BAD_PARAMETER, f'invalid value for parameter "start": {start}')
    if number < 0:
        raise PgDomainError(BAD_PARAMETER, f'invalid value for parameter "n": {number}')
    return _replaced(program(pattern, flags.replace("g", "")), text, replacement, start, number)


def _replaced(pattern: Program, text: str, replacement: str, start: int, number: int) -> str:
    """Replace match `number`, all where it is 0."""
    out, at = [], 0
    later = [found for found in pattern.matches(text) if found.start >= start - 1]
    for count, found in enumerate(later, 1):
        if number in (0, count):
            out += [text[at : found.start], _expanded(found, replacement)]
            at = found.end
    return "".join(out) + text[at:]


def _expanded(found: Match, replacement: str) -> str:
    def piece(match: re.Match[str]) -> str:
        mark = match[1]
        if mark == "&":
            return found.groups[0] or ""
        if mark in "123456789":
            return (found.groups[int(mark)] or "") if int(mark) < len(found.groups) else ""
        return "\\" if mark == "\\" else match[0]

    return re.sub(r"\\(.)", piece, replacement, flags=re.DOTALL)


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]")
def regexp_split(text: str, pattern: str, flags: str) -> list[str]:
    _refuse_global("regexp_split_to_array", flags)
    out, at = [], 0
    for found in program(pattern, flags).matches(text):
        # regexp_split ignores empty matches at the ends of the text and right after a match
        if found.end == found.start and (found.start in (at, len(text))):
            continue
        out.append(text[at : found.start])
        at = found.end
    return [*out, text[at:]]


@function("VARCHAR VARCHAR", "VARCHAR")
def regex_substring(text: str, pattern: str) -> str | None:
    """substring(text from pattern): the first group, or the whole match."""
    found = program(pattern, "").matches(text)
    return _groups(found[0])[0] if found else None


@function("VARCHAR VARCHAR INTEGER VARCHAR", "INTEGER")
def regexp_count(text: str, pattern: str, start: int, flags: str) -> int:
    if start <= 0:
        raise PgDomainError(BAD_PARAMETER, f'invalid value for parameter "start": {start}')
    return sum(found.start >= start - 1 for found in program(pattern, flags).matches(text))


@function("VARCHAR VARCHAR INTEGER INTEGER VARCHAR INTEGER", "VARCHAR")
def regexp_substr(text: str, pattern: str, start: int, number: int, flags: str, group: int) -> str | None:
    found = _nth(text, pattern, start, number, flags)
    return found.groups[group] if found is not None and group < len(found.groups) else None


@function("VARCHAR VARCHAR INTEGER INTEGER INTEGER VARCHAR", "INTEGER")
def regexp_instr(text: str, pattern: str, start: int, number: int, end: int, flags: str) -> int:
    if start > 0 < number and end not in (0, 1):
        raise PgDomainError(BAD_PARAMETER, f'invalid value for parameter "endoption": {end}')
    found = _nth(text, pattern, start, number, flags)
    if found is None:
        return 0
    return (found.end if end else found.start) + 1


def _nth(text: str, pattern: str, start: int, number: int, flags: str) -> Match | None:
    for name, value in (("start", start), ("n", number)):
        if value <= 0:
            raise PgDomainError(BAD_PARAMETER, f'invalid value for parameter "{name}": {value}')
    later = [found for found in program(pattern, flags).matches(text) if found.start >= start - 1]
    return later[number - 1] if number <= len(later) else None


@function("VARCHAR VARCHAR", "VARCHAR")
def like_escape(pattern: str, escape: str) -> str:
    """LIKE ... ESCAPE as a pattern whose escape is a backslash."""
    if len(escape) > 1:
        raise PgDomainError("22025", "invalid escape string", hint="Escape string must be empty or one character.")
    out, at = [], 0
    while at < len(pattern):
        char = pattern[at]
        if escape and char == escape:
            if at + 1 < len(pattern):
                out.append("\\" + pattern[at + 1])
            else:
                out.append("\\")
            at += 2
        else:
            out.append("\\\\" if char == "\\" else char)
            at += 1
    return "".join(out)


@function("VARCHAR VARCHAR", "BOOLEAN")
def like_to_the_end(text: str, pattern: str) -> bool:
    """LIKE where the pattern may end in a lone backslash, which is an error only for a text of which something is left there."""
    return like([ord(char) for char in text], [ord(char) for char in pattern])


ESCAPE, MANY, ONE = (ord(char) for char in "\\%_")


def like(text: Sequence[int], pattern: Sequence[int]) -> bool:
    """MatchText: of what each beginning of the pattern reaches, the places in the text."""
    places, at = {0}, 0
    while at < len(pattern):
        char, at = pattern[at], at + 1
        if char == MANY:
            places = set(range(min(places), len(text) + 1)) if places else places
            continue
        literal = char != ONE
        if char == ESCAPE:
            if at == len(pattern) and any(place < len(text) for place in places):
                raise PgDomainError("22025", "LIKE pattern must not end with escape character")
            if at == len(pattern):
                return False
            char, at = pattern[at], at + 1
        places = {place + 1 for place in places if place < len(text) and (not literal or text[place] == char)}
    return len(text) in places


@function("VARCHAR VARCHAR", "VARCHAR")
def similar_escape(pattern: str, escape: str) -> str:
    """similar_to_escape: a SIMILAR TO pattern as a regular expression; escape-quote pairs mark the part to extract."""
    if len(escape) > 1:
        raise PgDomainError("22025", "invalid escape string", hint="Escape string must be empty or one character.")
    marks = pattern.count(escape + '"') if escape else 0
    out, at, inside, seen = [], 0, False, 0
    while at < len(pattern):
        char = pattern[at]
        if escape and char == escape:
            at += 1
            if pattern[at : at + 1] == '"' and seen < 2:
                out.append(SEPARATORS[seen])
                seen += 1
            elif at < len(pattern):  # an escape that ends the pattern is dropped
                out.append("\\" + pattern[at])
        elif inside:
            inside = char != "]"
            out.append("\\\\" if char == "\\" else char)
        elif char == "%" and marks and not seen:
            out.append(".*?")  # what stands before the part to extract is as short as possible
        else:
            inside = char == "["
            out.append(SIMILAR.get(char, char))
        at += 1
    return f"^(?:{''.join(out)})$"


SEPARATORS = (")(", ")(?:")
SIMILAR = {"%": ".*", "_": ".", "(": "(?:", "\\": "\\\\", ".": "\\.", "^": "\\^", "$": "\\$"}
