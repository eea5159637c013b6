"""The order in which the rows of a large table are stored: by its first day or moment, as facts arrive in the world.

DuckDB keeps the least and the greatest value of each column for every row group, and passes over groups that a condition rules out; a
month of an ordered table is read in a fraction of the time that a month of a shuffled one takes. Refuses to know values. Facts:
DuckDB's row groups hold 122,880 rows; what is looked up by a key of one column is found by the groups of that column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

ROW_GROUP = 122_880
MOMENTS = ("DATE", "TIMESTAMP", "TIMESTAMPTZ")


def ordered_by(columns: Iterable[tuple[int, str]], primary_key: Sequence[int], rows: int) -> int | None:
    """The attnum to order by, None where rows stay as they come. columns: (attnum, storage type) in the table's order."""
    if rows <= 2 * ROW_GROUP or len(primary_key) == 1:
        return None
    return next((attnum for attnum, storage in columns if storage in MOMENTS), None)


def order_clause(attnum: int | None) -> str:
    """ORDER BY, or nothing."""
    return f" ORDER BY c{attnum}" if attnum is not None else ""
