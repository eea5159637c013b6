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
