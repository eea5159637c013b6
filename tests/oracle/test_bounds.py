"""Arithmetic that the double does in machine words because the data is small: on a real Postgres and on the double, text and binary.

Every pair and many triples of columns whose types promise more digits than their values have, or just as many; of tables that get their
rows from parts, of an empty table, and of unions of small and large.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import serve
from tests.oracle.compare import BINARY, TEXT, ask, difference
from tests.pair import Pair

SCHEMA = """
CREATE TABLE num (id int PRIMARY KEY, small numeric(15,2), full_ numeric(15,2), part numeric(3,3), none_ numeric(12,4), large numeric(38,0),
                  fine numeric(18,17), i2 int2, i4 int4, i8 int8, wide int8);
INSERT INTO num VALUES (1, 97899.50, 9999999999999.99, 0.999, NULL, 99999999999999999999999999999999999999, 9.99999999999999999,
                        32767, 2147483647, 7, 9223372036854775807),
                       (2, -0.01, -9999999999999.99, -0.999, NULL, -99999999999999999999999999999999999999, -9.99999999999999999,
                        -32768, -2147483648, -99, -9223372036854775808),
                       (3, 0, 0.01, 0.001, NULL, 1, 0.00000000000000001, 0, 1, 0, 1);
INSERT INTO num VALUES (4);
CREATE TABLE nothing (a numeric(30,10), b numeric(30,10), c int8);
CREATE TABLE whole (k int, v numeric(20,2), w int8) PARTITION BY RANGE (k);
CREATE TABLE low PARTITION OF whole FOR VALUES FROM (0) TO (10);
CREATE TABLE high PARTITION OF whole FOR VALUES FROM (10) TO (20);
INSERT INTO whole VALUES (1, 1.50, 2), (11, 999999999999999999.99, 9223372036854775807);
CREATE TABLE elder (v numeric(20,2), w int8);
CREATE TABLE heir (more numeric(20,2)) INHERITS (elder);
INSERT INTO elder VALUES (1.25, 3);
INSERT INTO heir VALUES (-999999999999999999.99, -9223372036854775808, 5);
CREATE VIEW seen AS SELECT small, full_, small * full_ AS product FROM num;
"""
COLUMNS = ("small", "full_", "part", "none_", "large", "fine", "i2", "i4", "i8", "wide")
SETS = (
    "select sum(v * v * w), sum(v * w + v), max(v * v) from {}", "select v * v * v, v - w * v, -v * 1.005, abs(v) * w from {} order by v",
)  # fmt: skip
OTHERS = [
    *(one.format(table) for one in SETS for table in ("whole", "low", "high", "only elder", "elder", "heir")),
    "select a * b * a, a + b * c, sum(a * b) over () from nothing", "select sum(a * b * a * b), avg(c * a) from nothing",
    "select x * x * x from (select small from num union all select full_ from num) s(x) order by 1",
    "select x * x from (select part::numeric(9,3) from num union all select 123456.789::numeric(9,3)) s(x) order by 1",
    "select case when id = 1 then small else full_ end * small * full_ from num order by id",
    "select coalesce(small, full_, 5000000000.55) * 3 * full_ from num order by id",
    "select nullif(small, full_) * full_ * small from num order by id",
    "select product * product, product * small from seen order by small",
    "select lag(small, 1, 9999999999999.99) over (order by id) * full_ from num order by id",
    "select greatest(small, full_) * small * small, least(small, full_) * full_ from num order by id",
    "select sum(small * (1 - part) * (1 + part)), avg(small * full_ * part) from num",
    "select sum(i8 * small), sum(wide * small * i8) from num",
    "select (select max(full_) from num) * small * small from num order by id",
    "select i8::numeric * i8 * i8 * i8, wide::numeric * wide from num order by id",
    "select id from num where small * full_ * 2 > (select avg(full_) * 0.5 from num) order by 1",
    "select id from num n where small < (select sum(small) * 2.5 from num m where m.id <> n.id) order by 1",
    "select id from num where small >= (select avg(small) from num) or small = (select avg(small) from num where id = 3) order by 1",
    "select sum(small) from num having sum(small) > (select sum(small) * 0.0001 from num)",
    "select id from num where i8 > (select 0.5 * sum(i8) from num) order by id",
    "select id from num where i8 > (select 0.5 * sum(i8) from num where false)",
]  # fmt: skip


def drawn() -> list[str]:
    """Every pair of columns, and triples by a fixed seed."""
    pairs = [
        f"select {', '.join(f'{a} {op} {b}' for op in '+-*')} from num order by id"
        for a, b in itertools.product(COLUMNS, COLUMNS)
        if not {a, b} <= {"i2", "i4", "i8", "wide"}  # integers overflow, which is tested elsewhere
    ]
    numerics = [name for name in COLUMNS if name not in ("i2", "i4", "i8", "wide")]
    chance = random.Random(20)
    triples = [
        f"select {a} {first} {b} {second} {c}, sum({a} {first} {b} {second} {c}) over () from num order by id"
        for a, b, c, first, second in (
            (
                chance.choice(numerics),
                chance.choice(numerics),
                chance.choice(COLUMNS),
                chance.choice("+-*"),
                chance.choice("+-*"),
            )
            for _ in range(60)
        )
    ]
    return pairs + triples


@pytest.fixture(scope="module")
def pair(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Iterator[Pair]:
    source = postgres.create_database("bounds")
    with psycopg.connect(source) as connection:
        connection.execute(SCHEMA)
    with serve(mirror(source)) as double:
        yield Pair(source, double.dsn())


@pytest.mark.parametrize("result_format", [TEXT, BINARY], ids=["text", "binary"])
def test_every_pair_and_many_triples(pair: Pair, result_format: int) -> None:
    source, double = pair.connect()
    wrong = [
        (statement, found)
        for statement in drawn()
        if (
            found := difference(
                ask(source, statement, result_format), ask(double, statement, result_format), ordered=True
            )
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("statement", OTHERS)
def test_where_values_come_from_several_places(pair: Pair, statement: str) -> None:
    source, double = pair.connect()
    assert difference(ask(source, statement, TEXT), ask(double, statement, TEXT), ordered=False) == ""
