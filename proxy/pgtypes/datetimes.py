"""date, time, timetz, timestamp and timestamptz as Postgres prints and sends them.

Raw values are days or microseconds since 1970 as the engine's Arrow columns hold them; refuses to know how text is
read (datetime_input.py). Facts: src/backend/utils/adt/datetime.c (EncodeDateOnly, EncodeDateTime) and the wire's
epoch, 2000-01-01.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from proxy.pgtypes import core
from proxy.pgtypes.arrow import as_bytes, conform, validity, values
from proxy.pgtypes.calendar import DAY_US, INFINITY_DATE, INFINITY_TIMESTAMP, civil, round_us
from proxy.pgtypes.codec import Codec, Input, Output, Raw, patched
from proxy.pgtypes.datetime_input import read_date, read_time, read_timestamp, read_timetz
from proxy.pgtypes.errors import DatetimeOverflow, FeatureNotSupported
from proxy.pgtypes.fields import Field, Fixed
from proxy.pgtypes.integers import check_length
from proxy.pgtypes.settings import OutputSettings
from proxy.pgtypes.timezones import (
    TABLE_FROM_S,
    TABLE_TO_S,
    offset_at,
    offset_text,
    offsets_of,
    zone,
)

EPOCH_DAYS = 10_957  # 2000-01-01
EPOCH_US = EPOCH_DAYS * DAY_US
YEAR_1, YEAR_10000 = -719_162, 2_932_897  # days: what Arrow prints as Postgres does lies between
INT32_MAX, INT64_MAX = 2**31 - 1, 2**63 - 1
ENGINE_LAST = INT64_MAX  # infinity; Postgres counts from 2000, the engine from 1970
WEEKDAYS = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Date(Codec):
    """Days since 1970; the engine marks infinity with +-(2**31 - 1), the wire with the ends of int32."""

    def raw(self, column: pa.Array) -> list[Raw | None]:
        days: list[int | None] = conform(column, pa.date32(), self.name).view(pa.int32()).to_pylist()
        return list(days)

    def text(self, raw: Raw, output: Output) -> str:
        return date_text(raw, output.settings)

    def send(self, raw: Raw) -> bytes:
        if abs(raw) == INFINITY_DATE:
            return struct.pack("!i", INT32_MAX if raw > 0 else -INT32_MAX - 1)
        return struct.pack("!i", raw - EPOCH_DAYS)

    def text_column(self, column: pa.Array, output: Output) -> Field:
        if output.settings.style != "iso":
            return super().text_column(column, output)
        column = conform(column, pa.date32(), self.name)
        days = values(column, "<i4")
        special = _and_valid((days < YEAR_1) | (days >= YEAR_10000), column)
        if not special.any():
            return pc.cast(column, pa.string())
        printed = pc.cast(
            pc.if_else(pa.array(special), pa.scalar(0, pa.int32()).cast(pa.date32()), column), pa.string()
        )
        return patched(printed, special, [self.text(int(day), output) for day in days[special]])

    def send_column(self, column: pa.Array) -> Field:
        column = conform(column, pa.date32(), self.name)
        days = values(column, "<i4").astype(np.int64)
        sent = np.where(
            days == INFINITY_DATE, INT32_MAX, np.where(days == -INFINITY_DATE, -INT32_MAX - 1, days - EPOCH_DAYS)
        )
        return Fixed(as_bytes(sent.astype(">i4"), 4), validity(column))

    def read(self, text: str, context: Input) -> str:
        return date_text(read_date(text, context.settings), OutputSettings())

    def parsed(self, text: str, context: Input) -> Raw:
        return read_date(text, context.settings)

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, 4)
        days = struct.unpack("!i", data)[0]
        if days in (INT32_MAX, -INT32_MAX - 1):
            return "infinity" if days > 0 else "-infinity"
        if not -2_451_545 <= days < 2_147_483_647 - 2_451_545:
            raise DatetimeOverflow("date out of range")
        return date_text(days + EPOCH_DAYS, OutputSettings())

    def engine(self, text: str) -> object:
        return engine_text(text)


class Time(Codec):
    """Microseconds since midnight."""

    def raw(self, column: pa.Array) -> list[Raw | None]:
        times: list[int | None] = conform(column, pa.time64("us"), self.name).view(pa.int64()).to_pylist()
        return list(times)

    def text(self, raw: Raw, output: Output) -> str:
        return time_text(raw)

    def send(self, raw: Raw) -> bytes:
        return struct.pack("!q", raw)

    def text_column(self, column: pa.Array, output: Output) -> Field:
        column = conform(column, pa.time64("us"), self.name)
        times = values(column, "<i8")
        special = _and_valid(times >= DAY_US, column)
        if special.any():
            return super().text_column(column, output)
        return _without_trailing_zeros(pc.cast(column, pa.string()))

    def send_column(self, column: pa.Array) -> Field:
        column = conform(column, pa.time64("us"), self.name)
        return Fixed(as_bytes(values(column, "<i8").astype(">i8"), 8), validity(column))

    def read(self, text: str, context: Input) -> str:
        return time_text(round_us(read_time(text, context.settings), context.typmod))

    def parsed(self, text: str, context: Input) -> Raw:
        return read_time(text, context.settings)

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, 8)
        micros = struct.unpack("!q", data)[0]
        if not 0 <= micros <= DAY_US:
            raise DatetimeOverflow("time out of range")
        return time_text(round_us(micros, context.typmod))


class TimeTz(Codec):
    """Stored as text; on the wire the time and its zone in seconds west."""

    def send(self, raw: Raw) -> bytes:
        clock, offset = split_timetz(str(raw))
        return struct.pack("!qi", read_time(clock, Input().settings), -offset)

    def read(self, text: str, context: Input) -> str:
        micros, offset = read_timetz(text, context.settings)
        return time_text(round_us(micros, context.typmod)) + offset_text(offset)

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, 12)
        micros, west = struct.unpack("!qi", data)
        return time_text(round_us(micros, context.typmod)) + offset_text(-west)


class Timestamp(Codec):
    """Microseconds since 1970, without or with a time zone; infinity is +-(2**63 - 1), on the wire int64's ends."""

    def __init__(self, name: str, *, zoned: bool) -> None:
        super().__init__(name)
        self.zoned = zoned

    def raw(self, column: pa.Array) -> list[Raw | None]:
        micros: list[int | None] = self._micros(column).to_pylist()
        return list(micros)

    def text(self, raw: Raw, output: Output) -> str:
        return timestamp_text(raw, output.settings, zoned=self.zoned)

    def send(self, raw: Raw) -> bytes:
        if abs(raw) == INFINITY_TIMESTAMP:
            return struct.pack("!q", INT64_MAX if raw > 0 else -INT64_MAX - 1)
        return struct.pack("!q", raw - EPOCH_US)

    def text_column(self, column: pa.Array, output: Output) -> Field:
        if output.settings.style != "iso":
            return super().text_column(column, output)
        column = self._micros(column)
        micros = values(column, "<i8")
        low = TABLE_FROM_S * 1_000_000 if self.zoned else YEAR_1 * DAY_US
        high = TABLE_TO_S * 1_000_000 if self.zoned else YEAR_10000 * DAY_US
        special = _and_valid((micros < low) | (micros >= high), column)
        local = np.where(special, 0, micros)
        if self.zoned:
            offsets = offsets_of(zone(output.settings.timezone), np.floor_divide(local, 1_000_000))
            local = local + offsets * 1_000_000
            printed = pc.binary_join_element_wise(_local_text(local, column), _offset_texts(offsets), "")
        else:
            printed = _local_text(local, column)
        if not special.any():
            return printed
        return patched(printed, special, [self.text(int(value), output) for value in micros[special]])

    def send_column(self, column: pa.Array) -> Field:
        column = self._micros(column)
        micros = values(column, "<i8")
        ends = np.where(micros > 0, INT64_MAX, -INT64_MAX - 1)
        infinite = (micros == INFINITY_TIMESTAMP) | (micros == -INFINITY_TIMESTAMP)
        with np.errstate(over="ignore"):
            sent = np.where(infinite, ends, micros - EPOCH_US)
        return Fixed(as_bytes(sent.astype(">i8"), 8), validity(column))

    def read(self, text: str, context: Input) -> str:
        micros = round_us(read_timestamp(text, context.settings, zoned=self.zoned), context.typmod)
        return timestamp_text(micros, OutputSettings(), zoned=self.zoned)

    def parsed(self, text: str, context: Input) -> Raw:
        return read_timestamp(text, context.settings, zoned=self.zoned)

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, 8)
        micros = struct.unpack("!q", data)[0]
        if micros in (INT64_MAX, -INT64_MAX - 1):
            return "infinity" if micros > 0 else "-infinity"
        if not -211_813_488_000_000_000 <= micros < 9_223_371_331_200_000_000:
            raise DatetimeOverflow("timestamp out of range")
        return timestamp_text(round_us(micros + EPOCH_US, context.typmod), OutputSettings(), zoned=self.zoned)

    def engine(self, text: str) -> object:
        """Raises FeatureNotSupported for what Postgres' timestamps reach and the engine's do not."""
        if not -ENGINE_LAST <= self.parsed(text, Input()) <= ENGINE_LAST:
            raise FeatureNotSupported(
                f"values of type {self.name} after the year 294246 are not supported by the double",
                hint="Use an earlier one.",
            )
        return engine_text(text)

    def _micros(self, column: pa.Array) -> pa.Array:
        if not pa.types.is_timestamp(column.type):
            column = conform(column, pa.timestamp("us"), self.name)
        if column.type.unit != "us":
            column = column.cast(pa.timestamp("us", column.type.tz))
        return column.view(pa.int64())


