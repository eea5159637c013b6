"""regclass, regtype, regproc and their kin: OIDs that print as names and read names.

Finds names in the catalog it is given; refuses to know sessions and roles (a role's catalog holds only what it may
see). Facts: src/backend/utils/adt/regproc.c, format_type.c and ruleutils.c (quote_identifier) with
src/include/parser/kwlist.h.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from proxy.catalog.model import Catalog
from proxy.pgtypes.arrow import conform
from proxy.pgtypes.codec import Input, Output, Raw
from proxy.pgtypes.fields import Field
from proxy.pgtypes.integers import Unsigned
from proxy.pgtypes.reg_lookup import OPERATORS, reg_name, reg_oid

REG_TYPES: tuple[tuple[int, str, int], ...] = (
    (24, "regproc", 1008),
    (2202, "regprocedure", 2207),
    (2203, "regoper", 2208),
    (2204, "regoperator", 2209),
    (2205, "regclass", 2210),
    (2206, "regtype", 2211),
    (3734, "regconfig", 3735),
    (3769, "regdictionary", 3770),
    (4089, "regnamespace", 4090),
    (4096, "regrole", 4097),
    (4191, "regcollation", 4192),
)


class Reg(Unsigned):
    """An OID column of one reg* type; 0 prints as `-` (of operators as `0`), an OID without a row as its number."""

    def __init__(self, name: str, oid: int) -> None:
        super().__init__(name)
        self.oid = oid

    def text(self, raw: Raw, output: Output) -> str:
        if raw == 0:
            return "0" if self.oid in OPERATORS else "-"
        names = output.reg_names.get(self.oid)
        return (names.get(raw) if names is not None else None) or str(raw)

    def text_column(self, column: pa.Array, output: Output) -> Field:
        numbers = pc.fill_null(conform(column, self.arrow, self.name), 0).to_numpy()
        distinct, codes = np.unique(numbers, return_inverse=True)
        names = pa.array([self.text(int(number), output) for number in distinct], pa.string())
        valid = None if column.null_count == 0 else pc.invert(pc.is_valid(column)).to_numpy(zero_copy_only=False)
        return names.take(pa.array(codes.astype(np.int64), mask=valid))

    def read(self, text: str, context: Input) -> str:
        if text == "-" and self.oid not in OPERATORS:
            return "0"
        if re.fullmatch("[0-9]+", text):
            return super().read(text, context)
        return str(reg_oid(self.oid, text, context.catalog, context.settings.search_path))

    def parsed(self, text: str, context: Input) -> Raw:
        return int(self.read(text, context))


class CatalogNames(Mapping[int, Mapping[int, str]]):
    """How each reg* type's OIDs print, worked out from the catalog when asked and remembered."""

    def __init__(self, catalog: Catalog, search_path: tuple[int, ...]) -> None:
        self._kinds = {oid: _Names(catalog, search_path, oid) for oid, _, _ in REG_TYPES}

    def __getitem__(self, type_oid: int) -> Mapping[int, str]:
        return self._kinds[type_oid]

    def __iter__(self) -> Iterator[int]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


class _Names(Mapping[int, str]):
    def __init__(self, catalog: Catalog, search_path: tuple[int, ...], type_oid: int) -> None:
        self._catalog, self._search_path, self._type_oid = catalog, search_path, type_oid
        self._known: dict[int, str] = {}

    def __getitem__(self, oid: int) -> str:
        if oid not in self._known:
            name = reg_name(self._type_oid, oid, self._catalog, self._search_path)
            if name is None:
                raise KeyError(oid)
            self._known[oid] = name
        return self._known[oid]

    def __iter__(self) -> Iterator[int]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
