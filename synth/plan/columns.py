"""The plan of one generated table's columns: which role each plays and on what public domain.

Foreign keys first, then primary-key columns, then what the policy wishes, then what the type alone allows. Refuses to
know budgets and rows. A column that nothing describes gets the safest useful default, never a copy.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from synth.encode.formats import check_format, placeholder
from synth.plan.checks import VALUE, Fact, facts
from synth.plan.domains import Bins, Categories, Discovered, Domain, Provenance
from synth.plan.model import ColumnPlan, Computed, PlanRefused, ReferenceKind, ReferencePlan, Role, about
from synth.plan.values import declared_bins, default_bins, parse_tick, scale_of
from synth.source.binary import FLOAT_TYPES, INT_TYPES, NUMBER_TYPES, NUMERIC
from synth.source.schema import Column, ForeignKey, Table

BOOL, UUID = 16, 2950
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
TEXT_TYPES = frozenset({18, 19, 25, 1042, 1043})
KEY_TYPES = frozenset(INT_TYPES) | TEXT_TYPES | {UUID, 1700}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the policy says of a column, in the plan's words. kind: auto, format, number, category, text, null, constant
    or key."""

    kind: str = "auto"
    text: str = ""
    bounds: tuple[str, str] | None = None
    step: str = ""
    values: tuple[str, ...] | None = None
    max_values: int = 0


def plan_columns(
    table: Table,
    owner: ForeignKey | None,
    references: Sequence[ReferencePlan],
    wishes: Mapping[int, Wish],
    computed: Mapping[int, Computed],
    *,
    keep_checks: bool,
) -> tuple[ColumnPlan, ...]:
    """A plan for each column, in order. computed: generated columns that follow their expressions unless the policy wishes otherwise."""
    computed = {attnum: each for attnum, each in computed.items() if wishes.get(attnum, Wish()).kind == "auto"}
    roles: dict[int, Role] = dict.fromkeys(owner.columns, Role.OWNER) if owner else {}
    for reference in references:
        role = Role.PUBLIC if reference.kind is ReferenceKind.PUBLIC else Role.OTHER
        for attnum in set(reference.key.columns) - set(reference.tied):
            roles.setdefault(attnum, role)
    roles |= _key_roles(table, owner, {*roles, *computed}, wishes)
    known = _facts(table) if keep_checks else {}
    plans = []
    for column in table.columns:
        wish = wishes.get(column.attnum, Wish())
        with about("tables", table.qualified, "columns", column.name):
            if column.attnum in computed:
                plans.append(_computed(table, column, computed[column.attnum]))
            elif column.attnum in roles:
                plans.append(_fixed(table, column, roles[column.attnum], wish))
            else:
                plans.append(_shaped(table, _described(table, column, wish), known.get(column.name, ())))
    return tuple(plans)


def _computed(table: Table, column: Column, computed: Computed) -> ColumnPlan:
    names = ", ".join(table.names(sorted(computed.reads)))
    return ColumnPlan(column, Role.COMPUTED, Provenance.CATALOG, text=f"from {names}", computed=computed)


def _key_roles(
    table: Table, owner: ForeignKey | None, taken: Collection[int], wishes: Mapping[int, Wish]
) -> dict[int, Role]:
    """Roles of columns that make rows distinct: a line number under the owner, or one fresh key for each unique set."""
    roles: dict[int, Role] = {}
    for columns in ((table.primary_key,) if table.primary_key else ()) + table.uniques:
        free = [attnum for attnum in columns if attnum not in taken and _may_be_key(table, attnum, wishes)]
        if any(attnum in roles for attnum in columns) or not free:
            continue
        single = free[0] if len(free) == 1 else next((a for a in free if table.column(a).is_serial), free[0])
        beside = set(columns) - {single}
        is_line = owner is not None and bool(beside) and beside == set(owner.columns)
        is_line = is_line and table.column(single).base_oid in INT_TYPES
        if len(columns) == 1 or columns == table.primary_key or is_line:
            roles[single] = Role.LINE if is_line else Role.KEY
    for column in table.columns:
        if column.attnum not in taken and column.is_serial and _may_be_key(table, column.attnum, wishes):
            roles.setdefault(column.attnum, Role.KEY)
    for attnum, wish in wishes.items():
        if wish.kind == "key" and attnum not in taken:
            roles.setdefault(attnum, Role.KEY)
    return roles


