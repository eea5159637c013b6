"""What generated error statements are made of: the tables of tables.sql, forms of statements, and texts that no type reads.

A form is a text with slots: `{slot}` stands for a choice from SLOTS, which may have slots of its own. Refuses to know what
Postgres says of a statement; a form is filed under the SQLSTATE that it is after.
"""

from __future__ import annotations

TABLES: dict[str, dict[str, str]] = {
    "people": {"id": "int", "name": "text", "email": "text", "born": "date", "height": "float8", "boss": "int", "tags": "array",
               "data": "jsonb", "joined": "timestamp", "feels": "enum"},
    "orders": {"id": "int", "person": "int", "amount": "numeric", "quantity": "int", "placed": "timestamptz", "note": "text",
               "paid": "bool"},
    "items": {"id": "int", "orders": "int", "name": "text", "price": "float4", "takes": "interval", "at": "time", "code": "uuid",
              "raw": "bytea"},
    "edges": {"id": "int", "max4": "int", "zero8": "int", "maxn": "numeric", "maxf8": "float8", "word": "text", "maxd": "date"},
    "grown": {"id": "int", "name": "text", "height": "float8"},
}  # fmt: skip

# Where a value that fails may stand.
AROUND = (
    "select {0} from edges", "select {0} from edges", "select {0} from edges", "select id, {0} as x from edges order by id",
    "select id from edges where {0} is not null", "select id from edges order by {0}", "select max({0}) from edges",
    "select coalesce({0}, null) from edges", "select count(*) from edges group by {0}",
    "select case when id = 3 then {0} end from edges", "select array_agg({0}) from edges",
    "select s.x from (select {0} as x from edges) s", "with c as (select {0} as x from edges) select x from c",
    "select (select {0}) from edges", "select id from edges where id > 2 and {0} is null",
)  # fmt: skip

