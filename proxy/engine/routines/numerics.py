"""numeric as canonical text: exact arithmetic with Postgres' display scales.

A value is text as numeric_out prints it. Refuses to know DuckDB. Facts: src/backend/utils/adt/numeric.c (select_div_scale,
numeric_stddev_internal, round and trunc; constants below).
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from math import isqrt

from proxy.engine.routines.errors import PgDomainError

MIN_SIG_DIGITS = 16
MAX_DISPLAY_SCALE = 1000
_WIDE = Context(prec=3000, Emin=-999999, Emax=999999)
NAN, INFINITE = "NaN", ("Infinity", "-Infinity")


def parse(text: str) -> tuple[int, int]:
    """(unscaled integer, display scale). Raises PgDomainError for NaN and infinities, which the double does not compute with."""
    if text[-1] in "Nyt" or text == NAN:
        raise PgDomainError("0A000", "arithmetic on NaN or infinite numerics is not supported by the double")
    whole, _, fraction = text.partition(".")
    return int(whole + fraction), len(fraction)


def show(unscaled: int, scale: int) -> str:
    """Canonical text."""
    if scale <= 0:
        return str(unscaled * 10**-scale)
    digits = str(abs(unscaled)).rjust(scale + 1, "0")
    return f"{'-' if unscaled < 0 else ''}{digits[:-scale]}.{digits[-scale:]}"


def add(a: str, b: str) -> str:
    """a + b; the larger display scale."""
    (x, s), (y, t) = parse(a), parse(b)
    scale = max(s, t)
    return show(x * 10 ** (scale - s) + y * 10 ** (scale - t), scale)


def negate(a: str) -> str:
    """-a."""
    x, s = parse(a)
    return show(-x, s)


def subtract(a: str, b: str) -> str:
    """a - b."""
    return add(a, negate(b))


def multiply(a: str, b: str) -> str:
    """a * b; the sum of the display scales."""
    (x, s), (y, t) = parse(a), parse(b)
    return show(x * y, s + t)


def _first_digit(unscaled: int, scale: int) -> tuple[int, int]:
    """(weight, first digit) in base 10000 of a value, as NumericVar has them; (0, 0) for zero."""
    number = abs(unscaled)
    if number == 0:
        return 0, 0
    pad = -scale % 4
    number *= 10**pad
    groups = (scale + pad) // 4
    digits, count = number, 0
    while digits >= 10000:
        digits //= 10000
        count += 1
    return count - groups, digits


def division_scale(a: tuple[int, int], b: tuple[int, int]) -> int:
    """select_div_scale: at least 16 significant digits, and no fewer than either input shows."""
    (weight_a, first_a), (weight_b, first_b) = _first_digit(*a), _first_digit(*b)
    weight = weight_a - weight_b
    if first_a <= first_b:
        weight -= 1
    scale = MIN_SIG_DIGITS - weight * 4
    return min(max(scale, a[1], b[1], 0), MAX_DISPLAY_SCALE)


def _quotient(x: int, s: int, y: int, t: int, scale: int) -> int:
    """x/10^s / (y/10^t) to `scale` digits, half away from zero."""
    numerator, denominator = int(x * 10 ** (t + scale)), int(y * 10**s)
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    whole, rest = divmod(abs(numerator), abs(denominator))
    return sign * (whole + (2 * rest >= abs(denominator)))


def divide(a: str, b: str) -> str:
    """a / b."""
    left, right = parse(a), parse(b)
    if right[0] == 0:
        raise PgDomainError("22012", "division by zero")
    scale = division_scale(left, right)
    return show(_quotient(*left, *right, scale), scale)


def modulo(a: str, b: str) -> str:
    """a % b, with a's sign."""
    (x, s), (y, t) = parse(a), parse(b)
    if y == 0:
        raise PgDomainError("22012", "division by zero")
    scale = max(s, t)
    x, y = x * 10 ** (scale - s), y * 10 ** (scale - t)
    rest = abs(x) % abs(y)
    return show(-rest if x < 0 else rest, scale)


def whole_quotient(a: str, b: str) -> str:
    """div(a, b)."""
    (x, s), (y, t) = parse(a), parse(b)
    if y == 0:
        raise PgDomainError("22012", "division by zero")
    x, y = x * 10**t, y * 10**s
    whole = abs(x) // abs(y)
    return str(-whole if (x < 0) != (y < 0) else whole)


