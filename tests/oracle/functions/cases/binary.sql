btrim('\x0001ff00'::bytea, '\x00'), ltrim('\x0001ff00'::bytea, '\x00'), rtrim('\x0001ff00'::bytea, '\x00'), btrim('\x01'::bytea, '')
id, btrim(by, '\x00ff'), reverse(by), bit_count(by), crc32(by), crc32c(by), position('\xad' in by) from probe order by id
crc32('abc'::bytea), crc32c('abc'::bytea), bit_count(''::bytea), reverse('\x0102'::bytea), position('\x02'::bytea in '\x0102'::bytea)
overlay('\x01020304'::bytea placing '\xff' from 2), overlay('\x01020304'::bytea placing '\xff' from 2 for 2)
overlay('\x01020304'::bytea placing '\xff' from 0)
get_byte('\xff01'::bytea, 1), set_byte('\x0000'::bytea, 1, 255), get_bit('\xff01'::bytea, 8), set_bit('\x00'::bytea, 3, 1)
get_byte('\xff01'::bytea, 2)
get_bit('\xff'::bytea, -1)
set_bit('\xff'::bytea, 0, 2)
set_byte('\xff'::bytea, 1, 2)
258::bytea, 258::int2::bytea, (-1)::int8::bytea, '\x0102'::bytea::int4, '\xff'::bytea::int2, '\xffffffff'::bytea::int4, '\x80'::bytea::int8
'\x010203'::bytea::int2
id, i4::bytea, i8::bytea from probe order by id
convert('\xe9'::bytea, 'LATIN1', 'UTF8'), convert_from('\xc3a9', 'UTF8'), convert_to('é', 'LATIN1'), length('\xc3a9'::bytea, 'UTF8')
convert_from('\xdead', 'UTF8')
convert_from('\x00', 'nix')
convert_to('日', 'LATIN1')
convert_to('a', 'nix')
'abc'::bytea like 'a%'::bytea, 'abc'::bytea like '_b_'::bytea, 'abc'::bytea like '%c%%'::bytea, 'a%c'::bytea like 'a\\%c'::bytea
'abc'::bytea not like 'a%'::bytea, pg_catalog."like"('abc'::bytea, 'ab'), pg_catalog.notlike('abc'::bytea, 'ab'), 'abc'::bytea not like '%b'::bytea
'abc'::bytea like E'abc\\\\'::bytea
string_agg(by, by order by id), string_agg(by, ','::bytea order by id) from probe
