"""The groups of the quality table: each builds what it measures through the product and gives rows.

Refuses to know how a document is written.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import psycopg

from bench.synth import network, sets
from bench.synth.build import private_tables
from bench.synth.coded import Tables
from bench.synth.coverage import coverage
from bench.synth.errors import Column, ways
from bench.synth.one import Asked, Measures, run
from bench.synth.queries import relative_errors
from bench.synth.rivals import Cost, accuracy, synthesize
from bench.synth.rows import Row, median
from bench.synth.shapes import shapes
from pgdouble.demo.postgres import EmbeddedPostgres
from synth.release.manifest import Manifest

DELTA, SEEDS = 1e-9, (1, 2, 3)
EPSILONS = (0.1, 1.0, 10.0)
MUST = {0.1: ("0.125", "0.090"), 1.0: ("0.036", "0.032"), 10.0: ("0.031", "0.024")}
COVERED = {
    "one measured column": "counts by one column", "measured pair": "counts by two columns, measured together",
    "scored pair": "counts by two columns, scored only", "extrapolated": "counts by three columns", "sum": "sums by one column",
    "avg": "means by one column", "range": "counts of a range by one column",
}  # fmt: skip
COVER_MUST = {"measured pair": "≥ 0.92", "scored pair": "≥ 0.90"}
HELD_OUT = 0.2
CUSTOMERS = """
CREATE TABLE customer_totals AS
SELECT c_nationkey::smallint AS nation, width_bucket(c_acctbal, -1000, 10000, 22)::smallint AS balance, c_mktsegment AS segment,
       least(count(o_orderkey), 40)::smallint AS orders, least(coalesce(sum(o_totalprice), 0) / 100000, 63)::smallint AS total
FROM customer LEFT JOIN orders ON o_custkey = c_custkey GROUP BY c_custkey;
ALTER TABLE customer_totals ALTER nation SET NOT NULL, ALTER balance SET NOT NULL, ALTER segment SET NOT NULL,
                            ALTER orders SET NOT NULL, ALTER total SET NOT NULL;
DROP TABLE lineitem, orders, customer, partsupp, part, supplier, nation, region;
GRANT SELECT ON customer_totals TO source_reader;
"""
CUSTOMERS_POLICY = sets.codes_policy("customer_totals", {"nation": 25, "balance": 24, "orders": 41, "total": 64}) + (
    '      "segment": {as: category, values: [AUTOMOBILE, BUILDING, FURNITURE, HOUSEHOLD, MACHINERY], source: TPC-H}\n'
)


@contextmanager
def source(name: str) -> Iterator[tuple[EmbeddedPostgres, str, str]]:
    """A server with the set; (server, DSN of the reader, policy)."""
    with EmbeddedPostgres() as server:
        dsn, policy = sets.load(server, name, "bench")
        yield server, dsn, policy


def measured(asked: Asked, out: Path, more: Callable[[str], Measures] | None = None) -> Measures:
    """One release's figures. more: of the double, by its DSN."""
    with tempfile.TemporaryDirectory(prefix="pgdouble-bench-") as deployment:
        return run(asked, out, Path(deployment), more)


def adult() -> Iterator[Row]:
    """Errors at three budgets, and the cost."""
    with source("adult") as (_, dsn, policy), tempfile.TemporaryDirectory() as folder:
        for epsilon in EPSILONS:
            found = [
                measured(Asked(dsn, policy, epsilon, DELTA, seed), Path(folder) / f"{epsilon}-{seed}") for seed in SEEDS
            ]
            must, aim = MUST[epsilon]
            yield Row(
                f"2-way, epsilon {epsilon:g}", median(each["tvd_2way"] for each in found), f"≤ {must}", f"≤ {aim}"
            )
            three = ("≤ 0.076", "≤ 0.070") if epsilon == 1 else ("", "")
            yield Row(f"3-way, epsilon {epsilon:g}", median(each["tvd_3way"] for each in found), *three)
            if epsilon == 1:
                yield Row(
                    "engine's own time", median((each["engine_seconds"] for each in found), 1, " s"), "≤ 20 s", "≤ 10 s"
                )
                yield Row("whole build", median((each["seconds"] for each in found), 1, " s"))
                yield Row(
                    "peak memory of the process",
                    median((each["peak_mb"] for each in found), 0, " MB"),
                    "≤ 350 MB",
                    "≤ 200 MB",
                )


def rivals() -> Iterator[Row]:
    """Ours beside MST and AIM of dpmm on Adult, in one run."""
    with source("adult") as (_, dsn, policy), tempfile.TemporaryDirectory() as folder:
        for epsilon in EPSILONS:
            yield from _beside(
                f"Adult, epsilon {epsilon:g}",
                Asked(dsn, policy, epsilon, DELTA, 1),
                Path(folder) / str(epsilon),
                slowest=10,
            )


