"""What compiling costs: a point select, TPC-H's fifth query, a statement of a hundred lines; and finding one that was compiled before.

No server and no engine: the planner alone, over a mirror's catalog. Refuses to know the compiler's stages.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.speed.figures import Figure
from pgdouble.demo.postgres import EmbeddedPostgres
from proxy.app import open_app
from proxy.session.ports import Environment, Planner
from proxy.wire.framing import Startup
from tests.mirror import make_mirror

SCHEMA = """
CREATE TABLE region (r_regionkey int PRIMARY KEY, r_name varchar(25));
CREATE TABLE nation (n_nationkey int PRIMARY KEY, n_name varchar(25), n_regionkey int);
CREATE TABLE supplier (s_suppkey bigint PRIMARY KEY, s_nationkey int);
CREATE TABLE customer (c_custkey bigint PRIMARY KEY, c_name varchar(25), c_nationkey int, c_acctbal numeric(15,2));
CREATE TABLE orders (o_orderkey bigint PRIMARY KEY, o_custkey bigint, o_orderdate date, o_totalprice numeric(15,2));
CREATE TABLE lineitem (l_orderkey bigint, l_suppkey bigint, l_quantity numeric(15,2), l_extendedprice numeric(15,2),
    l_discount numeric(15,2), l_shipdate date, l_returnflag varchar(1));
"""
POINT = "SELECT c_custkey, c_name, c_acctbal FROM customer WHERE c_custkey = $1"
FIVE = """
SELECT n_name, sum(l_extendedprice * (1 - l_discount)) AS revenue
FROM customer, orders, lineitem, supplier, nation, region
WHERE c_custkey = o_custkey AND l_orderkey = o_orderkey AND l_suppkey = s_suppkey AND c_nationkey = s_nationkey
    AND s_nationkey = n_nationkey AND n_regionkey = r_regionkey AND r_name = 'ASIA'
    AND o_orderdate >= date '1994-01-01' AND o_orderdate < date '1994-01-01' + interval '1 year'
GROUP BY n_name ORDER BY revenue DESC
"""


def report(months: int = 12) -> str:
    """A statement of a hundred lines, as a BI tool writes them: a column for each month, a CTE, windows."""
    columns = ",\n".join(
        f"    sum(CASE WHEN extract(month FROM o.o_orderdate) = {month}\n"
        f"        AND o.o_totalprice IS NOT NULL\n"
        f"        THEN coalesce(o.o_totalprice, 0)\n"
        f"        ELSE 0\n"
        f"    END) AS m{month:02d},\n"
        f"    count(DISTINCT CASE WHEN extract(month FROM o.o_orderdate) = {month} THEN o.o_custkey END) AS c{month:02d}"
        for month in range(1, months + 1)
    )
    return (
        "WITH base AS (\n  SELECT\n    c.c_nationkey,\n    n.n_name AS nation,\n    date_trunc('year', o.o_orderdate) AS year,\n"
        f"{columns}\n  FROM orders o\n  JOIN customer c ON c.c_custkey = o.o_custkey\n"
        "  LEFT JOIN nation n ON n.n_nationkey = c.c_nationkey\n"
        "  WHERE o.o_orderdate BETWEEN date '1992-01-01' AND date '1998-12-31'\n    AND c.c_acctbal > 0\n"
        "  GROUP BY c.c_nationkey, n.n_name, date_trunc('year', o.o_orderdate)\n)\n"
        "SELECT\n  nation,\n  year,\n  m01 + m02 + m03 AS q1,\n  round(100.0 * m12 / nullif(m01, 0), 2) AS growth,\n"
        "  row_number() OVER (PARTITION BY year ORDER BY m12 DESC) AS place,\n"
        "  lag(m12) OVER (PARTITION BY nation ORDER BY year) AS before\n"
        "FROM base\nWHERE nation IS NOT NULL\nORDER BY year, place\nLIMIT 500\n"
    )


def run() -> Iterator[Figure]:
    """Each statement, new and known."""
    with EmbeddedPostgres() as postgres, tempfile.TemporaryDirectory(prefix="pgdouble-bench-") as folder:
        dsn = postgres.create_database("compiled")
        postgres.psql(database="compiled", stdin=SCHEMA)
        asyncio.run(make_mirror(dsn, Path(folder)))
        backend = open_app(Path(folder), None)
        try:
            backend.prepare_role("postgres")
            start = Startup(0, {"user": "postgres", "database": backend.engine.catalog.database})
            planner = backend.open_session(start, 1, ("", 0)).planner
            for case, text, limit in (
                ("point select", POINT, 2),
                ("TPC-H Q5", FIVE, 8),
                ("a hundred lines", report(), 25),
            ):
                yield Figure(
                    f"compile, {case}", _new(planner, text), 0, f"limit {limit} ms; {text.count(chr(10))} lines"
                )
            yield Figure("compile, known", _known(planner, FIVE), 0, "limit 100 µs")
        finally:
            backend.close()


ENV = Environment("postgres", "compiled")


def _new(planner: Planner, text: str) -> float:
    return _median(lambda number: planner.plan(f"{text} -- {number}", (), ENV), 30)


def _known(planner: Planner, text: str) -> float:
    planner.keep(text, (), ENV, planner.plan(text, (), ENV))
    return _median(lambda _: planner.held(text, (), ENV), 1_000)


def _median(work: Callable[[int], object], times: int) -> float:
    taken = []
    for number in range(times):
        began = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
