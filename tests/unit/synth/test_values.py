"""Values of policies and CHECKs as ticks: days and moments of any era, months that end where the calendar's do."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.plan.model import PlanRefused
from synth.plan.values import DAY_US, declared_bins, month_starts, parse_tick
from tests.unit.synth.made import DATE, INT, column

NUMERIC, TIMESTAMP = 1700, 1114
DAYS = st.integers(-2_400_000, 2_900_000)  # 4713 BC to far beyond Python's years


def day(text: str) -> int:
    """Days since 1970 of an astronomical date, in which the year 0 is 1 BC."""
    return int(np.datetime64(text, "D").astype(np.int64))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2024-02-29", "2024-02-29"),
        ("0001-01-01", "0001-01-01"),
        ("0001-12-31 BC", "0000-12-31"),
        ("0044-03-15 BC", "-0043-03-15"),
        ("0401-03-01 bc", "-0400-03-01"),
        ("4713-01-01 BC", "-4712-01-01"),
    ],
)
def test_days_of_either_era(text: str, same: str) -> None:
    assert parse_tick(column(1, "d", DATE), text, 0) == day(same)
    moment = text[:10] + " 06:00:00" + text[10:]
    assert parse_tick(column(1, "t", TIMESTAMP), moment, 0) == day(same) * DAY_US + DAY_US // 4


@pytest.mark.parametrize(
    "text",
    ["2000-01-01xyz", "2000-13-01", "infinity", "0000-01-01", "0000-01-01 BC ", "2000-02-30 BC", "9999999999-01-01 BC"],
)
def test_what_is_no_day_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        parse_tick(column(1, "d", DATE), text, 0)


@given(DAYS, st.integers(0, 40_000), st.sampled_from([1, 3, 12, 240]))
def test_months_start_where_the_calendar_has_them(low: int, length: int, months: int) -> None:
    starts = month_starts(low, low + length, months)
    numbers = np.array(starts, dtype="datetime64[D]").astype("datetime64[M]")
    assert (numbers.astype("datetime64[D]").astype(np.int64) == starts).all()
    assert set(np.diff(numbers.astype(np.int64)).tolist()) <= {months}
    assert starts[0] <= low and starts[-1] > low + length and (len(starts) == 1 or starts[-2] <= low + length)


def test_bounds_before_our_era_make_bins() -> None:
    bins = declared_bins(column(1, "d", DATE), ("0099-01-01 BC", "0001-12-31"), "1 year", "here")
    assert bins.edges[0] == day("-0098-01-01") and bins.edges[-1] == day("0001-12-31") + 1 and bins.bins == 100


@pytest.mark.parametrize(
    ("oid", "tick"), [(DATE, 2_932_896), (TIMESTAMP, 2_932_897 * DAY_US + 18_000 * 1_000_000 - 1_000_000)]
)
def test_a_zone_is_cut_off_a_date_and_counts_in_a_moment(oid: int, tick: int) -> None:
    assert parse_tick(column(1, "d", oid), "9999-12-31 23:59:59-05", 0) == tick
    assert parse_tick(column(1, "d", oid), "0001-01-01 00:00:00+05", 0) <= day("0001-01-01") * (
        1 if oid == DATE else DAY_US
    )


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999999999999999999", "", "x"])
def test_what_is_no_number_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no"):
        parse_tick(column(1, "n", NUMERIC), text, 0)


@pytest.mark.parametrize("step", ["NaN", "Infinity", "-Infinity", "sNaN", "0", "-1", "1e-30", "1e999999999999999999"])
def test_a_step_that_leads_nowhere_is_refused(step: str) -> None:
    for oid in (INT, NUMERIC):
        with pytest.raises(PlanRefused) as caught:
            declared_bins(replace(column(1, "x"), base_oid=oid), ("0", "10"), step, "here")
        assert "does not fit" in caught.value.message and "positive number" in caught.value.hint


def test_no_months_are_no_step() -> None:
    with pytest.raises(PlanRefused) as caught:
        declared_bins(column(1, "d", DATE), ("2000-01-01", "2001-01-01"), "0 months", "here")
    assert "one or more" in caught.value.message


def test_the_widest_bounds_are_those_that_the_hint_names() -> None:
    for oid in (20, NUMERIC):
        big = replace(column(1, "x"), base_oid=oid)
        with pytest.raises(PlanRefused) as caught:
            declared_bins(big, ("0", "9" * 30), "1", "here")
        low, high = re.findall(r"-?[\d.]+\d", caught.value.hint)[:2]
        assert declared_bins(big, (low, high), "", "here").bins > 1
