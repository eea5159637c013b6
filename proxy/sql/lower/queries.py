"""SELECT and WITH as DuckDB SQL.

Says how each output column is represented, so that the query around knows. FROM is `sources.py`'s; refuses to know expressions. Facts:
DuckDB's clauses mean what Postgres' do once NULLs are ordered explicitly; DISTINCT, GROUP BY and set operations
compare by bytes, hence keys where a type's equality differs.
"""

from __future__ import annotations

from collections.abc import Sequence

from proxy.catalog.versions import Since
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.arrays import has_null_flag, with_null_flag
from proxy.sql.lower.combining import Outputs, set_operation, values
from proxy.sql.lower.comparisons import constant_key, group_key, is_identity, is_sorted_as_is, sort_item
from proxy.sql.lower.datetimes import interval_struct
from proxy.sql.lower.expressions import lower_expression
from proxy.sql.lower.projecting import sets_after_order
from proxy.sql.lower.scope import FOUND, Scope
from proxy.sql.lower.sources import founds, sources_sql
from proxy.sql.lower.texts import row_text
from proxy.sql.lower.values import Lowered, fail, number_text, quote_literal, quote_name, unfixed
from proxy.sql.walking import walk

_VARYING = (ir.ColumnRef, ir.Aggregate, ir.Sublink, ir.Grouping, ir.Window)
INT2, INT4, INT8, INTERVAL = 21, 23, 20, 1186


class NegativeLimit(FeatureNotSupported):
    """invalid_row_count_in_limit_clause."""

    sqlstate = "2201W"


class NegativeOffset(FeatureNotSupported):
    """invalid_row_count_in_result_offset_clause."""

    sqlstate = "2201X"


