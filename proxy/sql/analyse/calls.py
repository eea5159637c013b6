"""Function calls: plain functions, aggregates, ordered-set aggregates, window functions, function-like casts.

Follows ParseFuncOrColumn in src/backend/parser/parse_func.c and parse_agg.c. Refuses to know how a function is computed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress
from typing import Any

from proxy.catalog.model import ProcRow
from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.coerce import Context
from proxy.sql.analyse.errors import (
    DatatypeMismatch,
    FeatureNotSupported,
    GroupingError,
    InvalidColumnReference,
    SyntaxProblem,
    UndefinedFunction,
    WindowingError,
    WrongObjectType,
)
from proxy.sql.analyse.functions import Candidate
from proxy.sql.analyse.places import place
from proxy.sql.analyse.polymorphism import PolymorphicUnknown
from proxy.sql.analyse.rows import field_of
from proxy.sql.analyse.scope import Scope
from proxy.sql.analyse.types import Types
from proxy.sql.parse import Node, names_of, parse_statement
from proxy.sql.walking import walk

Expression = Callable[[Scope, Node], ir.Expr]

# What a call may hold beside its arguments: with any of it, it is no way to write a row's column.
_CALL_SYNTAX = frozenset(
    {"agg_order", "agg_filter", "agg_star", "agg_distinct", "agg_within_group", "func_variadic", "over"}
)
# Clauses in which no aggregate may stand, as messages name them.
_NO_AGGREGATES = frozenset(
    {
        "WHERE",
        "GROUP BY",
        "JOIN conditions",
        "functions in FROM",
        "LIMIT",
        "OFFSET",
        "FILTER",
        "VALUES",
        "RETURNING",
        "UPDATE",
        "check constraints",
        "DEFAULT expressions",
        "index expressions",
    }  # fmt: skip
)
_NO_SETS = frozenset({"WHERE", "HAVING", "JOIN conditions", "LIMIT", "OFFSET", "FILTER", "window definitions"})
_NO_WINDOWS = _NO_AGGREGATES | {"HAVING", "window definitions"}


def simple_call(scope: Scope, name: str, args: tuple[ir.Expr, ...], position: int) -> ir.Expr:
    """A call of a built-in function by name, its arguments already of the right types."""
    wanted = tuple(arg.type for arg in args)
    for proc in scope.statement.catalog.procs_by_name[name]:
        if proc.args == wanted:
            scope.statement.note_volatility(proc)
            return ir.Call(type=proc.result, position=position, proc=proc, args=args)
    raise UndefinedFunction(f"function {name} does not exist", position=position)


def call_function(scope: Scope, fields: Any, position: int, expression: Expression) -> ir.Expr:
    """A FuncCall node."""
    names = names_of(fields["funcname"])
    is_ordered_set = bool(fields.get("agg_within_group"))
    nested = scope.inside_aggregate
    nodes: list[Node] = list(fields.get("args", ()))
    order_nodes: list[Node] = list(fields.get("agg_order", ()))
    sets = len(scope.sets)
    if is_ordered_set:
        nodes += [node["SortBy"]["node"] for node in order_nodes]
    args, keywords = _arguments(scope, nodes, fields, names, expression)
    if not is_ordered_set:
        args, keywords = _without_results(args, keywords)
    given = [arg.type for arg in args]
    if fields.get("agg_star"):
        given = []
    found = scope.statement.resolver.function(names, given, keywords, bool(fields.get("func_variadic")), position)
    if found is None:
        cast = _as_cast(scope, names, args, keywords, position)
        if cast is not None:
            return cast
        is_field = len(names) == len(args) == 1 and not keywords and not _CALL_SYNTAX & fields.keys()
        if is_field and (field := field_of(scope, args[0], names[0])) is not None:
            return field  # column(row), as row.column
        raise scope.statement.resolver.missing(names, given, keywords, position)
    if nested and found.proc.kind == "a" and "over" not in fields:
        raise GroupingError("aggregate function calls cannot be nested", position=position)
    if len(scope.sets) > sets and (found.proc.kind in "aw" or "over" in fields):
        of = "window" if "over" in fields else "aggregate"
        raise FeatureNotSupported(
            f"{of} function calls cannot contain set-returning function calls", position=scope.sets[-1],
            hint="You might be able to move the set-returning function into a LATERAL FROM item.",
        )  # fmt: skip
    return _build(scope, found, args, fields, position, expression)


def _arguments(
    scope: Scope, nodes: list[Node], fields: Any, names: list[str], expression: Expression
) -> tuple[list[ir.Expr], list[str]]:
    """Arguments; those of something that may be an aggregate are analysed as such, to catch nesting."""
    aggregate = "over" not in fields and any(
        proc.kind == "a" for proc in scope.statement.catalog.procs_by_name.get(names[-1], ())
    )
    before, scope.inside_aggregate = scope.inside_aggregate, scope.inside_aggregate or aggregate
    args, keywords = [], []
    try:
        for node in nodes:
            if "NamedArgExpr" in node:
                keywords.append(str(node["NamedArgExpr"]["name"]))
                args.append(expression(scope, node["NamedArgExpr"]["arg"]))
            elif keywords:
                raise SyntaxProblem("positional argument cannot follow named argument")
            else:
                args.append(expression(scope, node))
    finally:
        scope.inside_aggregate = before
    return args, keywords


def _without_results(args: list[ir.Expr], keywords: list[str]) -> tuple[list[ir.Expr], list[str]]:
    """JDBC announces what a call gives as one more parameter, of type void, which Postgres passes over."""
    kept = [not (isinstance(arg, ir.Param) and arg.type == t.VOID) for arg in args]
    unnamed = len(args) - len(keywords)
    return list(compress(args, kept)), list(compress(keywords, kept[unnamed:]))


def _as_cast(scope: Scope, names: list[str], args: list[ir.Expr], keywords: list[str], position: int) -> ir.Expr | None:
    """type(value) as a cast, where the conversion is trivial or through text (FUNCDETAIL_COERCION)."""
    if len(args) != 1 or keywords:
        return None
    statement = scope.statement
    oid = statement.types.find(names[-1], names[-2] if len(names) > 1 else "")
    if not oid or statement.types.row(oid).kind in "pc":
        return None
    source = args[0].type
    if statement.types.is_complex(source) and statement.types.category(oid) == "S":
        return None
    if source != t.UNKNOWN:
        path = statement.coercer.pathway(oid, source, Context.EXPLICIT)
        if path is None or path.method not in ("relabel", "io"):
            return None
    return statement.coercer.cast(args[0], oid, context=Context.EXPLICIT, position=position)


def _build(
    scope: Scope, found: Candidate, args: list[ir.Expr], fields: Any, position: int, expression: Expression
) -> ir.Expr:
    statement, proc = scope.statement, found.proc
    if found.order:
        args = [args[found.order.index(place)] if place in found.order else _default(scope, proc, place)
                for place in range(len(proc.args))]  # fmt: skip
        declared = list(proc.args)
    else:
        args = args + [_default(scope, proc, place) for place in range(len(args), len(args) + found.defaults)]
        declared = list(found.args) + list(proc.args[len(found.args) : len(found.args) + found.defaults])
    if fields.get("agg_star"):
        args, declared = [], []
    try:
        concrete, result = statement.coercer.generic([arg.type for arg in args], declared, proc.result)
    except PolymorphicUnknown:
        raise
    except DatatypeMismatch as error:
        error.position = position if error.position is None else error.position
        raise
    if fields.get("func_variadic") and proc.variadic == t.ANY and not statement.types.element(args[-1].type):
        raise DatatypeMismatch("VARIADIC argument must be an array", position=place(args[-1]))
    cast = tuple(
        statement.coercer.known(arg) if oid == t.ANY else statement.coercer.cast(arg, oid)
        for arg, oid in zip(args, concrete)
    )
    statement.note_volatility(proc)
    statement.collated = statement.collated or proc.name == "pg_collation_for"
    if proc.kind == "a":
        aggregate = _aggregate(scope, proc, cast, result, fields, position, expression)
        return _over(scope, aggregate, fields, position, expression) if "over" in fields else _checked(scope, aggregate)
    _no_aggregate_syntax(statement.resolver.signature([proc.name], [arg.type for arg in args]), fields, position)
    variadic = bool(fields.get("func_variadic"))
    call = ir.Call(type=result, typmod=-1, position=position, proc=proc, args=cast, variadic_array=variadic)
    if proc.kind == "w":
        if "over" not in fields:
            raise WindowingRequired(f"window function {proc.name} requires an OVER clause", position=position)
        return _over(scope, call, fields, position, expression)
    if "over" in fields:
        raise WrongObjectType(
            f"OVER specified, but {proc.name} is not a window function nor an aggregate function", position=position
        )
    if proc.returns_set:
        if scope.kind in _NO_SETS:
            raise FeatureNotSupported(f"set-returning functions are not allowed in {scope.kind}", position=position)
        if scope.kind != "functions in FROM":
            scope.sets.append(position)
    return call


class WindowingRequired(WrongObjectType):
    """A window function without OVER."""


def _no_aggregate_syntax(name: str, fields: Any, position: int) -> None:
    for key, written in (("agg_star", "(*)"), ("agg_distinct", "DISTINCT"), ("agg_order", "ORDER BY"), ("agg_filter", "FILTER"),
                         ("agg_within_group", "WITHIN GROUP")):  # fmt: skip
        if fields.get(key):
            shown = name.split("(")[0]
            raise WrongObjectType(f"{written} specified, but {shown} is not an aggregate function", position=position)


def _default(scope: Scope, proc: ProcRow, place: int) -> ir.Expr:
    """The default of a parameter, from the catalog's decompiled list."""
    from proxy.sql.analyse.expressions import expression

    if not proc.default_exprs:
        raise FeatureNotSupported(
            f"the defaults of function {proc.name} are not known to the double", hint="Give every argument."
        )
    _, select = parse_statement(f"SELECT {proc.default_exprs}")
    targets = select["targetList"]
    node = targets[place - (len(proc.args) - len(targets))]["ResTarget"]["val"]
    statement = scope.statement
    statement.view_depth += 1  # its text is not the client's: no positions
    try:
        return statement.coercer.cast(expression(Scope(statement), node), proc.args[place], context=Context.ASSIGNMENT)
    finally:
        statement.view_depth -= 1