def _may_be_key(table: Table, attnum: int, wishes: Mapping[int, Wish]) -> bool:
    kind = wishes.get(attnum, Wish()).kind
    return kind == "key" or (
        kind == "auto" and table.column(attnum).base_oid in KEY_TYPES and not table.column(attnum).enum_labels
    )


def _fixed(table: Table, column: Column, role: Role, wish: Wish) -> ColumnPlan:
    """A column whose values follow from keys. Only `auto`, `key` and, for a reference, `null` leave it so."""
    where = f'"{table.qualified}.{column.name}"'
    if wish.kind not in ("auto", "key"):
        raise PlanRefused(
            f"{where} is {role.value}; the policy cannot make it {wish.kind}",
            hint="Write `auto` for it: keys are made, never modelled.",
        )
    if role in (Role.KEY, Role.LINE) and (column.base_oid not in KEY_TYPES or column.enum_labels):
        raise PlanRefused(
            f"{where} of type {column.type_name} cannot be a fresh key", hint="Use `format` or `category` instead."
        )
    provenance = Provenance.PUBLIC if role is Role.PUBLIC else Provenance.GENERATED
    return ColumnPlan(column, role, provenance, unique=role is Role.KEY)


def _described(table: Table, column: Column, wish: Wish) -> ColumnPlan:
    """A column by the policy's wish or, for `auto`, by its type."""
    where = f'"{table.qualified}.{column.name}"'
    unique = (column.attnum,) in table.uniques or (column.attnum,) == table.primary_key
    if column.generated == "v" and wish.kind in ("auto", "number", "category"):
        return _virtual(column, wish, where)
    if wish.kind == "null":
        if column.not_null:
            raise PlanRefused(f"{where} is NOT NULL and cannot be null", hint="Use `constant`, `text` or `category`.")
        return ColumnPlan(column, Role.NULL, Provenance.POLICY)
    if wish.kind in ("constant", "format", "text") and unique and wish.kind != "format":
        raise PlanRefused(f"{where} is UNIQUE and needs distinct values", hint="Use `format` or `key`.")
    if wish.kind == "constant":
        return ColumnPlan(column, Role.CONSTANT, Provenance.POLICY, text=_constant(column, wish.text, where))
    if wish.kind == "format":
        if column.base_oid not in TEXT_TYPES | {UUID} or column.enum_labels:
            raise PlanRefused(
                f"{where} of type {column.type_name} takes no format", hint="A format makes text or uuid."
            )
        check_format(wish.text, where)
        if column.base_oid == UUID and wish.text != "uuid":
            raise PlanRefused(f"{where} of type uuid takes the format uuid only")
        return ColumnPlan(column, Role.FORMAT, Provenance.POLICY, text=wish.text, unique=unique)
    if wish.kind == "text":
        return _placeholder(column, where)
    if wish.kind == "number":
        return ColumnPlan(column, Role.MODEL, Provenance.POLICY, _number(column, wish, where), unique=unique)
    if wish.kind == "category":
        return _category(column, wish, where, unique)
    return _automatic(column, unique, where)


def _virtual(column: Column, wish: Wish, where: str) -> ColumnPlan:
    """A virtual column is computed when it is read, and what it is computed from may make that fail: it is never read."""
    if wish.kind != "auto":
        raise PlanRefused(
            f"{where} is a virtual generated column and is never read",
            hint="Use `null`, `constant`, `text` or `format`.",
        )
    return _placeholder(column, where) if column.not_null else ColumnPlan(column, Role.NULL, Provenance.NONE)


