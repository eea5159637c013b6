"""Arrow batches to DataRow messages: picks a codec and a format for each column, and a method for the batch's size.

Refuses to know where batches come from and where bytes go. Facts: the compiled statement's output columns and the
client's format codes (protocol, Bind: none = all text, one = for all, else one a column).
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from proxy.catalog.model import Catalog
from proxy.pgtypes.arrow import plain
from proxy.pgtypes.codec import Codec, Output, RegNames
from proxy.pgtypes.errors import InvalidParameterValue, ProtocolViolation, StorageMismatch
from proxy.pgtypes.fields import EncodedRows, Field, assemble, assemble_few, field_values
from proxy.pgtypes.reg import CatalogNames
from proxy.pgtypes.registry import codec_of
from proxy.pgtypes.settings import DEFAULT_OUTPUT, OutputSettings
from proxy.sql.ir import OutputColumn

FEW_ROWS = 12
TEXT, BINARY = 0, 1


class RowEncoder:
    """Encodes the batches of one portal. Raises the codec's error at once where a type has no binary format."""

    def __init__(
        self,
        columns: Sequence[OutputColumn],
        formats: Sequence[int],
        catalog: Catalog,
        settings: OutputSettings = DEFAULT_OUTPUT,
        reg_names: RegNames | None = None,
    ) -> None:
        self.columns = tuple(columns)
        self.formats = column_formats(formats, len(columns))
        self.codecs: tuple[Codec, ...] = tuple(codec_of(column.type, catalog) for column in columns)
        self.output = Output(settings, reg_names or CatalogNames(catalog, settings.search_path))
        for column, codec, code in zip(self.columns, self.codecs, self.formats):
            if code == BINARY and not codec.has_binary:
                raise codec.no_binary(column.name)

    def encode(self, batch: pa.RecordBatch) -> EncodedRows:
        """DataRow messages of a batch whose columns stand in the order of `columns`."""
        self._check(batch)
        if batch.num_rows <= FEW_ROWS:
            return assemble_few(list(zip(*self._few(batch))) if self.columns else [()] * batch.num_rows)
        return assemble(self._fields(batch), batch.num_rows)

    def fields(self, batch: pa.RecordBatch) -> list[list[bytes | None]]:
        """Each column's encoded fields, for COPY and for spooling; None is NULL."""
        self._check(batch)
        if batch.num_rows <= FEW_ROWS:
            return self._few(batch)
        return [field_values(field) for field in self._fields(batch)]

    def _fields(self, batch: pa.RecordBatch) -> list[Field]:
        return [
            codec.send_column(column) if code == BINARY else codec.text_column(column, self.output)
            for codec, code, column in zip(self.codecs, self.formats, map(plain, batch.columns))
        ]

    def _few(self, batch: pa.RecordBatch) -> list[list[bytes | None]]:
        encoded: list[list[bytes | None]] = []
        for codec, code, column in zip(self.codecs, self.formats, map(plain, batch.columns)):
            raws = codec.raw(column)
            if code == BINARY:
                encoded.append([None if raw is None else codec.send(raw) for raw in raws])
            else:
                encoded.append([None if raw is None else codec.text(raw, self.output).encode() for raw in raws])
        return encoded

    def _check(self, batch: pa.RecordBatch) -> None:
        require_formats(self.formats)
        if batch.num_columns != len(self.columns):
            raise StorageMismatch(f"{batch.num_columns} columns arrived where {len(self.columns)} were promised")


def require_formats(formats: Sequence[int]) -> None:
    """Raises InvalidParameterValue for a format that nobody knows, which Postgres finds out at the first row."""
    bad = next((code for code in formats if code not in (TEXT, BINARY)), None)
    if bad is not None:
        raise InvalidParameterValue(f"unsupported format code: {bad}")


def column_formats(formats: Sequence[int], columns: int) -> tuple[int, ...]:
    """One format code a column, known or not. Raises ProtocolViolation as Bind does."""
    if len(formats) > 1 and len(formats) != columns:
        raise ProtocolViolation(f"bind message has {len(formats)} result formats but query has {columns} columns")
    if len(formats) == columns:
        return tuple(formats)
    return (formats[0] if formats else TEXT,) * columns
