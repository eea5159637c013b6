"""Keys as sorted numbers find the rows that a dictionary of texts finds, whatever the keys are."""

from __future__ import annotations

import struct
from uuid import UUID

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from synth.codes import code_type
from synth.encode.keys import MISSING, UNKNOWN, KeyForm, KeysSeen, TextKeys, key_form
from synth.encode.public import PublicTable
from synth.measure.rows import exact_fan_outs, row_weights, unit_masses
from synth.source.copy import Fields
from tests.unit.synth.made import TEXT, column, table

INT4, INT8, UUID_OID = 23, 20, 2950
NUMBER = st.one_of(st.integers(-3, 3), st.sampled_from([-(2**63), 2**63 - 1]))
PARTS = st.integers(1, 3).flatmap(
    lambda width: st.tuples(
        st.lists(st.tuples(*[st.none() | NUMBER] * width), max_size=20, unique=True),
        st.lists(st.tuples(*[st.none() | NUMBER] * width), min_size=1, max_size=20),
    )
)
Keys = list[tuple[int | None, ...]]


def fields(keys: Keys) -> list[Fields]:
    """As Postgres sends int8."""
    return [[None if part is None else struct.pack(">q", part) for part in parts] for parts in zip(*keys)]


@given(PARTS)
def test_numbers_are_found_as_texts_are(sides: tuple[Keys, Keys]) -> None:
    held, asked = sides
    index = KeysSeen(KeyForm.NUMBERS)
    if held:
        index.add(fields(held[:3]))
        if held[3:]:
            index.add(fields(held[3:]))
    found = index.index(np.arange(len(held), dtype=np.int32)).find(fields(asked))
    rows = {key: row for row, key in enumerate(held) if None not in key}
    assert found.tolist() == [MISSING if None in key else rows.get(key, UNKNOWN) for key in asked]


def test_rows_that_are_not_kept_are_not_found_and_the_others_are_numbered_anew() -> None:
    seen = KeysSeen(KeyForm.NUMBERS)
    seen.add(fields([(10,), (20,), (None,), (30,)]))
    index = seen.index(np.array([1, 2, 3], dtype=np.int32))
    assert index.find(fields([(10,), (20,), (30,)])).tolist() == [UNKNOWN, 0, 2]


def test_public_rows_are_found_by_numbers_and_by_uuids() -> None:
    ids = [UUID(int=7), UUID(int=2**127 + 1)]
    public = PublicTable(
        table(1, "p", column(1, "n", INT4), column(2, "u", UUID_OID)),
        3,
        {1: pa.array(["5", "-5", None]), 2: pa.array([*map(str, ids), None])},
    )
    assert public.index([1], KeyForm.NUMBERS).find(fields([(-5,), (5,), (4,), (None,)])).tolist() == [
        1, 0, UNKNOWN, MISSING,
    ]  # fmt: skip
    asked: Fields = [ids[1].bytes, UUID(int=8).bytes, None]
    assert public.index([2], KeyForm.UUIDS).find([asked]).tolist() == [1, UNKNOWN, MISSING]
    assert public.index([1], KeyForm.TEXTS).find([[b"5", b"6"]]).tolist() == [0, UNKNOWN]


def test_a_batch_without_any_uuid_is_like_any_other() -> None:
    """Whether all keys of a batch are NULL is a fact of rows: it decides neither how keys are read nor whether a build fails."""
    first, second = UUID(int=5).bytes, UUID(int=9 << 64).bytes
    seen = KeysSeen(KeyForm.UUIDS)
    for batch in ([first, second], [None], [None, None]):
        seen.add([batch])
    index = seen.index(np.arange(5, dtype=np.int32))
    assert index.find([[None]]).tolist() == [MISSING]
    assert index.find([[second, None]]).tolist() == [1, MISSING]
    pairs = KeysSeen(KeyForm.UUIDS)
    pairs.add([[None, None], [first, second]])
    pairs.add([[first], [second]])
    both = pairs.index(np.arange(3, dtype=np.int32))
    assert both.find([[None], [second]]).tolist() == [MISSING]
    assert both.find([[first, first], [second, first]]).tolist() == [2, UNKNOWN]


def test_an_index_of_nothing_finds_nothing() -> None:
    for form in KeyForm:
        assert KeysSeen(form).index(np.zeros(0, dtype=np.int32)).find([[struct.pack(">q", 1)]]).tolist() == [UNKNOWN]
    assert TextKeys({}).find([[None]]).tolist() == [MISSING]


def test_the_form_is_of_both_sides() -> None:
    small, large, text = column(1, "a", INT4), column(2, "b", INT8), column(3, "c", TEXT)
    assert key_form([small], [large]) is KeyForm.NUMBERS
    assert key_form([small, text], [small, text]) is KeyForm.TEXTS
    assert key_form([small], [text]) is KeyForm.TEXTS


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 50))
def test_owners_weigh_the_same_by_whatever_numbers(owners: list[int], mass: int) -> None:
    """Small numbers are taken as they are, others are ranked."""
    small = np.array(owners, dtype=np.int32)
    large = small.astype(np.int64) * 2**40 - 2**45
    assert row_weights(small, mass).tolist() == row_weights(large, mass).tolist()
    assert sorted(exact_fan_outs(small).tolist()) == sorted(exact_fan_outs(large).tolist())
    weights = row_weights(small, mass)
    assert unit_masses(small, weights).max(initial=0) == unit_masses(large, weights).max(initial=0) <= mass


def test_codes_are_as_narrow_as_their_domain() -> None:
    assert [code_type(size) for size in (1, 256, 257, 65_536, 65_537)] == [
        np.uint8, np.uint8, np.uint16, np.uint16, np.int32,
    ]  # fmt: skip
