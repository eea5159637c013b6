"""The encoder's framing, its formats, the types that only a catalog knows, and what it refuses."""

from __future__ import annotations

import struct
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.errors import PgError
from proxy.pgtypes import OutputSettings, RowEncoder, decode_parameter, engine_value, is_relative, read_text
from proxy.pgtypes.registry import BUILT_IN, TYPES
from proxy.sql.ir import OutputColumn
from synth.release.storage import storage_type
from tests.unit.pgtypes.support import CITEXT, COMPOSITE, DOMAIN, ENUM, ENUM_ARRAY, catalog, type_row

CATALOG = catalog()


def column(oid: int, name: str = "value") -> OutputColumn:
    return OutputColumn(name=name, type=oid, typmod=-1)


def split(data: bytes) -> list[list[bytes | None]]:
    """DataRow messages taken apart by the protocol's own rules."""
    rows: list[list[bytes | None]] = []
    at = 0
    while at < len(data):
        tag, length, count = struct.unpack_from("!cih", data, at)
        assert tag == b"D"
        end, at = at + 1 + length, at + 7
        row: list[bytes | None] = []
        for _ in range(count):
            size = struct.unpack_from("!i", data, at)[0]
            at += 4
            row.append(None if size < 0 else data[at : at + size])
            at += max(size, 0)
        assert at == end
        rows.append(row)
    return rows


