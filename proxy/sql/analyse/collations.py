"""What every text in a statement is ordered by: Postgres' derivation of collations, over the finished tree.

A pass of its own, for a catalog or a statement in which a text is ordered otherwise than by bytes; the others need none, and their
trees say 0 everywhere. Refuses to know how the double orders. Facts: src/backend/parser/parse_collate.c, function by function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, TypeVar

from proxy.catalog.collations import DEFAULT
from proxy.catalog.model import Catalog
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.analyse.errors import CollationMismatch
from proxy.sql.analyse.indeterminate import COMPARISON, HASHING, indeterminate, require_determined
from proxy.sql.analyse.places import output_places
from proxy.sql.walking import NODES

Tree = TypeVar("Tree", bound=Any)
CHOOSE = "You can choose the collation by applying the COLLATE clause to one or both expressions."


class Strength(IntEnum):
    """How a collation came to be, the weakest first."""

    NONE = 0
    IMPLICIT = 1
    CONFLICT = 2
    EXPLICIT = 3


@dataclass(frozen=True, slots=True)
class State:
    """What is known of an expression; other: the one it is in conflict with. position: of what said so."""

    collation: int = 0
    strength: Strength = Strength.NONE
    other: int = 0
    position: int = -1

    @property
    def known(self) -> int:
        """The collation, 0 where it is not determined."""
        return 0 if self.strength is Strength.CONFLICT else self.collation


def collated(query: ir.Query, catalog: Catalog) -> ir.Query:
    """The tree with collations. Raises CollationMismatch and IndeterminateCollation as Postgres does."""
    return _Collator(catalog).query(query)[0]


class _Collator:
    """columns: (range table entry, column) -> collation; ctes: name -> those of its columns. conflicts: expressions in one."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.conflicts: list[tuple[ir.Expr, State]] = []
        self.columns: dict[tuple[int, str], int] = {}
        self.ctes: dict[str, list[int]] = {}

    # Queries

    def query(self, query: ir.Query) -> tuple[ir.Query, list[int]]:
        """A query and the collations of its columns."""
        found, states = self._query(query)
        return found, [state.known for state in states]

    def _query(self, query: ir.Query) -> tuple[ir.Query, list[State]]:
        """How those of a SELECT came to be, UNION and its kin ask."""
        query = replace(query, ctes=tuple(self._cte(cte) for cte in query.ctes))
        if isinstance(query, ir.Select):
            query = replace(query, sources=tuple(self._source(source) for source in query.sources))
            found = [self.expr(target.expr) for target in query.targets]
            outputs = [state for target, (_, state) in zip(query.targets, found) if not target.junk]
            targets = tuple(replace(target, expr=expr) for target, (expr, _) in zip(query.targets, found))
            query = self._apart_in(replace(query, targets=targets), "where", "group", "having", "distinct")
            self._require_grouped(query)
        elif isinstance(query, ir.SetOperation):
            query, outputs = self._set_operation(query)
        else:
            assert isinstance(query, ir.Values)
            rows = [[self.expr(value) for value in row] for row in query.rows]
            query = replace(query, rows=tuple(tuple(expr for expr, _ in row) for row in rows))
            columns = zip(*([state for _, state in row] for row in rows))
            outputs = [_implicit(merged(column, self._name).known) for column in columns]
        for (name, _, _), state in zip(query.columns, outputs):
            self.columns[-1, name] = state.known
        query = self._apart_in(query, "order", "limit", "offset")
        self._require_sorted((key.expr for key in query.order), COMPARISON)
        return query, outputs

    def _cte(self, cte: ir.Cte) -> ir.Cte:
        if cte.recursive and isinstance(cte.query, ir.SetOperation):
            self.ctes[cte.name] = self.query(cte.query.left)[1]
        first = self.ctes.get(cte.name, [])
        inner, outputs = self.query(cte.query)
        self._require_stable(cte, first, outputs)
        self.ctes[cte.name] = outputs
        return replace(cte, query=inner)

    def _require_stable(self, cte: ir.Cte, first: Sequence[int], outputs: Sequence[int]) -> None:
        """A recursive query's columns keep the collation that the first of its rows have."""
        for number, (before, after) in enumerate(zip(first, outputs), 1):
            if before != after:
                names = [self._name(one) if one else "(null)" for one in (before, after)]
                raise CollationMismatch(
                    f'recursive query "{cte.written}" column {number} has collation "{names[0]}" in non-recursive term but collation '
                    f'"{names[1]}" overall',
                    hint="Use the COLLATE clause to set the collation of the non-recursive term.",
                    position=output_places(cte.query)[number - 1],
                )

    def _set_operation(self, query: ir.SetOperation) -> tuple[ir.SetOperation, list[State]]:
        (left, lefts), (right, rights) = self._query(query.left), self._query(query.right)
        lenient = query.op == "union" and query.all
        outputs = []
        for pair in zip(lefts, rights):
            state = merged(pair, self._name)
            if state.strength is Strength.CONFLICT and not lenient:
                raise self._mismatch(state)
            outputs.append(_implicit(state.known))
        if not lenient and any(
            not one.known and self._of_type(oid) for one, (_, oid, _) in zip(outputs, query.columns)
        ):
            raise indeterminate(HASHING)
        return replace(query, left=left, right=right), outputs

    def _source(self, source: ir.FromItem) -> ir.FromItem:
        if isinstance(source, ir.JoinRef):
            source = replace(source, left=self._source(source.left), right=self._source(source.right))
            return self._apart_in(source, "on")
        if isinstance(source, ir.RelationRef):
            for column in self.catalog.whole.relations[source.relation].columns:
                self.columns[source.rte, f"c{column.attnum}"] = column.collation
            return source
        if isinstance(source, ir.SubqueryRef):
            inner, outputs = self.query(source.query)
            self._expose(source.rte, source.query.columns, outputs)
            return replace(source, query=inner)
        if isinstance(source, ir.CteRef):
            self._expose(source.rte, source.columns, self.ctes[source.cte])
            return source
        call, state = self.expr(source.call)
        outputs = [self._of_type(oid) for _, oid, _ in source.columns]
        self._expose(source.rte, source.columns, [state.known] if len(outputs) == 1 and state.known else outputs)
        return replace(source, call=call)

    def _expose(self, rte: int, columns: Iterable[tuple[str, int, int]], outputs: Iterable[int]) -> None:
        for (name, _, _), collation in zip(columns, outputs):
            self.columns[rte, name] = collation

    # Expressions

    def apart(self, value: Tree) -> Tree:
        """Whatever a field holds, each expression in it by itself."""
        if isinstance(value, ir.Expr):
            return self.expr(value)[0]  # type: ignore[return-value]  # an Expr for an Expr
        if isinstance(value, tuple):
            return tuple(self.apart(item) for item in value)  # type: ignore[return-value]  # a tuple for a tuple
        return self._apart_in(value, *value.__dataclass_fields__) if isinstance(value, NODES) else value

    def _apart_in(self, node: Tree, *fields: str) -> Tree:
        changed: Tree = replace(node, **{name: self.apart(getattr(node, name)) for name in fields})
        return changed

    def expr(self, expr: ir.Expr) -> tuple[ir.Expr, State]:
        """An expression with its collation, and how that came to be."""
        handler = _HANDLERS.get(type(expr))
        if handler is not None:
            found, state = handler(self, expr)
        else:
            merging = _MERGED.get(type(expr), ())
            found, state = self._merge(expr, merging)
            state = self._result(found, state)
        found = replace(found, collation=state.known)
        if state.strength is Strength.CONFLICT:
            self.conflicts.append((found, state))
        return found, state

    def _merge(self, expr: Tree, merging: tuple[str, ...]) -> tuple[Tree, State]:
        """The fields named contribute their collations, the others are by themselves."""
        states: list[State] = []

        def visit(value: Any) -> Any:
            if isinstance(value, tuple):
                return tuple(visit(item) for item in value)
            if not isinstance(value, ir.Expr):
                return value
            found, state = self.expr(value)
            states.append(state)
            return found

        names = [name for name in expr.__dataclass_fields__ if name not in ("type", "typmod", "position", "collation")]
        changed = {
            name: visit(getattr(expr, name)) if name in merging else self.apart(getattr(expr, name)) for name in names
        }
        state = merged(states, self._name)
        if "input_collation" in names:
            changed["input_collation"] = state.known
            self._require(state.known, expr)
        found: Tree = replace(expr, **changed)
        given = [one for name in merging for one in _items(getattr(found, name))]
        if not state.known and any(self._of_type(one.type) for one in given):
            self._require_determined(found)
        return found, state

    def _require_determined(self, expr: ir.Expr) -> None:
        """A function that asks for the collation of its arguments, which they have not."""
        if isinstance(expr, ir.Coalesce) and expr.kind != "coalesce":
            raise indeterminate(COMPARISON)
        if isinstance(expr, ir.Call | ir.Aggregate | ir.ArrayOp):
            require_determined(expr.proc, self.catalog)

    def _result(self, expr: ir.Expr, state: State) -> State:
        """Of a node over arguments: theirs, or its type's own."""
        own = self._of_type(expr.type)
        if not own:
            return State()
        return state if state.strength is not Strength.NONE else _implicit(own, expr.position)

    def leaf(self, expr: ir.Expr) -> tuple[ir.Expr, State]:
        """A constant, a parameter or a field."""
        return expr, _implicit(self._of_type(expr.type), expr.position)

    def column(self, expr: ir.ColumnRef) -> tuple[ir.Expr, State]:
        """A column."""
        return expr, _implicit(self.columns.get((expr.rte, expr.column), self._of_type(expr.type)), expr.position)

    def field(self, expr: ir.FieldSelect) -> tuple[ir.Expr, State]:
        """A field of a row, whose own collation does not matter."""
        return self.leaf(self._apart_in(expr, "arg"))

    def collate(self, expr: ir.Collate) -> tuple[ir.Expr, State]:
        """COLLATE."""
        oid = next((oid for oid, name in self.catalog.collations.items() if name == expr.name), DEFAULT)
        return self._apart_in(expr, "arg"), State(oid, Strength.EXPLICIT, position=expr.written)

    def cast(self, expr: ir.Cast) -> tuple[ir.Expr, State]:
        """A cast: its argument's, unless it is to a domain with a collation of its own."""
        found, state = self._merge(expr, ("arg",))
        own = self._of_type(expr.type)
        if own not in (0, DEFAULT) and self.catalog.types[expr.type].kind == "d":
            return found, _implicit(own, expr.position)
        return found, self._result(found, state)

    def case(self, expr: ir.Case) -> tuple[ir.Expr, State]:
        """CASE: its results'; the conditions are by themselves."""
        results = [self.expr(then) for _, then in expr.whens]
        default = self.expr(expr.default) if expr.default is not None else None
        whens = tuple((self.apart(when), then) for (when, _), (then, _) in zip(expr.whens, results))
        state = merged([one for _, one in (*results, *([default] if default else []))], self._name)
        found = replace(expr, whens=whens, default=default[0] if default else None)
        return found, self._result(found, state)

    def whole_row(self, expr: ir.WholeRow) -> tuple[ir.Expr, State]:
        """A row: its columns have theirs."""
        return self._apart_in(expr, "columns"), State()

    def window(self, expr: ir.Window) -> tuple[ir.Expr, State]:
        """A call over a window."""
        call, state = self.expr(expr.call)
        assert isinstance(call, ir.Call | ir.Aggregate)
        found = self._apart_in(replace(expr, call=call), "partition", "order", "start", "end")
        self._require_sorted((*found.partition, *(key.expr for key in found.order)), COMPARISON)
        return found, state

    def aggregate(self, expr: ir.Aggregate) -> tuple[ir.Expr, State]:
        """An aggregate: what its arguments are sorted by is by itself."""
        found, state = self._merge(expr, ("args", "direct"))
        self._require_sorted((*(found.args if found.distinct else ()), *(key.expr for key in found.order)), COMPARISON)
        return found, self._result(found, state)

    def sublink(self, expr: ir.Sublink) -> tuple[ir.Expr, State]:
        """A subquery as a value, or compared column by column."""
        inner, outputs = self.query(expr.query)
        lefts = [self.expr(left) for left in expr.left]
        states = [merged([state, _implicit(output)], self._name) for (_, state), output in zip(lefts, outputs)]
        for state, (left, _) in zip(states, lefts):
            self._require(state.known, expr)
            if not state.known and self._of_type(left.type):
                hashed = expr.kind == "any" and expr.operators[0][0].name == "="
                raise indeterminate(HASHING if hashed else COMPARISON)
        found = replace(
            expr,
            query=inner,
            left=tuple(left for left, _ in lefts),
            input_collations=tuple(one.known for one in states),
        )
        if expr.kind in ("scalar", "array") and self._of_type(expr.type):
            return found, _implicit(outputs[0], expr.position)
        return found, State()

    # What is refused

    def _require_sorted(self, exprs: Iterable[ir.Expr], purpose: str) -> None:
        """What rows are ordered or grouped by has a collation to do so."""
        for expr in exprs:
            self._require(expr.collation, expr)
            if self._is_undetermined(expr):
                conflict = next((state for one, state in self.conflicts if one == expr), None)
                raise indeterminate(purpose) if conflict is None else self._mismatch(conflict)

    def _is_undetermined(self, expr: ir.Expr) -> bool:
        return not expr.collation and bool(self._of_type(expr.type))

    def _require_grouped(self, query: ir.Select) -> None:
        visible = [target.expr for target in query.targets if not target.junk]
        grouped = [*(query.group or ()), *(visible if query.distinct == () else query.distinct or ())]
        self._require_sorted((one for item in grouped for one in _items(item)), HASHING)

    def _require(self, collation: int, expr: ir.Expr) -> None:
        """Texts that are equal though their bytes are not: nothing of the double compares so."""
        found = self.catalog.ordered_by.get(collation)
        if found is not None and not found.deterministic:
            raise FeatureNotSupported(
                f'the nondeterministic collation "{found.name}" is not supported by the double',
                hint='Use COLLATE "C".',
                position=expr.position if expr.position >= 0 else None,
            )

    def _of_type(self, oid: int) -> int:
        row = self.catalog.types.get(oid)
        return row.collation if row is not None else 0

    def _name(self, oid: int) -> str:
        return self.catalog.collations.get(oid, "default")

    def _mismatch(self, state: State) -> CollationMismatch:
        names = f'"{self._name(state.collation)}" and "{self._name(state.other)}"'
        position = state.position if state.position >= 0 else None
        return CollationMismatch(
            f"collation mismatch between implicit collations {names}", hint=CHOOSE, position=position
        )


