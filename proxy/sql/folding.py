"""What Postgres computes before it runs a statement: calls over constants, whose errors come even where no row would reach them.

Gives the tree without what constants decide (a strict call over NULL, branches that are never taken), and the constant expressions that
have to be computed once, each under the conditions under which Postgres gets to it. Refuses to know values: it computes nothing. Facts:
eval_const_expressions in src/backend/optimizer/util/clauses.c; only immutable functions are folded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from proxy.sql import ir
from proxy.sql.constancy import (
    BOOL,
    converts,
    deciding,
    is_computed,
    is_constant,
    is_null,
    is_read_as_null,
    is_settled,
    keeps_null,
    may_be_null,
    null,
    truth,
    widens,
    without_lengths,
)  # fmt: skip
from proxy.sql.walking import holding, walk

RECORD = 2249
TRUE, FALSE = (ir.Const(type=BOOL, value=value) for value in "tf")
MATCHES = re.compile("(text|bpchar|name)(ic)?regex(eq|ne)")
# What computes some of its parts only, or may be known without them.
BRANCHING = (ir.NullIf, ir.Bool, ir.Case, ir.Coalesce, ir.ArrayLiteral, ir.RowLiteral, ir.ArrayOp)


@dataclass(frozen=True, slots=True)
class Folded:
    """checks: expressions over constants; computing one raises what Postgres would raise. whole_rows: range table entries that are used
    as values."""

    query: ir.Query
    checks: tuple[ir.Expr, ...]
    whole_rows: frozenset[int] = frozenset()


def fold(query: ir.Query) -> Folded:
    """See the module."""
    folder = _Folder(query)
    found = folder.query(query)
    return Folded(found, tuple(dict.fromkeys(folder.checks)), frozenset(folder.whole_rows))


def _only_rows(query: ir.Query) -> ir.Query | None:
    """A query of which it is enough to know whether it has rows (simplify_EXISTS_query); None for any other."""
    if query.offset is not None or not (query.limit is None or _is_some(query.limit)):
        return None
    if isinstance(query, ir.Values):
        return replace(query, order=(), limit=None)
    if not isinstance(query, ir.Select) or query.group == () or query.having is not None:
        return None
    grows = (ir.Aggregate, ir.Window, ir.GroupingSet)
    parts = [part for item in (*query.targets, *(query.group or ())) for part in walk(item, (ir.Query,))]
    if any(isinstance(part, grows) or (isinstance(part, ir.Call) and part.proc.returns_set) for part in parts):
        return None
    targets = tuple(target for target in query.targets if not target.junk)
    return replace(query, targets=targets, group=None, distinct=None, order=(), limit=None)


def _is_some(limit: ir.Expr) -> bool:
    """Whether a limit leaves a row, if there is one."""
    while isinstance(limit, ir.Cast) and widens(limit):
        limit = limit.arg
    return isinstance(limit, ir.Const) and (limit.value is None or int(limit.value) > 0)


class _Folder:
    """One statement. guards: conditions over constants under which Postgres gets to where we are; None where it never looks."""

    def __init__(self, statement: ir.Query) -> None:
        self.null_where: dict[int, tuple[ir.Expr, tuple[ir.Expr, ...]]] = {}  # of calls, by identity
        self.read: dict[int, set[str]] = {}  # columns, by range table entry
        self.readers: dict[str, list[int]] = {}  # range table entries, by CTE
        self.whole_rows: set[int] = set()
        for node in walk(statement):
            if isinstance(node, ir.ColumnRef):
                self.read.setdefault(node.rte, set()).add(node.column)
            elif isinstance(node, ir.CteRef):
                self.readers.setdefault(node.cte, []).append(node.rte)
            elif isinstance(node, ir.WholeRow):
                self.whole_rows.add(node.rte)
        self.checks: list[ir.Expr] = []
        self.guards: list[ir.Expr] | None = []

    # Queries

    def query(self, query: ir.Query, used: Collection[str] | None = None) -> ir.Query:
        """used: names of the columns that somebody reads, None for all."""
        ctes = tuple(self._cte(cte) for cte in query.ctes)
        if isinstance(query, ir.Select):
            query = self._select(query, used)
        elif isinstance(query, ir.SetOperation):
            query = replace(query, left=self.query(query.left), right=self.query(query.right))
        elif isinstance(query, ir.Values):
            query = replace(query, rows=self._rows(query, used))
        limit, offset = (None if end is None else self.root(end) for end in (query.limit, query.offset))
        return replace(query, ctes=ctes, limit=limit, offset=offset)

    def _cte(self, cte: ir.Cte) -> ir.Cte:
        """Nobody looks at one that is not read; one that is read once becomes part of its reader."""
        readers = self.readers.get(cte.name, [])
        inlined = len(readers) == 1 and not cte.recursive and cte.materialized is not True
        with _Guarded(self, never=not readers):
            return replace(cte, query=self.query(cte.query, self.read.get(readers[0], ()) if inlined else None))

    def _select(self, query: ir.Select, used: Collection[str] | None) -> ir.Select:
        names = [name for name, _, _ in query.columns]
        seen = [
            used is None or target.junk or name in used
            for name, target in zip([*names, *[""] * len(query.targets)], query.targets)
        ]
        targets = []
        for target, looked_at in zip(query.targets, seen):
            with _Guarded(self, never=not looked_at):
                targets.append(replace(target, expr=self.root(target.expr)))
        return replace(
            query,
            targets=tuple(targets),
            sources=tuple(self._source(source) for source in query.sources),
            where=None if query.where is None else self._condition(query.where),
            having=None if query.having is None else self.root(query.having),
            group=self._inside(query.group),
            order=tuple(self._rebuilt(key) for key in query.order),
            distinct=None if query.distinct is None else tuple(self.root(item) for item in query.distinct),
        )

    def _rows(self, query: ir.Values, used: Collection[str] | None) -> tuple[tuple[ir.Expr, ...], ...]:
        """Of VALUES; one row of them becomes part of its reader."""
        if len(query.rows) > 1 or used is None:
            rows: tuple[tuple[ir.Expr, ...], ...] = self._inside(query.rows)
            return rows
        columns = zip(query.columns, query.rows[0])
        return (tuple(self.root(value) if name in used else null(value) for (name, _, _), value in columns),)

    def _source(self, source: ir.FromItem) -> ir.FromItem:
        if isinstance(source, ir.SubqueryRef):
            return replace(source, query=self.query(source.query, self.read.get(source.rte, ())))
        if isinstance(source, ir.FunctionRef):
            call = source.call  # of a record, what its columns are stands beside it, which a NULL would not tell
            is_record = isinstance(call, ir.Call) and call.type == RECORD
            return replace(source, call=self._rebuilt(call) if is_record else self.root(call))
        if isinstance(source, ir.JoinRef):
            return replace(
                source, left=self._source(source.left), right=self._source(source.right),
                on=None if source.on is None else self._condition(source.on) if source.kind == "inner" else self.root(source.on),
            )  # fmt: skip
        return source

    def _condition(self, expr: ir.Expr) -> ir.Expr:
        """WHERE, and ON of an inner join. How many rows they leave is estimated, for which patterns are read though no row may be."""
        found = self.root(expr)
        pending = [found] if self.guards == [] else []
        while pending:
            one = pending.pop()
            if isinstance(one, ir.Bool):
                pending += one.args
            elif isinstance(one, ir.Test) and one.kind != "null":
                pending.append(one.arg)
            elif isinstance(one, ir.Call) and MATCHES.fullmatch(one.proc.name) and is_constant(one.args[1]):
                self.checks.append(replace(one, args=(replace(null(one.args[0]), value=""), one.args[1])))
        return found

    # Expressions

    def root(self, expr: ir.Expr) -> ir.Expr:
        """An expression that stands for itself."""
        found = self.expr(expr)
        self._check(found)
        return found

    def _check(self, expr: object) -> None:
        """Note a constant that is not part of a larger one, unless it cannot fail."""
        if self.guards is None or not isinstance(expr, ir.Expr) or not is_constant(expr):
            return
        if not any(isinstance(node, ir.Call | ir.ArrayOp) or converts(node) for node in walk(expr)):
            return
        check = expr
        for guard in reversed(self.guards):
            check = ir.Case(type=expr.type, typmod=expr.typmod, whens=((guard, check),), default=None)
        self.checks.append(check)

    def expr(self, expr: ir.Expr) -> ir.Expr:
        """An expression without what constants decide; notes the constants in it, but not that it is one itself."""
        if isinstance(expr, ir.Const | ir.Param | ir.ColumnRef):
            return expr
        if is_constant(expr) and not any(
            isinstance(node, BRANCHING) or is_null(node) or is_read_as_null(node) for node in walk(expr)
        ):
            return expr  # all of it is computed when the whole is
        simplified = _SIMPLIFIED.get(type(expr))
        found: ir.Expr = self._rebuilt(expr) if simplified is None else simplified(self, expr)
        return found

    def _rebuilt(self, node: Any) -> Any:
        """A node with each expression below it folded and noted."""
        if isinstance(node, ir.Query):
            return self.query(node)
        changed = {}
        for name in holding(node):
            value = getattr(node, name)
            found = self._inside(value)
            if found is not value:
                changed[name] = found
        return replace(node, **changed) if changed else node

    def _inside(self, value: Any) -> Any:
        if is_settled(value):
            return value
        if isinstance(value, tuple):
            found = tuple(self._inside(item) for item in value)
            return found if any(one is not other for one, other in zip(found, value)) else value
        if isinstance(value, ir.Expr):
            return self.root(value)
        if isinstance(value, ir.Query):
            return self.query(value)
        is_node = isinstance(value, ir.Bounds | ir.SortKey | ir.FrameBound | ir.GroupingSet)
        return self._rebuilt(value) if is_node else value

    def _call(self, call: ir.Call) -> ir.Expr:
        found: ir.Call = without_lengths(self._rebuilt(call))
        if found.proc.returns_set:
            return found
        if any(is_null(arg) for arg in deciding(found)):
            return null(call)
        tests = dict.fromkeys(test for arg in deciding(found) for test in self._null_where(arg))
        guarded: ir.Expr = found
        if tests and is_computed(found):
            whens = tuple((test, null(call)) for test in tests)
            guarded = ir.Case(type=call.type, typmod=call.typmod, position=call.position, whens=whens, default=found)
        if tests:
            self.null_where[id(guarded)] = guarded, tuple(tests)
        return guarded

    def _null_where(self, arg: ir.Expr) -> tuple[ir.Expr, ...]:
        """Conditions over constants of which each makes an argument NULL, as far as its value alone tells."""
        if may_be_null(arg):
            return (ir.Test(type=BOOL, arg=arg, kind="null"),)
        if isinstance(arg, ir.Cast) and keeps_null(arg):
            return self._null_where(arg.arg)
        if isinstance(arg, ir.Case):
            return self._null_branches(arg)
        return self.null_where.get(id(arg), (None, ()))[1]

    def _null_branches(self, case: ir.Case) -> tuple[ir.Expr, ...]:
        """Of a CASE whose constant conditions lead to a NULL; it stays one from the first condition on that is none."""
        known = list(takewhile(lambda when: is_constant(when[0]), case.whens))
        whens = tuple((condition, self._null_test(then)) for condition, then in known)
        default = self._null_test(case.default or null(case)) if len(known) == len(case.whens) else FALSE
        if all(test == FALSE for test in (*(test for _, test in whens), default)):
            return ()
        return (ir.Case(type=BOOL, whens=whens, default=default) if whens else default,)

    def _null_test(self, expr: ir.Expr) -> ir.Expr:
        tests = self._null_where(expr)
        if is_null(expr) or not tests:
            return TRUE if is_null(expr) else FALSE
        return tests[0] if len(tests) == 1 else ir.Bool(type=BOOL, op="or", args=tests)

    def _cast(self, cast: ir.Cast) -> ir.Expr:
        found: ir.Cast = self._rebuilt(cast)
        return null(cast) if keeps_null(found) and is_null(found.arg) else found

    def _nullif(self, expr: ir.NullIf) -> ir.Expr:
        left = self.root(expr.left)
        call: ir.Call = self._rebuilt(expr.call)
        return left if any(is_null(arg) for arg in call.args) else replace(expr, left=left, call=call)

    def _sublink(self, expr: ir.Sublink) -> ir.Expr:
        """What an EXISTS selects, groups by and orders by is not looked at, unless that decides whether there are rows."""
        left = self._inside(expr.left)
        inner = _only_rows(expr.query) if expr.kind == "exists" else None
        found = self.query(expr.query) if inner is None else self.query(inner, ())
        return replace(expr, left=left, query=found)

    def _distinct(self, expr: ir.Distinct) -> ir.Expr:
        return replace(expr, call=self._rebuilt(expr.call))

    def _window(self, expr: ir.Window) -> ir.Expr:
        """Its call stays one, whatever its arguments are."""
        parts = {name: self._inside(getattr(expr, name)) for name in holding(expr) if name != "call"}
        return replace(expr, **parts, call=self._rebuilt(expr.call))

    def _bool(self, expr: ir.Bool) -> ir.Expr:
        if expr.op == "not":
            arg = self.root(expr.args[0])
            return null(expr) if is_null(arg) else replace(expr, args=(arg,))
        decides, unit = ("f", "t") if expr.op == "and" else ("t", "f")
        kept: list[ir.Expr] = []
        with _Guarded(self) as guarded:
            for arg in expr.args:
                found = self.root(arg)
                if truth(found) == decides:
                    return found
                if truth(found) != unit:
                    kept.append(found)
                guarded.unless(found, "false" if expr.op == "and" else "true")
        if len(kept) > 1:
            return replace(expr, args=tuple(kept))
        return kept[0] if kept else ir.Const(type=BOOL, position=expr.position, value=unit)

    def _case(self, expr: ir.Case) -> ir.Expr:
        whens: list[tuple[ir.Expr, ir.Expr]] = []
        default = expr.default
        with _Guarded(self) as guarded:
            for condition, then in expr.whens:
                tested = self.root(condition)
                if truth(tested) in ("f", "null"):
                    continue
                if truth(tested) == "t":
                    default = then
                    break
                with _Guarded(self) as inside:
                    inside.when(tested, "true")
                    for test in self._null_where(tested):
                        inside.unless(test, "true")
                    whens.append((tested, self.root(then)))
                guarded.unless(tested, "true")
            default = None if default is None else self.root(default)
        if whens:
            return replace(expr, whens=tuple(whens), default=default)
        return default if default is not None else null(expr)

    def _coalesce(self, expr: ir.Coalesce) -> ir.Expr:
        if expr.kind != "coalesce":
            return replace(expr, args=self._inside(expr.args))
        kept: list[ir.Expr] = []
        with _Guarded(self) as guarded:
            for arg in expr.args:
                found = self.root(arg)
                if not is_null(found):
                    kept.append(found)
                if isinstance(found, ir.Const) and found.value is not None:
                    break
                guarded.when(found, "null")
        if len(kept) > 1:
            return replace(expr, args=tuple(kept))
        return kept[0] if kept else null(expr)


_SIMPLIFIED: dict[type[ir.Expr], Callable[[_Folder, Any], ir.Expr]] = {
    ir.Call: _Folder._call, ir.Cast: _Folder._cast, ir.NullIf: _Folder._nullif, ir.Sublink: _Folder._sublink, ir.Case: _Folder._case,
    ir.Distinct: _Folder._distinct, ir.Window: _Folder._window, ir.Bool: _Folder._bool, ir.Coalesce: _Folder._coalesce,
}  # fmt: skip


class _Guarded:
    """Conditions that hold inside a `with`."""

    def __init__(self, folder: _Folder, *, never: bool = False) -> None:
        self.folder, self.saved = folder, folder.guards
        folder.guards = None if never or folder.guards is None else [*folder.guards]

    def __enter__(self) -> _Guarded:
        return self

    def __exit__(self, *_: object) -> None:
        self.folder.guards = self.saved

    def when(self, expr: ir.Expr, kind: str) -> None:
        """Postgres goes on where a constant is so; of what is none it does not know."""
        self._add(expr, kind, negated=False)

    def unless(self, expr: ir.Expr, kind: str) -> None:
        """It goes on where a constant is not so."""
        self._add(expr, kind, negated=True)

    def _add(self, expr: ir.Expr, kind: str, *, negated: bool) -> None:
        if self.folder.guards is not None and not isinstance(expr, ir.Const) and is_constant(expr):
            self.folder.guards.append(ir.Test(type=BOOL, arg=expr, kind=kind, negated=negated))