VALUES = st.tuples(
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
    st.none() | st.booleans(),
    st.none() | st.lists(st.none() | st.text(st.sampled_from(' ,{}"\\aNULLä'), max_size=6), max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(VALUES, max_size=40), st.integers(0, 1), st.integers(0, 1))
def test_rows_split_where_the_offsets_say(rows: list[tuple[object, ...]], first: int, second: int) -> None:
    kinds = (pa.int32(), pa.string(), pa.bool_(), pa.list_(pa.string()))
    arrays = [pa.array([row[at] for row in rows], kind) for at, kind in enumerate(kinds)]
    batch = pa.record_batch(arrays, ["a", "b", "c", "d"])
    encoder = RowEncoder([column(23), column(25), column(16), column(1009)], [first, second, 1, 0], CATALOG)
    encoded = encoder.encode(batch)
    assert len(encoded) == len(rows)
    fields = encoder.fields(batch)
    assert split(bytes(encoded.buffer)) == [list(row) for row in zip(*fields)]
    assert split(bytes(encoded.span(0, len(rows) // 2))) == [list(row) for row in zip(*fields)][: len(rows) // 2]
    for row, text in zip(rows, fields[3]):
        if row[3] is not None:
            assert text is not None
            assert engine_value(1009, read_text(1009, text.decode(), CATALOG), CATALOG) == row[3]


def test_sliced_batches_are_read_from_their_offset() -> None:
    batch = pa.record_batch([pa.array(range(100), pa.int64()), pa.array([str(n) for n in range(100)])], ["a", "b"])
    encoder = RowEncoder([column(20), column(25)], [1, 0], CATALOG)
    assert encoder.encode(batch.slice(50, 30)).rows() == encoder.encode(batch).rows()[50:80]


def test_rows_without_columns_are_still_rows() -> None:
    batch = pa.record_batch([pa.array([1, 2])], ["a"]).select([])
    assert split(bytes(RowEncoder([], [], CATALOG).encode(batch).buffer)) == [[], []]


def test_all_fixed_columns_need_no_join() -> None:
    batch = pa.record_batch([pa.array([1] * 50, pa.int32())], ["a"])
    assert split(bytes(RowEncoder([column(23)], [1], CATALOG).encode(batch).buffer)) == [[b"\0\0\0\1"]] * 50


@pytest.mark.parametrize(
    ("oid", "array", "code", "want"),
    [
        pytest.param(ENUM, pa.array(["ok"]).dictionary_encode(), 1, b"ok", id="enum from a dictionary"),
        pytest.param(ENUM_ARRAY, pa.array([["ok", "very happy"]]), 0, b'{ok,"very happy"}', id="array of enum"),
        pytest.param(DOMAIN, pa.array(["x"], pa.string_view()), 1, b"x", id="domain as its base"),
        pytest.param(CITEXT, pa.array(["Abc"]), 1, b"Abc", id="citext is sent as text"),
        pytest.param(COMPOSITE, pa.array(['(1,"a b")']), 0, b'(1,"a b")', id="composite as stored"),
        pytest.param(20, pa.array([Decimal(7)], pa.decimal128(38, 0)), 1, b"\0" * 7 + b"\7", id="hugeint sum"),
        pytest.param(1700, pa.array([7], pa.int64()), 0, b"7", id="integer as numeric"),
        pytest.param(25, pa.array([None]), 0, None, id="null type"),
        pytest.param(22, pa.array([[1, 2]], pa.list_(pa.int16())), 0, b"1 2", id="int2vector"),
        pytest.param(1007, pa.array([[[1, 2], [3, None]]]), 0, b"{{1,2},{3,NULL}}", id="nested list"),
        pytest.param(2205, pa.array([0], pa.uint32()), 0, b"-", id="no relation"),
        pytest.param(2205, pa.array([77], pa.uint32()), 0, b"77", id="unknown relation"),
        pytest.param(26, pa.array([4_000_000_000], pa.uint32()), 1, b"\xee\x6b\x28\x00", id="oid is unsigned"),
        pytest.param(18, pa.array([""]), 1, b"\0", id="empty char"),
        pytest.param(3802, pa.array(['{"a": 1}']), 1, b'\1{"a": 1}', id="jsonb's version byte"),
    ],
)
@pytest.mark.parametrize("rows", [1, 30])
def test_types_and_storages(oid: int, array: pa.Array, code: int, want: bytes | None, rows: int) -> None:
    many = pa.concat_arrays([array] * rows)
    encoder = RowEncoder([column(oid)], [code], CATALOG, OutputSettings())
    assert encoder.fields(pa.record_batch([many], ["a"])) == [[want] * rows]


def test_reg_names_that_the_caller_gives_are_printed() -> None:
    encoder = RowEncoder([column(2205)], [0], CATALOG, reg_names={2205: {77: "public.t"}})
    for rows in (1, 30):
        assert encoder.fields(pa.record_batch([pa.array([77] * rows, pa.uint32())], ["a"])) == [[b"public.t"] * rows]


@pytest.mark.parametrize(
    ("make", "sqlstate"),
    [
        pytest.param(lambda: RowEncoder([column(COMPOSITE)], [1], CATALOG), "0A000", id="no binary form"),
        pytest.param(
            lambda: RowEncoder([column(23)], [2], CATALOG).encode(pa.record_batch([pa.array([1])], ["a"])),
            "22023",
            id="unknown format",
        ),
        pytest.param(lambda: RowEncoder([column(23)], [0, 1], CATALOG), "08P01", id="too many formats"),
        pytest.param(
            lambda: RowEncoder([column(23)], [0], CATALOG).encode(pa.record_batch([pa.array(["x"])], ["a"])),
            "XX000",
            id="text where numbers were promised",
        ),
        pytest.param(
            lambda: RowEncoder([column(21)], [0], CATALOG).encode(pa.record_batch([pa.array([2**40])], ["a"])),
            "22003",
            id="a number too wide",
        ),
        pytest.param(lambda: decode_parameter(type_row(23), 1, b"\0\0\0", CATALOG), "08P01", id="short binary"),
        pytest.param(lambda: decode_parameter(type_row(23), 1, b"\0" * 5, CATALOG), "22P03", id="long binary"),
        pytest.param(lambda: decode_parameter(type_row(25), 0, b"a\0", CATALOG), "22021", id="NUL"),
        pytest.param(lambda: decode_parameter(type_row(25), 1, b"\xff", CATALOG), "22021", id="broken UTF-8"),
        pytest.param(lambda: decode_parameter(type_row(3802), 1, b"\2{}", CATALOG), "22P03", id="jsonb version"),
        pytest.param(lambda: read_text(ENUM, "glad", CATALOG), "22P02", id="no such label"),
        pytest.param(lambda: read_text(DOMAIN, "abcdef", CATALOG), "22001", id="a domain's length"),
        pytest.param(lambda: read_text(1082, "today", CATALOG), "0A000", id="a clock nobody gave"),
        pytest.param(lambda: read_text(114, "[" * 5000, CATALOG), "54001", id="json nested too deeply"),
    ],
)
def test_refusals(make: object, sqlstate: str) -> None:
    with pytest.raises(PgError) as error:
        make()  # type: ignore[operator]
    assert error.value.sqlstate == sqlstate


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(BUILT_IN)), st.integers(0, 1), st.binary(max_size=40))
def test_any_bytes_are_a_value_or_an_error(oid: int, code: int, data: bytes) -> None:
    try:
        decode_parameter(type_row(oid), code, data, CATALOG)
    except PgError as error:
        assert len(error.sqlstate) == 5


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(BUILT_IN)), st.text(st.sampled_from('0123456789-+:./ TZabPDYMe{}[]",\\xJ'), max_size=24))
def test_reading_what_was_printed_changes_nothing(oid: int, text: str) -> None:
    try:
        canonical = read_text(oid, text, CATALOG)
    except PgError:
        return
    assert read_text(oid, canonical, CATALOG) == canonical


def test_relative_words_mark_a_statement_volatile() -> None:
    assert is_relative(1082, " Today ")
    assert not is_relative(1082, "2024-01-01")
    assert not is_relative(25, "today")


def test_every_scalar_storage_has_a_codec_that_reads_it() -> None:
    for row in TYPES:
        assert storage_type(row.oid)
        assert row.codec is BUILT_IN[row.oid]


@pytest.mark.parametrize("oid", sorted(BUILT_IN))
@pytest.mark.parametrize("text", ["9" * 6000, "0x" + "f" * 6000, "1e" + "9" * 6000, "9" * 6000 + " days", "(" * 6000])
def test_very_long_texts_are_values_or_errors(oid: int, text: str) -> None:
    for written in (text, "{" + text + "}"):
        try:
            read_text(oid, written, CATALOG)
        except PgError as error:
            assert len(error.sqlstate) == 5
