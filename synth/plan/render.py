"""A plan as text lines and as JSON: what `check` prints before anything is read or spent.

Public facts only, so it may be shown to anybody who may see the policy. Refuses to know how a plan is made.
"""

from __future__ import annotations

from typing import Any

from synth.plan.domains import Bins, Categories, Discovered, Domain
from synth.plan.model import BuildPlan, ColumnPlan, ReferenceKind, TablePlan
from synth.release.manifest import TableKind


def render_lines(plan: BuildPlan) -> list[str]:
    """One line a fact, tables in the order of generation, then public and excluded ones."""
    lines = [
        f"unit {unit.name}, epsilon {unit.epsilon:g}, delta {unit.delta:g}: reserves rho {unit.rho_nano / 1e9:.6f}"
        for unit in plan.units
    ]
    for oid in plan.order:
        lines += _table_lines(plan, plan.tables[oid])
    for table in sorted(plan.tables.values(), key=lambda each: each.table.qualified):
        if table.kind is TableKind.PUBLIC:
            lines.append(f"{table.table.qualified}: public, copied verbatim ({table.because})")
        elif table.kind is TableKind.EXCLUDED:
            lines.append(f"{table.table.qualified}: excluded")
    lines += [f"{name}: not read, so the release has none of it" for name in sorted(plan.schema.unread.values())]
    lines.append(f"kept of the source's DDL text: {', '.join(plan.kept) or 'nothing'}")
    return lines + [f"note: {note}" for note in plan.notes]


def render_json(plan: BuildPlan) -> dict[str, Any]:
    """The same facts for a machine."""
    return {
        "unit": plan.unit,
        "epsilon": plan.epsilon,
        "delta": plan.delta,
        "rho_nano": plan.rho_nano,
        "discovery_delta_femto": plan.delta_femto,
        "other_units": [
            {
                "unit": unit.name,
                "epsilon": unit.epsilon,
                "delta": unit.delta,
                "rho_nano": unit.rho_nano,
                "discovery_delta_femto": unit.delta_femto,
            }
            for unit in plan.others
        ],
        "tables": [_table_json(plan, table) for table in plan.tables.values()],
        "unread": sorted(plan.schema.unread.values()),
        "kept": list(plan.kept),
        "notes": list(plan.notes),
    }


def domain_text(domain: Domain | None) -> str:
    """A domain in a few words."""
    if isinstance(domain, Categories):
        return f"{len(domain.values)} values" + _extras(domain.outside, domain.nullable)
    if isinstance(domain, Bins):
        return f"{domain.bins} bins" + _extras(False, domain.nullable)
    if isinstance(domain, Discovered):
        return f"at most {domain.max_values} values, discovered" + _extras(True, domain.nullable)
    return ""


def _extras(outside: bool, nullable: bool) -> str:
    return (" + other" if outside else "") + (" + NULL" if nullable else "")


def _table_lines(plan: BuildPlan, table: TablePlan) -> list[str]:
    unit, refinements = plan.unit_of(table), plan.refinement_nano(table.oid)
    share = (table.rho_nano + refinements) / unit.rho_nano
    of = f"the budget of {unit.name}" if plan.others else "the budget"
    path = " -> ".join(table.owner_path) if table.owner else "its rows are units"
    lines = [f"{table.table.qualified}: {table.kind.value}, {share:.0%} of {of}, owner path: {path}"]
    if refinements:
        lines[0] += f"; refinements of bins take {refinements / unit.rho_nano:.1%} at most"
    lines += [f"  {column.column.name}: {_column_text(column)}" for column in table.columns]
    for reference in table.references:
        target = plan.schema.tables[reference.key.target].qualified
        how = _REFERENCE[reference.kind]
        if reference.within is not None:
            how += f" of the same row of {plan.schema.tables[reference.within].qualified}"
        lines.append(f"  ({', '.join(table.table.names(reference.key.columns))}) -> {target}: {how}")
    return lines


_REFERENCE = {
    ReferenceKind.PUBLIC: "a category over its public rows",
    ReferenceKind.OTHER: "an opaque reference to a generated row",
    ReferenceKind.IMPLIED: "holds through a wider key",
}


def _column_text(column: ColumnPlan) -> str:
    described = domain_text(column.domain) or column.text
    return f"{column.role.value}" + (f" ({described}; {column.provenance.value})" if described else "")


def _table_json(plan: BuildPlan, table: TablePlan) -> dict[str, Any]:
    return {
        "table": table.table.qualified,
        "kind": table.kind.value,
        "because": table.because,
        "owner_path": list(table.owner_path),
        "rho_nano": table.rho_nano,
        "refinement_rho_nano": plan.refinement_nano(table.oid),
        "columns": [
            {
                "name": column.column.name,
                "role": column.role.value,
                "provenance": column.provenance.value,
                "domain": domain_text(column.domain),
            }
            for column in table.columns
        ],
        "references": [
            {
                "columns": list(table.table.names(reference.key.columns)),
                "target": plan.schema.tables[reference.key.target].qualified,
                "kind": reference.kind.value,
            }
            for reference in table.references
        ],
    }
