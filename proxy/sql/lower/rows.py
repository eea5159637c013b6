"""Rows as values: the columns of a record wherever it comes from, apart again, and one form for rows of several sources.

A row is text once it has been an output column; what its columns are goes with it (`Lowered.row`), or is known from its type. Refuses
to know expressions. Facts: record_out and record_in, which the double's own text forms go through.
"""

from __future__ import annotations

from collections.abc import Sequence

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql.ir import RowColumn
from proxy.sql.lower.apply import fill
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.texts import columns_of, from_text, row_text
from proxy.sql.lower.values import Lowered, RowField

UNKNOWN_COLUMNS = "a record whose columns are not the same in all rows is not supported by the double here"


def opened(scope: Scope, value: Lowered, oid: int) -> tuple[RowField, ...]:
    """The fields of a row. Raises FeatureNotSupported where its columns are not known."""
    if value.fields is not None:
        return value.fields
    columns = columns_of(scope, value, oid)
    if columns is None:
        raise FeatureNotSupported(UNKNOWN_COLUMNS, hint="Build the row where it is used.")
    items = f"pgf_row_items({value.sql})"
    return tuple(
        RowField(column.name, column.type, column.typmod, _read(scope, f"{items}[{place}]", column))
        for place, column in enumerate(columns, 1)
    )


def _read(scope: Scope, text: str, column: RowColumn) -> Lowered:
    """A column's value from its text."""
    if scope.storage(column.type) == "VARCHAR":
        return Lowered(text, row=column.row)
    return from_text(scope, Lowered(text), column.type)


def require_comparable(scope: Scope, left: Lowered, right: Lowered, left_type: int, right_type: int) -> None:
    """Raises FeatureNotSupported for rows of other types: Postgres finds that out when it comes to the column."""
    a, b = (
        [column.type for column in columns_of(scope, value, oid) or ()]
        for value, oid in ((left, left_type), (right, right_type))
    )
    if a != b:
        raise FeatureNotSupported(
            "comparing rows of different columns is not supported by the double", hint="Cast the columns."
        )


def null_test(scope: Scope, value: Lowered, *, negated: bool) -> str:
    """IS [NOT] NULL of a row: all of its columns are, or none is."""
    if value.fields is not None:
        parts = (f"{field.value.sql} IS {'NOT ' if negated else ''}NULL" for field in value.fields)
        return "(" + (" AND ".join(parts) or "true") + ")"
    others = "IS NULL" if negated else "IS NOT NULL"
    count = f"len(list_filter(pgf_row_items({{0}}), lambda x: x {others}))"
    template = f"({{0}} IS NOT NULL AND {count} = 0)" if negated else f"({{0}} IS NULL OR {count} = 0)"
    return fill(scope, template, [value]).sql


def as_one(scope: Scope, values: Sequence[Lowered]) -> tuple[list[Lowered], tuple[RowColumn, ...] | None]:
    """Rows of several sources as texts, and their columns where all have the same. A NULL has any."""
    texts = [row_text(scope, value) for value in values]
    found = {value.row for value in texts if not value.sql.startswith("CAST(NULL AS")}
    return texts, found.pop() if len(found) == 1 else None
