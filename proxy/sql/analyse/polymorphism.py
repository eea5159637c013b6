"""Polymorphic types: which concrete ones a call's arguments make of them.

anyelement and its kin are all of one type, anycompatible and its kin of the one that all can become. Refuses to know casts: it is told
what fits. Facts: enforce_generic_type_consistency in src/backend/parser/parse_coerce.c, documentation 36.2.5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.errors import DatatypeMismatch
from proxy.sql.analyse.types import Types


class PolymorphicUnknown(DatatypeMismatch):
    """Arguments of unknown type alone: they fit, and do not tell which type is meant."""

    def __init__(self) -> None:
        super().__init__("could not determine polymorphic type because input has type unknown")


class Polymorphism:
    """fits: whether a type becomes another by itself. common: the one type of several expressions, 0 where there is none."""

    def __init__(
        self, types: Types, fits: Callable[[int, int], bool], common: Callable[[Sequence[ir.Expr]], int]
    ) -> None:
        self.types = types
        self.fits = fits
        self.common = common

    def concrete(self, sources: Sequence[int], declared: list[int], result: int) -> tuple[list[int], int]:
        """enforce_generic_type_consistency."""
        if not any(one in t.POLYMORPHIC for one in (*declared, result)):
            return declared, result
        simple = self._simple_family(sources, declared)
        common = self._common_family(sources, declared)
        chosen = {**simple, **common}
        concrete = [chosen.get(one, one) for one in declared]
        for one in (*declared, result):
            if one in t.POLYMORPHIC and not chosen.get(one):
                raise PolymorphicUnknown
        return concrete, chosen.get(result, result)

    def _simple_family(self, sources: Sequence[int], declared: Sequence[int]) -> dict[int, int]:
        given = list(zip(sources, declared))
        element = self._alike(given, "anyelement", t.ANYELEMENT, t.ANYNONARRAY, t.ANYENUM)
        if t.ANYENUM in declared and element and self.types.catalog.base_type(element).kind != "e":
            raise DatatypeMismatch(f"type matched to anyenum is not an enum type: {self.types.name(element)}")
        array = self._alike(given, "anyarray", t.ANYARRAY)
        if array == t.ANYARRAY:
            return {t.ANYARRAY: t.ANYARRAY, t.ANYELEMENT: element}
        if array:
            element = self._one_element(element, self._array_element(array), "anyarray")
        ranges = self._range_family(given)
        if ranges:
            element = self._one_element(element, self.types.range_subtype(ranges[t.ANYRANGE]), "anyrange")
        if element and t.ANYNONARRAY in declared and self.types.element(element):
            raise DatatypeMismatch(f"type matched to anynonarray is an array type: {self.types.name(element)}")
        if not element:
            return {}
        array = array or self.types.array(element)
        return {
            t.ANYELEMENT: element, t.ANYNONARRAY: element, t.ANYENUM: element, t.ANYARRAY: array, **ranges,
        }  # fmt: skip

    def _alike(self, given: Sequence[tuple[int, int]], name: str, *kinds: int) -> int:
        """The one type of the arguments of some kinds, 0 where none is known; of arrays and ranges below every domain."""
        found = 0
        for source, kind in given:
            if kind not in kinds or source == t.UNKNOWN:
                continue
            actual = source if name == "anyelement" or source == t.ANYARRAY else self.types.base(source)
            if found and found != actual:
                raise DatatypeMismatch(f'arguments declared "{name}" are not all alike')
            found = actual
        return found

    def _array_element(self, array: int) -> int:
        vectors = (t.INT2VECTOR, t.OIDVECTOR)
        inner = self.types.element(array) or (self.types.row(array).element if array in vectors else 0)
        if not inner:
            raise DatatypeMismatch(f"argument declared anyarray is not an array but type {self.types.name(array)}")
        return inner

    def _one_element(self, element: int, inner: int, name: str) -> int:
        if element and element != inner:
            raise DatatypeMismatch(f"argument declared {name} is not consistent with argument declared anyelement")
        return inner

    def _range_family(self, given: Sequence[tuple[int, int]]) -> dict[int, int]:
        found = self._alike(given, "anyrange", t.ANYRANGE)
        multirange = self._alike(given, "anymultirange", t.ANYMULTIRANGE)
        if multirange:
            inner = self.types.range_of(multirange)
            if not inner:
                name = self.types.name(multirange)
                raise DatatypeMismatch(f"argument declared anymultirange is not a multirange type but type {name}")
            if found and found != inner:
                raise DatatypeMismatch(
                    "argument declared anymultirange is not consistent with argument declared anyrange"
                )
            found = inner
        if not found:
            return {}
        if not self.types.range_subtype(found):
            raise DatatypeMismatch(f"argument declared anyrange is not a range type but type {self.types.name(found)}")
        return {t.ANYRANGE: found, t.ANYMULTIRANGE: self.types.multirange(found)}

    def _common_family(self, sources: Sequence[int], declared: Sequence[int]) -> dict[int, int]:
        found: list[ir.Expr] = []
        asked = False
        for source, kind in zip(sources, declared):
            if kind in (t.ANYCOMPATIBLE, t.ANYCOMPATIBLENONARRAY):
                asked = True
                found.append(ir.Const(type=source, value=None))
            elif kind == t.ANYCOMPATIBLEARRAY:
                asked = True
                if source != t.UNKNOWN:
                    inner = self.types.element(source)
                    if not inner:
                        raise DatatypeMismatch(
                            f"argument declared anycompatiblearray is not an array but type {self.types.name(source)}"
                        )
                    found.append(ir.Const(type=inner, value=None))
        ranges = self._common_ranges(list(zip(sources, declared)))
        if ranges:
            found.append(ir.Const(type=self.types.range_subtype(ranges[t.ANYCOMPATIBLERANGE]), value=None))
        if not asked and not ranges:
            return {}
        known = [expr for expr in found if expr.type != t.UNKNOWN]
        if not known and any(kind == t.ANYCOMPATIBLEARRAY for kind in declared):
            raise PolymorphicUnknown
        common = self.common(found)
        if not common or any(expr.type != t.UNKNOWN and not self.fits(expr.type, common) for expr in found):
            raise DatatypeMismatch("arguments of anycompatible family cannot be cast to a common type")
        return {
            t.ANYCOMPATIBLE: common,
            t.ANYCOMPATIBLENONARRAY: common,
            t.ANYCOMPATIBLEARRAY: self.types.array(common),
            **ranges,
        }

    def _common_ranges(self, given: Sequence[tuple[int, int]]) -> dict[int, int]:
        """A range is not cast to one over another type: there is one for all arguments, or none."""
        simple = {t.ANYCOMPATIBLERANGE: t.ANYRANGE, t.ANYCOMPATIBLEMULTIRANGE: t.ANYMULTIRANGE}
        found = self._range_family([(source, simple[kind]) for source, kind in given if kind in simple])
        return {kind: found[one] for kind, one in simple.items() if found}