def _placeholder(column: Column, where: str) -> ColumnPlan:
    is_text = column.base_oid in TEXT_TYPES and not column.element_oid
    known = is_text or placeholder(column.base_oid, column.typtype, column.typmod, bool(column.element_oid)) is not None
    if column.not_null and not known:
        raise PlanRefused(
            f"{where} of type {column.type_name} is NOT NULL and the type has no placeholder",
            hint="Give it a `constant`, or exclude the table.",
        )
    return ColumnPlan(column, Role.PLACEHOLDER, Provenance.NONE)


def _constant(column: Column, value: str, where: str) -> str:
    """A constant that the column can hold, for the replica's loader must not be the one to find out."""
    if column.enum_labels and value not in column.enum_labels:
        raise PlanRefused(f'{where}: "{value}" is no label of enum {column.type_name}')
    if column.length is not None and len(value) > column.length:
        raise PlanRefused(f"{where}: the constant is longer than {column.type_name}")
    if column.base_oid == UUID and not _UUID.fullmatch(value):
        raise PlanRefused(f"{where}: the constant is no uuid")
    return _canonical(column, value, where)


def _number(column: Column, wish: Wish, where: str) -> Bins:
    if column.base_oid not in NUMBER_TYPES or column.element_oid:
        raise PlanRefused(f"{where} of type {column.type_name} is no number", hint="Use `category` or `text`.")
    if wish.bounds is None:
        return default_bins(column)
    return declared_bins(column, wish.bounds, wish.step, where)


def _category(column: Column, wish: Wish, where: str, unique: bool) -> ColumnPlan:
    nullable = not column.not_null
    if wish.values is None and not wish.max_values and not column.enum_labels and column.base_oid != BOOL:
        raise PlanRefused(
            f"{where}: a category needs `values` or `discover`", hint="List the values, or pay for a discovery."
        )
    if wish.values is None and not wish.max_values:
        return _automatic(column, unique, where)
    if wish.values is None:
        return ColumnPlan(
            column, Role.MODEL, Provenance.DISCOVERED, Discovered(wish.max_values, nullable), unique=unique
        )
    if unknown := [value for value in wish.values if column.enum_labels and value not in column.enum_labels]:
        raise PlanRefused(f'{where}: "{unknown[0]}" is no label of enum {column.type_name}')
    if column.length is not None and any(len(value) > column.length for value in wish.values):
        raise PlanRefused(f"{where}: a value is longer than {column.type_name}")
    values = tuple(_canonical(column, value, where) for value in wish.values)
    if len(set(values)) != len(values):
        raise PlanRefused(f"{where}: a value is listed twice")
    return ColumnPlan(column, Role.MODEL, Provenance.POLICY, Categories(values, nullable, outside=True), unique=unique)


def _canonical(column: Column, value: str, where: str) -> str:
    """A policy's value as Postgres prints it, so that text compares equal."""
    try:
        if column.base_oid == BOOL:
            return {"true": "true", "t": "true", "yes": "true", "false": "false", "f": "false", "no": "false"}[
                value.lower()
            ]
        if column.base_oid in INT_TYPES:
            return str(int(value))
        if column.base_oid in NUMBER_TYPES:
            parse_tick(column, value, 0)
        if column.base_oid == NUMERIC and column.typmod >= 4:
            scale = scale_of(column)
            return f"{parse_tick(column, value, scale) / 10**scale:.{scale}f}"
        if column.base_oid in FLOAT_TYPES:
            return f"{float(value):g}"
    except (ValueError, KeyError):
        raise PlanRefused(f"{where}: {value!r} is no value of type {column.type_name}") from None
    if column.base_oid == 1042 and column.length:
        return value.ljust(column.length)
    return value


