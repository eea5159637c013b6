"""Arrow columns as numpy sees them: buffers without copies, validity, and the few conversions a codec may ask for.

The one adapter to pyarrow's memory layout; refuses to know Postgres types. Facts: the Arrow columnar format, and the
types that DuckDB's Arrow reader gives (DECIMAL, HUGEINT -> decimal128; UUID, JSON -> string; BLOB -> binary; ENUM ->
dictionary).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from proxy.pgtypes.errors import NumericOutOfRange, StorageMismatch

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

INT32_MAX = 2**31 - 1


def conform(column: pa.Array, kind: pa.DataType, name: str) -> pa.Array:
    """The column in the Arrow type that its codec reads; the engine may have used a wider one.

    Raises NumericOutOfRange where a value does not fit, StorageMismatch where the types have nothing in common.
    """
    if column.type == kind:
        return column
    both_numbers = all(pa.types.is_integer(one) or pa.types.is_decimal(one) for one in (column.type, kind))
    both_floats = pa.types.is_floating(kind) and pa.types.is_floating(column.type)
    if (
        not both_numbers
        and not both_floats
        and not pa.types.is_null(column.type)
        and not _same_family(column.type, kind)
    ):
        raise StorageMismatch(f"a column of type {name} arrived as {column.type}")
    try:
        return column.cast(kind)
    except pa.ArrowInvalid:
        raise NumericOutOfRange(f"{name} out of range") from None


def plain(column: pa.Array) -> pa.Array:
    """A column without Arrow's dictionary, view and extension forms."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string_view(column.type):
        column = column.cast(pa.large_string())
    elif pa.types.is_binary_view(column.type):
        column = column.cast(pa.large_binary())
    return column


def as_bytes(values: npt.NDArray[Any], width: int) -> Bytes:
    """Values of `width` bytes each as a matrix of bytes, shape (rows, width)."""
    return np.ascontiguousarray(values).view(np.uint8).reshape(-1, width)


def validity(column: pa.Array) -> Mask | None:
    """Which values are not NULL; None where all are."""
    if column.null_count == 0:
        return None
    mask: Mask = pc.is_valid(column).to_numpy(zero_copy_only=False)
    return mask


def values(column: pa.Array, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """The values of a fixed-width column without a copy; what stands under a NULL is arbitrary."""
    kind = np.dtype(dtype)
    data = column.buffers()[1]
    if data is None:
        return np.zeros(len(column), dtype=kind)
    return np.frombuffer(data, dtype=kind, count=len(column), offset=column.offset * kind.itemsize)


def string_offsets(column: pa.Array) -> npt.NDArray[Any]:
    """Where each value of a string or binary column starts in its data buffer, and where the last one ends."""
    kind: npt.DTypeLike = np.int64 if is_large(column.type) else np.int32
    width = np.dtype(kind).itemsize
    if len(column) == 0:
        return np.zeros(1, dtype=kind)
    return np.frombuffer(column.buffers()[1], dtype=kind, count=len(column) + 1, offset=column.offset * width)


def string_bytes(column: pa.Array) -> tuple[Bytes, npt.NDArray[Any]]:
    """The bytes of a string or binary column, and offsets into them starting at 0."""
    offsets = string_offsets(column)
    data = column.buffers()[2]
    if data is None or len(column) == 0:
        return np.zeros(0, dtype=np.uint8), np.zeros(len(column) + 1, dtype=np.int64)
    whole = np.frombuffer(data, dtype=np.uint8)
    return whole[int(offsets[0]) : int(offsets[-1])], offsets - offsets[0]


def is_large(kind: pa.DataType) -> bool:
    """Whether offsets are 64-bit."""
    return bool(pa.types.is_large_string(kind) or pa.types.is_large_binary(kind))


def binary_array(data: Bytes, offsets: npt.NDArray[Any], valid: Mask | None) -> pa.Array:
    """An Arrow binary array over data; offsets start at 0 and the last one is len(data)."""
    large = bool(len(data) > INT32_MAX)
    bounds = np.ascontiguousarray(offsets, dtype=np.int64 if large else np.int32)
    bits = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
    kind = pa.large_binary() if large else pa.binary()
    buffers = [bits, pa.py_buffer(bounds), pa.py_buffer(np.ascontiguousarray(data))]
    return pa.Array.from_buffers(kind, len(bounds) - 1, buffers)


def _same_family(have: pa.DataType, want: pa.DataType) -> bool:
    text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    binary = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary)
    families = (text, binary, (pa.types.is_timestamp,), (pa.types.is_time,), (pa.types.is_date,))
    return any(any(is_(have) for is_ in family) and any(is_(want) for is_ in family) for family in families)
