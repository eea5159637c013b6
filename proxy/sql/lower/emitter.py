"""Typed expressions → DuckDB SQL: one function a kind of node, found by a table.

Calls go through `calls.py`, casts through `casts.py`, queries through `queries.py`. What has no row is refused with 0A000. Refuses
to know names of the client; columns are c<attnum> of r<rte>.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from proxy.catalog.model import Catalog
from proxy.pgtypes import engine_value
from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.lower.env import LowerEnv
from proxy.sql.lower.value import Sql, as_decimal, cast, common, decimal_type, numeric_text, quote, unified
from proxy.sql.parse import FeatureNotSupported
from synth.release.storage import numeric_storage, storage_type

JSONB, JSON = 3802, 114


@dataclass
class Emitter:
    """One statement being lowered. shapes: (rte, column) -> DECIMAL of a derived numeric column, None for text."""

    catalog: Catalog
    env: LowerEnv
    shapes: dict[tuple[int, str], tuple[int, int] | None] = field(default_factory=dict)
    cte_shapes: dict[str, tuple[tuple[int, int] | None, ...]] = field(default_factory=dict)
    fresh: int = 0
    settings: list[tuple[str, str, bool]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)  # parameters that the SQL mentions
    grouped: dict[ir.Expr, Sql] = field(default_factory=dict)  # expressions that stand for their group here

    # Types

    def base(self, oid: int) -> int:
        """The type below every domain."""
        return self.catalog.base_type(oid).oid

    def element(self, oid: int) -> int:
        """Base element type of an array, else 0; vectors count."""
        row = self.catalog.base_type(oid)
        if row.oid in (t.INT2VECTOR, t.OIDVECTOR):
            return row.element
        return self.base(row.element) if row.is_true_array else 0

    def storage(self, oid: int) -> str:
        """DuckDB type of a value; a numeric is text here."""
        row = self.catalog.base_type(oid)
        element = self.base(row.element) if row.is_true_array and row.oid not in (t.INT2VECTOR, t.OIDVECTOR) else 0
        return storage_type(row.oid, -1, element)

    def is_numeric(self, oid: int) -> bool:
        """numeric or a domain over it."""
        return self.base(oid) == t.NUMERIC

    def enum_labels(self, oid: int) -> str:
        """The labels of an enum in order, as a DuckDB list."""
        return "[" + ", ".join(quote(label) for label in self.catalog.base_type(oid).enum_labels) + "]"

    def path(self) -> str:
        """The search path as namespace OIDs, for functions that print names."""
        known = self.catalog.namespace_by_name
        return quote(",".join(str(known[name]) for name in self.env.search_path if name in known))

    def unsupported(self, what: str, position: int = -1) -> FeatureNotSupported:
        """The refusal of something the double has not."""
        return FeatureNotSupported(
            f"{what} is not supported by the double", position=position if position >= 0 else None,
            hint="Write it in another way, or ask for it to be added.",
        )  # fmt: skip

    def variable(self) -> str:
        """A lambda parameter no other part uses."""
        self.fresh += 1
        return f"e{self.fresh}"

    # Expressions

    def expr(self, node: ir.Expr) -> Sql:
        """The SQL of an expression."""
        if self.grouped and node in self.grouped:
            return self.grouped[node]
        emit = _EMITTERS.get(type(node))
        if emit is None:
            raise self.unsupported(type(node).__name__.lower(), node.position)
        return emit(self, node)

    def text(self, node: ir.Expr) -> str:
        """The SQL of an expression in the storage of its type; a numeric as text."""
        value = self.expr(node)
        return numeric_text(value) if self.is_numeric(node.type) else value.text

    def values(self, nodes: Sequence[ir.Expr]) -> list[Sql]:
        """Several."""
        return [self.expr(node) for node in nodes]

    def sort_text(self, node: ir.Expr) -> str:
        """SQL that sorts as Postgres sorts the values."""
        return self.key(self.expr(node), node.type, node.position)

    def key(self, value: Sql, oid: int, position: int = -1) -> str:
        """SQL that DuckDB's =, <, GROUP BY and ORDER BY treat as Postgres treats the value."""
        row = self.catalog.base_type(oid)
        if row.oid == t.NUMERIC:
            return value.text if value.decimal is not None else f"pgd_num_sort_key({value.text})"
        if row.kind == "e":
            return f"list_position({self.enum_labels(oid)}, {value.text})"
        if row.oid == t.BPCHAR:
            return f"rtrim({value.text}, ' ')"
        if row.oid == JSON or (row.category in "GIRUX" and row.oid not in (t.UNKNOWN, JSONB, t.OID, 2950, t.BYTEA)):
            raise self.unsupported(f"comparing values of type {row.name}", position)
        return value.text

    def _const(self, node: ir.Const) -> Sql:
        base = self.base(node.type)
        if node.value is None:
            return Sql(cast("NULL", self.storage(base)), literal=None)
        if base == t.NUMERIC:
            return numeric_literal(node.value)
        if self.element(base) and self.catalog.types[base].is_true_array or base in (t.INT2VECTOR, t.OIDVECTOR):
            return Sql(self._array_const(node, base))
        if base == t.BYTEA:
            data = engine_value(base, node.value, self.catalog)
            assert isinstance(data, bytes)
            return Sql(f"unhex('{data.hex()}')")
        value = engine_value(base, node.value, self.catalog)
        assert isinstance(value, str)
        kind = self.storage(base)
        if kind in ("INTEGER", "BIGINT", "SMALLINT") and value.lstrip("-").isdigit():
            return Sql(cast(value, kind), literal=node.value)
        return Sql(cast(quote(value), kind), literal=node.value)

    def _array_const(self, node: ir.Const, base: int) -> str:
        assert node.value is not None
        value = engine_value(base, node.value, self.catalog)
        return cast(self._list(value), self.storage(base))

    def _list(self, value: object) -> str:
        if isinstance(value, list | tuple):
            return "[" + ", ".join(self._list(item) for item in value) + "]"
        return "NULL" if value is None else quote(str(value))

    def _param(self, node: ir.Param) -> Sql:
        base = self.base(node.type)
        self.used.add(node.index)
        if base == t.NUMERIC:
            return Sql(f"CAST(${node.index} AS VARCHAR)")
        return Sql(cast(f"${node.index}", self.storage(base)))

    def _column(self, node: ir.ColumnRef) -> Sql:
        text = f"r{node.rte}.{node.column}" if node.rte >= 0 else node.column
        if not self.is_numeric(node.type):
            return Sql(text)
        return Sql(text, self.shapes.get((node.rte, node.column)))

    def _bool(self, node: ir.Bool) -> Sql:
        parts = [self.text(arg) for arg in node.args]
        if node.op == "not":
            return Sql(f"(NOT {parts[0]})")
        return Sql("(" + f" {node.op.upper()} ".join(parts) + ")")

    def _test(self, node: ir.Test) -> Sql:
        word = "NOT " if node.negated else ""
        if isinstance(node.arg, ir.RowLiteral | ir.WholeRow) and node.kind == "null":
            elements = node.arg.elements if isinstance(node.arg, ir.RowLiteral) else node.arg.columns
            return Sql("(" + " AND ".join(f"{self.text(one)} IS {word}NULL" for one in elements) + ")")
        inner = self.text(node.arg)
        if node.kind in ("null", "unknown"):
            return Sql(f"({inner} IS {word}NULL)")
        return Sql(f"({inner} IS {'' if node.negated else 'NOT '}DISTINCT FROM {node.kind})")

    def _case(self, node: ir.Case) -> Sql:
        results = [result for _, result in node.whens] + ([node.default] if node.default is not None else [])
        texts, shape = self.alternatives(results)
        parts = [f"WHEN {self.text(condition)} THEN {text}" for (condition, _), text in zip(node.whens, texts)]
        tail = f" ELSE {texts[-1]}" if node.default is not None else ""
        return Sql(f"CASE {' '.join(parts)}{tail} END", shape)

    def alternatives(self, nodes: Sequence[ir.Expr]) -> tuple[list[str], tuple[int, int] | None]:
        """Expressions of which one will be the value: in one representation."""
        values = self.values(nodes)
        if self.is_numeric(nodes[0].type):
            known = [
                value for value, node in zip(values, nodes) if not (isinstance(node, ir.Const) and node.value is None)
            ]
            shape = unified(known)[1] if known else None
            texts = [
                as_decimal(value, shape) if shape is not None and value in known
                else cast("NULL", decimal_type(shape) if shape else "VARCHAR") if value not in known
                else numeric_text(value)
                for value in values
            ]  # fmt: skip
            return texts, shape
        return [value.text for value in values], None

    def _coalesce(self, node: ir.Coalesce) -> Sql:
        texts, shape = self.alternatives(node.args)
        if node.kind == "coalesce":
            return Sql(f"coalesce({', '.join(texts)})", shape)
        if self.is_numeric(node.type) and shape is None:
            values = self.values(node.args)
            if (wide := common(values)) is None or len({value.decimal and value.decimal[1] for value in values}) > 1:
                return self._extreme(node, texts)
            return Sql(f"{node.kind}({', '.join(as_decimal(value, wide) for value in values)})", wide)
        if self.catalog.base_type(node.type).kind == "e":
            return self._extreme(node, texts)
        return Sql(f"{node.kind}({', '.join(texts)})", shape)

    def _extreme(self, node: ir.Coalesce, texts: Sequence[str]) -> Sql:
        """GREATEST and LEAST of values that DuckDB does not order itself: the one with the extreme key."""
        best = "max" if node.kind == "greatest" else "min"
        name = self.variable()
        key = self.key(Sql(name), node.type)
        items = f"list_filter([{', '.join(texts)}], lambda {name}: {name} IS NOT NULL)"
        keys = f"list_transform({items}, lambda {name}: {key})"
        return Sql(f"list_extract({items}, list_position({keys}, list_{best}({keys})))")

    def _nullif(self, node: ir.NullIf) -> Sql:
        value = self.expr(node.left)
        return Sql(f"CASE WHEN {self.text(node.call)} THEN NULL ELSE {value.text} END", value.decimal)

    def _distinct(self, node: ir.Distinct) -> Sql:
        left, right = node.call.args
        a, b = self.comparable(self.expr(left), left.type, self.expr(right), right.type, node.position)
        return Sql(f"({a} IS {'NOT ' if node.negated else ''}DISTINCT FROM {b})")

    def comparable(self, left: Sql, left_type: int, right: Sql, right_type: int, position: int = -1) -> tuple[str, str]:
        """Both sides so that DuckDB's comparison is Postgres'."""
        if self.is_numeric(left_type) and self.is_numeric(right_type):
            shape = common([left, right])
            if shape is not None:
                return as_decimal(left, shape), as_decimal(right, shape)
            return f"pgd_num_sort_key({numeric_text(left)})", f"pgd_num_sort_key({numeric_text(right)})"
        if self.catalog.base_type(left_type).kind == "c" or self.base(left_type) == t.RECORD:
            return left.text, right.text
        return self.key(left, left_type, position), self.key(right, right_type, position)

    def _row(self, node: ir.RowLiteral | ir.WholeRow) -> Sql:
        elements = node.elements if isinstance(node, ir.RowLiteral) else node.columns
        return Sql(f"row({', '.join(self.sort_text(one) for one in elements)})")

    def _array_literal(self, node: ir.ArrayLiteral) -> Sql:
        texts = [self.text(element) for element in node.elements]
        nested = any(self.element(element.type) for element in node.elements)
        kind = self.storage(node.type) + ("[]" if nested else "")
        return Sql(cast(f"[{', '.join(texts)}]", kind))

    def _subscript(self, node: ir.Subscript) -> Sql:
        inner = self.text(node.arg)
        zero_based = self.base(node.arg.type) in (t.INT2VECTOR, t.OIDVECTOR)
        if node.is_slice:
            low = self.text(node.lower) if node.lower else "1"
            high = self.text(node.upper) if node.upper else f"len({inner})"
            return Sql(
                f"CASE WHEN {high} < 1 THEN list_slice({inner}, 2, 1) ELSE list_slice({inner}, greatest({low}, 1), {high}) END"
            )
        assert node.index is not None
        index = f"({self.text(node.index)} + 1)" if zero_based else self.text(node.index)
        return Sql(f"CASE WHEN {index} > 0 THEN list_extract({inner}, {index}) END")

    def _array_op(self, node: ir.ArrayOp) -> Sql:
        from proxy.sql.lower.calls import emit_call

        name = node.operator.name
        plain = name == "=" and not node.use_all or name == "<>" and node.use_all
        if isinstance(node.array, ir.ArrayLiteral):
            parts = [
                emit_call(
                    self,
                    node.proc,
                    [self.expr(node.left), self.expr(one)],
                    [node.left.type, one.type],
                    16,
                    node.position,
                ).text
                for one in node.array.elements
            ]
            if not parts:
                return Sql("true" if node.use_all else "false")
            return Sql("(" + (" AND " if node.use_all else " OR ").join(parts) + ")")
        element = self.element(node.array.type)
        variable = self.variable()
        array = self.text(node.array)
        if plain and self.is_native(node.left.type) and self.is_native(element):
            test = f"list_transform({array}, lambda {variable}: {variable} {name} {self.text(node.left)})"
        else:
            call = emit_call(
                self, node.proc, [self.expr(node.left), Sql(variable)], [node.left.type, element], 16, node.position
            )
            test = f"list_transform({array}, lambda {variable}: {call.text})"
        return Sql(f"pgd_{'all' if node.use_all else 'any'}({test})")

    def is_native(self, oid: int) -> bool:
        """DuckDB compares the stored value as Postgres does."""
        row = self.catalog.base_type(oid)
        return row.kind == "b" and row.oid not in (t.NUMERIC, t.BPCHAR, JSON)

    def _collate(self, node: ir.Collate) -> Sql:
        if node.collation not in ("default", "C", "POSIX", "C.UTF-8", "C.utf8", "ucs_basic", "pg_c_utf8"):
            raise self.unsupported(f'collation "{node.collation}"', node.position)
        return self.expr(node.arg)

    def _sublink(self, node: ir.Sublink) -> Sql:
        from proxy.sql.lower.queries import emit_query

        query, shapes = emit_query(self, node.query)
        if node.kind == "exists":
            return Sql(f"EXISTS ({query})")
        if node.kind == "scalar":
            return Sql(f"({query})", shapes[0])
        if node.kind == "array":
            if self.is_numeric(node.query.columns[0][1]):
                query = f"SELECT CAST(c1 AS VARCHAR) FROM ({query}) s"
            return Sql(f"coalesce(ARRAY({query}), [])")
        return self._quantified(node, query, shapes)

    def _quantified(self, node: ir.Sublink, query: str, shapes: Sequence[tuple[int, int] | None]) -> Sql:
        names = [operator.name for operator, _ in node.operators]
        lefts, rights = [], []
        for expr, (output, oid, _), shape in zip(node.left, node.query.columns, shapes):
            left, right = self.comparable(self.expr(expr), expr.type, Sql(f"s.{output}", shape), oid, node.position)
            lefts.append(left)
            rights.append(right)
        inner = f"SELECT {', '.join(rights)} FROM ({query}) s"
        left = lefts[0]
        if len(lefts) > 1:
            left, inner = f"row({', '.join(lefts)})", f"SELECT row({', '.join(rights)}) FROM ({query}) s"
        if names[0] == "=" and node.kind == "any":
            return Sql(f"({left} IN ({inner}))")
        if names[0] == "<>" and node.kind == "all":
            return Sql(f"({left} NOT IN ({inner}))")
        if names[0] not in ("=", "<>", "<", "<=", ">", ">="):
            raise self.unsupported(f"operator {names[0]} {node.kind.upper()} (subquery)", node.position)
        return Sql(f"({left} {names[0]} {node.kind.upper()} ({inner}))")

    def _grouping(self, node: ir.Grouping) -> Sql:
        return Sql(cast(f"grouping({', '.join(self.expr(arg).text for arg in node.args)})", "INTEGER"))


