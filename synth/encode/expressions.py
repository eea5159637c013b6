"""SQL that reads a column from the source in the form the encoders and the replica's loader understand.

One text form a value for both sides of every comparison: a key of a private row meets the key of a public row as text.
Refuses to know connections and rows.
"""

from __future__ import annotations

from collections.abc import Iterable

from synth.source.schema import Column, Table


def quote(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quoted_table(table: Table) -> str:
    """schema.name, quoted, without the tables that inherit from it: those have a policy of their own. Partitions belong."""
    only = "" if table.partition_key else "ONLY "
    return f"{only}{quote(table.schema)}.{quote(table.name)}"


def as_text(column: Column) -> str:
    """The column as text that `load_expression` reads: lists as JSON, bytes as hex, DuckDB's mark of years before
    Christ."""
    name, storage = quote(column.name), column.storage
    if storage.endswith("[]"):
        return f"to_json({name})::text"
    if storage == "BLOB":
        return f"encode({name}, 'hex')"
    if storage in ("DATE", "TIMESTAMP", "TIMESTAMPTZ"):
        return f"replace({name}::text, ' BC', ' (BC)')"
    return f"{name}::text"


def load_expression(source: str, storage: str) -> str:
    """DuckDB SQL: the text of a value -> the value."""
    if storage.endswith("[]"):
        return f"CAST(CAST({source} AS JSON) AS {storage})"
    if storage == "BLOB":
        return f"unhex({source})"
    return f"CAST({source} AS {storage})"


def presence(columns: Iterable[Column]) -> str:
    """Whether a reference is there: one text where no column of it is NULL, NULL else."""
    tests = " AND ".join(f"{quote(column.name)} IS NOT NULL" for column in columns)
    return f"CASE WHEN {tests} THEN '1' END"
