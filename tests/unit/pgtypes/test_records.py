"""Rows as values where no Postgres is needed: text taken apart and put together, and the binary form both ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.pgtypes.codec import Input
from proxy.pgtypes.errors import DatatypeMismatch, InvalidText, ProtocolViolation
from proxy.pgtypes.records import Column, Composite
from proxy.pgtypes.registry import codec_of
from proxy.pgtypes.row_input import parse_row, row_text

ROW = Composite("pair", [Column(23, -1, codec_of(23)), Column(25, -1, codec_of(25)), Column(1182, -1, codec_of(1182))])
SENT = (
    b"\0\0\0\3" b"\0\0\0\x17\0\0\0\4\0\0\0\7" b"\0\0\0\x19\xff\xff\xff\xff"
    b"\0\0\4\x9e\0\0\0\x1c\0\0\0\1\0\0\0\0\0\0\4\x3a\0\0\0\1\0\0\0\1\0\0\0\4\0\0\0\0"
)  # fmt: skip


@given(st.lists(st.none() | st.text(max_size=8), min_size=2, max_size=5))
def test_text_goes_both_ways(items: list[str | None]) -> None:
    assert parse_row(row_text(items)) == items


@pytest.mark.parametrize(
    ("text", "detail"),
    [("1,2)", "Missing left parenthesis."), ("(1,2", "Unexpected end of input."), ("(1)x", "Junk after right parenthesis."),
     ('("1)', "Unexpected end of input.")],
)  # fmt: skip
def test_what_is_no_row(text: str, detail: str) -> None:
    with pytest.raises(InvalidText) as found:
        parse_row(text)
    assert (found.value.message, found.value.detail) == (f'malformed record literal: "{text}"', detail)


def test_columns_are_read_by_their_types() -> None:
    assert ROW.read(' (007,"a b",{2000-01-01}) ', Input()) == '(7,"a b",{2000-01-01})'
    with pytest.raises(InvalidText, match="integer"):
        ROW.read("(x,,)", Input())
    with pytest.raises(InvalidText) as found:
        ROW.read("(1,2)", Input())
    assert found.value.detail == "Too few columns."


def test_binary_goes_both_ways() -> None:
    assert ROW.send("(7,,{2000-01-01})") == SENT
    assert ROW.receive(SENT, Input()) == "(7,,{2000-01-01})"


@pytest.mark.parametrize("cut", [2, 6, 14, len(SENT) - 1])
def test_a_short_message(cut: int) -> None:
    with pytest.raises(ProtocolViolation):
        ROW.receive(SENT[:cut], Input())


def test_other_columns() -> None:
    with pytest.raises(DatatypeMismatch, match="wrong number of columns: 1, expected 3"):
        ROW.receive(b"\0\0\0\1", Input())
    with pytest.raises(DatatypeMismatch, match="in record column 1"):
        ROW.receive(b"\0\0\0\3\0\0\0\x19\xff\xff\xff\xff", Input())
