"""bytea: operators and functions as templates.

Refuses to know text. Facts: bytea.c, like.c, pg_proc's signatures.
"""

from __future__ import annotations

from proxy.sql.lower.values import at_least, fail

FROM, BEHIND = at_least("CAST({1} AS BIGINT)", 1), at_least("CAST({1} AS BIGINT) + {2}", 1)
BYTES = (
    "CASE WHEN {0} IS NULL THEN NULL WHEN {1} IS NULL THEN NULL "
    f"WHEN {{2}} < 0 THEN {fail('22011', 'negative substring length not allowed')} "
    f"ELSE unhex(substring(hex({{0}}), ({FROM}) * 2 - 1, ({BEHIND} - {FROM}) * 2)) END"
)
WIDTHS = {"int2": (2, "SMALLINT", "smallint"), "int4": (4, "INTEGER", "integer"), "int8": (8, "BIGINT", "bigint")}

# (source OID, target OID) -> template, for casts
CASTS: dict[tuple[int, int], str] = {
    **{(oid, 17): f"pgf_integer_bytes({{0}}, {WIDTHS[kind][0]})" for kind, oid in (("int2", 21), ("int4", 23), ("int8", 20))},
    **{(17, oid): f"CAST(pgf_bytes_integer({{0}}, {WIDTHS[kind][0]}, '{WIDTHS[kind][2]}') AS {WIDTHS[kind][1]})"
       for kind, oid in (("int2", 21), ("int4", 23), ("int8", 20))},
}  # fmt: skip
TEMPLATES: dict[str, str] = {
    **{f"{name}(bytea,bytea)": f"pgf_bytea_trim('{name}', {{0}}, {{1}})" for name in ("btrim", "ltrim", "rtrim")},
    "crc32(bytea)": "pgf_crc32({0})", "crc32c(bytea)": "pgf_crc32c({0})", "bit_count(bytea)": "pgf_bytea_bit_count({0})",
    "reverse(bytea)": "pgf_bytea_reverse({0})", "position(bytea,bytea)": "pgf_bytea_position({0}, {1})",
    "overlay(bytea,bytea,int4)": "pgf_bytea_overlay({0}, {1}, {2}, CAST(octet_length({1}) AS INTEGER))",
    "overlay(bytea,bytea,int4,int4)": "pgf_bytea_overlay({0}, {1}, {2}, {3})",
    "get_byte(bytea,int4)": "pgf_get_byte({0}, {1})", "set_byte(bytea,int4,int4)": "pgf_set_byte({0}, {1}, {2})",
    "get_bit(bytea,int8)": "pgf_get_bit({0}, {1})", "set_bit(bytea,int8,int4)": "pgf_set_bit({0}, {1}, {2})",
    "convert_from(bytea,name)": "pgf_convert_from({0}, {1})", "convert_to(text,name)": "pgf_convert_to({0}, {1})",
    "convert(bytea,name,name)": "pgf_convert({0}, {1}, {2})", "length(bytea,name)": "pgf_length_in({0}, {1})",
    "bytealike": "pgf_bytea_like({0}, {1})", "byteanlike": "(NOT pgf_bytea_like({0}, {1}))",
    "like(bytea,bytea)": "pgf_bytea_like({0}, {1})", "notlike(bytea,bytea)": "(NOT pgf_bytea_like({0}, {1}))",
    "byteacat": "({0} || {1})", "length(bytea)": "octet_length({0})", "octet_length(bytea)": "octet_length({0})",
    "bit_length(bytea)": "CAST(octet_length({0}) * 8 AS INTEGER)",
    **dict.fromkeys(("substring(bytea,int4,int4)", "substr(bytea,int4,int4)"), BYTES),
    **dict.fromkeys(("substring(bytea,int4)", "substr(bytea,int4)"), f"unhex(substring(hex({{0}}), ({FROM}) * 2 - 1))"),
    "md5(bytea)": "lower(hex(pgf_digest({0}, 'md5')))", "sha224(bytea)": "pgf_digest({0}, 'sha224')",
    "sha256(bytea)": "pgf_digest({0}, 'sha256')", "sha384(bytea)": "pgf_digest({0}, 'sha384')",
    "sha512(bytea)": "pgf_digest({0}, 'sha512')",
    "encode(bytea,text)": "pgf_encode({0}, {1})", "decode(text,text)": "pgf_decode({0}, {1})",
}  # fmt: skip