def others() -> Iterator[Row]:
    """Single tables beside Adult, at epsilon 1."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("users", "network"):
            with source(name) as (_, dsn, policy):
                title = name if name == "users" else f"{name}, seed {os.environ.get('NETWORK_SEED', network.SEED)}"
                yield from _beside(title, Asked(dsn, policy, 1.0, DELTA, 1), Path(folder) / name)
        with source("tpch") as (server, dsn, _):
            server.psql(database="bench", stdin=CUSTOMERS)
            asked = Asked(dsn, CUSTOMERS_POLICY, 1.0, DELTA, 1)
            yield from _beside("TPC-H customers with their orders' totals", asked, Path(folder) / "customers")


def _beside(title: str, asked: Asked, out: Path, slowest: float = 0) -> Iterator[Row]:
    """2-way errors and times of ours, MST and AIM over the same codes, AIM with one seed for it takes minutes. slowest: how many times
    faster than AIM ours must be."""
    ours = [measured(replace(asked, seed=seed), out / str(seed)) for seed in SEEDS]
    seconds = float(np.median([each["engine_seconds"] for each in ours]))
    yield Row(
        f"{title}: ours, 2-way",
        median(each["tvd_2way"] for each in ours),
        "below MST's",
        "below AIM's",
        f"{seconds:.1f} s",
    )
    columns, codes = _coded(out / str(SEEDS[0]))
    for mechanism, seeds in (("MST", SEEDS), ("AIM", SEEDS[:1])):
        theirs = [_rival(mechanism, replace(asked, seed=seed), columns, codes) for seed in seeds]
        spent = float(np.median([cost.seconds for _, cost in theirs]))
        yield Row(
            f"{title}: {mechanism} of dpmm, 2-way",
            median(error for error, _ in theirs),
            f"≥ {slowest:g}× slower" if slowest and mechanism == "AIM" else "",
            "",
            f"{spent:.0f} s, {spent / seconds:.0f}× ours; {max(cost.peak_mb for _, cost in theirs):.0f} MB",
        )


def _coded(out: Path) -> tuple[dict[str, Column], Path]:
    """The only private table of a release, its real rows as codes in a file beside it."""
    manifest = Manifest.read(out)
    (table,) = private_tables(manifest)
    columns = Tables(out, manifest).columns(table)
    _write({name: column.real for name, column in columns.items()}, out / "codes.csv")
    return columns, out / "codes.csv"


def _rival(mechanism: str, asked: Asked, columns: dict[str, Column], codes: Path) -> tuple[float, Cost]:
    """Its 2-way error and what it cost."""
    made = codes.with_name(f"{mechanism}-{asked.seed}.csv")
    sizes = {name: column.size for name, column in columns.items()}
    cost = synthesize(mechanism, asked.epsilon, asked.delta, asked.seed, codes, sizes, made)
    drawn = np.loadtxt(made, delimiter=",", skiprows=1, dtype=np.float64, ndmin=2).astype(np.int64)
    theirs = {name: Column(column.size, column.real, drawn[:, at]) for at, (name, column) in enumerate(columns.items())}
    return ways(theirs)["tvd_2way"], cost


def _write(columns: dict[str, np.ndarray], path: Path) -> None:
    rows = np.stack(list(columns.values()), axis=1)
    np.savetxt(path, rows, fmt="%d", delimiter=",", header=",".join(columns), comments="")


def boosting() -> Iterator[Row]:
    """Gradient boosting on the double, tested on real rows that were never in the source."""
    with source("adult") as (server, dsn, policy), tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        _hold_out(server.dsn("bench"), out / "test.csv")
        target = list(json.loads((sets.DATA / "adult" / "adult-domain.json").read_text()))[-1]
        real = made = 0.0
        gaps = []
        for seed in SEEDS:
            measured(Asked(dsn, policy, 1.0, DELTA, seed), out / str(seed))
            real, made = (
                accuracy(out / str(seed) / f"adult.{kind}.csv", out / "test.csv", target) for kind in ("real", "synth")
            )
            gaps.append(100 * (real - made))
        yield Row(
            "accuracy lost to training on the double, points",
            median(gaps, 1),
            "≤ 3",
            "≤ 2",
            f"{real:.3f} trained on real rows, {made:.3f} on the double",
        )


def _hold_out(dsn: str, path: Path) -> None:
    """Take a fifth of the rows out of the source, into a file."""
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute("CREATE TEMP TABLE held AS SELECT ctid AS at FROM adult WHERE random() < %s", [HELD_OUT])
        query = "COPY (SELECT a.* FROM adult a JOIN held ON a.ctid = held.at) TO STDOUT (FORMAT csv, HEADER)"
        with path.open("wb") as file, cursor.copy(query) as copy:
            for block in copy:
                file.write(block)
        cursor.execute("DELETE FROM adult WHERE ctid IN (SELECT at FROM held)")


def tpch() -> Iterator[Row]:
    """Per table, across tables, and queries, at scale factor 0.1."""
    data = sets.tpch_folder("0.1")
    with source("tpch") as (_, dsn, policy), tempfile.TemporaryDirectory() as folder:
        for epsilon in (1.0, 10.0):
            found = [
                measured(
                    Asked(dsn, policy, epsilon, DELTA, seed), Path(folder) / f"{epsilon}-{seed}",
                    lambda double: relative_errors(dsn, double, data),
                )
                for seed in SEEDS
            ]  # fmt: skip
            yield from _relational(epsilon, found)
            for query in (name for name in found[0] if name.endswith("_error")):
                aim = "≤ 0.05" if epsilon == 1 and query in ("q1_error", "q6_error", "q12_error", "q14_error") else ""
                yield Row(
                    f"{query[:-6].upper()}, relative error, epsilon {epsilon:g}",
                    median(each[query] for each in found),
                    "",
                    aim,
                )


def stats() -> Iterator[Row]:
    """STATS: heavy tails and several references."""
    with source("stats") as (_, dsn, policy), tempfile.TemporaryDirectory() as folder:
        for epsilon in (1.0, 10.0):
            found = [
                measured(Asked(dsn, policy, epsilon, DELTA, seed), Path(folder) / f"{epsilon}-{seed}") for seed in SEEDS
            ]
            yield from _relational(epsilon, found)
            manifest = Manifest.read(Path(folder) / f"{epsilon}-{SEEDS[-1]}")
            for table in manifest.tables:
                if table.truncated_share is not None:
                    yield Row(f"truncated share of {table.name}, epsilon {epsilon:g}", f"{table.truncated_share:.3f}")


def covered() -> Iterator[Row]:
    """Whether the intervals of EXPLAIN (ACCURACY) hold the source's values."""
    with source("adult") as (_, dsn, policy), tempfile.TemporaryDirectory() as folder:
        found = [
            measured(
                Asked(dsn, policy, 1.0, DELTA, seed), Path(folder) / str(seed), lambda double: coverage(dsn, double)
            )
            for seed in SEEDS
        ]
    for measure in (name for name in found[0] if name.startswith("coverage ")):
        kind = measure.removeprefix("coverage ")
        width = median((each[f"width {kind}"] for each in found), 3)
        yield Row(
            f"cells held, {COVERED.get(kind, kind)}", median((each[measure] for each in found), 3),
            COVER_MUST.get(kind, ""), "", f"mean half-width {width} of the value",
        )  # fmt: skip


