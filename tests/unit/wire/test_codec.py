"""The codec is total: what it encodes it decodes, wherever the stream is cut; any other bytes are one refusal."""

from __future__ import annotations

import struct
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.errors import PgError
from proxy.errors import ProtocolViolation, Unframed, UnsupportedStartup
from proxy.wire import messages as wire
from proxy.wire.framing import (
    MESSAGE_MAX,
    PASSWORD_MAX,
    POSTGRES_MAX,
    SMALL_MESSAGE_MAX,
    STARTUP_MAX,
    BadMessage,
    CancelRequest,
    Framer,
    GSSENCRequest,
    SSLRequest,
    Startup,
)
from tests.raw_client import startup_packet

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
INT16, INT32 = st.integers(-(2**15), 2**15 - 1), st.integers(-(2**31), 2**31 - 1)
OID = st.integers(0, 2**32 - 1)
VALUE = st.none() | st.binary(max_size=30)
KIND = st.sampled_from([b"S", b"P"])


def many(items: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(items, max_size=5).map(tuple)


COLUMN = st.tuples(TEXT, OID, INT16, OID, INT16, INT32, INT16)
CODES = st.characters(min_codepoint=1, max_codepoint=255)
FRONTEND = {
    wire.Query: st.builds(wire.Query, TEXT),
    wire.Parse: st.builds(wire.Parse, TEXT, TEXT, many(OID)),
    wire.Bind: st.builds(wire.Bind, TEXT, TEXT, many(INT16), many(VALUE), many(INT16)),
    wire.Describe: st.builds(wire.Describe, KIND, TEXT),
    wire.Execute: st.builds(wire.Execute, TEXT, INT32),
    wire.Close: st.builds(wire.Close, KIND, TEXT),
    wire.Flush: st.builds(wire.Flush),
    wire.Sync: st.builds(wire.Sync),
    wire.Terminate: st.builds(wire.Terminate),
    wire.PasswordMessage: st.builds(wire.PasswordMessage, st.binary(max_size=50)),
    wire.CopyData: st.builds(wire.CopyData, st.binary(max_size=50)),
    wire.CopyDone: st.builds(wire.CopyDone),
    wire.CopyFail: st.builds(wire.CopyFail, TEXT),
    wire.FunctionCall: st.builds(wire.FunctionCall, OID, many(INT16), many(VALUE), INT16),
}
BACKEND = {
    wire.Authentication: st.builds(wire.Authentication, INT32, st.binary(max_size=50)),
    wire.BackendKeyData: st.builds(wire.BackendKeyData, INT32, st.binary(max_size=32)),
    wire.NegotiateProtocolVersion: st.builds(wire.NegotiateProtocolVersion, INT32, INT32, st.binary(max_size=50)),
    wire.ParameterStatus: st.builds(wire.ParameterStatus, TEXT, TEXT),
    wire.ReadyForQuery: st.builds(wire.ReadyForQuery, st.sampled_from([b"I", b"T", b"E"])),
    wire.RowDescription: st.builds(wire.RowDescription, many(COLUMN)),
    wire.ParameterDescription: st.builds(wire.ParameterDescription, many(OID)),
    wire.FunctionCallResponse: st.builds(wire.FunctionCallResponse, VALUE),
    wire.DataRow: st.builds(wire.DataRow, many(VALUE)),
    wire.CommandComplete: st.builds(wire.CommandComplete, TEXT),
    wire.CopyOutResponse: st.builds(wire.CopyOutResponse, st.sampled_from([b"\0", b"\1"]), many(INT16)),
    wire.CopyInResponse: st.builds(wire.CopyInResponse, st.sampled_from([b"\0", b"\1"]), many(INT16)),
    wire.ErrorResponse: st.builds(wire.ErrorResponse, many(st.tuples(CODES, TEXT))),
    wire.NoticeResponse: st.builds(wire.NoticeResponse, many(st.tuples(CODES, TEXT))),
    **{kind: st.builds(kind) for kind in (wire.NoData, wire.ParseComplete, wire.BindComplete, wire.CloseComplete,
                                          wire.EmptyQueryResponse, wire.PortalSuspended)},
    wire.CopyData: FRONTEND[wire.CopyData], wire.CopyDone: FRONTEND[wire.CopyDone],
}  # fmt: skip


def test_every_message_has_a_strategy() -> None:
    """A message that no property sees would be a hole."""
    assert set(FRONTEND) == set(wire.FRONTEND.values())
    assert set(BACKEND) == set(wire.BACKEND.values())
    for kind in (*FRONTEND, *BACKEND):
        assert len(fields(kind)) == len(kind.layout), kind


@given(st.lists(st.one_of(*FRONTEND.values()), max_size=8), st.lists(st.integers(0, 400), max_size=10))
def test_frontend_messages_come_back_wherever_the_stream_is_cut(messages: list[wire.Message], cuts: list[int]) -> None:
    """encode, split anywhere, decode."""
    stream = b"".join(map(wire.encode, messages))
    assert _decoded(stream, cuts, Framer()) == messages


@given(st.lists(st.one_of(*BACKEND.values()), max_size=8), st.lists(st.integers(0, 400), max_size=10))
def test_backend_messages_come_back_too(messages: list[wire.Message], cuts: list[int]) -> None:
    """What our tests read servers with."""
    stream = b"".join(map(wire.encode, messages))
    assert _decoded(stream, cuts, Framer(wire.BACKEND)) == messages


def _decoded(stream: bytes, cuts: list[int], framer: Framer) -> list[object]:
    ends = sorted({min(cut, len(stream)) for cut in cuts} | {len(stream)})
    found: list[object] = []
    start = 0
    for end in ends:
        framer.feed(stream[start:end])
        start = end
        while (message := framer.message()) is not None:
            found.append(message)
    assert framer.pending == 0
    return found


@settings(max_examples=300)
@given(st.binary(max_size=80))
def test_any_bytes_give_messages_or_one_refusal(data: bytes) -> None:
    """No other exception, ever."""
    framer = Framer()
    framer.feed(data)
    try:
        while (message := framer.message()) is not None:
            assert isinstance(message, wire.Message | BadMessage)
    except Unframed:
        return
    except PgError as error:
        assert isinstance(error, ProtocolViolation)
        assert error.sqlstate == "08P01"


@settings(max_examples=300)
@given(st.sampled_from(sorted(wire.FRONTEND)), st.binary(max_size=60))
def test_any_body_of_a_known_message_decodes_or_is_refused(tag: bytes, body: bytes) -> None:
    """The same past the frame; what decodes encodes to the same bytes."""
    framer = Framer()
    framer.feed(tag + struct.pack("!i", len(body) + 4) + body)
    try:
        message = framer.message()
    except (ProtocolViolation, Unframed):
        return
    if not isinstance(message, BadMessage):
        assert message is not None
        assert wire.encode(message)[5:] == body


@settings(max_examples=300)
@given(st.binary(max_size=60))
def test_any_first_packet_is_read_waited_for_or_refused(data: bytes) -> None:
    """A port scanner's bytes, an HTTP request, half a packet."""
    framer = Framer()
    framer.feed(data)
    try:
        packet = framer.startup()
    except (ProtocolViolation, Unframed, UnsupportedStartup):
        return
    assert packet is None or isinstance(packet, SSLRequest | GSSENCRequest | CancelRequest | Startup)


@given(
    st.dictionaries(TEXT.filter(bool), TEXT, max_size=5),
    st.integers(0, 65535),
)
def test_startup_parameters_come_back(parameters: dict[str, str], minor: int) -> None:
    """Any names and values, any minor version."""
    framer = Framer()
    framer.feed(startup_packet(parameters, minor))
    assert framer.startup() == Startup(minor, parameters)


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (struct.pack("!ii", 8, 80877103), SSLRequest()),
        (struct.pack("!ii", 8, 80877104), GSSENCRequest()),
        (struct.pack("!iiii", 16, 80877102, 7, 9), CancelRequest(7, struct.pack("!i", 9))),
        (struct.pack("!iii", 12 + 32, 80877102, 7) + b"k" * 32, CancelRequest(7, b"k" * 32)),
    ],
    ids=["tls", "gss", "cancel", "cancel with a long key of protocol 3.2"],
)
def test_special_first_packets(packet: bytes, expected: object) -> None:
    """By their codes."""
    framer = Framer()
    framer.feed(packet)
    assert framer.startup() == expected
    assert framer.pending == 0