def _aggregate(
    scope: Scope,
    proc: ProcRow,
    args: tuple[ir.Expr, ...],
    result: int,
    fields: Any,
    position: int,
    expression: Expression,
) -> ir.Aggregate:
    order: tuple[ir.SortKey, ...] = ()
    direct: tuple[ir.Expr, ...] = ()
    nodes = fields.get("agg_order", ())
    before, scope.inside_aggregate = scope.inside_aggregate, True
    try:
        if fields.get("agg_within_group"):
            count = len(args) - len(nodes)
            direct, sorted_args = args[:count], args[count:]
            order = tuple(sort_key(scope.statement.types, arg, node["SortBy"]) for arg, node in zip(sorted_args, nodes))
            args = sorted_args
        elif proc.agg_kind in ("o", "h"):
            raise WrongObjectType(f"WITHIN GROUP is required for ordered-set aggregate {proc.name}", position=position)
        elif nodes:
            order = tuple(
                sort_key(
                    scope.statement.types,
                    scope.statement.coercer.known(expression(scope, node["SortBy"]["node"])),
                    node["SortBy"],
                )
                for node in nodes
            )
    finally:
        scope.inside_aggregate = before
    if fields.get("agg_distinct"):
        for arg in args:
            sortable(scope.statement.types, arg, "equality")
        for late in (key.expr for key in order if key.expr not in args):
            raise InvalidColumnReference(
                "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list", position=place(late)
            )
    condition = None
    if "agg_filter" in fields:
        kind, scope.kind = scope.kind, "FILTER"
        condition = scope.statement.coercer.boolean(expression(scope, fields["agg_filter"]), "FILTER")
        scope.kind = kind
    if fields.get("agg_star") and proc.args:
        raise WrongObjectType(f"{proc.name}(*) specified, but {proc.name} takes arguments", position=position)
    if not args and not proc.args and not fields.get("agg_star") and not direct:
        raise WrongObjectType(
            f"{proc.name}(*) must be used to call a parameterless aggregate function", position=position
        )
    return ir.Aggregate(
        type=result, position=position, proc=proc, args=args, star=bool(fields.get("agg_star")),
        distinct=bool(fields.get("agg_distinct")), order=order, filter=condition, direct=direct,
    )  # fmt: skip


