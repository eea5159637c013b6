"""SCRAM-SHA-256: RFC 7677's example, Postgres' own verifiers, and that an unknown role cannot be told from a wrong password."""

from __future__ import annotations

import base64

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from proxy.errors import InvalidPassword, ProtocolViolation
from proxy.wire.scram import PLAIN, ScramServer, make_verifier, mock_verifier, parse_verifier

# RFC 7677, section 3.
SALT = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
FIRST = b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
FINAL = b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="


def test_the_rfcs_example() -> None:
    server = ScramServer(make_verifier("pencil", SALT, 4096), known=True, nonce=SERVER_NONCE)
    first = server.first(PLAIN, FIRST)
    assert first == b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    assert server.final(FINAL, "user") == b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_and_an_unknown_role_say_the_same(known: bool) -> None:
    verifier = make_verifier("other", SALT, 4096) if known else mock_verifier("user", b"key")
    server = ScramServer(verifier, known=known, nonce=SERVER_NONCE)
    server.first(PLAIN, FIRST)
    with pytest.raises(InvalidPassword, match='password authentication failed for user "user"'):
        server.final(FINAL, "user")
    assert mock_verifier("user", b"key").salt == mock_verifier("user", b"key").salt


@pytest.mark.parametrize("message", [b"", b"n,,", b"x,,n=u,r=a", b"p=tls-unique,,n=u,r=a", b"n,a=me,n=u,r=a", b"\xff"])
def test_malformed_first_messages(message: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        ScramServer(make_verifier("x", SALT, 64), known=True).first(PLAIN, message)


def test_postgres_verifiers_are_ours(postgres: EmbeddedPostgres) -> None:
    postgres.psql("-c", "DROP ROLE IF EXISTS scrammed; CREATE ROLE scrammed PASSWORD 'pass wörd'")
    stored = postgres.psql("-Atc", "SELECT rolpassword FROM pg_authid WHERE rolname = 'scrammed'").strip()
    theirs = parse_verifier(stored)
    assert theirs.text() == stored
    assert make_verifier("pass wörd", theirs.salt, theirs.iterations) == theirs
