"""The server's TLS context, and what channel binding says of its certificate.

Holds just enough of a DER reader to find which hash a certificate was signed with. Refuses to know connections. Facts: RFC 5929
(tls-server-end-point), RFC 5280 (Certificate), RFC 4055 (RSASSA-PSS).
"""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

from proxy.server.errors import CannotListen

_SEQUENCE, _OID, _CONTEXT_0 = 0x30, 0x06, 0xA0
_END = "-----END CERTIFICATE-----"
_BEGIN = "-----BEGIN CERTIFICATE-----"
# Signature algorithms (DER of the OID) and their hash; MD5 and SHA-1 count as SHA-256 (RFC 5929, 4.1).
_PSS = bytes.fromhex("2a864886f70d01010a")
_HASHES = {
    bytes.fromhex(oid): name
    for oid, name in {
        "2a864886f70d010104": "sha256", "2a864886f70d010105": "sha256", "2a864886f70d01010e": "sha224",
        "2a864886f70d01010b": "sha256", "2a864886f70d01010c": "sha384", "2a864886f70d01010d": "sha512",
        "2a8648ce3d0401": "sha256", "2a8648ce3d040301": "sha224", "2a8648ce3d040302": "sha256",
        "2a8648ce3d040303": "sha384", "2a8648ce3d040304": "sha512", "608648016503040201": "sha256",
        "608648016503040202": "sha384", "608648016503040203": "sha512", "608648016503040204": "sha224",
        "2b0e03021a": "sha256",
    }.items()
}  # fmt: skip


def load_tls(certificate: Path, key: Path | None) -> tuple[ssl.SSLContext, bytes | None]:
    """(context, binding data; None where the certificate's signature has no hash, such as Ed25519). Raises CannotListen."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
        pem = certificate.read_text(encoding="ascii")
        return context, end_point(ssl.PEM_cert_to_DER_cert(pem[pem.index(_BEGIN) : pem.index(_END) + len(_END)]))
    except (OSError, ssl.SSLError, ValueError) as error:
        raise CannotListen(
            f"cannot use the certificate {certificate}",
            hint="It must be a PEM file, with its private key in the same file or in `tls_key`.",
        ) from error


def end_point(der: bytes) -> bytes | None:
    """The certificate's hash by its signature's own hash function."""
    name = _signature_hash(der)
    return hashlib.new(name, der).digest() if name is not None else None


def _signature_hash(der: bytes) -> str | None:
    """Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID, parameters }, signature }."""
    body, _ = _element(der, 0, _SEQUENCE)
    _, after = _element(body, 0, _SEQUENCE)
    algorithm, _ = _element(body, after, _SEQUENCE)
    oid, after = _element(algorithm, 0, _OID)
    if oid != _PSS:
        return _HASHES.get(oid)
    parameters, _ = _element(algorithm, after, _SEQUENCE)
    if not parameters or parameters[0] != _CONTEXT_0:
        return "sha256"  # the default is SHA-1
    hashed, _ = _element(parameters, 0, _CONTEXT_0)
    inner, _ = _element(hashed, 0, _SEQUENCE)
    return _HASHES.get(_element(inner, 0, _OID)[0])


def _element(data: bytes, at: int, tag: int) -> tuple[bytes, int]:
    """(content, offset behind it) of one DER element. Raises ValueError."""
    if len(data) < at + 2 or data[at] != tag:
        raise ValueError("not the DER that was expected")
    length, start = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + length > len(data):
        raise ValueError("DER that ends early")
    return data[start : start + length], start + length
