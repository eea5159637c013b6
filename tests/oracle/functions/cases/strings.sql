'a' || 'b'
'a' || null
'a' || 1
1.5 || 'x'
true || 'x'
length('héllo')
char_length('abc')
octet_length('é')
bit_length('a')
length('ab  '::char(6))
lower('ABC')
upper('abc')
initcap('hello wORLD foo-bar')
substring('foobar' from 2 for 3)
substring('foobar', 2)
substring('foobar', -2)
substr('foobar', -2, 4)
substr('foobar', 0, 3)
substring('foobar', 0, 3)
substring('foobar', 2, -1)
substring('foobar' from 'o(.)b')
substring('foobar' from 'o.b')
substring('foobar' from 'x')
substring('foobar' similar '%#"o_b#"%' escape '#')
left('abc', -1)
left('abc', 2)
right('abc', -1)
right('abc', 2)
left('abc', 10)
lpad('ab', 5, 'xy')
lpad('abcdef', 3, 'x')
lpad('ab', 5)
rpad('ab', 5, 'xy')
rpad('ab', 5, '')
lpad('ab', -1)
ltrim('  a ')
rtrim('xxaxx', 'x')
trim(both 'x' from 'xxaxx')
trim(leading from '  a')
btrim('xyaxy', 'yx')
position('b' in 'abc')
strpos('abc', 'z')
strpos('abc', '')
replace('aXbX', 'X', 'yy')
replace('abc', '', 'x')
translate('12345', '143', 'ax')
repeat('ab', 3)
repeat('ab', -1)
reverse('abc')
split_part('a,b,c', ',', 2)
split_part('a,b,c', ',', -1)
split_part('a,b,c', ',', 9)
split_part('a,b,c', '', 1)
split_part('a,b,c', ',', 0)
ascii('é')
ascii('')
chr(233)
chr(0)
overlay('Txxxxas' placing 'hom' from 2 for 4)
overlay('abc' placing 'X' from 2)
starts_with('abc', 'ab')
'abc' ^@ 'ab'
md5('abc')
quote_ident('a b')
quote_ident('select')
quote_ident('abc')
quote_literal('it''s')
quote_literal(E'a\\b')
quote_literal(42)
quote_nullable(null)
format('%s-%I-%L-%%', 'a', 'b c', 'it''s')
format('%2$s %1$s', 'a', 'b')
format('%10s|%-10s|', 'a', 'b')
format('%s', null)
format('%s')
format('%x', 1)
concat('a', 1, true, null, 2.50)
concat_ws(',', 'a', null, 'b', 3)
concat_ws(null, 'a')
encode('\xdeadbeef', 'hex')
encode('\xdeadbeef', 'base64')
encode('\x00ff41', 'escape')
decode('deadbeef', 'hex')
decode('3q2+7w==', 'base64')
decode('zz', 'hex')
'\xdead'::bytea || '\xbeef'::bytea
length('\xdead'::bytea)
substring('\xdeadbeef'::bytea from 2 for 2)
sha256('abc'::bytea)
convert_from('\x616263', 'UTF8')
string_to_array('a,b,,c', ',')
string_to_array('a,b,NULL', ',', 'NULL')
string_to_array('abc', null)
string_to_array('', ',')
array_to_string(array[1, null, 3], ',')
array_to_string(array[1, null, 3], ',', '*')
array_to_string(array['a', 'b'], '-')
'a_c' like 'a\_c'
'abc' like 'a\_c'
'abc' like 'a%'
'abc' not like 'A%'
'ABC' ilike 'a%'
'a%c' like 'a#%c' escape '#'
'abc' like 'ab\'
'abc' similar to '%(b|d)%'
'abc' similar to 'a'
'abc' not similar to 'a.c'
'abc' ~ 'B'
'abc' ~* 'B'
'abc' !~ 'b'
'abc' !~* 'B'
'foo bar' ~ '\mbar\M'
'foobar' ~ '\ybar'
'foobar' ~ '^foo'
'foobar' ~ 'bar$'
E'foo\nbar' ~ '^bar'
E'foo\nbar' ~ 'o.b'
'abc' ~ '[[:alpha:]]+'
'a1' ~ '\d'
'abc' ~ '(ab'
regexp_replace('foobarbaz', 'b..', 'X')
regexp_replace('foobarbaz', 'b..', 'X', 'g')
regexp_replace('foobarbaz', 'b(..)', 'X\1Y', 'g')
regexp_replace('Hello', 'l', '[\&]', 'g')
regexp_replace('ABC', 'b', 'x', 'i')
regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 0, 'i')
regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 3, 'i')
regexp_match('foobarbequebaz', 'bar.*que')
regexp_match('foobarbequebaz', '(bar)(beque)')
regexp_match('abc', 'x')
regexp_match('a', '(a)|(b)')
regexp_matches('foobarbequebaz', 'ba.', 'g')
regexp_matches('abc', 'x')
regexp_split_to_array('hello world', '\s+')
regexp_split_to_array('hello', '')
regexp_split_to_table('a1b22c', '\d+')
regexp_count('ABCABCAXYaxy', 'A.', 1, 'i')
regexp_substr('ABCABC', 'B.')
regexp_instr('ABCDEF', 'c(.)(..)', 1, 1, 0, 'i')
regexp_like('Hello World', 'world$', 'i')
'abc'::varchar(2)
'ab'::char(5)
'ab'::char(5) || 'x'
'ab  '::char(4) = 'ab'
'abc'::name
'b' > 'B'
'a' < 'B'
'' = ' '
'x'::"char"
string_agg(x, ',') from (values ('b'), ('a'), (null)) v(x)
string_agg(x, ',' order by x desc) from (values ('b'), ('a')) v(x)
string_agg(distinct x, ',' order by x) from (values ('b'), ('a'), ('b')) v(x)
min(x), max(x) from (values ('b'), ('A'), ('_')) v(x)
x from (values ('_under'), ('apple'), ('Banana'), ('été')) v(x) order by x
lpad('x', 1000000000)
lpad('x', 600000000, 'ab')
rpad('x', 2147483647)
repeat('ab', 1000000000)
repeat('ab', 2147483647)
length(repeat('ab', 1000000)), length(lpad('x', 100000)), length(rpad('x', 100000, 'yz'))
repeat('ab', -1), repeat('', 1000000000), repeat(null, 3), repeat('a', null), lpad('abc', -2), rpad(null, 3)
length(replace(repeat('a', 10000), 'a', 'bcd')), replace(null, 'a', 'b'), replace('abc', null, 'b'), replace('aaa', 'a', '')
sum(length(repeat(t, id * 1000))), sum(length(lpad(t, id * 1000))) from probe
lpad(t, id * 400000000) from probe where id = 5
id, substr(t, i4), substr(t, 2, abs(i4)), substr(t, i4, 2), substring(t, i4, abs(i4)), lpad(t, i4), rpad(t, i4, ''), left(t, i4) from probe order by id
id, replace(t, '', v), replace(t, v, null), substr(by, i4), substr(by, 2, abs(i4)), substring(by, i4, 30) from probe order by id
substr(by, 1, -1) from probe where id = 1
parse_ident('1a')
parse_ident('a.b', null)
unistr('d\0061t\+000061 \\'), unistr('\u0061\U00000062'), unicode_assigned('abc'), textlen('abc'), similar_escape('a%', '#')
unistr('\x')
uuid_extract_version(u), uuid_extract_version('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11') from probe where id = 1
uuid_extract_timestamp('c232ab00-9414-11ec-b3c8-9f6bdeced846'), uuid_extract_timestamp('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
pg_catalog."varchar"('abcdef'::varchar, 6, true), pg_catalog.bpchar('abc'::bpchar, 9, true), pg_catalog."numeric"(1.255, 655366), pg_catalog."varchar"('abcdef'::varchar, 6, false)
is_normalized('é', 'NFC'), is_normalized('é', 'NFD'), casefold('ABC'), '300'::xid8::xid
upper('éa' collate "C"), lower('ÉA' collate "C"), initcap('éa bC' collate "C"), upper('ß'), initcap('éa bC')
'É' ilike 'é' collate "C", 'A' ilike 'a' collate "C", 'É' ilike 'é', 'é' ~ '\d' collate "C"
'a' collate "C" < 'b' collate "POSIX"
'a' collate "C" < 'b', greatest('a' collate "C", 'B'), 'a' < ('b' collate "POSIX")
x from (select 'a' collate "C" as x union select 'b' collate "POSIX") s
x < y from (values ('a' collate "C", 'b' collate "POSIX")) v(x, y)
'a' collate "nix"
1 collate "C"
