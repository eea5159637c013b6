"""Literals of the grammar as typed constants, and names that stand in literals (regclass and its kin) as OIDs.

Facts: scan.l's rules for numbers; the input functions of `proxy.pgtypes`. Refuses to know expressions.
"""

from __future__ import annotations

from collections.abc import Callable

from policies.errors import PgError
from proxy.catalog.model import Catalog
from proxy.pgtypes import InputSettings, is_relative, read_text
from proxy.pgtypes.reg_lookup import OPERATORS, reg_oid
from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.errors import AmbiguousFunction, UndefinedFunction, UndefinedObject, UndefinedTable
from proxy.sql.analyse.types import Types
from proxy.sql.parse import Node, SyntaxProblem

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
        value = int(digits, 0)
        return ir.Const(type=t.INT8 if value <= _INT8_MAX else t.NUMERIC, position=position, value=str(value))
    if digits.lstrip("-").isdigit() and -_INT8_MAX - 1 <= int(digits) <= _INT8_MAX:
        # The grammar folds a sign into the constant, so -2147483648 comes here and is int4 after all.
        kind = t.INT4 if -(2**31) <= int(digits) < 2**31 else t.INT8
        return ir.Const(type=kind, position=position, value=str(int(digits)))
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
        text = text.strip()
        if text == "-" and oid not in OPERATORS:
            return 0
        if text.isdigit():
            return int(text)
        finder = {
            "regclass": self._relation, "regtype": self._type, "regproc": self._function, "regnamespace": self._namespace,
            "regrole": self._role, "regprocedure": self._procedure, "regoper": self._operator,
            "regoperator": self._operator_with_types, "regcollation": self._collation,
        }.get(t.REG_TYPES[oid])  # fmt: skip
        return finder(text) if finder is not None else reg_oid(oid, text, self.catalog, self.types.path)

    def _relation(self, text: str) -> int:
        schema, name = self._split(text)
        for namespace in self._path(schema):
            if row := self.catalog.relation_by_name.get((namespace, name)):
                return row.oid
        raise UndefinedTable(f'relation "{text.replace(chr(34), "")}" does not exist')

    def _type(self, text: str) -> int:
        array = text.endswith("[]")
        bare = text[:-2].strip() if array else text
        spelled = {name: oid for oid, name in t.SPELLED.items()}
        spelled |= {"int": t.INT4, "decimal": t.NUMERIC, "float": t.FLOAT8, "timestamp": t.TIMESTAMP, "time": t.TIME}
        base = bare.split("(")[0].strip()
        oid = spelled.get(" ".join(base.lower().split()), 0)
        if not oid:
            schema, name = self._split(base)
            oid = self.types.find(name, schema)
        if not oid or (array and not self.types.array(oid)):
            raise UndefinedObject(f'type "{text}" does not exist')
        return self.types.array(oid) if array else oid

    def _function(self, text: str) -> int:
        schema, name = self._split(text)
        found = [row.oid for namespace in self._path(schema) for row in self.catalog.procs_by_name.get(name, ())
                 if row.namespace == namespace]  # fmt: skip
        if len(found) > 1:
            raise AmbiguousFunction(f'more than one function named "{text}"')
        if not found:
            raise UndefinedFunction(f'function "{text}" does not exist')
        return found[0]

    def _procedure(self, text: str) -> int:
        name, _, rest = text.partition("(")
        schema, bare = self._split(name)
        inner = rest.rstrip().removesuffix(")").strip()
        wanted = tuple(self._type(part.strip()) for part in inner.split(",")) if inner else ()
        for namespace in self._path(schema):
            for row in self.catalog.procs_by_name.get(bare, ()):
                if row.namespace == namespace and row.args == wanted:
                    return row.oid
        raise UndefinedFunction(f'function "{text}" does not exist')

    def _operator(self, text: str) -> int:
        schema, name = self._split(text) if "." in text else ("", text)
        found = [row.oid for row in self.catalog.operators_by_name.get(name, ()) if row.namespace in self._path(schema)]
        if len(found) != 1:
            raise UndefinedFunction(f"{'more than one operator named' if found else 'operator does not exist:'} {text}")
        return found[0]

    def _operator_with_types(self, text: str) -> int:
        name, _, rest = text.partition("(")
        parts = [part.strip() for part in rest.rstrip().removesuffix(")").split(",")]
        left, right = (0 if part.lower() == "none" else self._type(part) for part in parts)
        schema, bare = self._split(name) if "." in name else ("", name)
        for row in self.catalog.operators_by_name.get(bare, ()):
            if (row.left, row.right) == (left, right) and row.namespace in self._path(schema):
                return row.oid
        raise UndefinedFunction(f"operator does not exist: {text}")

    def _namespace(self, text: str) -> int:
        name = self._split(text)[1]
        if name not in self.catalog.namespace_by_name:
            raise UndefinedObject(f'schema "{name}" does not exist')
        return self.catalog.namespace_by_name[name]

    def _role(self, text: str) -> int:
        name = self._split(text)[1]
        found = next((oid for oid, role in self.catalog.roles.items() if role == name), None)
        if found is None:
            raise UndefinedObject(f'role "{name}" does not exist')
        return found

    def _collation(self, text: str) -> int:
        name = self._split(text)[1]
        found = next((oid for oid, row in self.catalog.collations.items() if row == name), None)
        if found is None:
            raise UndefinedObject(f'collation "{name}" for encoding "UTF8" does not exist')
        return found

    def _path(self, schema: str) -> tuple[int, ...]:
        return (self.catalog.namespace_by_name.get(schema, 0),) if schema else self.types.path

    def _split(self, text: str) -> tuple[str, str]:
        """schema and name of a possibly quoted, possibly qualified name; unquoted letters fold to lower case."""
        parts, rest = [], text.strip()
        while rest:
            if rest[0] == '"':
                end = rest.find('"', 1)
                while end >= 0 and rest[end : end + 2] == '""':
                    end = rest.find('"', end + 2)
                if end < 0:
                    raise SyntaxProblem("invalid name syntax")
                parts.append(rest[1:end].replace('""', '"'))
                rest = rest[end + 1 :].lstrip()
            else:
                word, dot, tail = rest.partition(".")
                parts.append(word.strip().lower())
                rest = dot + tail
            if rest and not rest.startswith("."):
                raise SyntaxProblem("invalid name syntax")
            rest = rest[1:].lstrip()
        if not parts or len(parts) > 2:
            raise SyntaxProblem("invalid name syntax")
        return (parts[0], parts[1]) if len(parts) == 2 else ("", parts[0])
