"""numeric: exact decimals, from DECIMAL columns (with their scale) or from columns of canonical text.

Refuses to know arithmetic. Facts: src/backend/utils/adt/numeric.c: groups of four decimal digits, a weight and a
display scale; the typmod holds precision and an 11-bit signed scale; rounding is half away from zero.
"""

from __future__ import annotations

import re
import struct
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from proxy.pgtypes import core
from proxy.pgtypes.arrow import binary_array, validity, values
from proxy.pgtypes.codec import Codec, Input, Output, Raw, patched
from proxy.pgtypes.errors import (
    InvalidBinary,
    NumericOutOfRange,
    StorageMismatch,
    invalid_input,
    short_message,
)
from proxy.pgtypes.fields import Field
from proxy.pgtypes.integers import SPACE, TOO_LARGE, excess, plain, read_whole, whole_of

NUMBER = re.compile(r"([+-]?)([0-9](?:_?[0-9])*)?(?:\.([0-9](?:_?[0-9])*)?)?(?:[eE]([+-]?[0-9](?:_?[0-9])*))?")
BASE = 10_000
POSITIVE, NEGATIVE, NAN, INFINITY, MINUS_INFINITY = 0x0000, 0x4000, 0xC000, 0xD000, 0xF000
SPECIAL = {"NaN": NAN, "Infinity": INFINITY, "-Infinity": MINUS_INFINITY}
SPECIAL_TEXT = {code: text for text, code in SPECIAL.items()}
SPECIAL_WORDS = {
    "nan": "NaN",
    "inf": "Infinity",
    "+inf": "Infinity",
    "infinity": "Infinity",
    "+infinity": "Infinity",
    "-inf": "-Infinity",
    "-infinity": "-Infinity",
}
MAX_WHOLE_DIGITS = 131_072
MAX_BITS = 435_411  # of a number of so many digits
MAX_SCALE = 16_383
POWER_OVERFLOWS = 2**30  # whatever stands before it
HEADER = struct.Struct("!hhHH")
INFINITE_SCALE = 32  # what NUMERIC_DSCALE reads from the header of an infinity
EXACT = Context(prec=300_000, Emax=999_999, Emin=-999_999)


class Numeric(Codec):
    """Arrives as decimal128 (Postgres' digits at the type's scale), as any integer, or as canonical text."""

    def raw(self, column: pa.Array) -> list[Raw | None]:
        return [None if value is None else canonical(value) for value in column.to_pylist()]

    def send(self, raw: Raw) -> bytes:
        return send_numeric(raw)

    def text_column(self, column: pa.Array, output: Output) -> Field:
        kind = column.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            return column
        if pa.types.is_integer(kind) or pa.types.is_null(kind):
            return pc.cast(column, pa.string())
        if not pa.types.is_decimal(kind):
            raise StorageMismatch(f"a column of type {self.name} arrived as {kind}")
        written = core.written(core.NUMBERS, column, pa.string(), scale=kind.scale) if kind.bit_width == 128 else None
        if written is not None:
            return written
        printed = pc.cast(column, pa.string())
        if kind.scale <= 6:
            return printed
        # Arrow prints small numbers of a large scale with an exponent.
        special = pc.fill_null(pc.match_substring(printed, "E"), False).to_numpy(zero_copy_only=False)
        if not special.any():
            return printed
        return patched(printed, special, [canonical(value) for value in column.filter(pa.array(special)).to_pylist()])

    def send_column(self, column: pa.Array) -> Field:
        kind = column.type
        if pa.types.is_decimal128(kind) and kind.scale <= 16:
            sent = core.written(core.NUMERICS, column, pa.binary(), scale=kind.scale)
            if sent is not None:
                return sent
            words = values(column, "<i8,<i8")
            low, high = words["f0"], words["f1"]
            valid = validity(column)
            fits = (low >> 63) == high
            if (fits if valid is None else fits | ~valid).all():
                sent = _send_small(low, kind.scale, valid)
                if sent is not None:
                    return sent
        return super().send_column(column)

    def read(self, text: str, context: Input) -> str:
        number = parse_numeric(text)
        if not plain(text, context):
            raise invalid_input(self.name, text)
        return apply_typmod(number, context.typmod)

    def receive(self, data: bytes, context: Input) -> str:
        return apply_typmod(receive_numeric(data), context.typmod)


