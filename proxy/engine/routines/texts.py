"""Text functions that DuckDB lacks or does otherwise: format, initcap, quoting, patterns, encodings. Plain Python on one value.

Facts: src/backend/utils/adt (varlena.c, like.c, regexp.c, encode.c).
"""

from __future__ import annotations

import base64
import binascii
import re

from proxy.engine.routines.errors import PgDomainError
from proxy.pgtypes.names import quote_ident

_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def initcap(text: str) -> str:
    """First letter of every word upper, the rest lower; words are runs of letters and digits."""
    return _WORD.sub(lambda found: found[0][0].upper() + found[0][1:].lower(), text)


def quote_literal(text: str) -> str:
    """quote_literal()."""
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted


def quote_name(text: str) -> str:
    """quote_ident()."""
    return quote_ident(text)


def format_text(pattern: str, values: list[str | None]) -> str:
    """format(): %s, %I, %L, %%, positions and widths."""
    found: list[str] = []
    place, at = 0, 0
    spec = re.compile(r"%(?:(\d+)\$)?(-)?(\d+|\*(?:\d+\$)?)?([sIL%])")
    while at < len(pattern):
        if pattern[at] != "%":
            end = pattern.find("%", at)
            end = len(pattern) if end < 0 else end
            found.append(pattern[at:end])
            at = end
            continue
        match = spec.match(pattern, at)
        if match is None:
            raise PgDomainError("22023", 'unrecognized format() type specifier "' + pattern[at + 1 : at + 2] + '"')
        at = match.end()
        if match[4] == "%":
            found.append("%")
            continue
        if match[3] and match[3].startswith("*"):
            raise PgDomainError("0A000", "format() widths from arguments are not supported by the double")
        index = int(match[1]) - 1 if match[1] else place
        place = index + 1
        if index < 0:
            raise PgDomainError("22023", "format specifies argument 0, but arguments are numbered from 1")
        if index >= len(values):
            raise PgDomainError("22023", "too few arguments for format()")
        text = _formatted(match[4], values[index])
        width = int(match[3] or 0)
        found.append(text.ljust(width) if match[2] else text.rjust(width))
    return "".join(found)


def _formatted(kind: str, value: str | None) -> str:
    if kind == "L":
        return "NULL" if value is None else quote_literal(value)
    if value is None:
        if kind == "I":
            raise PgDomainError("22004", "null values cannot be formatted as an SQL identifier")
        return ""
    return quote_ident(value) if kind == "I" else value


def like_escape(pattern: str, escape: str) -> str:
    """A LIKE pattern with another escape character, rewritten to backslash."""
    if escape == "\\":
        return pattern
    if len(escape) > 1:
        raise PgDomainError("22025", "invalid escape string")
    if not escape:
        return pattern.replace("\\", "\\\\")
    found, after = [], False
    for char in pattern:
        if after:
            found.append("\\" + char)
            after = False
        elif char == escape:
            after = True
        else:
            found.append("\\\\" if char == "\\" else char)
    return "".join(found) + ("\\" if after else "")


def similar_pattern(pattern: str, escape: str | None = "\\") -> str:
    """A SIMILAR TO pattern as an anchored regular expression (similar_to_escape)."""
    if escape is not None and len(escape) > 1:
        raise PgDomainError("22025", "invalid escape string")
    found, after, in_class = ["^(?:"], False, False
    for char in pattern:
        if after:
            found.append("\\" + char)
            after = False
        elif escape and char == escape:
            after = True
        elif in_class:
            found.append("\\\\" if char == "\\" else char)
            in_class = char != "]"
        elif char == "[":
            found.append(char)
            in_class = True
        elif char == "%":
            found.append(".*")
        elif char == "_":
            found.append(".")
        elif char == "(":
            found.append("(?:")
        elif char in "\\.^$":
            found.append("\\" + char)
        else:
            found.append(char)
    return "".join(found) + ")$"


def regex_pattern(pattern: str, flags: str = "") -> str:
    """An advanced regular expression as RE2 reads it. Raises PgDomainError for what RE2 has not."""
    if re.search(r"\(\?[=!<]", pattern) or re.search(r"(?<!\\)(?:\\\\)*\\[1-9]", pattern):
        raise PgDomainError(
            "0A000", "regular expressions with look-around or back-references are not supported by the double"
        )
    translated = re.sub(
        r"\\(.)",
        lambda found: {"m": r"\b", "M": r"\b", "y": r"\b", "Y": r"\B", "Z": r"\z"}.get(found[1], found[0]),
        pattern,
    )
    translated = translated.replace("[[:<:]]", r"\b").replace("[[:>:]]", r"\b")
    mode = "s"
    for flag in flags:
        if flag == "i":
            mode += "i"
        elif flag in ("n", "m"):
            mode = mode.replace("s", "") + "m"
        elif flag not in ("g", "c", "s", "e", "t"):
            raise PgDomainError("22023", f'invalid regular expression option: "{flag}"')
    inner = re.match(r"^\(\?([a-z]+)\)", translated)
    if inner and inner[1] in ("i",):
        mode += "i"
        translated = translated[inner.end() :]
    return f"(?{mode}){translated}" if mode else translated


def replacement(text: str) -> str:
    """regexp_replace's replacement: `\\&` is RE2's `\\0`."""
    return text.replace("\\&", "\\0")


def without_groups(text: str, groups: int) -> str:
    """A replacement without references to groups that the pattern has not: they stand for nothing."""
    return re.sub(r"\\(\d)", lambda found: found[0] if int(found[1]) <= groups else "", text)


def group_count(pattern: str) -> int:
    """Capturing groups of a pattern."""
    return len(re.findall(r"(?<!\\)(?:\\\\)*\((?!\?)", re.sub(r"\[[^\]]*\]", "", pattern)))


def encode(data: bytes, kind: str) -> str:
    """encode(bytea, format)."""
    word = kind.lower()
    if word == "hex":
        return data.hex()
    if word == "base64":
        text = base64.b64encode(data).decode()
        return "\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    if word == "escape":
        return "".join("\\\\" if b == 92 else chr(b) if 0 < b < 128 else f"\\{b:03o}" for b in data)
    raise PgDomainError("22023", f'unrecognized encoding: "{kind}"')


def decode(text: str, kind: str) -> bytes:
    """decode(text, format)."""
    word = kind.lower()
    try:
        if word == "hex":
            return bytes.fromhex("".join(text.split()))
        if word == "base64":
            return base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error) as error:
        raise PgDomainError("22023", f"invalid {word} data") from error
    if word == "escape":
        return re.sub(rb"\\(\d{3}|\\)", lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1], 8)]), text.encode())
    raise PgDomainError("22023", f'unrecognized encoding: "{kind}"')


def array_text(items: list[str | None]) -> str:
    """array_out of elements already printed."""
    return "{" + ",".join("NULL" if item is None else _element(item) for item in items) + "}"


def _element(text: str) -> str:
    if text and text.upper() != "NULL" and not re.search(r'[{},"\\\s]', text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def row_text(items: list[str | None]) -> str:
    """record_out of fields already printed."""
    parts = []
    for item in items:
        if item is None:
            parts.append("")
        elif item == "" or re.search(r'[(),"\\\s]', item):
            parts.append('"' + item.replace("\\", "\\\\").replace('"', '""') + '"')
        else:
            parts.append(item)
    return "(" + ",".join(parts) + ")"
