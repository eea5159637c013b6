"""Every measured axis gets its final public domain: paid discoveries run, public keys are counted, the rest is the
plan's.

After this no domain is open, and no text of a private row is left. Refuses to know models.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from contextlib import suppress

from synth.encode.assemble import Assembler
from synth.encode.encoders import encode_texts
from synth.encode.public import PublicTable
from synth.encode.tables import EncodedTable, axis_domains
from synth.measure.choke import Choke
from synth.measure.counts import NothingLeft
from synth.measure.measurement import GRID, sigma_for
from synth.plan.domains import Bins, Categories, Discovered
from synth.plan.model import BuildPlan

Domains = dict[tuple[int, str], Categories | Bins]

VALUES_PER_UNIT = 8  # distinct values of one column that one unit may vote for, where it owns several rows


def discover_domains(
    build: BuildPlan, private: Mapping[int, EncodedTable], public: Mapping[int, PublicTable], choke: Choke
) -> Domains:
    """Domains of all axes by (table's OID, axis). Encodes the columns whose values were discovered."""
    prices = {(each.table, f"c{each.attnum}"): each for each in build.discoveries}
    domains: Domains = {}
    assembler = Assembler(private)
    for oid in build.order:
        plan, table = build.tables[oid], private[oid]
        for axis, domain in axis_domains(plan, public).items():
            if not isinstance(domain, Discovered):
                domains[oid, axis] = domain
                continue
            price = prices[oid, axis]
            choke.add(assembler.owners_only(plan))
            found: list[Hashable] = []
            with suppress(NothingLeft):
                found = choke.discover(
                    plan.table.qualified,
                    plan.column(price.attnum).column.name,
                    table.raw[axis],
                    table.units,
                    max_values=domain.max_values,
                    sigma=sigma_for(GRID, price.rho_nano),
                    delta_femto=price.delta_femto,
                    per_unit=1 if plan.is_unit else VALUES_PER_UNIT,
                )
            choke.forget(plan.table.qualified)
            values = tuple(sorted(str(value) for value in found))
            domains[oid, axis] = categories = Categories(values, domain.nullable, outside=True)
            table.codes[axis] = encode_texts(table.raw.pop(axis), categories)
    return domains
