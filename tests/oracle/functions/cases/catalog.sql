format_type(23, null)
format_type(1043, 24)
format_type(1700, 786438)
format_type(1007, null)
format_type(1114, 3)
format_type(999999, null)
format_type(0, null)
format_type(a.atttypid, a.atttypmod) from pg_attribute a where a.attrelid = 'probe'::regclass and a.attnum > 0 order by a.attnum
pg_table_is_visible('probe'::regclass)
pg_table_is_visible(999999)
pg_type_is_visible(23)
pg_function_is_visible(oid) from pg_proc where proname = 'now'
pg_get_userbyid(10)
pg_encoding_to_char(6)
pg_char_to_encoding('UTF8')
obj_description('pg_class'::regclass, 'pg_class')
col_description('probe'::regclass, 1)
shobj_description(0, 'pg_database')
has_table_privilege('probe', 'select')
has_schema_privilege('public', 'usage')
pg_get_constraintdef(oid) from pg_constraint where conrelid = 'probe'::regclass order by conname
pg_get_indexdef(indexrelid) from pg_index where indrelid = 'probe'::regclass
pg_get_indexdef(indexrelid, 1, true) from pg_index where indrelid = 'probe'::regclass
pg_get_expr(adbin, adrelid) is not null from pg_attrdef limit 1
relname, relkind from pg_class where relname = 'probe'
n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where pg_table_is_visible(c.oid) and c.relkind = 'r' and n.nspname !~ '^pg_' order by 1, 2
c.oid::regclass from pg_class c where c.relname = 'probe'
c.oid::regclass::text from pg_class c where c.relname in ('probe', 'pg_type') order by 1
t.oid::regtype::text from pg_type t where t.typname in ('int4', '_int4', 'mood', 'varchar') order by 1
p.oid::regprocedure::text from pg_proc p where proname = 'date_trunc' order by 1
pg_get_function_arguments(oid), pg_get_function_result(oid) from pg_proc where proname = 'lpad' order by 1
current_setting('server_encoding')
current_setting('nonsense')
current_setting('nonsense', true)
pg_is_in_recovery()
pg_my_temp_schema()
array_to_string(current_schemas(true), ',')
pg_relation_is_publishable('probe'::regclass)
relid from pg_partition_ancestors('probe'::regclass) as p(relid)
indkey, indkey[0] from pg_index where indrelid = 'probe'::regclass
(information_schema._pg_expandarray(indkey)).n from pg_index where indrelid = 'probe'::regclass
unnest(indkey), generate_subscripts(indkey, 1) from pg_index where indrelid = 'probe'::regclass
conkey from pg_constraint where conrelid = 'probe'::regclass and contype = 'p'
a.attname, a.attnotnull from pg_attribute a where a.attrelid = 'probe'::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum
enumlabel from pg_enum e join pg_type t on t.oid = e.enumtypid where typname = 'mood' order by enumsortorder
typname, typtype, typcategory from pg_type where oid = 'mood'::regtype
table_name, column_name, data_type from information_schema.columns where table_name = 'probe' order by ordinal_position
pg_size_pretty(12345::bigint)
pg_size_pretty(1234567890::bigint)
pg_typeof(1.5)
pg_typeof(now())::text
version() like 'PostgreSQL %'
pg_get_serial_sequence('probe', 'id')
quote_ident(relname) from pg_class where relname = 'probe'
num_nulls(1, null, 2)
pg_backend_pid() is not null
txid_current() > 0
count(*), string_agg(distinct catdesc||'|'||baredesc||'|'||catcode::text||barelabel::text, ';') from pg_get_keywords()
pg_describe_object('pg_class'::regclass, 'probe'::regclass, 2), pg_describe_object('pg_class'::regclass, 'probe_pkey'::regclass, 0), pg_describe_object('pg_class'::regclass, 'pg_class'::regclass, 99),pg_describe_object('pg_class'::regclass, 99999999, 0), pg_describe_object('pg_type'::regclass, 'int4'::regtype, 0), pg_describe_object('pg_type'::regclass, 'mood'::regtype, 7), pg_describe_object('pg_proc'::regclass, 'abs(int4)'::regprocedure, 0), pg_describe_object('pg_namespace'::regclass, 2200, 0), pg_describe_object('pg_constraint'::regclass, (select max(oid) from pg_constraint), 0)
pg_identify_object('pg_class'::regclass, 'probe'::regclass, 2), pg_identify_object('pg_class'::regclass, 'probe_pkey'::regclass, 0), pg_identify_object('pg_class'::regclass, 'pg_class'::regclass, 99), pg_identify_object('pg_class'::regclass, 99999999, 0), pg_identify_object('pg_class'::regclass, 99999999, 3), pg_identify_object('pg_type'::regclass, 'int4'::regtype, 0), pg_identify_object('pg_type'::regclass, 'mood'::regtype, 7), pg_identify_object('pg_namespace'::regclass, 2200, 0), pg_identify_object('pg_class'::regclass, 'probe'::regclass, -1)
pg_identify_object_as_address('pg_class'::regclass, 'probe'::regclass, 2), pg_identify_object_as_address('pg_class'::regclass, 'probe_pkey'::regclass, 0), pg_identify_object_as_address('pg_class'::regclass, 'pg_class'::regclass, 99), pg_identify_object_as_address('pg_class'::regclass, 99999999, 0), pg_identify_object_as_address('pg_class'::regclass, 99999999, 3), pg_identify_object_as_address('pg_type'::regclass, 'int4'::regtype, 0), pg_identify_object_as_address('pg_type'::regclass, 'mood'::regtype, 7), pg_identify_object_as_address('pg_namespace'::regclass, 2200, 0)
pg_column_is_updatable('probe'::regclass, 1::int2, false), pg_column_is_updatable('probe'::regclass, 1000::int2, false), pg_column_is_updatable('probe'::regclass, (-1)::int2, false), pg_column_is_updatable('probe_pkey'::regclass, 1::int2, false), pg_column_is_updatable(99999::regclass, 1::int2, false)
pg_collation_for(1)
i, pg_encoding_max_length(i) from generate_series(-1,43) i
pg_get_function_arg_default('make_interval'::regproc, 1), pg_get_function_arg_default('abs(int4)'::regprocedure, 1), pg_get_function_arg_default('jsonb_set'::regproc, 4), pg_get_function_arg_default('jsonb_path_query'::regproc, 3),pg_get_function_arg_default(0, 3)
pg_get_replica_identity_index('probe'::regclass), pg_get_replica_identity_index('pg_class'::regclass), pg_get_replica_identity_index('probe_pkey'::regclass)
pg_partition_root('probe'::regclass), pg_partition_root('pg_class'::regclass), pg_partition_root(99999)
pg_size_bytes('12'), pg_size_bytes('1.5 MB'), pg_size_bytes(' -1kB'), pg_size_bytes('1e3 bytes'), pg_size_bytes('1 TB'), pg_size_bytes('3PB'), pg_size_bytes('.5 gb'), pg_size_bytes('7 b')
pg_size_bytes('x')
pg_size_bytes('1 xB')
pg_size_bytes('9999999 PB')
pg_size_bytes('')
satisfies_hash_partition('probe'::regclass, 4, 0, 'a'::text)
to_regprocedure('abs(int4)'), to_regprocedure('abs(numeric, int)'), to_regprocedure('abs'), to_regprocedure(''), to_regprocedure('abs(nosuch)'), to_regoperator('+(int4,int4)'), to_regoperator('!!(none,tsquery)'), to_regoperator('+'), to_regoperator('+(x,y)'), to_regtypemod('varchar(32)'), to_regtypemod('int4'), to_regtypemod('numeric(5,2)'), to_regtypemod('nosuch'), to_regtypemod('time(3)'), to_regtypemod('interval day to second(3)')
oidvectortypes('23 25'::oidvector), oidvectortypes(''::oidvector), oidvectortypes('16 1009 999999'), nameconcatoid('abc', 23), nameconcatoid(repeat('é',40)::name, 12345)
pg_basetype('text'::regtype), pg_basetype('information_schema.sql_identifier'::regtype), pg_basetype(999999::regtype), pg_basetype('information_schema.yes_or_no')
pg_input_is_valid('1','int4'), pg_input_is_valid('x','int4'), pg_input_error_info('x','int4'), pg_input_error_info('1','int4'), pg_input_error_info('1000.5','numeric(3,1)'), pg_input_error_info('sad','mood'), pg_input_error_info('x','mood'), pg_input_is_valid('abcdef','varchar(3)'), pg_input_error_info('abcdef','varchar(3)'), pg_input_error_info('2024-13-01','date'), pg_input_error_info('{1,x}','int4[]')
pg_input_is_valid('1','nosuch')
pg_input_is_valid('1','')
pg_settings_get_flags('work_mem'), pg_settings_get_flags('2024'), pg_settings_get_flags('datestyle'), pg_settings_get_flags('Transaction_isolation')
pg_timezone_abbrevs_zone()
pg_get_statisticsobjdef_expressions(1)
current_setting('x.y', b) from probe order by id
int8_sum('3.14', 5), int8_sum(null, 5), int8_sum(1.5, null), int8_sum(null, null)
to_ascii('abcé', 8), to_ascii('é', 9), to_ascii('é',16), to_ascii('é',29)
to_ascii('abc')
to_ascii('abc', 'LATIN1'), to_ascii('ñandú', 'WIN1250')
to_ascii('abc', 'nosuch')
to_ascii('abc', 5)
like_escape('\x25615c'::bytea, '\x61'::bytea), like_escape('\x25615c'::bytea, '\x'::bytea)
like_escape('\x2561'::bytea, '\x6161'::bytea)
pg_relation_is_updatable('probe'::regclass, false), pg_relation_is_updatable('pg_class'::regclass, true), pg_relation_is_updatable('probe_pkey'::regclass, true), pg_relation_is_updatable(99999::regclass, true)
* from pg_get_keywords()
* from pg_timezone_abbrevs_zone()
* from pg_input_error_info('x', 'int4')
(pg_input_error_info('x', 'int4')).message
id, pg_input_error_info(t, 'int4'), pg_input_is_valid(t, 'int4'), pg_input_is_valid(t, 'text') from probe order by id
pg_input_error_info(t, 'mood'), pg_input_is_valid(t, 'mood') from probe order by id
id, ntile(i4) over (order by id) as v from probe where id in (1,2,4) order by id
id, ntile(3 + id - id) over (order by id), ntile(id + 1) over (order by id) from probe order by id
id, ntile(id) over (partition by b order by id) from probe order by id
id, "varchar"(v, i4, b) as v from probe where id in (1, 4) order by id
id, bpchar(t::bpchar, i4, b), "numeric"(n, i4), "time"(tm, i2), "timestamp"(ts, i2), "timestamptz"(tz, i2) from probe where id in (1,3,4) order by id
bpchar(t::bpchar, 4 + id, true), bpchar('abc   '::bpchar, 4 + id, id <> 1), "varchar"('abc   '::varchar, 4 + id, id <> 2), "interval"(iv, i4 * 0 + 2147418112 + 3) from probe where id > 2 order by id
"varchar"('abcdef'::varchar, 4 + id, false) from probe
"interval"('36:00'::interval, '-1'::int4), "interval"('36:00:01.56'::interval, 2147418113)
'é'::text::"char", '\303'::text::"char", (-61)::"char", ('é'::text::"char")::int, 'ab'::text::"char", ''::text::"char", ('\303'::text::"char")::text
current_setting('enable_sort', b), current_setting('x.y', id > 1) from probe where id > 1 order by id
id, current_setting('select'::text, b) as v from probe where b order by id
current_setting(t, true) from probe order by id
'NaN'::float4 / '0'::float4, 'NaN'::float8 / 0
id, pg_get_constraintdef((select max(oid) from pg_constraint), b), pg_get_indexdef('probe_pkey'::regclass::oid, 1, b) as v from probe order by id
id, "numeric"(n, '0'::int4) as v from probe order by id
id, "time"(tm, '-2147483648'::int4), "numeric"(n, '-2147483648'::int4), "varchar"(v, 3, true), "varchar"(v, 100, false), "timestamp"(ts, 6), "timestamp"(ts, 3) from probe order by id
b, max(n order by id) as v, min(n order by id) from probe group by b order by b nulls first
id, max(n) over (partition by i4 order by id) as v from probe order by id
max(x), min(x) from (values (1.0), (1.00), (1)) v(x)
max(x), min(x) from (values ('30 days'::interval), ('1 mon'), ('720:00')) v(x)
pg_indexam_has_property((select oid from pg_am where amname = 'btree'), 'can_order'::text)
pg_indexam_has_property(a.oid, p), amname, p from pg_am a, unnest(array['can_order','can_unique','can_multi_col','can_exclude','can_include','nosuch']) p order by amname, p
pg_index_has_property('probe_pkey'::regclass, p), p from unnest(array['clusterable','index_scan','bitmap_scan','backward_scan','nosuch']) p order by p
pg_index_column_has_property('probe_pkey'::regclass, 1, p), p from unnest(array['asc','desc','nulls_first','nulls_last','orderable','distance_orderable','returnable','search_array','search_nulls','nosuch']) p order by p
pg_describe_object('pg_am'::regclass, 403, 0), pg_describe_object('pg_language'::regclass, 12, 0), pg_describe_object('pg_authid'::regclass, 10, 0), pg_describe_object(0,0,0)
pg_collation_for('a'::text), pg_collation_for('a'::name), pg_collation_for('a' collate "C"), pg_collation_for('{a}'::text[]), pg_collation_for(t || v), pg_collation_for(upper(t collate "C")), pg_collation_for(m::text) from probe limit 1
satisfies_hash_partition(null, 1, 1, 'a'::text)
system_user
to_regclass(''), to_regproc(''), to_regtype(''), to_regnamespace('"'), to_regrole('a.b'), to_regoper('nosuch'), to_regproc('abs(int4)'::text), to_regclass('"')
has_table_privilege('postgres'::name, 'probe', 'select'), has_table_privilege(10::oid, 'probe'::regclass::oid, 'select'), has_table_privilege('probe'::regclass::oid, 'SELECT, select'), has_table_privilege(4294967295::oid, 'select')
has_column_privilege('postgres'::name, 'probe'::text, 'id'::text, 'select'), has_column_privilege(10::oid, 'probe'::regclass::oid, '3'::int2, 'select')
has_any_column_privilege('pg_proc', 'select'), has_sequence_privilege('probe_seq', 'Usage, Select'), has_function_privilege('abs(int4)', 'execute'), has_type_privilege('mood', 'usage'), has_schema_privilege('public', 'usage'), has_database_privilege('functions', 'temp, connect'), has_language_privilege('plpgsql', 'usage'), has_parameter_privilege('work_mem', 'set'), has_largeobject_privilege(1::oid, 'select')
pg_has_role('postgres'::name, 'postgres'::name, 'member'), pg_has_role(10::oid, 'usage'), row_security_active('probe'), row_security_active('probe'::regclass::oid)
pg_sequence_parameters('probe_seq'::regclass)
* from pg_sequence_parameters('probe_seq'::regclass)
pg_column_size(1), pg_column_size(1::int8), pg_column_size('2024-01-01'::date), pg_column_size(id), pg_column_size(null::int) from probe
unicode_version(), pg_get_replica_identity_index('probe')
pg_sequence_last_value('probe_seq')
'ABC'::regclass
'a.ABC'::regclass
'public.ABC'::regclass
'"A B"'::regclass
'0ABC'::regclass
'aBC'::regtype
'"aBC"'::regtype
'a.BC'::regtype
'ABC'::regproc
'a.ABC'::regproc
'ABC'::regrole
'ABC'::regnamespace
'ABC'::regcollation
'a.ABC'::regcollation
'ABC'::regconfig
'a.ABC'::regconfig
x::regclass from (values ('ABC')) v(x)
x::regclass from (values ('a.ABC')) v(x)
x::regclass from (values ('PG_CLASS')) v(x)
x::regtype from (values ('aBC')) v(x)
x::regproc from (values ('ABC')) v(x)
x::regrole from (values ('ABC')) v(x)
x::regrole from (values ('"A B"')) v(x)
x::regcollation from (values ('a.B')) v(x)
x::regnamespace from (values ('ABC')) v(x)
has_table_privilege('ABC', 'select')
has_table_privilege('a.ABC', 'select')
pg_relation_size('ABC')
to_regclass('a.ABC'), to_regtype('a.b'), to_regcollation('a.b'), to_regconfig('a')
to_regclass('a.ABC'), to_regtype('a.b'), to_regcollation('a.b')
'int'::regtype, 'integer[]'::regtype, 'numeric(3,1)'::regtype, 'timestamp with time zone'::regtype, 'float'::regtype, 'decimal'::regtype, '_int4'::regtype, 'pg_catalog.int4'::regtype, 'char'::regtype, '"char"'::regtype, 'bit'::regtype, 'varchar(3)[]'::regtype, 'INT'::regtype, 'character varying'::regtype
'double precision'::regtype, 'timestamptz(3)'::regtype, 'time with time zone'::regtype, 'interval'::regtype, 'mood'::regtype, 'mood[]'::regtype, 'public.mood'::regtype
'timestamp(3) with time zone'::regtype, 'bit varying'::regtype, 'interval day to second'::regtype, 'national character'::regtype, 'bool[3]'::regtype, 'float(3)'::regtype
'dec'::regtype, 'real'::regtype, 'nchar'::regtype, 'string'::regtype
'int4 array'::regtype
'now'::regproc, 'pg_catalog.now'::regproc
'abs'::regproc
'abs(int4)'::regprocedure, 'pg_catalog.abs( integer )'::regprocedure, 'now()'::regprocedure, 'substring(text,int,int)'::regprocedure
'lpad(text,int, character varying(3))'::regprocedure
'abs'::regprocedure
'abs(int4'::regprocedure
'abs(nix)'::regprocedure
'nix(int4)'::regprocedure
'a.abs(int4)'::regprocedure
'||/'::regoper, 'pg_catalog.||/'::regoper
'+'::regoper
'-'::regoper
'0'::regoper, '0'::regoperator, '0'::regclass, '-'::regclass
'+(int4,int4)'::regoperator, 'pg_catalog.-(NONE,int4)'::regoperator, '-(none,int4)'::regoperator
'+(int4)'::regoperator
'+(int4,int4,int4)'::regoperator
'+'::regoperator
'nix(int4,int4)'::regoperator
'+(int4,mood)'::regoperator
'postgres'::regrole, 'pg_catalog'::regnamespace, '"C"'::regcollation, 'pg_catalog."C"'::regcollation, 'english'::regconfig, 'simple'::regdictionary
'a.b'::regrole
'a.b'::regnamespace
'C'::regcollation
'probe'::regclass, 'public.probe'::regclass, ' "probe" '::regclass, 'functions.public.probe'::regclass
'a.b.c.d'::regclass
'nix.public.probe'::regclass
'a b'::regclass
''::regclass
'"a'::regclass
''::regtype
' '::regtype
'int4 int4'::regtype
'setof int4'::regtype
'probe.id'::regclass
'12x'::regclass
'99999999999'::regclass
'010'::regclass::oid
'٣'::regclass
''::regproc
'a.b.c'::regproc
''::regrole
'abc'::xid
'12abc'::xid
''::xid
'4294967296'::xid
'99999999999999999999999'::xid
'-5'::xid
'-1'::xid8
'-9223372036854775809'::xid8
'18446744073709551616'::xid8
'abc'::xid8
'1_000'::xid8
'0b1'::xid8
'0o7'::xid8
'08'::xid8
' 12 '::xid8
'12 a'::cid
''::oid
'00'::oid
'-'::oid
'+-1'::oid
'-4294967295'::oid
'-2147483649'::oid
'- 1'::oid
x::xid from (values ('0x1F'), ('abc')) v(x)
x::xid8 from (values ('010')) v(x)
has_schema_privilege('PUBLIC', 'usage')
has_schema_privilege('public', 'usage'), has_schema_privilege('postgres', 'public', 'usage'), has_schema_privilege(2200, 'usage'), has_schema_privilege(null::text, 'usage')
has_schema_privilege('"public"', 'usage')
has_schema_privilege('12', 'usage')
has_schema_privilege(x, 'usage') from (values ('public'), (null)) v(x)
has_schema_privilege(nspname, 'usage') from pg_namespace where nspname = 'pg_catalog'
has_schema_privilege('pg_temp', 'usage')
current_setting('{0}')
current_setting('{1}', true)
current_setting('server_version_num'), current_setting('Server_Version_Num', false), current_setting('nix', true)
current_setting(null), current_setting(null, true), current_setting('server_version_num', null)
current_setting(x, y) from (values ('server_version_num', true), ('nix', true), (null, true), ('server_version_num', null)) v(x, y)
current_setting(x, y) from (values ('{1}', false)) v(x, y)
current_setting(x) from (values ('server_version_num'), (null)) v(x)
current_setting('nix', x) from (values (true), (null)) v(x)
current_setting('nix', x) from (values (false)) v(x)
has_function_privilege('lpad(text, int, character varying(3))', 'execute')
has_function_privilege('abs( integer )', 'execute')