def numeric_literal(text: str) -> Sql:
    """A numeric constant: DECIMAL where it fits, else text."""
    digits = text.lstrip("-").replace(".", "")
    if not digits.isdigit():
        return Sql(cast(quote(text), "VARCHAR"), literal=text)
    _, _, fraction = text.partition(".")
    whole = len(digits) - len(fraction)
    shape = (max(whole + len(fraction), 1), len(fraction))
    if shape[0] > 38:
        return Sql(cast(quote(text), "VARCHAR"), literal=text)
    return Sql(cast(quote(text), decimal_type(shape)), shape, text)


def relation_shape(storage: str) -> tuple[int, int] | None:
    """(p, s) of a stored DECIMAL column; None for one stored as text."""
    if not storage.startswith("DECIMAL"):
        return None
    precision, scale = storage.removeprefix("DECIMAL(").rstrip(")").split(",")
    return int(precision), int(scale)


def typmod_shape(typmod: int) -> tuple[int, int] | None:
    """(p, s) of numeric(p,s) where DuckDB can hold it."""
    return relation_shape(numeric_storage(typmod))


def _window(emitter: Emitter, node: ir.Window) -> Sql:
    from proxy.sql.lower.aggregates import emit_window

    return emit_window(emitter, node)


def _aggregate(emitter: Emitter, node: ir.Aggregate) -> Sql:
    from proxy.sql.lower.aggregates import emit_aggregate

    return emit_aggregate(emitter, node)


def _call(emitter: Emitter, node: ir.Call) -> Sql:
    from proxy.sql.lower.calls import emit_call_node

    return emit_call_node(emitter, node)


def _cast(emitter: Emitter, node: ir.Cast) -> Sql:
    from proxy.sql.lower.casts import emit_cast

    return emit_cast(emitter, node)


_EMITTERS: dict[type, Callable[..., Sql]] = {
    ir.Const: Emitter._const, ir.Param: Emitter._param, ir.ColumnRef: Emitter._column, ir.Bool: Emitter._bool,
    ir.Test: Emitter._test, ir.Case: Emitter._case, ir.Coalesce: Emitter._coalesce, ir.NullIf: Emitter._nullif,
    ir.Distinct: Emitter._distinct, ir.RowLiteral: Emitter._row, ir.WholeRow: Emitter._row,
    ir.ArrayLiteral: Emitter._array_literal, ir.Subscript: Emitter._subscript, ir.ArrayOp: Emitter._array_op,
    ir.Collate: Emitter._collate, ir.Sublink: Emitter._sublink, ir.Grouping: Emitter._grouping, ir.Window: _window,
    ir.Aggregate: _aggregate, ir.Call: _call, ir.Cast: _cast,
}  # fmt: skip
