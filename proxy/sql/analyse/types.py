"""Type names: text of the grammar → OID and typmod, and OID → the name Postgres prints in messages.

Facts: pg_type of the snapshot; the typmod packing of each type's typmodin function (src/backend/utils/adt). Refuses to know
expressions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from policies.errors import PgError
from proxy.catalog.model import Catalog, TypeRow
from proxy.pgtypes import read_text
from proxy.sql.analyse.errors import FeatureNotSupported, InvalidParameterValue, UndefinedObject, UndefinedSchema
from proxy.sql.parse import Node, SyntaxProblem, kind_of, names_of, parse_statement

BOOL, BYTEA, CHAR, NAME, INT8, INT2, INT4, REGPROC, TEXT, OID = 16, 17, 18, 19, 20, 21, 23, 24, 25, 26
FLOAT4, FLOAT8, UNKNOWN, BPCHAR, VARCHAR, DATE, TIME = 700, 701, 705, 1042, 1043, 1082, 1083
TIMESTAMP, TIMESTAMPTZ, INTERVAL, TIMETZ, BIT, VARBIT, NUMERIC = 1114, 1184, 1186, 1266, 1560, 1562, 1700
RECORD, CSTRING, VOID, RECORD_ARRAY = 2249, 2275, 2278, 2287
INT2VECTOR, OIDVECTOR = 22, 30

ANY, ANYARRAY, ANYELEMENT, ANYNONARRAY, ANYENUM, ANYRANGE, ANYMULTIRANGE = 2276, 2277, 2283, 2776, 3500, 3831, 4537
ANYCOMPATIBLE, ANYCOMPATIBLEARRAY, ANYCOMPATIBLENONARRAY, ANYCOMPATIBLERANGE = 5077, 5078, 5079, 5080
ANYCOMPATIBLEMULTIRANGE = 4538
POLYMORPHIC_SIMPLE = frozenset({ANYARRAY, ANYELEMENT, ANYNONARRAY, ANYENUM, ANYRANGE, ANYMULTIRANGE})
POLYMORPHIC_COMMON = frozenset(
    {ANYCOMPATIBLE, ANYCOMPATIBLEARRAY, ANYCOMPATIBLENONARRAY, ANYCOMPATIBLERANGE, ANYCOMPATIBLEMULTIRANGE}
)
POLYMORPHIC = POLYMORPHIC_SIMPLE | POLYMORPHIC_COMMON

REG_TYPES = {24: "regproc", 2202: "regprocedure", 2203: "regoper", 2204: "regoperator", 2205: "regclass",
             2206: "regtype", 4089: "regnamespace", 4096: "regrole", 4191: "regcollation", 3734: "regconfig",
             3769: "regdictionary"}  # fmt: skip

# format_type's spellings of built-in types.
SPELLED = {
    BIT: "bit", BOOL: "boolean", BPCHAR: "character", CHAR: '"char"', FLOAT4: "real", FLOAT8: "double precision",
    INT2: "smallint", INT4: "integer", INT8: "bigint", NUMERIC: "numeric", INTERVAL: "interval",
    TIME: "time without time zone", TIMETZ: "time with time zone", TIMESTAMP: "timestamp without time zone",
    TIMESTAMPTZ: "timestamp with time zone", VARBIT: "bit varying", VARCHAR: "character varying",
}  # fmt: skip

_LENGTH_TYPES = {VARCHAR: "varchar", BPCHAR: "char"}
_PRECISION_TYPES = {TIME: "TIME", TIMETZ: "TIME", TIMESTAMP: "TIMESTAMP", TIMESTAMPTZ: "TIMESTAMP"}
_INTERVAL_FULL_RANGE = 0x7FFF


class Types:
    """Lookups in the snapshot's types under a search path (namespace OIDs, first match wins)."""

    def __init__(self, catalog: Catalog, path: Sequence[int]) -> None:
        self.catalog = catalog
        self.path = tuple(path)

    def row(self, oid: int) -> TypeRow:
        """The row of a type."""
        return self.catalog.types[oid]

    def base(self, oid: int) -> int:
        """The type below every domain."""
        return self.catalog.base_type(oid).oid if oid in self.catalog.types else oid

    def base_typmod(self, oid: int, typmod: int) -> tuple[int, int]:
        """The type below every domain and the typmod that the domains give it."""
        row = self.row(oid)
        while row.kind == "d":
            typmod = row.typmod if row.typmod >= 0 else typmod
            row = self.row(row.base)
        return row.oid, typmod

    def category(self, oid: int) -> str:
        """typcategory; unknown has its own."""
        return self.row(oid).category

    def element(self, oid: int) -> int:
        """Element type of a true array, else 0 (get_base_element_type looks through domains)."""
        row = self.catalog.base_type(oid)
        return row.element if row.is_true_array else 0

    def array(self, oid: int) -> int:
        """Array type over an element type, 0 where there is none."""
        return self.row(oid).array

    def range_subtype(self, oid: int) -> int:
        """What a range is of, 0 where the type is no range."""
        return self.catalog.ranges.get(oid, (0, 0))[0]

    def multirange(self, oid: int) -> int:
        """The multirange type of a range type."""
        return self.catalog.ranges[oid][1]

    def range_of(self, multirange: int) -> int:
        """The range type of a multirange type, 0 where it is none."""
        return next((oid for oid, (_, multi) in self.catalog.ranges.items() if multi == multirange), 0)

    def binary(self, oid: int, other: int) -> bool:
        """Whether values of one base type are values of the other as they are (IsBinaryCoercible)."""
        cast = self.catalog.casts.get((oid, other))
        return oid == other or (cast is not None and cast.method == "b" and cast.context == "i")

    def is_complex(self, oid: int) -> bool:
        """Whether values are rows."""
        return oid == RECORD or self.catalog.base_type(oid).kind == "c"

    def name(self, oid: int) -> str:
        """The type as messages print it (format_type)."""
        row = self.row(oid)
        if not self.catalog.knows_type(oid):
            return "???"
        if row.is_true_array and row.name.startswith("_") and oid not in (INT2VECTOR, OIDVECTOR):
            return self.name(row.element) + "[]"
        if oid in SPELLED:
            return SPELLED[oid]
        quoted = quote(row.name)
        visible = self.find(row.name)
        return quoted if visible == oid else f"{quote(self.catalog.namespaces[row.namespace])}.{quoted}"

    def find(self, name: str, schema: str = "") -> int:
        """OID of a type by name, 0 where there is none."""
        namespaces = (self.catalog.namespace_by_name.get(schema, 0),) if schema else self.path
        for namespace in namespaces:
            if row := self.catalog.type_by_name.get((namespace, name)):
                return row.oid
        return 0

    def written(self, text: str) -> tuple[int, int]:
        """(OID, typmod) of a type as SQL writes it, NULL's of a cast. Raises SyntaxProblem, UndefinedObject, without a position."""
        if not text.strip():
            raise SyntaxProblem(f'invalid type name "{text}"')
        try:
            _, fields = parse_statement(f"select cast(null as {text})")
            node: Node = fields["targetList"][0]["ResTarget"]["val"]["TypeCast"]["typeName"]
            if node.get("setof") or len(fields["targetList"]) > 1:
                raise SyntaxProblem(f'invalid type name "{text}"')
            return self.resolve(node, 0)
        except PgError as error:
            error.position = None
            raise

    def resolve(self, node: Node, position: int) -> tuple[int, int]:
        """(OID, typmod) of a TypeName node. Raises UndefinedObject."""
        names = names_of(node["names"])
        if node.get("setof") or node.get("pct_type"):
            raise FeatureNotSupported("type reference %TYPE or SETOF is not supported", position=position)
        schema = names[-2] if len(names) > 1 else ""
        if schema and schema not in self.catalog.namespace_by_name:
            raise UndefinedSchema(f'schema "{schema}" does not exist', position=position)
        oid = self.find(names[-1], schema)
        if not oid or self.row(oid).kind == "p" and oid not in (RECORD, CSTRING, UNKNOWN):
            raise UndefinedObject(f'type "{".".join(names)}{"[]" if node.get("arrayBounds") else ""}" does not exist',
                                  position=position)  # fmt: skip
        typmod = self._typmod(oid, node.get("typmods", ()), position)
        if node.get("arrayBounds"):
            array = self.array(oid)
            if not array:
                raise UndefinedObject(f'type "{self.name(oid)}[]" does not exist', position=position)
            return array, typmod
        return oid, typmod

    def _typmod(self, oid: int, nodes: Sequence[Node], position: int) -> int:
        if not nodes:
            return -1
        values = [_integer(node, position) for node in nodes]
        if oid in _LENGTH_TYPES:
            return _length_typmod(_LENGTH_TYPES[oid], values, position, 10_485_760) + 4
        if oid == NUMERIC:
            return _numeric_typmod(values, position)
        if oid in _PRECISION_TYPES:
            if values[0] < 0:
                name = (
                    f"{_PRECISION_TYPES[oid]}({values[0]}){' WITH TIME ZONE' if oid in (TIMETZ, TIMESTAMPTZ) else ''}"
                )
                raise InvalidParameterValue(f"{name} precision must not be negative", position=position)
            return min(values[0], 6)
        if oid == INTERVAL:
            precision = min(values[1], 6) if len(values) > 1 else 0xFFFF
            return ((values[0] & _INTERVAL_FULL_RANGE) << 16) | precision
        if oid in (BIT, VARBIT):
            return _length_typmod("bit" if oid == BIT else "varbit", values, position, 83_886_080)
        raise InvalidParameterValue(f'type modifier is not allowed for type "{self.row(oid).name}"', position=position)


