"""SCRAM-SHA-256: the RFC's own exchange, Postgres' own verifiers, and that a stranger learns nothing."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.errors import PgError
from proxy.errors import InvalidAuthorization, InvalidPassword, ProtocolViolation
from proxy.wire.scram import PLAIN, PLUS, ScramServer, make_verifier, mock_verifier, normalised, parse_verifier
from tests.scram_client import ScramClient

# RFC 7677, section 3.
SALT = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
CLIENT_FIRST = b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
SERVER_FIRST = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
CLIENT_FINAL = (
    b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
)
SERVER_FINAL = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
BINDING = bytes(range(32))


def test_the_exchange_of_the_rfc() -> None:
    """RFC 7677, byte for byte."""
    server = ScramServer(make_verifier("pencil", SALT), known=True, nonce=SERVER_NONCE)
    assert server.first(PLAIN, CLIENT_FIRST) == SERVER_FIRST
    assert server.final(CLIENT_FINAL, "user") == SERVER_FINAL


def exchange(server: ScramServer, client: ScramClient, mechanism: str = PLAIN) -> bool:
    """Whether both sides are content. Raises what the server raises."""
    return client.accepts(server.final(client.final(server.first(mechanism, client.first())), "r"))


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20))
def test_any_password_logs_in_with_itself_only(password: str) -> None:
    """And with nothing near it."""
    verifier = make_verifier(password, iterations=32)
    assert exchange(ScramServer(verifier, known=True), ScramClient(password))
    with pytest.raises(InvalidPassword, match="password authentication failed"):
        exchange(ScramServer(verifier, known=True), ScramClient(password + "x"))


def test_verifiers_are_postgres_own(postgres: EmbeddedPostgres) -> None:
    """Written by Postgres, read by us."""
    postgres.psql("-c", "CREATE ROLE scram_reader PASSWORD 'pässword ½'")
    stored = postgres.psql("-At", "-c", "SELECT rolpassword FROM pg_authid WHERE rolname = 'scram_reader'").strip()
    verifier = parse_verifier(stored)
    assert verifier.text() == stored
    assert make_verifier("pässword ½", verifier.salt, verifier.iterations) == verifier


@pytest.mark.parametrize(
    ("password", "prepared"),
    [
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("a\u00a0b", "a b"),
        ("a\u0007b", "a\u0007b"),
        ("\u0627\u0031", "\u0627\u0031"),
    ],
    ids=["mapped to nothing", "unchanged", "case", "NFKC a", "NFKC IX", "space", "prohibited: raw", "bidi: raw"],
)
def test_saslprep(password: str, prepared: str) -> None:
    """RFC 4013's examples; what it prohibits is used as it is, like in Postgres."""
    assert normalised(password) == prepared


def test_channel_binding() -> None:
    """-PLUS is offered over TLS only, and holds the two ends together."""
    verifier = make_verifier("x", iterations=32)
    assert ScramServer(verifier, known=True).mechanisms == (PLAIN,)
    assert ScramServer(verifier, known=True, binding=BINDING).mechanisms == (PLUS, PLAIN)
    client = ScramClient("x", header="p=tls-server-end-point,,", binding=BINDING)
    assert exchange(ScramServer(verifier, known=True, binding=BINDING), client, PLUS)
    stranger = ScramClient("x", header="p=tls-server-end-point,,", binding=BINDING[::-1])
    with pytest.raises(InvalidAuthorization, match="channel binding check failed"):
        exchange(ScramServer(verifier, known=True, binding=BINDING), stranger, PLUS)


def test_a_downgrade_is_noticed() -> None:
    """A client that could bind but was told that we cannot says `y`."""
    verifier = make_verifier("x", iterations=32)
    assert exchange(ScramServer(verifier, known=True), ScramClient("x", header="y,,"))
    with pytest.raises(InvalidAuthorization, match="negotiation"):
        exchange(ScramServer(verifier, known=True, binding=BINDING), ScramClient("x", header="y,,"))


def test_an_unknown_role_looks_like_a_wrong_password() -> None:
    """Same salt at each try, same iterations, same words; and no password opens it."""
    key = b"k" * 32
    one, again, other = mock_verifier("nobody", key), mock_verifier("nobody", key), mock_verifier("somebody", key)
    assert one.salt == again.salt != other.salt
    assert (one.iterations, len(one.salt)) == (4096, len(make_verifier("x").salt))
    with pytest.raises(InvalidPassword) as unknown:
        exchange(ScramServer(one, known=False), ScramClient("x"))
    with pytest.raises(InvalidPassword) as wrong:
        exchange(ScramServer(make_verifier("y"), known=True), ScramClient("x"))
    assert (unknown.value.message, unknown.value.hint) == (wrong.value.message, wrong.value.hint)
    with pytest.raises(InvalidPassword):
        exchange(ScramServer(make_verifier("x"), known=False), ScramClient("x"))


@pytest.mark.parametrize("password", ["x"])
@pytest.mark.parametrize(
    "first",
    [b"", b"n", b"n,,", b"n,,n=", b"n,,r=abc", b"n,a=admin,n=,r=abc", b"p=tls-unique,,n=,r=abc", b"n,,m=x,n=,r=abc", b"\xff,,n=,r=a",
     b"n,,n=,r="],
)  # fmt: skip
def test_malformed_first_messages_are_refused(password: str, first: bytes) -> None:
    """Authorization identities and mandatory extensions among them."""
    with pytest.raises(ProtocolViolation):
        ScramServer(make_verifier(password, iterations=32), known=True).first(PLAIN, first)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=120), st.binary(max_size=120))
def test_any_bytes_are_refused_politely(first: bytes, final: bytes) -> None:
    """Only PgError leaves, whatever arrives."""
    server = ScramServer(make_verifier("x", b"salt", 1), known=True)
    try:
        server.first(PLAIN, first)
    except PgError:
        server.first(PLAIN, CLIENT_FIRST)
    with pytest.raises(PgError):
        server.final(final, "r")


@pytest.mark.parametrize("proof", ["", "!!!!", "é", "YQ==", "A" * 44])
def test_proofs_of_the_wrong_form(proof: str) -> None:
    """Not base64, not ASCII, too short, all zero."""
    server = ScramServer(make_verifier("pencil", SALT), known=True, nonce=SERVER_NONCE)
    server.first(PLAIN, CLIENT_FIRST)
    with pytest.raises((ProtocolViolation, InvalidPassword)):
        server.final(CLIENT_FINAL.rpartition(b",p=")[0] + b",p=" + proof.encode(), "user")


@pytest.mark.parametrize(
    "text", ["", "md5abc", "SCRAM-SHA-256$x:a$b:c", "SCRAM-SHA-256$4096:!$a:b", "SCRAM-SHA-1$4096:YQ==$YQ==:YQ=="]
)
def test_what_is_no_verifier(text: str) -> None:
    """Said so when the file is read, not when somebody logs in."""
    with pytest.raises(ValueError):
        parse_verifier(text)
