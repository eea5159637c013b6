"""Which tables are stored in the order of a column, and of which."""

from __future__ import annotations

import duckdb
import pytest

from synth.release.clustering import ROW_GROUP, order_clause, ordered_by

FACTS = ((1, "BIGINT"), (2, "INTEGER"), (3, "DATE"), (4, "TIMESTAMP"))
LARGE = 2 * ROW_GROUP + 1


@pytest.mark.parametrize(
    ("columns", "key", "rows", "expected"),
    [
        (FACTS, (1, 2), LARGE, 3), (FACTS, (), LARGE, 3), (FACTS[::-1], (), LARGE, 4), (FACTS, (1,), LARGE, None),
        (FACTS, (1, 2), LARGE - 1, None), (FACTS[:2], (), LARGE, None), ((), (), LARGE, None),
    ],
)  # fmt: skip
def test_the_first_moment_of_a_large_table(
    columns: tuple[tuple[int, str], ...], key: tuple[int, ...], rows: int, expected: int | None
) -> None:
    assert ordered_by(columns, key, rows) == expected


def test_groups_that_a_month_is_not_in_are_passed_over() -> None:
    days = f"SELECT i AS c1, DATE '2020-01-01' + ((i * 7919) % 1000)::INTEGER AS c3 FROM range({4 * ROW_GROUP}) t(i)"
    with duckdb.connect() as connection:
        scanned = {}
        for name, place in (("shuffled", None), ("ordered", 3)):
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM ({days}){order_clause(place)}")
            month = f"SELECT c3, count(DISTINCT c1) FROM {name} WHERE c3 >= DATE '2021-03-01' AND c3 < DATE '2021-04-01' GROUP BY c3"
            plan = connection.execute(f"EXPLAIN ANALYZE {month}").fetchall()[0][1]
            scanned[name] = plan.partition("Row Groups Scanned: ")[2].split()[0]
    assert scanned == {"shuffled": "4", "ordered": "1"}