def date_text(days: int, settings: OutputSettings) -> str:
    """EncodeDateOnly."""
    if abs(days) == INFINITY_DATE:
        return "infinity" if days > 0 else "-infinity"
    year, month, day = civil(days)
    era = " BC" if year <= 0 else ""
    shown = f"{1 - year if year <= 0 else year:04d}"
    if settings.style == "iso":
        return f"{shown}-{month:02d}-{day:02d}{era}"
    if settings.style == "german":
        return f"{day:02d}.{month:02d}.{shown}{era}"
    mark = "/" if settings.style == "sql" else "-"
    first, second = (day, month) if settings.order == "dmy" else (month, day)
    return f"{first:02d}{mark}{second:02d}{mark}{shown}{era}"


def time_text(micros: int) -> str:
    """HH:MM:SS with the fraction's trailing zeros cut."""
    seconds, fraction = divmod(micros, 1_000_000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{fraction:06d}".rstrip("0") if fraction else text


def split_timetz(text: str) -> tuple[str, int]:
    """A timetz that Postgres printed: its time, and seconds east of UTC, which may be more than input takes."""
    at = max(text.rfind("+"), text.rfind("-"))
    parts = [int(part) for part in text[at + 1 :].split(":")]
    seconds = sum(part * unit for part, unit in zip(parts, (3600, 60, 1)))
    return text[:at], -seconds if text[at] == "-" else seconds


def timestamp_text(micros: int, settings: OutputSettings, *, zoned: bool) -> str:
    """EncodeDateTime in every DateStyle; zoned: in the session's time zone."""
    if abs(micros) == INFINITY_TIMESTAMP:
        return "infinity" if micros > 0 else "-infinity"
    offset, abbreviation = 0, ""
    if zoned:
        offset, abbreviation = offset_at(zone(settings.timezone), micros // 1_000_000)
    days, time = divmod(micros + offset * 1_000_000, DAY_US)
    year, month, day = civil(days)
    era = " BC" if year <= 0 else ""
    if settings.style == "iso":
        date = date_text(days, settings).removesuffix(" BC")
        return f"{date} {time_text(time)}{offset_text(offset) if zoned else ''}{era}"
    suffix = f" {abbreviation}{era}" if zoned else era
    if settings.style in ("sql", "german"):
        return f"{date_text(days, settings).removesuffix(' BC')} {time_text(time)}{suffix}"
    name = MONTHS[month - 1]
    date = f"{day:02d} {name}" if settings.order == "dmy" else f"{name} {day:02d}"
    shown = f"{1 - year if year <= 0 else year:04d}"
    return f"{WEEKDAYS[days % 7]} {date} {time_text(time)} {shown}{suffix}"


def engine_text(text: str) -> str:
    """A canonical date or timestamp as DuckDB reads it: the era stands in parentheses behind the date."""
    if not text.endswith(" BC"):
        return text
    date, _, rest = text.removesuffix(" BC").partition(" ")
    return f"{date} (BC) {rest}".rstrip()


def _and_valid(special: npt.NDArray[np.bool_], column: pa.Array) -> npt.NDArray[np.bool_]:
    valid = validity(column)
    return special if valid is None else special & valid


def _local_text(local: npt.NDArray[np.int64], column: pa.Array) -> pa.Array:
    """Naive local times as ISO text; NULL where the column is."""
    printed = core.written(core.MOMENTS, column, pa.string(), values=np.ascontiguousarray(local))
    if printed is not None:
        return printed
    valid = validity(column)
    mask = None if valid is None else ~valid
    if not (local % 1_000_000).any():
        seconds = pa.array(local // 1_000_000, mask=mask).view(pa.timestamp("s"))
        return pc.cast(seconds, pa.string())
    return _without_trailing_zeros(pc.cast(pa.array(local, mask=mask).view(pa.timestamp("us")), pa.string()))


def _without_trailing_zeros(printed: pa.Array) -> pa.Array:
    return pc.ascii_rtrim(pc.ascii_rtrim(printed, "0"), ".")


def _offset_texts(offsets: npt.NDArray[np.int64]) -> pa.Array:
    distinct, codes = np.unique(offsets, return_inverse=True)
    texts: list[Any] = [offset_text(int(offset)) for offset in distinct]
    return pa.array(texts, pa.string()).take(pa.array(codes))
