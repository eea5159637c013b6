"""Arrays: operators and functions as templates over DuckDB's lists, subscripts and slices.

A numeric array holds canonical text. Refuses to know lower bounds other than 1 (0 for int2vector and oidvector), which
DuckDB's lists have not. Facts: arrayfuncs.c, array_userfuncs.c.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.comparisons import group_key, sort_key
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.values import Lowered, cast, fail, number_text, room_for

Handler = Callable[[Lowering, ir.Call], Lowered]
VECTORS = frozenset({22, 30})
BOTH = "CASE WHEN {0} IS NULL THEN {1} WHEN {1} IS NULL THEN {0} ELSE list_concat({0}, {1}) END"
RAGGED = fail("2202E", "multidimensional arrays must have array expressions with matching dimensions")

TRIMMED = (
    "CASE WHEN {1} < 0 OR {1} > len({0}) "
    "THEN error('PGERR|2202E|number of elements to trim must be between 0 and ' || len({0})) "
    "ELSE list_slice({0}, 1, len({0}) - {1}) END"
)
TEMPLATES: dict[str, str] = {
    "array_ndims": "CASE WHEN len({0}) > 0 THEN 1 END",
    "array_lower": "CASE WHEN {1} = 1 AND len({0}) > 0 THEN 1 END",
    "array_dims": "CASE WHEN len({0}) > 0 THEN '[1:' || CAST(len({0}) AS VARCHAR) || ']' END",
    "trim_array": TRIMMED, "array_reverse": "list_reverse({0})",
}  # fmt: skip


def _elements(lowering: Lowering, array: ir.Expr) -> str:
    """The array as a list of keys that DuckDB's equality compares as Postgres' does."""
    scope = lowering.scope
    value = lowering.expr(array)
    name = scope.fresh("e", value.sql)
    element = scope.base(array.type).element
    key = group_key(scope, Lowered(name, simple=True), element)
    return value.sql if key == name else f"list_transform({value.sql}, lambda {name}: {key})"


def _key(lowering: Lowering, value: ir.Expr) -> str:
    return group_key(lowering.scope, _plain(lowering.expr(value)), value.type)


def _plain(value: Lowered) -> Lowered:
    return number_text(value)


def _contains(reverse: bool) -> Handler:
    """@> and <@: NULL elements are never contained."""

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        whole, part = (Lowered(_elements(lowering, arg)) for arg in (reversed(call.args) if reverse else call.args))
        template = "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL ELSE list_has_all({0}, {1}) AND list_count({1}) = len({1}) END"
        return fill(lowering.scope, template, [whole, part])

    return lower


def _overlap(lowering: Lowering, call: ir.Call) -> Lowered:
    left, right = (_elements(lowering, arg) for arg in call.args)
    return Lowered(f"list_has_any(list_filter({left}, lambda e: e IS NOT NULL), {right})")


def _position(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_position(array, element [, start]); NULL finds NULL."""
    keys, wanted = _elements(lowering, call.args[0]), _key(lowering, call.args[1])
    places = "list_filter(range(1, len({0}) + 1), lambda i: {0}[i] IS NOT DISTINCT FROM {1})"
    if len(call.args) == 2:
        return fill(lowering.scope, f"CAST({places}[1] AS INTEGER)", [Lowered(keys), Lowered(wanted)])
    missing = fail("22004", "initial position must not be null")
    found = f"list_filter({places}, lambda i: i >= {{2}})[1]"
    guarded = f"CASE WHEN {{2}} IS NULL AND {{0}} IS NOT NULL THEN {missing} ELSE CAST({found} AS INTEGER) END"
    return fill(lowering.scope, guarded, [Lowered(keys), Lowered(wanted), lowering.expr(call.args[2])])


def _positions(lowering: Lowering, call: ir.Call) -> Lowered:
    keys, wanted = _elements(lowering, call.args[0]), _key(lowering, call.args[1])
    places = "CAST(list_filter(range(1, len({0}) + 1), lambda i: {0}[i] IS NOT DISTINCT FROM {1}) AS INTEGER[])"
    return fill(lowering.scope, places, [Lowered(keys), Lowered(wanted)])


