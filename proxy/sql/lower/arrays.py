"""Arrays: operators and functions as templates over DuckDB's lists, subscripts and slices.

A numeric array holds canonical text. Refuses to know lower bounds other than 1 (0 for int2vector and oidvector), which
DuckDB's lists have not. Facts: arrayfuncs.c, array_userfuncs.c.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.comparisons import compare, group_key, sort_key
from proxy.sql.lower.dimensions import depth, several
from proxy.sql.lower.failing import may_fail
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, cast, fail, member, number_text, room_for

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


def _searched(scope: Scope, call: ir.Call) -> str:
    """SQL of the refusal to search an array of several dimensions, '' for one of one."""
    if depth(scope, call.args[0]) == 1:
        return ""
    return fail("0A000", "searching for elements in multidimensional arrays is not supported")


def _position(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_position(array, element [, start]); NULL finds NULL. An empty array is not searched, whatever the start."""
    if wrong := _searched(lowering.scope, call):
        return Lowered(f"CAST({wrong} AS INTEGER)")
    keys, wanted = _elements(lowering, call.args[0]), _key(lowering, call.args[1])
    places = "list_filter(range(1, len({0}) + 1), lambda i: {0}[i] IS NOT DISTINCT FROM {1})"
    if len(call.args) == 2:
        return fill(lowering.scope, f"CAST({places}[1] AS INTEGER)", [Lowered(keys), Lowered(wanted)])
    missing = fail("22004", "initial position must not be null")
    found = f"list_filter({places}, lambda i: i >= {{2}})[1]"
    vain = "{0} IS NULL OR len({0}) = 0 OR ({1} IS NULL AND list_count({0}) = len({0}))"
    # the start is looked at first: computing it may fail, whatever the array
    guarded = (
        f"CASE WHEN {{2}} IS NULL THEN CASE WHEN {vain} THEN NULL ELSE {missing} END "
        f"WHEN {vain} THEN NULL ELSE CAST({found} AS INTEGER) END"
    )
    return fill(lowering.scope, guarded, [Lowered(keys), Lowered(wanted), lowering.expr(call.args[2])])


def _positions(lowering: Lowering, call: ir.Call) -> Lowered:
    if wrong := _searched(lowering.scope, call):
        return Lowered(f"CAST({wrong} AS INTEGER[])")
    keys, wanted = _elements(lowering, call.args[0]), _key(lowering, call.args[1])
    places = "CAST(list_filter(range(1, len({0}) + 1), lambda i: {0}[i] IS NOT DISTINCT FROM {1}) AS INTEGER[])"
    return fill(lowering.scope, places, [Lowered(keys), Lowered(wanted)])


def _changed(body: str) -> Handler:
    """array_remove and array_replace: SQL over each element {e} with its key {k}; the others' keys are computed before."""

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        scope = lowering.scope
        array, wanted = lowering.expr(call.args[0]), Lowered(_key(lowering, call.args[1]))
        rest = [_plain(lowering.expr(arg)) for arg in call.args[2:]]
        name = scope.fresh("e", array.sql + wanted.sql)
        key = group_key(scope, Lowered(name, simple=True), scope.base(call.args[0].type).element)
        body_sql = body.replace("{e}", name).replace("{k}", key)
        # every argument is computed, whether an element meets it or not
        unknown = " AND ".join(f"{{{at}}} IS NULL" for at in reversed(range(2 + len(rest))))
        return fill(scope, f"CASE WHEN {unknown} THEN NULL ELSE {body_sql} END", [array, wanted, *rest])

    return lower


_remove = _changed("list_filter({0}, lambda {e}: {k} IS DISTINCT FROM {1})")
_replace = _changed("list_transform({0}, lambda {e}: CASE WHEN {k} IS NOT DISTINCT FROM {1} THEN {2} ELSE {e} END)")


def _unfit(detail: str) -> str:
    return fail("2202E", "cannot concatenate incompatible arrays", f"{detail} are not compatible for concatenation.")


