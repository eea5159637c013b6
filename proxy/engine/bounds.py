"""How large the numbers of a release are: digits before the point that no stored value of a column exceeds.

The compiler needs them: a product of three numeric(15,2) may have 47 digits, and DuckDB's DECIMAL holds 38; of the values that are
there it may have eighteen, which fit a machine word. Refuses to know queries. Facts: the replica's own minima and maxima, which DuckDB
keeps beside each column and gives without reading rows; the replica is synthetic, and so are they.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import duckdb

from proxy.catalog.model import Catalog, ColumnRow, RelationRow
from synth.release.storage import storage_type

INTEGERS = ("SMALLINT", "INTEGER", "BIGINT")


def bounded(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> Catalog:
    """The catalog with `digits` of every stored number; those of a table are also those of the rows that it inherits."""
    own: dict[int, dict[str, int]] = {
        row.oid: _digits(connection, catalog, row) for row in catalog.relations.values() if row.stored == "replica"
    }
    relations = dict(catalog.relations)
    for oid in own:
        merged = _merged(own, (oid, *catalog.leaves.get(oid, ()), *catalog.heirs.get(oid, ())))
        columns = catalog.relations[oid].columns
        relations[oid] = replace(
            relations[oid], columns=tuple(replace(column, digits=merged.get(column.name, 0)) for column in columns)
        )
    return replace(catalog, relations=relations).index()


def whole_digits(low: int | Decimal, high: int | Decimal) -> int:
    """Digits before the point of the larger of two numbers; none of what is less than one."""
    largest = max(abs(int(low)), abs(int(high)))
    return len(str(largest)) if largest else 0


def _merged(own: Mapping[int, Mapping[str, int]], parts: tuple[int, ...]) -> dict[str, int]:
    """The most digits of each column over a table's parts; a part whose rows are not stored apart holds none of its own."""
    most: dict[str, int] = defaultdict(int)
    for part in parts:
        for name, digits in own.get(part, {}).items():
            most[name] = max(most[name], digits)
    return most


def _digits(connection: duckdb.DuckDBPyConnection, catalog: Catalog, relation: RelationRow) -> dict[str, int]:
    """At least one digit for every number, so that 0 says that nothing is known."""
    columns = [column for column in relation.columns if _is_number(catalog, column)]
    if not columns:
        return {}
    asked = ", ".join(f"min(c{column.attnum}), max(c{column.attnum})" for column in columns)
    answer = connection.execute(f"SELECT {asked} FROM replica.main.t{relation.oid}").fetchone()
    assert answer is not None
    ends = zip(answer[::2], answer[1::2])
    return {
        column.name: max(1, whole_digits(low, high)) if low is not None else 1
        for column, (low, high) in zip(columns, ends)
    }


def _is_number(catalog: Catalog, column: ColumnRow) -> bool:
    base = catalog.base_type(column.type_oid)
    if base.is_true_array:
        return False
    storage = column.storage or storage_type(base.oid, column.typmod, 0)
    return storage.startswith("DECIMAL(") or storage in INTEGERS