def _to_scale(a: str, scale: int, rounding: str) -> str:
    value = Decimal(a)
    with localcontext(_WIDE):
        found = value.quantize(Decimal(1).scaleb(-scale), rounding=rounding)
        unscaled = int(found.scaleb(scale))
    if scale >= 0:
        return show(unscaled, scale)
    return str(unscaled * 10**-scale)


def round_to(a: str, scale: int) -> str:
    """round(a, scale), half away from zero; shows max(scale, 0) digits."""
    parse(a)
    return _to_scale(a, max(min(scale, 2000), -2000), ROUND_HALF_UP)


def truncate(a: str, scale: int) -> str:
    """trunc(a, scale)."""
    parse(a)
    return _to_scale(a, max(min(scale, 2000), -2000), ROUND_DOWN)


def ceiling(a: str) -> str:
    """ceil(a)."""
    parse(a)
    return _to_scale(a, 0, ROUND_CEILING)


def floor(a: str) -> str:
    """floor(a)."""
    parse(a)
    return _to_scale(a, 0, ROUND_FLOOR)


def absolute(a: str) -> str:
    """abs(a)."""
    return a.removeprefix("-")


def sign(a: str) -> str:
    """sign(a)."""
    x, _ = parse(a)
    return "0" if x == 0 else "-1" if x < 0 else "1"


def square_root(a: str) -> str:
    """sqrt(a): 16 significant digits at least (numeric_sqrt)."""
    x, s = parse(a)
    if x < 0:
        raise PgDomainError("2201F", "cannot take square root of a negative number")
    weight, _ = _first_digit(x, s)
    sweight = (weight + 1) * 2 - 1 if weight >= 0 else 1 - (1 - weight * 4) // 2
    scale = min(max(MIN_SIG_DIGITS - sweight, s, 0), MAX_DISPLAY_SCALE)
    return show(_root(x, s, scale), scale)


def _root(x: int, s: int, scale: int) -> int:
    """The square root of x/10^s to `scale` digits, half up."""
    shift = 2 * (scale + 1) - s
    inner = x * 10**shift if shift >= 0 else x // 10**-shift
    return (isqrt(inner) + 5) // 10


def sort_key(a: str) -> str:
    """Text that sorts bytewise as the numbers do; equal for equal numbers."""
    if a == "NaN":
        return "9"
    if a in INFINITE:
        return "8" if a == "Infinity" else "0"
    x, s = parse(a)
    if x == 0:
        return "4"
    digits = str(abs(x))
    exponent = len(digits) - s + 500_000
    body = digits.rstrip("0")
    if x > 0:
        return f"5{exponent:07d}{body}"
    return f"3{9_999_999 - exponent:07d}{''.join(str(9 - int(digit)) for digit in body)}:"


def deviation(count: int, total: str, squares: str, kind: str) -> str | None:
    """Variance or standard deviation from N, sum x and sum x^2. kind: var_samp, var_pop, stddev_samp, stddev_pop."""
    sample = kind.endswith("samp")
    if count < (2 if sample else 1):
        return None
    (x, s), (y, t) = parse(total), parse(squares)
    scale = 2 * s
    squared = x * x
    weighted = count * y * 10 ** (scale - t) if scale >= t else _quotient(count * y, t, 1, 0, scale)
    above = weighted - squared
    if above <= 0:
        return "0"
    below = count * (count - 1) if sample else count * count
    out = division_scale((above, scale), (below, 0))
    variance = _quotient(above, scale, below, 0, out)
    if kind.startswith("var"):
        return show(variance, out)
    return show(_root(variance, out, out), out)


def paired(left: list[float | None], right: list[float | None], kind: str) -> float | None:
    """corr, regr_slope, covar_pop, covar_samp by Youngs and Cramer's updates, as float8_regr_accum does them. left is Y."""
    count, sum_x, sxx, sum_y, syy, sxy = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for y, x in zip(left, right):
        if x is None or y is None:
            continue
        count += 1.0
        sum_x += x
        sum_y += y
        if count > 1.0:
            tmp_x, tmp_y = x * count - sum_x, y * count - sum_y
            scale = 1.0 / (count * (count - 1.0))
            sxx += tmp_x * tmp_x * scale
            syy += tmp_y * tmp_y * scale
            sxy += tmp_x * tmp_y * scale
    if count < 1 or (kind == "covar_samp" and count < 2):
        return None
    if kind == "covar_pop":
        return sxy / count
    if kind == "covar_samp":
        return sxy / (count - 1.0)
    if sxx == 0 or (kind == "corr" and syy == 0):
        return None
    return sxy / sxx if kind == "regr_slope" else sxy / math.sqrt(sxx * syy)
