"""Ordered-set aggregates: percentiles, the mode, and the rank that a value would have.

Each over the list of the rows' values in order. Refuses to know other aggregates. Facts: src/backend/utils/adt/orderedsetaggs.c.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.casts import convert
from proxy.sql.lower.comparisons import group_key, order_by, sort_item, sort_key
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.numerics import INTEGER_DIGITS
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, member, number_text

Handler = Callable[[Lowering, ir.Aggregate, str], Lowered]
INTERVAL = 1186


def _percentile(continuous: bool) -> Handler:
    """percentile_cont and percentile_disc, of one fraction or an array of them."""

    def lower(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
        scope, value, key = lowering.scope, lowering.expr(call.args[0]), call.order[0]
        fraction = lowering.expr(call.direct[0])
        where = f" FILTER (WHERE {lowering.expr(call.filter).sql})" if call.filter is not None else ""
        item = number_text(value)
        order = sort_item(lowering, ir.SortKey(expr=key.expr, descending=key.descending))
        items = Lowered(f"list_filter(list({item.sql} ORDER BY {order}){where}, lambda e: e IS NOT NULL)")
        name = scope.fresh("f", item.sql + order)
        many = scope.base(call.direct[0].type).is_true_array
        body = f"{{0}}[greatest(CAST(ceil({name} * len({{0}})) AS BIGINT), 1)]"
        if continuous:
            body = _interpolated(name, scope.base(call.args[0].type).oid)
        wrong = f"error('PGERR|22003|percentile value ' || pgf_float8_text({name}) || ' is not between 0 and 1')"
        check = (
            f"CASE WHEN {name} < 0 OR {name} > 1 THEN {wrong} "
            f"WHEN {name} IS NULL OR {{0}} IS NULL OR len({{0}}) = 0 THEN NULL ELSE {body} END"
        )
        fractions = fraction.sql if many else f"[{fraction.sql}]"
        found = f"list_transform({fractions}, lambda {name}: {check}){'' if many else '[1]'}"
        if many:  # of no rows there is no array either
            found = f"CASE WHEN len({{0}}) > 0 THEN {found} END"
        return fill(scope, found, [items])

    return lower


def _interpolated(name: str, oid: int) -> str:
    place = f"({name} * (len({{0}}) - 1))"
    low, high = f"{{0}}[CAST(floor({place}) AS BIGINT) + 1]", f"{{0}}[CAST(ceil({place}) AS BIGINT) + 1]"
    part = f"({place} - floor({place}))"
    if oid == INTERVAL:
        return f"({low} + pgf_interval_mul({high} - {low}, {part}))"
    return f"(CASE WHEN {part} = 0 THEN {low} ELSE {low} + {part} * ({high} - {low}) END)"


def _narrows(scope: Scope, given: int, kept: int) -> bool:
    """Whether a value would have to lose something to be of the type of the rows' values."""
    return given != kept and not (scope.is_numeric(kept) and given in INTEGER_DIGITS)


def _hypothetical(name: str) -> Handler:
    """rank, dense_rank, percent_rank, cume_dist of a value that is not among the rows; of one sort key."""

    def lower(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
        scope = lowering.scope
        if len(call.order) != 1 or _narrows(scope, call.direct[0].type, call.order[0].expr.type):
            raise FeatureNotSupported(
                f"{name} of several values is not supported by the double", hint="Give one value, or count the rows."
            )
        key = call.order[0]
        where = f" FILTER (WHERE {lowering.expr(call.filter).sql})" if call.filter is not None else ""
        kind, collation = key.expr.type, key.expr.collation
        row_key = sort_key(scope, number_text(lowering.expr(key.expr)), kind, collation)
        keys = Lowered(f"coalesce(list({row_key}){where}, [])")
        direct = convert(lowering, lowering.expr(call.direct[0]), call.direct[0].type, key.expr.type)
        value = Lowered(sort_key(scope, number_text(direct), kind, collation))
        item = scope.fresh("k", keys.sql)
        sides = ("{1}", item) if key.descending else (item, "{1}")
        if key.nulls_first:
            before = f"coalesce({sides[0]} < {sides[1]}, {item} IS NULL AND {{1}} IS NOT NULL)"
        else:
            before = f"coalesce({sides[0]} < {sides[1]}, {item} IS NOT NULL AND {{1}} IS NULL)"
        first = f"list_filter({{0}}, lambda {item}: {before})"
        equal = f"len(list_filter({{0}}, lambda {item}: {item} IS NOT DISTINCT FROM {{1}}))"
        return fill(scope, HYPOTHETICAL[name].format(first=first, equal=equal), [keys, value])

    return lower


HYPOTHETICAL = {
    "rank": "CAST(len({first}) + 1 AS BIGINT)",
    "dense_rank": "CAST(len(list_distinct({first})) + CAST(len(list_filter({first}, lambda k: k IS NULL)) > 0 AS INTEGER) + 1 AS BIGINT)",
    "percent_rank": "CASE WHEN len({{0}}) = 0 THEN 0 ELSE CAST(len({first}) AS DOUBLE) / len({{0}}) END",
    "cume_dist": "CAST(len({first}) + {equal} + 1 AS DOUBLE) / (len({{0}}) + 1)",
}


def _mode(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
    """mode() WITHIN GROUP: of equally frequent values the first in order."""
    scope, value, key = lowering.scope, number_text(lowering.expr(call.args[0])), call.order[0]
    where = f" FILTER (WHERE {lowering.expr(call.filter).sql})" if call.filter is not None else ""
    pair = f"struct_pack(k := {group_key(scope, value, call.args[0].type)}, v := {value.sql})"
    items = Lowered(
        f"list_filter(list({pair} {order_by(lowering, (key,))}){where}, lambda p: {member('p', 'v')} IS NOT NULL)"
    )
    # equal keys stand together: a run starts where the key changes, and ends where the next one starts
    starts = "list_filter(range(1, len({0}) + 1), lambda i: i = 1 OR {0}[i - 1].k IS DISTINCT FROM {0}[i].k)"
    runs = "list_transform({0}, lambda s, j: struct_pack(n := coalesce({0}[j + 1], {1} + 1) - s, at := -s))"
    longest = fill(scope, f"(-list_sort({runs}, 'DESC')[1].at)", [Lowered(starts), Lowered("len({0})", simple=True)])
    return fill(scope, f"CASE WHEN len({{0}}) > 0 THEN {{0}}[{longest.sql}].v END", [items])


HANDLERS: dict[str, Handler] = {
    **{name: _hypothetical(name) for name in HYPOTHETICAL},
    "percentile_cont": _percentile(True), "percentile_disc": _percentile(False), "mode": _mode,
}  # fmt: skip
