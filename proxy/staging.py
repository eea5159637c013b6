"""The rows that a statement writes to a temporary table, in the form in which they are kept.

Between the compiler, which gives a query, and the engine, which stores its rows. Refuses to know what a row must hold to. Facts:
`synth.release.storage` through `rolesetup.as_stored`.
"""

from __future__ import annotations

from proxy.catalog.model import Catalog, ColumnRow
from proxy.rolesetup import as_stored
from proxy.sql import ir
from proxy.sql.lower.temporary import counter_name
from proxy.sql.temporary import INT8, ROW, TempSchema, TempTable
from synth.release.storage import storage_type


def staging_sql(catalog: Catalog, schema: TempSchema | None, table: TempTable, write: ir.Write, sql: str) -> str:
    """The query's rows under the names of the columns they fill, columns of sequences among them. sql: the query, printed."""
    rows = {column.row.attnum: column.row for column in table.columns} | {ROW: ColumnRow(ROW, "", INT8, -1, 0, True)}
    shown = [
        f"{as_stored(catalog, rows[number], f'q.c{place}')} AS {'place' if number == ROW else f'c{number}'}"
        for place, number in enumerate(write.columns, 1)
    ]
    for place, oid in enumerate(write.extras, 1):
        extra = ColumnRow(0, "", oid, -1, 0, False)
        shown.append(f"{as_stored(catalog, extra, f'q.c{len(write.columns) + place}')} AS f{place}")
    for column in table.columns:
        if column.row.attnum not in write.columns:
            assert schema is not None and column.counter
            name = counter_name(schema, table.oid, column.row.attnum)
            shown.append(f"CAST(nextval('{name}') AS {storage_type(column.row.type_oid)}) AS c{column.row.attnum}")
    once = " QUALIFY row_number() OVER (PARTITION BY q.c1) = 1 ORDER BY q.c1" if write.repeated else ""
    return f"SELECT {', '.join(shown) or 'NULL AS c0'} FROM ({sql}) AS q{once}"
