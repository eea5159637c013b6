"""The codec: every message survives, any bytes give messages or one protocol error, wherever they are cut."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.errors import PgError
from proxy.errors import ProtocolViolation
from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage, CancelRequest, Framer, SSLRequest, Startup

text = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=20)
shorts = st.lists(st.integers(-(2**15), 2**15 - 1), max_size=4).map(tuple)
values = st.lists(st.none() | st.binary(max_size=20), max_size=4).map(tuple)
MESSAGES = st.one_of(
    st.builds(wire.Query, text),
    st.builds(wire.Parse, text, text, st.lists(st.integers(0, 2**32 - 1), max_size=4).map(tuple)),
    st.builds(wire.Bind, text, text, shorts, values, shorts),
    st.builds(wire.Describe, st.sampled_from([b"S", b"P"]), text),
    st.builds(wire.Execute, text, st.integers(-(2**31), 2**31 - 1)),
    st.builds(wire.Close, st.sampled_from([b"S", b"P"]), text),
    st.sampled_from([wire.Flush(), wire.Sync(), wire.Terminate(), wire.CopyDone()]),
    st.builds(wire.PasswordMessage, st.binary(max_size=30)),
    st.builds(wire.CopyFail, text),
)


def drained(framer: Framer) -> list[object]:
    found: list[object] = []
    while (message := framer.message()) is not None:
        found.append(message)
    return found


@given(st.lists(MESSAGES, max_size=6), st.integers(1, 40))
def test_messages_survive_any_cut(sent: list[wire.Message], size: int) -> None:
    data = b"".join(wire.encode(message) for message in sent)
    framer, found = Framer(), []
    for start in range(0, len(data), size):
        framer.feed(data[start : start + size])
        found += drained(framer)
    assert found == sent
    assert framer.pending == 0


@settings(max_examples=500)
@given(st.binary(max_size=80))
def test_any_bytes_give_messages_or_one_error(data: bytes) -> None:
    for take in (Framer.startup, Framer.message):
        framer = Framer()
        framer.feed(data)
        try:
            while take(framer) is not None:
                pass
        except PgError as error:
            assert error.sqlstate in ("08P01", "0A000")


@given(MESSAGES, st.binary(min_size=1, max_size=5))
def test_trailing_bytes_are_refused(message: wire.Message, rest: bytes) -> None:
    if isinstance(message, wire.PasswordMessage):
        return
    body = wire.encode(message)[5:] + rest
    framer = Framer()
    framer.feed(message.tag + struct.pack("!i", len(body) + 4) + body)
    with pytest.raises(ProtocolViolation):
        framer.message()


def test_text_that_is_not_utf8_costs_one_message() -> None:
    framer = Framer()
    framer.feed(b"Q" + struct.pack("!i", 7) + b"\xff\xfe\0" + wire.encode(wire.Sync()))
    bad = framer.message()
    assert isinstance(bad, BadMessage) and bad.error.sqlstate == "22021"
    assert framer.message() == wire.Sync()


def test_startup_packets() -> None:
    def packet(body: bytes) -> object:
        framer = Framer()
        framer.feed(struct.pack("!i", len(body) + 4) + body)
        return framer.startup()

    assert packet(struct.pack("!i", 80877103)) == SSLRequest()
    assert packet(struct.pack("!ii", 80877102, 7) + b"abcd") == CancelRequest(7, b"abcd")
    assert packet(struct.pack("!i", 196608) + b"user\0me\0database\0d\0\0") == Startup(
        0, {"user": "me", "database": "d"}
    )
    for body in (b"user", b"user\0me", b"\xff\0x\0\0"):
        with pytest.raises(ProtocolViolation):
            packet(struct.pack("!i", 196608) + body)
