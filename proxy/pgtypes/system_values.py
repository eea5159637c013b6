"""Types that Postgres has for itself: snapshots of transactions, access privileges, paths into json. Stored as their text.

Refuses to know what they mean. Facts: src/backend/utils/adt/{xid8funcs,acl,jsonpath}.c; an aclitem has no binary form at all.
"""

from __future__ import annotations

import re
import struct

from policies.errors import PgError
from proxy.pgtypes.codec import Codec, Input, Raw
from proxy.pgtypes.errors import InvalidBinary, UndefinedFunction, invalid_input, short_message
from proxy.pgtypes.integers import excess
from proxy.pgtypes.strings import decode_utf8

SNAPSHOT = re.compile(r"(\d+):(\d+):((?:\d+,?)*)", re.ASCII)
PATH_VERSION = 1


class Snapshot(Codec):
    """xmin:xmax:xip,xip. Which transactions were running."""

    def read(self, text: str, context: Input) -> str:
        match = SNAPSHOT.fullmatch(text)
        if match is None:
            raise invalid_input(self.name, text)
        low, high = int(match[1]), int(match[2])
        running = [int(word) for word in match[3].split(",") if word]
        if not _is_sound(low, high, running):
            raise invalid_input(self.name, text)
        return _shown(low, high, running)

    def send(self, raw: Raw) -> bytes:
        low, high, running = str(raw).split(":")
        numbers = [int(word) for word in running.split(",") if word]
        return struct.pack(f"!iQQ{len(numbers)}Q", len(numbers), int(low), int(high), *numbers)

    def receive(self, data: bytes, context: Input) -> str:
        if len(data) < 4:
            raise short_message()
        count: int = struct.unpack_from("!i", data)[0]
        if count < 0:
            raise InvalidBinary("invalid external pg_snapshot data")
        if len(data) != 20 + 8 * count:
            raise short_message() if len(data) < 20 + 8 * count else excess()
        low, high, *running = struct.unpack_from(f"!QQ{count}Q", data, 4)
        if not _is_sound(low, high, running):
            raise InvalidBinary("invalid external pg_snapshot data")
        return _shown(low, high, running)


def _is_sound(low: int, high: int, running: list[int]) -> bool:
    in_order = all(one <= other for one, other in zip(running, running[1:]))
    return 0 < low <= high < 2**63 and in_order and all(low <= one < high for one in running)


def _shown(low: int, high: int, running: list[int]) -> str:
    return f"{low}:{high}:{','.join(map(str, dict.fromkeys(running)))}"


class JsonPath(Codec):
    """Its binary form is a version byte and the text. The text is kept as it was written."""

    def send(self, raw: Raw) -> bytes:
        return bytes((PATH_VERSION,)) + str(raw).encode()

    def receive(self, data: bytes, context: Input) -> str:
        if not data:
            raise short_message()
        if data[0] != PATH_VERSION:
            raise InvalidBinary(f"unsupported jsonpath version number: {data[0]}")
        return self.read(decode_utf8(data[1:]), context)


class TextOnly(Codec):
    """A type without functions for a binary form."""

    def no_binary(self, column: str) -> PgError:
        return UndefinedFunction(f"no binary output function available for type {self.name}")

    def receive(self, data: bytes, context: Input) -> str:
        raise UndefinedFunction(f"no binary input function available for type {self.name}")
