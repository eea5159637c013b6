"""Order of text by a locale of this machine's C library, which is the order of a source whose own C library sorts alike.

glibc rewrote its orders in 2.28 and has kept them since, but for new characters: a source on the other side of that line, another
library, and a locale that this machine has not are refused. Refuses to know collations (`proxy.catalog.collations`). Facts: strxfrm(3);
varlena.c: texts that it finds equal are ordered by their bytes.
"""

from __future__ import annotations

import ctypes
import platform
from collections.abc import Callable
from functools import lru_cache

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function

LC_COLLATE_MASK = 1 << 3  # locale.h of glibc
REWRITTEN = (2, 28)
HINT = 'Use COLLATE "C".'


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR")
def libc_key(text: str, locale: str, version: str) -> str:
    """What orders as strcoll does under the locale; version: of the source's glibc."""
    return f"{_transformed(locale, version)(text.encode()).hex()} {text}"


@lru_cache(maxsize=64)
def _transformed(locale: str, version: str) -> Callable[[bytes], bytes]:
    library, ours = platform.libc_ver()
    if library != "glibc" or min(_parts(version), _parts(ours)) < REWRITTEN:
        raise PgDomainError("0A000", "ordering by the source's C library is not supported by the double", hint=HINT)
    libc = ctypes.CDLL(None)
    libc.newlocale.restype, libc.newlocale.argtypes = ctypes.c_void_p, (ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
    transform = libc.strxfrm_l
    transform.restype = ctypes.c_size_t
    transform.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p)
    found = libc.newlocale(LC_COLLATE_MASK, locale.encode(), None)
    if not found:
        hint = f'Install the locale "{locale}" on the machine of the double, or use COLLATE "C".'
        raise PgDomainError("0A000", f'ordering by the locale "{locale}" is not supported by the double', hint=hint)

    def transformed(text: bytes) -> bytes:
        room = 8 * len(text) + 64
        while True:
            key = ctypes.create_string_buffer(room)
            length: int = transform(key, text, room, found)
            if length < room:
                return key.raw[:length]
            room = length + 1

    return transformed


def _parts(version: str) -> tuple[int, ...]:
    """2.36 -> (2, 36); none where it is not known."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(part.isdigit() for part in parts) else ()
