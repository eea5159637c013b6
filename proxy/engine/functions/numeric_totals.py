"""numeric's aggregates over what the engine has collected: lists of values, or exact sums of integers.

Refuses to know how values were grouped. Facts: src/backend/utils/adt/numeric.c (do_numeric_accum, numeric_avg, numeric_stddev_internal).
"""

from __future__ import annotations

from decimal import Decimal

from proxy.engine.functions.numeric import EXACT, add, divide, division_scale, parse, quotient, show, square_root
from proxy.engine.functions.udf import function


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_avg(total: str, count: str) -> str | None:
    return show(divide(parse(total), Decimal(count))) if int(count) else None


@function("VARCHAR[]", "VARCHAR")
def numeric_sum(values: tuple[str | None, ...]) -> str | None:
    total = _total(values)
    return None if total is None else show(total)


@function("VARCHAR[]", "VARCHAR")
def numeric_mean(values: tuple[str | None, ...]) -> str | None:
    total = _total(values)
    return None if total is None else show(divide(total, Decimal(sum(value is not None for value in values))))


def _total(values: tuple[str | None, ...]) -> Decimal | None:
    total: Decimal | None = None
    for value in values:
        if value is not None:
            total = parse(value) if total is None else add(total, parse(value))
    return total


@function("VARCHAR[] VARCHAR", "VARCHAR")
def numeric_spread(values: tuple[str | None, ...], kind: str) -> str | None:
    """variance and stddev over a list; kind: var_samp, var_pop, stddev_samp, stddev_pop."""
    numbers = [parse(value) for value in values if value is not None]
    if not numbers or (len(numbers) == 1 and kind.endswith("samp")):
        return None
    if not all(number.is_finite() for number in numbers):
        return "NaN"
    total = squares = Decimal(0)
    for number in numbers:
        total, squares = EXACT.add(total, number), EXACT.add(squares, EXACT.multiply(number, number))
    return show(_spread(len(numbers), total, squares, kind))


@function("VARCHAR VARCHAR VARCHAR VARCHAR", "VARCHAR")
def numeric_spread_of(count: str, total: str, squares: str, kind: str) -> str | None:
    """The same from the count, the sum and the sum of squares."""
    if int(count) == 0 or (int(count) == 1 and kind.endswith("samp")):
        return None
    return show(_spread(int(count), parse(total), parse(squares), kind))


def _spread(count: int, total: Decimal, squares: Decimal, kind: str) -> Decimal:
    """numeric_stddev_internal."""
    numerator = EXACT.subtract(EXACT.multiply(Decimal(count), squares), EXACT.multiply(total, total))
    if numerator <= 0:
        return Decimal(0)
    divisor = Decimal(count * (count - 1) if kind.endswith("samp") else count * count)
    scale = division_scale(numerator, divisor)
    variance = quotient(numerator, divisor, scale)
    return square_root(variance, scale) if kind.startswith("stddev") else variance


@function("VARCHAR[]", "VARCHAR", name="numeric_max")
def numeric_largest(values: tuple[str | None, ...]) -> str | None:
    """max: of equal numbers the last, whose digits are shown. NaN is above all."""
    return _last_of_equals(values, larger=True)


@function("VARCHAR[]", "VARCHAR", name="numeric_min")
def numeric_smallest(values: tuple[str | None, ...]) -> str | None:
    return _last_of_equals(values, larger=False)


def _last_of_equals(values: tuple[str | None, ...], *, larger: bool) -> str | None:
    found, best = None, (0, Decimal(0))
    for value in values:
        if value is None:
            continue
        key = (1, Decimal(0)) if value == "NaN" else (0, parse(value))
        if found is None or (key >= best if larger else key <= best):
            found, best = value, key
    return found
