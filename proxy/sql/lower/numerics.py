"""numeric's operators over DECIMAL where 38 digits hold the result exactly, else over text by `proxy.engine.functions.numeric`.

Holds the choice between the two, and what a result's scale is. Refuses to know other types. Facts: numeric.c's result scales; DuckDB
widens a DECIMAL sum by one digit and a product to the sum of both, but stops at 18 digits where both sides have fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import (
    MAX_DIGITS,
    SHOWN_LIMIT,
    Fixed,
    Lowered,
    cast,
    common_fixed,
    merged_shown,
    number_text,
    rescaled,
    shown_of,
)

Numbers = Sequence[Lowered]
SMALL_DIGITS = 18
INTEGER_DIGITS = {21: 5, 23: 10, 20: 19}
TYPMOD_SCALE = 0x7FF


def text_call(scope: Scope, name: str, args: Numbers) -> Lowered:
    """A function of `proxy.engine.functions.numeric` over text."""
    return fill(
        scope, f"{name}({', '.join(f'{{{at}}}' for at in range(len(args)))})", [number_text(arg) for arg in args]
    )


def _wide(value: Lowered, digits: int, scale: int) -> str:
    """An operand wide enough that DuckDB does not stop the result at 18 digits."""
    return rescaled(value, max(digits, SMALL_DIGITS + 1), scale)


def _is_small(result_digits: int, sides: Sequence[Fixed]) -> bool:
    """Whether operands and result fit a machine word: DuckDB computes in one where no operand has more than 18 digits."""
    return result_digits <= SMALL_DIGITS and all(side.precision <= SMALL_DIGITS for side in sides)


def add_or_subtract(op: str) -> Callable[[Scope, Numbers], Lowered]:
    """numeric_add and numeric_sub."""
    name = "pgf_numeric_add" if op == "+" else "pgf_numeric_sub"

    def lower(scope: Scope, args: Numbers) -> Lowered:
        left, right = args
        if left.fixed and right.fixed:
            both = (left.fixed, right.fixed)
            scale, shown = max(side.scale for side in both), merged_shown(both)
            whole, room = max(side.digits - side.scale for side in both) + 1, max(side.whole for side in both) + 1
            if shown is not None and _is_small(whole + scale, both):
                fixed = Fixed(min(room + scale, SMALL_DIGITS), scale, shown, whole + scale)
                return Lowered(cast(f"({left.sql} {op} {right.sql})", fixed.duckdb_type), fixed=fixed)
            if shown is not None and whole + scale <= MAX_DIGITS:
                fixed = Fixed(max(whole + scale, SMALL_DIGITS + 2), scale, shown, whole + scale)
                sides = [_wide(side, whole + scale - 1, scale) for side in args]
                return Lowered(cast(f"({sides[0]} {op} {sides[1]})", fixed.duckdb_type), fixed=fixed)
        return text_call(scope, name, args)

    return lower


def multiply(scope: Scope, args: Numbers) -> Lowered:
    """numeric_mul."""
    left, right = args
    if left.fixed and right.fixed:
        both = (left.fixed, right.fixed)
        digits, scale = left.fixed.digits + right.fixed.digits, left.fixed.scale + right.fixed.scale
        room = left.fixed.precision + right.fixed.precision
        shown = ""
        if left.fixed.shown or right.fixed.shown:
            shown = f"({shown_of(left.fixed)} + {shown_of(right.fixed)})"
        if len(shown) <= SHOWN_LIMIT and _is_small(digits, both):
            fixed = Fixed(min(room, SMALL_DIGITS), scale, shown, digits)
            return Lowered(cast(f"({left.sql} * {right.sql})", fixed.duckdb_type), fixed=fixed)
        if len(shown) <= SHOWN_LIMIT and digits <= MAX_DIGITS:
            first, second = _factors(*both)
            fixed = Fixed(first + second, scale, shown, digits)
            sides = rescaled(left, first, left.fixed.scale), rescaled(right, second, right.fixed.scale)
            return Lowered(cast(f"({sides[0]} * {sides[1]})", fixed.duckdb_type), fixed=fixed)
    return text_call(scope, "pgf_numeric_mul", args)


def _factors(left: Fixed, right: Fixed) -> tuple[int, int]:
    """Digits of two factors as DuckDB is to see them: more than 18 in one, 38 in both at most, and else what they have."""
    first, second = left.digits, right.digits
    if max(first, second) <= SMALL_DIGITS:
        first = SMALL_DIGITS + 1
    return first, right.precision if first + right.precision <= MAX_DIGITS else second


def negate(scope: Scope, args: Numbers) -> Lowered:
    """numeric_uminus."""
    if args[0].fixed:
        return Lowered(cast(f"(-{args[0].sql})", args[0].fixed.duckdb_type), fixed=args[0].fixed)
    return text_call(scope, "pgf_numeric_neg", args)


def absolute(scope: Scope, args: Numbers) -> Lowered:
    """numeric_abs."""
    if args[0].fixed:
        return Lowered(cast(f"abs({args[0].sql})", args[0].fixed.duckdb_type), fixed=args[0].fixed)
    return text_call(scope, "pgf_numeric_abs", args)


def unchanged(scope: Scope, args: Numbers) -> Lowered:
    """numeric_uplus."""
    return args[0]


def whole(name: str) -> Callable[[Scope, Numbers], Lowered]:
    """ceil and floor."""

    def lower(scope: Scope, args: Numbers) -> Lowered:
        fixed = args[0].fixed
        if fixed and fixed.whole < MAX_DIGITS:
            result = Fixed(fixed.whole + 1, 0)
            return Lowered(cast(f"{name}({args[0].sql})", result.duckdb_type), fixed=result)
        return text_call(scope, f"pgf_numeric_{name}", args)

    return lower


def round_to(lowering: Lowering, call: ir.Call, args: Numbers) -> Lowered:
    """round(numeric [, int]): DECIMAL where the digits are a constant."""
    fixed, digits = args[0].fixed, _constant_digits(call)
    if fixed and digits is not None and 0 <= digits <= MAX_DIGITS and fixed.whole + 1 + digits <= MAX_DIGITS:
        result = Fixed(fixed.whole + 1 + digits, digits)
        return Lowered(cast(args[0].sql, result.duckdb_type), fixed=result)
    return _rounded_text(lowering, "pgf_numeric_round", args)


def truncate_to(lowering: Lowering, call: ir.Call, args: Numbers) -> Lowered:
    """trunc(numeric [, int])."""
    fixed, digits = args[0].fixed, _constant_digits(call)
    if fixed and digits is not None and 0 <= digits <= fixed.scale:
        result = Fixed(fixed.whole + digits or 1, digits)
        return Lowered(cast(f"trunc({args[0].sql}, {digits})", result.duckdb_type), fixed=result)
    return _rounded_text(lowering, "pgf_numeric_trunc", args)


def _rounded_text(lowering: Lowering, name: str, args: Numbers) -> Lowered:
    digits = args[1] if len(args) > 1 else Lowered("0", simple=True)
    return Lowered(f"{name}({number_text(args[0]).sql}, CAST({digits.sql} AS INTEGER))")


def _constant_digits(call: ir.Call) -> int | None:
    if len(call.args) == 1:
        return 0
    digits = call.args[1]
    return int(digits.value) if isinstance(digits, ir.Const) and digits.value is not None else None


def remainder(scope: Scope, args: Numbers) -> Lowered:
    """numeric_mod: DuckDB's % over DECIMAL has the sign and the scale of Postgres'."""
    left, right = args
    if left.fixed and right.fixed and not (left.fixed.shown or right.fixed.shown):
        common = common_fixed([left.fixed, right.fixed])
        if common is not None:
            fixed = Fixed(*common)
            return Lowered(
                cast(f"({rescaled(left, *common)} % {rescaled(right, *common)})", fixed.duckdb_type), fixed=fixed
            )
    return text_call(scope, "pgf_numeric_mod", args)


def from_integer(value: Lowered, source: int, literal: str | None = None) -> Lowered:
    """int2, int4 or int8 as numeric."""
    if literal is not None:
        digits = literal.lstrip("-")
        fixed = Fixed(len(digits), 0)
        return Lowered(cast(literal, fixed.duckdb_type), simple=True, fixed=fixed, literal=literal)
    room = INTEGER_DIGITS[source]
    if 0 < value.digits <= SMALL_DIGITS:
        room = min(room, SMALL_DIGITS)
    fixed = Fixed(room, 0, bound=min(value.digits, room))
    return Lowered(cast(value.sql, fixed.duckdb_type), simple=value.simple, fixed=fixed)


def to_integer(value: Lowered, storage: str, kind: str) -> Lowered:
    """numeric as an integer, rounded half away from zero. kind: as messages name it."""
    if value.fixed and value.fixed.whole < {"SMALLINT": 5, "INTEGER": 10, "BIGINT": 19}[storage] - 1:
        return Lowered(cast(value.sql, storage))  # DuckDB rounds a DECIMAL half away from zero as well
    return Lowered(cast(f"pgf_numeric_integer({number_text(value).sql}, '{kind}')", storage))


def to_float(value: Lowered, storage: str) -> Lowered:
    """numeric as float8 or float4: through text, whose reading is exact, unless both parts are exact as doubles."""
    if value.fixed and value.fixed.precision <= 15 and storage == "DOUBLE":
        return Lowered(cast(value.sql, storage))
    text = number_text(value).sql
    if value.fixed:
        return Lowered(cast(text, storage))
    name = "double precision" if storage == "DOUBLE" else "real"
    return Lowered(cast(f"pgf_numeric_float({text}, '{name}')", storage))


def with_typmod(value: Lowered, typmod: int) -> Lowered:
    """numeric(precision, scale)."""
    precision, scale = ((typmod - 4) >> 16) & 0xFFFF, (typmod - 4) & TYPMOD_SCALE
    scale = scale - 2048 if scale >= 1024 else scale
    if precision > MAX_DIGITS or not 0 <= scale <= precision:
        return Lowered(f"pgf_numeric_typmod({number_text(value).sql}, {typmod})")
    fixed = Fixed(precision, scale)
    if value.fixed:
        return Lowered(rescaled(value, precision, scale), simple=value.simple, fixed=fixed)
    return Lowered(cast(f"pgf_numeric_decimal({value.sql}, {typmod})", fixed.duckdb_type), fixed=fixed)


def unified(values: Numbers) -> list[Lowered]:
    """Branches of CASE or COALESCE: one DECIMAL where all fit one, else text. Digits shown are the caller's matter."""
    if all(value.fixed for value in values):
        common = common_fixed([value.fixed for value in values if value.fixed])
        if common is not None:
            return [Lowered(rescaled(value, *common), simple=value.simple, fixed=value.fixed) for value in values]
    return [number_text(value) for value in values]


