"""TLS: real libpq over it, with channel binding by each kind of certificate, and what happens without."""

from __future__ import annotations

import datetime
import hashlib
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

from proxy.server.errors import CannotListen
from proxy.server.server import ServerConfig
from proxy.server.tls import end_point, load_tls
from proxy.wire import messages as wire
from tests.fake_server import DATABASE, ROLE, Running, running
from tests.raw_client import RawClient, startup_packet

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
Signed = tuple[object, x509.Certificate]


def signed(key: object, algorithm: object, pss: bool = False) -> Signed:
    """A self-signed certificate."""
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder().subject_name(NAME).issuer_name(NAME).public_key(key.public_key())  # type: ignore[attr-defined]
        .serial_number(7).not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
    )  # fmt: skip
    extra = {"rsa_padding": padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)} if pss else {}  # type: ignore[arg-type,attr-defined]
    return key, builder.sign(key, algorithm, **extra)  # type: ignore[arg-type]


RSA = rsa.generate_private_key(65537, 2048)
MAKERS: dict[str, tuple[Callable[[], Signed], str | None]] = {
    "rsa-sha256": (lambda: signed(RSA, hashes.SHA256()), "sha256"),
    "rsa-sha512": (lambda: signed(RSA, hashes.SHA512()), "sha512"),
    "rsa-pss-sha384": (lambda: signed(RSA, hashes.SHA384(), pss=True), "sha384"),
    "ecdsa-sha256": (lambda: signed(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()), "sha256"),
    "ecdsa-sha384": (lambda: signed(ec.generate_private_key(ec.SECP384R1()), hashes.SHA384()), "sha384"),
    "ed25519": (lambda: signed(ed25519.Ed25519PrivateKey.generate(), None), None),
}


def written(made: Signed, folder: Path) -> tuple[Path, Path]:
    """PEM files of certificate and key."""
    key, certificate = made
    paths = folder / "server.crt", folder / "server.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())  # type: ignore[attr-defined]
    )
    return paths


@pytest.mark.parametrize("kind", MAKERS)
def test_clients_bind_to_the_channel(kind: str, tmp_path: Path) -> None:
    """The hash is the signature's own; a certificate without one offers no binding, and libpq falls back."""
    make, algorithm = MAKERS[kind]
    made = make()
    certificate, key = written(made, tmp_path)
    der = made[1].public_bytes(serialization.Encoding.DER)
    assert end_point(der) == (hashlib.new(algorithm, der).digest() if algorithm else None)
    with running(ServerConfig(port=0, certificate=certificate, key=key)) as server:
        extra = "?sslmode=require&channel_binding=" + ("require" if algorithm else "prefer")
        with psycopg.connect(server.dsn(extra=extra)) as connection:
            assert connection.execute("select fake('rows', 2)").fetchall() == [(1,), (2,)]
            assert connection.pgconn.ssl_in_use
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.dsn(password="nix", extra=extra))
        with psycopg.connect(server.dsn(extra="?sslmode=disable")) as connection:
            assert connection.execute("select fake('one')").fetchone() == (1,)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """With an ordinary certificate."""
    certificate, key = written(MAKERS["ecdsa-sha256"][0](), tmp_path)
    with running(ServerConfig(port=0, certificate=certificate, key=key)) as made:
        yield made


def test_bytes_injected_before_the_handshake_are_refused(server: Running) -> None:
    """CVE-2021-23214: what came in plain must not be taken for what came over TLS."""
    with RawClient("127.0.0.1", server.port) as peer:
        peer.socket.sendall(struct.pack("!ii", 8, 80877103) + startup_packet({"user": ROLE, "database": DATABASE}))
        message = peer.receive()
        assert isinstance(message, wire.ErrorResponse)
        assert dict(message.pairs)["C"] == "08P01"


def test_cancel_works_over_tls_too(server: Running) -> None:
    """Newer clients send it encrypted."""
    with psycopg.connect(server.dsn(extra="?sslmode=require"), autocommit=True) as connection:
        timer = threading.Timer(0.3, connection.cancel_safe)
        timer.start()
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("select fake('slow')")
        timer.join()


def test_a_client_that_gives_the_handshake_up_costs_nothing(server: Running) -> None:
    """Half a handshake."""
    with RawClient("127.0.0.1", server.port) as peer:
        peer.socket.sendall(struct.pack("!ii", 8, 80877103))
        assert peer.socket.recv(1) == b"S"
        peer.socket.sendall(b"nonsense that is no ClientHello")
    with psycopg.connect(server.dsn(extra="?sslmode=require")) as connection:
        assert connection.execute("select fake('one')").fetchone() == (1,)


def test_old_tls_is_refused(server: Running) -> None:
    """1.2 is the least."""
    assert server.server.tls is not None
    assert server.server.tls.minimum_version == ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("content", [b"", b"nix", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_certificate_that_is_none(content: bytes, tmp_path: Path) -> None:
    """Said at start, with the file's name."""
    path = tmp_path / "server.crt"
    path.write_bytes(content)
    for wrong in (path, tmp_path / "missing.crt"):
        with pytest.raises(CannotListen, match=wrong.name):
            load_tls(wrong, None)


def test_der_that_ends_early_is_a_value_error() -> None:
    """Not an IndexError."""
    der = MAKERS["ecdsa-sha256"][0]()[1].public_bytes(serialization.Encoding.DER)
    for length in (0, 1, 5, 40):
        with pytest.raises(ValueError):
            end_point(der[:length])
