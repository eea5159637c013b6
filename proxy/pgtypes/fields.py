"""Encoded columns and how they become DataRow messages: one memory copy per field, in compiled code.

Holds the layout of a DataRow (`D`, int32 length, int16 columns, then int32 length and bytes of each field) and the
plumbing of Arrow buffers; refuses to know types. Facts: the protocol's "Message Formats"; research on wire
performance for the method.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from proxy.pgtypes import core
from proxy.pgtypes.arrow import (
    INT32_MAX,
    Bytes,
    Mask,
    as_bytes,
    binary_array,
    is_large,
    string_bytes,
    string_offsets,
    validity,
)
from proxy.pgtypes.errors import ProgramLimitExceeded

Offsets = npt.NDArray[np.int64]

DATA_ROW_HEADER = struct.Struct("!cih")
INT32 = struct.Struct("!i")
NULL_FIELD = INT32.pack(-1)


@dataclass(frozen=True, slots=True)
class EncodedRows:
    """Whole DataRow messages, end to end. Row i is buffer[offsets[i]:offsets[i + 1]]; offsets[0] is 0."""

    buffer: memoryview
    offsets: Offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def span(self, start: int, stop: int) -> memoryview:
        """The messages of rows start..stop, one piece of memory ready to send."""
        return self.buffer[int(self.offsets[start]) : int(self.offsets[stop])]

    def rows(self) -> list[bytes]:
        """Each message on its own."""
        return [bytes(self.span(row, row + 1)) for row in range(len(self))]


@dataclass(frozen=True, slots=True)
class Fixed:
    """Fields of one width. data: uint8, shape (rows, width); valid: None where nothing is NULL."""

    data: Bytes
    valid: Mask | None


Field: TypeAlias = Fixed | pa.Array
"""A column of encoded fields: Fixed, or an Arrow (large_)binary or string array whose nulls are NULLs."""


def assemble(fields: Sequence[Field], rows: int) -> EncodedRows:
    """DataRow messages of encoded columns. Raises ProgramLimitExceeded where a row cannot be framed."""
    if core.ASSEMBLE is None:
        return _pieced(fields, rows)
    try:
        data, starts = core.ASSEMBLE([_described(field) for field in fields], rows)
    except OverflowError:
        raise _too_large() from None
    return EncodedRows(memoryview(data), np.frombuffer(starts, dtype=np.int64))


def _described(field: Field) -> core.Column:
    """A column as the compiled part takes it."""
    if isinstance(field, Fixed):
        return np.ascontiguousarray(field.data), None, 0, field.data.shape[1], field.valid, 0, False
    bits, offsets, data = field.buffers()
    width = 8 if is_large(field.type) else 4
    if not len(field):
        return data, np.zeros(1, dtype=np.int64), 8, 0, None, 0, True
    return data, offsets, width, 0, bits, field.offset, True


def _too_large() -> ProgramLimitExceeded:
    return ProgramLimitExceeded("row is too large to be sent", hint="Select fewer or shorter columns.")


def _pieced(fields: Sequence[Field], rows: int) -> EncodedRows:
    """The same with Arrow's join."""
    plain = [field if not isinstance(field, Fixed) or field.valid is None else compressed(field) for field in fields]
    widths = [field.data.shape[1] if isinstance(field, Fixed) else field_lengths(field) for field in plain]
    total = np.full(rows, 6 + 4 * len(fields), dtype=np.int64)
    for width in widths:
        total += np.maximum(width, 0)
    if rows and int(total.max()) > INT32_MAX:
        raise _too_large()
    block: list[Bytes] = [_headers(total, len(fields))]
    pieces: list[pa.Array] = []
    for field, width in zip(plain, widths):
        prefix = np.broadcast_to(np.asarray(width, dtype=">i4"), (rows,))
        block.append(as_bytes(prefix, 4))
        if isinstance(field, Fixed):
            block.append(field.data)
        else:
            pieces += (_packed(block), field)
            block = []
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(total + 1)))
    if not pieces:
        return EncodedRows(_memory(np.hstack(block)), offsets)
    if block:
        pieces.append(_packed(block))
    return EncodedRows(_joined(pieces, int(offsets[-1])), offsets)


def assemble_few(rows: Sequence[Sequence[bytes | None]]) -> EncodedRows:
    """DataRow messages of a few rows of encoded fields, without the fixed cost of arrays."""
    messages: list[bytes] = []
    ends = [0]
    for row in rows:
        parts: list[bytes] = []
        for value in row:
            if value is None:
                parts.append(NULL_FIELD)
            else:
                parts += (INT32.pack(len(value)), value)
        body = b"".join(parts)
        messages += (DATA_ROW_HEADER.pack(b"D", 6 + len(body), len(row)), body)
        ends.append(ends[-1] + 7 + len(body))
    return EncodedRows(memoryview(b"".join(messages)), np.array(ends, dtype=np.int64))


def field_lengths(column: pa.Array) -> npt.NDArray[np.int64]:
    """Bytes of each field; -1 for NULL."""
    lengths: npt.NDArray[np.int64] = np.diff(string_offsets(column)).astype(np.int64)
    valid = validity(column)
    if valid is not None:
        lengths[~valid] = -1
    return lengths


def compressed(field: Fixed) -> pa.Array:
    """A fixed-width column with NULLs as a binary array, in which a NULL takes no bytes."""
    if field.valid is None:
        valid = np.ones(len(field.data), dtype=np.bool_)
    else:
        valid = field.valid
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(valid * field.data.shape[1])))
    return binary_array(field.data[valid].reshape(-1), offsets, field.valid)


def field_values(field: Field) -> list[bytes | None]:
    """Each field of a column as bytes, None for NULL."""
    array = compressed(field) if isinstance(field, Fixed) else field
    return [
        None if value is None else value.encode() if isinstance(value, str) else value for value in array.to_pylist()
    ]


def _headers(total: npt.NDArray[np.int64], columns: int) -> Bytes:
    header = np.empty((len(total), 7), dtype=np.uint8)
    header[:, 0] = ord("D")
    header[:, 1:5] = as_bytes(total.astype(">i4"), 4)
    header[:, 5:7] = np.frombuffer(struct.pack("!h", columns), dtype=np.uint8)
    return header


def _packed(block: list[Bytes]) -> pa.Array:
    matrix = block[0] if len(block) == 1 else np.hstack(block)
    rows, width = matrix.shape
    return binary_array(matrix.reshape(-1), np.arange(rows + 1, dtype=np.int64) * width, None)


def _joined(pieces: list[pa.Array], total: int) -> memoryview:
    kind = pa.large_binary() if total > INT32_MAX or any(is_large(piece.type) for piece in pieces) else pa.binary()
    parts = [piece if piece.type == kind else piece.cast(kind) for piece in pieces]
    separator = pa.scalar(b"", kind)
    joined = pc.binary_join_element_wise(*parts, separator, null_handling="replace", null_replacement=b"")
    data, _ = string_bytes(joined)
    return _memory(data)


def _memory(data: Bytes) -> memoryview:
    return np.ascontiguousarray(data).reshape(-1).data
