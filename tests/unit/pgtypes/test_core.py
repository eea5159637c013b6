"""The compiled part of the encoder gives what Arrow's join gives, and reads no byte that a column does not have."""

from __future__ import annotations

import struct
import sys
from datetime import datetime
from decimal import Context, Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.encoder import empty_catalog
from proxy.pgtypes import core, fields
from proxy.pgtypes.codec import Output
from proxy.pgtypes.errors import ProgramLimitExceeded
from proxy.pgtypes.numeric import Numeric, canonical, send_numeric
from proxy.pgtypes.reg import CatalogNames
from proxy.pgtypes.settings import DEFAULT_OUTPUT

pytestmark = pytest.mark.skipif(
    core.ASSEMBLE is None or core.NUMBERS is None, reason="the compiled part is not built: there was no C compiler"
)
INT64 = st.integers(-(2**63), 2**63 - 1) | st.sampled_from(
    [0, 1, -1, 9, 10, 99, 100, 9999, 10_000, -(2**63), 2**63 - 1]
)


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[fields.Field], int]:
    """Columns of every form that codecs give, as many rows each."""
    rows = draw(st.integers(0, 40))
    found: list[fields.Field] = []
    for _ in range(draw(st.integers(0, 5))):
        size = st.lists(st.one_of(st.none(), st.binary(max_size=20)), min_size=rows, max_size=rows)
        form = draw(st.sampled_from(("fixed", "binary", "large", "string", "slice")))
        if form == "fixed":
            width = draw(st.integers(0, 17))
            data = np.frombuffer(draw(st.binary(min_size=rows * width, max_size=rows * width)), dtype=np.uint8)
            valid = draw(st.one_of(st.none(), st.lists(st.booleans(), min_size=rows, max_size=rows)))
            found.append(
                fields.Fixed(data.reshape(rows, width), None if valid is None else np.array(valid, dtype=np.bool_))
            )
        elif form == "string":
            found.append(pa.array([None if one is None else one.hex() for one in draw(size)], pa.string()))
        elif form == "slice":
            ahead = draw(st.integers(0, 9))
            whole = pa.array([b"ahead", None][:1] * ahead + draw(size) + [b"behind", None], pa.binary())
            found.append(whole.slice(ahead, rows))
        else:
            found.append(pa.array(draw(size), pa.large_binary() if form == "large" else pa.binary()))
    return found, rows


@given(columns())
def test_it_gives_what_arrow_gives(drawn: tuple[list[fields.Field], int]) -> None:
    columns_, rows = drawn
    compiled, pieced = fields.assemble(columns_, rows), fields._pieced(columns_, rows)
    assert bytes(compiled.buffer) == bytes(pieced.buffer)
    assert compiled.offsets.tolist() == pieced.offsets.tolist()


