"""The client's side of SCRAM-SHA-256, for tests that speak the protocol by hand. Facts: RFC 5802, RFC 7677."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass


@dataclass
class ScramClient:
    """One exchange. header: the GS2 header; binding: channel-binding data behind it."""

    password: str
    nonce: str = "rOprNGfwEbeRWgbNEkqO"
    user: str = ""
    header: str = "n,,"
    binding: bytes = b""
    server_signature: bytes = b""
    first_bare: str = ""

    def first(self) -> bytes:
        """client-first-message."""
        self.first_bare = f"n={self.user},r={self.nonce}"
        return (self.header + self.first_bare).encode()

    def final(self, server_first: bytes) -> bytes:
        """client-final-message; keeps what the server must answer."""
        text = server_first.decode()
        fields = dict(part.split("=", 1) for part in text.split(","))
        salted = hashlib.pbkdf2_hmac("sha256", self.password.encode(), base64.b64decode(fields["s"]), int(fields["i"]))
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        bound = base64.b64encode(self.header.encode() + self.binding).decode()
        without_proof = f"c={bound},r={fields['r']}"
        covered = f"{self.first_bare},{text},{without_proof}".encode()
        signature = hmac.digest(hashlib.sha256(client_key).digest(), covered, "sha256")
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(client_key, signature))).decode()
        self.server_signature = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), covered, "sha256")
        return f"{without_proof},p={proof}".encode()

    def accepts(self, server_final: bytes) -> bool:
        """Whether the server proved that it knows the verifier."""
        return server_final == b"v=" + base64.b64encode(self.server_signature)
