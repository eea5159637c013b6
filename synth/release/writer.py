"""Generated and public tables -> replica.duckdb: typed tables `t<oid>(c<attnum>, ...)`, loaded through Arrow.

Partitions hold the root's rows, routed by their bounds where the policy keeps them, evenly where it does not. Refuses
to know models and budgets. Facts: the format in `manifest` and `storage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from policies.errors import PgError
from synth.encode.cells import Cells
from synth.encode.public import PublicTable
from synth.plan.expressions import Expressions
from synth.plan.model import BuildPlan, TablePlan
from synth.relational.table import GeneratedTable
from synth.relational.values import Values
from synth.release.clustering import order_clause, ordered_by
from synth.release.constraints import repair_rules, require_constraints
from synth.release.manifest import TableKind
from synth.release.partitions import route, write_partitions

MEMORY_MB = 512  # of the engine that writes; it sorts what is larger by way of the disk
NO_COLUMNS = "true AS c0"  # DuckDB has no table without columns


def write_replica(
    path: Path,
    build: BuildPlan,
    values: Values,
    generated: Mapping[int, GeneratedTable],
    public: Mapping[int, PublicTable],
    expressions: Expressions,
) -> tuple[dict[int, int], list[str]]:
    """Write, repair and verify. Returns (rows by OID, partitions included; notes on checks that could not be
    verified)."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        if any(_has_expressions(plan) for plan in build.tables.values()):
            expressions.install(connection)
        connection.execute(f"SET memory_limit = '{MEMORY_MB}MB'")
        # Beside the file, as DuckDB would for a file of its own: what it spills is gone with the folder.
        connection.execute(f"SET temp_directory = '{_quoted(path.with_suffix('.tmp'))}'")
        # The file is attached, for an instance's functions must not be stored in it.
        connection.execute(f"ATTACH '{_quoted(path)}' AS replica")
        connection.execute("SET search_path = 'replica,memory'")
        for oid, plan in build.tables.items():
            if plan.kind is not TableKind.EXCLUDED:
                rows = generated[oid].rows if plan.generated else public[oid].rows
                _load(connection, plan, values, rows)
                values.forget(plan, _referred_to(build, oid))
        notes = repair_rules(connection, build, expressions)
        for plan in build.tables.values():
            if plan.kind is not TableKind.EXCLUDED and plan.table.partitions:
                notes += route(connection, build, plan, expressions)  # moves nothing: what was verified stays so
                write_partitions(connection, plan.table)
        require_constraints(connection, build)
        counted = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'replica'"
        ).fetchall()
        sizes = {int(name[1:]): _count(connection, name) for (name,) in counted}
        connection.execute("CHECKPOINT replica")
        connection.execute("USE memory")
        connection.execute("DETACH replica")
    return sizes, notes


def _referred_to(build: BuildPlan, oid: int) -> set[int]:
    """The columns of a table that foreign keys refer to."""
    keys = (key for plan in build.tables.values() for key in plan.table.foreign_keys if key.target == oid)
    return {attnum for key in keys for attnum in key.target_columns}


def _has_expressions(plan: TablePlan) -> bool:
    """Whether anything that the source wrote is computed over the rows."""
    computed = any(column.computed is not None for column in plan.columns)
    return bool(plan.rules) or computed or bool(plan.table.partitions)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


class NotStorable(PgError):
    """A public value that the replica cannot hold."""

    sqlstate = "22003"


def require_storable(plan: TablePlan, public: PublicTable) -> None:
    """Load a public table into nothing. Raises NotStorable naming the column: before anything is charged, not after."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for column in plan.table.columns:
            cells = Cells(public.array(column.attnum))
            connection.register("incoming", pa.table([cells.array], names=["v"]))
            try:
                connection.execute(
                    f"CREATE OR REPLACE TABLE t AS SELECT {cells.load('v', column.storage)} AS v FROM incoming"
                )
            except duckdb.Error:
                raise NotStorable(
                    f'public column "{plan.table.qualified}.{column.name}" of type {column.type_name} holds a value that the '
                    "replica cannot",
                    hint="NaN in numeric(p,s), years beyond 290000 and arrays of arrays are such; exclude the table or change it.",
                ) from None
            connection.unregister("incoming")


def _load(connection: duckdb.DuckDBPyConnection, plan: TablePlan, values: Values, rows: int) -> None:
    columns = plan.table.columns
    cells = [values.cells(plan.oid, column.attnum) for column in columns]
    names = [f"c{column.attnum}" for column in columns]
    arrays = [each.array for each in cells] or [pa.nulls(rows, pa.bool_())]
    connection.register("incoming", pa.table(arrays, names=names or ["c0"]))
    loads = [f"{each.load(name, column.storage)} AS {name}" for each, name, column in zip(cells, names, columns)]
    place = ordered_by(((column.attnum, column.storage) for column in columns), plan.table.primary_key, rows)
    query = f"SELECT {', '.join(loads) or NO_COLUMNS} FROM incoming{order_clause(place)}"
    connection.execute(f"CREATE TABLE t{plan.oid} AS {query}")
    connection.unregister("incoming")


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
    assert row is not None
    return int(row[0])
