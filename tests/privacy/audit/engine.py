"""The real engine without a database: raw fields through the real encoders, then the build's own measuring and generating.

Two shapes, a table of units and a parent with its children, and what an attacker reads off a release of either. The worlds are the
worst there are: everybody else is alike, and one unit is like nobody. Refuses to know faults and bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from policies.privacy import rho_nano_for
from synth import build as build_module
from synth.encode.encoders import CategoryEncoder, bins_encoder
from synth.encode.tables import EncodedTable
from synth.measure.choke import Choke
from synth.plan.domains import Bins, Categories
from synth.plan.make import make_plan
from synth.plan.model import BuildPlan
from synth.relational.generate import generate
from synth.relational.learn import Learned
from synth.relational.rowcount import RowCount
from synth.relational.table import GeneratedTable
from tests.unit.measure.spending import MemorySpender
from tests.unit.synth.made import INT, TEXT, column, key, policy, schema, table

DELTA = 1e-9
VALUES = ("a", "b", "c", "d")
OUTSIDE, NULL = 8, 9  # labels of what is in no list, and of NULL
PERSON, ORDERS = 1, 2
SMALL = 21
ROWS = 200  # rows that are generated of a table: how many is free, and an attacker would rather have many

_LISTED = "{as: category, values: [a, b, c, d], source: the audit}"
_BINNED = '{as: number, bounds: ["0", "3"], step: "1"}'
_PEOPLE = table(
    PERSON, "person", column(1, "id", not_null=True), column(2, "kind", TEXT), column(3, "age", INT, not_null=True),
    column(4, "town", TEXT, not_null=True),
)  # fmt: skip
_ORDERS = table(
    ORDERS, "orders", column(1, "id", not_null=True), column(2, "person_id", not_null=True),
    column(3, "what", TEXT, not_null=True), keys=(key(20, 2, PERSON),),
)  # fmt: skip
# The same with a column each whose bins are refined.
_TALL = replace(_PEOPLE, columns=(*_PEOPLE.columns, column(5, "height", SMALL, not_null=True)))
_SIZED = replace(_ORDERS, columns=(*_ORDERS.columns, column(4, "size", SMALL, not_null=True)))
_OF_PEOPLE = f'  public.person: {{columns: {{"*": auto, kind: {_LISTED}, age: {_BINNED}, town: {_LISTED}}}}}'
_OF_ORDERS = f'  public.orders: {{columns: {{"*": auto, what: {_LISTED}}}}}'


@dataclass(frozen=True, slots=True)
class Group:
    """`units` persons whose every column has one label, each with `orders` orders of it. label: 0 .. 3 or NULL (of `kind` alone)."""

    label: int
    units: int
    orders: int = 0


World = tuple[Group, ...]
Run = tuple[dict[int, Learned], dict[int, GeneratedTable], build_module.Domains]


@cache
def plan_of(epsilon: float, *, related: bool, refined: bool = False) -> BuildPlan:
    """The real plan for that epsilon. Where it would be refused as too small for its tables, the parts are made smaller after it.
    refined: each table has one more column, whose bins are."""
    tables_ = ((_TALL, _SIZED) if refined else (_PEOPLE, _ORDERS))[: 1 + related]
    text = "\n".join([_OF_PEOPLE, _OF_ORDERS] if related else [_OF_PEOPLE])
    plan = make_plan(policy(text, epsilon=10.0), schema(*tables_))
    rho_nano = rho_nano_for(epsilon, DELTA)
    parts = {
        oid: replace(each, rho_nano=each.rho_nano * rho_nano // plan.rho_nano) for oid, each in plan.tables.items()
    }
    assert all(part.rho_nano >= 8 for part in parts.values()), "every answer of a table costs one nano-rho at least"
    refinements = tuple(replace(each, rho_nano=each.rho_nano * rho_nano // plan.rho_nano) for each in plan.refinements)
    return replace(plan, epsilon=epsilon, rho_nano=rho_nano, tables=parts, refinements=refinements)


def encode(plan: BuildPlan, world: World) -> dict[int, EncodedTable]:
    """The world's rows as the reader of a source leaves them: fields as Postgres sends them, through the plan's encoders."""
    groups = np.array([[group.label, group.orders, group.units] for group in world], dtype=np.int64).reshape(-1, 3)
    labels, orders = (np.repeat(groups[:, kind], groups[:, 2]) for kind in (0, 1))
    people = np.arange(len(labels), dtype=np.int64)
    encoded = {PERSON: EncodedTable(_codes(plan, PERSON, labels), None, people, {}, {})}
    if ORDERS in plan.tables:
        owners = np.repeat(people, orders)
        encoded[ORDERS] = EncodedTable(_codes(plan, ORDERS, labels[owners]), owners, owners, {}, {})
    return encoded


def _codes(plan: BuildPlan, oid: int, labels: np.ndarray) -> dict[str, np.ndarray]:
    found = {}
    for each in plan.tables[oid].columns:
        if isinstance(each.domain, Categories):
            texts = CategoryEncoder(each.domain)
            null = None if each.domain.nullable else VALUES[3].encode()
            texts.add([[null if label == NULL else VALUES[label].encode() for label in labels.tolist()]])
            found[each.axis] = texts.codes()
        elif isinstance(each.domain, Bins):
            numbers = bins_encoder(each)
            step, width = (150, 2) if each.refine else (1, 4)
            numbers.add([[(step * min(label, 3)).to_bytes(width, "big") for label in labels.tolist()]])
            found[each.axis] = numbers.codes()
    return found


def choke_for(plan: BuildPlan) -> Choke:
    """A choke point over a ledger that holds the plan's budget and no more."""
    return Choke(MemorySpender(plan.rho_nano))