def offsets(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(values, dtype=np.int32)


DATA = np.arange(8, dtype=np.uint8)
UNSOUND: list[core.Column] = [
    (DATA, None, 0, 5, None, 0, False),
    (DATA, None, 0, -1, None, 0, False),
    (DATA, offsets(0, 4), 4, 0, None, 0, True),
    (DATA, offsets(0, 4, 9), 4, 0, None, 0, True),
    (DATA, offsets(0, 9, 8), 4, 0, None, 0, True),
    (DATA, offsets(-1, 4, 8), 4, 0, None, 0, True),
    (DATA, offsets(0, 4, 8), 4, 0, None, 1, True),
    (DATA, offsets(0, 4, 8), 4, 0, None, -1, True),
    (DATA, offsets(0, 4, 8), 2, 0, None, 0, True),
    (DATA, None, 4, 0, None, 0, True),
    (None, offsets(0, 4, 8), 4, 0, None, 0, True),
    (DATA, offsets(0, 4, 8), 4, 0, np.zeros(1, dtype=np.uint8), 0, False),
    (DATA, offsets(0, 4, 8), 4, 0, np.zeros(0, dtype=np.uint8), 0, True),
    (DATA, offsets(0, 4, 8), 4, 0, None, sys.maxsize, True),
    (DATA, None, 0, 4, DATA, sys.maxsize, True),
    (DATA, None, 0, 4, b"", 0, True),
    (DATA, np.array([5, -(2**63), 8], dtype=np.int64), 8, 0, None, 0, True),
]


@pytest.mark.parametrize("column", UNSOUND)
def test_a_column_that_is_not_what_it_says_is_refused(column: core.Column) -> None:
    assert core.ASSEMBLE is not None
    with pytest.raises(ValueError):
        core.ASSEMBLE([column], 2)


@pytest.mark.parametrize("rows", [-1, 2**60, 2**61, 2**61 - 1, sys.maxsize // 8, sys.maxsize])
def test_no_number_of_rows_is_believed(rows: int) -> None:
    assert core.ASSEMBLE is not None
    for columns_ in ([], [(DATA, None, 0, 0, None, 0, False)]):
        with pytest.raises((ValueError, MemoryError)):
            core.ASSEMBLE(columns_, rows)


def test_offsets_need_not_be_aligned() -> None:
    assert core.ASSEMBLE is not None
    for width, kind in ((4, np.int32), (8, np.int64)):
        odd = np.frombuffer(b"-" + np.array([0, 3, 8], dtype=kind).tobytes(), dtype=np.uint8)[1:]
        messages, _ = core.ASSEMBLE([(DATA, odd, width, 0, None, 0, True)], 2)
        assert messages == fields.assemble_few([[b"\0\1\2"], [b"\3\4\5\6\7"]]).buffer


def test_a_list_that_changes_while_it_is_read_is_read_as_it_was() -> None:
    assert core.ASSEMBLE is not None
    found: list[core.Column] = []

    class Emptying:
        def __index__(self) -> int:
            found.clear()
            return 1

    found += [(DATA, None, 0, Emptying(), None, 0, False), (DATA, None, 0, 1, None, 0, False)]  # type: ignore[list-item]
    assert core.ASSEMBLE(found, 2)[0] == fields.assemble_few([[b"\0", b"\0"], [b"\1", b"\1"]]).buffer
    assert not found


def test_a_row_that_cannot_be_framed_is_refused() -> None:
    """Two gigabytes of which nothing is read: zeros that nobody wrote take no memory."""
    assert core.ASSEMBLE is not None
    half: core.Column = (np.zeros(2**30, dtype=np.uint8), np.array([0, 2**30], dtype=np.int64), 8, 0, None, 0, True)
    with pytest.raises(OverflowError):
        core.ASSEMBLE([half, half], 1)
    with pytest.raises(ValueError):
        core.ASSEMBLE([(DATA, None, 0, 1, None, 0, False)] * 32_768, 1)


def test_no_rows_and_no_columns() -> None:
    assert fields.assemble([], 2).rows() == [struct.pack("!cih", b"D", 6, 0)] * 2
    assert len(fields.assemble([pa.array([], pa.string())], 0)) == 0


def test_too_large_a_row_is_postgres_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def overflow(columns: list[core.Column], rows: int) -> tuple[bytes, bytes]:
        raise OverflowError

    monkeypatch.setattr(core, "ASSEMBLE", overflow)
    with pytest.raises(ProgramLimitExceeded):
        fields.assemble([pa.array([b"x"], pa.binary())], 1)


def texts(found: pa.Array | None) -> list[str | bytes | None]:
    assert found is not None
    found.validate(full=True)
    values: list[str | bytes | None] = found.to_pylist()
    return values


@given(st.lists(st.none() | INT64, min_size=1, max_size=40))
def test_whole_numbers(drawn: list[int | None]) -> None:
    expected = [None if one is None else str(one) for one in drawn]
    assert texts(core.written(core.NUMBERS, pa.array(drawn, pa.int64()), pa.string())) == expected
    small = pa.array([None if one is None else one % 2**32 - 2**31 for one in drawn], pa.int32())
    assert texts(core.written(core.NUMBERS, small, pa.string())) == [
        None if one is None else str(one) for one in small.to_pylist()
    ]


@given(st.lists(st.none() | INT64, min_size=1, max_size=40), st.integers(0, 18))
def test_decimals(drawn: list[int | None], scale: int) -> None:
    decimals = [None if one is None else Decimal(one).scaleb(-scale, Context(prec=40)) for one in drawn]
    column = pa.array(decimals, pa.decimal128(38, scale))
    expected = [None if one is None else canonical(one) for one in decimals]
    assert texts(core.written(core.NUMBERS, column, pa.string(), scale=scale)) == expected
    sent = core.written(core.NUMERICS, column, pa.binary(), scale=scale)
    if sent is None:  # a number that takes more than 64 bits with its point at a group's end
        assert any(one is not None and abs(one) * 10 ** (-scale % 4) >= 2**64 for one in drawn)
    else:
        assert texts(sent) == [None if one is None else send_numeric(one) for one in expected]


def test_what_takes_more_than_64_bits_goes_another_way() -> None:
    output = Output(DEFAULT_OUTPUT, CatalogNames(empty_catalog(), ()))
    for number in (2**63, -(2**63) - 1, 10**37):
        column = pa.array([Decimal(1), Decimal(number)], pa.decimal128(38, 0))
        assert core.written(core.NUMBERS, column, pa.string()) is None
        assert texts(Numeric("numeric").text_column(column, output)) == ["1", str(number)]
    assert core.written(core.NUMBERS, pa.array([1, 2, 3]).slice(1), pa.string()) is None


def test_what_is_not_the_compiled_parts_is_left_to_others() -> None:
    hundreds = pa.array([12300]).cast(pa.decimal128(19, 0))
    hundreds = pa.Array.from_buffers(pa.decimal128(10, -2), 1, hundreds.buffers())
    for write in (core.NUMBERS, core.NUMERICS):
        assert write is not None
        assert core.written(write, hundreds, pa.string(), scale=-2) is None
        assert write(np.zeros(2**26, dtype=np.int32), 4, None, 2**26, 0) is None  # offsets of 32 bits might not do


def test_values_need_not_be_aligned() -> None:
    assert core.NUMBERS is not None
    for kind, width in ((np.int32, 4), (np.int64, 8)):
        odd = np.frombuffer(b"-" + np.array([-7, 12], dtype=kind).tobytes(), dtype=np.uint8)[1:]
        assert core.NUMBERS(odd, width, None, 2, 1) == (b"-0.71.2", np.array([0, 4, 7], dtype=np.int32).tobytes())


@given(st.lists(st.none() | st.datetimes(), min_size=1, max_size=40))
def test_moments(drawn: list[datetime | None]) -> None:
    column = pa.array(drawn, pa.timestamp("us"))
    micros = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    found = texts(core.written(core.MOMENTS, column, pa.string(), values=micros))
    shown = [None if one is None else f"{one:%H:%M:%S}.{one.microsecond:06}".rstrip("0").rstrip(".") for one in drawn]
    days = [None if one is None else f"{one.year:04}-{one.month:02}-{one.day:02}" for one in drawn]
    assert found == [None if day is None else f"{day} {time}" for day, time in zip(days, shown)]


def test_every_day_of_the_calendar() -> None:
    days = np.arange(-719_162, 2_932_897, dtype=np.int64)
    found = core.written(core.MOMENTS, pa.array(days), pa.string(), values=days * 86_400_000_000)
    assert found is not None
    expected = pc.strftime(
        pa.array(days.astype(np.int32), pa.int32()).cast(pa.date32()).cast(pa.timestamp("s")), "%Y-%m-%d %H:%M:%S"
    )
    assert found.equals(expected)
    for day in (-719_163, 2_932_897):
        one = np.array([day * 86_400_000_000], dtype=np.int64)
        assert core.written(core.MOMENTS, pa.array(one), pa.string(), values=one) is None


NOT_THERE: list[tuple[core.Buffer, int, core.Buffer, int, int]] = [
    (DATA, 8, None, 2, 0),
    (DATA, 3, None, 1, 0),
    (DATA, 8, None, -1, 0),
    (DATA, 8, None, 1, 19),
    (DATA, 8, None, 1, -1),
    (DATA, 8, b"", 1, 0),
    (DATA, 8, np.zeros(0, dtype=np.uint8), 1, 0),
    (None, 8, None, 1, 0),
]


@pytest.mark.parametrize("arguments", NOT_THERE)
def test_values_that_are_not_there_are_not_read(arguments: tuple[core.Buffer, int, core.Buffer, int, int]) -> None:
    assert core.NUMBERS is not None
    with pytest.raises(ValueError):
        core.NUMBERS(*arguments)
