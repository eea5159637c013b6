"""Batches cut at their parameter: what is the same for every key, and what is plainly a key."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.answers import Repeat
from proxy.lookups import Looked, Table
from proxy.pgtypes import OutputSettings
from proxy.pgtypes.fields import assemble_few
from proxy.session.portals import Prepared
from proxy.session.ports import StatementEnd
from proxy.session.templates import cut, key_of, template
from proxy.sql.compiled import Compiled
from proxy.wire import messages as wire

INT2, INT4, INT8, TEXT, UUID = 21, 23, 20, 25, 2950
ROWS = [[b"a"], [b"b"], [b"c"]]
END = StatementEnd("print", frozenset(), 1, 0.0, "00000", "", ())
COMPILED = Compiled("SELECT 1", (), (INT4,), frozenset(), False, lookup=True)
ASKED = Looked(COMPILED, (1,), OutputSettings())
TABLE = Table(np.array([1, 7, 7]), assemble_few(ROWS), False, COMPILED)


def batch(key: bytes | None, name: str = "s", *, parse: bool = False, formats: tuple[int, ...] = ()) -> bytes:
    parts: list[wire.Message] = [wire.Parse("", "SELECT $1", ())] if parse else []
    parts += [wire.Bind("", "" if parse else name, formats, (key,), (1,)), wire.Execute("", 0), wire.Sync()]
    return b"".join(map(wire.encode, parts))


@given(st.binary(min_size=1, max_size=40), st.binary(min_size=1, max_size=40), st.booleans())
def test_keys_make_no_difference(one: bytes, other: bytes, parse: bool) -> None:
    first, second = cut(batch(one, "a", parse=parse)), cut(batch(other, "longer", parse=parse))
    assert first is not None and second is not None
    assert (first.value, second.value) == (one, other) and first.same == second.same


@given(st.binary(min_size=1, max_size=8), st.integers(0, 60), st.binary(min_size=1, max_size=4))
def test_any_other_byte_does(key: bytes, at: int, put: bytes) -> None:
    """Batches that bind the same name and are the same when they are cut are the same."""
    data = batch(key)
    changed = data[:at] + put + data[at + len(put) :]
    first, second = cut(data), cut(changed)
    assert first is not None
    if second == first and changed[:8] == data[:8]:
        assert changed == data


@pytest.mark.parametrize(
    "data",
    [
        batch(None), wire.encode(wire.Query("SELECT 1")), b"B", b"B\0\0\0\x04", b"P\xff\xff\xff\xff", b"P\0\0\0\x04B",
        wire.encode(wire.Bind("p", "s", (), (b"1",), ())), wire.encode(wire.Bind("", "s", (), (b"1", b"2"), ())),
        wire.encode(wire.Bind("", "s", (0, 0), (b"1",), ())), wire.encode(wire.Bind("", "s", (), (), ())),
        wire.encode(wire.Parse("", "SELECT $1", ())) + wire.encode(wire.Bind("", "s", (), (b"1",), ())),
        wire.encode(wire.Parse("", "SELECT $1", ())) + wire.encode(wire.Sync()),
    ],
)  # fmt: skip
def test_what_is_not_cut(data: bytes) -> None:
    assert cut(data) is None


@pytest.mark.parametrize(
    ("value", "code", "type_oid", "key"),
    [
        (b"7", 0, INT4, 7), (b"-7", 0, INT2, -7), (b"32768", 0, INT2, None), (b"2147483647", 0, INT4, 2147483647),
        (b"9" * 19, 0, INT8, None), (b"+7", 0, INT4, None), (b" 7", 0, INT4, None), (b"7\n", 0, INT4, None), (b"x", 0, INT4, None),
        (b"\xff\xff\xff\xfe", 1, INT4, -2), (b"\0\1", 1, INT4, None), (b"\0\1", 1, INT2, 1), (b"7", 2, INT4, None),
        (b"a b", 0, TEXT, b"a b"), (b"a b", 1, TEXT, b"a b"), (b"a\0", 0, TEXT, None), (b"\xff", 0, TEXT, None), (b"a", 7, TEXT, None),
        (bytes(16), 1, UUID, b"00000000-0000-0000-0000-000000000000"), (bytes(15), 1, UUID, None), (b"0" * 32, 0, UUID, None),
        (b"00000000-0000-0000-0000-00000000000A", 0, UUID, None),
        (b"00000000-0000-0000-0000-00000000000a", 0, UUID, b"00000000-0000-0000-0000-00000000000a"),
    ],
)  # fmt: skip
def test_what_is_plainly_a_key(value: bytes, code: int, type_oid: int, key: int | bytes | None) -> None:
    assert key_of(value, code, type_oid) == key


def answer(*rows: bytes, tag: wire.Message) -> bytes:
    shown = [wire.DataRow((row,)) for row in rows]
    parts = [wire.BindComplete(), *shown, tag, wire.CloseComplete(), wire.ReadyForQuery(b"I")]
    return b"".join(map(wire.encode, parts))


@pytest.mark.parametrize(
    ("limit", "key", "rows", "tag"),
    [
        (0, b"1", (b"a",), "SELECT 1"), (0, b"7", (b"b", b"c"), "SELECT 2"), (0, b"3", (), "SELECT 0"), (1, b"7", (b"b",), ""),
        (2, b"7", (b"b", b"c"), ""), (3, b"7", (b"b", b"c"), "SELECT 2"), (1, b"3", (), "SELECT 0"),
    ],
)  # fmt: skip
def test_an_answer_with_other_rows(limit: int, key: bytes, rows: tuple[bytes, ...], tag: str) -> None:
    like = Repeat(
        answer(b"a", tag=wire.CommandComplete("SELECT 1")), END, Prepared("s", None, (), (INT4,), ()), False, None
    )
    made = template(ASKED, INT4, [wire.Execute("", limit)], like)
    assert made is not None
    found = made.answered(TABLE, 0, key)
    told = wire.CommandComplete(tag) if tag else wire.PortalSuspended()
    assert found is not None and found.answer == answer(*rows, tag=told) and found.end.rows == len(rows)
    again = made.answered(TABLE, 0, key)
    assert again is not None and again.end is found.end


def test_answers_of_another_kind_are_no_templates() -> None:
    run = Prepared("s", None, (), (INT4,), ())
    like = Repeat(answer(tag=wire.CommandComplete("SELECT 0")), END, run, False, None)
    assert template(ASKED, 1700, [wire.Execute("", 0)], like) is None
    assert template(ASKED, INT4, [], like) is None
    noticed = wire.encode(wire.NoticeResponse((("M", "beware"),))) + like.answer
    assert template(ASKED, INT4, [wire.Execute("", 0)], replace(like, answer=noticed)) is None
