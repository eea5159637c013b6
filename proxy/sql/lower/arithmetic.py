"""Integers, floats, booleans, bytes, uuids and oids: operators and functions as templates.

A row is a pg_proc name, with its argument types where the name is overloaded, and DuckDB SQL that gives the storage type of the result.
Refuses to know numeric. Facts: int.c, int8.c, float.c; DuckDB's integer operators raise on overflow and on division by zero.
"""

from __future__ import annotations

from proxy.sql.lower.values import fail

STORAGE = {"int2": "SMALLINT", "int4": "INTEGER", "int8": "BIGINT"}
PAIRS = {
    "int2": ("int2", "int2"), "int4": ("int4", "int4"), "int8": ("int8", "int8"), "int24": ("int2", "int4"), "int42": ("int4", "int2"),
    "int28": ("int2", "int8"), "int82": ("int8", "int2"), "int48": ("int4", "int8"), "int84": ("int8", "int4"),
}  # fmt: skip
WIDTH = {"int2": 2, "int4": 4, "int8": 8}
OVERFLOW = fail("22003", "value out of range: overflow")
UNDERFLOW = fail("22003", "value out of range: underflow")
ZERO = fail("22012", "division by zero")


def _integers() -> dict[str, str]:
    rows = {}
    for name, (left, right) in PAIRS.items():
        storage = STORAGE[max(left, right, key=lambda one: WIDTH[one])]
        sides = [
            f"CAST({{{at}}} AS {storage})" if STORAGE[kind] != storage else f"{{{at}}}"
            for at, kind in enumerate((left, right))
        ]
        # as calls: of what the operators' signs stand for the engine moves constants across comparisons, and no overflow is seen
        for suffix, function in (("pl", "add"), ("mi", "subtract"), ("mul", "multiply")):
            rows[name + suffix] = f"CAST({function}({', '.join(sides)}) AS {storage})"
        rows[f"{name}div"] = f"CAST(({sides[0]} // {sides[1]}) AS {storage})"
        if left == right:  # % exists for equal types only
            rows[f"{name}mod"] = f"CAST(({sides[0]} % {sides[1]}) AS {storage})"
    for kind, storage in STORAGE.items():
        # the difference overflows in the words that the smallest number deserves
        positive = f"CASE WHEN {{0}} < 0 THEN CAST((CAST(0 AS {storage}) - {{0}}) AS {storage}) ELSE {{0}} END"
        rows |= {
            f"{kind}um": f"CAST(subtract(CAST(0 AS {storage}), {{0}}) AS {storage})", f"{kind}up": "{0}", f"{kind}abs": positive,
            f"abs({kind})": positive, f"{kind}and": "({0} & {1})", f"{kind}or": "({0} | {1})", f"{kind}xor": "xor({0}, {1})",
            f"{kind}not": "(~{0})",
            f"mod({kind},{kind})": f"CAST(({{0}} % {{1}}) AS {storage})",
        }  # fmt: skip
    for kind in ("int4", "int8"):
        rows |= {f"{name}({kind},{kind})": f"CAST({name}({{0}}, {{1}}) AS {STORAGE[kind]})" for name in ("gcd", "lcm")}
    for kind, width in (("int2", 16), ("int4", 32), ("int8", 64)):
        count = f"CAST(({{1}} & {max(width, 32) - 1}) AS INTEGER)"  # C shifts count modulo the width of int
        rows[f"{kind}shl"] = f"CAST(CAST((CAST({{0}} AS BIT) << {count}) AS BIT) AS {STORAGE[kind]})"
        power = f"(CAST(1 AS HUGEINT) << {count})"
        rows[f"{kind}shr"] = (
            f"CAST(CASE WHEN {{0}} >= 0 THEN CAST({{0}} AS HUGEINT) // {power} "
            f"ELSE -((-CAST({{0}} AS HUGEINT) + {power} - 1) // {power}) END AS {STORAGE[kind]})"
        )
    return rows


