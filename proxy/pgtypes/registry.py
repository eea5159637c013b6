"""The registry: which codec reads and writes a type, by OID for built-in types, by the catalog's rows for all others.

Refuses to guess: a type without a row here is passed through as the text in which it is stored, and has no binary
format. OIDs below 16384 are fixed by Postgres (src/include/catalog/pg_type.dat).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proxy.catalog.model import Catalog, TypeRow
from proxy.pgtypes import geometry
from proxy.pgtypes.arrays import Array, Vector
from proxy.pgtypes.codec import Codec, Input
from proxy.pgtypes.datetimes import Date, Time, Timestamp, TimeTz
from proxy.pgtypes.floats import Float
from proxy.pgtypes.integers import Bool, Integer, LogPosition, Unsigned, WideUnsigned
from proxy.pgtypes.intervals import Interval
from proxy.pgtypes.jsonb import Jsonb, JsonText
from proxy.pgtypes.jsonpath import JsonPath
from proxy.pgtypes.network import Bits, Inet, MacAddress, Money, TupleId
from proxy.pgtypes.numeric import Numeric
from proxy.pgtypes.range_types import BUILT_IN_RANGES, SUBTYPES, continuous
from proxy.pgtypes.ranges import Multirange, Range, Subtype
from proxy.pgtypes.records import Column, Composite
from proxy.pgtypes.reg import REG_TYPES, Reg
from proxy.pgtypes.strings import Bytea, Enum, Name, Padded, SingleByte, Text, Uuid, Varying
from proxy.pgtypes.system_values import Snapshot, TextOnly
from proxy.pgtypes.text_search import TsQuery, TsVector
from proxy.sql.ir import OutputColumn, RowColumn


@dataclass(frozen=True, slots=True)
class PgType:
    """A built-in type. array_oid is 0 where the type has no array type."""

    oid: int
    name: str
    array_oid: int
    codec: Codec


_INT2, _OID = Integer("smallint", 2), Unsigned("oid")

TYPES: tuple[PgType, ...] = (
    PgType(16, "bool", 1000, Bool("boolean")),
    PgType(17, "bytea", 1001, Bytea("bytea")),
    PgType(18, "char", 1002, SingleByte('"char"')),
    PgType(19, "name", 1003, Name("name")),
    PgType(20, "int8", 1016, Integer("bigint", 8)),
    PgType(21, "int2", 1005, _INT2),
    PgType(22, "int2vector", 1006, Vector("int2vector", _INT2, 21)),
    PgType(23, "int4", 1007, Integer("integer", 4)),
    PgType(25, "text", 1009, Text("text")),
    PgType(26, "oid", 1028, _OID),
    PgType(27, "tid", 1010, TupleId("tid")),
    PgType(28, "xid", 1011, Unsigned("xid", of_transactions=True)),
    PgType(29, "cid", 1012, Unsigned("cid", of_transactions=True)),
    PgType(30, "oidvector", 1013, Vector("oidvector", _OID, 26)),
    PgType(114, "json", 199, JsonText("json")),
    PgType(142, "xml", 143, Text("xml")),
    PgType(600, "point", 1017, geometry.POINT),
    PgType(601, "lseg", 1018, geometry.SEGMENT),
    PgType(602, "path", 1019, geometry.PATH),
    PgType(603, "box", 1020, geometry.BOX),
    PgType(604, "polygon", 1027, geometry.POLYGON),
    PgType(628, "line", 629, geometry.LINE),
    PgType(718, "circle", 719, geometry.CIRCLE),
    PgType(1033, "aclitem", 1034, TextOnly("aclitem")),
    PgType(2970, "txid_snapshot", 2949, Snapshot("pg_snapshot")),
    PgType(5038, "pg_snapshot", 5039, Snapshot("pg_snapshot")),
    PgType(3614, "tsvector", 3643, TsVector("tsvector")),
    PgType(3615, "tsquery", 3645, TsQuery("tsquery")),
    PgType(194, "pg_node_tree", 0, Text("pg_node_tree")),
    PgType(650, "cidr", 651, Inet("cidr", is_cidr=True)),
    PgType(700, "float4", 1021, Float("real", 4)),
    PgType(701, "float8", 1022, Float("double precision", 8)),
    PgType(705, "unknown", 0, Text("unknown")),
    PgType(774, "macaddr8", 775, MacAddress("macaddr8", 8)),
    PgType(790, "money", 791, Money("money")),
    PgType(829, "macaddr", 1040, MacAddress("macaddr", 6)),
    PgType(869, "inet", 1041, Inet("inet", is_cidr=False)),
    PgType(1042, "bpchar", 1014, Padded("character")),
    PgType(1043, "varchar", 1015, Varying("character varying")),
    PgType(1082, "date", 1182, Date("date")),
    PgType(1083, "time", 1183, Time("time")),
    PgType(1114, "timestamp", 1115, Timestamp("timestamp", zoned=False)),
    PgType(1184, "timestamptz", 1185, Timestamp("timestamp with time zone", zoned=True)),
    PgType(1186, "interval", 1187, Interval("interval")),
    PgType(1266, "timetz", 1270, TimeTz("time with time zone")),
    PgType(1560, "bit", 1561, Bits("bit", varying=False)),
    PgType(1562, "varbit", 1563, Bits("bit varying", varying=True)),
    PgType(1700, "numeric", 1231, Numeric("numeric")),
    PgType(1790, "refcursor", 2201, Text("refcursor")),
    PgType(2249, "record", 2287, Composite("record", None)),
    PgType(2275, "cstring", 1263, Text("cstring")),
    PgType(2278, "void", 0, Text("void")),
    PgType(2950, "uuid", 2951, Uuid("uuid")),
    PgType(3220, "pg_lsn", 3221, LogPosition("pg_lsn")),
    PgType(3802, "jsonb", 3807, Jsonb("jsonb")),
    PgType(4072, "jsonpath", 4073, JsonPath("jsonpath")),
    PgType(5069, "xid8", 271, WideUnsigned("xid8")),
    *(
        PgType(oid, f"{name}range", array, Range(f"{name}range", SUBTYPES[of]))
        for name, of, oid, array, _, _ in BUILT_IN_RANGES
    ),
    *(
        PgType(oid, f"{name}multirange", array, Multirange(f"{name}multirange", SUBTYPES[of]))
        for name, of, _, _, oid, array in BUILT_IN_RANGES
    ),
    *(PgType(oid, name, array_oid, Reg(name, oid)) for oid, name, array_oid in REG_TYPES),
)

RECORD, RECORD_ARRAY = 2249, 2287
SENT_AS_TEXT = frozenset(("citext",))
"""Extension types whose binary send function gives their text."""


def _by_oid() -> dict[int, Codec]:
    rows: dict[int, Codec] = {}
    for row in TYPES:
        assert row.oid not in rows and row.array_oid not in rows, row
        rows[row.oid] = row.codec
        if row.array_oid:
            rows[row.array_oid] = Array(f"{row.codec.name}[]", row.codec, row.oid, ";" if row.name == "box" else ",")
    assert len({row.name for row in TYPES}) == len(TYPES)
    return rows


BUILT_IN: dict[int, Codec] = _by_oid()


def codec_of(oid: int, catalog: Catalog | None = None) -> Codec:
    """The codec of a type; domains have their base type's."""
    if oid in BUILT_IN:
        return BUILT_IN[oid]
    row = catalog.types.get(oid) if catalog is not None else None
    if row is None or catalog is None:
        return Codec(f"type {oid}")
    if row.kind == "d":
        return codec_of(row.base, catalog)
    if row.kind == "e":
        return Enum(row.name, row.enum_labels)
    if row.kind in "rm" and (subtype := _subtype(row.oid, catalog)) is not None:
        return (Range if row.kind == "r" else Multirange)(row.name, subtype)
    if row.is_true_array and row.element:
        return Array(f"{row.name.removeprefix('_')}[]", codec_of(row.element, catalog), row.element, _delimiter(row))
    if row.kind == "c":
        return Composite(row.name, _columns(row, catalog), Input(catalog=catalog))
    return Text(row.name) if row.name in SENT_AS_TEXT else Codec(row.name)