def _implicit(collation: int, position: int = -1) -> State:
    return State(collation, Strength.IMPLICIT if collation else Strength.NONE, position=position)


def merged(states: Iterable[State], name: Callable[[int], str]) -> State:
    """merge_collation_state, over all of them. name: of a collation, for the error."""
    found = State()
    for state in states:
        if state.strength > found.strength:
            found = state
        elif state.strength is Strength.IMPLICIT is found.strength and state.collation != found.collation:
            if found.collation == DEFAULT:
                found = state
            elif state.collation != DEFAULT:
                found = State(found.collation, Strength.CONFLICT, state.collation, state.position)
        elif state.strength is Strength.EXPLICIT is found.strength and state.collation != found.collation:
            raise CollationMismatch(
                f'collation mismatch between explicit collations "{name(found.collation)}" and "{name(state.collation)}"',
                position=state.position if state.position >= 0 else None,
            )
    return found


def _items(item: object) -> Iterator[ir.Expr]:
    """The expressions of an item of GROUP BY."""
    if isinstance(item, ir.Expr):
        yield item
    elif isinstance(item, ir.GroupingSet | tuple):
        for one in item.items if isinstance(item, ir.GroupingSet) else item:
            yield from _items(one)


# Which fields of a node give it its collation; the others are by themselves.
_MERGED: dict[type, tuple[str, ...]] = {
    ir.Call: ("args",), ir.Bool: (), ir.Test: (), ir.Distinct: (), ir.Coalesce: ("args",),
    ir.ArrayOp: ("left", "array"), ir.ArrayLiteral: ("elements",), ir.RowLiteral: (), ir.Subscript: ("arg",), ir.Grouping: (),
    ir.NullIf: ("left",),
}  # fmt: skip
_HANDLERS: dict[type, Callable[[_Collator, Any], tuple[ir.Expr, State]]] = {
    ir.Const: _Collator.leaf, ir.Param: _Collator.leaf, ir.ColumnRef: _Collator.column, ir.FieldSelect: _Collator.field,
    ir.Collate: _Collator.collate, ir.Cast: _Collator.cast, ir.WholeRow: _Collator.whole_row, ir.Window: _Collator.window,
    ir.Sublink: _Collator.sublink, ir.Case: _Collator.case, ir.Aggregate: _Collator.aggregate,
}  # fmt: skip