@pytest.mark.parametrize(
    "packet",
    [
        b"GET / HTTP/1.1\r\n",
        struct.pack("!ii", STARTUP_MAX + 1, 3 << 16),
        struct.pack("!i", 4),
        struct.pack("!i", -1),
        struct.pack("!ii", 14, 3 << 16) + b"user\0x",
        struct.pack("!ii", 15, 3 << 16) + b"user\0x\0",
        struct.pack("!ii", 12, 3 << 16) + b"\xff\xfe\0\0",
    ],
    ids=["http", "too long", "too short", "negative", "no end", "no terminator", "not utf-8"],
)
def test_broken_startup_packets_are_refused(packet: bytes) -> None:
    """At once, without waiting for what they announce."""
    framer = Framer()
    framer.feed(packet)
    with pytest.raises((ProtocolViolation, Unframed)):
        framer.startup()


@pytest.mark.parametrize("major", [0, 1, 2, 4, 1234])
def test_other_protocols_are_named(major: int) -> None:
    """The words clients look for."""
    framer = Framer()
    framer.feed(struct.pack("!ii", 8, major << 16))
    with pytest.raises(UnsupportedStartup, match="unsupported frontend protocol"):
        framer.startup()


@pytest.mark.parametrize(
    ("tag", "longest"),
    [
        (b"Q", POSTGRES_MAX),
        (b"B", POSTGRES_MAX),
        (b"p", PASSWORD_MAX),
        (b"S", SMALL_MESSAGE_MAX),
        (b"D", SMALL_MESSAGE_MAX),
    ],
)
def test_lengths_are_limited_before_anything_is_kept(tag: bytes, longest: int) -> None:
    """A client that announces gigabytes is refused by its five first bytes."""
    framer = Framer()
    framer.feed(tag + struct.pack("!i", longest))
    assert framer.message() is None
    framer = Framer()
    framer.feed(tag + struct.pack("!i", longest + 1))
    with pytest.raises(Unframed):
        framer.message()