def _remove(lowering: Lowering, call: ir.Call) -> Lowered:
    scope = lowering.scope
    array = lowering.expr(call.args[0]).sql
    name = scope.fresh("e", array)
    key = group_key(scope, Lowered(name, simple=True), scope.base(call.args[0].type).element)
    return Lowered(f"list_filter({array}, lambda {name}: {key} IS DISTINCT FROM {_key(lowering, call.args[1])})")


def _replace(lowering: Lowering, call: ir.Call) -> Lowered:
    scope = lowering.scope
    array, new = lowering.expr(call.args[0]).sql, _plain(lowering.expr(call.args[2])).sql
    name = scope.fresh("e", array)
    key = group_key(scope, Lowered(name, simple=True), scope.base(call.args[0].type).element)
    wanted = _key(lowering, call.args[1])
    return Lowered(
        f"list_transform({array}, lambda {name}: CASE WHEN {key} IS NOT DISTINCT FROM {wanted} THEN {new} ELSE {name} END)"
    )


def _unfit(detail: str) -> str:
    return fail("2202E", "cannot concatenate incompatible arrays", f"{detail} are not compatible for concatenation.")


def _cat(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_cat: arrays of as many dimensions one after the other, or one as a row more of the other."""
    left, right = (_plain(lowering.expr(arg)) for arg in call.args)
    first, second = (depth(arg) for arg in call.args)
    if first == second == 1:
        return fill(lowering.scope, BOTH, [left, right])
    if first == second:
        fits, joined, what = "len({0}[1]) = len({1}[1])", BOTH, "Arrays with differing element dimensions"
    elif first == second + 1:
        fits, what = "len({0}[1]) = len({1})", "Arrays with differing dimensions"
        joined = "CASE WHEN coalesce(len({1}), 0) = 0 THEN {0} ELSE list_append({0}, {1}) END"
    elif first + 1 == second:
        fits, what = "len({0}) = len({1}[1])", "Arrays with differing dimensions"
        joined = "CASE WHEN coalesce(len({0}), 0) = 0 THEN {1} ELSE list_prepend({0}, {1}) END"
    else:
        fits, joined, what = "false", "{1}", f"Arrays of {first} and {second} dimensions"
        return fill(lowering.scope, f"CASE WHEN {fits} THEN NULL ELSE {_unfit(what)} END", [left, right])
    some = "len({0}) > 0 AND len({1}) > 0"
    return fill(
        lowering.scope, f"CASE WHEN {some} AND NOT ({fits}) THEN {_unfit(what)} ELSE {joined} END", [left, right]
    )


def _of_one_dimension(lower: Handler, place: int, sqlstate: str, message: str) -> Handler:
    """A function that refuses an array written with several dimensions."""

    def checked(lowering: Lowering, call: ir.Call) -> Lowered:
        if depth(call.args[place]) == 1:
            return lower(lowering, call)
        return Lowered(cast(fail(sqlstate, message), lowering.scope.storage(call.type)))

    return checked


ALIKE = f"CASE WHEN len(list_distinct(list_transform({{0}}, lambda x: coalesce(len(x), 0)))) > 1 THEN {RAGGED} ELSE {{0}} END"


def nested(lowering: Lowering, expr: ir.ArrayLiteral, items: Sequence[Lowered]) -> Lowered:
    """An array of arrays, which are of one length."""
    written = Lowered(f"[{', '.join(item.sql for item in items)}]")
    lengths = {len(row.elements) if isinstance(row, ir.ArrayLiteral) else None for row in expr.elements}
    if None in lengths:
        return fill(lowering.scope, ALIKE, [written])
    return written if len(lengths) == 1 else Lowered(cast(RAGGED, lowering.scope.storage(expr.type)))


def _fill(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_fill(value, lengths [, lower bounds]) of one dimension."""
    subscripts = "wrong number of array subscripts"
    if depth(call.args[1]) > 1:
        wrong = fail("2202E", subscripts, "Dimension array must be one dimensional.")
        return Lowered(cast(wrong, lowering.scope.storage(call.type)))
    if len(call.args) > 2:
        wrong = fail("2202E", subscripts, "Low bound array has different size than dimensions array.")
        bounds = fail("0A000", "lower bounds of arrays are not supported by the double")
        checked = (
            f"CASE WHEN len({{0}}) <> len({{1}}) THEN {wrong} WHEN {{1}} IS NULL OR {{1}}[1] <> 1 THEN {bounds} END"
        )
        guard = fill(lowering.scope, checked, [lowering.expr(arg) for arg in call.args[1:]])
        filled = _fill(lowering, replace(call, args=call.args[:2]))
        return Lowered(f"CASE WHEN ({guard.sql}) IS NULL THEN {filled.sql} END")
    value, lengths = _plain(lowering.expr(call.args[0])), lowering.expr(call.args[1])
    many = fail("0A000", "arrays of several dimensions are not supported by the double")
    size = "{1}[1] * (8 + strlen(coalesce(CAST({0} AS VARCHAR), '')))"
    count = room_for(size, "{1}[1]", "array size exceeds the maximum allowed")
    made = f"list_transform(range(coalesce({count}, 0)), lambda i: {{0}})"
    return fill(lowering.scope, f"CASE WHEN len({{1}}) > 1 THEN {many} ELSE {made} END", [value, lengths])


def _plain_args(template: str) -> Handler:
    """A template whose numerics are text, as array elements are."""

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        return fill(lowering.scope, template, [_plain(lowering.expr(arg)) for arg in call.args])

    return lower


def _sort(lowering: Lowering, call: ir.Call) -> Lowered:
    scope = lowering.scope
    array = lowering.expr(call.args[0]).sql
    name = scope.fresh("e", array)
    key = sort_key(scope, Lowered(name, simple=True), scope.base(call.args[0].type).element)
    pairs = "list_transform({0}, lambda " + f"{name}: struct_pack(k := {key}, v := {name}))"
    if len(call.args) == 1:
        return Lowered(
            f"list_transform(list_sort({pairs.replace('{0}', array)}, 'ASC', 'NULLS LAST'), lambda {name}: {name}.v)"
        )
    down = lowering.expr(call.args[1]).sql
    nulls_first = lowering.expr(call.args[2]).sql if len(call.args) > 2 else down
    some = pairs.replace("{0}", f"list_filter({{0}}, lambda {name}: {name} IS NOT NULL)")
    rising, falling = (
        f"list_transform(list_sort({some}, '{way}'), lambda {name}: {name}.v)" for way in ("ASC", "DESC")
    )
    ordered = f"CASE WHEN {down} THEN {falling} ELSE {rising} END"
    nulls = f"list_filter({{0}}, lambda {name}: {name} IS NULL)"
    sides = f"CASE WHEN {nulls_first} THEN list_concat({nulls}, {ordered}) ELSE list_concat({ordered}, {nulls}) END"
    return fill(
        scope,
        f"CASE WHEN {{0}} IS NOT NULL AND {down} IS NOT NULL AND {nulls_first} IS NOT NULL THEN {sides} END",
        [Lowered(array)],
    )


def depth(expr: ir.Expr) -> int:
    """Dimensions of an array as far as its writing shows; columns are taken to have one."""
    if isinstance(expr, ir.ArrayLiteral) and expr.elements and expr.elements[0].type == expr.type:
        return 1 + depth(expr.elements[0])
    if isinstance(expr, ir.Const) and expr.value is not None:
        return max(len(expr.value) - len(expr.value.lstrip("{")), 1)
    return 1


def _cardinality(lowering: Lowering, call: ir.Call) -> Lowered:
    array = lowering.expr(call.args[0]).sql
    for _ in range(depth(call.args[0]) - 1):
        array = f"flatten({array})"
    return Lowered(f"CAST(len({array}) AS INTEGER)")


def _length(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_length and array_upper: of any dimension that the array's writing shows."""
    array, dimension = lowering.expr(call.args[0]), lowering.expr(call.args[1])
    dimensions = depth(call.args[0])
    whens = " ".join(
        f"WHEN {{1}} = {at + 1} AND len({{0}}{'[1]' * at}) > 0 THEN CAST(len({{0}}{'[1]' * at}) AS INTEGER)"
        for at in range(dimensions)
    )
    return fill(lowering.scope, f"CASE {whens} END", [array, dimension])


def _width_bucket(lowering: Lowering, call: ir.Call) -> Lowered:
    """width_bucket(anycompatible, anycompatiblearray): how many of the rising thresholds a value has reached."""
    keys, value = _elements(lowering, call.args[1]), _key(lowering, call.args[0])
    name = lowering.scope.fresh("w", keys)
    missing = fail("22004", "thresholds array must not contain NULLs")
    counted = f"CAST(len(list_filter({{0}}, lambda {name}: {name} <= {{1}})) AS INTEGER)"
    checked = f"CASE WHEN len(list_filter({{0}}, lambda {name}: {name} IS NULL)) > 0 THEN {missing} ELSE {counted} END"
    guarded = f"CASE WHEN {{0}} IS NOT NULL AND {{1}} IS NOT NULL THEN {checked} END"
    return fill(lowering.scope, guarded, [Lowered(keys), Lowered(value)])


SEARCHED = "searching for elements in multidimensional arrays is not supported"
ONE_DIMENSION = "argument must be empty or one-dimensional array"
HANDLERS: dict[str, Handler] = {
    "cardinality": _cardinality, "array_length": _length, "array_upper": _length,
    "arraycontains": _contains(False), "arraycontained": _contains(True), "arrayoverlap": _overlap,
    "array_cat": _cat,
    "array_position": _of_one_dimension(_position, 0, "0A000", SEARCHED),
    "array_positions": _of_one_dimension(_positions, 0, "0A000", SEARCHED), "array_remove": _remove, "array_replace": _replace,
    "array_fill": _fill, "width_bucket(anycompatible,anycompatiblearray)": _width_bucket,
    **{f"array_sort(anyarray{more})": _sort for more in ("", ",bool", ",bool,bool")},
    "array_append": _of_one_dimension(_plain_args("list_append(coalesce({0}, []), {1})"), 0, "22000", ONE_DIMENSION),
    "array_prepend": _of_one_dimension(_plain_args("list_prepend({0}, coalesce({1}, []))"), 1, "22000", ONE_DIMENSION),
}  # fmt: skip


def subscript(lowering: Lowering, expr: ir.Subscript) -> Lowered:
    """arr[i] and arr[a:b]: 1-based, NULL outside; int2vector and oidvector are 0-based."""
    scope = lowering.scope
    array = lowering.expr(expr.arg)
    shift = " + 1" if scope.base(expr.arg.type).oid in VECTORS else ""
    if not expr.is_slice:
        assert expr.index is not None
        index = lowering.expr(expr.index)
        return fill(scope, f"CASE WHEN {{1}}{shift} > 0 THEN {{0}}[{{1}}{shift}] END", [array, index])
    lower = lowering.expr(expr.lower) if expr.lower is not None else Lowered("1", simple=True)
    upper = lowering.expr(expr.upper) if expr.upper is not None else Lowered(f"len({array.sql})")
    template = (
        f"CASE WHEN {{0}} IS NULL OR {{1}} IS NULL OR {{2}} IS NULL THEN NULL WHEN {{2}}{shift} < 1 THEN [] "
        f"ELSE list_slice({{0}}, greatest({{1}}{shift}, 1), {{2}}{shift}) END"
    )
    return fill(scope, template, [array, lower, upper])
