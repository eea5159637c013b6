"""What the guarantee means where one row concerns several: those whom it mentions besides its owner, rows without an owner, tables that are
protected row by row, persons who are rows of two units.

Sentences for the manifest, from the plan alone. Refuses to know rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from synth.plan.model import ReferenceKind, TablePlan
from synth.release.manifest import TableKind
from synth.source.schema import Schema


def guarantee_notes(schema: Schema, shapes: Mapping[int, TablePlan], units: Sequence[str]) -> Iterator[str]:
    """The notes of all tables, in their order. units: tables whose rows are units, the policy's first."""
    if len(units) > 1:
        yield (
            f"{' and '.join(units)} are units of their own, each with its own epsilon: who is a row of several of them is protected by "
            "the sum of theirs"
        )
    without: set[int] = set()
    for plan in shapes.values():
        yield from plan.notes
        name = plan.table.qualified
        if plan.kind is TableKind.ROW_LEVEL:
            yield f"{name} is row_level: each of its rows is protected alone, not all rows of a unit"
        if plan.owner is not None:
            loose = not all(plan.table.column(attnum).not_null for attnum in plan.owner.columns)
            if loose or plan.owner.target in without:
                without.add(plan.oid)
                above = "" if loose else f", or whose {schema.tables[plan.owner.target].qualified} has none,"
                yield f"rows of {name} without an owner{above} are not in the release"
        yield from _mentions(schema, plan)


def _mentions(schema: Schema, plan: TablePlan) -> Iterator[str]:
    for reference in plan.references:
        if reference.kind is ReferenceKind.OTHER and reference.within is None:
            target = schema.tables[reference.key.target].qualified
            columns = ", ".join(plan.table.names(reference.key.columns))
            row = "another of its rows" if reference.key.target == plan.oid else f"a row of {target}"
            yield (
                f"{plan.table.qualified} ({columns}) mentions {row} besides its owner: opaque; the one who is mentioned is protected in "
                f"its own rows and attributes, but that somebody was mentioned is protected as the owner's secret alone"
            )