def _automatic(column: Column, unique: bool, where: str) -> ColumnPlan:
    nullable = not column.not_null
    if column.enum_labels and not column.element_oid:
        domain: Domain = Categories(column.enum_labels, nullable, outside=False, ordered=True)
        return ColumnPlan(column, Role.MODEL, Provenance.CATALOG, domain, unique=unique)
    if column.element_oid:
        return _placeholder(column, where)
    if column.base_oid == BOOL:
        return ColumnPlan(
            column, Role.MODEL, Provenance.TYPE, Categories(("false", "true"), nullable, outside=False), unique=unique
        )
    if column.base_oid in NUMBER_TYPES:
        bins = default_bins(column)
        return ColumnPlan(column, Role.MODEL, Provenance.TYPE, bins, unique=unique, refine=not unique)
    if column.base_oid == UUID:
        return ColumnPlan(column, Role.FORMAT, Provenance.TYPE, text="uuid", unique=unique)
    if column.base_oid in TEXT_TYPES and unique:
        return ColumnPlan(column, Role.FORMAT, Provenance.TYPE, text="code", unique=True)
    return _placeholder(column, where)


def _facts(table: Table) -> dict[str, tuple[Fact, ...]]:
    """What kept checks say, by column name; a domain's checks count for each column of that domain."""
    found: dict[str, list[Fact]] = {}
    for check in table.checks:
        for fact in facts(check.definition):
            found.setdefault(fact.column, []).append(fact)
    for column in table.columns:
        for definition in column.domain_checks:
            of_value = [fact for fact in facts(definition) if fact.column.lower() == VALUE]
            found.setdefault(column.name, []).extend(replace(fact, column=column.name) for fact in of_value)
    return {name: tuple(each) for name, each in found.items()}


def _shaped(table: Table, plan: ColumnPlan, known: Sequence[Fact]) -> ColumnPlan:
    """The plan with its domain cut to what kept checks allow."""
    domain, column = plan.domain, plan.column
    listed = [fact for fact in known if fact.op == "in"]
    if (
        plan.role is Role.PLACEHOLDER
        and plan.provenance is Provenance.NONE
        and listed
        and column.base_oid in TEXT_TYPES
    ):
        values = tuple(dict.fromkeys(listed[0].values))
        domain = Categories(values, not column.not_null, outside=False)
        return replace(plan, role=Role.MODEL, provenance=Provenance.CATALOG, domain=domain)
    if isinstance(domain, Categories) and listed:
        allowed = tuple(value for value in domain.values if all(value in fact.values for fact in listed))
        if not allowed:
            raise PlanRefused(f'"{table.qualified}.{column.name}": no value of the policy satisfies the kept CHECK')
        return replace(plan, domain=replace(domain, values=allowed, outside=True))
    if isinstance(domain, Bins):
        cut = _cut(table, plan, domain, known)
        if plan.refine and cut.divisible:
            return replace(plan, domain=cut, provenance=Provenance.REFINED)
        return replace(plan, domain=cut, refine=False)
    return plan


def _cut(table: Table, plan: ColumnPlan, domain: Bins, known: Sequence[Fact]) -> Bins:
    low: int | None = None
    high: int | None = None
    for fact in known:
        try:
            ticks = [parse_tick(plan.column, value, domain.scale) for value in fact.values]
        except ValueError:
            continue
        if fact.op in (">", ">="):
            least = ticks[0] + (fact.op == ">")
            low = least if low is None else max(low, least)
        elif fact.op in ("<", "<="):
            most = ticks[0] - (fact.op == "<")
            high = most if high is None else min(high, most)
        else:
            low, high = min(ticks), max(ticks)
    cut = domain.within(low, high)
    if cut is None:
        raise PlanRefused(
            f'"{table.qualified}.{plan.column.name}": no value of its domain satisfies the kept CHECK',
            hint="Declare `bounds` that the CHECK admits, or write `checks: drop` in the policy's `catalog`.",
        )
    return cut
