"""Private tables as codes, each row linked to its owner's row and to its unit: what stays inside the trust boundary.

Reads each table once, parents first; a row whose owner path is NULL or dangling is dropped and counted nowhere (design
rule 2). Refuses to know noise and models: the codes go to the choke point and to nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from synth.codes import Codes
from synth.encode.encoders import (
    CategoryEncoder,
    Encoder,
    OwnerRows,
    PublicKeyEncoder,
    RawText,
    RowCounter,
    bins_encoder,
)
from synth.encode.expressions import presence, quote, quoted_table
from synth.encode.keys import KeyForm, KeyIndex, KeysSeen, key_form
from synth.encode.public import PublicTable
from synth.plan.domains import Bins, Categories, Discovered
from synth.plan.model import BuildPlan, ReferenceKind, Role, TablePlan
from synth.source.connect import Snapshot
from synth.source.copy import Fields, copy_rows

PRESENT = Categories(("1",), nullable=True, outside=False)  # of a reference to a generated row: there, or NULL


@dataclass
class EncodedTable:
    """codes: by axis. owner_rows: index of each row's owner. units: index of each row's unit. raw: texts for
    discoveries. keys: rows by key, for every key that owned tables refer to, in the form that they are compared in."""

    codes: dict[str, Codes] = field(repr=False)
    owner_rows: Codes | None = field(repr=False)
    units: Codes = field(repr=False)
    raw: dict[str, list[str | None]] = field(repr=False)
    keys: dict[tuple[tuple[int, ...], KeyForm], KeyIndex] = field(repr=False)


class _Sink(Protocol):
    def add(self, fields: Sequence[Fields]) -> None: ...


@dataclass
class _Reading:
    """Which expressions go to which encoder."""

    expressions: list[str]
    targets: list[tuple[_Sink, slice]]

    def want(self, target: _Sink, expressions: Sequence[str]) -> None:
        start = len(self.expressions)
        self.expressions += expressions
        self.targets.append((target, slice(start, len(self.expressions))))

    def sink(self, batch: Sequence[Fields]) -> None:
        for target, columns in self.targets:
            target.add(batch[columns])


def axis_domains(plan: TablePlan, public: Mapping[int, PublicTable]) -> dict[str, Categories | Bins | Discovered]:
    """The measured axes of a table: modelled columns, keys of public rows, presence of other references."""
    domains: dict[str, Categories | Bins | Discovered] = {
        column.axis: column.domain for column in plan.columns if column.role is Role.MODEL and column.domain is not None
    }
    for reference in plan.references:
        if reference.kind is ReferenceKind.PUBLIC:
            rows = public[reference.key.target].rows
            domains[reference.axis] = Categories(("",) * rows, reference.nullable, outside=False)
        elif reference.kind is ReferenceKind.OTHER and reference.nullable:
            domains[reference.axis] = PRESENT
    return domains


async def read_private(
    snapshot: Snapshot,
    build: BuildPlan,
    plan: TablePlan,
    public: Mapping[int, PublicTable],
    owner: EncodedTable | None,
) -> EncodedTable:
    """Read and encode one private table. owner: the table that owns its rows, None where its rows are units."""
    reading = _Reading([], [])
    encoders = _encoders(plan, public, reading)
    raws = _raw_columns(plan, reading)
    key_sets: dict[tuple[tuple[int, ...], KeyForm], KeysSeen] = {}
    for child in build.children(plan.oid):
        assert child.owner is not None
        form = _owner_form(plan, child)
        key_sets[child.owner.target_columns, form] = KeysSeen(form)
    for (columns, form), keys in key_sets.items():
        reading.want(keys, form.expressions([plan.table.column(attnum) for attnum in columns]))
    links = None
    if plan.owner is not None and owner is not None:
        form = _owner_form(build.tables[plan.owner.target], plan)
        links = OwnerRows(owner.keys[plan.owner.target_columns, form])
        reading.want(links, form.expressions([plan.table.column(attnum) for attnum in plan.owner.columns]))
    count = RowCounter()
    reading.want(count, ["'1'"])
    await copy_rows(snapshot, quoted_table(plan.table), reading.expressions, reading.sink, plan.table.qualified)
    owner_rows, kept = None, np.arange(count.rows, dtype=np.int32)
    if links is not None and owner is not None:
        owner_rows = links.rows()
        kept = np.flatnonzero(owner_rows >= 0).astype(np.int32)
        owner_rows = owner_rows[kept]
    units = kept if owner is None or owner_rows is None else owner.units[owner_rows]
    whole = len(kept) == count.rows
    return EncodedTable(
        codes={axis: encoder.codes() if whole else encoder.codes()[kept] for axis, encoder in encoders.items()},
        owner_rows=owner_rows,
        units=units,
        raw={axis: raw.values if whole else [raw.values[row] for row in kept.tolist()] for axis, raw in raws.items()},
        keys={columns: keys.index(kept) for columns, keys in key_sets.items()},
    )


def _owner_form(owner: TablePlan, plan: TablePlan) -> KeyForm:
    """How keys of an owned table and of its owner are compared."""
    assert plan.owner is not None
    return key_form(
        [plan.table.column(attnum) for attnum in plan.owner.columns],
        [owner.table.column(attnum) for attnum in plan.owner.target_columns],
    )


def _encoders(plan: TablePlan, public: Mapping[int, PublicTable], reading: _Reading) -> dict[str, Encoder]:
    encoders: dict[str, Encoder] = {}
    for column in plan.columns:
        if column.role is Role.MODEL and isinstance(column.domain, Bins):
            encoders[column.axis] = bins_encoder(column)
            reading.want(encoders[column.axis], [quote(column.column.name)])
        elif column.role is Role.MODEL and isinstance(column.domain, Categories):
            encoders[column.axis] = CategoryEncoder(column.domain)
            reading.want(encoders[column.axis], [f"{quote(column.column.name)}::text"])
    domains = axis_domains(plan, public)
    for reference in plan.references:
        columns = [plan.table.column(attnum) for attnum in reference.key.columns]
        domain = domains.get(reference.axis)
        if reference.kind is ReferenceKind.PUBLIC and isinstance(domain, Categories):
            target = public[reference.key.target]
            form = key_form(columns, [target.table.column(attnum) for attnum in reference.key.target_columns])
            encoders[reference.axis] = PublicKeyEncoder(target.index(reference.key.target_columns, form), domain)
            reading.want(encoders[reference.axis], form.expressions(columns))
        elif reference.kind is ReferenceKind.OTHER and reference.nullable:
            encoders[reference.axis] = CategoryEncoder(PRESENT)
            reading.want(encoders[reference.axis], [presence(columns)])
    return encoders


def _raw_columns(plan: TablePlan, reading: _Reading) -> dict[str, RawText]:
    raws: dict[str, RawText] = {}
    for column in plan.columns:
        if isinstance(column.domain, Discovered):
            raws[column.axis] = RawText()
            reading.want(raws[column.axis], [f"{quote(column.column.name)}::text"])
    return raws
