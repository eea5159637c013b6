"""SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, the server's side, without IO.

Verifiers are written as Postgres stores them. An unknown role gets a mock exchange that fails like a wrong password, so
that who exists does not show. Facts: RFC 5802, RFC 7677, RFC 5929; src/backend/libpq/auth-scram.c.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import stringprep
import unicodedata
from dataclasses import dataclass

from proxy.errors import InvalidAuthorization, InvalidPassword, ProtocolViolation

ITERATIONS = 4096
PLAIN, PLUS = "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"
_VERIFIER = re.compile(r"^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$")


@dataclass(frozen=True, slots=True)
class Verifier:
    """What a server keeps instead of a password."""

    iterations: int
    salt: bytes
    stored_key: bytes
    server_key: bytes

    def text(self) -> str:
        """As in pg_authid.rolpassword."""
        salt, stored, server = (
            base64.b64encode(part).decode() for part in (self.salt, self.stored_key, self.server_key)
        )
        return f"SCRAM-SHA-256${self.iterations}:{salt}${stored}:{server}"


def parse_verifier(text: str) -> Verifier:
    """A stored verifier. Raises ValueError."""
    found = _VERIFIER.match(text)
    if found is None:
        raise ValueError("not a SCRAM-SHA-256 verifier")
    iterations, *parts = found.groups()
    salt, stored, server = (base64.b64decode(part) for part in parts)
    return Verifier(int(iterations), salt, stored, server)


def make_verifier(password: str, salt: bytes | None = None, iterations: int = ITERATIONS) -> Verifier:
    """The verifier of a password."""
    salt = salt if salt is not None else secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", normalised(password).encode(), salt, iterations)
    client = hmac.digest(salted, b"Client Key", "sha256")
    return Verifier(iterations, salt, hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256"))


def mock_verifier(role: str, key: bytes) -> Verifier:
    """What an unknown role seems to have: the same salt at every try, keys that no password gives."""
    salt = hmac.digest(key, role.encode("utf-8"), "sha256")[:16]
    return Verifier(ITERATIONS, salt, secrets.token_bytes(32), secrets.token_bytes(32))


def normalised(password: str) -> str:
    """SASLprep (RFC 4013) as Postgres applies it: what cannot be prepared is used as it is."""
    mapped = "".join(" " if stringprep.in_table_c12(c) else c for c in password if not stringprep.in_table_b1(c))
    prepared = unicodedata.normalize("NFKC", mapped)
    prohibited = (
        stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3, stringprep.in_table_c4,
        stringprep.in_table_c5, stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8, stringprep.in_table_c9,
    )  # fmt: skip
    if not prepared or any(table(char) for char in prepared for table in prohibited):
        return password
    return prepared


class ScramServer:
    """One exchange. binding: tls-server-end-point data where the connection is TLS, else None."""

    def __init__(self, verifier: Verifier, *, known: bool, binding: bytes | None = None, nonce: str = "") -> None:
        self._verifier = verifier
        self._known = known
        self._binding = binding
        self._nonce = nonce or base64.b64encode(secrets.token_bytes(18)).decode()
        self._header = ""
        self._client_bare = ""
        self._server_first = ""
        self._plus = False

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """What to offer."""
        return (PLUS, PLAIN) if self._binding is not None else (PLAIN,)

    def first(self, mechanism: str, message: bytes) -> bytes:
        """client-first-message → server-first-message."""
        if mechanism not in self.mechanisms:
            raise ProtocolViolation("client selected an invalid SASL authentication mechanism")
        self._plus = mechanism == PLUS
        text = _ascii(message)
        flag, _, rest = text.partition(",")
        if self._plus and flag != "p=tls-server-end-point" or not self._plus and flag not in ("n", "y"):
            raise ProtocolViolation("malformed SCRAM message", detail="Unexpected channel-binding flag.")
        if flag == "y" and self._binding is not None:
            # A downgrade: we offered -PLUS, somebody between us took it out of the offer.
            raise InvalidAuthorization("SCRAM channel binding negotiation error")
        authzid, _, bare = rest.partition(",")
        if authzid:
            raise ProtocolViolation("client uses authorization identity, but it is not supported")
        fields = _fields(bare)
        nonce = fields.get("r", "")
        if not bare.startswith("n=") or not nonce or not nonce.isprintable():
            raise ProtocolViolation("malformed SCRAM message")
        self._header, self._client_bare = f"{flag},{authzid},", bare
        self._nonce = nonce + self._nonce
        salt = base64.b64encode(self._verifier.salt).decode()
        self._server_first = f"r={self._nonce},s={salt},i={self._verifier.iterations}"
        return self._server_first.encode()

    def final(self, message: bytes, role: str) -> bytes:
        """client-final-message → server-final-message. Raises InvalidPassword, the same for an unknown role."""
        text = _ascii(message)
        without_proof, separator, _ = text.rpartition(",p=")
        fields = _fields(text)
        if not separator or "p" not in fields or "c" not in fields:
            raise ProtocolViolation("malformed SCRAM message")
        bound = self._header.encode() + (self._binding or b"" if self._plus else b"")
        if fields["c"] != base64.b64encode(bound).decode():
            raise InvalidAuthorization("SCRAM channel binding check failed")
        if fields.get("r") != self._nonce:
            raise ProtocolViolation("invalid SCRAM response", detail="Nonce does not match.")
        try:
            proof = base64.b64decode(fields["p"], validate=True)
        except ValueError as error:  # not base64, or not ASCII
            raise ProtocolViolation("malformed SCRAM message") from error
        covered = f"{self._client_bare},{self._server_first},{without_proof}".encode()
        signature = hmac.digest(self._verifier.stored_key, covered, "sha256")
        if len(proof) != len(signature):
            raise ProtocolViolation("malformed SCRAM message")
        client_key = bytes(a ^ b for a, b in zip(proof, signature))
        right = hmac.compare_digest(hashlib.sha256(client_key).digest(), self._verifier.stored_key)
        if not (right and self._known):
            raise InvalidPassword(
                f'password authentication failed for user "{role}"',
                hint="`pgdouble user add` sets a role's password.",
            )
        return b"v=" + base64.b64encode(hmac.digest(self._verifier.server_key, covered, "sha256"))


def _ascii(message: bytes) -> str:
    try:
        return message.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolViolation("malformed SCRAM message") from error


def _fields(text: str) -> dict[str, str]:
    return {part[0]: part[2:] for part in text.split(",") if len(part) >= 2 and part[1] == "="}
