"""Numbers: integers and floats as DuckDB computes them, numeric exactly, with Postgres' scales.

Facts: pg_proc's names of the functions behind operators; DuckDB raises on integer overflow and division by zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from proxy.sql import ir
from proxy.sql.lower.emitter import Emitter
from proxy.sql.lower.value import MAX_DIGITS, Sql, as_decimal, cast, common, decimal_type, numeric_text

_INTS = {"int2": "SMALLINT", "int4": "INTEGER", "int8": "BIGINT"}
_MIXED = {
    "int24": "INTEGER",
    "int42": "INTEGER",
    "int28": "BIGINT",
    "int82": "BIGINT",
    "int48": "BIGINT",
    "int84": "BIGINT",
}


def _integer_rows() -> dict[str, str]:
    rows: dict[str, str] = {}
    for name, kind in {**_INTS, **_MIXED}.items():
        rows |= {
            f"{name}pl": f"(CAST({{0}} AS {kind}) + {{1}})", f"{name}mi": f"(CAST({{0}} AS {kind}) - {{1}})",
            f"{name}mul": f"(CAST({{0}} AS {kind}) * {{1}})", f"{name}div": f"(CAST({{0}} AS {kind}) / {{1}})",
        }  # fmt: skip
    for name in _INTS:
        rows |= {
            f"{name}mod": "({0} % {1})", f"mod({name},{name})": "({0} % {1})", f"{name}um": "(-{0})", f"{name}up": "{0}",
            f"{name}abs": "abs({0})", f"abs({name})": "abs({0})", f"{name}and": "({0} & {1})", f"{name}or": "({0} | {1})",
            f"{name}xor": "xor({0}, {1})", f"{name}not": "(~{0})", f"{name}shl": "({0} << {1})", f"{name}shr": "({0} >> {1})",
            f"{name}larger": "greatest({0}, {1})", f"{name}smaller": "least({0}, {1})",
            f"gcd({name},{name})": "gcd({0}, {1})", f"lcm({name},{name})": "lcm({0}, {1})",
        }  # fmt: skip
    return rows


def _float_rows() -> dict[str, str]:
    rows: dict[str, str] = {}
    for name, kind in (("float8", "DOUBLE"), ("float4", "FLOAT"), ("float48", "DOUBLE"), ("float84", "DOUBLE")):
        for suffix, sign in (("pl", "+"), ("mi", "-"), ("mul", "*"), ("div", "/")):
            rows[f"{name}{suffix}"] = f"(CAST({{0}} AS {kind}) {sign} CAST({{1}} AS {kind}))"
    for name in ("float8", "float4"):
        rows |= {f"{name}um": "(-{0})", f"{name}up": "{0}", f"{name}abs": "abs({0})", f"abs({name})": "abs({0})"}
    rows |= {
        "round(float8)": "round_even({0}, 0)", "dround": "round_even({0}, 0)", "trunc(float8)": "trunc({0})",
        "ceil(float8)": "ceil({0})", "ceiling(float8)": "ceil({0})", "floor(float8)": "floor({0})",
        "sign(float8)": "CAST(sign({0}) AS DOUBLE)",
        "sqrt(float8)": "CASE WHEN {0} < 0 THEN pgd_raise('2201F', 'cannot take square root of a negative number') ELSE sqrt({0}) END",
        "dsqrt": "CASE WHEN {0} < 0 THEN pgd_raise('2201F', 'cannot take square root of a negative number') ELSE sqrt({0}) END",
        "cbrt(float8)": "cbrt({0})", "dcbrt": "cbrt({0})", "exp(float8)": "exp({0})",
        "ln(float8)": "CASE WHEN {0} = 0 THEN pgd_raise('2201E', 'cannot take logarithm of zero') "
                      "WHEN {0} < 0 THEN pgd_raise('2201E', 'cannot take logarithm of a negative number') ELSE ln({0}) END",
        "log(float8)": "CASE WHEN {0} = 0 THEN pgd_raise('2201E', 'cannot take logarithm of zero') "
                       "WHEN {0} < 0 THEN pgd_raise('2201E', 'cannot take logarithm of a negative number') ELSE log10({0}) END",
        "power(float8,float8)": "pow({0}, {1})", "pow(float8,float8)": "pow({0}, {1})", "dpow": "pow({0}, {1})",
        "pi": "pi()", "sin": "sin({0})", "cos": "cos({0})", "tan": "tan({0})", "asin": "asin({0})", "acos": "acos({0})",
        "atan": "atan({0})", "atan2": "atan2({0}, {1})", "degrees": "degrees({0})", "radians": "radians({0})",
        "random()": "random()", "setseed": "NULL",
        "width_bucket(float8,float8,float8,int4)":
            "CAST(CASE WHEN {0} < {1} THEN 0 WHEN {0} >= {2} THEN {3} + 1 ELSE floor(({0} - {1}) / ({2} - {1}) * {3}) + 1 END AS INTEGER)",
        "width_bucket(numeric,numeric,numeric,int4)":
            "CASE WHEN CAST({0} AS DECIMAL(38,10)) < CAST({1} AS DECIMAL(38,10)) THEN 0 "
            "WHEN CAST({0} AS DECIMAL(38,10)) >= CAST({2} AS DECIMAL(38,10)) THEN {3} + 1 "
            "ELSE CAST(pgd_num_floor(pgd_num_divide(pgd_num_multiply(pgd_num_subtract({0}, {1}), CAST({3} AS VARCHAR)), "
            "pgd_num_subtract({2}, {1}))) AS INTEGER) + 1 END",
        "factorial(int8)": "CAST(factorial(CAST({0} AS INTEGER)) AS VARCHAR)",
    }  # fmt: skip
    return rows


TEMPLATES: Mapping[str, str] = {
    **_integer_rows(), **_float_rows(),
    "to_hex(int4)": "lower(to_hex(CASE WHEN {0} < 0 THEN CAST({0} AS BIGINT) + 4294967296 ELSE CAST({0} AS BIGINT) END))",
    "to_hex(int8)": "lower(to_hex({0}))",
    "int4_bool": "({0} <> 0)",
}  # fmt: skip


# numeric


def _add(sign: str, function: str) -> Callable[[Sql, Sql], Sql]:
    def emit(left: Sql, right: Sql) -> Sql:
        shape = common([left, right])
        if shape is not None and shape[0] < MAX_DIGITS:
            wide = (shape[0] + 1, shape[1])
            return Sql(cast(f"({as_decimal(left, wide)} {sign} {as_decimal(right, wide)})", decimal_type(wide)), wide)
        return Sql(f"pgd_num_{function}({numeric_text(left)}, {numeric_text(right)})")

    return emit


def _multiply(left: Sql, right: Sql) -> Sql:
    if left.decimal and right.decimal and left.decimal[0] + right.decimal[0] <= MAX_DIGITS:
        shape = (left.decimal[0] + right.decimal[0], left.decimal[1] + right.decimal[1])
        first = as_decimal(left, (MAX_DIGITS, left.decimal[1])) if shape[0] > 18 else left.text
        return Sql(cast(f"({first} * {right.text})", decimal_type(shape)), shape)
    return Sql(f"pgd_num_multiply({numeric_text(left)}, {numeric_text(right)})")


def _through_text(function: str) -> Callable[..., Sql]:
    def emit(*args: Sql) -> Sql:
        return Sql(f"pgd_num_{function}({', '.join(numeric_text(arg) for arg in args)})")

    return emit


def _modulo(left: Sql, right: Sql) -> Sql:
    shape = common([left, right])
    if shape is not None:
        return Sql(cast(f"({as_decimal(left, shape)} % {as_decimal(right, shape)})", decimal_type(shape)), shape)
    return Sql(f"pgd_num_modulo({numeric_text(left)}, {numeric_text(right)})")


def _negate(value: Sql) -> Sql:
    return Sql(f"(-{value.text})", value.decimal) if value.decimal else Sql(f"pgd_num_negate({value.text})")


def _absolute(value: Sql) -> Sql:
    return Sql(f"abs({value.text})", value.decimal) if value.decimal else Sql(f"pgd_num_absolute({value.text})")


def _whole(function: str, native: str) -> Callable[[Sql], Sql]:
    def emit(value: Sql) -> Sql:
        if value.decimal is None:
            return Sql(f"pgd_num_{function}({value.text})")
        shape = (min(value.decimal[0] - value.decimal[1] + 1, MAX_DIGITS), 0)
        return Sql(cast(f"{native}({value.text})", decimal_type(shape)), shape)

    return emit


def rounded(function: str, native: str) -> Callable[[Sql, Sql], Sql]:
    """round and trunc to a number of digits; a constant number keeps a DECIMAL."""

    def emit(value: Sql, digits: Sql) -> Sql:
        count = digits.literal
        if value.decimal is None or count is None or not 0 <= int(count) <= 20:
            return Sql(f"pgd_num_{function}({numeric_text(value)}, {digits.text})")
        precision, scale = value.decimal
        places = int(count)
        shape = (precision - scale + 1 + places, places)
        if shape[0] > MAX_DIGITS:
            return Sql(f"pgd_num_{function}({numeric_text(value)}, {digits.text})")
        if places >= scale:
            return Sql(cast(value.text, decimal_type(shape)), shape)
        if native == "trunc":
            return Sql(f"pgd_num_trunc({numeric_text(value)}, {places})")
        return Sql(cast(f"round({value.text}, {places})", decimal_type(shape)), shape)

    return emit


_ZERO = Sql("0", literal="0")

NUMERIC_CALLS: Mapping[str, Callable[..., Sql]] = {
    "numeric_add(numeric,numeric)": _add("+", "add"), "numeric_sub(numeric,numeric)": _add("-", "subtract"),
    "numeric_mul(numeric,numeric)": _multiply, "numeric_div(numeric,numeric)": _through_text("divide"),
    "numeric_mod(numeric,numeric)": _modulo, "mod(numeric,numeric)": _modulo, "div(numeric,numeric)": _through_text("whole_quotient"),
    "numeric_uminus(numeric)": _negate, "numeric_uplus(numeric)": lambda value: value, "numeric_abs(numeric)": _absolute,
    "abs(numeric)": _absolute, "ceil(numeric)": _whole("ceiling", "ceil"), "ceiling(numeric)": _whole("ceiling", "ceil"),
    "floor(numeric)": _whole("floor", "floor"), "sign(numeric)": _through_text("sign"), "sqrt(numeric)": _through_text("square_root"),
    "numeric_sqrt(numeric)": _through_text("square_root"), "round(numeric,int4)": rounded("round", "round"),
    "trunc(numeric,int4)": rounded("trunc", "trunc"), "round(numeric)": lambda value: rounded("round", "round")(value, _ZERO),
    "trunc(numeric)": lambda value: rounded("trunc", "trunc")(value, _ZERO),
}  # fmt: skip


def _power(emitter: Emitter, node: ir.Call) -> Sql:
    """numeric ^ numeric with a whole exponent of a constant: repeated exact products have another scale; refused."""
    raise emitter.unsupported("numeric to a power", node.position)


BUILDERS: Mapping[str, Callable[[Emitter, ir.Call], Sql]] = {
    "power(numeric,numeric)": _power, "pow(numeric,numeric)": _power, "numeric_power": _power,
}  # fmt: skip
