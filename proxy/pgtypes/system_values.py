"""Types that Postgres has for itself: snapshots of transactions, access privileges, paths into json. Stored as their text.

Refuses to know what they mean. Facts: src/backend/utils/adt/{xid8funcs,acl,jsonpath}.c; an aclitem has no binary form at all.
"""

from __future__ import annotations

import struct

from policies.errors import PgError
from proxy.pgtypes.codec import Codec, Input, Raw
from proxy.pgtypes.errors import InvalidBinary, UndefinedFunction, invalid_input, short_message
from proxy.pgtypes.integers import c_number, c_unsigned, excess

RUNNING_MAX = (0x3FFFFFFF - 24) // 8  # of one allocation
PATH_VERSION = 1


class Snapshot(Codec):
    """xmin:xmax:xip,xip. Which transactions were running."""

    def read(self, text: str, context: Input) -> str:
        low, at = _transaction(text, 0)
        high, after = _transaction(text, at + 1)
        if text[at : at + 1] != ":" or text[after : after + 1] != ":":
            raise invalid_input(self.name, text)
        running, at = list[int](), after + 1
        while at < len(text):
            one, at = _transaction(text, at)
            running.append(one)
            if text[at : at + 1] not in (",", ""):
                raise invalid_input(self.name, text)
            at += 1
        if not _is_sound(low, high, running) or high in running:
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
        if not 0 <= count <= RUNNING_MAX:
            raise InvalidBinary("invalid external pg_snapshot data")
        if len(data) != 20 + 8 * count:
            raise short_message() if len(data) < 20 + 8 * count else excess()
        low, high, *running = struct.unpack_from(f"!QQ{count}Q", data, 4)
        if not _is_sound(low, high, running):
            raise InvalidBinary("invalid external pg_snapshot data")
        return _shown(low, high, running)


def _transaction(text: str, at: int) -> tuple[int, int]:
    """strtou64: the number at a place, and where it ends."""
    number, end = c_number(text, at)
    return c_unsigned(number), end


def _is_sound(low: int, high: int, running: list[int]) -> bool:
    """The ends are numbers of transactions, whose lower half is not zero, and all is in order."""
    numbers = [low, *running, high]
    return bool(low % 2**32 and high % 2**32) and all(one <= other for one, other in zip(numbers, numbers[1:]))


def _shown(low: int, high: int, running: list[int]) -> str:
    return f"{low}:{high}:{','.join(map(str, dict.fromkeys(running)))}"


class TextOnly(Codec):
    """A type without functions for a binary form."""

    def no_binary(self, column: str) -> PgError:
        return UndefinedFunction(f"no binary output function available for type {self.name}")

    def receive(self, data: bytes, context: Input) -> str:
        raise UndefinedFunction(f"no binary input function available for type {self.name}")
