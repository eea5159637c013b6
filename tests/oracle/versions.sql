select 0x1F
select 0X1f
select 0b11
select 0o17
select 1_000
select 1_000.5
select 1.5_0
select 1e1_0
select 0x1F from probe
select a.0x1F from probe a
select 123abc
select 1_a
select '0x1F'::int
select '1_000'::int
select '0b11'::int8
select '0o17'::int2
select '1_000'::numeric
select '0x1F'::numeric
select '0x1F'::float8
select t::int from (values ('0x1F')) v(t)
select t::numeric from (values ('1_0')) v(t)
select '0x1F'::oid
select int4 '0x1F'
select 1 + '0x1F'
select '{0x1F}'::int[]
select '[0x1,0x2]'::int4range
select to_regproc('abs(int4)')
select to_regproc('abs(int4)'::text)
select to_regproc('abs int4')
select to_regproc('nix')
select to_regproc('abs')
select to_regprocedure('abs(nix)')
select to_regprocedure('abs(int4)')
select to_regprocedure('abs(int4')
select to_regprocedure('abs')
select to_regtype('nix')
select to_regclass('a b')
select to_regclass('a.b.c.d')
select to_regclass('pg_class')
select to_regrole('a.b')
select to_regrole('nix')
select to_regnamespace('a.b')
select to_regoper('a b')
select to_regoper('+')
select to_regoperator('+(int4)')
select to_regoperator('+(int4,nix)')
select to_regcollation('a b')
select to_regcollation('C')
select id, date_trunc(t, '-infinity'::timestamptz) as v from probe where id < 3 order by id
select date_trunc('nix', 'infinity'::timestamp)
select date_trunc('nix', 'infinity'::timestamptz)
select date_trunc('day', 'infinity'::timestamptz, 'nix')
select date_trunc('nix', now())
select date_trunc('nix', 'infinity'::date)
select 'infinity'::timestamp - '2020-01-01'::timestamp
select '2020-01-01'::timestamp - 'infinity'::timestamp
select 'infinity'::timestamp - '-infinity'::timestamp
select 'infinity'::timestamp - 'infinity'::timestamp
select 'infinity'::timestamptz - 'infinity'::timestamptz
select 'infinity'::timestamptz - now()
select x - y from (values ('infinity'::timestamp, '2020-01-01'::timestamp)) v(x,y)
select 'infinity'::timestamp + interval '1 day'
select 'infinity'::interval
select '-infinity'::interval
select 'inf'::interval
select x::interval from (values ('infinity')) v(x)
select age('2020-01-01'::timestamp, 'infinity')
select age('infinity'::timestamp, '2020-01-01')
select interval '1 day' * 'infinity'::float8
select interval '1 day' / 'infinity'::float8
select interval '1 day' * 'nan'::float8
select interval '1 day' / 0
select isfinite(interval '1 day')
select make_interval(years => 2147483647)
select make_interval(months => 2147483647, years => 1)
select make_interval(weeks => 2147483647)
select make_interval(secs => 1e300)
select justify_days(interval '2147483647 months 2147483647 days')
select sum(x) from (values (interval '2147483647 days'), (interval '1 day')) v(x)
select avg(x) from (values (interval '2147483647 days'), (interval '1 day')) v(x)
select any_value(1)
select date_add('2020-01-01'::timestamptz, '1 day'::interval)
select array_shuffle('{1}'::int[])
select random(1,2)
select to_bin(5)
select to_oct(5)
select erf(1)
select json_object('a': 1)
select json_object('a' value 1)
select json_object(key 'a' value 1)
select json_object('{a,1}')
select json_object()
select json_array(1,2)
select json_array()
select json_array(1 null on null)
select json_array(select 1)
select json_array(1, 2 returning jsonb)
select json_scalar(1)
select json_serialize('{}')
select json('{}')
select json '{}'
select '{}' is json
select '{}' is not json object
select t is json from probe
select json_exists('{}', '$.a')
select json_exists(jb, '$.a') from probe
select json_value('{}', '$.a')
select json_query('{}', '$.a')
select json_query('{}', '$.a' with wrapper)
select * from json_table('[1]', '$[*]' columns (a int path '$')) t
select json_arrayagg(x) from (values (1)) v(x)
select json_arrayagg(x order by x) from (values (1)) v(x)
select json_objectagg('a' value 1)
select json_objectagg(k: v) from (values ('a',1)) v(k,v)
select * from (select 1)
select * from (select 1) join (select 2) on true
select 1 from (values (1))
select * from (select 1 as x), (values (2))
select system_user
select now() at local
select timestamp '2020-01-01' at local
select 'a' at local
select to_number('XII','RN')
select to_timestamp('2020-01-01 +05', 'YYYY-MM-DD OF')
select to_timestamp('2020-01-01 +05', 'YYYY-MM-DD TZH')
select to_timestamp('2020-01-01 UTC', 'YYYY-MM-DD TZ')
select to_date('2020-01-01', 'YYYY-MM-DD TZ')
select jsonb 'null'::int
select 'null'::jsonb::numeric
select 'null'::jsonb::float8
select 'null'::jsonb::bool
select x::int from (values (jsonb 'null')) v(x)
select gcd(CAST('null'::jsonb AS int8), (i8 + i8)) from probe
select jsonb '[]'::int
select jsonb_strip_nulls('[null]', true)
select bytea '\x01'::int
select 1::int::bytea
select json_build_object(null, 1)
select jsonb_build_object(null, 1)
select json_build_object('a')
select json_object_agg(null, 1)
select jsonb_object_agg(null, 1)
select '[2147483647:2147483648]={1,2}'::int[]
select '[2147483646:2147483647]={1,2}'::int[]
select '[1:0]={}'::int[]
select '{1'::int[]
select '{1}}'::int[]
select '{1,}'::int[]
select '{,}'::int[]
select '{{1},2}'::int[]
select '{{1},{}}'::int[]
select '{"a}'::text[]
select '{a"b}'::text[]
select '[1={1}'::int[]
select '[1:1]{1}'::int[]
select '[1:1]={1,2}'::int[]
select ''::int[]
select '1'::int[]
select power(10.0, 20)
select 2.5 ^ 3, 2.5 ^ -3, 10.0 ^ -20, 0.001 ^ 5, 1.1 ^ 100, 99999.9 ^ 10, 2::numeric ^ 0.5, 2 ^ 3.0
select id, power(n, n), n ^ 2, n ^ 3, n ^ -1 from probe where n is not null and n <> 0 order by id
select power(0::numeric, 2), power(0.00, 3), power(1.0, 1000000), power(-1.0, 3), power(2.0,-2)
select 'nan'::numeric ^ 2, 'infinity'::numeric ^ 2, 2 ^ 'infinity'::numeric
select id, ts <@ 'empty'::tsrange, i4 <@ '(,)'::int4range from probe
select 'empty'::int4range @> i4, '(,)'::int4range @> i4, null::int <@ 'empty'::int4range from probe
select min(n order by i) from (values (1.5,1),(1.50,2)) v(n,i)
select min(n order by i) from (values (1.5,2),(1.50,1)) v(n,i)
select b, min(n order by id) as v from probe group by b order by b nulls first
select '0'::int8 as k, d as l, bool_and(b) as v from probe group by cube (1, 2) order by 1, 2, 3
select 1 as k, b from probe group by rollup (1, 2) order by 1, 2
select b, 1 as k from probe group by grouping sets ((1), (2), ()) order by 2, 1
select version(), current_setting('server_version'), current_setting('server_version_num')
show server_version
show server_version_num
select * from pg_stat_io
select * from pg_wait_events
select colllocale from pg_collation limit 1
select colliculocale from pg_collation where collname = 'en-x-icu'
select count(*) > 300 from pg_settings
select name from pg_settings where name in ('io_method','vacuum_buffer_usage_limit','force_parallel_mode','debug_parallel_query','lc_collate','lc_ctype') order by 1
show lc_collate
show io_method
show force_parallel_mode
show debug_parallel_query
set debug_parallel_query = on
set transaction_timeout = 5
set event_triggers = on
show transaction_timeout
show icu_validation_level
select current_setting('lc_collate')
select regexp_replace('abc', 'b', 'x', 1, 0), substring('abc', 'b'), trim(leading 'a' from 'ab')
select overlay('abc' placing 'x' from 2), position('b' in 'abc')
select extract(julian from date '2020-01-01'), extract(century from timestamp '2020-01-01')
select unicode_version(), icu_unicode_version()
select pg_typeof(1), format_type(23, null), pg_get_keywords() is null
select encode('\x01', 'base64'), encode('\xff'::bytea, 'escape')
select to_char(1234.5, '9G999D99'), to_char(interval '1 day 25:00', 'HH24:MI'), to_char(timestamp '2020-01-01', 'TZ OF')
select pg_input_is_valid('1', 'integer')
select * from pg_input_error_info('1', 'integer')
select string_agg(x::text, ',' order by x) filter (where x > 1) from generate_series(1,3) x
select xmltext('a')
select merge_action()
select substring(bytea '\x0102' similar 'a' escape 'b')
select a.*, b.* from (values (1)) a(x) full join (values (2)) b(x) on false
select percentile_cont(0.5) within group (order by x) from generate_series(1,4) x
select width_bucket(5.0, 1, 10, 3), width_bucket(10.0, 1, 10, 3)
select 1 as system_user, 2 as json, 3 as json_array
select json from (values ('{}'::json)) v(json)
select "json_exists" from (values (1)) v(json_exists)
select json_value from (values (1)) v(json_value)
select local from (values (1)) v(local)
select string_to_table('a,b', ',')
select normalize('é'), 'é' is normalized
select lpad('a', 3), rpad('a', 3, 'b')
select array_sample('{1}'::int[], 1)
select trunc(1.5, 1), round(2.5), round(2.5::float8), ceil(-1.5)
select gcd(4,6), lcm(4,6), factorial(5), log(2.0, 8), div(7.5,2), mod(7,3), scale(1.50), min_scale(1.50), trim_scale(1.50)
select bit_count('\xff'::bytea)
select bit_xor(x) from generate_series(1,3) x
select range_agg(x) from (values (int4range(1,2)), (int4range(2,3))) v(x)
select multirange(int4range(1,2)), int4multirange(int4range(1,2))
select jsonb_path_query('"1"', '$.integer()')
select jsonb '{"a":1}' @? '$.a.bigint()'
select '1'::jsonb ->> 0, '[1]'::jsonb -> 0
select * from probe p, (select p.id) s
select * from (probe p join probe o on true) j where p.id = 1
select * from probe p join (select p.t) s on true
select nix.id from probe
select x.id from probe p, (select id from probe x) s
select p.nix, probe.id from probe p
select '2024-13-01'::date
select (x || '-01')::date from (values ('2024-13')) v(x)
select to_regclass('12'), to_regclass('-'), to_regproc('12'), to_regproc('-'), to_regrole('12'), to_regrole('-')
select to_regnamespace('12'), to_regnamespace('-'), to_regcollation('12'), to_regcollation('-'), to_regoper('12'), to_regoper('-')
select to_regclass(x), to_regproc(x), to_regoper(x), to_regrole(x) from (values ('12'), ('-'), ('0')) v(x)
select to_regprocedure('12')
select to_regprocedure('-')
select to_regoperator('12')
select to_regoperator('-')
select x::regclass from (values ('12')) v(x)
select x::regtype, x::regproc from (values ('12'), ('-')) v(x)
select pg_size_bytes('7 b'), pg_size_bytes('7 B')
select pg_size_bytes('7 qb')
select pg_get_replica_identity_index('probe_pkey'::regclass)
select pg_get_replica_identity_index('pair'::regclass)
select pg_get_replica_identity_index(99999999)
select pg_describe_object('pg_type'::regclass, 'mood'::regtype, 7)
select pg_describe_object('pg_proc'::regclass, 99999999, 7)
select pg_describe_object(0, 0, 7), pg_describe_object('pg_class'::regclass, 99999999, 7)
select pg_identify_object('pg_type'::regclass, 99999999, 7)
select pg_identify_object_as_address('pg_namespace'::regclass, 2200, 7)
select pg_describe_object(1259, 1259, 2147483647), pg_describe_object(1259, 1259, 65538), pg_describe_object(1259, 1259, -65535)
select name, pg_settings_get_flags(name) from pg_settings where name ~ '^(transaction|lc_|trace|work_mem)' or name like '%parallel%' order by name collate "C"
select to_number('123456', '99999V99'), to_number('1', 'V9'), to_number('0', '9V9'), to_number('-12', 'S99V'), to_number('123', '9V999999999999999999')
select to_date('21atfebruary ', 'Y,YYY"at"IDDD/')
select to_date('2147483647,999 ', 'Y,YYY')
select to_date('2147483648,999 ', 'Y,YYY')
select to_date('4294969320,024', 'Y,YYY')
select to_date('1,', 'Y,YYY')
select to_date('2020-01-01 EST', 'YYYY-MM-DD TZ')
select to_date('2020-01-01', 'YYYY-MM-DD OF'), to_timestamp('2020-01-01', 'YYYY-MM-DD TZ'), to_timestamp('', 'of')
select to_timestamp('2020-01-01 EST', 'YYYY-MM-DD of')
select to_timestamp('2020-xx-01 EST', 'YYYY-MM-DD of')
select jsonb_path_query('"x"', '$.double()')
select jsonb_path_query('"inf"', '$.double()')
select jsonb_path_query('"1e500"', '$.double()')
select jsonb_path_query('1e500', '$.double()')
select jsonb_path_query('true', '$.double()')
select jsonb_path_query('["1.10", 1.10]', '$[*].double()')
select jsonb_path_query_array('["x", "1"]', '$[*].double()', silent => true)
select jsonb_path_query('"12:34:56Z"', '$.datetime()')
select jsonb_path_query('"2020-01-02T12:34:56.5Z"', '$.datetime()')
select jsonb_path_query('"2020-01-02 12:34:56 EST"', '$.datetime()')
select jsonb_path_query('["12:34:56.5+01", "12:34:56 05:30", "2020-01-02T12:34:56.5", "2020-01-02 12:34:56-02:30"]', '$[*].datetime()')
select jsonb_path_query('"2020-01-02"', '$.datetime() < "2020-01-03T00:00:00Z".datetime()')
select '0x1F'::jsonpath
select '1_000'::jsonpath
select '1_'::jsonpath
select '1.5_0'::jsonpath
select '1e1_0'::jsonpath
select '0x'::jsonpath
select '1e+'::jsonpath
select '012'::jsonpath
select '$[0x1]'::jsonpath
select '$.**{0x1}'::jsonpath
select '$a_1_0'::jsonpath
select t::jsonpath from (values ('$[0x1]')) v(t)
select '$.a.decimal(1,2,3)'::jsonpath
select '$.a.decimal()'::jsonpath
select '$.a.time(1)'::jsonpath
select '$.decimal + $.date'::jsonpath
select '"abc'::jsonpath
select '$"abc'::jsonpath
select '"abc\'::jsonpath
select '/* abc'::jsonpath
select '"\u{4"'::jsonpath
select '"\u12"'::jsonpath
select '"\x4"'::jsonpath
select '\x4'::jsonpath
select '$."\u4"'::jsonpath
select '017'::oid
select '08'::oid
select '-0x1'::oid
select '0x1FFFFFFFF'::oid
select x::oid from (values ('0x1F'), ('017')) v(x)
select '0X1f'::xid, '010'::cid, '010'::xid8, '-1'::xid8
select 'abc'::xid
select '4294967296'::cid
select '18446744073709551616'::xid8
select '1_000'::xid8
select '0b1'::xid8
select x::xid from (values ('0x1F'), ('12abc')) v(x)
show lc_ctype
set lc_collate = 'C'
select date_trunc('day', '2020-01-01'::timestamptz, 'nix')
select date_trunc('day', x, 'nix') from (values ('infinity'::timestamptz)) v(x)
select date_trunc(u, x, y) from (values ('infinity'::timestamptz, 'nix', 'nix')) v(x, y, u)
select 'ABC'::regclass
select 'a.ABC'::regclass
select 'public.ABC'::regclass
select '"A B"'::regclass
select '0ABC'::regclass
select 'aBC'::regtype
select '"aBC"'::regtype
select 'a.BC'::regtype
select 'ABC'::regproc
select 'a.ABC'::regproc
select 'ABC'::regrole
select 'ABC'::regnamespace
select 'ABC'::regcollation
select 'a.ABC'::regcollation
select 'ABC'::regconfig
select 'a.ABC'::regconfig
select x::regclass from (values ('ABC')) v(x)
select x::regclass from (values ('a.ABC')) v(x)
select x::regclass from (values ('PG_CLASS')) v(x)
select x::regtype from (values ('aBC')) v(x)
select x::regproc from (values ('ABC')) v(x)
select x::regrole from (values ('ABC')) v(x)
select x::regrole from (values ('"A B"')) v(x)
select x::regcollation from (values ('a.B')) v(x)
select x::regnamespace from (values ('ABC')) v(x)
select has_table_privilege('ABC', 'select')
select has_table_privilege('a.ABC', 'select')
select pg_relation_size('ABC')
select to_regclass('a.ABC'), to_regtype('a.b'), to_regcollation('a.b'), to_regconfig('a')
select to_regclass('a.ABC'), to_regtype('a.b'), to_regcollation('a.b')
select 'int'::regtype, 'integer[]'::regtype, 'numeric(3,1)'::regtype, 'timestamp with time zone'::regtype, 'float'::regtype, 'decimal'::regtype, '_int4'::regtype, 'pg_catalog.int4'::regtype, 'char'::regtype, '"char"'::regtype, 'bit'::regtype, 'varchar(3)[]'::regtype, 'INT'::regtype, 'character varying'::regtype
select 'double precision'::regtype, 'timestamptz(3)'::regtype, 'time with time zone'::regtype, 'interval'::regtype, 'mood'::regtype, 'mood[]'::regtype, 'public.mood'::regtype
select 'timestamp(3) with time zone'::regtype, 'bit varying'::regtype, 'interval day to second'::regtype, 'national character'::regtype, 'bool[3]'::regtype, 'float(3)'::regtype
select 'dec'::regtype, 'real'::regtype, 'nchar'::regtype, 'string'::regtype
select 'int4 array'::regtype
select 'now'::regproc, 'pg_catalog.now'::regproc
select 'abs'::regproc
select 'abs(int4)'::regprocedure, 'pg_catalog.abs( integer )'::regprocedure, 'now()'::regprocedure, 'substring(text,int,int)'::regprocedure
select 'lpad(text,int, character varying(3))'::regprocedure
select 'abs'::regprocedure
select 'abs(int4'::regprocedure
select 'abs(nix)'::regprocedure
select 'nix(int4)'::regprocedure
select 'a.abs(int4)'::regprocedure
select '||/'::regoper, 'pg_catalog.||/'::regoper
select '+'::regoper
select '-'::regoper
select '0'::regoper, '0'::regoperator, '0'::regclass, '-'::regclass
select '+(int4,int4)'::regoperator, 'pg_catalog.-(NONE,int4)'::regoperator, '-(none,int4)'::regoperator
select '+(int4)'::regoperator
select '+(int4,int4,int4)'::regoperator
select '+'::regoperator
select 'nix(int4,int4)'::regoperator
select '+(int4,mood)'::regoperator
select 'postgres'::regrole, 'pg_catalog'::regnamespace, '"C"'::regcollation, 'pg_catalog."C"'::regcollation, 'english'::regconfig, 'simple'::regdictionary
select 'a.b'::regrole
select 'a.b'::regnamespace
select 'C'::regcollation
select 'probe'::regclass, 'public.probe'::regclass, ' "probe" '::regclass, 'functions.public.probe'::regclass
select 'a.b.c.d'::regclass
select 'nix.public.probe'::regclass
select 'a b'::regclass
select ''::regclass
select '"a'::regclass
select ''::regtype
select ' '::regtype
select 'int4 int4'::regtype
select 'setof int4'::regtype
select 'probe.id'::regclass
select '12x'::regclass
select '99999999999'::regclass
select '010'::regclass::oid
select ''::regproc
select 'a.b.c'::regproc
select ''::regrole
select width_bucket('100.50'::numeric, '123456789012345678901234567890'::numeric, '1'::numeric, '1000000'::int4)
select width_bucket(100.50, 1, 123456789012345678901234567890, 1000000)
select width_bucket(123456789012345678901234567889, 1, 123456789012345678901234567890, 1000000)
select width_bucket(123456789012345678901234567889, 1, 123456789012345678901234567890, 10)
select width_bucket(0.9999999999999999999999999999, 0, 1, 10)
select width_bucket(0.00000000000000000000000001, 1, 0, 10)
select width_bucket(2, 123456789012345678901234567890, 1, 1)
select width_bucket(1.0000000000000001, 3, 1, 3)
select width_bucket(2.3333333333333333333, 3, 1, 3)
select width_bucket(0.3333333333333333333333333333333, 0, 1, 3)
select width_bucket(0.33333333333333333333, 0, 1, 3)
select width_bucket(0.3333333333, 0, 1, 3)
select width_bucket(9.99999999999999999999999, 0, 10, 3), width_bucket(3.33333333333333333333333333, 0, 10, 3), width_bucket(6.6666666666666666666666666, 0, 10, 3)
select width_bucket(x, 10::numeric, 0::numeric, 3) from (values (3.33333333333333333333333334), (6.66666666666666666666667), (0.00000000000000000000000001)) v(x)
select width_bucket(0.9999999999999999::float8, 0, 1, 10), width_bucket(9.999999999999999::float8, 0, 10, 3), width_bucket(3.3333333333333335::float8, 0, 10, 3), width_bucket(3.333333333333333::float8, 0, 10, 3)
select width_bucket(1e308::float8, -1.7e308, 1.7e308, 10), width_bucket(0::float8, -1e308, 1.79e308, 7)
select width_bucket(x::float8, 1, 0, 7) from generate_series(0.0, 1.0, 0.07142857142857142) x
select width_bucket(x::float8, 0, 0.7, 7) from generate_series(0.0, 0.8, 0.1) x
select width_bucket(0.3::float8, 0, 0.9, 3), width_bucket(0.6::float8, 0, 0.9, 3), width_bucket(0.30000000000000004::float8, 0.1, 0.7, 3), width_bucket(0.7::float8, 1.4, 0, 2), width_bucket(4.35::float8, 0, 10, 1000)
select width_bucket(0::float8, -1, 5e-324, 2147483647), width_bucket(9.9999999999999982::float8, 0, 10, 2147483647)
select width_bucket(11::float8, 0, 10, 2147483647)
select width_bucket(11::numeric, 0, 10, 2147483647)
select right('abc', -2147483648), right('abc', i4 - i4 - 2147483648), right('abc', -2147483647) from probe
select to_char(2000000000, '99999V9999')
select to_char(0, '9V9999999999'), to_char(1, '9V9999999999'), to_char(2, '9V9999999999')
select to_char(2, '9V999999999'), to_char(-3, '9V999999999'), to_char(123456, '999999V99999')
select to_char(12, '9V99'), to_char(12::int8, '99V99'), to_char(-5, 'FM9V9'), to_char(12, 'RN'), to_char(0::int8, '9V99999999999999999999')
select numrange_subdiff(1e308, -1e308), numrange_subdiff('1e400', 1), numrange_subdiff('-1e400', 'nan')
select numrange_subdiff('infinity', 'infinity'), numrange_subdiff('infinity', 1), numrange_subdiff(3, 1.5)