def _subtype(oid: int, catalog: Catalog) -> Subtype | None:
    """What a range or multirange type of the source's own is of."""
    for one, (subtype, multirange) in catalog.ranges.items():
        if oid in (one, multirange):
            return continuous(catalog.base_type(subtype).oid, codec_of(subtype, catalog))
    return None


def _columns(row: TypeRow, catalog: Catalog) -> list[Column] | None:
    """The columns of a composite type; None where they are not all known."""
    relation = catalog.relations.get(row.relation)
    if relation is None or row.relation in catalog.hidden_columns:
        return None
    return [Column(one.type_oid, one.typmod, codec_of(one.type_oid, catalog)) for one in relation.columns]


def row_codec(name: str, columns: Sequence[RowColumn], catalog: Catalog) -> Codec:
    """The codec of a record of these columns."""
    known = [Column(one.type, one.typmod, column_codec(one, catalog)) for one in columns]
    return Composite(name, known, Input(catalog=catalog))


def column_codec(column: RowColumn | OutputColumn, catalog: Catalog) -> Codec:
    """The codec of a column: of a record, or an array of records, by what its rows are of."""
    if column.type == RECORD and column.row is not None:
        return row_codec("record", column.row, catalog)
    if column.type == RECORD_ARRAY and column.row is not None:
        return Array("record[]", row_codec("record", column.row, catalog), RECORD)
    return codec_of(column.type, catalog)


def _delimiter(row: TypeRow) -> str:
    return row.delimiter or ","
