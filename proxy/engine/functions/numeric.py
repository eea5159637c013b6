"""numeric's arithmetic on canonical text: exact, with Postgres' display scales and rounding.

Works on decimals of unlimited precision; refuses to know DECIMAL columns (the compiler adds and multiplies those itself).
Facts: src/backend/utils/adt/numeric.c: base 10000 digits, select_div_scale, 16 significant digits, rounding half away from zero.
"""

from __future__ import annotations

import math
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_05UP,
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
)

from proxy.catalog.versions import Since, since
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function
from proxy.pgtypes.numeric import apply_typmod, canonical, parse_numeric

INT4_MAX = 2**31 - 1
EXACT = Context(prec=150_000, Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_HALF_UP)
SIGNIFICANT, SCALE_MAX, GROUP = 16, 1000, 4
RESULT_SCALE_MAX, WHOLE_MAX = 16_383, 131_072
# Digits that roots, powers and logarithms may need; what adds, multiplies and divides takes all that numeric has.
WORKING_MAX = 4_000
# Python refuses to read and print integers of more digits.
INTEGER_TEXT_MAX = 3_000
INTEGER_DIGITS = 40  # more than bigint has
BEYOND_INTEGERS: int = 10**INTEGER_DIGITS
SERIES_MAX = 1_000_000
NAN = Decimal("NaN")


def parse(text: str) -> Decimal:
    """A canonical numeric."""
    return Decimal(text)


def show(value: Decimal) -> str:
    """A decimal in Postgres' words."""
    if value.is_nan():
        return "NaN"
    if value.is_infinite():
        return "Infinity" if value > 0 else "-Infinity"
    if value and value.adjusted() >= WHOLE_MAX:
        raise too_wide()
    return canonical(value)


def too_wide() -> PgDomainError:
    """More digits before the point than numeric has."""
    return PgDomainError("22003", "value overflows numeric format")


def require_digits(count: int) -> None:
    """Refuse what would be computed for seconds, in which nothing can stop it. Raises PgDomainError."""
    if count > WORKING_MAX:
        raise PgDomainError(
            "0A000", "a root, power, logarithm or common divisor of so many digits is not supported by the double"
        )


