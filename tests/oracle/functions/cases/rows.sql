-7::smallint + 2::smallint
-7::smallint - 2::smallint
-7::smallint * 2::smallint
-7::smallint / 2::smallint
-7::smallint % 2::smallint
-7::smallint + 2::int
-7::smallint - 2::int
-7::smallint * 2::int
-7::smallint / 2::int
-7::smallint % 2::int
-7::smallint + 2::bigint
-7::smallint - 2::bigint
-7::smallint * 2::bigint
-7::smallint / 2::bigint
-7::smallint % 2::bigint
-7::int + 2::smallint
-7::int - 2::smallint
-7::int * 2::smallint
-7::int / 2::smallint
-7::int % 2::smallint
-7::int + 2::int
-7::int - 2::int
-7::int * 2::int
-7::int / 2::int
-7::int % 2::int
-7::int + 2::bigint
-7::int - 2::bigint
-7::int * 2::bigint
-7::int / 2::bigint
-7::int % 2::bigint
-7::bigint + 2::smallint
-7::bigint - 2::smallint
-7::bigint * 2::smallint
-7::bigint / 2::smallint
-7::bigint % 2::smallint
-7::bigint + 2::int
-7::bigint - 2::int
-7::bigint * 2::int
-7::bigint / 2::int
-7::bigint % 2::int
-7::bigint + 2::bigint
-7::bigint - 2::bigint
-7::bigint * 2::bigint
-7::bigint / 2::bigint
-7::bigint % 2::bigint
-(7::smallint)
+7::smallint
@ (-7)::smallint
abs((-7)::smallint)
6::smallint & 3::smallint
6::smallint | 3::smallint
6::smallint # 3::smallint
~6::smallint
(-9)::smallint >> 1
5::smallint << 2
mod((-7)::smallint, 3::smallint)
div(7::smallint, 2)
var_samp(x::smallint) from (values (1), (2), (4), (4)) v(x)
variance(x::smallint) from (values (1), (2), (4), (4)) v(x)
var_pop(x::smallint) from (values (1), (2), (4), (4)) v(x)
stddev_samp(x::smallint) from (values (1), (2), (4), (4)) v(x)
stddev(x::smallint) from (values (1), (2), (4), (4)) v(x)
stddev_pop(x::smallint) from (values (1), (2), (4), (4)) v(x)
bit_and(x::smallint) from (values (5), (3)) v(x)
bit_or(x::smallint) from (values (5), (3)) v(x)
bit_xor(x::smallint) from (values (5), (3)) v(x)
-(7::int)
+7::int
@ (-7)::int
abs((-7)::int)
6::int & 3::int
6::int | 3::int
6::int # 3::int
~6::int
(-9)::int >> 1
5::int << 2
mod((-7)::int, 3::int)
div(7::int, 2)
var_samp(x::int) from (values (1), (2), (4), (4)) v(x)
variance(x::int) from (values (1), (2), (4), (4)) v(x)
var_pop(x::int) from (values (1), (2), (4), (4)) v(x)
stddev_samp(x::int) from (values (1), (2), (4), (4)) v(x)
stddev(x::int) from (values (1), (2), (4), (4)) v(x)
stddev_pop(x::int) from (values (1), (2), (4), (4)) v(x)
bit_and(x::int) from (values (5), (3)) v(x)
bit_or(x::int) from (values (5), (3)) v(x)
bit_xor(x::int) from (values (5), (3)) v(x)
-(7::bigint)
+7::bigint
@ (-7)::bigint
abs((-7)::bigint)
6::bigint & 3::bigint
6::bigint | 3::bigint
6::bigint # 3::bigint
~6::bigint
(-9)::bigint >> 1
5::bigint << 2
mod((-7)::bigint, 3::bigint)
div(7::bigint, 2)
var_samp(x::bigint) from (values (1), (2), (4), (4)) v(x)
variance(x::bigint) from (values (1), (2), (4), (4)) v(x)
var_pop(x::bigint) from (values (1), (2), (4), (4)) v(x)
stddev_samp(x::bigint) from (values (1), (2), (4), (4)) v(x)
stddev(x::bigint) from (values (1), (2), (4), (4)) v(x)
stddev_pop(x::bigint) from (values (1), (2), (4), (4)) v(x)
bit_and(x::bigint) from (values (5), (3)) v(x)
bit_or(x::bigint) from (values (5), (3)) v(x)
bit_xor(x::bigint) from (values (5), (3)) v(x)
gcd(12::int, (-18)::int)
lcm(4::int, 6::int)
gcd(12::bigint, (-18)::bigint)
lcm(4::bigint, 6::bigint)
1.5::real + 0.5::real
1.5::real - 0.5::real
1.5::real * 0.5::real
1.5::real / 0.5::real
1.5::real > 0.5::real
1.5::real + 0.5::float8
1.5::real - 0.5::float8
1.5::real * 0.5::float8
1.5::real / 0.5::float8
1.5::real > 0.5::float8
-1.5::real
+1.5::real
@ (-1.5)::real
abs((-1.5)::real)
round(var_samp(x::real)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(variance(x::real)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(var_pop(x::real)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(stddev_samp(x::real)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(stddev(x::real)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(stddev_pop(x::real)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(avg(x::real)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(sum(x::real)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
1.5::float8 + 0.5::real
1.5::float8 - 0.5::real
1.5::float8 * 0.5::real
1.5::float8 / 0.5::real
1.5::float8 > 0.5::real
1.5::float8 + 0.5::float8
1.5::float8 - 0.5::float8
1.5::float8 * 0.5::float8
1.5::float8 / 0.5::float8
1.5::float8 > 0.5::float8
-1.5::float8
+1.5::float8
@ (-1.5)::float8
abs((-1.5)::float8)
round(var_samp(x::float8)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(variance(x::float8)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(var_pop(x::float8)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(stddev_samp(x::float8)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(stddev(x::float8)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(stddev_pop(x::float8)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(avg(x::float8)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
round(sum(x::float8)::numeric, 6) from (values (1), (2), (4), (4)) v(x)
1.5::real / 0::real
ceiling(1.5::float8)
log10(100::float8)
round(cos(1::float8)::numeric, 12)
round(tan(1::float8)::numeric, 12)
round(cot(1::float8)::numeric, 12)
round(atan(1::float8)::numeric, 12)
round(cosh(1::float8)::numeric, 12)
round(tanh(1::float8)::numeric, 12)
round(asinh(1::float8)::numeric, 12)
round(acosh(2::float8)::numeric, 12)
round(atanh(0.5::float8)::numeric, 12)
acosh(0.5::float8)
atanh(2::float8)
cos('Infinity'::float8)
pow(2::float8, 3)
pow(2.0, 3.0)
log10(1000.0)
+1.5
@ (-1.5)
ceiling(1.2)
mod(7.5, 2)
stddev_pop(x) from (values (1.5), (2.25), (4)) v(x)
to_bin(5)
octet_length('\xdead'::bytea)
bit_length('\xdead'::bytea)
substr('\xdeadbeef'::bytea, 2, 2)
substring('\xdeadbeef'::bytea, 2)
substr('\xdeadbeef'::bytea, 3)
md5('abc'::bytea)
sha224('abc'::bytea)
sha384('abc'::bytea)
sha512('abc'::bytea)
convert_to('abc', 'UTF8')
get_byte('\xdead'::bytea, 1)
set_byte('\xdead'::bytea, 0, 300)
get_bit('\xdead'::bytea, 9)
set_bit('\xdead'::bytea, 9, 1)
set_bit(by, 3, 2)
convert_from('\xe9'::bytea, 'LATIN1')
convert_to('é', 'iso-8859-1')
gen_random_uuid() is not null
character_length('abc')
char_length('ab '::char(5))
character_length('ab '::char(5))
octet_length('ab'::char(5))
substr('foobar', 3)
rpad('ab', 4) || '|'
rtrim('a  ') || '|'
btrim('  a ') || '|'
ltrim('xxa', 'x')
normalize('é', NFC)
regexp_match('aBc', 'b', 'i')
regexp_replace('aaa', 'a', 'b', 2)
regexp_replace('aaa', 'a', 'b', 2, 1)
regexp_split_to_array('aXbxc', 'x', 'i')
regexp_like('abc', 'b')
regexp_count('abab', 'a')
regexp_count('abab', 'a', 2)
regexp_substr('abab', 'a', 2)
regexp_substr('abab', 'a.', 1, 2)
regexp_substr('ABAB', 'a.', 1, 2, 'i')
regexp_substr('abab', '(a)(b)', 1, 1, '', 2)
regexp_instr('abab', 'b')
regexp_instr('abab', 'b', 3)
regexp_instr('abab', 'b', 1, 2)
regexp_instr('abab', 'b', 1, 2, 1)
parse_ident('Foo."Bar"')
1 + date '2024-01-31'
date '2024-01-31' - 1
date '2024-01-31' - interval '1 month'
interval '1 month' + date '2024-01-31'
interval '1 day' + timestamp '2024-01-31'
timestamptz '2024-01-31 00:00+00' + interval '1 month'
timestamptz '2024-03-31 00:00+00' - interval '1 month'
interval '1 day' + timestamptz '2024-01-31 00:00+00'
time '10:00' + date '2024-01-31'
time '01:00' - interval '2 hours'
interval '2 hours' + time '23:00'
isfinite('infinity'::timestamp)
isfinite(timestamptz '2024-01-31 00:00+00')
isfinite(interval '1 day')
date_bin('1 hour', timestamptz '2020-02-11 15:44:17+00', timestamptz '2001-01-01 00:00+00')
to_char(12.5::real, '99.9')
timestamptz '2024-07-01 12:00+00' at time zone interval '2 hours'
'[1,  {"a": 2}]'::json -> 1
'[1, "x"]'::json ->> -1
json_array_length('[1,2]')
json_object('{a,b}', '{1,2}')
jsonb_object('{a,1}')
array_reverse(array[1,2,3])
array_sort(array[3,1,null,2])
pg_size_pretty(123456789::numeric)
pg_column_size(1::bigint) > 0
pg_trigger_depth()
pg_client_encoding()
getdatabaseencoding()
'ab'::char(4) like 'ab%'
'ab'::char(4) not like 'x%'
'ab'::char(4) ilike 'AB%'
'abc'::name like 'a%'
'abc'::name not like 'a%'
'abc'::name ilike 'A%'
'abc' not ilike 'A%'
'abc'::name ~ 'b'
'abc'::name !~ 'b'
'abc'::name ~* 'B'
'abc'::name !~* 'B'
'ab'::char(4) ~ 'b'
'ab'::char(4) !~ 'b'
quote_nullable(5)
date_part('hour', timestamptz '2024-01-31 10:00+00')
date_part('hour', time '10:11:12')
array_to_json(array[1,2])
json_extract_path_text('{"a":{"b":"x"}}', 'a', 'b')
num_nonnulls(1, null)
to_regnamespace('public')::text
to_regrole('postgres')::text
to_regproc('now')::text
pg_has_role('postgres', 'member')
has_database_privilege(current_database(), 'connect')
pg_collation_is_visible(oid) from pg_collation where collname = 'C'
pg_operator_is_visible(oid) from pg_operator where oprname = '+' and oprleft = 23 and oprright = 23
pg_opclass_is_visible(oid) from pg_opclass where opcname = 'int4_ops' limit 1
pg_get_function_identity_arguments(oid) from pg_proc where proname = 'now'
pg_get_function_sqlbody(oid) from pg_proc where proname = 'now'
array_agg(x) from (values (array[1,2]), (array[3,4])) v(x)
covar_samp(x, y), regr_avgx(x, y), regr_avgy(x, y), regr_intercept(x, y), regr_sxx(x, y), regr_sxy(x, y), regr_syy(x, y) from (values (1::float8, 2::float8), (2, 4), (4, 8)) v(x, y)
generate_series(1::bigint, 5, 2)
generate_series(1.0, 3)
json_array_elements_text('["a", 1, null]')
key, value from json_each('{"a": [1,  2], "b": null}')
key, value from json_each_text('{"a": [1,  2], "b": null}')
regexp_split_to_table('aXb', 'x', 'i')
string_to_table('a,NULL', ',', 'NULL')
option_name, option_value from pg_options_to_table(array['fillfactor=70', 'x'])
count(*) from pg_available_extensions() where false
'ab '::char(4)::varchar || '|'
'ab '::char(4)::name
'ab'::text::name
'ab'::varchar::name
'ab'::text::"char"
'ab'::varchar::"char"
timestamp '2024-01-31 10:00'::timestamptz
timestamptz '2024-01-31 10:11:12+00'::time
'{"b":1,  "a":2}'::json::jsonb
'{"b":1,  "a":2}'::jsonb::json
'5'::jsonb::smallint
'5'::jsonb::bigint
'5.5'::jsonb::real
'5.5'::jsonb::float8
x from generate_series(1, 100000) x where x > 99998
count(*), sum(x) from generate_series(1::bigint, 1000000) x
round(avg(x), 3), count(distinct x % 7) from generate_series(1, 1000) x
'abc' similar to 'a#_c' escape '#'
to_bin(5::bigint)
json_agg_strict(x), jsonb_agg_strict(x) from (values (1), (null)) v(x)
var_samp(x) from (values (1.5), (2.25), (4)) v(x)
"like"('abc', 'a%')
notlike('abc', 'a%')
"like"('abc'::name, 'a%')
notlike('abc'::name, 'a%')
'abc'::name not ilike 'A%'
'ab'::char(4) not ilike 'A%'
'ab'::char(4) ~* 'B'
'ab'::char(4) !~* 'B'
pg_get_viewdef(0::oid)
pg_get_triggerdef(0::oid)
pg_get_ruledef(0::oid)
pg_get_partkeydef(0::oid)
pg_get_statisticsobjdef(0::oid)
pg_get_statisticsobjdef_columns(0::oid)
pg_get_partition_constraintdef(0::oid)
has_function_privilege('now()', 'execute')
has_type_privilege('int4', 'usage')
has_language_privilege('plpgsql', 'usage')
has_any_column_privilege('probe', 'select')
has_column_privilege('probe', 'id', 'select')
pg_is_other_temp_schema(0::oid)
pg_opfamily_is_visible(oid) from pg_opfamily where opfname = 'integer_ops' limit 1
pg_ts_config_is_visible(oid) from pg_ts_config where cfgname = 'simple'
pg_conversion_is_visible(0::oid)
pg_statistics_obj_is_visible(0::oid)
pg_ts_dict_is_visible(0::oid)
pg_ts_parser_is_visible(0::oid)
pg_ts_template_is_visible(0::oid)
to_regcollation('"C"')::text
pg_blocking_pids(0)
pg_last_wal_replay_lsn()
pg_current_xact_id_if_assigned() is null
txid_current_if_assigned() is null
pg_notification_queue_usage()
row_security_active('probe')
count(*) from pg_lock_status() where false
count(*) from pg_prepared_statement()
count(*) from pg_prepared_xact()
count(*) from pg_cursor()
count(*) from pg_listening_channels()
count(*) from pg_get_replication_slots()
3 > all('{1,2}'::int[])
3 > all('{1,null}'::int[])
concat_ws(',', variadic array['a', null, 'b'])
concat(variadic array[1, 2])
format('%s-%s', variadic array['a', 'b'])
abs(n / 3), ceil(n / 3), floor(n / 3), -(n / 3), (n / 3) % 0.4, round(n / 3, 2) from probe order by id
0.5::numeric(38,38) || 'x'
row(1,'a'::text), row(1,null,2.50,'x y','2024-01-02'::date)
(select row(1,'a'::text)) < (select row(2,'b'::text))
(select row(2,'b'::text)) < (select row(2,'b'::text)), (select row(1,null::text)) < (select row(1,'a'::text)), (select row(1,null::text)) = (select row(1,null::text))
(select row(1.0)) = (select row(1.00)), (select row(1.0)) *= (select row(1.00)), (select row(10.0)) > (select row(9.5))
(select row(-1)) *< (select row(1)), (select row('b'::text)) *> (select row('a'::text)), (select row(1, null::text)) *>= (select row(1, 'a'::text))
(select row(1, 'a'::text)) *<> (select row(1, 'a'::text)), (select row(1, 'a'::text)) *<= (select row(1, 'a'::text))
(select row(1) where false) < (select row(2)), (select row(1) where false) is null, (select row(null)) is null, (select row(null, 1)) is not null, (select row(2,1)) is not null
row_to_json((select row(2,'b'::text))), row_to_json((select row(2,'b'::text)), true), to_json((select row(2,1.50,'{1,2}'::int[])))
id, row_to_json(row(id, t, b), b) from probe order by id
probe from probe where id = 3
probe from probe order by id
(probe).t, (probe).n from probe order by id
max(row(i4, t)), min(row(i4, t)) from probe
row(i4, t) as r, count(*) from probe group by 1 order by 1
distinct row(b, m) from probe order by 1
r from (select row(id, n, ia, iv, tz, f8, by, u, tm, m, jb) as r from probe) s order by r
r < (select row(2, 'x'::text)) from (select row(id, t) as r from probe) s order by r desc
json_each('{"a": 1, "b": "x"}')
jsonb_each_text('{"a": {"b": {"c": true}}}')
pg_options_to_table('{a=1,b,c}')
array_agg(row(id, t)) from probe
array(select row(id, n) from probe order by id)
row(row(1,2), array[1,2])
case when id > 2 then row(id, t) else row(0, 'none'::text) end from probe order by id
coalesce((select row(1, 2) where false), row(3, 4))
row(1, 2) union select row(1, 2) union select row(0, 5) order by 1
* from (values (row(1, 'a'::text)), (row(0, 'b'::text))) v(r) order by r
with r as (select row(id, n) as x from probe) select x from r where x > (select row(2, 1.0)) order by x
row(1, 'x"y\z,'::text, ''::text, null)
array_agg(probe order by id) from probe where id < 3
(1,2) = (3,4), row(1,2)
row()
jsonb_agg(row(id, b) order by id) from probe where id < 3
row(id, t)::text, length(row(id, t)::text) from probe order by id
pg_typeof(row(1, 2)), pg_typeof(probe) from probe limit 1
(select row(1,'a'::text)) in (select row(1,'a'::text)), (select row(1,'a'::text)) in (row(1,'a'::text), row(2, 'b'::text))
least((select row(2,1)), (select row(1,5))), greatest((select row(2,1)), (select row(1,5)))
(select row(2,1)) is distinct from (select row(2,1)), (select row(2,1)) is distinct from null
count(distinct row(b, m)) from probe
nullif((select row(2,1)), (select row(2,1)))
min(x) over (order by id) from (select id, row(i4, n) as x from probe) s order by id
(r).key, (r).value from (select jsonb_each('{"b":1,"a":[2]}') as r) s
(r).* from (select jsonb_each('{"b":1,"a":[2]}') as r) s
(p).id, (p).t from (select probe as p from probe) s order by 1
(p).* from (select probe as p from probe where id < 3) s order by 1
(row(1,'a'::text)).f2
(row(1,2)).f3
(r).f1, (r).f2 from (select row(id, n) as r from probe) s order by 1
(pg_input_error_info('x','int4')).*
to_regoperator('12'::text), to_regprocedure('12'::text), to_regprocedure('-')
('(' || id || ',' || coalesce(t, '') || ')')::pair from probe order by id
(('(' || id || ',x)')::pair).b from probe order by id
('[' || id || ',9)')::spans from probe order by id
pg_cancel_backend(0)
