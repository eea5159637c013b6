"""interval: (months, days, microseconds) printed in the four IntervalStyles, and read from every form Postgres reads.

Refuses to know calendars. Facts: src/backend/utils/adt/datetime.c (DecodeInterval, DecodeISO8601Interval,
EncodeInterval) and timestamp.c (AdjustIntervalForTypmod).
"""

from __future__ import annotations

import struct

import numpy as np
import pyarrow as pa

from proxy.catalog.versions import Since
from proxy.pgtypes.arrow import as_bytes, validity, values
from proxy.pgtypes.codec import Codec, Input, Output, Raw
from proxy.pgtypes.errors import IntervalOverflow, StorageMismatch
from proxy.pgtypes.fields import Field, Fixed
from proxy.pgtypes.integers import check_length
from proxy.pgtypes.interval_input import bad_interval, infinite, is_endless, read_interval

HOUR_US, MINUTE_US, SECOND_US = 3_600_000_000, 60_000_000, 1_000_000
Parts = tuple[int, int, int]
INFINITE = ((2**63 - 1, 2**31 - 1, 2**31 - 1), (-(2**63), -(2**31), -(2**31)))  # micros, days, months


class Interval(Codec):
    """Arrives as STRUCT(months, days, micros), or as Arrow's own interval type."""

    def raw(self, column: pa.Array) -> list[Raw | None]:
        months, days, micros = _parts(column, self.name)
        valid = validity(column)
        flags = [True] * len(column) if valid is None else valid.tolist()
        rows = zip(months.tolist(), days.tolist(), micros.tolist(), flags)
        return [(month, day, micro) if is_valid else None for month, day, micro, is_valid in rows]

    def text(self, raw: Raw, output: Output) -> str:
        return interval_text(raw, output.settings.interval_style)

    def send(self, raw: Raw) -> bytes:
        months, days, micros = raw
        return struct.pack("!qii", micros, days, months)

    def send_column(self, column: pa.Array) -> Field:
        months, days, micros = _parts(column, self.name)
        return Fixed(
            np.hstack(
                (
                    as_bytes(micros.astype(">i8"), 8),
                    as_bytes(days.astype(">i4"), 4),
                    as_bytes(months.astype(">i4"), 4),
                )
            ),
            validity(column),
        )

    def read(self, text: str, context: Input) -> str:
        if is_endless(text) and not context.has(Since.INFINITE_INTERVALS):
            raise bad_interval(text)
        return interval_text(
            adjusted(read_interval(text, context.settings, context.typmod), context.typmod), "postgres"
        )

    def parsed(self, text: str, context: Input) -> Raw:
        return read_interval(text, context.settings, -1)

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, 16)
        micros, days, months = struct.unpack("!qii", data)
        if (micros, days, months) in INFINITE:
            raise infinite()
        return interval_text(adjusted((months, days, micros), context.typmod), "postgres")

    def engine(self, text: str) -> object:
        months, days, micros = read_interval(text, Input().settings, -1)
        return f"{months} months {days} days {micros} microseconds"


