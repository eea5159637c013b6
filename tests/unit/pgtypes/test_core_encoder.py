"""The row encoder gives the same bytes with its compiled part and without, whatever the columns hold and however they lie in memory."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Context, Decimal

import numpy as np
import pyarrow as pa
import pytest

from bench.encoder import empty_catalog
from proxy.pgtypes import OutputSettings, RowEncoder, core
from proxy.sql.ir import OutputColumn

pytestmark = pytest.mark.skipif(
    core.ASSEMBLE is None or core.NUMBERS is None, reason="the compiled part is not built: there was no C compiler"
)
CATALOG = empty_catalog()
WIDE = Context(prec=60)
ROWS = 60
INT4, INT8, FLOAT8, TEXT, NUMERIC, BOOL, BYTEA = 23, 20, 701, 25, 1700, 16, 17
DATE, TIMESTAMP, TIMESTAMPTZ = 1082, 1114, 1184
DAY_US = 86_400_000_000
STYLES = [f"{style}, {order}" for style in ("ISO", "SQL", "Postgres", "German") for order in ("MDY", "DMY", "YMD")]
ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Africa/Monrovia", "<+05>-5"]
# What stands at the edges of what Arrow prints, of the zones' tables and of the types.
MOMENTS = [
    days * DAY_US + rest
    for days in (-719_162, 2_932_897, -36_525, 47_847, 0, 10_957, -2_440_588, 106_751_990)
    for rest in (-1, 0, 1, 10, 500_000, DAY_US - 1)
] + [2**63 - 1, -(2**63) + 1]
Make = Callable[[random.Random], pa.Array]


def whole(bits: int) -> Make:
    def make(drawn: random.Random) -> pa.Array:
        top = 2 ** (bits - 1)
        numbers = [drawn.choice((0, 1, -1, 99, 100, -top, top - 1)) for _ in range(ROWS)]
        numbers += [drawn.randrange(-top, top) >> drawn.randrange(bits) for _ in range(ROWS)]
        return nulls(drawn, numbers, pa.int32() if bits == 32 else pa.int64())

    return make


def decimal(drawn: random.Random) -> pa.Array:
    scale, digits = drawn.randrange(39), drawn.choice((1, 17, 18, 19, 20, 38))
    numbers = [drawn.randrange(-(10**digits) + 1, 10**digits) // 10 ** drawn.randrange(digits) for _ in range(ROWS)]
    edges = (0, 1, -1, 2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 10**38 - 1, 1 - 10**38, 10_000)
    numbers += drawn.sample(edges, drawn.choice((0, 2))) if digits > 18 else []
    return nulls(drawn, [Decimal(number).scaleb(-scale, WIDE) for number in numbers], pa.decimal128(38, scale))


def moment(zone: str | None) -> Make:
    def make(drawn: random.Random) -> pa.Array:
        low, high = drawn.choice(((-719_162, 2_932_897), (-36_525, 47_847), (-2_440_588, 106_751_990)))
        step = drawn.choice((1, 10, 1_000, 1_000_000, DAY_US))
        found = [drawn.randrange(low * DAY_US, high * DAY_US) // step * step for _ in range(ROWS)]
        found += drawn.sample(MOMENTS, drawn.choice((0, 1, 20)))
        return nulls(drawn, found, pa.int64()).cast(pa.timestamp("us", zone))

    return make


def text(drawn: random.Random) -> pa.Array:
    texts = [drawn.choice(("", "a", "é", "🦆", "x" * drawn.randrange(300))) for _ in range(ROWS)]
    column = nulls(drawn, texts, drawn.choice((pa.string(), pa.large_string())))
    return drawn.choice((column, column.dictionary_encode(), column.cast(pa.string_view())))


def blob(drawn: random.Random) -> pa.Array:
    return nulls(drawn, [drawn.randbytes(drawn.randrange(40)) for _ in range(ROWS)], pa.binary())


def flag(drawn: random.Random) -> pa.Array:
    return nulls(drawn, [drawn.random() < 0.5 for _ in range(ROWS)], pa.bool_())


def real(drawn: random.Random) -> pa.Array:
    return nulls(drawn, [drawn.uniform(-1, 1) * 10 ** drawn.randrange(-20, 20) for _ in range(ROWS)], pa.float64())


def day(drawn: random.Random) -> pa.Array:
    days = [drawn.choice((-719_163, -719_162, 0, 2_932_896, 2_932_897, 2**31 - 1)) for _ in range(ROWS)]
    return nulls(drawn, days, pa.int32()).cast(pa.date32())


def nulls(drawn: random.Random, values: Sequence[object], kind: pa.DataType) -> pa.Array:
    """None, some or all of the values become NULL; what stands in memory under a NULL is anything."""
    share = drawn.choice((0.0, 0.0, 0.2, 1.0))
    column = pa.array(values, kind)
    if not share or pa.types.is_boolean(kind):
        return column
    bits = np.packbits([drawn.random() >= share for _ in values], bitorder="little")
    return pa.Array.from_buffers(kind, len(column), [pa.py_buffer(bits), *column.buffers()[1:]])


COLUMNS: list[tuple[int, Make]] = [
    (INT4, whole(32)),
    (INT8, whole(64)),
    (NUMERIC, decimal),
    (NUMERIC, whole(64)),
    (TIMESTAMP, moment(None)),
    (TIMESTAMPTZ, moment("UTC")),
    (TEXT, text),
    (BYTEA, blob),
    (BOOL, flag),
    (FLOAT8, real),
    (DATE, day),
]


def batch_of(drawn: random.Random) -> tuple[list[OutputColumn], pa.RecordBatch]:
    """A few columns, whole or a piece out of longer ones; sometimes without rows, sometimes without columns."""
    chosen = [drawn.choice(COLUMNS) for _ in range(drawn.randrange(6))]
    arrays = [make(drawn) for _, make in chosen]
    shortest = min((len(one) for one in arrays), default=0)
    starts = [drawn.choice((0, 0, drawn.randrange(20))) for _ in arrays]
    rows = drawn.choice((0, 1, 13, shortest)) if not any(starts) else shortest - 20
    batch = pa.RecordBatch.from_arrays(
        [one.slice(start, rows) for one, start in zip(arrays, starts)], [str(place) for place in range(len(arrays))]
    )
    return [OutputColumn(name="value", type=oid, typmod=-1) for oid, _ in chosen], batch


def without(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASSEMBLE", "NUMBERS", "NUMERICS", "MOMENTS"):
        monkeypatch.setattr(core, name, None)


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_same_without_the_compiled_part(seed: int) -> None:
    drawn = random.Random(seed)
    for _ in range(6):
        columns, batch = batch_of(drawn)
        formats = [drawn.randrange(2) for _ in columns]
        settings = OutputSettings(date_style=drawn.choice((STYLES[0], *STYLES)), timezone=drawn.choice(ZONES))
        encoder = RowEncoder(columns, formats, CATALOG, settings)
        compiled = encoder.encode(batch)
        with pytest.MonkeyPatch.context() as monkeypatch:
            without(monkeypatch)
            alone = encoder.encode(batch)
        assert compiled.rows() == alone.rows()
        assert compiled.offsets.tolist() == alone.offsets.tolist()
        # and few rows at a time, which neither Arrow nor the compiled part writes
        few = [encoder.encode(batch.slice(at, 9)) for at in range(0, batch.num_rows, 9)]
        assert compiled.rows() == [message for part in few for message in part.rows()]
