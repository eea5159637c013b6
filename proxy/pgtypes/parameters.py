"""Values from clients: parameters in either format, literals, and what the engine binds for them.

The canonical text of a value is what Postgres would print for it in DateStyle ISO, IntervalStyle postgres, TimeZone
UTC and extra_float_digits 1; reg* are their OIDs. Refuses to know statements; every error is a PgError with Postgres'
SQLSTATE and words.
"""

from __future__ import annotations

import re
from dataclasses import replace

from proxy.catalog.model import Catalog, TypeRow
from proxy.pgtypes.codec import Input
from proxy.pgtypes.errors import InvalidBinary, InvalidParameterValue
from proxy.pgtypes.registry import codec_of
from proxy.pgtypes.settings import DEFAULT_INPUT, InputSettings
from proxy.pgtypes.strings import decode_utf8

TEXT, BINARY = 0, 1
DATETIME_OIDS = frozenset((1082, 1083, 1114, 1184, 1266))
RELATIVE_WORD = re.compile(r"\b(now|today|tomorrow|yesterday)\b", re.IGNORECASE)


def read_text(
    type_oid: int, text: str, catalog: Catalog | None, typmod: int = -1, settings: InputSettings = DEFAULT_INPUT
) -> str:
    """The type's input function: client text to canonical text. Raises PgError."""
    return codec_of(type_oid, catalog).read(text, _context(type_oid, catalog, typmod, settings))


def parameter_text(
    type_row: TypeRow,
    format_code: int,
    data: bytes | None,
    catalog: Catalog | None,
    settings: InputSettings = DEFAULT_INPUT,
    index: int = 1,
) -> str | None:
    """A bound parameter as canonical text; None is NULL. index: 1-based, for messages. Raises PgError."""
    if data is None:
        return None
    if format_code == TEXT:
        return read_text(type_row.oid, decode_utf8(data), catalog, -1, settings)
    if format_code != BINARY:
        raise InvalidParameterValue(f"unsupported format code: {format_code}")
    try:
        return codec_of(type_row.oid, catalog).receive(data, _context(type_row.oid, catalog, -1, settings))
    except InvalidBinary as error:
        if error.message.endswith("in bind parameter"):
            raise InvalidBinary(f"{error.message} {index}") from None
        raise


def engine_value(type_row: TypeRow | int, canonical_text: str | None, catalog: Catalog | None = None) -> object:
    """What is bound to the engine: text that its CAST to the storage type reads; arrays: nested lists; bytea: bytes."""
    if canonical_text is None:
        return None
    oid = type_row if isinstance(type_row, int) else type_row.oid
    return codec_of(oid, catalog).engine(canonical_text)


def decode_parameter(
    type_row: TypeRow,
    format_code: int,
    data: bytes | None,
    catalog: Catalog | None,
    settings: InputSettings = DEFAULT_INPUT,
    index: int = 1,
) -> object:
    """A bound parameter as the engine's value: `engine_value` of `parameter_text`."""
    return engine_value(type_row, parameter_text(type_row, format_code, data, catalog, settings, index), catalog)


def is_relative(type_oid: int, text: str) -> bool:
    """Whether a date or time literal depends on the clock ('now', 'today', …): such a statement is volatile."""
    return type_oid in DATETIME_OIDS and RELATIVE_WORD.search(text) is not None


def _context(type_oid: int, catalog: Catalog | None, typmod: int, settings: InputSettings) -> Input:
    """A domain's values are read with its own typmod."""
    if catalog is not None and catalog.version != settings.version:
        settings = replace(settings, version=catalog.version)
    context = Input(settings, catalog, typmod)
    row = catalog.types.get(type_oid) if catalog is not None else None
    while catalog is not None and row is not None and row.kind == "d":
        if row.typmod >= 0:
            return replace(context, typmod=row.typmod)
        row = catalog.types.get(row.base)
    return context