def _floats() -> dict[str, str]:
    rows = {}
    a, b = "{0}", "{1}"  # DuckDB makes DOUBLE of FLOAT and DOUBLE, as Postgres does
    for name in ("float4", "float8", "float48", "float84"):
        finite = f"isfinite({a}) AND isfinite({b})"
        for suffix, op in (("pl", "+"), ("mi", "-")):
            rows[name + suffix] = f"CASE WHEN isinf({a} {op} {b}) AND {finite} THEN {OVERFLOW} ELSE ({a} {op} {b}) END"
        rows[f"{name}mul"] = (
            f"CASE WHEN isinf({a} * {b}) AND {finite} THEN {OVERFLOW} "
            f"WHEN {a} * {b} = 0 AND {a} <> 0 AND {b} <> 0 THEN {UNDERFLOW} ELSE ({a} * {b}) END"
        )
        rows[f"{name}div"] = (
            f"CASE WHEN isnan({a}) AND {b} IS NOT NULL THEN ({a} + {b}) WHEN {b} = 0 AND {a} IS NOT NULL THEN {ZERO} "
            f"WHEN isinf({a} / {b}) AND {finite} THEN {OVERFLOW} "
            f"WHEN {a} / {b} = 0 AND {a} <> 0 AND NOT isinf({b}) THEN {UNDERFLOW} ELSE ({a} / {b}) END"
        )
    for kind in ("float4", "float8"):
        rows |= {
            f"{kind}um": "(-{0})", f"{kind}up": "{0}", f"{kind}abs": "abs({0})", f"abs({kind})": "abs({0})",

        }  # fmt: skip
    return rows


def _checked(function: str, domain: str, message: str, code: str = "22003") -> str:
    return f"CASE WHEN {domain} THEN {fail(code, message)} ELSE {function} END"


LOG_ZERO = fail("2201E", "cannot take logarithm of zero")
LOG_NEGATIVE = fail("2201E", "cannot take logarithm of a negative number")
RANGE = "input is out of range"
RADIAN = "0.017453292519943295::DOUBLE"


def float_buckets(inside: str) -> str:
    """width_bucket of floats. inside: the bucket of what lies between the bounds."""
    return (
        "CAST(CASE WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL OR {3} IS NULL THEN NULL WHEN {3} <= 0 THEN "
        + fail("2201G", "count must be greater than zero") + " WHEN isnan({0}) OR isnan({1}) OR isnan({2}) THEN "
        + fail("2201G", "operand, lower bound, and upper bound cannot be NaN") + " WHEN isinf({1}) OR isinf({2}) THEN "
        + fail("2201G", "lower and upper bounds must be finite") + " WHEN {1} = {2} THEN "
        + fail("2201G", "lower bound cannot equal upper bound")
        + " WHEN ({1} < {2} AND {0} < {1}) OR ({1} > {2} AND {0} > {1}) THEN 0"
        f" WHEN ({{1}} < {{2}} AND {{0}} >= {{2}}) OR ({{1}} > {{2}} AND {{0}} <= {{2}}) THEN {{3}} + 1 ELSE {inside} END AS INTEGER)"
    )  # fmt: skip


