-- Statements that Postgres refuses, one a line, under the SQLSTATE that they were written for. Postgres decides which it is.
-- 2201F
select sqrt(-1)
select sqrt(-1::numeric)
select sqrt(-0.0001)
select sqrt(negf8) from edges
select sqrt(negn) from edges
select |/ (-4)
select |/ negf8 from edges
select power(0, -1)
select power(0::numeric, -1)
select 0 ^ -2
select power(zerof8, negf8) from edges
select power(zeron, negn) from edges
select power(-8, 0.5)
select power(-8::float8, 0.5::float8)
select power(negn, 0.5) from edges
select power(negf8, 0.3) from edges
select (-2.5) ^ 1.5
select count(*) from edges where sqrt(negf8) > 1
select id from edges order by sqrt(negn)
select sum(sqrt(negf8)) from edges
select sqrt(id - 2) from edges
select coalesce(sqrt(negn), 0) from edges
-- 2201E
select ln(0)
select ln(0::numeric)
select ln(-1)
select ln(-1::numeric)
select ln(zerof8) from edges
select ln(zeron) from edges
select ln(negf8) from edges
select ln(negn) from edges
select log(0)
select log(-3.5)
select log(0::numeric)
select log(zerof8) from edges
select log(negn) from edges
select log10(0)
select log10(-1)
select log(2.0, 0)
select log(2.0, -1)
select log(0, 10)
select log(-2, 10.0)
select log(1.0, 5)
select log(zeron, 5) from edges
select avg(ln(zerof8)) from edges
select id from edges where ln(negn) is null
-- 22003
select 2147483647 + 1
select max4 + 1 from edges
select max8 + 1 from edges
select max2 + 1::int2 from edges
select max2 * max2 from edges
select min4 - 1 from edges
select -min4 from edges
select -min2 from edges
select -min8 from edges
select abs(min4) from edges
select abs(min8) from edges
select abs(min2) from edges
select min4 / -1 from edges
select min8 / -1 from edges
select min2 / (-1)::int2 from edges
select max4::int2 from edges
select max8::int4 from edges
select max8::int2 from edges
select max8::oid from edges
select maxf8::int4 from edges
select maxf8::int8 from edges
select maxf4::int2 from edges
select maxf8::float4 from edges
select maxf4 * maxf4 from edges
select maxf8 * 10 from edges
select maxf8 + maxf8 from edges
select maxn::int4 from edges
select maxn::int8 from edges
select maxn * maxn from edges
select maxn ^ 2 from edges
select n52 + 0.01::numeric(5,2) from edges where (n52 + 0.01)::numeric(5,2) > 0
select 1000::numeric(5,2)
select 999.995::numeric(5,2)
select 'NaN'::float8::int4
select 'Infinity'::float8::int8
select 'NaN'::numeric::int4
select 'Infinity'::numeric::int8
select 'Infinity'::numeric::numeric(5,2)
select '32768'::int2
select '2147483648'::int4
select '-9223372036854775809'::int8
select '4294967296'::oid
select '1e400'::float8
select '1e40'::float4
select '1e-400'::float8
select exp(1000)
select exp(1000000.0)
select exp(maxf8) from edges
select power(10, 400)
select power(10.0, 200000)
select maxf8 ^ 2 from edges
select factorial(100000)
select factorial(-1)
select lcm(max4, max4 - 1) from edges
select gcd(min4, 0) from edges
select sinh(1000)
select cosh(1000)
select percentile_cont(2) within group (order by id) from edges
select percentile_disc(-0.5) within group (order by id) from edges
select sum(max8) + 0::int8 from edges where (sum8(1)) is null
select sum(max4)::int4 + 2147483647 from edges
select width_bucket(1e10::float8, 0, 1, 2147483647)
select 300::"char"
select asin(2)
select acos(-1.5)
select acosd(2)
select asind(negf8) from edges
select atanh(2)
select acosh(0.5)
select sin('Infinity'::float8)
select tan('-Infinity'::float8)
select cosd('Infinity')
select to_char(max4, 'x') from edges where max4 + id > 5
-- 22012
select 1/0
select 1 % 0
select 1.0/0
select 1.5 % 0
select 1::float8/0
select 1::float4/0
select max4/zero4 from edges
select max4/zero2 from edges
select max8/zero4 from edges
select max8 % zero8 from edges
select max2 % zero2 from edges
select maxn/zeron from edges
select maxn/zeron2 from edges
select maxn % zeron from edges
select maxf8/zerof8 from edges
select maxf4/zerof4 from edges
select div(5, 0)
select div(maxn, zeron) from edges
select mod(5, zero4) from edges
select mod(max8, zero8) from edges
select interval '1 day' / 0
select interval '1 day' / zerof8 from edges
select takes / price from items
select amount / quantity from orders
select sum(quantity) / min(quantity) from orders
select id from orders where 10 / quantity > 1
select person, 1 / sum(quantity - quantity) from orders group by person
select case when 1 / zero4 > 0 then 1 end from edges
select 1 / (select zero4 from edges where id = 3)
-- 22P02
select 'x'::int
select 'x'::int2
select '1.5'::int8
select ''::int
select '1 2'::int4
select 'abc'::numeric
select '1.2.3'::numeric
select 'x'::float8
select ''::float4
select '1e'::float8
select 'maybe'::bool
select ''::bool
select 'not'::uuid
select '{'::json
select '{"a":}'::jsonb
select '[1,2'::jsonb
select ''::json
select 'tru'::jsonb
select 'nope'::mood
select ''::mood
select '\xz'::bytea
select '\x1'::bytea
select '\1'::bytea
select '1'::int[]
select '{1,x}'::int[]
select '{1,2'::int[]
select '{{1},{2,3}}'::int[]
select '{1}}'::int[]
select '{"a'::text[]
select '[1:2]={1}'::int[]
select '[1,2'::int4range
select '[5,1]'::int4range
select 'x'::oid
select word::int from edges
select word::int8 from edges
select word::numeric from edges
select word::float8 from edges
select word::float4 from edges
select word::bool from edges
select word::uuid from edges
select word::jsonb from edges
select word::json from edges
select word::mood from edges
select word::int[] from edges
select brief::int from edges
select name::uuid from items
select (data->>'a')::bool, (name || 'q')::int from people
select id from people where id = 'abc'
select id from people where feels = 'cross'
select id from people where height > 'tall'
select id from people where born is not null and id in (1, 'two')
select id from people where data @> '{a}'
select id from people where data -> 'a' = 'x'
select data ->> 1, data #> '{a' from people
select id + 'x' from people
select coalesce(id, 'none') from people
select case when id = 1 then 1 else 'x' end from people
select id from people union select 'x'
select array[1, 'x']
select limit_ from (values (1), ('x')) v(limit_)
select '(1,2'::tid
select 'a'::"char" = 1::int
-- 42883
select nosuch(1)
select upper(1)
select upper(id) from people
select lower(name, 1) from people
select public.nosuch(1, 'a')
select pg_catalog.nosuch()
select sqrt(name) from people
select sum(name) from people
select avg(feels) from people
select substring(id from 1) from people
select round(height, 1) from people
select date_trunc('day', name) from people
select coalesce(nosuch(id), 1) from people
select id from people where name = 1
select id from people where id = name
select id from people where born > 5
select id from people where feels = name
select name + 1 from people
select name || id + 1 from people
select - name from people
select !! id from people
select id @@@ 1 from people
select true + true
select born + born from people
select joined + 1 from people
select amount + paid from orders
select data + 1 from people
select tags || 1 from people
select tags @> array[1] from people
select id in ('1', name) from people
select id from people where id in (select name from people)
select id = any(tags) from people
select id between 'a' and name from people
select id like 'a' from people
select born like '19%' from people
select name ~ 5 from people
select (id, name) = (name, id) from people
select id is distinct from name from people
select nullif(id, name) from people
select p.id from people p join orders o on p.name = o.id
select max(data) from people
select min(paid) from orders
select string_agg(id, ',') from people
select string_agg(name) from people
select count(id, name) from people
select row_number(1) over () from people
select lag(id, 'x'::text) over () from people
select to_char(name, 'x') from people
select extract(year from id) from people
select extract(year from name) from people
select now(1)
select length(born) from people
select array_length(tags) from people
select unnest(id) from people
select generate_series(1, name) from people
select json_build_object(variadic 5)
select operator(pg_catalog.+) 1
select 1 operator(public.+) 1
-- 42804
select id from people where id
select id from people where name
select id from people where not born
select id from people where id and true
select id from people where paid or 1 from orders
select case when id then 1 end from people
select case when id = 1 then 1 else born end from people
select case id when 1 then name else born end from people
select coalesce(id, name) from people
select coalesce(born, height) from people
select greatest(id, born) from people
select least(name, id) from people
select array[id, name] from people
select array[1, true]
select id from people union select name from people
select id, name from people union all select born, name from people
select id from people except select paid from orders
select 1 intersect select true
values (1), (true)
values (1, 'a'), (now(), 'b')
select id from people limit 'x'::text
select id from people limit true
select id from people offset now()
select id from people having id
select count(*) from people having count(*)
select p.id from people p join orders o on p.id
select count(*) filter (where id) from people
select tags['a'::text] from people
select id[1] from people
select name[1] from people
select tags[true] from people
select array_append(tags, 1) from people
select array_cat(tags, array[1]) from people
select array_position(array[1,2], 'a'::text)
select id from people where id = any(5)
select id from people where id = any(name)
select id from people where id = all(born)
select generate_series(1, 2) where generate_series(1, 2)
select sum(id) over (rows between 'x'::text preceding and current row) from people
select sum(id) over (order by name range between 1 preceding and current row) from people
select sum(id) over (rows id preceding) from people
select * from json_to_record('{}') as x
select * from people natural join (select 'x'::date as id) s
select x.a from (values (1)) x(a) where x.a
with recursive r(n) as (select 1 union all select n + 1.5 from r where n < 5) select * from r
-- 42703
select nosuch from people
select nam from people
select p.nam from people p
select people.nosuch from people
select Name, "Name" from people
select id from people where nosuch = 1
select id from people order by nosuch
select id from people group by nosuch
select count(nosuch) from people
select upper(nosuch) from people
select p.id from people p join orders o on p.id = o.persn
select p.id from people p join orders o using (person)
select p.id from people p join orders o using (nosuch)
select id from people where exists (select 1 from orders where persons = 1)
select (select nosuch from orders) from people
select x.b from (select 1 as a) x
with c as (select 1 as a) select b from c
select id as total from people where total > 1
select id as total from people group by id having total > 1
select id + 1 as n from people order by n + 1
select sum(amount) over (partition by nosuch) from orders
select id from grown where email = 'x'
select nosuch
select (people).nosuch from people
select (p).nam from people p
select * from people order by people.nosuch
select distinct on (nosuch) id from people
select id from people limit nosuch
select id from people limit id
select t.a from generate_series(1, 2) t(b)
select case when nosuch then 1 end from people
select id from people where nosuch in (1, 2)
select id from people where (id, nosuch) = (1, 2)
-- 42702
select id from people, orders
select id from people p join orders o on p.id = o.person
select p.id from people p join orders o on id = person
select p.id from people p, items i where name = 'x'
select count(id) from people, items
select upper(name) from people, items
select people.id from people, orders order by id, name, id, amount having id
select 1 from people, orders group by id
select p.id, o.id from people p, orders o order by id
select a.id as x, b.name as x from people a, items b order by x
select * from people natural join items natural join orders
select * from people p join items i using (id) join orders o using (name)
select max(id) over () from people, orders
select id from people p cross join people q
select (select id from people, orders limit 1)
select x from (select 1 as x, 2 as x) s
select s.x from (select 1 as x, 2 as x) s
select 1 from (values (1, 2)) v(a, a) where a = 1
with c as (select id from people), d as (select id from orders) select id from c, d
select case when name = 'a' then 1 end from people, items
select id from people where id in (select id from people a, items b)
-- 42P01
select * from nosuch
select * from public.nosuch
select * from pg_catalog.nosuch
select nosuch.id from people
select p.id from people
select people.id from people p
select people.* from people p
select nosuch.* from people
select * from people join nosuch on true
select * from people where id in (select id from nosuch)
select (select count(*) from peoples)
select orders.id from people where id = 1
select o.id from people p where exists (select 1 from orders o)
select * from people p, (select p.id) s
select * from people p, (select * from orders where person = p.id) s
select * from people p join (select p.name) s on true
select * from people p join orders o on o.person = q.id
select * from (people p join orders o on true) j where p.id = 1
with c as (select * from d), d as (select 1) select * from c
with c as (select * from c) select * from c
select * from people order by orders.id
select count(x.id) from people
select * from "People"
select * from a.b.c.d
select id from people union select id from nosuch
select 'nosuch'::regclass
select people.id from people as p join orders on people.id = orders.person
-- 42803
select id, count(*) from people
select name, sum(id) from people group by id
select p.name, o.amount from people p join orders o on true group by p.name
select upper(name) from orders o join people p on true group by amount
select id from orders group by person
select * from people group by name
select name from people having count(*) > 1
select count(*) from people having name = 'x'
select count(*) from people order by name
select id from people where count(*) > 1
select id from people where id > max(id)
select p.id from people p join orders o on p.id = max(o.id)
select sum(count(*)) from people
select max(sum(id)) from people
select count(*) from people group by count(*)
select count(*) from people group by 1
select name || count(*) from people
select name, (select people.born) from people group by name
select name, (select max(o.id) from orders o where o.person = people.id) from people group by name
select case when id = 1 then name end from people group by id + 0
select id + 1 from people group by id + 2
select born, count(*) over () from people group by name
select sum(id) filter (where count(*) > 1) from people
select count(*) from people limit count(*)
select count(*) from generate_series(1, count(*))
select * from people, lateral (select count(people.id)) s
select name, count(*) from people group by grouping sets ((id + 0), ())
select grouping(name) from people group by born
select grouping(id)
select name from people group by rollup (born)
select distinct name, count(*) from people
select array_agg(id order by count(*)) from people
select height from people group by born order by height
select email from grown, people group by height
with recursive r(n) as (select 1 union all select max(n) from r) select * from r
-- 42725
select 'a' + 'b'
select '1' - '2'
select '1' * '2'
select '1' / '2'
select '1' % '2'
select null + null
select - '1'
select '1' & '2'
select '1' | '2'
select '1' << '2'
select '1' @> '2'
select '1' && '2'
select sum('1')
select avg('1')
select avg(null)
select stddev('1')
select variance(null)
select to_char('1', '9')
select to_char(null, null)
select generate_series('1', '5')
select bit_and('1')
select trunc('1')
select width_bucket('1', '2', '3', '4')
select mod('1', '2')
select '{1}' -> 'a'
select '{1}' ->> 'a'
select '1' #> '2'
select isfinite('x')
select abs(null)
select date_part('year', null)
select lower(null)
select '1' ^ '2', '1' ! '2'
-- 42P10
select distinct name from people order by born
select distinct name from people order by id, name
select distinct on (name) id from people order by born
select distinct on (id, name) id from people order by name, born
select id from people order by 2
select id from people order by 0
select id from people order by -1
select id, name from people order by 3
select id from people group by 2
select name, count(*) from people group by 3
select id from people group by 0
select distinct on (2) id from people
select distinct on (5) id, name from people
select id from people union select person from orders order by 2
select 1 order by 2
select distinct id + 1 from people order by id
select distinct upper(name) from people order by lower(name)
select string_agg(distinct name, ',' order by email) from people
select array_agg(distinct name order by id) from people
select count(distinct name order by born) from people
select * from (values (1), (2)) v order by 7
select distinct name from people order by count(*)
select id from people order by 1, 9
select id from people order by 1.5
select id from people order by 'x'
select id from people group by 'x', 5
select count(*) from (select 1) as s(a, b)
select id from people as p(a, b, c, d, e, f, g, h, i, j, k)
with c(a, b) as (select 1) select * from c
select * from generate_series(1, 2) as t(a, b, c)
select id from people group by grouping sets ((2), ())
select sum(id) over (partition by name range between 1 preceding and current row) from people
-- 22008
select '2024-13-01'::date
select '2024-02-30'::date
select '2023-02-29'::timestamp
select '25:00'::time
select '10:61'::time
select '2024-01-01 25:00'::timestamptz
select make_date(2024, 2, 30)
select make_date(0, 1, 1)
select make_time(25, 0, 0)
select make_timestamp(2024, 13, 1, 0, 0, 0)
select maxd + 1 from edges
select maxts + interval '100 years' from edges
select maxts + interval '12000 days' from edges
select date '5874897-12-31' + 1
select date '4713-01-01 BC' - 400000000
select '5874898-01-01'::date
select '294277-01-01'::timestamp
select maxd::timestamp from edges
select date_bin('0 days', joined, joined) from people
select joined - interval '300000 years' from people
select to_date('2024-02-30', 'YYYY-MM-DD')
select to_date('2024-13-01', 'YYYY-MM-DD')
select to_timestamp('25:00', 'HH24:MI')
select interval '1 year' * 1e9
select interval '2147483647 days' + interval '1 day'
select '200000000 years'::interval
select interval '10000000000 hours' * 1000
select make_interval(years => 2147483647)
select to_timestamp(1e20)
select to_timestamp('Infinity'::float8) + interval '1 day', to_timestamp('NaN')
select born + 2147483647 from people
select justify_days(interval '2147483647 months 2147483647 days')
-- 22007
select 'x'::date
select ''::date
select 'abc'::timestamp
select 'abc'::timestamptz
select 'abc'::time
select 'abc'::timetz
select 'abc'::interval
select '2024-01'::date
select '2024-01-01 x'::timestamp
select '1 foo'::interval
select ''::interval
select 'P1X'::interval
select word::date from edges
select word::timestamp from edges
select word::timestamptz from edges
select word::time from edges
select word::interval from edges
select id from people where born = 'yesterdayish'
select id from people where born between '2020-01-01' and 'never'
select id from people where joined > 'soon'
select to_date('x', 'YYYY')
select to_date('abc', 'MM')
select to_timestamp('foo', 'Mon')
select to_date('2024', 'YYYY-YY')
select to_date('2024 10', 'IYYY MM')
select to_date('12', 'Q MM HH12'), to_timestamp('13', 'HH12')
select joined + 'x' from people
select date 'epochal'
select '10:00 foo'::time
-- 21000
select (select id from people)
select (select name from people) || 'x'
select id from orders where person = (select id from people)
select id, (select o.id from orders o where o.person = p.id) from people p
select (select unnest(array[1, 2]))
select (select generate_series(1, 3))
select (values (1), (2))
select 1 + (select id from people union all select 1)
select case when true then (select id from people) end
select coalesce((select id from people), 1)
select id from people order by (select id from orders)
select id from people where id > (select boss from people)
select max((select id from orders)) from people
select array[(select id from people)]
select count(*) from people having count(*) > (select id from people)
select id from people limit (select id from people)
select id from people where (id, name) = (select id, name from people)
select exists (select 1 where (select id from people) = 1)
select * from people p join orders o on o.id = (select id from orders)
select * from generate_series(1, (select id from people))
select (select id from people where id < 3)
select upper((select name from people))
select p.id from people p, lateral (select (select o.id from orders o)) s
-- 2202E
select array[[1,2],[3]]
select array[array[1], array[2,3]]
select array[row2, rows2] from edges
select row2 || array[[1,2,3]] from edges
select array[[1,2],[3,4]] || array[[1,2,3]]
select array_cat(array[[1,2]], array[[1]])
select array_fill(1, array[1,2], array[1])
select array_fill(1, array[[1]])
select trim_array(array[1,2], 5)
select trim_array(array[1,2], -1)
select trim_array(row2, 3) from edges
select get_byte('\x01'::bytea, 3)
select get_byte('\x01'::bytea, -1)
select get_bit('\x01'::bytea, 9)
select set_byte('\x01'::bytea, 5, 1)
select set_bit('\x01'::bytea, 8, 1)
select get_byte(raw, id) from items
select array_agg(a) from (values (array[1]), (array[1,2])) v(a)
select array_agg(a) from (values (array[1]), ('{}'::int[])) v(a)
select array_agg(row2) from edges
select json_object(array['a'])
select jsonb_object(array['a','b','c'])
select jsonb_object(array['a'], array['b','c'])
select json_object(array[['a','b','c']])
select jsonb_object(array[[['a']]])
select jsonb_set('[1]', '{0,x}', '1'), json_object(tags || 'z'::text) from people
select array_prepend(1, array[[1]])
select width_bucket(1, array[[1,2]])
select array_position(array[[1]], 1)
select ('{1,2}'::int[])[1:2][1:2], array[[1],[2,3]]
select array_to_string(array[array[1,2], array[3]], ',')
-- 22023
select extract(foo from now())
select extract(fortnight from joined) from people
select extract(hour from born) from people
select extract(year from time '10:00')
select date_part('foo', interval '1 day')
select date_trunc('foo', joined) from people
select date_trunc('foo', interval '1 day')
select now() at time zone 'Nowhere/Land'
select joined at time zone name from people
select date_trunc('day', now(), 'Nowhere')
select split_part('a,b', ',', 0)
select split_part(name, ',', id - id) from people
select generate_series(1, 5, 0)
select generate_series(1, 5, 0::int8)
select * from generate_series(now(), now(), interval '0 days')
select generate_series(1.0, 2.0, 0)
select encode('\x01', 'base65')
select decode('x', 'nosuch')
select decode('zz', 'hex')
select decode('z', 'hex')
select decode('a', 'base64')
select decode('ab!', 'base64')
select format('%q', 1)
select format('%s')
select format('%s %s', 1)
select format('%0$s', 1)
select format('%', 1)
select format('%1$s %3$s', 1, 2)
select regexp_replace('a', 'b', 'c', 'y')
select regexp_match('a', 'a', 'g')
select regexp_matches('a', 'a', 'q')
select regexp_count('a', 'a', 0)
select regexp_instr('a', 'a', 1, 0)
select regexp_substr('a', 'a', -1)
select substring('abc' from 2 for -1)
select 1::numeric(2000)
select 1::numeric(5, 2000)
select 'a'::varchar(0)
select 'a'::char(0)
select 'a'::varchar(99999999)
select 1::int(5)
select jsonb_array_length('{}')
select json_array_length('1')
select jsonb_array_elements('1')
select jsonb_object_keys('[1]')
select jsonb_each('[1]')
select json_each_text('1')
select jsonb_array_length(data) from people
select jsonb_object_keys(data) from people
select data::int from people
select ('"x"'::jsonb)::int
select ('[1]'::jsonb)::bool
select ('null'::jsonb)::numeric, ('{}'::jsonb)::float8
select jsonb '[1]' - 'a', jsonb '1' - 1
select jsonb_set('1', '{a}', '1')
select jsonb_insert('{"a":1}', '{a}', '2')
select make_interval(secs => 'NaN'), make_timestamptz(2024, 1, 1, 0, 0, 0, 'Nowhere')
select normalize('a', nosuch)
select random(5, 1)
select to_char(now(), 'x'), to_number('x', '9')
select chr(0), chr(-1)
select string_to_table('a', 'b', 1, 2), parse_ident('a.b.')
select parse_ident('1a')
select width_bucket(1, 5, 5, 3)
select width_bucket(1, 0, 5, 0)
select ntile(0) over () from people
select nth_value(id, 0) over () from people
select count(*) over (rows -1 preceding) from people
select sum(id) over (rows between current row and -1 following) from people
select id from people limit -1
select id from people offset -1
select 'a' like 'b' escape 'cc'
select 'a' ~ '('
select name ~ '[' from people
select name ~ name || '(' from people
select 'a' like 'b\'
select 'x' similar to 'y' escape 'zz'
select 'abcdefghijk'::varchar(5)::"char", repeat('x', -1), lpad('a', 5, ''), substr('a', 0, -5)
select convert_from('\xff', 'UTF8')
select convert_from('\x41', 'nosuch')
select convert_to('a', 'nosuch')
select pg_size_bytes('x')
select pg_size_bytes('1 zb')
-- others
select 1::date
select id::date from people
select born::int from people
select data::date from people
select (1, 2)::int
select row(1, 2)::people
select array[1]::int
select 1::int[]
select 'x'::nosuch
select 'x'::nosuch[]
select cast(id as public.nosuch) from people
select cast(id as nosuch.int4) from people
select name collate "nosuch" from people
select id collate "C" from people
select * from people, people
select * from people p, orders p
select * from nosuch.people
select nosuch.f(1)
select 1 union select 1, 2
select id from people where id in (select id, name from people)
select id from people where (id, name) in (select id from people)
select (select id, name from people)
select (1, 2) = (1, 2, 3)
select rank() from people
select id from people where row_number() over () = 1
select sum(row_number() over ()) from people
select row_number() over (order by row_number() over ()) from people
select id from people group by row_number() over ()
select count(*) over nosuch from people
select count(*) over (nosuch) from people
select upper(distinct name) from people
select upper(name order by name) from people
select upper(*) from people
select count() from people
select upper(name) filter (where true) from people
select upper(name) over () from people
select percentile_cont(0.5) from people
select id, unnest(tags) from people where unnest(tags) = 'a'
select id from people where generate_series(1, 2) = 1
select case when true then generate_series(1, 2) end
select coalesce(generate_series(1, 2), 1)
select count(generate_series(1, 2)) from people
select id from people limit generate_series(1, 2)
select (id).x from people
select (data).x from people
select $1
select * from json_to_record('{}')
select * from json_to_record('{}') as x(a nosuch)
select * from generate_series(1, 2) as x(a int)
select id from people for update of nosuch
select *
select people.* order by 1
select t.* from people
with a as (select 1), a as (select 2) select * from a
select * from people p tablesample nosuch(10)
with recursive r as (select 1 from r) select * from r
values (1, 2), (3)
select 1 from people window w as (), w as ()
select sum(id) over (w order by id) from people window w as (order by id)
select sum(id) over (rows between unbounded following and current row) from people
select sum(id) over (rows between current row and unbounded preceding) from people
select sum(id) over (groups between 1 preceding and current row) from people
select array[]
select array_agg(null)
select null::int[] || null, array_length(null, 1), array_append(null, null)
select * from people natural join people
select p.id from people p full join orders o on p.id < o.person
-- 42601
select
select from where
selec 1
select 1 +
select (1
select 1)
select * from
select * form people
select id name email from people
select id, from people
select , id from people
select * from people where
select * from people where id =
select * from people where id = = 1
select * from people group
select * from people order id
select * from people group id
select * from people limit
select * from people limit 1 2
select case when 1 then
select case id when 1 end from people
select case end
select cast(1 int)
select cast(1 as)
select 1 :: 
select 'abc
select "abc
select $$abc
select /* abc
select 1 a b
select * from people join orders
select * from people join orders on
select * from people left orders on true
select * from people inner outer join orders on true
select * from (select 1
select id in () from people
select id in 1 from people
select id between 1 from people
select id between 1 or 2 from people
select not from people
select exists select 1
select array[1, 2
select array 1
select count(* from people
select count(distinct) from people
select sum() over ( from people
select extract(year joined) from people
select interval 1 day
select date
select 1..2
select 1.2.3
select 123abc
select 0x
select 1__000
select @
select #
select ?
select {
select 1; select
select user from from people
with select 1
with c as select 1 select * from c
with c (select 1) select * from c
values
values 1
values (1), 
table
select distinct on id from people
select all distinct id from people
select id as from people
select id as select from people
select people. from people
select people.* as x from people
select U&'\zzzz'
select E'\u12'
select 1 union
select 1 union union select 2
select 1 intersect order by 1
select order from people
select id from people order by id asc desc
select id from people order by id nulls
select id from people fetch first row
select id from people offset
select id from people for
select id is from people
select id is not from people
select id is distinct 1 from people
select id like from people
select row(1, from people
select id from people where id > any
select id from people p q
select * from people as
select trim(both from) from people
select substring(name from) from people
select position('a', 'b')
select overlay('a' placing) from people
select grouping from sets
select '178956970 years 8 months'::interval
select '-178956970 years -9 months'::interval
select 'P200000000Y'::interval
select interval '200000000' year
select interval '200000000-11' year to month
select '2147483648 months'::interval
select json_each_text('1')
select json_each('[1]')
select jsonb_each_text('1')
select json_array_elements('{}')
select json_array_elements_text('1')
select jsonb_array_elements('{}')
select json_object_keys('[1]')