def scale_of(value: Decimal) -> int:
    """Digits shown after the point."""
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def rounded(value: Decimal, scale: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """value with that many digits after the point; a negative scale rounds before it and shows none."""
    if not value.is_finite():
        return value
    found = value.quantize(Decimal(1).scaleb(-scale), rounding=rounding, context=EXACT)
    return found if scale >= 0 else found.quantize(Decimal(1), context=EXACT)


def weight_and_first(value: Decimal) -> tuple[int, int]:
    """Weight and value of the first digit in base 10000; (0, 0) for zero."""
    if not value:
        return 0, 0
    top = value.adjusted()
    weight = top // GROUP
    first = int(value.copy_abs().scaleb(-weight * GROUP, context=EXACT).to_integral_value(ROUND_DOWN))
    return weight, first


def division_scale(left: Decimal, right: Decimal) -> int:
    """select_div_scale."""
    left_weight, left_first = weight_and_first(left)
    right_weight, right_first = weight_and_first(right)
    quotient_weight = left_weight - right_weight - (1 if left_first <= right_first else 0)
    scale = max(SIGNIFICANT - quotient_weight * GROUP, scale_of(left), scale_of(right), 0)
    return min(scale, SCALE_MAX)


def quotient(left: Decimal, right: Decimal, scale: int) -> Decimal:
    """left / right rounded half away from zero at `scale`, exactly (div_var)."""
    digits = left.adjusted() - right.adjusted() + scale + 4
    # a last digit of 0 or 5 that hides others is rounded away from zero, so that rounding twice is rounding once
    context = Context(prec=max(digits, 1), Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_05UP)
    return rounded(context.divide(left, right), scale)


def divide(left: Decimal, right: Decimal) -> Decimal:
    """numeric_div."""
    if left.is_nan() or right.is_nan():
        return NAN
    if right.is_infinite():
        return NAN if left.is_infinite() else Decimal(0)
    if not right:
        raise PgDomainError("22012", "division by zero")
    if left.is_infinite():
        return left if right > 0 else -left
    return quotient(left, right, division_scale(left, right))


def bounded(number: Decimal) -> int:
    """A whole number as an int; for one of more digits than any integer has, another of its sign that has too many as well.

    Many digits take long, and nobody else runs meanwhile.
    """
    if not number or number.adjusted() < INTEGER_DIGITS:
        return int(number)
    return BEYOND_INTEGERS if number > 0 else -BEYOND_INTEGERS


def square_root(number: Decimal, scale: int) -> Decimal:
    """The root rounded half up at `scale`."""
    places = scale + 1
    require_digits(number.adjusted() + 2 * places)
    shifted = int(number.scaleb(2 * places, context=EXACT))
    return rounded(Decimal(math.isqrt(shifted)).scaleb(-places, context=EXACT), scale)


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_add(left: str, right: str) -> str:
    return show(add(parse(left), parse(right)))


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_sub(left: str, right: str) -> str:
    return show(add(parse(left), parse(right).copy_negate()))


def add(left: Decimal, right: Decimal) -> Decimal:
    if left.is_infinite() and right.is_infinite() and left != right:
        return NAN
    return EXACT.add(left, right)


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_mul(left: str, right: str) -> str:
    a, b = parse(left), parse(right)
    if (a.is_infinite() and not b) or (b.is_infinite() and not a):
        return "NaN"
    return show(EXACT.multiply(a, b))


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_div(left: str, right: str) -> str:
    """numeric_div on digits alone, since tables of rows pass here; `divide` is the same on decimals."""
    if left in SPECIAL or right in SPECIAL or len(left) + len(right) > INTEGER_TEXT_MAX:
        return show(divide(parse(left), parse(right)))
    a, a_scale, a_weight, a_first = _digits(left)
    b, b_scale, b_weight, b_first = _digits(right)
    if not b:
        raise PgDomainError("22012", "division by zero")
    weight = a_weight - b_weight - (a_first <= b_first)
    scale = min(max(SIGNIFICANT - weight * GROUP, a_scale, b_scale, 0), SCALE_MAX)
    numerator, denominator = abs(a) * 10 ** (scale + b_scale), abs(b) * 10**a_scale
    found = (2 * numerator + denominator) // (2 * denominator)
    text = str(found).rjust(scale + 1, "0")
    text = f"{text[:-scale]}.{text[-scale:]}" if scale else text
    return f"-{text}" if found and (a < 0) != (b < 0) else text


def _digits(text: str) -> tuple[int, int, int, int]:
    """Digits as an integer, their scale, and weight and value of the first digit in base 10000."""
    whole, _, fraction = text.lstrip("-").partition(".")
    number = int(whole + fraction)
    if not number:
        return 0, len(fraction), 0, 0
    shown = whole.lstrip("0")
    if shown:
        weight = (len(shown) - 1) // GROUP
        first = int(shown[: len(shown) - weight * GROUP])
    else:
        group = (len(fraction) - len(fraction.lstrip("0"))) // GROUP
        weight = -group - 1
        first = int(fraction[group * GROUP : (group + 1) * GROUP].ljust(GROUP, "0"))
    return -number if text[0] == "-" else number, len(fraction), weight, first


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_div_trunc(left: str, right: str) -> str:
    a, b = parse(left), parse(right)
    if not (a.is_finite() and b.is_finite()) or not b:
        return show(divide(a, b))
    return show(_whole_quotient(a, b))


def _whole_quotient(left: Decimal, right: Decimal) -> Decimal:
    return EXACT.divide_int(left, right) or Decimal(0)


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_mod(left: str, right: str) -> str:
    a, b = parse(left), parse(right)
    if a.is_nan() or b.is_nan() or a.is_infinite():
        return "NaN"
    if b.is_infinite():
        return show(a)
    if not b:
        raise PgDomainError("22012", "division by zero")
    rest = EXACT.subtract(a, EXACT.multiply(_whole_quotient(a, b), b))
    return show(rounded(rest, max(scale_of(a), scale_of(b))))


@function("VARCHAR", "VARCHAR")
def numeric_neg(value: str) -> str:
    return show(parse(value).copy_negate())


@function("VARCHAR", "VARCHAR")
def numeric_abs(value: str) -> str:
    return show(parse(value).copy_abs())


@function("VARCHAR", "VARCHAR")
def numeric_sign(value: str) -> str:
    number = parse(value)
    return "NaN" if number.is_nan() else str((number > 0) - (number < 0))


@function("VARCHAR INTEGER", "VARCHAR")
def numeric_round(value: str, scale: int) -> str:
    return show(rounded(parse(value), max(min(scale, RESULT_SCALE_MAX), -RESULT_SCALE_MAX)))


@function("VARCHAR INTEGER", "VARCHAR")
def numeric_trunc(value: str, scale: int) -> str:
    return show(rounded(parse(value), max(min(scale, RESULT_SCALE_MAX), -RESULT_SCALE_MAX), ROUND_DOWN))


@function("VARCHAR", "VARCHAR")
def numeric_ceil(value: str) -> str:
    return show(rounded(parse(value), 0, ROUND_CEILING))


@function("VARCHAR", "VARCHAR")
def numeric_floor(value: str) -> str:
    return show(rounded(parse(value), 0, ROUND_FLOOR))


@function("VARCHAR", "INTEGER")
def numeric_scale(value: str) -> int | None:
    number = parse(value)
    return scale_of(number) if number.is_finite() else None


@function("VARCHAR", "INTEGER")
def numeric_min_scale(value: str) -> int | None:
    number = parse(value)
    return scale_of(parse(_trimmed(value))) if number.is_finite() else None


@function("VARCHAR", "VARCHAR")
def numeric_trim_scale(value: str) -> str:
    return _trimmed(value)


def _trimmed(value: str) -> str:
    return value.rstrip("0").rstrip(".") if "." in value else value


@function("VARCHAR INTEGER", "VARCHAR")
def numeric_typmod(value: str, typmod: int) -> str:
    return apply_typmod(value, typmod)


@function("VARCHAR INTEGER", "VARCHAR")
def numeric_decimal(value: str, typmod: int) -> str:
    """The same for what becomes a DECIMAL, which knows no NaN."""
    if value == "NaN":
        raise PgDomainError(
            "0A000", "NaN as a numeric of a precision is not supported by the double", "", "Use numeric."
        )
    return apply_typmod(value, typmod)


@function("VARCHAR", "VARCHAR")
def numeric_in(value: str) -> str:
    return parse_numeric(value)


@function("VARCHAR INTEGER", "VARCHAR")
def numeric_show(value: str, scale: int) -> str:
    """A DECIMAL's text with only the digits that Postgres would show; those cut are zeros."""
    return show(rounded(parse(value), scale))


# Keys and rounding for comparisons


@function("VARCHAR", "VARCHAR")
def numeric_key(value: str) -> str:
    """Text whose byte order is the numbers' order; equal numbers give equal text. Postgres sorts NaN last."""
    if value in SPECIAL:
        return SPECIAL[value]
    whole, _, fraction = value.lstrip("-").partition(".")
    shown = whole.lstrip("0")
    rest = shown + fraction if shown else fraction.lstrip("0")
    digits = rest.rstrip("0")
    if not digits:
        return "5"
    exponent = 500_000 + (len(shown) - 1 if shown else len(rest) - len(fraction) - 1)
    if value[0] != "-":
        return f"6{exponent:06d}{digits}"
    return f"4{999_999 - exponent:06d}{digits.translate(COMPLEMENT)}~"


SPECIAL = {"NaN": "9", "Infinity": "8", "-Infinity": "0"}
COMPLEMENT = str.maketrans("0123456789", "9876543210")
BEYOND = "9" * 38


def _at(value: str, scale: int, rounding: str) -> str | None:
    """value rounded to a scale for a comparison with a DECIMAL, clamped to what DECIMAL(38, scale) holds."""
    number = parse(value)
    if number.is_finite():
        found = rounded(number, scale, rounding)
        if not found or found.adjusted() < 38 - scale:
            return canonical(found)
    limit = canonical(Decimal(BEYOND).scaleb(-scale, context=EXACT))
    return f"-{limit}" if number < 0 else limit


@function("VARCHAR INTEGER", "VARCHAR")
def numeric_ceil_at(value: str, scale: int) -> str | None:
    return _at("Infinity" if value == "NaN" else value, scale, ROUND_CEILING)


@function("VARCHAR INTEGER", "VARCHAR")
def numeric_floor_at(value: str, scale: int) -> str | None:
    return _at("Infinity" if value == "NaN" else value, scale, ROUND_FLOOR)


@function("VARCHAR VARCHAR VARCHAR INTEGER INTEGER", "INTEGER")
def numeric_width_bucket(value: str, low: str, high: str, count: int, version: int) -> int:
    number, first, last = parse(value), parse(low), parse(high)
    if count <= 0:
        raise PgDomainError("2201G", "count must be greater than zero")
    if number.is_nan() or first.is_nan() or last.is_nan():
        raise PgDomainError("2201G", "operand, lower bound, and upper bound cannot be NaN")
    if not (first.is_finite() and last.is_finite()):
        raise PgDomainError("2201G", "lower and upper bounds must be finite")
    if first == last:
        raise PgDomainError("2201G", "lower bound cannot equal upper bound")
    rising = first < last
    if (number < first) if rising else (number > first):
        return 0
    if (number >= last) if rising else (number <= last):
        if count == INT4_MAX:
            raise PgDomainError("22003", "integer out of range")
        return count + 1
    inside, span = (EXACT.abs(EXACT.subtract(one, first)) for one in (number, last))
    inside = EXACT.multiply(inside, Decimal(count))
    if since(version, Since.BUCKETS_EXACT):
        return int(EXACT.divide_int(inside, span)) + 1
    found = int(divide(inside, span))
    return (min(found, count - 1) if since(version, Since.BUCKETS_BOUNDED) else found) + 1


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]")
def numeric_series(start: str, stop: str, step: str) -> list[str]:
    """generate_series over numerics."""
    first, last, by = parse(start), parse(stop), parse(step)
    for name, value in (("start", first), ("stop", last), ("step size", by)):
        if not value.is_finite():
            raise PgDomainError("22023", f"{name} value cannot be {'NaN' if value.is_nan() else 'infinity'}")
    if not by:
        raise PgDomainError("22023", "step size cannot equal zero")
    scale, out = max(scale_of(first), scale_of(by)), list[str]()
    while (first <= last) if by > 0 else (first >= last):
        if len(out) == SERIES_MAX:
            raise PgDomainError("54000", "generate_series over numeric gives too many rows")
        out.append(show(rounded(first, scale) if out else first))
        first = EXACT.add(first, by)
    return out


# Conversions
