"""From raw fields to codes and back: framing, ticks, domains. No value may raise; no value may leave its domain."""

from __future__ import annotations

import struct
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.encode.decode import category_cells, draw_ticks
from synth.encode.encoders import BinsEncoder, CategoryEncoder, encode_texts
from synth.encode.formats import MAKERS, make_texts
from synth.plan.checks import Fact, facts
from synth.plan.domains import Categories, equal_bins, logarithmic_bins
from synth.source.binary import to_ticks
from synth.source.copy import SIGNATURE, BinaryRows, CopyBroken
from tests.unit.synth.made import TEXT, column

Row = tuple[bytes | None, ...]
ROWS: list[Row] = [(b"a", None), (b"", b"bc"), (None, None), (b"\x00" * 9, b"d")]


def stream(rows: list[Row]) -> bytes:
    """A whole COPY stream."""
    body = SIGNATURE + struct.pack(">ii", 0, 3) + b"ext"
    for row in rows:
        body += struct.pack(">h", len(row))
        for field in row:
            body += struct.pack(">i", -1) if field is None else struct.pack(">i", len(field)) + field
    return body + struct.pack(">h", -1)


@given(st.lists(st.integers(0, len(stream(ROWS))), max_size=6), st.integers(1, 5))
def test_any_cut_of_a_stream_gives_the_same_rows(cuts: list[int], batch: int) -> None:
    got: list[Row] = []
    reader = BinaryRows(2, lambda columns: got.extend(zip(*columns)), batch)
    data = stream(ROWS)
    places = sorted({0, len(data), *cuts})
    for start, stop in zip(places, places[1:]):
        reader.feed(data[start:stop])
    reader.close()
    assert got == ROWS


@pytest.mark.parametrize(
    "broken", [b"PGCOPY" * 5, stream(ROWS)[:-2], stream([(b"a",)])], ids=["magic", "short", "width"]
)
def test_a_broken_stream_is_one_error(broken: bytes) -> None:
    reader = BinaryRows(2, lambda columns: None)
    with pytest.raises(CopyBroken):
        reader.feed(broken)
        reader.close()


def numeric(text: str) -> bytes:
    """numeric_send of a finite number."""
    value = Decimal(text)
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    number = int("".join(map(str, digits))) * 10 ** ((4 - -exponent % 4) % 4 if exponent < 0 else exponent)
    fraction_groups = -(exponent // 4) if exponent < 0 else 0
    groups: list[int] = []
    while number:
        number, rest = divmod(number, 10_000)
        groups.insert(0, rest)
    weight = len(groups) - fraction_groups - 1
    header = struct.pack(">HhHH", len(groups), weight, 0x4000 if sign else 0, max(0, -exponent))
    return header + b"".join(struct.pack(">H", group) for group in groups)


@given(st.decimals("-99999999.99", "99999999.99", places=2))
@settings(max_examples=60)
def test_numeric_fields_become_exact_ticks(value: Decimal) -> None:
    ticks, null = to_ticks(1700, 2, [numeric(str(value)), None])
    assert ticks[0] == int(value * 100) and null.tolist() == [False, True]


SPECIAL = [
    ("numeric NaN", 1700, struct.pack(">HhHH", 0, 0, 0xC000, 0), 1),
    ("numeric infinity", 1700, struct.pack(">HhHH", 0, 0, 0xD000, 0), 1),
    ("numeric minus infinity", 1700, struct.pack(">HhHH", 0, 0, 0xF000, 0), 0),
    ("double NaN", 701, struct.pack(">d", float("nan")), 1),
    ("double huge", 701, struct.pack(">d", 1e300), 1),
    ("date infinity", 1082, struct.pack(">i", 2**31 - 1), 1),
    ("timestamp minus infinity", 1114, struct.pack(">q", -(2**63)), 0),
    ("bigint minimum", 20, struct.pack(">q", -(2**63)), 0),
]


@pytest.mark.parametrize(("title", "oid", "field", "code"), SPECIAL, ids=[case[0] for case in SPECIAL])
def test_what_no_domain_holds_is_clamped(title: str, oid: int, field: bytes, code: int) -> None:
    encoder = BinsEncoder((0, 10, 20), 0, False, oid)
    encoder.add([[field]])
    assert encoder.codes().tolist() == [code], title


def test_categories_have_cells_for_other_and_null() -> None:
    domain = Categories(("a", "b"), nullable=True, outside=True)
    assert encode_texts(["b", None, "zz", "a"], domain).tolist() == [1, 3, 2, 0]
    closed = CategoryEncoder(Categories(("a", "b"), nullable=False, outside=False))
    closed.add([[b"zz", None]])
    assert set(closed.codes().tolist()) <= {0, 1}, "a value that cannot be is still a code of the domain"


@given(st.integers(-500, 500), st.integers(0, 3000), st.integers(1, 40), st.integers(1, 50))
def test_ticks_drawn_in_a_bin_encode_to_that_bin(low: int, width: int, step: int, most: int) -> None:
    domain = equal_bins(low, low + width, step, 1, 0, nullable=False, bins_max=most)
    assert domain.bins <= most and domain.edges[0] == low and domain.edges[-1] == low + width + 1
    codes = np.arange(domain.bins, dtype=np.int32)
    ticks = draw_ticks(domain, codes, np.random.default_rng(1))
    encoder = BinsEncoder(domain.edges, domain.scale, domain.nullable, 20)
    encoder.add([[struct.pack(">q", tick) for tick in ticks.tolist()]])
    assert (encoder.codes() == codes).all()


def test_undeclared_numbers_cover_their_whole_type() -> None:
    domain = logarithmic_bins(-(2**31), 2**31 - 1, 1, 0, nullable=False)
    assert domain.edges[0] == -(2**31) and domain.edges[-1] == 2**31 and domain.bins < 80


def test_other_becomes_a_word_only_where_the_list_was_discovered() -> None:
    domain = Categories(("a",), nullable=False, outside=True)
    text = column(1, "c", TEXT, not_null=True)
    codes = np.array([0, 1], dtype=np.int32)
    rng = np.random.default_rng(0)
    assert category_cells(text, domain, codes, found=True, rng=rng).array.to_pylist() == ["a", "other"]
    assert category_cells(text, domain, codes, found=False, rng=rng).array.to_pylist() == ["a", "a"]


@pytest.mark.parametrize("text", [*MAKERS, "AB-####", "??-#"])
@pytest.mark.parametrize("length", [None, 6])
def test_unique_formats_never_repeat(text: str, length: int | None) -> None:
    texts = make_texts(text, 500, length, True, np.random.default_rng(3))
    assert len(set(texts)) == 500
    assert length is None or max(map(len, texts)) <= length


FACTS = [
    ("bounds", "CHECK (((a >= 0) AND (a < (10)::numeric)))", [Fact("a", ">=", ("0",)), Fact("a", "<", ("10",))]),
    ("flipped", "CHECK ((5 < a))", [Fact("a", ">", ("5",))]),
    ("negative", "CHECK ((a > '-5'::integer))", [Fact("a", ">", ("-5",))]),
    ("list", "CHECK (((s)::text = ANY ((ARRAY['x'::character varying])::text[])))", [Fact("s", "in", ("x",))]),
    ("two columns", "CHECK ((a < b))", []),
    ("either", "CHECK (((a > 1) OR (b > 1)))", []),
    ("nonsense", "CHECK ((((", []),
]


@pytest.mark.parametrize(("title", "definition", "expected"), FACTS, ids=[case[0] for case in FACTS])
def test_facts_of_checks(title: str, definition: str, expected: list[Fact]) -> None:
    assert facts(definition) == expected, title
