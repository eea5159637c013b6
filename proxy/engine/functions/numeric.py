"""numeric's arithmetic on canonical text: exact, with Postgres' display scales and rounding.

Works on decimals of unlimited precision; refuses to know DECIMAL columns (the compiler adds and multiplies those itself).
Facts: src/backend/utils/adt/numeric.c: base 10000 digits, select_div_scale, 16 significant digits, rounding half away from zero.
"""

from __future__ import annotations

import math
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function
from proxy.pgtypes.numeric import apply_typmod, canonical, parse_numeric

EXACT = Context(prec=150_000, Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_HALF_UP)
SIGNIFICANT, SCALE_MAX, GROUP = 16, 1000, 4
RESULT_SCALE_MAX = 2000
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
    return canonical(value)


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
    first = int(abs(value).scaleb(-weight * GROUP, context=EXACT).to_integral_value(ROUND_DOWN))
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
    numerator = int(left.scaleb(scale_of(left), context=EXACT)) * 10 ** (scale + scale_of(right))
    denominator = int(right.scaleb(scale_of(right), context=EXACT)) * 10 ** scale_of(left)
    whole, rest = divmod(abs(numerator), abs(denominator))
    if 2 * rest >= abs(denominator):
        whole += 1
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return Decimal(sign * whole).scaleb(-scale, context=EXACT)


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


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_add(left: str, right: str) -> str:
    return show(_sum(parse(left), parse(right)))


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_sub(left: str, right: str) -> str:
    return show(_sum(parse(left), parse(right).copy_negate()))


def _sum(left: Decimal, right: Decimal) -> Decimal:
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
    return show(divide(parse(left), parse(right)))


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_div_trunc(left: str, right: str) -> str:
    a, b = parse(left), parse(right)
    if not (a.is_finite() and b.is_finite()) or not b:
        return show(divide(a, b))
    return show(_whole_quotient(a, b))


def _whole_quotient(left: Decimal, right: Decimal) -> Decimal:
    places = max(scale_of(left), scale_of(right))
    a, b = int(left.scaleb(places, context=EXACT)), int(right.scaleb(places, context=EXACT))
    found = abs(a) // abs(b)
    return Decimal(-found if (a < 0) != (b < 0) else found)


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


@function("VARCHAR", "VARCHAR")
def numeric_in(value: str) -> str:
    return parse_numeric(value)


@function("VARCHAR INTEGER", "VARCHAR")
def numeric_show(value: str, scale: int) -> str:
    """A DECIMAL's text with only the digits that Postgres would show; those cut are zeros."""
    return show(rounded(parse(value), scale))


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_gcd(left: str, right: str) -> str:
    return _common(left, right, least=False)


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_lcm(left: str, right: str) -> str:
    return _common(left, right, least=True)


def _common(left: str, right: str, *, least: bool) -> str:
    a, b = parse(left), parse(right)
    if not (a.is_finite() and b.is_finite()):
        return "NaN"
    places = max(scale_of(a), scale_of(b))
    x, y = int(a.scaleb(places, context=EXACT)), int(b.scaleb(places, context=EXACT))
    found = math.lcm(x, y) if least else math.gcd(x, y)
    return show(rounded(Decimal(found).scaleb(-places, context=EXACT), places))


@function("VARCHAR", "VARCHAR")
def numeric_factorial(value: str) -> str:
    count = int(value)
    if count < 0:
        raise PgDomainError("22003", "factorial of a negative number is undefined")
    if count > 32_177:
        raise PgDomainError("22003", "value overflows numeric format")
    return str(math.factorial(count))


# Keys and rounding for comparisons


@function("VARCHAR", "VARCHAR")
def numeric_key(value: str) -> str:
    """Text whose byte order is the numbers' order; equal numbers give equal text. Postgres sorts NaN last."""
    number = parse(value)
    if number.is_nan():
        return "9"
    if number.is_infinite():
        return "8" if number > 0 else "0"
    if not number:
        return "5"
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    exponent = number.adjusted() + 500_000
    if number > 0:
        return f"6{exponent:06d}{digits}"
    return f"4{999_999 - exponent:06d}{digits.translate(COMPLEMENT)}~"


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


