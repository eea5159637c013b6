"""Learned tables -> generated tables: owners first, children for each owner, references, distinct rows. All of it free.

Post-processing of noisy answers, so a seed, a scale and any repetition cost nothing. Refuses to know the source; public
tables come in as row counts only.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synth.codes import Codes
from synth.encode.decode import draw_ticks
from synth.model.places import Along, in_line, kinds_of, nearness
from synth.plan.domains import Bins, Categories
from synth.plan.model import BuildPlan, ReferenceKind, ReferencePlan
from synth.relational.arrange import arranged
from synth.relational.learn import BIN, Learned, fan_axis, owner_axis
from synth.relational.references import NOWHERE, ancestors, draw_reference, draw_within
from synth.relational.spread import draw_counts
from synth.relational.table import GeneratedTable, Ints
from synth.relational.unique import make_unique

AxisDomains = Mapping[tuple[int, str], Categories | Bins]


def generate(
    build: BuildPlan,
    learned: Mapping[int, Learned],
    domains: AxisDomains,
    public_rows: Mapping[int, int],
    rng: np.random.Generator,
    scale: float = 1.0,
) -> dict[int, GeneratedTable]:
    """All generated tables by OID. scale: of the number of units."""
    tables: dict[int, GeneratedTable] = {}
    for oid in build.order:
        table = _rows(build, learned[oid], tables, rng, scale)
        _draw_ticks(table, domains, rng)
        tables[oid] = table
        _refer(table, [each for each in _others(table) if each.key.target in tables], tables, rng)
        _drop_lost(table, public_rows)
        sizes = {target: each.rows for target, each in tables.items()}
        make_unique(table, {axis: domain for (of, axis), domain in domains.items() if of == oid}, sizes, rng)
    for table in tables.values():
        late = [each for each in _others(table) if each.key.oid not in table.references]
        _refer(table, late, tables, rng)
    _drop_dangling(build, tables)
    return tables


def _rows(
    build: BuildPlan, learned: Learned, tables: Mapping[int, GeneratedTable], rng: np.random.Generator, scale: float
) -> GeneratedTable:
    plan, model = learned.plan, learned.model
    if plan.owner is None or learned.fan_out is None:
        rows = max(0, round(learned.rows.total * scale))
        index = np.arange(rows, dtype=np.int64)
        return GeneratedTable(plan, model.sample(rows, rng), np.zeros(rows, dtype=np.int64), index, {}, {})
    owner = tables[plan.owner.target]
    fan_out = learned.fan_out
    inside = fan_out.spread.inside(fan_out.edges, fan_out.top)
    line = in_line(nearness(_own_columns(build, owner), owner.rows), rng)
    bins, counts = draw_counts(inside, owner.codes[fan_axis(plan.oid)], learned.rows.total * scale, line, rng)
    if plan.at_most_one:
        counts = np.minimum(counts, 1)
    if plan.feeds_back:
        counts = np.maximum(counts, 1)
    owner_rows = np.repeat(np.arange(owner.rows, dtype=np.int64), counts)
    given = {owner_axis(axis): owner.codes[axis][owner_rows] for axis in learned.interface}
    given[BIN] = bins[owner_rows]
    units = owner.unit_rows[owner_rows]
    drawn = model.sample(len(owner_rows), rng, given, _along_owners(owner, owner_rows, learned, rng))
    codes = arranged(drawn, owner_rows, units, tuple(given), learned.siblings, rng)
    return GeneratedTable(plan, codes, owner_rows, units, {}, {})


def _own_columns(build: BuildPlan, owner: GeneratedTable) -> list[tuple[Codes, int]]:
    """Codes, and how many there are, of what is not a number of rows."""
    return _but(owner, {fan_axis(child.oid) for child in build.children(owner.plan.oid)})


def _but(owner: GeneratedTable, axes: set[str]) -> list[tuple[Codes, int]]:
    return [(codes, int(codes.max(initial=0)) + 1) for axis, codes in owner.codes.items() if axis not in axes]


def _along_owners(owner: GeneratedTable, owner_rows: Ints, learned: Learned, rng: np.random.Generator) -> Along:
    """The rows along what their owners have that the model does not see: the first row of each owner, then the second of each that has
    one, and so on, so that rows of one owner stay independent. Evenly over the owners' columns of few codes too."""
    fan = fan_axis(learned.plan.oid)
    unseen = _but(owner, {*learned.interface, fan})
    layer = (np.arange(len(owner_rows)) - np.searchsorted(owner_rows, owner_rows)).astype(np.uint32)
    line = in_line(nearness(unseen, owner.rows)[owner_rows], rng, layer)
    return Along(line, kinds=kinds_of(_but(owner, {fan}), owner.rows)[owner_rows], layers=layer)


