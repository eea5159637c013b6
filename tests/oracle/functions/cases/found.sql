casefold('ÉtéSS'::text)
to_ascii('abc'::text)
uuid_extract_version('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid)
uuid_extract_version('00000000-0000-0000-0000-000000000001'::uuid)
uuid_extract_timestamp('00000000-0000-0000-0000-000000000001'::uuid)
uuid_extract_timestamp('019bb7c2-9c0b-7ef8-bb6d-6bb9bd380a11'::uuid)
uuid_extract_timestamp('C232AB00-9414-11EC-B3C8-9F6BDECED846'::uuid)
parse_ident('a.b c', false)
parse_ident(' ', false)
parse_ident('x''y', false)
parse_ident('a.', false)
parse_ident('12', false)
parse_ident('"a', false)
parse_ident('.a', false)
parse_ident('a..b', false)
parse_ident('a b', true)
array_to_json('{1,2,3}'::int4[], true)
array_to_json('{{1,2},{3,4}}'::int4[], true)
array_to_json('{a,NULL}'::text[], true)
array_to_json('{}'::text[], true)
array_to_json('{1}'::text[], NULL::bool)
array_sort('{3,1,NULL,2}'::int4[], true)
array_sort('{3,1,NULL,2}'::int4[], false)
array_sort('{3,1,NULL,2}'::int4[], true, false)
array_sort('{3,1,NULL,2}'::int4[], false, true)
jsonb_set_lax('{"a":1}'::jsonb, '{a}', NULL::jsonb, true, 'delete_key')
jsonb_set_lax('{"a":1}'::jsonb, '{a}', NULL::jsonb, true, 'return_target')
jsonb_set_lax('{"a":1}'::jsonb, '{a}', NULL::jsonb, true, 'use_json_null')
jsonb_set_lax('{"a":1}'::jsonb, '{a}', NULL::jsonb, true, 'raise_exception')
jsonb_set_lax('{"a":1}'::jsonb, '{a}', NULL::jsonb, true, 'x')
jsonb_set_lax('{"a":1}'::jsonb, '{a}', NULL::jsonb, true, NULL)
jsonb_set_lax('{"a":1}'::jsonb, '{a}', '2'::jsonb, true, NULL)
jsonb_set_lax('{"a":1}'::jsonb, '{a}', '2'::jsonb, NULL, 'x')
jsonb_set_lax('{"a":1}'::jsonb, NULL, NULL, true, 'x')
width_bucket(5, '{1,3,7}'::int4[])
width_bucket(5, '{}'::int4[])
width_bucket(5, '{NULL,5}'::int4[])
width_bucket('b'::text, '{a,c}'::text[])
unistr('d\0061t\+000061')
unistr('d\u0061t')
unistr('a\\b')
unistr('a\b')
unicode_assigned('abc')
is_normalized('abc', 'NFC')
is_normalized('abc', 'x')
get_bit('\x00ff'::bytea, 9::int8)
get_bit('\x00ff'::bytea, 16::int8)
get_bit('\x00ff'::bytea, -1::int8)
overlay('\x001122'::bytea, '\xff'::bytea, 2)
overlay('\x001122'::bytea, '\xff'::bytea, 0)
overlay('\x001122'::bytea, '\xff'::bytea, 2, 0)
overlay('\x001122'::bytea, '\xff'::bytea, 2, -1)
overlay('\x001122'::bytea, '\xff'::bytea, 2147483647, 2)
overlay('\x001122'::bytea, '\xff'::bytea, 2, 2147483647)
'\x255c61'::bytea ~~ '\x255c5c'::bytea
'\x255c61'::bytea ~~ '\x255c5c61'::bytea
'\x255c61'::bytea ~~ '\x5c'::bytea
'\x255c61'::bytea ~~ '\x25'::bytea
sind(30::float8), cosd(60::float8), tand(45::float8), cotd(45::float8), asind(0.5::float8), acosd(0.5::float8), atand(1::float8), atan2d(1::float8,1::float8)
asind(2::float8)
sind('Infinity'::float8)
tand(90::float8)
cotd(0::float8)
date_add('2024-02-29 12:34:56+00'::timestamptz, '1 mon'::interval, 'Europe/Berlin')
date_add('2024-02-29 12:34:56+00'::timestamptz, '1 mon'::interval, 'nope')
date_add('-infinity'::timestamptz, '1 mon'::interval, 'nope')
date_add('2024-03-30 12:34:56+00'::timestamptz, '1 day'::interval, 'Europe/Berlin')
int4range_subdiff(1, 3), int8range_subdiff(1,3), numrange_subdiff(1.5, 3), daterange_subdiff('2024-01-01','2023-01-01'), tsrange_subdiff('2024-01-01','2023-01-01'), tstzrange_subdiff('2024-01-01','2023-01-01')
array_position('{1,2,3}'::int4[], 2, NULL::int4)
array_position('{}'::int4[], 2, NULL::int4)
array_position('{{1,2},{3,4}}'::int4[], 2)
array_positions('{{1,2},{3,4}}'::int4[], 2)
array_fill(1, '{2}'::int4[], '{1}'::int4[])
array_fill(1, '{2}'::int4[], '{1,2}'::int4[])
array_fill(1, '{-2}'::int4[])
array_fill(1, '{}'::int4[])
array_fill(1, '{NULL}'::int4[])
array_fill(1, '{0,-2}'::int4[])
array_fill(1, '{0,2}'::int4[])
array_fill(1, NULL::int4[])
array_ndims('{{1,2},{3,4}}'::int4[]), array_dims('{{1,2},{3,4}}'::int4[]), array_lower('{{1,2},{3,4}}'::int4[], 2), array_length('{{1,2},{3,4}}'::int4[], 2), cardinality('{{1,2},{3,4}}'::int4[])
'{{1,2},{3,4}}'::int4[] || 1
array_prepend(1, '{{1,2},{3,4}}'::int4[])
to_json('{{1,2},{3,4}}'::int4[])
to_jsonb('{{1,2},{3,4}}'::int4[])
'{{1,2},{3,4}}'::int4[]
'{{1,2},{3,4}}'::int4[] = '{{1,2},{3,4}}'::int4[]
n AS k, jsonb_agg(round(n, i4) ORDER BY id) FROM probe GROUP BY 1 ORDER BY 1
n AS k, stddev_samp(ceiling(n)) FROM probe GROUP BY 1 ORDER BY 1
n AS k, sum(n) OVER (ORDER BY n) , sum(sum(n + 1)) OVER (ORDER BY n) FROM probe GROUP BY 1 ORDER BY 1
array_to_string(string_to_array('a', 'a'), 'x')
degrees(f8) from probe
('2000-01-20'::date - 10000000::int4)
('infinity'::date - 10000000::int4)
('2000-01-20'::date + 2147483647)
('infinity'::timestamptz - 'infinity'::timestamptz)
'[]'::jsonb #- '{NULL}'
jsonb_set('[]'::jsonb, '{NULL}', '1', false)
length('\x00'::bytea) + '2000-01-01'::date
int2larger(1::int2, 2::int2), int2smaller(1::int2,2::int2), numeric_larger(1.5, 1.50), numeric_smaller(1.50, 1.5), float8larger('NaN', 1), array_larger('{1,2}'::int[], '{1,3}'::int[]), bytea_larger('\x00', '\x01'), date_larger('2020-01-01', '2021-01-01'), timestamptz_smaller('2020-01-01', '2021-01-01'), array_larger('{1.50}'::numeric[], '{1.5}'::numeric[])
int4inc(1), int8inc(1), int8dec(1), numeric_inc(1.50), textlen('abc'), dround(2.5), dtrunc(2.5), dexp(1), dlog1(2), dlog10(100), numeric_sqrt(2), numeric_ln(2), numeric_exp(1), numeric_log(2,8), numeric_div_trunc(7, 2)
sqrt(log(n)) from probe where id in (1,4)
id FROM probe WHERE ((~ array_length(na, '0'::int4)) <= CASE WHEN (n >= n) THEN (i4 - i8) ELSE i8 END) ORDER BY id
(((i8 * i8) / array_upper(ia, i4)) > ((- i2) * coalesce('32767'::int2, i2))) FROM probe WHERE id = 5
id, nth_value((i8 * i4), 2) OVER (ORDER BY (d + iv), id) FROM probe ORDER BY id
id, lead((f8 * iv), 2) OVER (ORDER BY d, id) FROM probe ORDER BY id
id, first_value((i8 + i8)) OVER (PARTITION BY '13'::int4 ORDER BY array_ndims(ia), id) FROM probe ORDER BY id
id, first_value(n * n4) OVER (PARTITION BY '13'::int4 ORDER BY array_ndims(ia), id) FROM probe ORDER BY id
id, last_value(round(n,1)) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) FROM probe ORDER BY id
id, lead(i4 + 1) OVER (ORDER BY id), lag(coalesce(i4,0) + 1, 1, 5) OVER (ORDER BY id)  FROM probe ORDER BY id
i4, lead(i4 + 1) OVER (ORDER BY i4) , lead(sum(i8)/2) over (order by i4) FROM probe where id in (1,5) group by i4 ORDER BY 1
id, lag((jb - t)) OVER (ORDER BY id), lag(na || n) over (order by id) FROM probe where id <> 5 ORDER BY id
array_to_json('{1,2}'::int4[], true)
date_trunc(t, NULL::timestamp) from probe
date_trunc('hour', tz, 'Europe/Berlin'), date_trunc('day', tz, 'Asia/Kolkata'), date_trunc('century', tz, 'Asia/Kolkata'),date_trunc('century', tz), date_trunc('century', ts), date_trunc('day', iv) from probe
date_trunc(t, tz, t) from probe
array_sort(na) from probe
log(n), sqrt(log(n)), sqrt(0.17609125905568124), sqrt(0.5), sqrt(0.05), sqrt(0.00005) from probe where id=1
int2larger(1::int2, 2::int2), int2smaller(1::int2, 2::int2)
int4larger(1, 2), int4smaller(1, 2)
int8larger(1, 2), int8smaller(1, 2)
float4larger(1, 2), float4smaller(1, 2)
float8larger(1, 2), float8smaller(1, 2)
numeric_larger(1.5, 1.50), numeric_smaller(1.50, 1.5), numeric_larger(null, 1)
date_larger('2020-01-01', '2021-01-01'), date_smaller('2020-01-01', '2021-01-01'), time_larger('10:00', '11:00'), time_smaller('10:00', '11:00')
timestamp_larger('2020-01-01', '2021-01-01'), timestamp_smaller('2020-01-01', '2021-01-01'), timestamptz_larger('2020-01-01', '2021-01-01'), timestamptz_smaller('2020-01-01', '2021-01-01')
interval_larger('30 days', '1 mon'), interval_smaller('30 days', '1 mon'), text_larger('a', 'b'), text_smaller('a', 'b'), bpchar_larger('a', 'b'), bpchar_smaller('a', 'b')
bytea_larger('\x00', '\x01'), bytea_smaller('\x00', '\x01'), array_larger('{1,2}'::int[], '{1,3}'::int[]), array_smaller('{1.50}'::numeric[], '{1.5}'::numeric[])
ltrim('\x0011'::bytea, '\x00'::bytea), rtrim('\x0011'::bytea, '\x11'::bytea), btrim('\x001100'::bytea, '\x00'::bytea), reverse('\x0011'::bytea), btrim('\x00'::bytea, '\x'::bytea)
'\x61'::bytea !~~ '\x62'::bytea, like('\x61'::bytea, '\x25'::bytea), notlike('\x61'::bytea, '\x25'::bytea)
date_add('2024-02-29 12:34:56+00'::timestamptz, '1 mon'::interval), date_subtract('2024-02-29 12:34:56+00'::timestamptz, '1 mon'::interval), date_subtract('2024-03-31 12:34:56+00'::timestamptz, '1 mon 1 day 1 hour'::interval, 'America/New_York')
radians(180::float8), sqrt(0.5), sqrt(0.17609125905568124), sqrt(0.00005)
'null'::jsonb -> 0, '5'::jsonb ->> -1, '5'::json -> 0
true::varchar, false::char(5)
'infinity'::timestamp::time, 'infinity'::date + null::int4
date_trunc('century', '1999-12-31 23:59:59+00'::timestamptz, 'Asia/Kolkata')
id from probe order by (cast(f4 as int4) % length(by)) desc, id limit 2 offset 1
'0'::int8 as k, d as l, bool_and(b) as v from probe group by cube (1, 2) order by 1, 2, 3
'(,3]'::int4range, '[2024-01-01 10:00,2024-02-01)'::tsrange, '[1.50,2.5]'::numrange, ' empty '::int4range, '[2024-01-01,2024-01-31]'::daterange
int4range(1, 5), int4range(null, 5, '[]'), numrange(1.5, 2.50, '()'), daterange('2024-01-01', 'infinity', '[]'), tsrange('2024-01-01', null), int8range(1, 2, '(]'), int4range(1, 2, '()')
int4range(5, 1)
int4range(1, 2147483647, '[]')
int4range(1, 5, 'x')
int4range(1, 5, null)
lower('[1,5)'::int4range), upper('(,3]'::int4range), lower('[2024-01-01,)'::daterange), upper('[2024-01-01 10:00,2024-02-01)'::tsrange), lower('empty'::numrange), lower('[1.50,2)'::numrange)
isempty('empty'::int4range), lower_inc('[1,5)'::int4range), upper_inc('[1,5]'::numrange), lower_inf('(,3]'::int4range), upper_inf('[1,)'::numrange), isempty('(1,2)'::int4range)
'[1,5)'::int4range @> 3, 7 <@ '[1,5)'::int4range, '[1,5)'::int4range @> '[2,3)'::int4range, 'empty'::int4range <@ '[1,2)'::int4range, '[1,5)'::int4range && '[4,9)'::int4range, '[1,5)'::int4range << '[5,9)'::int4range
'[1,5)'::int4range >> '[0,1)'::int4range, '[1,5)'::int4range &< '[0,5)'::int4range, '[1,5)'::int4range &> '[0,5)'::int4range, '[1,5)'::int4range -|- '[5,9)'::int4range, '[1,2]'::numrange -|- '(2,3]'::numrange
'[1,5)'::int4range + '[5,9)'::int4range, '[1,5)'::int4range * '[3,9)'::int4range, '[1,5)'::int4range - '[3,9)'::int4range, range_merge('[1,2)'::int4range, '[8,9)'::int4range), '[1,2]'::numrange - '(1.5,3]'::numrange, '[1,2]'::numrange - '[2,3]'::numrange
'[1,2)'::int4range + '[5,9)'::int4range
'[1,9)'::int4range - '[3,4)'::int4range
'2024-01-15'::date <@ '[2024-01-01,2024-02-01)'::daterange, '2024-01-15'::timestamp <@ '[2024-01-01,2024-02-01)'::tsrange, 1.5 <@ '[1,2)'::numrange
'[1,5)'::int4range = int4range(1, 4, '[]'), '[1,5)'::int4range::text
'[5,1]'::int4range
enum_first('ok'::mood), enum_last(null::mood), enum_larger('sad'::mood, 'happy'::mood), enum_smaller('sad'::mood, 'happy'::mood)
greatest('1 day'::interval, '-1 days', '36:00'), least('30 days'::interval, '1 mon')
to_jsonb(1e300::float8)::float4
count(jb #- ta) filter (where b) from probe
array_agg(distinct cast(f4 as int4)), array_agg(distinct t || 'x') filter (where id > 1) from probe
length(trunc(2.5, 1000000)::text), length(round(2.5, 1000000)::text), length(trunc(2.5, 16000)::text)
to_char('NaN'::float4, '_under'), to_char('NaN'::numeric, '9N9d'), to_char('NaN'::float8, 'apple'), to_char(-0.1::float4, 'apple'), to_char(-0.1::numeric, 'apple'), to_char(-0.1::float8, '9PL'), to_char(0.1::float8, '9PL'), to_char(-0.1::float8, '9SG'), to_char(-0.1::float8, '9MI'), to_char(-0.1::numeric, '9MI'), to_char(-0.1::float8, '9')
to_char('infinity'::float8, 'apple'), to_char('infinity'::numeric, 'under')
nullif((|/ NULL::float8), acos(f8)) from probe
id, i4 + 1 = any(ia), n + 1 = any(na), t || 'x' = any(ta), n * 2 > all (na), i8 / 1 = any(ia), 3 = any(ia) FROM probe
date_bin('1 day', '2024-01-01'::timestamp, 'infinity'::timestamp)
date_bin('0', '2024-01-01'::timestamp, '2024-01-01'::timestamp)
date_bin('-1 day', '2024-01-01'::timestamp, '2024-01-01'::timestamp)
date_bin('1 day', 'infinity'::timestamp, '2024-01-01'::timestamp)
id, array_position(array_fill(n, ia), 3.0) from probe where id =5
id FROM probe WHERE ((coalesce(i4, i4) / array_lower(ia, i4)) <> ((i8 << i4) - (i8 | i8))) ORDER BY id
((@ array_lower(ia, i4)) - ('2147483647'::int4 + (i2 # '32767'::int2))) FROM probe WHERE id = 5
to_char('00:00'::interval, 'J')
id, ts <@ 'empty'::tsrange, i4 <@ '(,)'::int4range from probe
CAST('[2024-01-01 10:00,2024-02-01)'::tsrange AS text) AS k, count(DISTINCT array_to_string(na, t, t)) FROM probe GROUP BY 1 ORDER BY 1
((date_trunc(t, iv) + nullif(ts, ts)) + nullif((ts - ts), ('123456.789'::float8 * iv))) FROM probe WHERE id = 4
id, date_trunc((jb ->> t), CASE WHEN b THEN tz ELSE tz END, quote_nullable(i4)) FROM probe ORDER BY id
id, first_value(CAST(pg_typeof(d) AS text)) OVER (ORDER BY (i8 << i4), id ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING) FROM probe ORDER BY id
id, substring(json_typeof(j), CAST(i8 AS int4), lower('(,3]'::int4range)) from probe
greatest(CASE WHEN id > 1 THEN n * 2 END - (n + 1) , 3) from probe
id, date_trunc('day', 'infinity'::timestamptz, 'Europe/Berlin'), date_trunc(lower(t), '-infinity'::timestamptz, 'UTC') from probe where id = 3
numrange(1.5, 'NaN'::numeric, '[]'), numrange('-Infinity', 'Infinity'), numrange(1.50, 2) + numrange(1.5, 2.0), numrange(1.50, 2) * numrange(1.5, 2.0)
numrange('NaN'::numeric, 1)
variance('-9223372036854775808'::int8), stddev_pop(i8), var_samp(i8) FROM probe
b, percentile_cont(0.25) WITHIN GROUP (ORDER BY cosh(f8)) FROM probe GROUP BY 1 ORDER BY 1
gcd(CAST('null'::jsonb AS int8), (i8 + i8)) from probe
enum_first(m) as k, (id % 2) as l, count(*) as v from probe group by cube (1, 2) order by 1, 2, 3
id, (array_sort(ta, b))[i4:array_position(na, n, i4)] from probe where id <> 3 and id <> 1
id, ia[2:3], ia[:2], ia[i4 - 8:], ta[1:1] from probe
id, concat_ws('a'::text, variadic ta), concat(variadic ta) from probe
id from probe order by cast(enum_first(m) as text) desc nulls last, id
width_bucket(1.5::float8, '-Infinity'::float8, 2::float8, 3)
width_bucket('NaN'::float8, 1::float8, 2::float8, 3)
id, ia[(select 1):(select 2)] from probe
id from probe order by ('empty'::int4range @> i4) desc, id
id, unnest('{{1,2},{3,4}}'::int4[]) from probe where id < 3 order by 1, 2
overlay('abc', 'x', 2147483647, 10)
date_part('year', '-infinity'::timestamptz), date_part('epoch', 'infinity'::date), extract(epoch from 'infinity'::date), date_part('isoyear', 'infinity'::timestamp)
date_part('month', 'infinity'::timestamptz), date_part('year', ts), extract(julian from d) from probe
atanh('NaN'::float8), acosh('NaN'::float8)
int8range(9223372036854775807, 9223372036854775807, '(]'), int4range(2147483647, null, '[)'), int4range(1, 5) @> 2147483647
int4range(2147483646, 2147483647, '[]')
'[1,9223372036854775807]'::int8range
daterange('5874897-12-30', '5874897-12-31', '[]')
numrange(1.0, 3) + numrange(0, 3.00), range_merge(numrange(1.0, 2), numrange(1.00, 2.0)), '{[1.0,2),[1.00,2.0)}'::nummultirange
timestamptz('1999-12-31 23:59:59.5+00', 0), timestamp '1969-12-31 23:59:58.5'::timestamp(0), '2001-01-01 00:00:00.5'::timestamp::timestamp(0)
length('{{a'::text), '{{a}}'::text || 'b', coalesce('{{x'::text, 'y'), to_json('{{'::text)
upper('{}'::int4multirange) + 1 / (id - id), lower('{(,1)}'::int4multirange), upper('empty'::int4range) + 1 / (id - id) from probe
date_trunc('c', ts), date_trunc('mil', ts), date_trunc('y', ts), date_trunc('usec', ts), date_trunc('qtr', ts), date_trunc('decs', ts), date_trunc('h', iv), date_trunc('m', ts) from probe
date_trunc(array_to_string(ta, t), ts) from probe where id = 5
date_trunc(' day ', ts) from probe
date_trunc(array_to_string(ta, t), tz), date_trunc(array_to_string(ta, t), tz, 'Asia/Tokyo'), date_trunc(t, iv) from probe where id = 5
date_trunc('century', 'infinity'::timestamp), date_trunc('millennium', '-infinity'::timestamptz), date_trunc('century', '-infinity'::timestamptz, 'UTC')
to_number('FM9,999', 'S0000'), to_number('FM9,999', 'FM9,999'), to_number('12,454.8-', '99G999D9S'), to_number('-34,338,492', '99G999G999')
to_number('-34,338,492.654,878', '99G999G999D999G999'), to_number('<564646.654564>', '999999.999999PR'), to_number('0.00001-', '9.999999S'), to_number('5.01-', 'FM9.999999S')
to_number('5.01-', 'FM9.999999MI'), to_number('5 4 4 4 4 8 . 7 8', '9 9 9 9 9 9 . 9 9'), to_number('.01', 'FM9.99'), to_number('.0', '99999999.99999999'), to_number('0', '99.99')
to_number('.-01', 'S99.99'), to_number('.01-', '99.99S'), to_number(' . 0 1-', ' 9 9 . 9 9 S'), to_number('34,50','999,99'), to_number('123,000','999G'), to_number('123456','999G999')
to_number('$1234.56','L9,999.99'), to_number('$1,234.56','L99,999.99'), to_number('42nd', '99th'), to_number('123456', '99999V99'), to_number('12.345', '9')
to_number('1234.567', '9.99'), to_number('+12', 'S99'), to_number('+ 12', 'SG 99'), to_number('1-2', '99'), to_number('été 5', '99999 9')
to_number('abc', '999')
to_number('', '999')
to_number('12345', '999')
to_number('1e5', '9EEEE')
to_number('-', 'S')
to_number('12', 'FM99,9'), to_number('1,2', '9,9'), to_number('1,2', 'FM9,9'), to_number('12.5', '99D9'), to_number('12.5', '99.9'), to_number('12.55', '99.9')
to_number('5-', '999'), to_number('5+7', '999'), to_number('5-7', '99MI'), to_number('5-', '999PL'), to_number('5.01 -', '9.999MI')
id, similar_escape(t, 'a'::text) as v from probe where true order by id
to_char('1e30'::float4, '999.99'::text), to_char(1e300::float8, '999.99')
id, "substring"(t, 'abc'::text, 'a'::text) as v from probe where id <> 3 order by id
id, "interval"(iv, '2147483647'::int4) as v, "interval"(iv, 2147418115), "interval"(iv::interval(3), 2147418117) as y from probe where id = 5 order by id
"interval"('1 day'::interval, '-2147483648'::int4), "numeric"(1.5, 0), "numeric"('NaN'::numeric, '2'::int4)
id, "varchar"(v, '-1'::int4, b) as v, bpchar(t::bpchar, -1, b) from probe where id <> 3 order by id
b, percentile_disc('{0.25,0.5,0.75}'::float8[]) within group (order by i4) as v, percentile_cont(array[0.5]) within group (order by i4) from probe group by b order by b nulls first
percentile_disc(array[0.5]) within group (order by i4) from probe where false
id from probe where ('%_\'::text >= CAST(bool(jb) AS text)) order by id
id from probe where i8 = CASE WHEN 1/(id-1) > 0 THEN i2 ELSE i2 END order by id
count(CASE WHEN 1/(id-1) > 0 THEN 1 ELSE 2 END) from probe
count(array[1/(id-1)]) from probe
count(coalesce(1/(id-1), 1)) from probe
id from probe where (CASE WHEN 1/(id-1) > 0 THEN 1 ELSE 2 END) is null
id from probe where (CASE WHEN 1/(id-1) > 0 THEN true ELSE true END) is unknown
id from probe where (CASE WHEN 1/(id-1) > 0 THEN 'a' ELSE 'b' END) is distinct from null
id from probe where length(CASE WHEN 1/(id-1) > 0 THEN 'a' ELSE 'b' END) = 5
id from probe where array[1/(id-1), 1] is null
id from probe where CASE WHEN 1/(id-1) > 0 THEN 1 ELSE 2 END between 5 and 6
id from probe where (CASE WHEN 1/(id-1) > 0 THEN n2 ELSE n2 END) > 900000
x from (select CASE WHEN 1/(id-1) > 0 THEN 1 ELSE 2 END as x from probe offset 0) y where x > 900000
count(x) from (select CASE WHEN 1/(id-1) > 0 THEN 1 ELSE 2 END as x from probe offset 0) y
p.id from probe p left join probe q on CASE WHEN 1/(p.id-1) > 0 THEN 1 ELSE 2 END > 10
id, CASE WHEN i4 > 3 AND t LIKE 'a%' THEN 1 ELSE 2 END > 5, (CASE WHEN 10/id > 2 THEN 1.5 ELSE 2.25 END) from probe order by id
id, case when exists (select 1 from probe q where 10 / q.id > probe.id) and i4 / id > 2 then 1 else 2 end from probe order by id
id from probe where id < ANY(ARRAY[10, 1/(id-1)])
id from probe where id > ALL(ARRAY[10, 1/(id-1)])
id from probe where id = ANY(ARRAY[id, 1/(id-1)])
id from probe where n = ANY(ARRAY[n, 1/(id-1)::numeric])
id from probe where 1/(id-1) < ANY(ARRAY[null::int, null])
id from probe where 1/(id-1) < ALL(array[]::int[])
id from probe where (array_to_string((na || NULL::numeric[]), overlay('a,b,c'::text, t, i4)) < ALL (ARRAY[regexp_substr(t, NULL::text, i4), t])) order by id
('{{1,2},{3,4}}'::int4[] || get_bit(by, i8)) FROM probe WHERE id = 1
(get_bit(by, i8) || '{{1,2},{3,4}}'::int4[]) FROM probe WHERE id = 1
id, '(,)'::int4range @> (1/(id-1)), int4range(null,null) @> (1/(id-1)), 'empty'::int4range @> 1/(id-1) from probe order by id
id, int4range(1,5) @> i4, int4range(null,null) @> i4, i4 <@ int4range(1,1), '{(,)}'::int4multirange @> i4, ts <@ tsrange(null,null) from probe order by id
id, b IN (SELECT (CAST(i8 AS int4) = ANY (ia)) FROM probe) FROM probe ORDER BY id
(CAST(i8 AS int4) = ANY (ia)) FROM probe WHERE id = 2
array_fill(int4(i8), ia, array[1,2,3,4,5]) FROM probe WHERE id = 2
id, make_timestamp(i4, (ia)[i4], i4, int4(i8), array_length(ta, i4), ('NaN'::float4 + f8)) FROM probe ORDER BY id
date_trunc((array_replace(ta, t, t))[(i4 << '0'::int4)], timestamptz_smaller(CAST(d AS timestamptz), '-infinity'::timestamptz), CAST(numeric_sqrt(n) AS text)) FROM probe WHERE id = 4
overlaps(CAST('-infinity'::timestamptz AS time), (iv * f8), coalesce(tm, tm), tm) FROM probe
id, ((+ i4) || ('{{1,2},{3,4}}'::int4[])[i4:i4]) FROM probe WHERE i4 IS NULL
id, ('{{1,2},{3,4}}'::int4[])[9:8] || i4, array_prepend(i4, ('{{1,2},{3,4}}'::int4[])[9:8]) FROM probe ORDER BY id
id FROM probe WHERE overlaps(tz, tz, date_subtract(date_bin(iv, tz, NULL::timestamptz), iv), f8 * iv) ORDER BY id
id, overlaps(NULL::timestamp, iv * f8, ts, iv), overlaps(tm, iv * f8, NULL::time, iv * f8) FROM probe WHERE id < 3 ORDER BY id
id, CASE WHEN substring('abc' from 'x') = t THEN 1/0 ELSE 2 END FROM probe ORDER BY id
id, CASE WHEN substring('abc' from 'b') = t THEN 1/0 ELSE 2 END FROM probe ORDER BY id
id, CASE WHEN t = substring('abc' from 'x') THEN i4 WHEN i4 = (('{1,2}'::int[])[3]) THEN 1/0 ELSE 2 END FROM probe ORDER BY id
id FROM probe WHERE regexp_like(t, array_to_json('{1,2,3}'::int4[]) #>> (NULL::text[] || NULL::text[]), similar_to_escape(t, t || 'ab')) ORDER BY id
daterange_subdiff(i4 + d, CAST('-infinity'::timestamptz AS date)), daterange_subdiff('-infinity', d), daterange_subdiff('infinity', d), daterange_subdiff(d, 'infinity') FROM probe WHERE id = 1
id, d - iv * '123456.789'::float8 FROM probe WHERE id = 4
id, d - make_interval(months => i4 * 100000) FROM probe WHERE id < 4
id, ts - make_interval(days => 3000000) FROM probe WHERE id < 4
id, tz - make_interval(months => 3000 * 40) FROM probe WHERE id < 4
id, date_trunc('millennium', x) FROM (SELECT id, ts - make_interval(years => 6730) x FROM probe WHERE id = 1) s
id, date_trunc('century', x), date_trunc('year', x) FROM (SELECT id, tz - make_interval(years => 6730) x FROM probe WHERE id = 1) s
id, date_trunc(w, ts - make_interval(years => 6735, months => 2, days => 20)) FROM probe, (VALUES ('week'), ('day'), ('hour')) v(w) WHERE id = 1 ORDER BY 2
id, date_trunc(w, ts - make_interval(years => 6730)) FROM probe, (VALUES ('month'), ('year')) v(w) WHERE id = 1
id, '-infinity'::timestamp - iv, 'infinity'::timestamptz - iv, '-infinity'::date + iv, null::date - iv FROM probe ORDER BY id
jsonb_build_object(array_lower(ia, i4), to_number(t, '-00:00:01')) FROM probe WHERE id = 2
id, jsonb_build_object('a{0}', 1 / nullif(i4, i4), t, i4 / 1, 'k', null) FROM probe WHERE t IS NOT NULL ORDER BY id
id, json_build_object('a{0}', 1 / nullif(i4, i4), t, i4 / 1, 'k', null) FROM probe WHERE t IS NOT NULL ORDER BY id
id, json_build_object('k', array_fill(width_bucket(f8, f8, f8, i4), array_replace(ia, i4, i4), (i4 || ia))) FROM probe WHERE id = 1
id, json_build_object('k', ia, 'l', ta, 'm', array_fill(i4, '{2}'::int4[])), json_build_array(ia, NULL, array_fill(i4, '{0}'::int4[])), to_json(ia || i4) FROM probe ORDER BY id
to_char(1.23456789::float4, '9.99999999'), to_char(123456789::float4, '999999999.99'), to_char(1.5e10::float4, '999.99'), to_char(12.345678::float4, '99V9999'), to_char(1.5e10::float4, '9.9"x"0}'), to_char('nan'::float4, '9.9'), to_char(3e38::float4, '9V9')
id, to_char(f4, '999.99999999'), to_char(f4 * 1e6::float4, '99999999999.99'), to_char(f4, '9.99EEEE') FROM probe ORDER BY id
id FROM probe WHERE upper(tsrange('1900-06-15 23:00', ts, t)) < CASE WHEN '2024-02-29'::timestamp >= 'infinity' THEN ts ELSE timestamp_smaller(NULL, ts) END ORDER BY id
id FROM probe WHERE upper(tsrange('1900-06-15 23:00', ts, t)) < CASE WHEN '2024-02-29'::timestamp < 'infinity' THEN ts ELSE timestamp_smaller(NULL, ts) END ORDER BY id
id FROM probe WHERE 1 / (i4 - i4) > CASE WHEN upper('a') = 'B' THEN 3 WHEN length('abc') = 3 THEN nullif(4, 4) ELSE i4 END ORDER BY id
id FROM probe WHERE 1 / (i4 - i4) > CASE WHEN upper('a') = 'B' THEN 3 WHEN i4 = 3 THEN NULL ELSE NULL END ORDER BY id
parse_ident('ÉcOle.Straße."É"'), parse_ident('aÉ'), to_regtype('ÉCOLE'), to_regclass('PROBE.É')
