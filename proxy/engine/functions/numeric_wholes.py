"""numeric's functions of whole numbers: common divisors and multiples, factorials.

Works on canonical text; refuses to know DECIMAL columns. Facts: src/backend/utils/adt/numeric.c (numeric_gcd, numeric_lcm,
numeric_fac).
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import reduce

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.numeric import EXACT, parse, require_digits, rounded, scale_of, show, too_wide
from proxy.engine.functions.udf import function


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
    require_digits(max(a.adjusted(), b.adjusted()) + places)
    x, y = int(a.scaleb(places, context=EXACT)), int(b.scaleb(places, context=EXACT))
    found = math.lcm(x, y) if least else math.gcd(x, y)
    return show(rounded(Decimal(found).scaleb(-places, context=EXACT), places))


@function("VARCHAR", "VARCHAR")
def numeric_factorial(value: str) -> str:
    count = int(value)
    if count < 0:
        raise PgDomainError("22003", "factorial of a negative number is undefined")
    if count > 32_177:
        raise too_wide()
    return show(reduce(EXACT.multiply, map(Decimal, range(2, count + 1)), Decimal(1)))