def _draw_ticks(table: GeneratedTable, domains: AxisDomains, rng: np.random.Generator) -> None:
    for column in table.plan.columns:
        domain = domains.get((table.plan.oid, column.axis))
        if isinstance(domain, Bins):
            table.ticks[column.column.attnum] = draw_ticks(domain, table.codes[column.axis], rng)


def _others(table: GeneratedTable) -> list[ReferencePlan]:
    return [each for each in table.plan.references if each.kind is ReferenceKind.OTHER]


def _refer(
    table: GeneratedTable,
    references: list[ReferencePlan],
    tables: Mapping[int, GeneratedTable],
    rng: np.random.Generator,
) -> None:
    for reference in references:
        target = tables[reference.key.target]
        if reference.within is None:
            table.references[reference.key.oid] = draw_reference(table, reference, target, rng)
        else:
            groups = ancestors(tables, table, reference.within), ancestors(tables, target, reference.within)
            table.references[reference.key.oid] = draw_within(table, reference, target, groups, rng)


def _drop_lost(table: GeneratedTable, public_rows: Mapping[int, int]) -> None:
    """Rows that must refer to something and found nothing: an empty target, or no free one left."""
    kept = np.ones(table.rows, dtype=np.bool_)
    for reference in table.plan.references:
        if reference.kind is ReferenceKind.PUBLIC and not reference.nullable and not public_rows[reference.key.target]:
            kept[:] = False
        elif reference.key.oid in table.references and not reference.nullable:
            kept &= table.references[reference.key.oid] != NOWHERE
    if not kept.all():
        _keep(table, np.flatnonzero(kept))


def _keep(table: GeneratedTable, kept: Ints) -> None:
    """Keep rows; those of a unit table are units by their number."""
    table.keep(kept)
    if table.plan.owner is None:
        table.unit_rows = np.arange(len(kept), dtype=np.int64)


def _drop_dangling(build: BuildPlan, tables: dict[int, GeneratedTable]) -> None:
    """References into tables that come later in the order may have found nothing: drop such rows and what they own."""
    gone = True
    while gone:
        gone = False
        for oid in build.order:
            table = tables[oid]
            lost = np.zeros(table.rows, dtype=np.bool_)
            for reference in _others(table):
                if not reference.nullable:
                    lost |= table.references[reference.key.oid] == NOWHERE
            if lost.any():
                gone = True
                _drop_everywhere(build, tables, oid, np.flatnonzero(~lost))


def _drop_everywhere(build: BuildPlan, tables: dict[int, GeneratedTable], oid: int, kept: Ints) -> None:
    """Keep these rows of a table; owned rows of the others go with them, references to them become NOWHERE."""
    place = np.full(tables[oid].rows, NOWHERE, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    _keep(tables[oid], kept)
    for other in tables.values():
        for reference in _others(other):
            if reference.key.target == oid and other.plan.oid != oid and reference.key.oid in other.references:
                rows = other.references[reference.key.oid]
                other.references[reference.key.oid] = np.where(rows >= 0, place[rows], NOWHERE)
    for child in build.children(oid):
        owners = place[tables[child.oid].owner_rows]
        remaining = np.flatnonzero(owners >= 0)
        tables[child.oid].owner_rows = owners
        _drop_everywhere(build, tables, child.oid, remaining)