def sortable(types: Types, expr: ir.Expr, kind: str = "ordering") -> ir.Expr:
    """The expression, whose type has operators to sort or group by; json has none (get_sort_group_operators)."""
    oid = types.base(expr.type)
    while inner := types.element(oid):
        oid = types.base(inner)
    if oid not in (t.UNKNOWN, t.RECORD) and types.row(oid).kind == "b":
        wanted = "<" if kind == "ordering" else "="
        rows = types.catalog.operators_by_name.get(wanted, ())
        if not any(row.left == row.right and types.binary(oid, row.left) for row in rows):
            raise UndefinedFunction(
                f"could not identify an {kind} operator for type {types.name(expr.type)}", position=place(expr),
                hint="Use an explicit ordering operator or modify the query." if kind == "ordering" else "",
            )  # fmt: skip
    return expr


def sort_key(types: Types, expr: ir.Expr, fields: Any) -> ir.SortKey:
    """ORDER BY's defaults made explicit: NULLs sort as if larger than all."""
    if not fields.get("useOp"):
        sortable(types, expr)
    if fields.get("useOp"):
        name = names_of(fields["useOp"])[-1]
        if name not in ("<", ">"):
            raise FeatureNotSupported(f"ORDER BY USING {name} is not supported", position=expr.position)
        descending = name == ">"
    else:
        descending = fields.get("sortby_dir") == "SORTBY_DESC"
    nulls = fields.get("sortby_nulls", "SORTBY_NULLS_DEFAULT")
    nulls_first = descending if nulls == "SORTBY_NULLS_DEFAULT" else nulls == "SORTBY_NULLS_FIRST"
    return ir.SortKey(expr=expr, descending=descending, nulls_first=nulls_first)


