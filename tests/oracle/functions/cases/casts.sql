'5'::int
' 5 '::text::int
'1.5'::text::int
'abc'::text::int
'99999999999'::text::int
'1e2'::text::int
'1.5'::text::numeric
'1e5'::text::numeric
'x'::text::numeric
'1.5'::text::float8
'x'::text::float8
'1e400'::text::float8
't'::text::bool
'off'::text::bool
'maybe'::text::bool
'2024-01-31'::text::date
'Jan 31 2024'::text::date
'x'::text::date
'2024-01-31 10:00'::text::timestamp
'2024-01-31 10:00+02'::text::timestamptz
'10:00'::text::time
'1 day 2 hours'::text::interval
'00000000-0000-0000-0000-000000000001'::text::uuid
'x'::text::uuid
'\xdead'::text::bytea
'{"a": 1}'::text::jsonb
'{"a": 1}'::text::json
1::text
1.50::text
1.5::float8::text
1e20::float8::text
'NaN'::float8::text
true::text
true::int
1::bool
0::bool
1::bigint::int
3000000000::int
40000::smallint
-1::oid
'1259'::regclass
'pg_class'::regclass
'pg_class'::regclass::text
'pg_class'::regclass::oid
1259::regclass::text
'int4'::regtype
'integer'::regtype::text
23::regtype::text
1007::regtype::text
'now'::regproc::text
'pg_catalog'::regnamespace::text
to_regclass('pg_class')
to_regclass('nope')
to_regclass('pg_catalog.pg_class')::text
to_regtype('integer')::text
to_regtype('nope')
'x'::text::regclass
'probe'::regclass::text
'abc'::char(2)
'abc'::varchar
'a'::"char"::int
65::"char"
b'101'
b'101'::bit(5)
'x'::bpchar
1::numeric(5,2)
12.345::float4
1.5::float8::float4
1e300::float8::float4
interval '1 day'::text
row(1, 'a', null)::text
row(1, 'a b', '', null)::text
array[row(1,'x')]::text
'happy'::mood
'happy'::mood::text
'happy'::text::mood
'none'::text::mood
'sad'::mood < 'happy'::mood