OPERATORS: dict[str, Callable[[Scope, Numbers], Lowered]] = {
    "numeric_add": add_or_subtract("+"), "numeric_sub": add_or_subtract("-"), "numeric_mul": multiply,
    "numeric_uminus": negate, "numeric_uplus": unchanged, "numeric_abs": absolute, "abs(numeric)": absolute,
    "ceil(numeric)": whole("ceil"), "ceiling(numeric)": whole("ceil"), "floor(numeric)": whole("floor"),
    "numeric_mod": remainder, "mod(numeric,numeric)": remainder,
    "numeric_div": lambda scope, args: text_call(scope, "pgf_numeric_div", args),
    "div(numeric,numeric)": lambda scope, args: text_call(scope, "pgf_numeric_div_trunc", args),
}  # fmt: skip
ROUNDING: dict[str, Callable[[Lowering, ir.Call, Numbers], Lowered]] = {
    "round(numeric,int4)": round_to, "round(numeric)": round_to, "trunc(numeric,int4)": truncate_to, "trunc(numeric)": truncate_to,
}  # fmt: skip
TEXT_FUNCTIONS = {
    "sqrt(numeric)": "sqrt", "ln(numeric)": "ln", "exp(numeric)": "exp",
    "power(numeric,numeric)": "power", "pow(numeric,numeric)": "power", "numeric_power": "power",
    "log(numeric,numeric)": "log", "sign(numeric)": "sign", "scale(numeric)": "scale", "min_scale(numeric)": "min_scale",
    "trim_scale(numeric)": "trim_scale", "gcd(numeric,numeric)": "gcd", "lcm(numeric,numeric)": "lcm",
}  # fmt: skip
TEMPLATES = {
    **{signature: f"pgf_numeric_{name}({', '.join(f'{{{at}}}' for at in range(signature.count(',') + 1 if '(' in signature else 1))})"
       for signature, name in TEXT_FUNCTIONS.items()},
    "numeric_inc": "pgf_numeric_add({0}, '1')", "numeric_power": "pgf_numeric_power({0}, {1})",
    "log(numeric)": "pgf_numeric_log('10', {0})", "log10(numeric)": "pgf_numeric_log('10', {0})",
    "factorial(int8)": "pgf_numeric_factorial(CAST({0} AS VARCHAR))",
    "width_bucket(numeric,numeric,numeric,int4)": "pgf_numeric_width_bucket({0}, {1}, {2}, {3}, {version})",
}  # fmt: skip