def _parts(column: pa.Array, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    kind = column.type
    if pa.types.is_struct(kind) and kind.num_fields == 3:
        months, days, micros = (column.field(at) for at in range(3))
        return values(months, "<i4"), values(days, "<i4"), values(micros.cast(pa.int64()), "<i8")
    if kind == pa.month_day_nano_interval():
        rows = values(column, np.dtype([("months", "<i4"), ("days", "<i4"), ("nanos", "<i8")]))
        return rows["months"], rows["days"], rows["nanos"] // 1000
    if pa.types.is_null(kind):
        none = np.zeros(len(column), dtype=np.int64)
        return none, none, none
    raise StorageMismatch(f"a column of type {name} arrived as {kind}")


def adjusted(parts: Parts, typmod: int) -> Parts:
    """interval(p) and `interval year to month`: fields below the last are cut, the fraction is rounded."""
    if typmod < 0:
        return parts
    months, days, micros = parts
    mask, precision = (typmod >> 16) & 0x7FFF, typmod & 0xFFFF
    if mask != 0x7FFF:
        lowest = next((name for name, bit in LOWEST_FIRST if mask & bit), "second")
        if lowest == "year":
            return _truncate(months, 12), 0, 0
        if lowest == "month":
            return months, 0, 0
        if lowest == "day":
            return months, days, 0
        micros = _truncate(micros, {"hour": HOUR_US, "minute": MINUTE_US}.get(lowest, 1))
    if precision < 6:
        unit = 10 ** (6 - precision)
        magnitude = (abs(micros) + unit // 2) // unit * unit
        micros = magnitude if micros >= 0 else -magnitude
    return months, days, micros


LOWEST_FIRST = (
    ("second", 1 << 12),
    ("minute", 1 << 11),
    ("hour", 1 << 10),
    ("day", 1 << 3),
    ("month", 1 << 1),
    ("year", 1 << 2),
)


def _truncate(number: int, unit: int) -> int:
    return number // unit * unit if number >= 0 else -(-number // unit * unit)


def interval_text(parts: Parts, style: str) -> str:
    """EncodeInterval."""
    months, days, micros = parts
    if not (-(2**31) <= months < 2**31 and -(2**31) <= days < 2**31 and -(2**63) <= micros < 2**63):
        raise IntervalOverflow("interval field value out of range")
    years, months = _divided(months, 12)
    hours, rest = _divided(micros, HOUR_US)
    minutes, rest = _divided(rest, MINUTE_US)
    encode = {"sql_standard": _sql_standard, "iso_8601": _iso_8601, "postgres_verbose": _verbose}.get(style, _postgres)
    return encode((years, months, days, hours, minutes, rest))


Broken = tuple[int, int, int, int, int, int]


def _postgres(parts: Broken) -> str:
    years, months, days, hours, minutes, micros = parts
    words: list[str] = []
    before_negative = False
    for value, unit in ((years, "year"), (months, "mon"), (days, "day")):
        if value:
            sign = "+" if before_negative and value > 0 else ""
            words.append(f"{sign}{value} {unit}{'' if value == 1 else 's'}")
            before_negative = value < 0
    if not words or hours or minutes or micros:
        negative = hours < 0 or minutes < 0 or micros < 0
        sign = "-" if negative else "+" if before_negative else ""
        words.append(f"{sign}{abs(hours):02d}:{abs(minutes):02d}:{_seconds(abs(micros), 2)}")
    return " ".join(words)


def _verbose(parts: Broken) -> str:
    years, months, days, hours, minutes, micros = parts
    words = ["@"]
    ago = False
    first = True
    for value, unit in ((years, "year"), (months, "mon"), (days, "day"), (hours, "hour"), (minutes, "min")):
        if value:
            if first:
                ago, value = value < 0, abs(value)
                first = False
            elif ago:
                value = -value
            words.append(f"{value} {unit}{'' if value == 1 else 's'}")
    if micros:
        shown = abs(micros)
        if first:
            ago = micros < 0
            sign = ""
        else:
            sign = "-" if (micros < 0) != ago else ""
        words.append(f"{sign}{_seconds(shown, 1)} sec{'' if shown == SECOND_US else 's'}")
        first = False
    if first:
        words.append("0")
    return " ".join(words) + (" ago" if ago else "")


def _iso_8601(parts: Broken) -> str:
    years, months, days, hours, minutes, micros = parts
    if not any(parts):
        return "PT0S"
    date = "".join(f"{value}{unit}" for value, unit in ((years, "Y"), (months, "M"), (days, "D")) if value)
    time = "".join(f"{value}{unit}" for value, unit in ((hours, "H"), (minutes, "M")) if value)
    if micros:
        time += f"{'-' if micros < 0 else ''}{_seconds(abs(micros), 1)}S"
    return f"P{date}{'T' + time if time else ''}"


def _sql_standard(parts: Broken) -> str:
    years, months, days, hours, minutes, micros = parts
    has_negative, has_positive = any(part < 0 for part in parts), any(part > 0 for part in parts)
    year_month, day_time = bool(years or months), bool(days or hours or minutes or micros)
    if not has_negative and not has_positive:
        return "0"
    time = f"{abs(minutes):02d}:{_seconds(abs(micros), 2)}"
    if (year_month and day_time) or (has_negative and has_positive):
        signs = ["-" if min(group) < 0 else "+" for group in ((years, months), (days,), (hours, minutes, micros))]
        return f"{signs[0]}{abs(years)}-{abs(months)} {signs[1]}{abs(days)} {signs[2]}{abs(hours)}:{time}"
    sign = "-" if has_negative else ""
    if year_month:
        return f"{sign}{abs(years)}-{abs(months)}"
    return f"{sign}{abs(days)} {abs(hours)}:{time}" if days else f"{sign}{abs(hours)}:{time}"


def _seconds(micros: int, width: int) -> str:
    seconds, fraction = divmod(micros, SECOND_US)
    text = f"{seconds:0{width}d}"
    return f"{text}.{fraction:06d}".rstrip("0") if fraction else text


def _divided(number: int, unit: int) -> tuple[int, int]:
    """Quotient towards zero and the rest with the number's sign."""
    quotient = abs(number) // unit
    rest = abs(number) % unit
    return (quotient, rest) if number >= 0 else (-quotient, -rest)
