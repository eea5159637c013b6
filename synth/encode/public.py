"""Public tables, verbatim: declared public in the policy, with the reason, so their values may go anywhere.

Columns are texts in the form of `expressions.as_text`. Refuses to read a table whose plan is not public.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from synth.encode.encoders import Key
from synth.encode.expressions import as_text, quote, quoted_table
from synth.plan.model import TablePlan
from synth.release.manifest import TableKind
from synth.source.connect import Snapshot
from synth.source.copy import Fields, copy_rows
from synth.source.schema import Table


@dataclass
class PublicTable:
    """Rows of a public table. columns: texts by attnum, None for NULL."""

    table: Table
    rows: int
    columns: dict[int, list[str | None]] = field(repr=False)

    def keys(self, attnums: Sequence[int]) -> dict[Key, int]:
        """Row index by key; the key in the form that private rows have it."""
        parts = [[None if text is None else text.encode() for text in self.columns[attnum]] for attnum in attnums]
        if len(parts) == 1:
            return {key: row for row, key in enumerate(parts[0]) if key is not None}
        return {key: row for row, key in enumerate(zip(*parts)) if None not in key}

    def array(self, attnum: int) -> pa.Array:
        """A column as an Arrow array of texts."""
        return pa.array(self.columns[attnum], pa.string())


async def read_public(snapshot: Snapshot, plan: TablePlan) -> PublicTable:
    """Every row of a public table, by its key, so that a row has the same place in every snapshot that has the same rows."""
    assert plan.kind is TableKind.PUBLIC, "only what the policy calls public is copied"
    columns: dict[int, list[str | None]] = {column.attnum: [] for column in plan.table.columns}
    counter: list[int] = [0]

    def sink(batch: Sequence[Fields]) -> None:
        counter[0] += len(batch[-1])
        for texts, fields in zip(columns.values(), batch):
            texts += [None if one is None else one.decode("utf-8", "replace") for one in fields]

    expressions = [as_text(column) for column in plan.table.columns] + ["'1'"]
    keys = [plan.table.primary_key, *plan.table.uniques]
    order = ", ".join(quote(name) for name in plan.table.names(next((key for key in keys if key), ())))
    source = quoted_table(plan.table) + (f" ORDER BY {order}" if order else "")
    await copy_rows(snapshot, source, expressions, sink, plan.table.qualified)
    return PublicTable(plan.table, counter[0], columns)
