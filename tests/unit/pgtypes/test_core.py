"""The compiled part of the encoder gives what Arrow's join gives, and reads no byte that a column does not have."""

from __future__ import annotations

import struct

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.pgtypes import core, fields
from proxy.pgtypes.errors import ProgramLimitExceeded

pytestmark = pytest.mark.skipif(core.ASSEMBLE is None, reason="the compiled part is not built: there was no C compiler")


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
]


@pytest.mark.parametrize("column", UNSOUND)
def test_a_column_that_is_not_what_it_says_is_refused(column: core.Column) -> None:
    assert core.ASSEMBLE is not None
    with pytest.raises(ValueError):
        core.ASSEMBLE([column], 2)


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
