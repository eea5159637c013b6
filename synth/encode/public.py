"""Public tables, verbatim: declared public in the policy, with the reason, so their values may go anywhere.

Columns are texts in the form of `expressions.as_text`, held by Arrow: some are large. Refuses to read a table whose plan is not public.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.encode.expressions import as_text, quote, quoted_table
from synth.encode.keys import KeyForm, KeyIndex, NumberKeys, TextKeys
from synth.plan.model import TablePlan
from synth.release.manifest import TableKind
from synth.source.binary import Ints
from synth.source.connect import Snapshot
from synth.source.copy import Fields, copy_rows
from synth.source.schema import Table


@dataclass
class PublicTable:
    """Rows of a public table. columns: texts by attnum."""

    table: Table
    rows: int
    columns: dict[int, pa.Array] = field(repr=False)

    def index(self, attnums: Sequence[int], form: KeyForm) -> KeyIndex:
        """Rows by key, for keys of private rows in that form."""
        columns = [self.columns[attnum] for attnum in attnums]
        if form is KeyForm.TEXTS:
            texts = [[None if text is None else text.encode() for text in column.to_pylist()] for column in columns]
            if len(texts) == 1:
                return TextKeys({key: row for row, key in enumerate(texts[0]) if key is not None})
            return TextKeys({key: row for row, key in enumerate(zip(*texts)) if None not in key})
        there = np.ones(self.rows, dtype=np.bool_)
        for column in columns:
            there &= column.is_valid().to_numpy(zero_copy_only=False)
        read = _numbers if form is KeyForm.NUMBERS else _uuids
        rows = np.flatnonzero(there)
        return NumberKeys(np.concatenate([read(column.take(pa.array(rows))) for column in columns], axis=1), rows)

    def array(self, attnum: int) -> pa.Array:
        """A column as an Arrow array of texts."""
        return self.columns[attnum]


def _numbers(texts: pa.Array) -> Ints:
    numbers: Ints = pc.cast(texts, pa.int64()).to_numpy().reshape(-1, 1)
    return numbers


def _uuids(texts: pa.Array) -> Ints:
    joined = b"".join(UUID(text).bytes for text in texts.to_pylist())
    return np.frombuffer(joined, dtype=">i8").astype(np.int64).reshape(-1, 2)


async def read_public(snapshot: Snapshot, plan: TablePlan) -> PublicTable:
    """Every row of a public table, by its key, so that a row has the same place in every snapshot that has the same rows."""
    assert plan.kind is TableKind.PUBLIC, "only what the policy calls public is copied"
    batches: dict[int, list[pa.Array]] = {column.attnum: [pa.array([], pa.string())] for column in plan.table.columns}
    counter: list[int] = [0]

    def sink(batch: Sequence[Fields]) -> None:
        counter[0] += len(batch[-1])
        for arrays, fields in zip(batches.values(), batch):
            texts = [None if one is None else one.decode("utf-8", "replace") for one in fields]
            arrays.append(pa.array(texts, pa.string()))

    expressions = [as_text(column) for column in plan.table.columns] + ["'1'"]
    keys = [plan.table.primary_key, *plan.table.uniques]
    order = ", ".join(quote(name) for name in plan.table.names(next((key for key in keys if key), ())))
    source = quoted_table(plan.table) + (f" ORDER BY {order}" if order else "")
    await copy_rows(snapshot, source, expressions, sink, plan.table.qualified)
    columns = {}
    for attnum in list(batches):
        columns[attnum] = pa.concat_arrays(batches.pop(attnum))
    return PublicTable(plan.table, counter[0], columns)