# Powers, roots and logarithms


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
    root_weight = weight * GROUP // 2 + 1 if weight >= 0 else 1 - (1 - weight) * GROUP // 2
    scale = min(max(SIGNIFICANT - root_weight, scale_of(number), 0), SCALE_MAX)
    return show(square_root(number, scale))


def square_root(number: Decimal, scale: int) -> Decimal:
    """The root rounded half up at `scale`."""
    places = scale + 1
    shifted = int(number.scaleb(2 * places, context=EXACT))
    return rounded(Decimal(math.isqrt(shifted)).scaleb(-places, context=EXACT), scale)


def working(digits: int) -> Context:
    """A context with digits to spare."""
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
    digits = float(exponent) * 0.434294481903252
    if digits > 131_072:
        raise PgDomainError("22003", "value overflows numeric format")
    scale = min(max(SIGNIFICANT - int(max(digits, -2000.0)), scale_min, 0), SCALE_MAX)
    if digits < -2000:
        return rounded(Decimal(0), scale)
    return rounded(working(scale + max(int(digits), 0) + 10).exp(exponent), scale)


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_power(base: str, exponent: str) -> str:
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
        return show(_whole_power(root, int(power), scale_of(power)))
    context = working(1100)
    logarithm = context.multiply(context.ln(abs(root)), power)
    found = _exponential(logarithm, max(scale_of(root), scale_of(power)))
    return show(-found if root < 0 and power % 2 else found)


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
    return "-Infinity" if root < 0 and power % 2 == 1 else "Infinity"


def _whole_power(root: Decimal, power: int, scale_min: int) -> Decimal:
    """power_var_int."""
    mantissa = abs(root).scaleb(-root.adjusted(), context=EXACT)
    digits = power * (math.log10(float(mantissa)) + root.adjusted())
    if digits > 131_072:
        raise PgDomainError("22003", "value overflows numeric format")
    if digits + 1 < -SCALE_MAX:
        return rounded(Decimal(0), SCALE_MAX)
    scale = min(max(SIGNIFICANT - int(digits), scale_of(root), scale_min, 0), SCALE_MAX)
    context = working(scale + max(int(digits), 0) + 20)
    return rounded(context.power(root, power), scale)


@function("VARCHAR VARCHAR VARCHAR INTEGER", "INTEGER")
def numeric_width_bucket(value: str, low: str, high: str, count: int) -> int:
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
        return count + 1
    places = max(scale_of(number), scale_of(first), scale_of(last))
    x, a, b = (int(one.scaleb(places, context=EXACT)) for one in (number, first, last))
    return (abs(x - a) * count) // abs(b - a) + 1


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]")
def numeric_series(start: str, stop: str, step: str) -> list[str]:
    """generate_series over numerics."""
    first, last, by = parse(start), parse(stop), parse(step)
    for name, value in (("start", first), ("stop", last), ("step size", by)):
        if not value.is_finite():
            raise PgDomainError("22023", f"{name} value cannot be {'NaN' if value.is_nan() else 'infinity'}")
    if not by:
        raise PgDomainError("22023", "step size cannot equal zero")
    scale, out = max(scale_of(first), scale_of(by)), []
    while (first <= last) if by > 0 else (first >= last):
        out.append(show(rounded(first, scale) if out else first))
        first = EXACT.add(first, by)
    return out


# Aggregates over what the engine has collected


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
            total = parse(value) if total is None else _sum(total, parse(value))
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


# Conversions


@function("DOUBLE INTEGER", "VARCHAR")
def float_numeric(value: float, digits: int) -> str:
    """float8_numeric and float4_numeric: %.15g or %.6g."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return parse_numeric(f"{value:.{digits}g}")


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_integer(value: str, kind: str) -> str:
    """A numeric rounded half away from zero for a cast to an integer type; kind: as messages name it."""
    number = parse(value)
    if not number.is_finite():
        shown = "NaN" if number.is_nan() else "infinity"
        raise PgDomainError("0A000", f"cannot convert {shown} to {kind}")
    found = int(rounded(number, 0))
    bits = {"smallint": 15, "integer": 31, "bigint": 63}[kind]
    if not -(2**bits) <= found < 2**bits:
        raise PgDomainError("22003", f"{kind} out of range")
    return str(found)

