"""The manifest of a release: guarantee, tables, domains with their provenance, every measurement, what was kept.

Public facts and noisy answers; the number of a replica's rows is synthetic too. Refuses to know rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from policies.model import ColumnPolicy, Policy
from policies.privacy import epsilon_of
from synth.model.select import SMALL
from synth.plan.domains import Bins, Categories
from synth.plan.model import BuildPlan, ColumnPlan, TablePlan, UnitPlan
from synth.plan.render import domain_text
from synth.plan.wishes import EVERY
from synth.relational.learn import Learned
from synth.release.evidence import Evidence
from synth.release.labels import axis_title
from synth.release.manifest import ColumnRow, Composed, Manifest, MeasurementRow, Privacy, Source, TableKind, TableRow
from synth.release.review import review
from synth.source.schema import Partition

AxisDomains = Mapping[tuple[int, str], Categories | Bins]


def describe(
    plan: BuildPlan,
    learned: Mapping[int, Learned],
    domains: AxisDomains,
    measurements: Sequence[MeasurementRow],
    rows: Mapping[int, int],
    notes: Sequence[str],
    *,
    release: int,
    source: Source,
    policy: Policy,
    evidence: Evidence,
    composed: tuple[Composed, ...],
    ledger_seq: int,
    ledger_head: str,
    policy_hash: str,
    versions: dict[str, str],
    sha256: dict[str, str],
) -> Manifest:
    """All of manifest.json but the report's hash. rows: of the replica, by OID."""
    tables = (row for table in plan.tables.values() for row in _tables(plan, table, learned, domains, rows, policy))
    manifest = Manifest(
        release=release,
        created=datetime.now(UTC),
        source=source,
        privacy=_privacy(plan.units[0]),
        other_units=tuple(_privacy(unit) for unit in plan.others),
        tables=tuple(tables),
        measurements=tuple(measurements),
        kept=plan.kept,
        notes=(*notes, *unmeasured(plan, learned)),
        composed=composed,
        ledger_seq=ledger_seq,
        ledger_head=ledger_head,
        policy_hash=policy_hash,
        versions=versions,
        sha256=sha256,
    )
    return manifest.model_copy(update={"review": review(manifest, plan, policy, evidence)})


def _privacy(unit: UnitPlan) -> Privacy:
    return Privacy(
        unit=unit.name,
        epsilon=epsilon_of(unit.rho_nano, unit.delta, unit.delta_femto),
        delta=unit.delta,
        rho_nano=unit.rho_nano,
        discovery_delta_femto=unit.delta_femto,
    )


def unmeasured(plan: BuildPlan, learned: Mapping[int, Learned]) -> list[str]:
    """What the budget was too small to ask of columns with many values, in words."""
    notes = []
    for known in learned.values():
        asked = {one.columns[0] for one in known.model.ones}
        for axis in known.model.domain.axes:
            if axis.size > SMALL and axis.name not in asked:
                title, name = axis_title(plan, known.plan, axis.name), known.plan.table.qualified
                notes.append(
                    f"{name} ({title}) was not measured: noise would leave nothing of {axis.size} values; they are drawn evenly"
                )
    return notes


def _tables(
    build: BuildPlan,
    plan: TablePlan,
    learned: Mapping[int, Learned],
    domains: AxisDomains,
    rows: Mapping[int, int],
    policy: Policy,
) -> list[TableRow]:
    """A table and its partitions. An excluded table is not in the release, nor in its manifest."""
    if plan.kind is TableKind.EXCLUDED:
        return []
    known = learned.get(plan.oid)
    fan_out = known.fan_out if known else None
    said = policy.tables[plan.table.qualified].columns
    root = TableRow(
        oid=plan.oid,
        schema_name=plan.table.schema,
        name=plan.table.name,
        kind=plan.kind,
        because=plan.because,
        owner_path=plan.owner_path,
        rows=rows[plan.oid],
        rows_low=known.rows.low if known else None,
        rows_high=known.rows.high if known else None,
        truncated_share=fan_out.truncated_share if fan_out else None,
        rho_nano=plan.rho_nano + build.refinement_nano(plan.oid) if plan.generated else None,
        count_mass=fan_out.count_mass if fan_out else None,
        model_mass=fan_out.model_mass if fan_out else None,
        columns=tuple(_column(plan, column.attnum, column.attnum, domains, said) for column in plan.table.columns),
    )
    return [root, *(_partition(plan, partition, domains, rows, said) for partition in plan.table.partitions)]


def _partition(
    plan: TablePlan,
    partition: Partition,
    domains: AxisDomains,
    rows: Mapping[int, int],
    said: Mapping[str, ColumnPolicy],
) -> TableRow:
    numbers = sorted(partition.attnums.items(), key=lambda each: each[1])
    return TableRow(
        oid=partition.oid,
        schema_name=partition.schema,
        name=partition.name,
        kind=plan.kind,
        because=plan.because,
        owner_path=plan.owner_path,
        rows=rows[partition.oid],
        columns=tuple(_column(plan, root, own, domains, said) for root, own in numbers),
    )


def _column(plan: TablePlan, root: int, own: int, domains: AxisDomains, said: Mapping[str, ColumnPolicy]) -> ColumnRow:
    column = plan.table.column(root)
    planned = next((each for each in plan.columns if each.column.attnum == root), None)
    domain = domains.get((plan.oid, planned.axis)) if planned else None
    entry = said.get(column.name, said.get(EVERY))
    return ColumnRow(
        attnum=own,
        name=column.name,
        duckdb_type=column.storage,
        provenance=_provenance(planned),
        domain_size=domain.size if domain else None,
        domain=domain_text(domain),
        source=(entry.source if entry else None) or "",
    )


def _provenance(planned: ColumnPlan | None) -> str:
    return "public" if planned is None else f"{planned.role.value}: {planned.provenance.value}"
