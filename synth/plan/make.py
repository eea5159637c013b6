"""policy x schema -> BuildPlan: the conductor of `plan/`. Pure; reads no row.

Facts: the policy as loaded and the source's structure. What it cannot decide from them it refuses, with the line to
write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace

from policies.load import LoadedPolicy
from policies.model import Policy
from synth.plan.admission import admit, without_refused_nulls
from synth.plan.bounds import refuse_open_hashes, with_bounds
from synth.plan.budget import UNIT_WEIGHT, Split, split
from synth.plan.columns import plan_columns
from synth.plan.computed import followed_columns
from synth.plan.cycles import refuse_key_cycles
from synth.plan.domains import Discovered
from synth.plan.expressions import Expressions, NoExpressions
from synth.plan.judge import Judge
from synth.plan.model import BuildPlan, Discovery, PlanRefused, Refinement, TablePlan, UnitPlan, about
from synth.plan.notes import guarantee_notes
from synth.plan.ownership import find_owners, owner_order, path_up
from synth.plan.references import plan_references
from synth.plan.rules import kept_rules
from synth.plan.wishes import OTHERS, column_wishes, table_kinds
from synth.release.manifest import TableKind
from synth.source.schema import ForeignKey, Schema, Table

KEPT_KINDS = ("comments", "defaults", "checks", "views", "partial_indexes", "enums")


def plan_of(
    loaded: LoadedPolicy, schema: Schema, epsilon: float | None = None, expressions: Expressions | None = None
) -> BuildPlan:
    """`make_plan` of a policy file. Raises PlanRefused, its message behind the place in the file."""
    try:
        return make_plan(loaded.policy, schema, epsilon, expressions)
    except PlanRefused as refused:
        message = f"{loaded.at(*refused.path)}: {refused.message}" if refused.path else refused.message
        raise PlanRefused(message, detail=refused.detail, hint=refused.hint, path=refused.path) from None


def make_plan(
    policy: Policy, schema: Schema, epsilon: float | None = None, expressions: Expressions | None = None
) -> BuildPlan:
    """The plan of one release. epsilon: instead of the policy's `release.epsilon`. expressions: what computes those of the source; without,
    none is. Raises PlanRefused."""
    expressions = expressions or NoExpressions()
    kinds = table_kinds(policy, schema)
    units = _units(policy, schema)
    private = [oid for oid, kind in kinds.items() if kind is TableKind.PRIVATE]
    row_level = sorted(oid for oid, kind in kinds.items() if kind is TableKind.ROW_LEVEL)
    declared = {oid: policy.tables[schema.tables[oid].qualified].owner for oid in private}
    owners = find_owners(schema, units, private, {oid: columns for oid, columns in declared.items() if columns})
    order = owner_order([*row_level, *units], owners)
    shapes = {}
    for oid in order:
        with about("tables", schema.tables[oid].qualified):
            shapes[oid] = _generated(policy, schema, oid, kinds, owners, units, expressions)
    refuse_key_cycles(schema, shapes)
    tables: dict[int, TablePlan] = {}
    planned: list[UnitPlan] = []
    discoveries: list[Discovery] = []
    refinements: list[Refinement] = []
    for privacy, path in zip(policy.privacy.units, _paths(policy)):
        mine = [oid for oid in order if _charged(policy, shapes[oid]) == privacy.unit]
        wanted = _discovered([shapes[oid] for oid in mine])
        refined = [[column.column.attnum for column in shapes[oid].columns if column.refine] for oid in mine]
        with about(*path, "release", "epsilon") if epsilon is None else nullcontext():
            asked = privacy.release.epsilon if epsilon is None else epsilon
            weights = [_weight(shapes[oid]) for oid in mine]
            parts = split(asked, privacy.release_delta, weights, len(wanted), [len(each) for each in refined])
        planned.append(UnitPlan(privacy.unit, asked, privacy.release_delta, parts.rho_nano, parts.delta_femto))
        tables |= {oid: _with_rho(shapes[oid], part) for oid, part in zip(mine, parts.tables)}
        discoveries += [_discovery(oid, attnum, most, parts) for oid, attnum, most in wanted]
        refinements += [
            Refinement(oid, attnum, part)
            for oid, attnums, part in zip(mine, refined, parts.refinements)
            for attnum in attnums
        ]
    tables = {oid: tables[oid] for oid in order}
    for oid, kind in kinds.items():
        if oid not in tables:
            because = policy.tables[schema.tables[oid].qualified].because or ""
            tables[oid] = TablePlan(schema.tables[oid], kind, because)
    if policy.catalog.keeps("checks"):
        refuse_open_hashes(tables)
    first, *others = planned
    return BuildPlan(
        unit=first.name,
        epsilon=first.epsilon,
        delta=first.delta,
        rho_nano=first.rho_nano,
        delta_femto=first.delta_femto,
        tables=tables,
        order=order,
        discoveries=tuple(discoveries),
        kept=tuple(kind for kind in KEPT_KINDS if policy.catalog.keeps(kind)),
        notes=tuple(guarantee_notes(schema, shapes, [each.name for each in planned])),
        schema=schema,
        refinements=tuple(refinements),
        others=tuple(others),
    )


def _units(policy: Policy, schema: Schema) -> list[int]:
    tables = [schema.named(each.unit) for each in policy.privacy.units]
    assert None not in tables, "table_kinds has looked for them"
    return [table.oid for table in tables if table is not None]


def _paths(policy: Policy) -> list[tuple[str, ...]]:
    """Where each unit's budgets stand in the policy."""
    return [("privacy",), *((*OTHERS, unit) for unit in policy.privacy.other_units)]