def quote(name: str) -> str:
    """quote_ident for messages."""
    if (
        name
        and name[0] in "abcdefghijklmnopqrstuvwxyz_"
        and all(c.isdigit() or c in "_$" or "a" <= c <= "z" for c in name)
    ):
        return name
    return '"' + name.replace('"', '""') + '"'


def _integer(node: Node, position: int) -> int:
    kind, fields = kind_of(node)
    if kind == "A_Const" and "fval" in fields:
        return _read_integer(str(fields["fval"]["fval"]), position)
    if kind != "A_Const" or "ival" not in fields:
        raise InvalidParameterValue("type modifiers must be simple constants or identifiers", position=position)
    found: Any = fields["ival"].get("ival", 0)
    return int(found)


def _read_integer(text: str, position: int) -> int:
    """What does not fit is an integer's error."""
    try:
        return int(read_text(INT4, text, None))
    except PgError as error:
        raise type(error)(error.message, position=position) from None


def _length_typmod(name: str, values: list[int], position: int, most: int) -> int:
    if values[0] < 1:
        raise InvalidParameterValue(f"length for type {name} must be at least 1", position=position)
    if values[0] > most:
        raise InvalidParameterValue(f"length for type {name} cannot exceed {most}", position=position)
    return values[0]


def _numeric_typmod(values: list[int], position: int) -> int:
    precision, scale = values[0], values[1] if len(values) > 1 else 0
    if not 1 <= precision <= 1000:
        raise InvalidParameterValue(f"NUMERIC precision {precision} must be between 1 and 1000", position=position)
    if not -1000 <= scale <= 1000:
        raise InvalidParameterValue(f"NUMERIC scale {scale} must be between -1000 and 1000", position=position)
    return ((precision << 16) | (scale & 0x7FF)) + 4
