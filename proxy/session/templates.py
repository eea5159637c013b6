"""Batches of messages that look up rows by a key, answered for any key from what one of them was answered.

Of a batch that was remembered the bytes of its one parameter are cut out, and of its answer the rows: what is left is the same for every
key. Values that are not plainly of the parameter's type go the long way. Refuses to know sessions and which batches are safe to
repeat. Facts: protocol chapter "Message Formats" (Bind, DataRow, CommandComplete).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

from proxy.answers import ANSWER_BYTES_MAX, Repeat
from proxy.lookups import Key, Looked, Table
from proxy.pgtypes.strings import uuid_text
from proxy.session.answers import complete
from proxy.session.ports import StatementEnd
from proxy.wire import messages as wire

PARSE, BIND = wire.Parse.tag[0], wire.Bind.tag[0]
HEAD = 5  # bytes of a tag and a length
DIGITS = re.compile(rb"-?[0-9]{1,18}")
HEX = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SIZES = {21: 2, 23: 4, 20: 8}  # bytes of a whole number, by its type
TEXTS = frozenset({25, 1043})
UUID, UUID_BYTES = 2950, 16
ENDS_MAX = 100  # numbers of rows whose ends are kept
BEFORE, AFTER = b"12T", b"3Z"  # tags of an answer's messages before its rows and after its tag
SUSPENDED = wire.encode(wire.PortalSuspended())


@dataclass(frozen=True, slots=True)
class Cut:
    """A batch without its parameter: what has to be the same, the format of the parameter and its bytes. The name of a statement that was
    prepared before is not in it, for it may be another one in each session."""

    same: Hashable
    code: int
    value: bytes


def cut(batch: bytes) -> Cut | None:
    """A batch of [Parse] Bind ... with one parameter that is not NULL; None for others."""
    at = 1 + int.from_bytes(batch[1:HEAD], "big") if batch[0] == PARSE else 0
    if batch[at : at + 1] != wire.Bind.tag or batch[at + HEAD : at + HEAD + 1] != b"\0":
        return None
    end = batch.find(0, at + HEAD + 1)
    formats = int.from_bytes(batch[end + 1 : end + 3], "big")
    place = end + 3 + 2 * formats
    if end < 0 or formats > 1 or (at and end > at + HEAD + 1) or batch[place : place + 2] != b"\0\x01":
        return None
    size = int.from_bytes(batch[place + 2 : place + 6], "big", signed=True)
    value = batch[place + 6 : place + 6 + size]
    if size <= 0 or len(value) < size:
        return None
    code = int.from_bytes(batch[end + 3 : end + 5], "big") if formats else 0
    length = int.from_bytes(batch[at + 1 : at + HEAD], "big") + at - end - size
    return Cut((batch[:at], length, batch[end:place], batch[place + 6 + size :]), code, value)


@dataclass(frozen=True, slots=True)
class Template:
    """What a batch is answered around its rows, which are somebody else's to keep. type: of the parameter. limit: of its rows; 0 = none.
    like: one such batch."""

    asked: Looked
    type: int
    limit: int
    head: bytes
    tail: bytes
    like: Repeat
    ends: dict[int, StatementEnd] = field(default_factory=dict)

    def answered(self, table: Table, code: int, value: bytes) -> Repeat | None:
        """The same batch with this parameter, out of the rows that were asked; None where it has to go the long way."""
        key = key_of(value, code, self.type)
        if key is None:
            return None
        start, stop = table.find(key)
        whole = not self.limit or stop - start < self.limit
        count = stop - start if whole else self.limit
        rows = table.rows.span(start, start + count)
        if len(rows) > ANSWER_BYTES_MAX:
            return None
        told = complete(f"SELECT {count}") if whole else SUSPENDED
        like = self.like
        return Repeat(
            b"".join((self.head, rows, told, self.tail)),
            self._end(count),
            like.run,
            like.replaces,
            like.unnamed,
            like.left,
        )

    def _end(self, rows: int) -> StatementEnd:
        """One and the same object for each number of rows, by which others keep what they make of it."""
        found = self.ends.get(rows)
        if found is None:
            if len(self.ends) >= ENDS_MAX:
                self.ends.clear()
            found = self.ends[rows] = replace(self.like.end, rows=rows)
        return found


def template(asked: Looked, type_oid: int, messages: Sequence[wire.Message], like: Repeat) -> Template | None:
    """What a batch and its answer say of all batches like it; None where the answer is of another kind."""
    limits = [message.row_limit for message in messages if isinstance(message, wire.Execute)]
    parts = _parts(like.answer)
    if type_oid not in (*SIZES, *TEXTS, UUID) or len(limits) != 1 or parts is None:
        return None
    return Template(asked, type_oid, max(0, limits[0]), *parts, replace(like, answer=b""))


def key_of(value: bytes, code: int, type_oid: int) -> Key | None:
    """A parameter as a key; None where it is not plainly one."""
    if code not in (0, 1):
        return None
    if type_oid in TEXTS:
        return value if b"\0" not in value and _is_utf8(value) else None
    if type_oid == UUID:
        if code == 0:
            return value if HEX.fullmatch(value) else None
        return uuid_text(value).encode() if len(value) == UUID_BYTES else None
    size = SIZES[type_oid]
    if code == 1:
        return int.from_bytes(value, "big", signed=True) if len(value) == size else None
    if not DIGITS.fullmatch(value):
        return None
    found = int(value)
    return found if -(1 << 8 * size - 1) <= found < 1 << 8 * size - 1 else None


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parts(answer: bytes) -> tuple[bytes, bytes] | None:
    """What stands before the rows and behind the tag."""
    starts, at = [], 0
    while at < len(answer):
        starts.append((answer[at], at))
        at += 1 + int.from_bytes(answer[at + 1 : at + HEAD], "big")
    starts.append((0, at))
    tags = bytes(tag for tag, _ in starts[:-1])
    found = re.fullmatch(rb"([%b]*)D*[Cs]([%b]*)" % (BEFORE, AFTER), tags)
    if found is None:
        return None
    return answer[: starts[found.end(1)][1]], answer[starts[found.start(2)][1] :]
