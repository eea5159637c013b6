"""Small functions about the server's own things: sizes as text, encodings, defaults of arguments, what an input function says.

Refuses to look anything up. Facts: src/backend/utils/adt/dbsize.c, ascii.c, name.c, misc.c, like_match.c.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from policies.errors import PgError
from proxy.catalog.versions import Since, since
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.numeric import bounded
from proxy.engine.functions.udf import function
from proxy.pgtypes import InputSettings, read_text
from proxy.pgtypes.integers import c_number

NAME_BYTES = 63
UNITS = {"": 0, "bytes": 0, "b": 0, "kb": 10, "mb": 20, "gb": 30, "tb": 40, "pb": 50}
SIZE = re.compile(
    r"[ \t\n\v\f\r]*+([+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++))(?:[eE]([+-]?[0-9]++))?[ \t\n\v\f\r]*+(.*)", re.DOTALL
)
# encoding -> its number, the first byte that has a letter, and the letters
ASCII = {
    "LATIN1": (8, 160, "  cL Y  \"Ca  -R     'u .,      ?AAAAAAACEEEEIIII NOOOOOxOUUUUYTBaaaaaaaceeeeiiii nooooo/ouuuuyty"),
    "LATIN2": (9, 160, " A L LS \"SSTZ-ZZ a,l'ls ,sstz\"zzRAAAALCCCEEEEIIDDNNOOOOxRUUUUYTBraaaalccceeeeiiddnnoooo/ruuuuyt."),
    "LATIN9": (16, 160, "  cL YS sCa  -R     Zu .z   EeY?AAAAAAACEEEEIIII NOOOOOxOUUUUYTBaaaaaaaceeeeiiii nooooo/ouuuuyty"),
    "WIN1250": (29, 128, "  ' \"    %S<STZZ `'\"\".--  s>stzz   L A  \"CS  -RZ  ,l'u .,as L\"lz"
                         "RAAAALCCCEEEEIIDDNNOOOOxRUUUUYTBraaaalccceeeeiiddnnoooo/ruuuuyt "),
}  # fmt: skip


@function("VARCHAR INTEGER", "BIGINT")
def size_bytes(text: str, version: int) -> int:
    """pg_size_bytes."""
    named = since(version, Since.SIZE_IN_B)
    match = SIZE.fullmatch(text)
    if match is None:
        raise PgDomainError("22023", f'invalid size: "{text}"')
    unit = match[3].rstrip(" \t\n\v\f\r")
    if unit.lower() not in UNITS or (unit.lower() == "b" and not named):
        raise PgDomainError(
            "22023", f'invalid size: "{text}"', f'Invalid size unit: "{unit}".',
            'Valid units are "bytes", ' + ('"B", ' if named else "") + '"kB", "MB", "GB", "TB", and "PB".',
        )  # fmt: skip
    power = c_number(match[2] or "0")[0]
    if abs(power) > 1000:
        raise PgDomainError("22003", "value overflows numeric format")
    size = Decimal(f"{match[1]}e{power}") * 2 ** UNITS[unit.lower()]
    found = bounded(size.to_integral_value(ROUND_HALF_UP))
    if not -(2**63) <= found < 2**63:
        raise PgDomainError("22003", "bigint out of range")
    return found


@function("VARCHAR UINTEGER", "VARCHAR")
def name_with_oid(name: str, oid: int) -> str:
    """nameconcatoid: the name gives way to the number."""
    suffix = f"_{oid}"
    return name.encode()[: NAME_BYTES - len(suffix)].decode(errors="ignore") + suffix


@function("VARCHAR VARCHAR", "VARCHAR")
def to_ascii(text: str, encoding: str) -> str:
    """to_ascii: each byte of the text as if it were of that encoding."""
    if encoding not in ASCII:
        raise PgDomainError("0A000", f"encoding conversion from {encoding} to ASCII not supported")
    _, first, letters = ASCII[encoding]
    return "".join(
        chr(byte) if byte < 128 else " " if byte < first else letters[byte - first] for byte in text.encode()
    )


@function("VARCHAR INTEGER", "VARCHAR")
def argument_default(arguments: str, number: int) -> str | None:
    """The default of an input argument, out of what pg_get_function_arguments says."""
    inputs = [one for one in _split(arguments) if not re.match(r"OUT |TABLE\(", one)]
    if not 1 <= number <= len(inputs):
        return None
    _, _, default = inputs[number - 1].partition(" DEFAULT ")
    return default or None


def _split(text: str) -> list[str]:
    """At the commas that are in no bracket and no literal."""
    parts, depth, quoted, start = [], 0, "", 0
    for at, char in enumerate(text):
        if quoted:
            quoted = "" if char == quoted else quoted
        elif char in "'\"":
            quoted = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "," and not depth:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()] if text.strip() else []


@function("VARCHAR UINTEGER INTEGER VARCHAR", "VARCHAR[]")
def input_error(text: str, oid: int, typmod: int, timezone: str) -> list[str | None]:
    """What a built-in type's input function says of a text: message, detail, hint and SQLSTATE, all NULL where it takes it."""
    try:
        read_text(oid, text, None, typmod, InputSettings(timezone=timezone))
    except PgError as error:
        return [error.message, error.detail or None, error.hint or None, error.sqlstate]
    return [None] * 4


@function("BLOB BLOB", "BLOB")
def like_escape_bytes(pattern: bytes, escape: bytes) -> bytes:
    r"""like_escape over bytes: the pattern with \ for its escape character."""
    if len(escape) > 1:
        raise PgDomainError("22025", "invalid escape string", hint="Escape string must be empty or one character.")
    if escape == b"\\":
        return pattern
    out, literal = bytearray(), False
    for byte in pattern:
        if escape and byte == escape[0] and not literal:
            out += b"\\"
            literal = True
            continue
        if byte == 0x5C and not literal:
            out += b"\\"
        out.append(byte)
        literal = False
    return bytes(out)
