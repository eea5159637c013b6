"""Whole columns: the vectorised path, the path for few rows and a real Postgres give the same bytes."""

from __future__ import annotations

import random
import struct
from decimal import Context, Decimal

import numpy as np
import pyarrow as pa
import pytest

from proxy.pgtypes import OutputSettings, RowEncoder
from proxy.sql.ir import OutputColumn
from tests.unit.pgtypes.oracle import Oracle
from tests.unit.pgtypes.support import catalog

CATALOG = catalog()
WIDE = Context(prec=60)
RANDOM = random.Random(20240115)
INFINITE_DAY, INFINITE_US = 2**31 - 1, 2**63 - 1


def agree(
    oracle: Oracle, oid: int, sql: str, column: pa.Array, code: int, settings: OutputSettings | None = None
) -> None:
    """sql gives what Postgres sends for the column's rows, in order."""
    want = oracle.ask_all(sql, result_format=code)
    encoder = RowEncoder(
        [OutputColumn(name="value", type=oid, typmod=-1)], [code], CATALOG, settings or OutputSettings()
    )
    assert encoder.fields(pa.record_batch([column], ["value"]))[0] == want
    few = [encoder.fields(pa.record_batch([column.slice(at, 7)], ["value"]))[0] for at in range(0, len(column), 7)]
    assert [field for part in few for field in part] == want


def series(values: list[str | None]) -> str:
    """A VALUES-like source of numbered texts."""
    rows = ", ".join(f"({at}, NULL)" if text is None else f"({at}, '{text}')" for at, text in enumerate(values))
    return f"(VALUES {rows}) AS source(at, text)"


def doubles() -> list[float]:
    chosen = [2.0**power for power in range(-1074, 1024, 7)] + [10.0**power for power in range(-320, 309)]
    chosen += [5.0 * 10**power for power in range(15, 40)] + [0.0, -0.0, float("inf"), -float("inf"), 9.5e8, 1e9, 1e14]
    chosen += [struct.unpack("<d", RANDOM.randbytes(8))[0] for _ in range(500)]
    chosen += [RANDOM.random() * 10 ** RANDOM.randint(-8, 20) for _ in range(500)]
    return [value for value in chosen if value == value]


def singles() -> list[float]:
    chosen = [float(np.float32(2.0**power)) for power in range(-149, 128)]
    chosen += [float(np.float32(RANDOM.random() * 10 ** RANDOM.randint(-6, 10))) for _ in range(600)]
    chosen += [float(np.float32(RANDOM.randint(0, 10**9))) for _ in range(400)]
    return chosen


@pytest.mark.parametrize("code", [0, 1])
@pytest.mark.parametrize(("oid", "name", "values"), [(701, "float8", doubles()), (700, "float4", singles())])
def test_floats(oracle: Oracle, oid: int, name: str, values: list[float], code: int) -> None:
    kind = pa.float64() if oid == 701 else pa.float32()
    column = pa.array([*values, None], kind)
    texts: list[str | None] = [*(repr(value) for value in values), None]
    agree(oracle, oid, f"SELECT text::{name} FROM {series(texts)} ORDER BY at", column, code)


@pytest.mark.parametrize("digits", [0, -5, -15])
def test_floats_with_fewer_digits(oracle: Oracle, digits: int) -> None:
    values = [value for value in doubles() if abs(value) < 1e300]
    with oracle.under(extra_float_digits=str(digits)):
        sql = f"SELECT text::float8 FROM {series([repr(value) for value in values])} ORDER BY at"
        agree(oracle, 701, sql, pa.array(values), 0, OutputSettings(extra_float_digits=digits))


@pytest.mark.parametrize("code", [0, 1])
@pytest.mark.parametrize(("scale", "digits"), [(s, d) for s in (0, 1, 2, 3, 4, 7, 10, 17) for d in (3, 18, 36)])
def test_decimals(oracle: Oracle, scale: int, digits: int, code: int) -> None:
    numbers = [RANDOM.randint(-(10 ** RANDOM.randint(1, digits)), 10 ** RANDOM.randint(1, digits)) for _ in range(150)]
    values = [Decimal(number).scaleb(-scale, WIDE) for number in [*numbers, 0, 10_000, 10**digits - 1, -1]]
    texts: list[str | None] = [*(f"{value:f}" for value in values), None]
    column = pa.array([*values, None], pa.decimal128(38, scale))
    agree(oracle, 1700, f"SELECT text::numeric FROM {series(texts)} ORDER BY at", column, code)


def days() -> list[int]:
    return [RANDOM.randint(-700_000, 3_000_000) for _ in range(300)] + [
        -2_440_588,
        2_145_042_904,
        0,
        -719_162,
        -719_163,
    ]