def _checked(scope: Scope, aggregate: ir.Aggregate) -> ir.Aggregate:
    """An aggregate belongs to the scope whose columns it uses; clauses that cannot hold one refuse it."""
    parts = [*aggregate.args, *([aggregate.filter] if aggregate.filter else []), *(key.expr for key in aggregate.order)]
    refs = {ref.rte for part in parts for ref in walk(part) if isinstance(ref, ir.ColumnRef)}
    own = {item.rte for item in scope.items} | scope.own_rtes
    if refs and not refs & own and scope.parent is not None:
        if any(around.kind == "FROM" and refs & around.own_rtes for around in scope.parent.chain()):
            raise GroupingError(
                "aggregate functions are not allowed in FROM clause of their own query level",
                position=aggregate.position,
            )
        raise FeatureNotSupported(
            "an aggregate of an outer query's columns is not supported", position=aggregate.position
        )
    if scope.kind in _NO_AGGREGATES:
        raise GroupingError(f"aggregate functions are not allowed in {scope.kind}", position=aggregate.position)
    windows = [node.position for part in parts for node in walk(part) if isinstance(node, ir.Window)]
    if windows:
        raise GroupingError("aggregate function calls cannot contain window function calls", position=min(windows))
    scope.has_aggregates = True
    return aggregate


def _over(scope: Scope, call: ir.Call | ir.Aggregate, fields: Any, position: int, expression: Expression) -> ir.Expr:
    from proxy.sql.analyse.windows import window

    if scope.kind in _NO_WINDOWS:
        raise WindowingError(f"window functions are not allowed in {scope.kind}", position=position)
    if scope.inside_window:
        raise WindowingError("window function calls cannot be nested", position=position)
    if isinstance(call, ir.Aggregate):
        if call.distinct:
            raise FeatureNotSupported("DISTINCT is not implemented for window functions", position=position)
        if call.order:
            raise FeatureNotSupported("aggregate ORDER BY is not implemented for window functions", position=position)
    scope.has_windows = True
    return window(scope, call, fields["over"], position, expression)