def large() -> Iterator[Row]:
    """TPC-H at scale factor 1: time and memory."""
    os.environ["SF"] = "1"
    with source("tpch") as (_, dsn, policy), tempfile.TemporaryDirectory() as folder:
        found = measured(Asked(dsn, policy, 1.0, DELTA, 1), Path(folder) / "sf1")
    yield Row("build", f"{found['seconds']:.0f} s", "≤ 600 s", "≤ 300 s")
    yield Row("peak memory", f"{found['peak_mb']:.0f} MB", "≤ 4096 MB", "≤ 2048 MB")


def _relational(epsilon: float, found: list[Measures]) -> Iterator[Row]:
    """Rows of tables and of links, and the costs."""
    for measure in found[0]:
        if measure.startswith(("tvd_2way ", "fan_out_tvd ")):
            yield Row(f"{measure.replace('_', ' ')}, epsilon {epsilon:g}", median(each[measure] for each in found))
        if measure.startswith("cross_tvd ") and not measure.startswith("cross_tvd shuffled "):
            dealt = found[0][measure.replace("cross_tvd ", "cross_tvd shuffled ")]
            bound = f"≤ {dealt:.4f}"
            must, aim = (bound, "") if epsilon == 10 else ("", bound)
            yield Row(
                f"{measure.replace('_', ' ')}, epsilon {epsilon:g}",
                median(each[measure] for each in found),
                must,
                aim,
                "bound: exact margins, shuffled",
            )
        if measure.startswith("sibling_tvd ") and not measure.startswith("sibling_tvd shuffled "):
            dealt = found[0][measure.replace("sibling_tvd ", "sibling_tvd shuffled ")]
            yield Row(
                f"{measure.replace('_', ' ')}, epsilon {epsilon:g}",
                median(each[measure] for each in found),
                "",
                f"≤ {dealt:.4f}",
                "bound: exact rows, dealt to owners at random",
            )
    yield Row(
        f"build, epsilon {epsilon:g}",
        median((each["seconds"] for each in found), 1, " s"),
        note=f"peak {max(each['peak_mb'] for each in found):.0f} MB",
    )


GROUPS: dict[str, Callable[[], Iterator[Row]]] = {
    "adult": adult, "rivals": rivals, "others": others, "boosting": boosting, "tpch": tpch, "stats": stats, "large": large,
    "shapes": shapes,
    "coverage": covered,
}  # fmt: skip
