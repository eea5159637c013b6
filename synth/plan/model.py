"""The build's plan as values: what becomes of each table, column and foreign key, and what each costs.

Made from policy and catalog alone, so `check` can print it without reading a row. Refuses to know rows, noise and
files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from policies.errors import PgError
from synth.plan.domains import Domain, Provenance
from synth.plan.expressions import Expression
from synth.release.manifest import TableKind
from synth.source.schema import Column, ForeignKey, Schema, Table


class PlanRefused(PgError):
    """Policy and catalog do not make a plan; the hint is the line to write. path: of the policy's object that it is about."""

    sqlstate = "F0000"

    def __init__(self, message: str, *, detail: str = "", hint: str = "", path: tuple[str, ...] = ()) -> None:
        super().__init__(message, detail=detail, hint=hint)
        self.path = path


@contextmanager
def about(*path: str) -> Iterator[None]:
    """What is refused inside is about that object of the policy, where it does not name a nearer one itself."""
    try:
        yield
    except PlanRefused as refused:
        refused.path = refused.path or path
        raise


class Role(StrEnum):
    """How a column of a generated table gets its values."""

    KEY = "fresh key"
    LINE = "line number"
    OWNER = "owner's key"
    PUBLIC = "key of a public row"
    OTHER = "key of a generated row"
    MODEL = "modelled"
    FORMAT = "format"
    PLACEHOLDER = "placeholder"
    NULL = "null"
    CONSTANT = "constant"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Rule:
    """An expression that is FALSE for no row. label: as messages name it. columns: what it reads. bounds: of partitions; a row that
    breaks it
    fits none, and the replica's writer sees to that."""

    label: str
    columns: frozenset[int]
    expression: Expression
    bounds: bool = False


@dataclass(frozen=True, slots=True)
class Computed:
    """A generated column's expression and the columns that it reads."""

    expression: Expression
    reads: frozenset[int]


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """One column. domain: of a modelled column. text: format, pattern or constant. unique: values must differ. What kept rules ask for:
    bank, texts to choose a placeholder from; shape, a regular expression for texts that must differ; first, step, of numbered keys.
    computed: of a generated column that follows its expression. refine: its bins are the type's, and a paid refinement divides them."""

    column: Column
    role: Role
    provenance: Provenance
    domain: Domain | None = None
    text: str = ""
    unique: bool = False
    bank: tuple[str, ...] = ()
    shape: str = ""
    first: int = 1
    step: int = 1
    computed: Computed | None = None
    refine: bool = False

    @property
    def axis(self) -> str:
        """Name of the column's axis."""
        return f"c{self.column.attnum}"


class ReferenceKind(StrEnum):
    """What a foreign key that is not the owner's points at."""

    PUBLIC = "public"  # a category over the public table's keys
    OTHER = "other"  # an opaque reference to a generated row
    IMPLIED = "implied"  # its columns are part of another key that already makes it hold


@dataclass(frozen=True, slots=True)
class ReferencePlan:
    """A foreign key other than the owner's. same_unit: refer to a row of the same unit where there is one. tied: its columns whose values
    the row has through its owner or as its own key; within: the table on both owner paths whose row must then be the same."""

    key: ForeignKey
    kind: ReferenceKind
    nullable: bool
    same_unit: bool = False
    tied: tuple[int, ...] = ()
    within: int | None = None

    @property
    def axis(self) -> str:
        """Name of its axis: the public row, or whether it is NULL."""
        return f"r{self.key.oid}"


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One table. owner_path: names from the table up to the unit. is_unit: its rows are privacy units of their own.
    at_most_one: the owner's key is unique, so an owner has one row or none. feeds_back: the owner refers to a row of it
    that must exist, so every owner has one. rho_nano: its share of the budget. rules: kept CHECKs, which every row satisfies. notes: what
    of them cannot be had."""

    table: Table
    kind: TableKind
    because: str = ""
    is_unit: bool = False
    owner: ForeignKey | None = None
    owner_nullable: bool = False
    owner_path: tuple[str, ...] = ()
    at_most_one: bool = False
    feeds_back: bool = False
    columns: tuple[ColumnPlan, ...] = ()
    references: tuple[ReferencePlan, ...] = ()
    rho_nano: int = 0
    rules: tuple[Rule, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def oid(self) -> int:
        """The table's OID."""
        return self.table.oid

    @property
    def generated(self) -> bool:
        """Whether its rows are synthetic."""
        return self.kind in (TableKind.PRIVATE, TableKind.ROW_LEVEL)

    def column(self, attnum: int) -> ColumnPlan:
        """The plan of that column."""
        return next(column for column in self.columns if column.column.attnum == attnum)


@dataclass(frozen=True, slots=True)
class Discovery:
    """A paid discovery: its column, and its part of rho and delta'."""

    table: int
    attnum: int
    max_values: int
    rho_nano: int
    delta_femto: int


@dataclass(frozen=True, slots=True)
class Refinement:
    """A paid refinement of a column's bins, and its part of rho."""

    table: int
    attnum: int
    rho_nano: int


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """One privacy unit: its table, and what is reserved for it at once."""

    name: str
    epsilon: float
    delta: float
    rho_nano: int
    delta_femto: int


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """The whole plan. unit, epsilon, delta, rho_nano, delta_femto: of the policy's unit. others: further units, each with a budget of its
    own. order: OIDs of generated tables, owners before what they own."""

    unit: str
    epsilon: float
    delta: float
    rho_nano: int
    delta_femto: int
    tables: Mapping[int, TablePlan]
    order: tuple[int, ...]
    discoveries: tuple[Discovery, ...]
    kept: tuple[str, ...]
    notes: tuple[str, ...]
    schema: Schema
    refinements: tuple[Refinement, ...] = ()
    others: tuple[UnitPlan, ...] = ()

    @property
    def units(self) -> tuple[UnitPlan, ...]:
        """Every unit, the policy's first."""
        return (UnitPlan(self.unit, self.epsilon, self.delta, self.rho_nano, self.delta_femto), *self.others)

    def unit_of(self, plan: TablePlan) -> UnitPlan:
        """The unit that a table's answers are charged to: its owner path's end; the policy's for rows that are units of their own."""
        return next((each for each in self.others if each.name in plan.owner_path), self.units[0])

    def children(self, oid: int) -> tuple[TablePlan, ...]:
        """Tables whose owner key points at the table, in the order of generation."""
        plans = (self.tables[each] for each in self.order)
        return tuple(plan for plan in plans if plan.owner is not None and plan.owner.target == oid)

    def refinement_nano(self, oid: int) -> int:
        """What the refinements of a table's columns may cost together, beside the table's own part."""
        return sum(each.rho_nano for each in self.refinements if each.table == oid)

    def render(self) -> list[str]:
        """The plan as text lines."""
        from synth.plan.render import render_lines

        return render_lines(self)

    def to_json(self) -> dict[str, Any]:
        """The plan for a machine."""
        from synth.plan.render import render_json

        return render_json(self)