FLOAT_FUNCTIONS = {
    "round(float8)": "round_even({0}, 0)", "trunc(float8)": "trunc({0})",
    "ceil(float8)": "ceil({0})", "ceiling(float8)": "ceil({0})", "floor(float8)": "floor({0})",
    "sign(float8)": "CAST(sign({0}) AS DOUBLE)", "cbrt(float8)": "cbrt({0})", "dcbrt": "cbrt({0})",
    "sqrt(float8)": _checked("sqrt({0})", "{0} < 0", "cannot take square root of a negative number", "2201F"),
    "dsqrt": _checked("sqrt({0})", "{0} < 0", "cannot take square root of a negative number", "2201F"),
    "exp(float8)": f"CASE WHEN isinf(exp({{0}})) AND NOT isinf({{0}}) THEN {OVERFLOW} WHEN exp({{0}}) = 0 AND NOT isinf({{0}}) "
                   f"THEN {UNDERFLOW} ELSE exp({{0}}) END",
    "ln(float8)": f"CASE WHEN {{0}} = 0 THEN {LOG_ZERO} WHEN {{0}} < 0 THEN {LOG_NEGATIVE} ELSE ln({{0}}) END",
    "log(float8)": f"CASE WHEN {{0}} = 0 THEN {LOG_ZERO} WHEN {{0}} < 0 THEN {LOG_NEGATIVE} ELSE log10({{0}}) END",
    "log10(float8)": f"CASE WHEN {{0}} = 0 THEN {LOG_ZERO} WHEN {{0}} < 0 THEN {LOG_NEGATIVE} ELSE log10({{0}}) END",
    "degrees(float8)": f"CASE WHEN isinf({{0}} / {RADIAN}) AND NOT isinf({{0}}) THEN {OVERFLOW} ELSE ({{0}} / {RADIAN}) END",
    "radians(float8)": f"CASE WHEN {{0}} * {RADIAN} = 0 AND {{0}} <> 0 THEN {UNDERFLOW} ELSE ({{0}} * {RADIAN}) END", "pi()": "pi()",
    "gamma(float8)": f"CASE WHEN isnan({{0}}) OR {{0}} = 'inf'::DOUBLE THEN {{0}} WHEN {{0}} <= 0 AND {{0}} = trunc({{0}}) THEN {OVERFLOW} "
                     f"WHEN isinf(gamma({{0}})) THEN {OVERFLOW} WHEN gamma({{0}}) = 0 THEN {UNDERFLOW} ELSE gamma({{0}}) END",
    "lgamma(float8)": f"CASE WHEN isinf({{0}}) THEN 'inf'::DOUBLE WHEN {{0}} <= 0 AND {{0}} = trunc({{0}}) THEN {OVERFLOW} "
                      f"WHEN isinf(lgamma({{0}})) THEN {OVERFLOW} ELSE lgamma({{0}}) END",
    "erf(float8)": "pgf_erf({0})", "erfc(float8)": "pgf_erfc({0})",
    "sin(float8)": _checked("sin({0})", "isinf({0})", RANGE), "cos(float8)": _checked("cos({0})", "isinf({0})", RANGE),
    "tan(float8)": _checked("tan({0})", "isinf({0})", RANGE),
    "cot(float8)": _checked("CASE WHEN {0} = 0 THEN 'inf'::DOUBLE ELSE 1 / tan({0}) END", "isinf({0})", RANGE),
    "asin(float8)": _checked("asin({0})", "abs({0}) > 1 AND NOT isnan({0})", RANGE),
    "acos(float8)": _checked("acos({0})", "abs({0}) > 1 AND NOT isnan({0})", RANGE),
    "atan(float8)": "atan({0})", "atan2(float8,float8)": "atan2({0}, {1})", "sinh(float8)": "sinh({0})", "cosh(float8)": "cosh({0})",
    "tanh(float8)": "tanh({0})", "asinh(float8)": "asinh({0})",
    "acosh(float8)": _checked("acosh({0})", "{0} < 1", RANGE),
    "atanh(float8)": _checked("atanh({0})", "abs({0}) > 1 AND NOT isnan({0})", RANGE),
    **{f"{name}(float8)": f"pgf_degrees_of('{name}', {{0}})" for name in ("sind", "cosd", "tand", "cotd", "asind", "acosd", "atand")},
    "atan2d(float8,float8)": "pgf_atan2d({0}, {1})",
    "int4inc": "CAST(add({0}, CAST(1 AS INTEGER)) AS INTEGER)", "random()": "random()",
    "width_bucket(float8,float8,float8,int4)": float_buckets(
        # The span may overflow where its halves do not, and a quotient just below 1 may be rounded to it.
        "least(trunc({3} * CASE WHEN isinf({2} - {1}) THEN ({0} / 2 - {1} / 2) / ({2} / 2 - {1} / 2) "
        "ELSE ({0} - {1}) / ({2} - {1}) END), {3} - 1) + 1"),
}  # fmt: skip
_POWER = (
    "CASE WHEN {0} = 0 AND {1} < 0 THEN " + fail("2201F", "zero raised to a negative power is undefined")
    + " WHEN {0} < 0 AND isfinite({1}) AND {1} <> trunc({1}) THEN "
    + fail("2201F", "a negative number raised to a non-integer power yields a complex result")
    + f" WHEN isinf(power({{0}}, {{1}})) AND isfinite({{0}}) AND isfinite({{1}}) THEN {OVERFLOW} "
    f"WHEN power({{0}}, {{1}}) = 0 AND isfinite({{0}}) AND isfinite({{1}}) AND {{0}} <> 0 THEN {UNDERFLOW} ELSE power({{0}}, {{1}}) END"
)  # fmt: skip

TEMPLATES: dict[str, str] = {
    **_integers(),
    **_floats(),
    **FLOAT_FUNCTIONS,
    "dpow": _POWER, "power(float8,float8)": _POWER, "pow(float8,float8)": _POWER,
    "to_hex(int4)": "lower(to_hex(CAST({0} AS BIGINT) & 4294967295))",
    "to_hex(int8)": "lower(to_hex({0}))",
    "to_oct(int4)": "pgf_to_oct(CAST({0} AS BIGINT) & 4294967295)", "to_oct(int8)": "pgf_to_oct({0})",
    "to_bin(int4)": "to_binary(CAST({0} AS BIGINT) & 4294967295)", "to_bin(int8)": "to_binary({0})",
    "gen_random_uuid()": "uuid()",
}  # fmt: skip
