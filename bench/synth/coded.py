"""The two sides' CSV files as codes on a common grid, and how their tables refer to each other.

A column with few different values is its values; one with many is cut at the real side's quantiles, which is this measurement's own
business and leaves no trace in a release. Refuses to know errors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import psycopg
from numpy.typing import NDArray

from bench.synth.build import file_stem
from bench.synth.errors import Codes, Column
from synth.release.manifest import Manifest, TableRow

FEW, CUTS, FAN_OUT_TOP = 256, 32, 64
KINDS = ("real", "synth")
ORDERED = ("INT", "DECIMAL", "DOUBLE", "FLOAT", "DATE", "TIMESTAMP")


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key: names of its columns and of those that it refers to, table by (schema, name)."""

    child: tuple[str, str]
    parent: tuple[str, str]
    columns: tuple[str, ...]
    target_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Of a link: for each side, the parent's row of each child's row, and how many rows each parent's row has."""

    parent_rows: Mapping[str, Codes] = field(repr=False)
    fan_outs: Column = field(repr=False)


class Tables:
    """Files of a folder."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self._tables = {(table.schema_name, table.name): table for table in manifest.tables}
        self._engine = duckdb.connect()

    def columns(self, table: tuple[str, str]) -> dict[str, Column]:
        """Every column of the table that the release models."""
        row = self._tables[table]
        return {
            column.name: self._column(row, column.name, column.duckdb_type)
            for column in row.columns
            if column.domain_size is not None
        }

    def joined(self, link: Link) -> Joined:
        """See Joined. A row without a parent, or with one that is not there, is left out by `real` and by `synth` alike."""
        rows: dict[str, Codes] = {}
        fans: dict[str, Codes] = {}
        for kind in KINDS:
            on = " AND ".join(
                f'p."{target}" = c."{name}"' for name, target in zip(link.columns, link.target_columns, strict=True)
            )
            child, parent = (self._rows(self._tables[each], kind) for each in (link.child, link.parent))
            found = self._numpy(f"SELECT c.n AS c, p.n AS p FROM {child} c LEFT JOIN {parent} p ON {on} ORDER BY c.n")
            rows[kind] = np.nan_to_num(found["p"].astype(np.float64), nan=-1).astype(np.int64)
            ((parents,),) = self._engine.execute(f"SELECT count(*) FROM {parent}").fetchall()
            counts = np.bincount(rows[kind][rows[kind] >= 0], minlength=parents)
            fans[kind] = np.minimum(counts, FAN_OUT_TOP).astype(np.int64)
        return Joined(rows, Column(FAN_OUT_TOP + 1, fans["real"], fans["synth"]))

    def _rows(self, table: TableRow, kind: str) -> str:
        path = self._folder / f"{file_stem(table.schema_name, table.name)}.{kind}.csv"
        return f"(SELECT *, row_number() OVER () - 1 AS n FROM read_csv('{path}', all_varchar = true, header = true, nullstr = ''))"

    def _numpy(self, query: str) -> dict[str, NDArray[np.generic]]:
        return {name: np.ma.filled(each, -1) for name, each in self._engine.execute(query).fetchnumpy().items()}

    def _values(self, query: str) -> NDArray[np.object_]:
        relation = self._engine.sql(query)
        assert relation is not None, "a query gives rows"
        return np.asarray(relation.to_arrow_table()["v"].to_pylist(), dtype=object)

    def _column(self, table: TableRow, name: str, stored: str) -> Column:
        ordered = stored.startswith(ORDERED)
        cast = f'CAST("{name}" AS {stored})'
        if stored.startswith(("DATE", "TIMESTAMP")):
            cast = f"epoch({cast})"
        shown = f"CAST({cast} AS DOUBLE)" if ordered else f'"{name}"'
        values = {kind: self._values(f"SELECT {shown} AS v FROM {self._rows(table, kind)}") for kind in KINDS}
        distinct = sorted({value for each in values.values() for value in each if value is not None})
        if ordered and len(distinct) > FEW:
            return _cut(values)
        place = {value: code for code, value in enumerate(distinct)} | {None: len(distinct)}
        coded = {
            kind: np.fromiter((place[value] for value in each), np.int64, len(each)) for kind, each in values.items()
        }
        return Column(len(distinct) + 1, coded["real"], coded["synth"])


def _cut(values: Mapping[str, NDArray[np.object_]]) -> Column:
    numbers = {kind: np.asarray(each, dtype=np.float64) for kind, each in values.items()}  # NULL becomes NaN
    known = numbers["real"][~np.isnan(numbers["real"])]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, CUTS + 1)[1:-1])) if len(known) else np.zeros(0)
    coded = {
        kind: np.where(np.isnan(each), len(edges) + 1, np.searchsorted(edges, each, side="right")).astype(np.int64)
        for kind, each in numbers.items()
    }
    return Column(len(edges) + 2, coded["real"], coded["synth"])


def links(dsn: str, tables: Sequence[tuple[str, str]]) -> list[Link]:
    """Foreign keys among these tables, as the source's catalog has them."""
    query = """
        SELECT n.nspname, c.relname, fn.nspname, fc.relname,
               ARRAY(SELECT attname::text FROM unnest(k.conkey) WITH ORDINALITY u(a, o) JOIN pg_attribute
                     ON attrelid = k.conrelid AND attnum = u.a ORDER BY u.o),
               ARRAY(SELECT attname::text FROM unnest(k.confkey) WITH ORDINALITY u(a, o) JOIN pg_attribute
                     ON attrelid = k.confrelid AND attnum = u.a ORDER BY u.o)
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_class fc ON fc.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = fc.relnamespace
        WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.conname, k.oid
    """
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(query).fetchall()
    found = [Link((a, b), (c, d), tuple(e), tuple(f)) for a, b, c, d, e, f in rows]
    return [link for link in found if link.child in tables and link.parent in tables and link.child != link.parent]
