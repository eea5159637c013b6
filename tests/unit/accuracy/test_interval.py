"""The arithmetic of intervals, and their words: what widens them and what they never say."""

from __future__ import annotations

from dataclasses import replace
from math import pi, sqrt

import pytest

from proxy.accuracy.interval import ALONE, TOGETHER, Basis, Moments, interval
from proxy.accuracy.known import MOST, NoEstimate, basis
from proxy.accuracy.measured import Told
from proxy.accuracy.words import line, number, record
from synth.release.accuracy import AxisError, PairError, TableAccuracy

WHOLE = Basis(1000, 990, 1020)
PAIR = replace(WHOLE, low=1000, high=1000, unit=2.0, noise=4.0)


def count(one: Basis, rows: float, cells: float = 1.0) -> tuple[float, float]:
    found = interval("count", one, one, Moments(rows, cells))
    assert found is not None
    return found.low, found.high


def half(one: Basis, rows: float, cells: float = 1.0) -> float:
    low, high = count(one, rows, cells)
    return (high - low) / 2


def test_the_number_of_all_rows_is_what_the_release_says() -> None:
    assert count(WHOLE, 1000) == (990, 1020)
    assert count(WHOLE, 500) == (495, 510)


def test_a_cell_is_off_by_the_root_of_its_rows() -> None:
    model, drawing = (1.96 * sqrt(pi / 2) * 2.0) ** 2, 1.96**2
    assert half(PAIR, 100) == pytest.approx(sqrt((model + drawing) * 100))
    assert half(PAIR, 400) == pytest.approx(2 * half(PAIR, 100))


def test_a_small_cell_is_off_by_the_noise_and_never_below_zero() -> None:
    assert count(replace(PAIR, noise=100.0), 1) == (0, 51)


def test_most_of_a_table_is_known_by_the_rest() -> None:
    assert half(PAIR, 900) == pytest.approx(half(PAIR, 100))


def test_many_cells_of_several_columns_go_together() -> None:
    assert half(replace(PAIR, together=TOGETHER), 100, 16) > half(PAIR, 100, 16) == half(PAIR, 100)
    assert ALONE == 0


def test_bins_and_truncation_widen() -> None:
    assert half(replace(PAIR, blur=7.0), 100) == pytest.approx(half(PAIR, 100) + 7)
    assert half(replace(PAIR, blur=1e6), 400) == pytest.approx((400 + 400 + half(PAIR, 400)) / 2)
    found = interval("count", replace(PAIR, cut=0.1), PAIR, Moments(100))
    assert found is not None and found.cut == pytest.approx(10)
    assert found.half == pytest.approx(half(PAIR, 100) + 10)


def test_a_mean_and_a_sum() -> None:
    cell = Moments(100, mean=-5.0, variance=4.0)
    mean, total = interval("avg", PAIR, PAIR, cell), interval("sum", PAIR, PAIR, cell)
    assert mean is not None and total is not None
    assert mean.half == pytest.approx(half(PAIR, 100) * 2 / 100)
    assert total.value == -500
    assert total.half == pytest.approx(sqrt((100 * mean.half) ** 2 + (5 * half(PAIR, 100)) ** 2))
    wide = interval("avg", replace(PAIR, half_bin=3.0), PAIR, cell)
    assert wide is not None and wide.half == pytest.approx(mean.half + 3)
    same = interval("avg", PAIR, PAIR, replace(cell, variance=0.0))
    assert same is not None and same.half == 0


def test_no_rows_and_no_number_have_no_mean() -> None:
    assert interval("sum", PAIR, PAIR, Moments(0)) is None
    assert interval("avg", PAIR, PAIR, Moments(3, mean=float("inf"))) is None


def axis(attnum: int, error: float | None = 0.1, cells: int = 4, blur: float = 0.0) -> AxisError:
    return AxisError(relation=1, attnums=(attnum,), cells=cells, error=error, noise=0.01, spread=2.0, blur=blur)


TABLE = TableAccuracy(
    oid=1, name="public.t", owner=None, owner_columns=(), rows=100, low=95, high=110, truncated_share=0.2,
    axes=(axis(1), axis(2, blur=0.3), axis(3, None), axis(4, 0.0, cells=1), axis(5)),
    pairs=(
        PairError(axes=(0, 1), error=0.2, sigma=0.1, spread=3.0, supported=True),
        PairError(axes=(0, 4), error=0.2, sigma=0.1, spread=3.0, supported=False),
        PairError(axes=(1, 4), error=0.2, sigma=0.1, spread=3.0, supported=True),
    ),
)  # fmt: skip


def test_what_an_answer_rests_on() -> None:
    rests = {
        axes: basis(TABLE, axes, blurred=axes, half_bin=0.5) for axes in ((), (3,), (0,), (0, 1), (0, 4), (0, 1, 4))
    }
    assert [each.words for each in rests.values()] == [
        "number of rows", "number of rows", "one measured column", "measured pair", "scored pair", "extrapolated from 3 pairs"
    ]  # fmt: skip
    assert rests[0,].unit == pytest.approx(0.1 / 2 * 10)
    assert rests[0, 1].unit == pytest.approx(0.3 / 3 * 10)
    assert rests[0, 1, 4].unit == pytest.approx(sqrt(3) * 0.3 / 3 * 10)
    assert rests[0, 1].blur == 30 and rests[0, 1].cut == 0.2 and rests[0, 1].half_bin == 0.5
    assert (rests[()].low, rests[()].high) == (95, 110)


@pytest.mark.parametrize(("axes", "why"), [((2,), "learned"), ((1, 2), "held against"), (range(5), f"at most {MOST}")])
def test_what_nothing_is_known_of(axes: tuple[int, ...], why: str) -> None:
    with pytest.raises(NoEstimate, match=why):
        basis(TABLE, axes, blurred=(), half_bin=0.0)


def test_words() -> None:
    found = interval("count", replace(PAIR, cut=0.1), PAIR, Moments(100))
    told = Told("n", "count", (("sex", "m"), ("race", None)), found, "scored pair")
    assert line(told) == "n, sex = m, race = NULL: 100 ± 63, 10 of it truncation bias (95 %: 37 to 163; scored pair)"
    assert record(told)["group"] == [["sex", "m"], ["race", None]]
    none = replace(told, found=None, why="it is of no rows")
    assert line(none) == "n, sex = m, race = NULL: no estimate: it is of no rows"
    assert record(none)["estimate"] is None
    assert [number(12.3456, error) for error in (0.0, 0.012, 3.0, 250.0)] == ["12.3456", "12.346", "12.3", "12"]