DATE_STYLES = ["ISO, MDY", "SQL, MDY", "SQL, DMY", "German, DMY", "Postgres, MDY", "Postgres, DMY", "SQL, YMD"]


@pytest.mark.parametrize(("style", "code"), [*((style, 0) for style in DATE_STYLES), ("ISO, MDY", 1)])
def test_dates(oracle: Oracle, style: str, code: int) -> None:
    values = days()
    column = pa.array([*values, INFINITE_DAY, -INFINITE_DAY, None], pa.int32()).view(pa.date32())
    rows = ", ".join(f"({at}, date '1970-01-01' + {day})" for at, day in enumerate(values))
    sql = (
        f"SELECT day FROM (VALUES {rows}, (9000, 'infinity'), (9001, '-infinity'), (9002, NULL)) s(at, day) ORDER BY at"
    )
    with oracle.under(datestyle=style):
        agree(oracle, 1082, sql, column, code, OutputSettings(date_style=style))


def instants() -> list[int]:
    chosen = [RANDOM.randint(-6 * 10**16, 10**17) for _ in range(60)]
    chosen += [RANDOM.randint(-4 * 10**9, 42 * 10**8) * 10**6 + RANDOM.choice([0, 500_000, 7]) for _ in range(500)]
    return chosen + [0, -1, -62_135_596_800_000_000, -62_135_596_800_000_001, 253_402_300_800_000_000]


ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Pacific/Apia",
    "<+03>-03",
    "-05:30",
]
ZONED = [(zone, "ISO, MDY", 0) for zone in ZONES] + [("Europe/Berlin", style, 0) for style in DATE_STYLES]


@pytest.mark.parametrize(("zone", "style", "code"), [*ZONED, ("Europe/Berlin", "ISO, MDY", 1)])
@pytest.mark.parametrize(("oid", "name"), [(1114, "timestamp"), (1184, "timestamptz")])
def test_timestamps(oracle: Oracle, oid: int, name: str, zone: str, style: str, code: int) -> None:
    values = instants()
    kind = pa.timestamp("us", "UTC") if oid == 1184 else pa.timestamp("us")
    column = pa.array([*values, INFINITE_US, -INFINITE_US, None], pa.int64()).view(kind)
    epoch = f"{name} '1970-01-01 00:00:00{'+00' if oid == 1184 else ''}'"
    moved = f"{epoch} + make_interval(secs => {{0}} / 1000000) + {{1}} * interval '1 microsecond'"
    rows = ", ".join(f"({at}, {moved.format(us - us % 1_000_000, us % 1_000_000)})" for at, us in enumerate(values))
    ends = "(9000, 'infinity'), (9001, '-infinity'), (9002, NULL)"
    sql = f"SELECT moment FROM (VALUES {rows}, {ends}) s(at, moment) ORDER BY at"
    with oracle.under(datestyle=style, timezone=zone):
        agree(oracle, oid, sql, column, code, OutputSettings(date_style=style, timezone=zone))


@pytest.mark.parametrize(
    ("style", "code"),
    [("postgres", 0), ("postgres_verbose", 0), ("sql_standard", 0), ("iso_8601", 0), ("postgres", 1)],
)
def test_intervals(oracle: Oracle, style: str, code: int) -> None:
    some = [0, 0, 1, -1, 12, -25]
    micros = [0, 0, 1, -1, 1_000_000, -60_000_000, 3_600_000_000, 10**12 + 7, -(10**11)]
    parts = [(RANDOM.choice(some), RANDOM.choice(some), RANDOM.choice(micros)) for _ in range(300)]
    columns = [
        pa.array([part[at] for part in parts], kind) for at, kind in enumerate((pa.int32(), pa.int32(), pa.int64()))
    ]
    column = pa.StructArray.from_arrays(columns, ["months", "days", "micros"])
    made = "make_interval(months => {0}, days => {1}) + {2} * interval '1 microsecond'"
    rows = ", ".join(f"({at}, {made.format(*part)})" for at, part in enumerate(parts))
    with oracle.under(intervalstyle=style):
        sql = f"SELECT span FROM (VALUES {rows}) s(at, span) ORDER BY at"
        agree(oracle, 1186, sql, column, code, OutputSettings(interval_style=style))


@pytest.mark.parametrize(("output", "code"), [("hex", 0), ("escape", 0), ("hex", 1)])
def test_bytes(oracle: Oracle, output: str, code: int) -> None:
    values = [RANDOM.randbytes(RANDOM.randint(0, 30)) for _ in range(80)] + [bytes(range(256)), b""]
    texts: list[str | None] = [*("\\x" + value.hex() for value in values), None]
    with oracle.under(bytea_output=output):
        sql = f"SELECT text::bytea FROM {series(texts)} ORDER BY at"
        agree(oracle, 17, sql, pa.array([*values, None], pa.binary()), code, OutputSettings(bytea_output=output))