SLOTS: dict[str, tuple[str, ...]] = {
    # constants and columns of edges, by what they are
    "int": ("max2", "max4", "max8", "neg4", "id", "7", "max2::int4", "(id + 1)"),
    "number": ("maxn", "n52", "maxf8", "max4", "max8", "1.5", "2", "negn", "id"),
    "zero_int": ("zero2", "zero4", "zero8", "0", "(id - 3)", "(zero4 * 2)", "(1 - 1)"),
    "zero": ("zero2", "zero4", "zero8", "zeron", "zeron2", "zerof8", "0", "0.0", "0::float8", "0.00::numeric(5,2)", "(id - 3)"),
    "zero_exact": ("zeron", "zeron2", "0.0", "zeron::numeric(4,1)", "(zeron * 5)"),
    "zero_float": ("zerof4", "zerof8", "0::float8", "0::float4", "(zerof8 * 2)"),
    "negative": ("neg4", "neg8", "negn", "negf8", "-1", "-0.5", "-2::float8", "(neg4 * 3)", "(negn - 1)", "neg2"),
    "negative_float": ("negf4", "negf8", "-2.5::float8", "(-id)::float8"),
    "negative_exact": ("negn", "-0.25", "-4::numeric", "negn::numeric(6,2)", "(-id)::numeric"),
    "not_positive": ("{negative}", "{zero_float}", "{zero_exact}", "zero4", "neg8"),
    "fraction": ("0.5", "1.5", "-0.25", "0.5::float8", "2.5"),
    "edge_int": ("max2", "max4", "max8", "min2", "min4", "min8"),
    "small": ("2", "3", "10", "100", "id", "(id + 1)"),
    "not_a_number": ("word", "brief", "word || '1'", "'x'", "''", "'1 2'", "'0x'", "'1.2.3'", "' '", "'--1'", "'1e'", "'+'"),
    "word": ("word", "brief", "'abc'", "word || 'q'", "upper(word)"),
    # types and texts that they do not read
    "int_type": ("int2", "int4", "int8", "smallint", "integer", "bigint"),
    "number_type": ("int2", "int4", "int8", "numeric", "float8", "float4", "numeric(5,2)"),
    "bad_bool": ("'maybe'", "''", "'2'", "'truth'", "word", "'onn'"),
    "bad_uuid": ("'x'", "''", "'00000000-0000-0000-0000-00000000000'", "'{{00000000000000000000000000000001'", "word"),
    "bad_json": ("'{{'", "'[1,'", "''", "'tru'", "'{{\"a\"}}'", "'{{\"a\":1,}}'", "'[1 2]'", "word", "'\"a'", "'01'", "'1.'", "'{{a:1}}'",
                 "'[1]]'", "'\"\\x\"'", "'nul'", "brief"),
    "bad_bytea": ("'\\x1'", "'\\xzz'", "'\\1'", "'a\\b'", "'\\x0g'"),
    "bad_array": ("'1'", "'{{1,2'", "'{{1,x}}'", "'{{1}}}}'", "'{{{{1}},{{2,3}}}}'", "'[2:1]={{1}}'", "word", "'{{,}}'", "'{{1,}}'", "''",
                  "'{{\"1}}'", "'[1:2]={{1}}'"),
    "bad_range": ("'x'", "'[1,2'", "'[5,1]'", "'[a,b]'", "'(1;2)'", "''", "'[1,2]x'", "'1,2'"),
    "bad_enum": ("'nope'", "''", "'Sad'", "' ok'", "word"),
    "bad_date": ("'x'", "''", "'2024-01'", "'abc 2020'", "'2024-01-01 x'", "'1/2/3/4'", "word", "'12'", "'2024-Foo-01'", "'noon'"),
    "out_date": ("'2024-13-01'", "'2024-02-30'", "'2023-02-29'", "'2024-00-10'", "'2024-01-32'", "'5874898-01-01'", "'0000-01-01'",
                 "'2024-04-31'", "'4714-01-01 BC'"),
    "bad_time": ("'x'", "''", "'10:'", "'10:00 foo'", "word", "'now and then'", "'ten'"),
    "out_time": ("'25:00'", "'10:60'", "'10:00:61'", "'24:00:01'", "'99:99:99'", "'13:00 PM'"),
    "bad_interval": ("'x'", "''", "'1 foo'", "'P1X'", "'1 day day'", "word", "'day'", "'1:2:3:4'", "'P'", "'abc ago'"),
    "out_interval": ("'200000000 years'", "'99999999999 days'", "'3000000000 mons'", "'1e20 years'", "'99999999999999999999 hours'"),
    "time_type": ("time", "timetz", "time(2)"),
    "stamp_type": ("date", "timestamp", "timestamptz", "timestamp(0)", "timestamp with time zone"),
    "unit": ("foo", "fortnight", "weekday", "parsec", "sec0nd", "dayz", "eons"),
    "unit_text": ("'foo'", "'fortnight'", "''", "'weekdays'", "'parsec'", "'timezone_x'"),
    "dated": ("maxts", "timestamp '2024-01-01'", "timestamptz '2024-01-01 00:00+00'", "interval '1 day'", "maxd"),
    "bad_zone": ("'Nowhere/Land'", "'Mars'", "word", "'Europe/'", "''", "'x y'"),
    "not_object": ("'[1]'", "'1'", "'\"a\"'", "'true'"),
    "not_list": ("'{{}}'", "'{{\"a\":1}}'"),
    "scalar": ("'1'", "'\"a\"'", "'false'"),
    "several": ("people", "orders", "items", "grown"),
    "binary": ("'\\x01'::bytea", "'\\x'::bytea", "'\\x0102'::bytea", "convert_to(word, 'UTF8')"),
    "far": ("9", "100", "-1", "64", "(id + 20)"),
}  # fmt: skip