def _charged(policy: Policy, plan: TablePlan) -> str:
    """The unit whose budget pays for the table: see BuildPlan.unit_of."""
    end = plan.owner_path[-1]
    return end if end in policy.privacy.other_units else policy.privacy.unit


def _generated(
    policy: Policy,
    schema: Schema,
    oid: int,
    kinds: Mapping[int, TableKind],
    owners: Mapping[int, ForeignKey],
    units: Collection[int],
    expressions: Expressions,
) -> TablePlan:
    keep_checks = policy.catalog.keeps("checks")
    table = with_bounds(schema.tables[oid]) if keep_checks else schema.tables[oid]
    rules, notes = kept_rules(table, expressions) if keep_checks else ((), ())
    judge = Judge(expressions)
    table = without_refused_nulls(table, rules, judge)
    owner = owners.get(oid)
    references = plan_references(schema, table, owners, kinds, units)
    wishes = column_wishes(policy.tables[table.qualified], table)
    followed = followed_columns(schema, table, expressions, keep_defaults=policy.catalog.keeps("defaults"))
    columns = plan_columns(table, owner, references, wishes, followed.columns, keep_checks=keep_checks)
    return TablePlan(
        table=table,
        kind=kinds[oid],
        is_unit=owner is None,
        owner=owner,
        owner_path=tuple(schema.tables[each].qualified for each in path_up(schema, oid, owners)),
        at_most_one=owner is not None and any(set(key) <= set(owner.columns) for key in _unique_keys(table)),
        feeds_back=owner is not None and _feeds_back(schema.tables[owner.target], oid),
        columns=tuple(admit(table, column, rules, judge) for column in columns),
        references=references,
        rules=rules,
        notes=(*notes, *followed.notes),
    )


def _unique_keys(table: Table) -> tuple[tuple[int, ...], ...]:
    return ((table.primary_key,) if table.primary_key else ()) + table.uniques


def _feeds_back(owner: Table, oid: int) -> bool:
    """Whether the owner refers to a row of the table by columns that cannot be NULL."""
    keys = (key for key in owner.foreign_keys if key.target == oid)
    return any(all(owner.column(attnum).not_null for attnum in key.columns) for key in keys)


def _weight(plan: TablePlan) -> float:
    return UNIT_WEIGHT if plan.is_unit else 1.0


def _with_rho(plan: TablePlan, rho_nano: int) -> TablePlan:
    return replace(plan, rho_nano=rho_nano)


def _discovered(shapes: Iterable[TablePlan]) -> list[tuple[int, int, int]]:
    return [
        (plan.oid, column.column.attnum, column.domain.max_values)
        for plan in shapes
        for column in plan.columns
        if isinstance(column.domain, Discovered)
    ]


def _discovery(oid: int, attnum: int, max_values: int, parts: Split) -> Discovery:
    return Discovery(oid, attnum, max_values, parts.discovery_rho_nano, parts.discovery_delta_femto)
