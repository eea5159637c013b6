"""Generated columns that follow their own expression over the synthetic row: they need no measurement and no domain.

Followed where the expression is public: the policy keeps defaults, or it holds no literal. One that must be distinct or is part of a key
between tables stays what keys make it. Refuses to know rows; what it does not follow becomes a note. Facts: pg_attrdef.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from synth.plan.expressions import Expression, Expressions, NotComputable
from synth.plan.model import Computed
from synth.source.schema import Column, Schema, Table

_LITERAL = re.compile(r"['0-9]")  # as the catalog's writer tells an expression that may hold one


@dataclass(frozen=True, slots=True)
class Followed:
    """columns: by attnum. notes: on those that are generated in the source and made like any other here."""

    columns: Mapping[int, Computed]
    notes: tuple[str, ...]


def followed_columns(schema: Schema, table: Table, expressions: Expressions, *, keep_defaults: bool) -> Followed:
    """The generated columns of a table that the release computes."""
    columns: dict[int, Computed] = {}
    notes: list[str] = []
    for column in table.columns:
        if column.generated:
            try:
                columns[column.attnum] = _follow(schema, table, column, expressions, keep_defaults)
            except _NotFollowed as reason:
                notes.append(f"{table.qualified}.{column.name} does not follow its expression: {reason}")
    return Followed(columns, tuple(notes))


class _NotFollowed(Exception):
    """Why a column is not computed."""


def _follow(schema: Schema, table: Table, column: Column, expressions: Expressions, keep_defaults: bool) -> Computed:
    if not keep_defaults and _LITERAL.search(column.default):
        raise _NotFollowed("it holds literals, and the policy's `catalog` does not keep defaults")
    if column.attnum in _tied(schema, table):
        raise _NotFollowed("it is part of a foreign key")
    expression = Expression(column.default, target=column.attnum)
    try:
        expressions.query(table.oid, [expression])
        reads = expressions.reads(table.oid, expression)
    except NotComputable as error:
        raise _NotFollowed(error.message) from None
    keys = ((table.primary_key,) if table.primary_key else ()) + table.uniques
    for key in keys:
        if key == (column.attnum,) and not any(set(other) <= reads for other in keys):
            raise _NotFollowed("its values must differ, and those that it is computed from need not")
    return Computed(expression, reads)


def _tied(schema: Schema, table: Table) -> set[int]:
    """Columns whose values another table's hold, or the other way round."""
    own = {attnum for key in table.foreign_keys for attnum in key.columns}
    others = (key for each in schema.tables.values() for key in each.foreign_keys if key.target == table.oid)
    return own | {attnum for key in others for attnum in key.target_columns}