def measured(
    plan: BuildPlan, private: dict[int, EncodedTable], choke: Choke
) -> tuple[build_module.Domains, dict[int, Learned]]:
    """The build's own measuring: discoveries, fan-outs, then every table."""
    return build_module._measure(plan, private, {}, choke, lambda phase: None)


def release(plan: BuildPlan, world: World) -> Run:
    """A whole synthesis: measured, and rows generated of what was learned."""
    domains, learned = measured(plan, encode(plan, world), choke_for(plan))
    sized = {oid: replace(each, rows=RowCount(ROWS, 1.0)) for oid, each in learned.items()}
    return learned, generate(plan, sized, domains, {}, np.random.default_rng()), domains


def labels_of(table: GeneratedTable, domains: build_module.Domains) -> np.ndarray:
    """What a client sees in the modelled columns, as labels: shape (rows, columns)."""
    columns = []
    for each in table.plan.columns:
        domain = domains.get((table.plan.oid, each.axis))
        codes = table.codes.get(each.axis)
        if isinstance(domain, Bins):
            columns.append(table.ticks[each.column.attnum])
        elif isinstance(domain, Categories) and codes is not None:
            names = [VALUES.index(value) for value in domain.values]
            names += [OUTSIDE] * domain.outside + [NULL] * domain.nullable
            columns.append(np.array(names, dtype=np.int64)[codes])
    return np.stack(columns, axis=1)


def features(run: Run) -> list[float]:
    """What an attacker sees of each table: noisy number of rows, distinct rows, first and last row, share of each label, share of rows
    of one label only, and how labels that should be alike differ."""
    learned, tables, domains = run
    seen: list[float] = []
    for oid, table_ in tables.items():
        rows = labels_of(table_, domains)
        shares = [float((rows == label).mean()) if len(rows) else -1.0 for label in range(4)]
        seen += [learned[oid].rows.total, float(len(np.unique(rows, axis=0)))]
        seen += [float(rows[0, -1]), float(rows[-1, -1])] if len(rows) else [-1.0, -1.0]
        seen += [*shares, abs(shares[3] - shares[2]), abs(shares[0] - shares[1])]
        seen += [float((rows == label).all(axis=1).mean()) if len(rows) else -1.0 for label in (0, 3)]
    return seen


def samples(plan: BuildPlan, worlds: Sequence[World], runs: int) -> list[np.ndarray]:
    """Features of `runs` releases of each world."""
    return [np.array([features(release(plan, world)) for _ in range(runs)]) for world in worlds]
