"""Literals of the grammar as typed constants, and names that stand in literals (regclass and its kin) as OIDs.

Facts: scan.l's rules for numbers; the input functions of `proxy.pgtypes`. Refuses to know expressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from policies.errors import PgError
from proxy.catalog.model import Catalog
from proxy.pgtypes import InputSettings, is_relative, read_text
from proxy.pgtypes.integers import c_number, read_whole
from proxy.pgtypes.reg_lookup import OPERATORS, reg_oid
from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.types import Types
from proxy.sql.parse import Node

_INT8_MAX = 2**63 - 1


def constant(node: Node, position: int) -> ir.Const:
    """An A_Const node."""
    if "ival" in node:
        return ir.Const(type=t.INT4, position=position, value=str(node["ival"].get("ival", 0)))
    if "fval" in node:
        return _number(str(node["fval"]["fval"]), position)
    if "boolval" in node:
        return ir.Const(type=t.BOOL, position=position, value="t" if node["boolval"].get("boolval") else "f")
    if "bsval" in node:
        return _bits(str(node["bsval"]["bsval"]), position)
    if "sval" in node:
        return ir.Const(type=t.UNKNOWN, position=position, value=str(node["sval"].get("sval", "")))
    return ir.Const(type=t.UNKNOWN, position=position, value=None)


def _number(text: str, position: int) -> ir.Const:
    """A Float node: an integer too large for int4 is int8 where it fits, all else numeric."""
    digits = text.replace("_", "")
    if digits[:2].lower() in ("0x", "0o", "0b"):
        value = read_whole(digits)
        if value is not None and value <= _INT8_MAX:
            return ir.Const(type=t.INT8, position=position, value=str(value))
    elif digits.lstrip("-").isdigit() and -_INT8_MAX - 1 <= (number := c_number(digits)[0]) <= _INT8_MAX:
        # The grammar folds a sign into the constant, so -2147483648 comes here and is int4 after all.
        kind = t.INT4 if -(2**31) <= number < 2**31 else t.INT8
        return ir.Const(type=kind, position=position, value=str(number))
    return ir.Const(type=t.NUMERIC, position=position, value=read_text(t.NUMERIC, digits, None))


def _bits(text: str, position: int) -> ir.Const:
    if text[:1].lower() == "x":
        digits = "".join(f"{int(digit, 16):04b}" for digit in text[1:])
    else:
        digits = text[1:]
    return ir.Const(type=t.BIT, position=position, value=digits)


class Reader:
    """Reads quoted constants for one statement. settings: the session's; a view's text was written under the defaults."""

    def __init__(self, types: Types, on_relative: Callable[[], None], settings: Callable[[], InputSettings]) -> None:
        self.types = types
        self.settings = settings
        self.on_relative = on_relative

    @property
    def catalog(self) -> Catalog:
        """The catalog in force; another one inside a view."""
        return self.types.catalog

    def __call__(self, oid: int, text: str, typmod: int, position: int) -> str:
        """The type's input function; an error gets the literal's position."""
        try:
            if oid in t.REG_TYPES:
                return str(self.registered(oid, text))
            if is_relative(oid, text):
                self.on_relative()
            return read_text(oid, text, self.catalog, typmod, self.settings())
        except PgError as error:
            if error.position is None and position >= 0:
                error.position = position
            raise

    def registered(self, oid: int, text: str) -> int:
        """The OID that a regclass, regtype, regproc, ... literal names."""
        if text == "-" and oid not in OPERATORS:
            return 0
        if re.fullmatch("[0-9]+", text):
            return int(read_text(t.OID, text, self.catalog))
        return reg_oid(oid, text, self.catalog, self.types.path, lambda name: self.types.written(name)[0])
