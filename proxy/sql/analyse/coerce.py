"""Coercion: which casts Postgres would make, where, and the tree that makes them.

Follows documentation chapter 10 and src/backend/parser/parse_coerce.c over the snapshot's pg_cast. Refuses to know names
and clauses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from proxy.catalog.model import ProcRow
from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.errors import AmbiguousParameter, CannotCoerce, DatatypeMismatch, FeatureNotSupported
from proxy.sql.analyse.places import place
from proxy.sql.analyse.polymorphism import PolymorphicUnknown, Polymorphism
from proxy.sql.analyse.types import Types


class Context(IntEnum):
    """How freely a cast may be chosen."""

    IMPLICIT = 0
    ASSIGNMENT = 1
    EXPLICIT = 3


@dataclass(frozen=True, slots=True)
class Pathway:
    """How one type becomes another: an ir.Cast method, and its function."""

    method: str
    proc: ProcRow | None = None


ReadLiteral = Callable[[int, str, int, int], str]
_CONTEXT_OF = {"i": Context.IMPLICIT, "a": Context.ASSIGNMENT, "e": Context.EXPLICIT}
_TYPMOD_TYPES = frozenset({t.VARCHAR, t.BPCHAR, t.NUMERIC, t.TIME, t.TIMETZ, t.TIMESTAMP, t.TIMESTAMPTZ, t.INTERVAL,
                           t.BIT, t.VARBIT})  # fmt: skip


class Coercer:
    """Casts for one statement. parameters: types of $n as declared or found so far, by index."""

    def __init__(self, types: Types, read: ReadLiteral, parameters: dict[int, int]) -> None:
        self.types = types
        self.read = read
        self.parameters = parameters
        self._polymorphism = Polymorphism(
            types, lambda source, target: self.can([source], [target]), lambda exprs: self.common_type(exprs, "")
        )

    def pathway(self, target: int, source: int, context: Context) -> Pathway | None:
        """find_coercion_pathway; None where there is no cast in that context."""
        source, target = self.types.base(source), self.types.base(target)
        if source == target:
            return Pathway("relabel")
        if cast := self.types.catalog.casts.get((source, target)):
            if _CONTEXT_OF[cast.context] > context:
                return None
            if cast.method == "f":
                return Pathway("function", self.types.catalog.procs[cast.proc])
            return Pathway("relabel" if cast.method == "b" else "io")
        return self._array_pathway(target, source, context) or self._text_pathway(target, source, context)

    def _array_pathway(self, target: int, source: int, context: Context) -> Pathway | None:
        if target in (t.OIDVECTOR, t.INT2VECTOR):
            return None
        target_element, source_element = self.types.element(target), self.types.element(source)
        if not target_element or not source_element:
            return None
        inner = self.pathway(target_element, source_element, context)
        if inner is None:
            return None
        return Pathway("array", inner.proc)

    def _text_pathway(self, target: int, source: int, context: Context) -> Pathway | None:
        if context >= Context.ASSIGNMENT and self.types.category(target) == "S":
            return Pathway("io")
        if context >= Context.EXPLICIT and self.types.category(source) == "S":
            return Pathway("io")
        return None

    def can(self, sources: Sequence[int], targets: Sequence[int], context: Context = Context.IMPLICIT) -> bool:
        """can_coerce_type over several arguments at once."""
        polymorphic = False
        for source, target in zip(sources, targets):
            if source == target or target == t.ANY:
                continue
            if target in t.POLYMORPHIC:
                polymorphic = True
                continue
            if source == t.UNKNOWN:
                continue
            if self.pathway(target, source, context) is not None:
                continue
            if source == t.RECORD and self.types.is_complex(target):
                continue
            if target == t.RECORD and self.types.is_complex(source):
                continue
            if (
                target == t.RECORD_ARRAY
                and self.types.element(source)
                and self.types.is_complex(self.types.element(source))
            ):
                continue
            return False
        return not polymorphic or self._generic_fits(sources, targets)

    def _generic_fits(self, sources: Sequence[int], targets: Sequence[int]) -> bool:
        try:
            self.generic(sources, list(targets), t.VOID)
        except PolymorphicUnknown:
            return True
        except DatatypeMismatch:
            return False
        return True

    def cast(
        self, expr: ir.Expr, target: int, typmod: int = -1, context: Context = Context.IMPLICIT, position: int = -1
    ) -> ir.Expr:
        """expr as target with typmod. Raises CannotCoerce where Postgres has no such cast in the context."""
        position = position if position >= 0 else expr.position
        if expr.type == target and (typmod < 0 or typmod == expr.typmod):
            return expr
        base, base_typmod = self.types.base_typmod(target, typmod)
        converted = self._convert(expr, base, base_typmod, context, position, target)
        converted = self._length(converted, base_typmod, context)
        if base != target:
            return ir.Cast(type=target, typmod=typmod, position=position, arg=converted, method="domain")
        return converted

    def _convert(self, expr: ir.Expr, base: int, typmod: int, context: Context, position: int, target: int) -> ir.Expr:
        if expr.type == base:
            return expr
        if isinstance(expr, ir.Const) and expr.type == t.UNKNOWN:
            return self._literal(expr, base, typmod)
        if isinstance(expr, ir.Param) and expr.type == t.UNKNOWN:
            return self._parameter(expr, target, base)
        if isinstance(expr, ir.Collate):
            return replace(expr, arg=self._convert(expr.arg, base, typmod, context, position, target), type=base)
        if expr.type == t.UNKNOWN:
            expr = replace(expr, type=t.TEXT)
            if base == t.TEXT:
                return expr
            return ir.Cast(type=base, position=position, arg=expr, method="io", explicit=context is Context.EXPLICIT)
        if base in t.POLYMORPHIC or base == t.ANY or self._is_record_already(expr.type, base):
            return expr
        if isinstance(expr, ir.RowLiteral | ir.WholeRow) and expr.type == t.RECORD and self.types.is_complex(base):
            return self._row(expr, base, context, position)
        path = self.pathway(base, expr.type, context)
        if path is None:
            raise CannotCoerce(
                f"cannot cast type {self.types.name(expr.type)} to {self.types.name(target)}", position=position
            )
        return ir.Cast(
            type=base, position=position, arg=expr, method=path.method, proc=path.proc,
            explicit=context is Context.EXPLICIT,
        )  # fmt: skip

    def _is_record_already(self, source: int, target: int) -> bool:
        """A row of a named type is a record, and keeps its name; so do the rows of an array."""
        if target == t.RECORD_ARRAY:
            source = self.types.element(source)
        return target in (t.RECORD, t.RECORD_ARRAY) and bool(source) and self.types.is_complex(source)

    def _row(self, expr: ir.RowLiteral | ir.WholeRow, base: int, context: Context, position: int) -> ir.Expr:
        """coerce_record_to_complex: column by column, as each is declared."""
        given = expr.elements if isinstance(expr, ir.RowLiteral) else expr.columns
        relation = self.types.catalog.relations.get(self.types.row(base).relation)
        if relation is None or relation.oid in self.types.catalog.hidden_columns:
            raise FeatureNotSupported(
                f"rows of type {self.types.name(base)} are not supported by the double here", position=position
            )
        wanted = relation.columns
        names = self.types.name(expr.type), self.types.name(base)

        def refused(detail: str) -> CannotCoerce:
            return CannotCoerce(f"cannot cast type {names[0]} to {names[1]}", detail=detail, position=position)

        elements = []
        for number, (one, column) in enumerate(zip(given, wanted), 1):
            if one.type != t.UNKNOWN and not self.can([one.type], [column.type_oid], context):
                kinds = f"{self.types.name(one.type)} to {self.types.name(column.type_oid)}"
                raise refused(f"Cannot cast type {kinds} in column {number}.")
            elements.append(self.cast(one, column.type_oid, column.typmod, context))
        if len(given) != len(wanted):
            raise refused(f"Input has too {'few' if len(given) < len(wanted) else 'many'} columns.")
        return ir.RowLiteral(type=base, position=expr.position, elements=tuple(elements))

    def _literal(self, expr: ir.Const, base: int, typmod: int) -> ir.Expr:
        """A quoted constant takes its type by the type's input function; only interval reads the typmod itself."""
        if expr.value is None:
            return ir.Const(type=base, position=expr.position, value=None)
        read_typmod = typmod if base == t.INTERVAL else -1
        value = self.read(base, expr.value, read_typmod, expr.position)
        return ir.Const(type=base, typmod=read_typmod, position=expr.position, value=value)

    def _parameter(self, expr: ir.Param, target: int, base: int) -> ir.Expr:
        known = self.parameters.get(expr.index, t.UNKNOWN)
        if known == t.UNKNOWN:
            known = self.parameters[expr.index] = target
        if self.types.base(known) != base:
            raise AmbiguousParameter(
                f"inconsistent types deduced for parameter ${expr.index}",
                detail=f"{self.types.name(known)} versus {self.types.name(target)}",
                position=expr.position,
            )
        return replace(expr, type=base)

    def _length(self, expr: ir.Expr, typmod: int, context: Context) -> ir.Expr:
        """coerce_type_typmod: cut, pad or round to the typmod."""
        element = self.types.element(expr.type) or expr.type
        if typmod < 0 or typmod == expr.typmod or element not in _TYPMOD_TYPES:
            return expr
        return ir.Cast(
            type=expr.type, typmod=typmod, position=expr.position, arg=expr, method="length",
            explicit=context is Context.EXPLICIT,
        )  # fmt: skip

    def boolean(self, expr: ir.Expr, clause: str) -> ir.Expr:
        """coerce_to_boolean."""
        if expr.type == t.BOOL:
            return expr
        if not self.can([expr.type], [t.BOOL], Context.ASSIGNMENT):
            raise DatatypeMismatch(
                f"argument of {clause} must be type boolean, not type {self.types.name(expr.type)}",
                position=place(expr),
            )
        return self.cast(expr, t.BOOL, context=Context.ASSIGNMENT)

    def assigned(self, expr: ir.Expr, target: int, otherwise: str) -> ir.Expr:
        """expr as target where an assignment would take it, else the error that a clause raises of its own."""
        if expr.type != t.UNKNOWN and not self.can([expr.type], [target], Context.ASSIGNMENT):
            raise DatatypeMismatch(otherwise, position=place(expr))
        return self.cast(expr, target, context=Context.ASSIGNMENT)

    def known(self, expr: ir.Expr) -> ir.Expr:
        """An unknown literal or parameter that nothing typed becomes text."""
        return self.cast(expr, t.TEXT) if expr.type == t.UNKNOWN else expr

    def common_type(self, exprs: Sequence[ir.Expr], clause: str) -> int:
        """select_common_type (documentation 10.5). Raises DatatypeMismatch; clause '' gives 0 instead."""
        first = exprs[0]
        if first.type != t.UNKNOWN and all(expr.type == first.type for expr in exprs):
            return first.type
        found, category = t.UNKNOWN, ""
        for expr in exprs:
            source = self.types.base(expr.type)
            if source == t.UNKNOWN:
                continue
            if found == t.UNKNOWN:
                found, category = source, self.types.category(source)
            elif source != found:
                if self.types.category(source) != category:
                    if not clause:
                        return 0
                    raise DatatypeMismatch(
                        f"{clause} types {self.types.name(found)} and {self.types.name(source)} cannot be matched",
                        position=place(expr),
                    )
                if (
                    not self.types.row(found).preferred
                    and self.can([found], [source])
                    and not self.can([source], [found])
                ):
                    found = source
        return t.TEXT if found == t.UNKNOWN else found

    def to_common(self, exprs: Sequence[ir.Expr], clause: str) -> tuple[int, list[ir.Expr]]:
        """All as their common type. Raises CannotCoerce in the clause's words."""
        target = self.common_type(exprs, clause)
        found = []
        for expr in exprs:
            if expr.type != target and expr.type != t.UNKNOWN and not self.can([expr.type], [target]):
                raise CannotCoerce(
                    f"{clause} could not convert type {self.types.name(expr.type)} to {self.types.name(target)}",
                    position=place(expr),
                )
            found.append(self.cast(expr, target))
        return target, found

    def generic(self, sources: Sequence[int], declared: list[int], result: int) -> tuple[list[int], int]:
        """Concrete argument types and result for polymorphic ones. Raises DatatypeMismatch, PolymorphicUnknown."""
        return self._polymorphism.concrete(sources, declared, result)
