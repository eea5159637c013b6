select 'a' < 'B', 'b' > 'B', 'a' collate "C" < 'B', 'a' < 'B' collate "C", 'a' < 'B' collate "en-US-x-icu", 'a' between 'A' and 'B'
select t from probe order by t
select t from probe order by t desc nulls first
select t from probe order by t collate "C"
select t collate "C" as x from probe order by x
select t collate "C" as x from probe order by 1 desc
select distinct t from probe order by t
select distinct on (t) t, id from probe order by t, id desc
select min(t), max(t), min(t collate "C"), max(t collate "C") from probe
select greatest('a', 'B'), least('a','B','_'), greatest('a','B' collate "C")
select greatest(t, 'b') from probe
select array_agg(t order by t), string_agg(t, ',' order by t desc), array_agg(distinct t), string_agg(distinct t, ',') from probe
select id, rank() over (order by t), first_value(t) over (order by t), min(t) over (order by id) from probe order by id
select t, lag(t) over (order by t) from probe order by t
select percentile_disc(0.5) within group (order by t), mode() within group (order by t) from probe
select rank('b') within group (order by t) from probe
select array['a','B'] < array['B','a'], array['a'] < array['B']
select x from (values (array['a']), (array['B']), (array['_'])) v(x) order by x
select (1,'a') < (1,'B'), row('a') < row('B')
select row(t) from probe order by row(t)
select t from probe union select 'zz' order by t
select t from probe intersect all select t from probe order by 1
select t from probe where t > 'B' order by id
select t from probe where t > any(array['B','a']) order by id
select t from probe where t <= all(array['B','z']) order by id
select t from probe where t > (select min(t) from probe) order by id
select t from probe where t > all (select t from probe where id < 2) order by id
select t from probe where t in ('apple','Banana') order by t
select nullif(t,'apple') from probe order by 1
select relname < 'PG' from pg_class where oid < 1300 order by relname
select relname from pg_class where relkind='r' order by relname limit 10
select relname::text from pg_class where relkind='r' order by relname::text limit 10
select p.oid::regprocedure::text from pg_proc p where proname = 'date_trunc' order by 1
select 'a' collate "C" < 'b' collate "POSIX"
select t collate "C" < t collate "en-US-x-icu" from probe
select relname = t from pg_class, probe where t < relname limit 0
select case when id > 2 then t else t collate "C" end as x from probe order by x
select coalesce(t, 'x') as x from probe order by x
select t || 'x' as x from probe order by x
select upper(t), lower(t), initcap(t) from probe order by 1
select width_bucket('b', array['a','B','c'])
select 'a'::bpchar < 'B', 'a '::bpchar < 'a', max(x) from (values ('a'::bpchar),('B')) v(x)
select 'a'::varchar < 'B', 'a'::name < 'B', 'a'::"char" < 'B'
select 'a' ~<~ 'B', text_pattern_lt('a','B')
select with_c.x from (select t collate "C" as x from probe) with_c order by with_c.x
with c as (select t collate "C" as x from probe) select x from c order by x
select x from unnest(array['b','A','_','a']) x order by x
select x from unnest(array['b','A','_','a'] collate "C") x order by x
select x from regexp_split_to_table('b A _ a',' ') x order by x
select jb->>'a' as x from probe order by x
select v from (values ('b'),('A' collate "C")) v(v) order by v
select t collate "C" from probe union select t from probe order by 1
select t from probe union all select relname from pg_class where oid=1259 order by 1
select t from probe group by t order by t
select 'ß' < 'ss', 'é' < 'f', 'Z' < 'é', 'a b' < 'ab', '-a' < 'a', 'co-op' < 'coop', '1' < 'a', '10' < '9', '' < ' '
select jsonb '"a"' < jsonb '"B"', jsonb '{"a":1}' < jsonb '{"B":1}'
select x from (values (jsonb '"a"'), ('"B"'), ('"_"')) v(x) order by x
select '李' < '王'
select upper('ß'), lower('İ'), upper('ŉ'), lower('ΑΣ'), upper('ﬁ'), initcap('o''neil mc-donald foo_bar 3rd élan'), initcap('ß x')
select upper('é' collate "C"), lower('É' collate "C"), initcap('é' collate "C")
select 'é' ~ '\w', 'é' ~ '[[:alpha:]]', '²' ~ '\d', '٣' ~ '\d', ' ' ~ '\s', 'ª' ~ '[[:lower:]]', 'ǅ' ~ '[[:upper:]]', '_' ~ '[[:punct:]]'
select regexp_replace('É', 'é', 'x', 'i'), regexp_matches('É', 'é', 'i')
select starts_with('abc','ab'), position('B' in 'aB'), strpos('aB','B'), replace('aBa','a','x'), split_part('aXb','X',2)
select count(*) from probe a join probe b on a.t < b.t
select a.id, b.id from probe a left join probe b on a.t < b.t order by 1,2
select t from probe order by lower(t), t
select t from probe order by t limit 2 offset 1
select t from probe order by t fetch first 2 rows with ties
select quote_ident(t) x from probe order by x
select id from probe order by (select t from probe p where p.id = probe.id)
select 'a' is distinct from 'A', 'a' = 'A'
select upper('é'), lower('É'), initcap('É à'), upper(t), lower(t), initcap(t) from probe
select initcap('a.b c''d e:f 1,2 x_y ü.ö z''') , initcap('ΑΣ ΣΑΣ'), initcap('(hello)world [x] "quoted" it''s -a'), initcap('3rd _x ǆx')
select regexp_matches('a٣', '\d'), regexp_match('٣','[[:digit:]]'), regexp_replace('a٣1','\D','x','g'), substring('x٣','\d'), regexp_split_to_array('a٣b','\d'), regexp_count('٣1','\d')
select 'x' ilike t from probe
select t from probe where t ilike 'B%' order by 1
select t ~* 'É' from probe
select id, max(t) over (partition by b order by id rows between 1 preceding and current row) from probe order by id
select 'É' ilike 'é', 'ß' ilike 'SS', 'İ' ilike 'i̇', 'Σ' ilike 'ς', 'É' ~* 'é'
select text_larger('a','B'), text_smaller('a','B')
select c = d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c <> d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c < d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c like d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c not like d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c ilike d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c ~ d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c ~* d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c similar to d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select lower(c || d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select upper(c || d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select initcap(c || d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select strpos(c, d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select position(c in d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select replace(c, d, 'x') from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select replace('abc', c, d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select split_part(c, d, 1) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select starts_with(c, d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c ^@ d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select translate(c, d, 'x') from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select btrim(c, d), ltrim(c, d), rtrim(c, d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select substring(c from d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select regexp_replace(c, d, 'x') from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select regexp_matches(c, d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select overlay(c placing d from 1) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select text_lt(c, d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select texteq(c, d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select text_larger(c, d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select max(c || d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select min(c || d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select count(distinct c || d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select string_agg(c, d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select greatest(c, d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select least(c, d, 'x') from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select nullif(c, d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c is distinct from d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c between d and d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c in (d, 'x') from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c in (select d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select d in (select c from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select d > any (select c from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select d = all (select c from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select (c, d) in (select d, c from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select case c when d then 1 end from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select coalesce(c, d) = 'a' from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select coalesce(c, d) || 'a' from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select (c || d) = 'a' from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select count(*) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w group by c || d
select count(*) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w group by coalesce(c, d)
select distinct c || d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select distinct on (c || d) id from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c || d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w order by 1
select id from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w order by c || d
select id from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w order by coalesce(c, d), id
select rank() over (order by c || d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select rank() over (partition by c || d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select q from (select c || d as q from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) s order by q
select q from (select c || d as q from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) s group by q
select distinct q from (select c || d as q from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) s
select q = 'a' from (select c || d as q from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) s
select q < 'a' collate "C" from (select c || d as q from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) s
select max(q) from (select c || d as q from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) s
select q from (select c q from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w union all select d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) s order by q
select q from (select c q from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w union all select d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) s where q = 'a'
select q from (select c q from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w union all select d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) s group by q
select c from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w union all select d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w order by 1
select c from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w union all select d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w union select d from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select c from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w union select d collate "C" from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w order by 1
select q from (values ('a' collate "C"), ('b')) v(q) order by q
with recursive r(q, n) as (select c, 1 from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w where id = 1 union all select q || d, n + 1 from r, (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w where n < 2) select q from r order by q
with recursive r(q, n) as (select 'a', 1 union all select q collate "C", n + 1 from r where n < 3) select q from r order by q
with recursive r(q, n) as (select 'a' collate "C", 1 union all select q || 'b', n + 1 from r where n < 3) select q from r order by q
with recursive r(q, n) as (select d, 1 from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w where id = 1 union all select q || 'b', n + 1 from r where n < 3) select q from r order by q
with recursive r(q, n) as (select 'x'::text, 1 union all select d, n + 1 from r, (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w where n < 3) select q from r order by q
select row(c, 1) = row(d, 1) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select row(c, 1) < row(d, 1) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select (c, 1) < (d, 1) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select row(c || d) = row('a') from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w
select 'Ä' ~ '[[:alpha:]]' collate "C"
select 'Ä' collate "C" ~ '[[:alpha:]]'
select d ~ '\w', c ~ '\w' from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w order by id
select upper(c), upper(d), lower(upper(c)) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w order by id
select initcap(c), initcap(d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w order by id
select regexp_replace(c, '[[:alpha:]]', 'x'), regexp_replace(d, '[[:alpha:]]', 'x') from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w order by id
select pg_collation_for(id) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w limit 1
select pg_collation_for(c || d) from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w limit 1
select pg_collation_for(q) from (select d q from (select id, t collate "C" c, t collate "en-US-x-icu" d from probe) w) s limit 1
select pg_collation_for(t collate "C"), pg_collation_for(t), collation for (upper(t collate "en-US-x-icu")) from probe limit 1
select 'Ä' ~ '[[:alpha:]]' collate "C", 'Ä' ~ '\w' collate "C", 'äb' ~* 'ÄB' collate "C", 'äb' ~* 'äB' collate "C", regexp_replace('Äa' collate "C", '\w', 'x', 'g')
select chr(8195) ~ '\s', chr(160) ~ '\s', chr(8195) collate "C" ~ '\s', chr(8195) collate "C" ~ '[^[:space:]]'
