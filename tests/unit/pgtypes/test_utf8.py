"""Bytes that are no text: which of them Postgres names (pg_utf_mblen in src/common/wchar.c)."""

from __future__ import annotations

import pytest

from policies.errors import PgError
from proxy.pgtypes.strings import decode_utf8


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"a\xff", "0xff"), (b"\xffb", "0xff"), (b"\xf8bcd", "0xf8"), (b"\xf0\x9f\x98b", "0xf0 0x9f 0x98 0x62"), (b"\xe2\x82", "0xe2 0x82"),
        (b"\xc3", "0xc3"), (b"\xc3(", "0xc3 0x28"), (b"\x80", "0x80"), (b"a\0b", "0x00"),
    ],
)  # fmt: skip
def test_what_is_named(data: bytes, shown: str) -> None:
    with pytest.raises(PgError) as raised:
        decode_utf8(data)
    assert (raised.value.sqlstate, raised.value.message) == (
        "22021",
        f'invalid byte sequence for encoding "UTF8": {shown}',
    )


def test_text_is_text() -> None:
    assert decode_utf8("groß \N{GRINNING FACE}".encode()) == "groß \N{GRINNING FACE}"