def test_what_is_too_long_for_this_server_alone_is_passed_over() -> None:
    """None of it is kept, it is an error of its own message, and what follows is read."""
    framer = Framer()
    data = b"Q" + struct.pack("!i", MESSAGE_MAX + 1) + b"x" * (MESSAGE_MAX - 3) + wire.encode(wire.Sync())
    for start in range(0, len(data), 1 << 20):
        framer.feed(data[start : start + (1 << 20)])
        if start + (1 << 20) < len(data):
            assert framer.message() is None
            assert framer.pending == 0
    bad = framer.message()
    assert isinstance(bad, BadMessage)
    assert (bad.tag, bad.error.sqlstate, bad.error.severity) == (b"Q", "54000", "ERROR")
    assert framer.message() == wire.Sync()


def test_a_client_that_is_not_known_yet_sends_passwords_only() -> None:
    """Anything else is refused by its first byte, before its length is believed."""
    framer = Framer()
    framer.feed(b"Q" + struct.pack("!i", MESSAGE_MAX))
    with pytest.raises(ProtocolViolation, match="expected SASL response, got message type 81"):
        framer.password()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"\xff", "0xff"),
        (b"a\xc3(", "0xc3 0x28"),
        (b"\xed\xa0\x80", "0xed 0xa0 0x80"),
        (b"\xe2\x82", "0xe2 0x82"),
        (b"\x80", "0x80"),
    ],
)
def test_bad_bytes_are_shown_as_postgres_shows_them(text: bytes, shown: str) -> None:
    """Compared with PostgreSQL 18."""
    framer = Framer()
    framer.feed(b"Q" + struct.pack("!i", len(text) + 5) + text + b"\0")
    bad = framer.message()
    assert isinstance(bad, BadMessage)
    assert bad.error.message == f'invalid byte sequence for encoding "UTF8": {shown}'


def test_an_unknown_tag_is_refused_by_its_first_byte() -> None:
    """Nothing behind it can be framed."""
    framer = Framer()
    framer.feed(b"\x16")
    with pytest.raises(ProtocolViolation, match="invalid frontend message type 22"):
        framer.message()


def test_text_that_is_not_utf8_is_an_error_of_its_message_alone() -> None:
    """The stream goes on behind it."""
    framer = Framer()
    framer.feed(b"Q" + struct.pack("!i", 7) + b"\xc3\xff\0" + wire.encode(wire.Sync()))
    bad = framer.message()
    assert isinstance(bad, BadMessage)
    assert (bad.tag, bad.error.sqlstate, bad.error.severity) == (b"Q", "22021", "ERROR")
    assert framer.message() == wire.Sync()


def test_a_zero_byte_inside_a_text_cannot_shift_what_follows() -> None:
    """A value of ours that held one would end the string early."""
    data = wire.encode(wire.ParameterStatus("a\0b", "c"))
    assert wire.decode(b"S", data[5:], wire.BACKEND) == wire.ParameterStatus("ab", "c")