# A value that fails, or a whole statement (it begins with select), by the SQLSTATE that it is after.
FORMS: dict[str, tuple[str, ...]] = {
    "22012": (
        "{int} / {zero_int}", "{int} % {zero_int}", "mod({int}, {zero_int})", "maxn / {zero_exact}", "n52 / {zero_exact}",
        "maxn % {zero_exact}", "div({number}::numeric, {zero_exact})", "{number}::float8 / {zero_float}", "maxf8 / {zero_float}",
        "{number} / {zero}", "interval '1 day' / {zero_float}", "{int} / ({int} - {int})", "1 / nullif({zero_int}, 5)",
        "sum({int}) / {zero_int}|", "max4 / sum(zero4) over ()|", "avg({number}) / 0|",
    ),
    "22003": (
        "{edge_int} * {edge_int}", "max2 + {small}::int2", "max4 + {small}", "max8 + {small}", "min2 - {small}::int2", "min4 - {small}",
        "min8 - {small}", "-min2", "-min4", "-min8", "abs(min2)", "abs(min4)", "abs(min8)", "min4 / -1", "min8 / (-1)", "max8::int4",
        "max8::int2", "max4::int2", "neg4::oid", "maxf8::{int_type}", "maxf4::{int_type}", "maxn::{int_type}", "maxn::float8",
        "maxf8 * {small}", "maxf8::float4", "maxf4 * maxf4", "maxf8 + maxf8", "power(maxf8, {small})", "power(maxn, {small})",
        "exp(maxf8)", "exp(max4)", "maxn * maxn", "max4::numeric(5,2)", "maxf8::numeric(10,3)", "(n52 * {small})::numeric(4,2)",
        "'99999999999999999999'::{int_type}", "'-99999'::int2", "'1e999'::float8", "'1e99'::float4", "'NaN'::float8::{int_type}",
        "'inf'::numeric::{int_type}", "(max8::text || '0')::{int_type}", "(max4 * 10::int8)::int4", "factorial({negative}::int8)",
        "lcm(max8, max8 - 1)", "acos({small} + 1)", "asin({negative} - 1)", "sinh(maxf8)", "cosh(max4)", "atanh({small} + 2)",
        "acosh({negative})", "gcd(min8, 0::int8)", "sum(max8)::int8|", "min4 % {zero_int} + max4 + 1", "max4 + max4 + 0.5::int",
        "round(maxf8)::int4", "(max8::text)::int4", "to_number('99999', '99999')::int2", "extract(epoch from maxts)::int4",
        "sin('inf'::float8)", "tan('-inf'::float8)", "power(zerof8, 400) + power(10::float8, 400)",
    ),
    "2201F": (
        "sqrt({negative_float})", "sqrt({negative_exact})", "sqrt({negative})", "|/ {negative_float}", "power({zero_exact}, {negative})",
        "power({zero_float}, {negative})", "power({negative_exact}, {fraction})", "power({negative_float}, {fraction})",
        "({zero})::float8 ^ ({negative})", "{negative_exact} ^ 0.5", "{negative_float} ^ {fraction}", "sqrt(sum({negative}))|",
    ),
    "2201E": (
        "ln({not_positive})", "log({not_positive})", "log10({not_positive})", "log(2.0, ({not_positive})::numeric)",
        "log(({not_positive})::numeric, 10.0)", "ln({negative_exact})", "ln({zero_float})", "log({zero_exact})", "ln(sum({negative}))|",
    ),
    "22P02": (
        "({not_a_number})::{number_type}", "cast({not_a_number} as {number_type})", "({bad_bool})::bool", "({bad_uuid})::uuid",
        "({bad_json})::json", "({bad_json})::jsonb", "{bad_bytea}::bytea", "({bad_array})::int[]", "{bad_range}::int4range",
        "({bad_enum})::mood", "max4 + 'x'", "max4 = 'two'", "n52 > '1,5'", "id in (1, 'x')", "coalesce(id, 'none')",
        "case when id = 3 then 'x' else id end", "greatest(id, 'ten')", "nullif(id, 'ten')", "id between 1 and 'x'", "row2 || '{{x}}'",
        "row2 = '{{a}}'", "array[id, 'b']", "maxf8 * 'pi'", "jsonb '[1]' || '{{'", "{word}::oid", "int '{word2}'", "float8 'x' + 1",
    ),
    "22007": (
        "({bad_date})::{stamp_type}", "{bad_time}::{time_type}", "({bad_interval})::interval", "maxd = {unit_text}", "maxts + 'soon'",
        "maxd > 'later'", "date 'x'", "interval 'x' + maxd", "to_date({word}, 'YYYY')", "to_timestamp({word}, 'MM')",
        "to_date('2024 x', 'YYYY DD')", "age(maxts, 'then')", "date_trunc('day', timestamp 'x')", "extract(year from date 'y')",
        "coalesce(maxd, 'never')", "maxd in ('2024-01-01', 'x')", "to_date('24 Foo', 'YY Mon')", "(word || maxd)::date",
    ),
    "22008": (
        "({out_date})::{stamp_type}", "{out_time}::{time_type}", "{out_interval}::interval", "maxd + {small}",
        "maxts + interval '100 years'",
        "maxts + interval '12000 days'", "maxts + interval '300000 years'", "maxd = {out_date}", "make_date(2024, {far}, 1)",
        "make_date(2024, 2, 30)", "make_time({far}, 0, 0)", "make_timestamp(2024, 1, 1, {far}, 0, 0)", "maxd::timestamp",
        "to_date('2024-02-30', 'YYYY-MM-DD')", "to_date('2024 13', 'YYYY MM')", "to_timestamp({number}::float8 * 1e300)",
        "interval '1 year' * 1e{far2}", "date_bin('0 s', maxts, maxts)", "maxts - interval '900000 years'",
        "('2024-' || (id + 20)::text || '-01')::date", "to_timestamp('99', 'HH24')", "maxd - max4",
    ),
    "22023": (
        "extract({unit} from {dated})", "date_part({unit_text}, {dated})", "date_trunc({unit_text}, {dated})",
        "now() at time zone {bad_zone}", "maxts at time zone {bad_zone}", "split_part(word, ',', {zero_int}::int)",
        "generate_series(1, id, {zero_int}::int)|", "encode('\\x01', {word})", "decode(word, {word})", "decode('zz', 'hex')",
        "decode(word, 'hex')", "decode('a', 'base64')", "format('%{letter}', id)", "format('%s %s', id)", "format('%5$s', id)",
        "regexp_replace(word, 'a', 'b', '{letter}')", "regexp_match(word, 'a', 'g')", "id::numeric(2000)", "word::varchar(0)",
        "word::char(0)", "jsonb_array_length({not_list})", "jsonb_object_keys({not_object})|", "jsonb_array_elements({scalar})|",
        "json_array_length({not_list})", "({not_object}::jsonb)::bool + 1", "('\"x\"'::jsonb)::int", "('[]'::jsonb)::numeric",
        "regexp_count(word, 'a', {zero_int}::int)", "regexp_substr(word, 'a', 1, 0)", "jsonb_set({scalar}, '{{a}}', '1')",
        "make_timestamptz(2024, 1, 1, 0, 0, 0, {bad_zone})", "json_object_keys({not_object})|", "jsonb {not_object} - 'a'",
    ),
    "2202E": (
        "array[[1,2],[id]]", "array[row2, rows2]", "row2 || array[[1,2,3]]", "rows2 || array[[1,2,3]]", "array_cat(rows2, array[[id]])",
        "array_fill(id, array[1,2], array[1])", "trim_array(row2, {far})", "trim_array(array[1], {far})", "get_byte({binary}, {far})",
        "set_byte({binary}, {far}, 1)", "get_bit({binary}, {far}::int8)", "set_bit({binary}, {far}::int8, 1)",
        "json_object(array[word])", "jsonb_object(array['a', word, 'c'])", "jsonb_object(array[word], array['b', 'c'])",
        "array_agg(row2)|", "array_agg(case id when 1 then rows2 else row2 end)|", "json_object(array[[word]])", "array[array[id], row2]",
    ),
    "21000": (
        "(select id from {several})", "(select name from {several2})", "max4 + (select id from {several})",
        "case when id > 0 then (select id from {several}) end", "coalesce((select id from {several} where id > 0), 0)",
        "(select unnest(array[1, id]))", "(select generate_series(1, id))", "(values (id), (2))",
        "id > (select id from {several})", "array[(select id from {several})]", "id = (select p.id from people p where p.id < edges.id)",
        "upper((select name from {several2}))", "(select id from {several} union all select 1)", "id in (1, (select id from {several}))",
        "sum((select id from {several}))|", "id between 1 and (select id from {several})",
    ),
    "42725": (
        "{literal} {operator} {literal}", "{literal} {operator} {literal}", "- {literal}", "sum({literal})|", "avg({literal})|",
        "to_char({literal}, {literal})", "generate_series({literal}, {literal})|", "variance({literal})|", "bit_or({literal})|",
        "mod({literal}, {literal})", "isfinite({literal})", "trunc({literal})", "{function}({literal})",
        "{function}({literal}, {literal})", "width_bucket({literal}, '1', '2', '3')",
    ),
}  # fmt: skip

SLOTS |= {
    "word2": ("x", "one", "1x", ""),
    "far2": ("9", "12", "20", "300"),
    "letter": ("q", "z", "d", "y", "k"),
    "several2": ("people", "items", "grown"),
    "literal": ("'a'", "'1'", "null", "''", "'2024-01-01'"),
    "operator": ("+", "-", "*", "/", "%", "&", "|", "#", "<<", ">>", "@>", "<@", "&&", "->", "->>", "-|-", "~", "^", "#>", "?"),
    "function": ("abs", "round", "ceil", "sign", "length", "lower", "upper", "reverse", "age", "date_part", "min", "max", "floor", "stddev",
                 "sqrt", "date_trunc", "div", "gcd", "array_length", "cardinality", "isempty", "lower_inc", "timezone", "log", "power",
                 "bit_count", "justify_days", "unnest", "array_to_string", "to_hex", "substring", "position", "overlay", "xor", "mod"),
}  # fmt: skip