def canonical(value: Decimal | int | str) -> str:
    """A number in plain digits with all digits of its scale."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    text = f"{value:f}"
    return text[1:] if text.startswith("-") and not value else text


def parse_numeric(text: str) -> str:
    """numeric_in without a typmod. Raises InvalidText, NumericOutOfRange."""
    word = text.strip(SPACE)
    if word.lower() in SPECIAL_WORDS:
        return SPECIAL_WORDS[word.lower()]
    match = NUMBER.fullmatch(word)
    if match is None or (match[2] is None and match[3] is None):
        whole = read_whole(text, MAX_BITS)
        if whole is None:
            raise invalid_input("numeric", text)
        if abs(whole) == TOO_LARGE or whole.bit_length() > MAX_BITS:
            raise NumericOutOfRange("value overflows numeric format")
        return str(Decimal(whole))  # int's own way gives up at some thousand digits
    sign, whole_digits, fraction = match[1], (match[2] or "").replace("_", ""), (match[3] or "").replace("_", "")
    power = _power(match[4] or "0")
    digits, scale = whole_digits + fraction, len(fraction) - power
    if abs(power) < POWER_OVERFLOWS and not digits.strip("0"):
        scale = max(scale, 0)  # no digits of a zero are beyond those that a numeric has
    if scale > MAX_SCALE or -scale > MAX_WHOLE_DIGITS:
        raise NumericOutOfRange("value overflows numeric format")
    return _plain(sign, digits, scale)


def _power(text: str) -> int:
    """An exponent."""
    number = whole_of(text.lstrip("+-").replace("_", ""))
    return -number if text.startswith("-") else number


def _plain(sign: str, digits: str, scale: int) -> str:
    """Digits with the point `scale` places from the right. Raises NumericOutOfRange."""
    if scale < 0:
        digits += "0" * -scale
        scale = 0
    padded = digits.rjust(scale + 1, "0")
    whole = padded[: len(padded) - scale].lstrip("0") or "0"
    if len(whole) > MAX_WHOLE_DIGITS:
        raise NumericOutOfRange("value overflows numeric format")
    fraction = padded[len(padded) - scale :] if scale else ""
    body = f"{whole}.{fraction}" if fraction else whole
    return f"-{body}" if sign == "-" and body.strip("0.") else body


def apply_typmod(text: str, typmod: int) -> str:
    """numeric(precision, scale) of a canonical text. Raises NumericOutOfRange as Postgres words it."""
    if typmod < 4 or text == "NaN":
        return text
    precision, scale = ((typmod - 4) >> 16) & 0xFFFF, (((typmod - 4) & 0x7FF) ^ 1024) - 1024
    detail = f"A field with precision {precision}, scale {scale}"
    if text in SPECIAL:
        raise NumericOutOfRange("numeric field overflow", detail=f"{detail} cannot hold an infinite value.")
    rounded = Decimal(text).quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP, context=EXACT)
    if rounded and rounded.adjusted() >= precision - scale:
        limit = f"10^{precision - scale}" if precision != scale else "1"
        raise NumericOutOfRange(
            "numeric field overflow", detail=f"{detail} must round to an absolute value less than {limit}."
        )
    return canonical(rounded)


def send_numeric(text: str) -> bytes:
    """numeric_send of a canonical text."""
    if text in SPECIAL:
        return HEADER.pack(0, 0, SPECIAL[text], 0 if text == "NaN" else INFINITE_SCALE)
    sign = NEGATIVE if text.startswith("-") else POSITIVE
    whole, _, fraction = text.lstrip("-").partition(".")
    whole = whole.lstrip("0")
    padded = whole.rjust(-(-len(whole) // 4) * 4, "0") + fraction.ljust(-(-len(fraction) // 4) * 4, "0")
    groups = [int(padded[at : at + 4]) for at in range(0, len(padded), 4)]
    weight = -(-len(whole) // 4) - 1
    while groups and groups[0] == 0:
        groups.pop(0)
        weight -= 1
    while groups and groups[-1] == 0:
        groups.pop()
    if not groups:
        return HEADER.pack(0, 0, POSITIVE, len(fraction))
    return HEADER.pack(len(groups), weight, sign, len(fraction)) + struct.pack(f"!{len(groups)}h", *groups)


def receive_numeric(data: bytes) -> str:
    """numeric_recv as canonical text. Raises InvalidBinary."""
    if len(data) < HEADER.size:
        raise short_message()
    count, weight, sign, scale = HEADER.unpack_from(data)
    if sign not in (POSITIVE, NEGATIVE, NAN, INFINITY, MINUS_INFINITY):
        raise InvalidBinary('invalid sign in external "numeric" value')
    if scale > MAX_SCALE:
        raise InvalidBinary('invalid scale in external "numeric" value')
    if count < 0 or len(data) < HEADER.size + 2 * count:
        raise short_message()
    if len(data) > HEADER.size + 2 * count:
        raise excess()
    if sign in SPECIAL_TEXT:
        return SPECIAL_TEXT[sign]
    groups = struct.unpack_from(f"!{count}h", data, HEADER.size)
    if any(not 0 <= group < BASE for group in groups):
        raise InvalidBinary('invalid digit in external "numeric" value')
    digits = "".join(f"{group:04d}" for group in groups)
    point = 4 * (weight + 1)
    whole = digits[: max(point, 0)].ljust(max(point, 0), "0").lstrip("0") or "0"
    fraction = ("0" * max(-point, 0) + digits[max(point, 0) :]).ljust(scale, "0")[:scale]
    body = f"{whole}.{fraction}" if fraction else whole
    return f"-{body}" if sign == NEGATIVE and body.strip("0.") else body


def _send_small(unscaled: npt.NDArray[np.int64], scale: int, valid: npt.NDArray[np.bool_] | None) -> Field | None:
    """numeric_send of 64-bit unscaled values; None where aligning the point to four digits would overflow."""
    pad = -scale % 4
    fraction_groups = (scale + pad) // 4
    number = np.where(valid, unscaled, 0) if valid is not None else unscaled
    if len(number) and (number.min() < -(2**62) // 10**pad or number.max() > 2**62 // 10**pad):
        return None
    rest = np.abs(number) * 10**pad
    slots = max(fraction_groups, _groups_of(int(rest.max()) if len(rest) else 0))
    # Column by column: numpy is slow along short rows.
    first, last = np.full(len(rest), slots, dtype=np.int8), np.zeros(len(rest), dtype=np.int8)
    words = np.empty((len(rest), 4 + slots), dtype=">i2")
    for slot in range(slots - 1, -1, -1):
        above = rest // BASE
        group = rest - above * BASE
        words[:, 4 + slot] = group
        used, rest = group != 0, above
        first[used] = slot
        np.maximum(last, np.where(used, np.int8(slot + 1), np.int8(0)), out=last)
    words[:, 0] = np.maximum(last - first, 0)
    words[:, 1] = np.where(last > 0, slots - fraction_groups - 1 - first, 0)
    words[:, 2] = np.where(number < 0, NEGATIVE, POSITIVE)
    words[:, 3] = scale
    keep = np.empty((len(number), 4 + slots), dtype=np.bool_)
    keep[:, :4] = True
    for slot in range(slots):
        keep[:, 4 + slot] = (first <= slot) & (slot < last)
    if valid is not None:
        keep &= valid[:, None]
    lengths = np.where(True if valid is None else valid, 8 + 2 * np.maximum(last - first, 0).astype(np.int64), 0)
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))
    return binary_array(words[keep].view(np.uint8), offsets, valid)


def _groups_of(largest: int) -> int:
    """How many groups of four digits a whole number has."""
    return -(-len(str(largest)) // 4) if largest else 0
