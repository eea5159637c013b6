"""Private tables as codes, each row linked to its owner's row and to its unit: what stays inside the trust boundary.

Reads each table once, parents first; a row whose owner path is NULL or dangling is dropped and counted nowhere (design
rule 2). Refuses to know noise and models: the codes go to the choke point and to nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from synth.encode.encoders import (
    BinsEncoder,
    CategoryEncoder,
    Codes,
    Encoder,
    Key,
    PublicKeyEncoder,
    RawKeys,
    RawText,
)
from synth.encode.expressions import as_text, presence, quote, quoted_table
from synth.encode.public import PublicTable
from synth.plan.domains import Bins, Categories, Discovered
from synth.plan.model import BuildPlan, ReferenceKind, Role, TablePlan
from synth.source.binary import Ints
from synth.source.connect import Snapshot
from synth.source.copy import Fields, copy_rows

Keys = dict[Key, int]
PRESENT = Categories(("1",), nullable=True, outside=False)  # of a reference to a generated row: there, or NULL


@dataclass
class EncodedTable:
    """codes: by axis. owner_rows: index of each row's owner. units: index of each row's unit. raw: texts for
    discoveries. keys: row index by key, for every key that owned tables refer to."""

    codes: dict[str, Codes] = field(repr=False)
    owner_rows: Ints | None = field(repr=False)
    units: Ints = field(repr=False)
    raw: dict[str, list[str | None]] = field(repr=False)
    keys: dict[tuple[int, ...], Keys] = field(repr=False)


@dataclass
class _Reading:
    """Which expressions go to which encoder."""

    expressions: list[str]
    targets: list[tuple[Encoder | RawText | RawKeys, slice]]

    def want(self, target: Encoder | RawText | RawKeys, expressions: Sequence[str]) -> None:
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
    key_sets = {child.owner.target_columns: RawKeys() for child in build.children(plan.oid) if child.owner is not None}
    for columns, keys in key_sets.items():
        reading.want(keys, [as_text(plan.table.column(attnum)) for attnum in columns])
    owner_keys = RawKeys()
    if plan.owner is not None:
        reading.want(owner_keys, [as_text(plan.table.column(attnum)) for attnum in plan.owner.columns])
    count = RawText()
    reading.want(count, ["'1'"])  # a table may have no other column to count rows by
    await copy_rows(snapshot, quoted_table(plan.table), reading.expressions, reading.sink, plan.table.qualified)
    owner_rows, kept = _link(plan, owner, owner_keys, len(count.values))
    units = np.arange(len(kept), dtype=np.int64) if owner is None or owner_rows is None else owner.units[owner_rows]
    return EncodedTable(
        codes={axis: encoder.codes()[kept] for axis, encoder in encoders.items()},
        owner_rows=owner_rows,
        units=units,
        raw={axis: [raw.values[row] for row in kept.tolist()] for axis, raw in raws.items()},
        keys={columns: _index(keys, kept) for columns, keys in key_sets.items()},
    )


def _encoders(plan: TablePlan, public: Mapping[int, PublicTable], reading: _Reading) -> dict[str, Encoder]:
    encoders: dict[str, Encoder] = {}
    for column in plan.columns:
        if column.role is Role.MODEL and isinstance(column.domain, Bins):
            encoders[column.axis] = BinsEncoder(column.domain, column.column.base_oid)
            reading.want(encoders[column.axis], [quote(column.column.name)])
        elif column.role is Role.MODEL and isinstance(column.domain, Categories):
            encoders[column.axis] = CategoryEncoder(column.domain)
            reading.want(encoders[column.axis], [f"{quote(column.column.name)}::text"])
    domains = axis_domains(plan, public)
    for reference in plan.references:
        columns = [plan.table.column(attnum) for attnum in reference.key.columns]
        domain = domains.get(reference.axis)
        if reference.kind is ReferenceKind.PUBLIC and isinstance(domain, Categories):
            keys = public[reference.key.target].keys(reference.key.target_columns)
            encoders[reference.axis] = PublicKeyEncoder(keys, domain)
            reading.want(encoders[reference.axis], [as_text(column) for column in columns])
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


def _link(plan: TablePlan, owner: EncodedTable | None, keys: RawKeys, rows: int) -> tuple[Ints | None, Ints]:
    """(owner's row of each kept row, kept rows)."""
    if owner is None or plan.owner is None:
        return None, np.arange(rows, dtype=np.int64)
    index = owner.keys[plan.owner.target_columns]
    found = np.fromiter((-1 if key is None else index.get(key, -1) for key in keys.keys), np.int64, rows)
    kept = np.flatnonzero(found >= 0)
    return found[kept], kept


def _index(keys: RawKeys, kept: Ints) -> Keys:
    return {key: row for row, position in enumerate(kept.tolist()) if (key := keys.keys[position]) is not None}