def _cat(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_cat: arrays of as many dimensions one after the other, or one as a row more of the other."""
    left, right = (_plain(lowering.expr(arg)) for arg in call.args)
    first, second = (depth(lowering.scope, arg) for arg in call.args)
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


ALIKE = f"CASE WHEN len(list_distinct(list_transform({{0}}, lambda x: coalesce(len(x), 0)))) > 1 THEN {RAGGED} ELSE {{0}} END"


def nested(lowering: Lowering, expr: ir.ArrayLiteral, items: Sequence[Lowered]) -> Lowered:
    """An array of arrays, which are of one length."""
    written = Lowered(f"[{', '.join(item.sql for item in items)}]")
    lengths = {len(row.elements) if isinstance(row, ir.ArrayLiteral) else None for row in expr.elements}
    if None in lengths:
        return fill(lowering.scope, ALIKE, [written])
    return written if len(lengths) == 1 else Lowered(cast(RAGGED, lowering.scope.storage(expr.type)))


def _fill(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_fill(value, lengths [, lower bounds]) of one dimension that starts at 1."""
    args = [_plain(lowering.expr(arg)) for arg in call.args]
    bounds = "{2}, true" if len(args) > 2 else "CAST(NULL AS INTEGER[]), false"
    deep = [depth(lowering.scope, arg) > 1 for arg in call.args]
    if deep[1]:
        wrong = fail("2202E", "wrong number of array subscripts", "Dimension array must be one dimensional.")
        known = "{1} IS NULL OR {2} IS NULL" if len(args) > 2 else "{1} IS NULL"
        lengths = f"CASE WHEN {known} THEN NULL WHEN len({{1}}) = 0 THEN [] ELSE {wrong} END"
    else:
        lengths = "{1}"
    if deep[2:] == [True]:  # more than any lengths fit, and all that is looked at before is the lengths
        bounds = "CASE WHEN {2} IS NULL THEN NULL WHEN len({2}) = 0 THEN [] ELSE [1, 1, 1, 1, 1, 1, 1] END, true"
    size = fill(lowering.scope, f"pgf_array_fill_size(CAST({lengths} AS INTEGER[]), {bounds})", args)
    count = room_for(
        "{1} * (8 + strlen(coalesce(CAST({0} AS VARCHAR), '')))", "{1}", "array size exceeds the maximum allowed"
    )
    # the value is computed before anything is said of the lengths
    value = replace(args[0], simple=False) if may_fail(call.args[0]) else args[0]
    return fill(lowering.scope, f"list_transform(range({count}), lambda i: {{0}})", [value, size])


def _sort(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_sort(array [, descending [, nulls first]]); NULLs come first where descending, unless it is said. Equals keep their order."""
    scope, args = lowering.scope, [lowering.expr(arg) for arg in call.args]
    name = scope.fresh("e", args[0].sql)
    element = scope.base(call.args[0].type).element
    key = sort_key(scope, Lowered(name, simple=True), element, call.input_collation)
    pairs = f"list_transform({{0}}, lambda {name}, i: struct_pack(k := {key}, i := SIGNi, v := {name}))"
    present, nulls = (
        f"list_filter({pairs}, lambda {name}: {name}.v IS NOT NULL)",
        "list_filter({0}, lambda e: e IS NULL)",
    )
    if len(args) == 1:
        ordered = f"list_transform(list_sort({present.replace('SIGN', '')}, 'ASC'), lambda {name}: {member(name, 'v')})"
        return fill(scope, f"CASE WHEN {{0}} IS NOT NULL THEN list_concat({ordered}, {nulls}) END", args)
    up, down = (
        f"list_transform(list_sort({present.replace('SIGN', sign)}, '{way}'), lambda {name}: {member(name, 'v')})"
        for way, sign in (("ASC", ""), ("DESC", "-"))
    )
    first = "{2}" if len(args) > 2 else "{1}"
    ordered = f"CASE WHEN {{1}} THEN {down} ELSE {up} END"
    unknown = " OR ".join(f"{{{at}}} IS NULL" for at in range(len(args)))
    template = f"CASE WHEN {unknown} THEN NULL WHEN {first} THEN list_concat({nulls}, {ordered}) ELSE list_concat({ordered}, {nulls}) END"
    return fill(scope, template, args)


def _bucket(lowering: Lowering, call: ir.Call) -> Lowered:
    """width_bucket(operand, thresholds): how many of the thresholds, which should be sorted, the operand reaches."""
    scope, oid = lowering.scope, call.args[0].type
    value, thresholds = (_plain(lowering.expr(arg)) for arg in call.args)
    name = scope.fresh("e", thresholds.sql)
    threshold, given = Lowered(name, simple=True), Lowered("{0}", simple=True)
    reached = compare(scope, "<=", threshold, oid, given, oid, call.input_collation)
    wrong = fail("22004", "thresholds array must not contain NULLs")
    template = (
        f"CASE WHEN {{0}} IS NULL OR {{1}} IS NULL THEN NULL WHEN list_count({{1}}) < len({{1}}) THEN {wrong} "
        f"ELSE pgf_array_bucket(list_transform({{1}}, lambda {name}: {reached})) END"
    )
    return fill(scope, template, [value, thresholds])


def _cardinality(lowering: Lowering, call: ir.Call) -> Lowered:
    array = lowering.expr(call.args[0]).sql
    for _ in range(depth(lowering.scope, call.args[0]) - 1):
        array = f"flatten({array})"
    return Lowered(f"CAST(len({array}) AS INTEGER)")


def _length(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_length and array_upper: of any dimension that the array's writing shows.

    A lookup, not a CASE over the number: DuckDB would fold a dimension that cannot be to NULL, and with it what stands around.
    """
    array, dimension = lowering.expr(call.args[0]), lowering.expr(call.args[1])
    lengths = (f"nullif(len({{0}}{'[1]' * at}), 0)" for at in range(depth(lowering.scope, call.args[0])))
    place = f"CASE WHEN {{1}} BETWEEN 0 AND {depth(lowering.scope, call.args[0])} THEN {{1}} ELSE 0 END + 1"
    return fill(lowering.scope, f"CAST([NULL, {', '.join(lengths)}][{place}] AS INTEGER)", [array, dimension])


def _appended(array: int, template: str) -> Handler:
    """array_append and array_prepend. array: which argument is the array."""

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        one, other = (_plain(lowering.expr(arg)) for arg in call.args)
        if depth(lowering.scope, call.args[array]) == 1:
            return fill(lowering.scope, template, [one, other])
        storage = lowering.scope.storage(call.type)
        wrong = cast(fail("22000", "argument must be empty or one-dimensional array"), storage)
        name = lowering.scope.fresh("e", one.sql + other.sql)  # both are computed first
        items, item = (member(name, part) for part in ("ab" if array == 0 else "ba"))
        made = f"CASE WHEN coalesce(len({items}), 0) = 0 THEN {cast(f'[{item}]', storage)} ELSE {wrong} END"
        return Lowered(f"list_transform([struct_pack(a := {one.sql}, b := {other.sql})], lambda {name}: {made})[1]")

    return lower


def _lower_bound(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_lower: 1 in each dimension that the array has."""
    upper = _length(lowering, call)
    return fill(lowering.scope, "CASE WHEN {0} IS NOT NULL THEN 1 END", [upper])


def _dimensions(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_ndims and array_dims."""
    deep = depth(lowering.scope, call.args[0])
    places = [f"len({{0}}{'[1]' * at})" for at in range(deep)]
    if call.proc.name == "array_ndims":
        shown = str(deep)
    else:
        shown = " || ".join(f"'[1:' || CAST({one} AS VARCHAR) || ']'" for one in places)
    return fill(lowering.scope, f"CASE WHEN len({{0}}) > 0 THEN {shown} END", [lowering.expr(call.args[0])])


HANDLERS: dict[str, Handler] = {
    "array_cat": _cat, "array_ndims": _dimensions, "array_dims": _dimensions, "array_lower": _lower_bound,
    "cardinality": _cardinality, "array_length": _length, "array_upper": _length,
    "arraycontains": _contains(False), "arraycontained": _contains(True), "arrayoverlap": _overlap,
    "array_position": _position, "array_positions": _positions, "array_remove": _remove, "array_replace": _replace,
    "array_fill": _fill, "array_sort": _sort, "width_bucket(anycompatible,anycompatiblearray)": _bucket,
    "array_append": _appended(0, "list_append(coalesce({0}, []), {1})"),
    "array_prepend": _appended(1, "list_prepend({0}, coalesce({1}, []))"),
}  # fmt: skip


def subscript(lowering: Lowering, expr: ir.Subscript) -> Lowered:
    """arr[i]… and arr[a:b]…: 1-based, NULL outside; int2vector and oidvector are 0-based."""
    deep = depth(lowering.scope, expr.arg)
    if not expr.is_slice:
        return _element(lowering, expr, deep)
    return _slice(lowering, expr) if len(expr.bounds) == 1 else _box(lowering, expr, deep)


def _shift(lowering: Lowering, expr: ir.Subscript) -> str:
    return " + 1" if lowering.scope.base(expr.arg.type).oid in VECTORS else ""


def _element(lowering: Lowering, expr: ir.Subscript, deep: int) -> Lowered:
    """There is one where there are as many subscripts as dimensions. Of an array that is NULL they are not computed."""
    scope, shift, count = lowering.scope, _shift(lowering, expr), len(expr.bounds)
    args = [lowering.expr(bound.upper) for bound in expr.bounds if bound.upper is not None]
    if count == deep:  # one below 1 would count from the end
        places = "".join(f"[nullif(greatest({{{at}}}{shift}, 0), 0)]" for at in range(1, count + 1))
        found = f"{{0}}{places}"
    else:
        unknown = " OR ".join(f"{{{at}}} IS NULL" for at in range(1, count + 1))
        found = cast(f"CASE WHEN {unknown} THEN NULL END", scope.storage(expr.type))
    lazy = range(1, count + 1)
    return fill(scope, f"CASE WHEN {{0}} IS NOT NULL THEN {found} END", [lowering.expr(expr.arg), *args], lazy=lazy)


def _slice(lowering: Lowering, expr: ir.Subscript) -> Lowered:
    """Of the outermost dimension."""
    scope, array, shift, bound = lowering.scope, lowering.expr(expr.arg), _shift(lowering, expr), expr.bounds[0]
    lower = lowering.expr(bound.lower) if bound.lower is not None else Lowered("1", simple=True)
    upper = lowering.expr(bound.upper) if bound.upper is not None else Lowered(f"len({array.sql})")
    name = scope.fresh("s", array.sql + lower.sql + upper.sql)
    # of an array that is NULL the bounds are not computed
    if "SELECT" in lower.sql + upper.sql:  # a lambda's body may hold no subquery
        bounds = f"CASE WHEN {array.sql} IS NOT NULL THEN struct_pack(l := {lower.sql}, u := {upper.sql}) END"
        low, high = (member(member(name, "b"), end) for end in ("l", "u"))
        cut = _cut(member(name, "a"), low, high, shift)
        guarded = f"CASE WHEN {member(name, 'b')} IS NOT NULL THEN {cut} END"
        return Lowered(f"list_transform([struct_pack(a := {array.sql}, b := {bounds})], lambda {name}: {guarded})[1]")
    inner = _cut("{0}", member(name, "l"), member(name, "u"), shift)
    cut = f"list_transform([struct_pack(l := {{1}}, u := {{2}})], lambda {name}: {inner})[1]"
    return fill(scope, f"CASE WHEN {{0}} IS NOT NULL THEN {cut} END", [array, lower, upper], lazy={1, 2})


FLAGGED = "struct_pack(items := "


def with_null_flag(lowering: Lowering, expr: ir.Expr, value: Lowered) -> Lowered:
    """A slice with whether the array that it was cut from holds NULLs: array_send tells that of the whole (arrayfuncs.c)."""
    source = expr
    while _cuts(source):
        source = source.args[0] if isinstance(source, ir.Call) else source.arg  # type: ignore[attr-defined]
    if source is expr or depth(lowering.scope, expr) > 1:
        return value
    whole = lowering.expr(source)
    if not whole.simple:
        return value
    return Lowered(f"{FLAGGED}{value.sql}, nulls := list_count({whole.sql}) < len({whole.sql}))")


def has_null_flag(value: Lowered) -> bool:
    """Whether it is what `with_null_flag` made."""
    return value.sql.startswith(FLAGGED)


def _cuts(expr: ir.Expr) -> bool:
    return (isinstance(expr, ir.Subscript) and expr.is_slice) or (
        isinstance(expr, ir.Call) and expr.proc.name == "trim_array"
    )


def _box(lowering: Lowering, expr: ir.Subscript, deep: int) -> Lowered:
    """A slice of several dimensions; empty where one of them is, or where the array has fewer."""
    scope, count = lowering.scope, len(expr.bounds)
    ends = [end for bound in expr.bounds for end in (bound.lower, bound.upper)]
    args = [lowering.expr(expr.arg), *(lowering.expr(end) for end in ends if end is not None)]
    if any("SELECT" in arg.sql for arg in args[1:]):
        raise several(expr.position)
    places = iter(range(1, len(args)))
    shown = [None if end is None else f"{{{next(places)}}}" for end in ends]
    inner, names = "{0}", [scope.fresh(f"b{level}", args[0].sql) for level in range(min(count, deep))]
    for level in reversed(range(min(count, deep))):
        array = names[level]
        cut = _cut(array, shown[2 * level] or "1", shown[2 * level + 1] or f"len({array})", _shift(lowering, expr))
        inner = cut if level == len(names) - 1 else f"list_transform({cut}, lambda {names[level + 1]}: {inner})"
    boxed = f"list_transform([{{0}}], lambda {names[0]}: {inner})[1]"
    flat = f"{'flatten(' * (deep - 1)}{{0}}{')' * (deep - 1)}"
    made = fill(scope, boxed, args)
    empty = fill(scope, f"CASE WHEN len({flat}) = 0 THEN list_slice({{0}}, 1, 0) ELSE {{0}} END", [made]).sql
    unknown = " OR ".join(f"{{{at}}} IS NULL" for at in range(len(args)))
    found = empty if count <= deep else "list_slice({0}, 1, 0)"
    return fill(scope, f"CASE WHEN {unknown} THEN NULL ELSE {found} END", args)


def _cut(items: str, low: str, high: str, shift: str) -> str:
    """A slice of a list; a list has nothing before its first element."""
    found = f"list_slice({items}, greatest({low}{shift}, 1), {high}{shift})"
    return f"CASE WHEN {low} IS NULL OR {high} IS NULL THEN NULL WHEN {high}{shift} < 1 THEN [] ELSE {found} END"