class Lowerer:
    """Lowers one statement. grouped: what replaces an expression of GROUP BY whose key is not its value."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.grouped: list[tuple[ir.Expr, Lowered]] = []
        self._grouping = False
        self._shown_query: ir.Query | None = None

    def expr(self, expr: ir.Expr) -> Lowered:
        """An expression. An aggregate's arguments are of the rows before grouping."""
        if isinstance(expr, ir.Aggregate):
            return self.raw(expr)
        return self._as_grouped(expr) or lower_expression(self, expr)

    def _as_grouped(self, expr: ir.Expr, *, whole: bool = False) -> Lowered | None:
        """What stands for an expression of GROUP BY. A constant does only as a whole column: inside an expression it is itself."""
        if isinstance(expr, ir.Const) and not whole:
            return None
        return next((value for grouped, value in self.grouped if grouped == expr), None)

    def raw(self, expr: ir.Expr) -> Lowered:
        """An expression as it is before grouping: of GROUP BY, or an aggregate."""
        saved, self.grouped = self.grouped, []
        try:
            return lower_expression(self, expr)
        finally:
            self.grouped = saved

    def is_grouped(self) -> bool:
        """Whether the query being lowered groups its rows."""
        return self._grouping

    def query(self, query: ir.Query) -> tuple[str, Outputs]:
        """A query without parentheses, and its output columns."""
        query = sets_after_order(query)
        saved, self.grouped = self.grouped, []
        grouping, self._grouping = self._grouping, isinstance(query, ir.Select) and query.group is not None
        try:
            ctes = [self._cte(cte) for cte in query.ctes]
            if isinstance(query, ir.Select):
                sql, outputs = self._select(query)
            elif isinstance(query, ir.SetOperation):
                sql, outputs = set_operation(self, query)
            else:
                assert isinstance(query, ir.Values)
                sql, outputs = values(self, query)
        finally:
            self.grouped, self._grouping = saved, grouping
        if not ctes:
            return sql, outputs
        recursive = "RECURSIVE " if any(cte.recursive for cte in query.ctes) else ""
        return f"WITH {recursive}{', '.join(ctes)} {sql}", outputs

    def top(self, query: ir.Query, *, for_client: bool = False) -> tuple[str, Outputs]:
        """The statement: its columns in the form in which they leave the engine."""
        self._shown_query = query if for_client else None
        sql, outputs = self.query(query)
        if all(self.scope.base(oid).oid != INTERVAL for _, oid, _ in query.columns):
            return sql, outputs
        shown = []
        for name, oid, _ in query.columns:
            column = f"q.{quote_name(name)}"
            shown.append(
                f"{interval_struct(column) if self.scope.base(oid).oid == INTERVAL else column} AS {quote_name(name)}"
            )
        return f"SELECT {', '.join(shown)} FROM ({sql}) AS q", outputs

    # WITH

    def _cte(self, cte: ir.Cte) -> str:
        if cte.recursive:
            return self._recursive_cte(cte)
        sql, outputs = self.query(cte.query)
        self.scope.ctes[cte.name] = outputs
        how = {True: "MATERIALIZED ", False: "NOT MATERIALIZED ", None: ""}[cte.materialized]
        return f"{quote_name(cte.name)} AS {how}({sql})"

    def _recursive_cte(self, cte: ir.Cte) -> str:
        """Both branches in one representation: numerics as text."""
        operation = cte.query
        assert isinstance(operation, ir.SetOperation)
        numeric = [self.scope.is_numeric(oid) for _, oid, _ in cte.columns]
        if any(numeric) and not operation.all:
            raise FeatureNotSupported(
                "a recursive UNION over numeric is not supported by the double", hint="Use UNION ALL."
            )
        self.scope.ctes[cte.name] = tuple(Lowered("") for _ in cte.columns)
        left, right = (self.as_text(side, *self.query(side)) for side in (operation.left, operation.right))
        names = ", ".join(quote_name(name) for name, _, _ in cte.columns)
        inner = [self._cte(one) for one in operation.ctes]
        prefix = f"WITH {', '.join(inner)} " if inner else ""
        return f"{quote_name(cte.name)}({names}) AS ({prefix}({left}) UNION {'ALL ' if operation.all else ''}({right}))"

    def as_text(self, query: ir.Query, sql: str, outputs: Outputs) -> str:
        """A lowered query with every numeric column as text."""
        if not any(output.fixed for output in outputs):
            return sql
        return f"SELECT {', '.join(self._text_columns(query, outputs, 'q'))} FROM ({sql}) AS q"

    def _text_columns(self, query: ir.Query, outputs: Outputs, alias: str) -> list[str]:
        shown = []
        for (name, _, _), output in zip(query.columns, outputs):
            column = Lowered(f"{alias}.{quote_name(name)}", simple=True, fixed=output.fixed)
            shown.append(f"{number_text(column).sql} AS {quote_name(name)}")
        return shown

    # SELECT

    def _select(self, query: ir.Select) -> tuple[str, Outputs]:
        sources = sources_sql(self, query.sources)
        where = self.expr(query.where).sql if query.where is not None else ""
        group = self._group(query.group) if query.group is not None else ""
        if group:
            self.grouped += [
                (found, Lowered(f"any_value({self.raw(found).sql})")) for found in founds(self.scope, query.sources)
            ]
        self._require_sorted_constants(query)
        having = self.expr(query.having).sql if query.having is not None else ""
        visible = [target for target in query.targets if not target.junk]
        values = [unfixed(self.output(target.expr)) for target in visible]
        if query is self._shown_query and query.distinct is None and query.group is None and not query.with_ties:
            values = [with_null_flag(self, target.expr, value) for value, target in zip(values, visible)]
        clauses = [f"FROM {sources}"] if sources else []
        clauses += [f"WHERE {where}"] if where else []
        clauses += [f"GROUP BY {group}"] if group else []
        clauses += [f"HAVING {having}"] if having else []
        names = [name for name, _, _ in query.columns]
        shown = [f"{value.sql} AS {quote_name(name)}" for value, name in zip(values, names)]
        outputs = tuple(values)
        if query.with_ties:
            return self._with_ties(query, shown, clauses, names), outputs
        if query.distinct == ():
            return self._plain_distinct(query, visible, values, shown, clauses), outputs
        head = ""
        if query.distinct:
            head = f"DISTINCT ON ({', '.join(self._group_key(expr) for expr in query.distinct)}) "
        order = self._order(query.order, visible, values, names)
        sql = " ".join([f"SELECT {head}{', '.join(shown) or 'NULL AS c0'}", *clauses, *order, *self.limits(query)])
        return sql, outputs

    def _require_sorted_constants(self, query: ir.Select) -> None:
        """A constant of grouping sets is NULL in some of their rows, and an older source does not sort by it all the same."""
        sets = any(isinstance(item, ir.GroupingSet) for item in query.group or ())
        if not sets or self.scope.catalog.has(Since.GROUPED_CONSTANT_SORTED):
            return
        if any(not any(isinstance(part, _VARYING) for part in walk(key.expr)) for key in query.order):
            raise FeatureNotSupported(
                "ORDER BY a constant of grouping sets is not supported by the double",
                hint="Leave it out: PostgreSQL sorts by it since version 18 only.",
            )

    def output(self, expr: ir.Expr) -> Lowered:
        """An expression as an output column; a row as its text."""
        value = self._as_grouped(expr, whole=True) or self.expr(expr)
        return row_text(self.scope, value) if value.fields is not None else value

    def _group_key(self, expr: ir.Expr) -> str:
        return group_key(self.scope, self.expr(expr), expr.type)

    def _plain_distinct(
        self, query: ir.Select, visible: list[ir.Target], values: list[Lowered], shown: list[str], clauses: list[str]
    ) -> str:
        """SELECT DISTINCT, then ORDER BY and LIMIT over its columns."""
        keyed = any(not is_identity(self.scope, value, target.expr.type) for value, target in zip(values, visible))
        names = [name for name, _, _ in query.columns]
        if keyed:
            inner = " ".join([f"SELECT {', '.join(shown)}", *clauses])
            columns = [value.named(f"d.{quote_name(name)}") for name, value in zip(names, values)]
            keys = ", ".join(
                group_key(self.scope, column, target.expr.type) for column, target in zip(columns, visible)
            )
            inner = f"SELECT DISTINCT ON ({keys}) * FROM ({inner}) AS d"
        else:
            inner = " ".join([f"SELECT DISTINCT {', '.join(shown)}", *clauses])
        if not query.order and query.limit is None and query.offset is None:
            return inner
        items = []
        for key in query.order:
            place = next(at for at, target in enumerate(visible) if target.expr == key.expr)
            column = values[place].named(f"d.{quote_name(names[place])}")
            items.append(sort_item(self, key, column))
        order = [f"ORDER BY {', '.join(items)}"] if items else []
        return " ".join([f"SELECT * FROM ({inner}) AS d", *order, *self.limits(query)])

    def _order(
        self, order: Sequence[ir.SortKey], visible: list[ir.Target], values: list[Lowered], names: list[str]
    ) -> list[str]:
        """ORDER BY: an output column by its name, so that a set or a volatile function is not computed again."""
        items = []
        for key in order:
            place = next((at for at, target in enumerate(visible) if target.expr == key.expr), -1)
            value = self._as_grouped(key.expr, whole=True) or self.expr(key.expr)
            column = values[place].named(quote_name(names[place])) if place >= 0 else value
            # an output column's name stands for itself only: inside an expression DuckDB may take it for its number
            if (
                place >= 0
                and not value.simple
                and value.fields is None
                and not has_null_flag(values[place])
                and is_sorted_as_is(self.scope, column, key.expr.type, key.expr.collation)
            ):
                items.append(sort_item(self, key, column))
            else:
                items.append(sort_item(self, key, value))
        return [f"ORDER BY {', '.join(items)}"] if items else []

    def _with_ties(self, query: ir.Select, shown: list[str], clauses: list[str], names: list[str]) -> str:
        """FETCH FIRST n ROWS WITH TIES: rows up to n, and those equal to the n-th in the order."""
        if query.distinct is not None:
            raise FeatureNotSupported(
                "WITH TIES with DISTINCT is not supported by the double", hint="Use a subquery for DISTINCT."
            )
        order = ", ".join(sort_item(self, key) for key in query.order)
        ranks = [f"rank() OVER (ORDER BY {order}) AS tie_rank", f"row_number() OVER (ORDER BY {order}) AS tie_row"]
        inner = " ".join([f"SELECT {', '.join([*shown, *ranks])}", *clauses])
        skip = self._count(query.offset, "OFFSET") if query.offset is not None else "0"
        keep = self._count(query.limit, "LIMIT") if query.limit is not None else "NULL"
        columns = ", ".join(f"t.{quote_name(name)}" for name in names)
        skipped = f"coalesce({skip}, 0)"
        return (
            f"SELECT {columns} FROM ({inner}) AS t WHERE t.tie_row > {skipped} AND coalesce(t.tie_rank <= {skipped} + {keep}, true) "
            "ORDER BY t.tie_row"
        )

    # GROUP BY

    def _group(self, group: Sequence[ir.Expr | ir.GroupingSet]) -> str:
        plain = all(isinstance(item, ir.Expr) for item in group)
        parts = [self._group_item(item, plain) for item in group]
        return ", ".join(part for part in parts if part) or "()"

    def _group_item(self, item: ir.Expr | ir.GroupingSet | tuple[ir.Expr, ...], plain: bool) -> str:
        if isinstance(item, ir.Expr):
            return self._grouped(item, plain)
        if isinstance(item, tuple):
            return f"({', '.join(self._grouped(one, plain) for one in item)})"
        parts = ", ".join(self._group_item(one, plain) for one in item.items)
        word = {"simple": "", "rollup": "ROLLUP ", "cube": "CUBE ", "sets": "GROUPING SETS "}[item.kind]
        return f"{word}({parts})"

    def _grouped(self, expr: ir.Expr, plain: bool) -> str:
        """A grouping key; where it is not the value itself, the value of a group is any of its members'."""
        value = self.raw(expr)
        if isinstance(expr, ir.Const) or (not plain and value.sql.startswith("CAST('")):
            return self._grouped_constant(expr, plain)
        if any(grouped == expr for grouped, _ in self.grouped):
            return group_key(self.scope, value, expr.type)
        key = group_key(self.scope, value, expr.type)
        # whether a row was found is an aggregate beside the keys, so that a key it is part of would not be seen to be one
        if key != value.sql or (value.fixed and value.fixed.shown) or f".{FOUND}" in key:
            member = (
                f"any_value({number_text(value).sql})"
                if value.fixed is None or value.fixed.shown
                else f"any_value({value.sql})"
            )
            shown = member if plain else f"CASE WHEN grouping({key}) = 0 THEN {member} END"
            kept = value.fixed if value.fixed and not value.fixed.shown else None
            self.grouped.append((expr, Lowered(shown, fixed=kept, row=value.columns)))
        return key

    def _grouped_constant(self, expr: ir.Expr, plain: bool) -> str:
        """A constant as a key: NULL in the sets that do not hold it, which the engine does not see by itself."""
        if plain:
            return quote_literal("")
        value = self.raw(expr)
        key = constant_key(self.scope, value, expr.type)
        if not any(grouped == expr for grouped, _ in self.grouped):
            self.grouped.append((expr, Lowered(f"CASE WHEN grouping({key}) = 0 THEN {number_text(value).sql} END")))
        return key

    # Limits

    def limits(self, query: ir.Query) -> list[str]:
        """LIMIT and OFFSET."""
        parts = []
        if query.limit is not None and not (isinstance(query.limit, ir.Const) and query.limit.value is None):
            parts.append(f"LIMIT {self._count(query.limit, 'LIMIT')}")
        if query.offset is not None and not (isinstance(query.offset, ir.Const) and query.offset.value is None):
            parts.append(f"OFFSET coalesce({self._count(query.offset, 'OFFSET')}, 0)")
        return parts

    def _count(self, expr: ir.Expr, clause: str) -> str:
        """A row count. Raises NegativeLimit or NegativeOffset for a constant below zero."""
        sqlstate, kind = ("2201W", NegativeLimit) if clause == "LIMIT" else ("2201X", NegativeOffset)
        message = f"{clause} must not be negative"
        while isinstance(expr, ir.Cast) and expr.arg.type in (INT2, INT4, INT8):
            expr = expr.arg  # an integer's cast to int8; a correlated subquery wants a plain number
        if isinstance(expr, ir.Const) and expr.value is not None and expr.type in (INT2, INT4, INT8):
            if int(expr.value) < 0:
                raise kind(message)
            return expr.value
        value = self.expr(expr)
        if value.sql.lstrip("(").startswith(("SELECT", "WITH")):
            return value.sql
        return f"CASE WHEN {value.sql} < 0 THEN {fail(sqlstate, message)} ELSE {value.sql} END"
