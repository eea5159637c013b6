"""numeric's powers, roots and logarithms, to the digits that Postgres shows.

Works on decimals; refuses to know where they come from. Facts: src/backend/utils/adt/numeric.c (power_var, ln_var,
exp_var, sqrt_var and how their callers choose result scales).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_DOWN, Context, Decimal

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.numeric import (
    EXACT,
    GROUP,
    SCALE_MAX,
    SIGNIFICANT,
    WHOLE_MAX,
    parse,
    require_digits,
    rounded,
    scale_of,
    show,
    square_root,
    too_wide,
    weight_and_first,
)
from proxy.engine.functions.udf import function

LOGARITHM_MAX = 6_000  # of what an exponential or a power of a fraction may be
TO_DIGITS = 0.434294481903252


@function("VARCHAR", "VARCHAR")
def numeric_sqrt(value: str) -> str:
    number = parse(value)
    if not number.is_finite():
        if number.is_infinite() and number < 0:
            raise PgDomainError("2201F", "cannot take square root of a negative number")
        return show(number)
    if number < 0:
        raise PgDomainError("2201F", "cannot take square root of a negative number")
    weight, _ = weight_and_first(number)
    root_weight = weight * GROUP // 2 + 1
    scale = min(max(SIGNIFICANT - root_weight, scale_of(number), 0), SCALE_MAX)
    return show(square_root(number, scale))


def working(digits: int) -> Context:
    """A context with digits to spare."""
    require_digits(digits)
    return Context(prec=max(digits, 1) + 20, Emax=MAX_EMAX, Emin=MIN_EMIN)


def estimated_log_weight(number: Decimal) -> int:
    """estimate_ln_dweight: decimal weight of ln(number)."""
    if Decimal("0.9") <= number <= Decimal("1.1"):
        weight, first = weight_and_first(EXACT.subtract(number, Decimal(1)))
        return weight * GROUP + int(math.log10(first)) if first else 0
    if number <= 0:
        return 0
    weight, _ = weight_and_first(number)
    leading = int(number.scaleb(-(weight - 1) * GROUP, context=EXACT).to_integral_value(ROUND_DOWN))
    logarithm = math.log(leading) + (weight - 1) * GROUP * 2.302585092994046
    return int(math.log10(abs(logarithm)))


def _require_positive(number: Decimal) -> None:
    if number == 0:
        raise PgDomainError("2201E", "cannot take logarithm of zero")
    if number < 0:
        raise PgDomainError("2201E", "cannot take logarithm of a negative number")


@function("VARCHAR", "VARCHAR")
def numeric_ln(value: str) -> str:
    number = parse(value)
    if number.is_nan():
        return "NaN"
    _require_positive(number)
    if number.is_infinite():
        return "Infinity"
    scale = min(max(SIGNIFICANT - estimated_log_weight(number), scale_of(number), 0), SCALE_MAX)
    return show(rounded(working(scale + 10).ln(number), scale))


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_log(base: str, value: str) -> str:
    root, number = parse(base), parse(value)
    if root.is_nan() or number.is_nan():
        return "NaN"
    _require_positive(root)
    _require_positive(number)
    if root.is_infinite() or number.is_infinite():
        return "NaN" if root.is_infinite() and number.is_infinite() else "0" if root.is_infinite() else "Infinity"
    weight = estimated_log_weight(number) - estimated_log_weight(root)
    scale = min(max(SIGNIFICANT - weight, scale_of(root), scale_of(number), 0), SCALE_MAX)
    context = working(scale + 30)
    divisor = context.ln(root)
    if not divisor:
        raise PgDomainError("22012", "division by zero")
    return show(rounded(context.divide(context.ln(number), divisor), scale))


@function("VARCHAR", "VARCHAR")
def numeric_exp(value: str) -> str:
    number = parse(value)
    if number.is_nan():
        return "NaN"
    if number.is_infinite():
        return "Infinity" if number > 0 else "0"
    return show(_exponential(number, scale_of(number)))


def _exponential(exponent: Decimal, scale_min: int) -> Decimal:
    natural = float(exponent)
    digits = natural * TO_DIGITS
    scale = min(max(SIGNIFICANT - int(digits), scale_min, 0), SCALE_MAX) if abs(digits) < WHOLE_MAX else SCALE_MAX
    if abs(natural) >= LOGARITHM_MAX:
        if natural > 0:
            raise too_wide()
        return rounded(Decimal(0), scale)
    return rounded(working(scale + max(int(digits), 0) + 10).exp(exponent), scale)


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_power(base: str, exponent: str) -> str:
    return _power(base, exponent, _whole_power)


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_power_decimals(base: str, exponent: str) -> str:
    """As before PostgreSQL 16: to a whole power with 16 decimals, whatever the size of the result."""
    return _power(base, exponent, _whole_power_decimals)


def _power(base: str, exponent: str, whole: Callable[[Decimal, int, int], Decimal]) -> str:
    root, power = parse(base), parse(exponent)
    if not (root.is_finite() and power.is_finite()):
        return _special_power(root, power)
    if not root and power < 0:
        raise PgDomainError("2201F", "zero raised to a negative power is undefined")
    if root < 0 and power != power.to_integral_value():
        raise PgDomainError("2201F", "a negative number raised to a non-integer power yields a complex result")
    if not root:
        return show(rounded(Decimal(0 if power else 1), SIGNIFICANT))
    if power == power.to_integral_value() and abs(power) < 2**31:
        return show(whole(root, int(power), scale_of(power)))
    found = _broken_power(root.copy_abs(), power, max(scale_of(root), scale_of(power)))
    return show(found.copy_negate() if root < 0 and _is_odd(power) else found)


def _broken_power(root: Decimal, power: Decimal, scale_min: int) -> Decimal:
    """power_var: e to the logarithm, of which as many digits more must be right as the power has before the point."""
    context = working(SCALE_MAX)
    roughly = float(context.multiply(context.ln(root), power))
    if abs(roughly) > LOGARITHM_MAX + 20:
        if roughly > 0:
            raise too_wide()
        return rounded(Decimal(0), SCALE_MAX)
    context = working(SCALE_MAX + max(int(roughly * TO_DIGITS), 0))
    return _exponential(context.multiply(context.ln(root), power), scale_min)


def _is_odd(number: Decimal) -> bool:
    return EXACT.remainder(number.copy_abs(), Decimal(2)) == 1


def _special_power(root: Decimal, power: Decimal) -> str:
    if power == 0 or root == 1:
        return "1"
    if root.is_nan() or power.is_nan():
        return "NaN"
    if power.is_infinite():
        size = abs(root)
        if size == 1:
            return "1"
        return "Infinity" if (size > 1) == (power > 0) else "0"
    if power < 0:
        return "0"
    return "-Infinity" if root < 0 and _is_odd(power) else "Infinity"


def _whole_power(root: Decimal, power: int, scale_min: int) -> Decimal:
    """power_var_int."""
    mantissa = root.copy_abs().scaleb(-root.adjusted(), context=EXACT)
    digits = power * (math.log10(float(mantissa)) + root.adjusted())
    if digits > 131_072:
        raise PgDomainError("22003", "value overflows numeric format")
    if digits + 1 < -SCALE_MAX:
        return rounded(Decimal(0), SCALE_MAX)
    scale = min(max(SIGNIFICANT - int(digits), scale_of(root), scale_min, 0), SCALE_MAX)
    # a whole power is multiplications, which take little time however many digits there are
    context = Context(prec=scale + max(int(digits), 0) + 40, Emax=MAX_EMAX, Emin=MIN_EMIN)
    return rounded(context.power(root, power), scale)


def _whole_power_decimals(root: Decimal, power: int, _: int) -> Decimal:
    mantissa = abs(root).scaleb(-root.adjusted(), context=EXACT)
    digits = power * (math.log10(float(mantissa)) + root.adjusted())
    if digits > 131_072:
        raise PgDomainError("22003", "value overflows numeric format")
    scale = min(max(SIGNIFICANT, scale_of(root)), SCALE_MAX)
    if digits + 1 < -scale:
        return rounded(Decimal(0), scale)
    return rounded(working(scale + max(int(digits), 0) + 20).power(root, power), scale)
