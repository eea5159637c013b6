* from probe order by id
id, n, n2, n4 from probe order by n nulls first, id
n, count(*) from probe group by n order by n
m, count(*) from probe group by m order by m
max(m), min(m) from probe
n2 + n4, n2 * n4, n2 - 1, n * n2, n2 / 3 from probe order by id
sum(n), avg(n), sum(n2), avg(n2), sum(n4), avg(n4) from probe
sum(i2), sum(i4), avg(i2), avg(i4), sum(f4), sum(f8) from probe
sum(i8) from probe
stddev(n), variance(n2), stddev(i4), round(stddev(f4)::numeric, 6) from probe
id from probe where n2 = 10.5 order by id
id from probe where n2 in (10.50, -3.25) order by id
id from probe where n = 1.5 order by id
id from probe where n > n2 order by id
id from probe where n2 > 0.005 order by id
id from probe where n2 >= 10.499 and n2 <> 0.01 order by id
id from probe where t ilike '%A%' order by id
id, t from probe order by t desc
id, t from probe order by t collate "C"
id from probe where ia @> array[3] order by id
id, ia[1], ta[2], na[1] from probe order by id
id, x from probe, unnest(ia) x order by id, x
id, x, n from probe, unnest(ia) with ordinality as u(x, n) order by id, n
id, jb->'a', jb->>'a', j->'a' from probe order by id
id, e.key, e.value from probe, jsonb_each(case when jsonb_typeof(jb) = 'object' then jb else '{}' end) e order by 1, 2
distinct on (t) t, id from probe order by t, id desc
distinct n from probe order by n
distinct jb->'n' from probe order by 1
id from probe order by id limit 2 offset 1
id from probe order by id fetch first 2 rows only
id from probe order by id limit null
id from probe order by id limit -1
i4, id from probe order by i4 fetch first 1 row with ties
id, row_number() over (order by id desc), rank() over (order by i4), dense_rank() over (order by i4) from probe order by id
id, ntile(2) over (order by id), lag(t) over (order by id), lead(n, 1, 0) over (order by id) from probe order by id
id, sum(i4) over (order by id), avg(n2) over (order by id rows between 1 preceding and current row) from probe order by id
id, first_value(t) over (order by id), last_value(t) over (order by id), nth_value(t, 2) over (order by id) from probe order by id
id, count(*) over (partition by m), max(n) over (partition by m) from probe order by id
id, percent_rank() over (order by id), cume_dist() over (order by id) from probe order by id
id, sum(id) over (order by id range between 1 preceding and 1 following) from probe order by id
id, sum(id) over (order by d range between interval '1 year' preceding and current row) from probe order by id
id, sum(id) over (order by id groups between 1 preceding and current row exclude current row) from probe order by id
m, t, count(*), grouping(m), grouping(m, t) from probe group by grouping sets ((m), (t), ()) order by 1, 2, 3, 4, 5
m, count(*) from probe group by rollup(m) order by m nulls last, 2
b, m, count(*) from probe group by cube(b, m) order by 1, 2, 3
count(*), count(t), count(distinct m), count(distinct n) from probe
count(*) filter (where b), bool_and(b), bool_or(b), every(b) from probe
percentile_cont(0.5) within group (order by f8) from probe
percentile_cont(array[0.25, 0.75]) within group (order by f8) from probe
percentile_disc(0.5) within group (order by t) from probe
percentile_disc(0.5) within group (order by n) from probe
percentile_cont(0.5) within group (order by iv) from probe
mode() within group (order by m) from probe
bit_and(i4), bit_or(i4), bit_xor(i4) from probe
any_value(t) from probe where id = 1
string_agg(t, '-' order by id), array_agg(id order by id desc), json_agg(id order by id) from probe
id from probe a where exists (select 1 from probe b where b.id = a.id + 1) order by id
id from probe where id in (select id from probe where b) order by id
id, id not in (select i4 from probe) from probe order by id
id, n in (select n2 from probe) from probe order by id
id, (i4, b) in (select i4, b from probe) from probe order by id
id, i4 > all(select i2 from probe where i2 is not null), i4 = any(select i4 from probe) from probe order by id
(select max(n2) from probe), (select n from probe where id = 4)
(select id from probe)
id from probe union select 100 order by 1
n2 from probe union all select n4 from probe order by 1
n from probe intersect select 1.5
n from probe except select 100.00 order by 1
id from probe except select 1 intersect select 1 order by 1
t from probe intersect all select t from probe order by 1
x from (values (1, 'a'), (2, null)) v(x, y) where y is null
* from (values (1.5), (2.25)) v(x) order by x desc
a.id, b.id from probe a left join probe b on b.id = a.id + 3 order by a.id
a.id, b.id from probe a full join probe b on b.id = a.id + 3 order by 1, 2
id, a.t from probe a join probe b using (id) where b.b order by id
a.id, l.x from probe a, lateral (select a.id * 2 as x) l order by 1
a.id, l.id from probe a left join lateral (select b.id from probe b where b.id < a.id order by b.id desc limit 1) l on true order by 1
s.n, count(*) from (select n2 / 2 as n from probe) s group by s.n order by s.n
case when n2 > 5 then n2 else 0 end from probe order by id
sum(case when n2 > 5 then n2 else 0 end), sum(coalesce(n2, 0)) from probe
coalesce(n, n2, 0), greatest(n, n2), least(n2, n4) from probe order by id
nullif(n2, 10.5), nullif(t, 'apple') from probe order by id
round(n2 * 1.19, 2), round(avg(n2) over (), 3) from probe order by id
date_trunc('month', ts), count(*) from probe group by 1 order by 1
extract(year from d), sum(n2) from probe group by 1 order by 1
to_char(d, 'YYYY-MM'), d - date '2024-01-01', age(ts, timestamp '2020-01-01') from probe order by id
ts + iv, iv * 2, iv / 3 from probe order by id
iv from probe order by iv, id
u, by, b, tm from probe order by u
encode(by, 'hex'), length(by) from probe order by id
probe from probe where id = 3
row(id, t) from probe where id = 1
row_to_json(probe) from probe where id = 1
to_jsonb(p) from (select id, n2, m, ia from probe) p order by p.id
(id, t) = (1, 'apple') from probe order by id
id from probe where (i4, id) < (10, 4) order by id
id from probe where (b, m) is distinct from (true, 'happy'::mood) order by id
m::text, m = 'happy', m > 'sad', m in ('ok', 'sad') from probe order by id
i4 = any('{10,20}'), t = any(array['apple', null]), n2 = any(array[10.5]) from probe order by id
t like any(array['a%', 'B%']) from probe order by id
with x as (select id, n2 from probe where n2 > 0) select * from x order by id
with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select sum(n) from t
with recursive t(n, x) as (select 1, 1.5 union all select n + 1, x * 2 from t where n < 3) select * from t order by n
with recursive t(n) as (select 1 union select (n % 3) + 1 from t) select * from t order by n
current_user, session_user, current_database(), current_schema(), current_schemas(false)
id % 2 as parity, sum(id) from probe group by parity having sum(id) > 3 order by parity
count(*) from probe having count(*) > 10
1 where false
'x' as a, 2 as b order by a
generate_series(1, 3) * 2 as x order by x desc
id, generate_series(1, 2) from probe where id < 3 order by 1, 2
sum(x.n) from (select sum(n2) as n from probe group by m) x
max(d), min(ts), max(tz), min(tm), max(u::text) from probe
1 / (select count(*) from probe where false)
tableoid = 'probe'::regclass from probe where id = 1
array_agg(distinct m order by m desc), array_agg(distinct n), string_agg(distinct m::text, ',') from probe
cardinality(array[[1,2],[3,4]]), array_length(array[[1,2,3],[4,5,6]], 2)
n2 from probe union select n4 + 5 from probe union select 1 order by 1 nulls first
count(*) from probe a, probe b where a.id <= b.id and (a.n is null or b.n2 is not null)
id, case when n > 2 then n when n2 > 5 then n2 else 0 end as x from probe order by x, id
max(n), min(jb->>'a'), max(iv) from probe
count(*), sum(n) over (), rank() over (order by n desc nulls last) from probe group by n order by 3, 1
nullif(nullif(n2, 1), 10.5) from probe order by id
coalesce(sum(n2) filter (where id > 100), 0), coalesce(avg(n2) filter (where id > 100), -1) from probe
lag(n2, 1, 0.5) over (order by id), lead(n2) over (order by id) from probe order by id
(select sum(n2) from probe p where p.id <= o.id) from probe o order by id
exists (select 1 from probe where n2 > 10) and not exists (select 1 from probe where n2 > 100)
avg(id) over (partition by b order by id rows between unbounded preceding and unbounded following) from probe order by id
sum(n) over (order by id rows between 1 preceding and 1 following) from probe order by id
array_agg(n2 order by n2), array_agg(m order by m desc) from probe
max(n2) - min(n2), sum(n2) / count(n2), sum(n2) / 3.0 from probe
id from probe offset -1
id from probe limit 1 offset (0 - 1)
id from probe limit -1
id from probe limit (0 - 1) offset -1
count(*), sum(x) from (select generate_series(1, id * 100000) x from probe) s
x from generate_series(9223372036854775806, 9223372036854775807) x
generate_series(9223372036854775805, 9223372036854775807, 2)
generate_series(-9223372036854775808, 9223372036854775807, 9223372036854775807)
generate_series(5, 1), generate_series(1, 5, 2)
id, rank() over (order by substr(t, 2, 1), id) from probe order by id
id, rank() over (partition by i4 % i2 order by sqrt(abs(f8)), id) from probe order by id
rank(5) within group (order by i4), dense_rank(5) within group (order by i4), percent_rank(5) within group (order by i4), cume_dist(10) within group (order by i4) from probe
rank(5) within group (order by i4 desc), dense_rank(null::int) within group (order by i4), percent_rank(null::int) within group (order by i4 nulls first) from probe
cume_dist(10) within group (order by i4 desc), rank(2.5) within group (order by n), dense_rank('b') within group (order by t) filter (where id > 1) from probe
b, rank(11) within group (order by i4 desc) from probe group by b order by b
i2, sum(i4) from probe group by i2 having sum(i4) * 1.5 > (select min(i4) * 0.001 from probe) order by 1
i2 from probe group by i2 having nullif(sum(n), max(n)) > sqrt(2.5) * 0.1 order by 1
i2 from probe group by i2 having sum(i4) = any (array_agg(i4::int8 order by i4)) order by 1
i2 from probe group by i2 having width_bucket(sum(i4)::numeric, 1.5, sqrt(100.0) * 3, 4) > 0 order by 1
* from unnest(array[1,2], array['a','b','c']) as t(a,b)
* from unnest(array[1,2], array['a','b','c']) with ordinality
* from unnest(array[1,2], array[]::text[]) as t
a, b, n from unnest(array[1.50,2], array['a','b','c']) with ordinality as t(a,b,n) where b > 'a'
* from rows from (generate_series(1,3), json_each('{"a":1,"b":2}'), lower('X')) with ordinality as t
id, x, y from probe, unnest(ia, ta) as u(x, y) order by id, y nulls first
* from rows from (generate_series(1,2), generate_series(5,7)) as t(a, b)
* from unnest(null::int[], array[1])
exists(select 1/0 from probe where id > 100), exists(select 1/0 from probe limit 2), exists(select 1/0 from probe limit null)
exists(select 1/0 from probe limit 0)
exists(select 1 from probe limit 1/0)
exists(select distinct on (1/0) id from probe)
exists(select id from probe group by id, t order by 1/0)
exists(select id from probe group by ())
exists(select 1 from probe where false group by ())
exists(select 1/0 from probe group by ())
exists(select 1 from probe where false group by id)
exists(select count(*) from probe where false)
exists(select 1 from probe where false group by grouping sets ((id), ()))
exists(select generate_series(1, 0))
exists(select generate_series(1, 1/0))
exists(select row_number() over (order by 1/0) from probe)
exists(select id from probe union select 1/0)
exists(select id from probe offset 1/0)
exists(select id from probe offset 10)
exists(values (1/0))
exists(select 1/0 from probe b where b.id = probe.id) from probe order by id
exists(select distinct id from probe order by id limit 1)
not exists(select distinct 1/0 from probe)
x from (values (1, 1/0)) v(x, y)
x from (values (1, 1/0), (2,2)) v(x, y)
count(*) from (values (1/0)) v(x)
x from (values (1, 1/0) limit 1) v(x, y)
v.x from (values (1, 1/0)) v(x, y) where v.y = 1
v from (values (1, 1/0)) v(x, y)
'x'::text::inet from probe where false
'$.a['::text::jsonpath from probe where false
'x'::text::macaddr from probe where false
'x'::text::bit from probe where false
'x'::text::point from probe where false
'a:'::text::tsvector from probe where false
'1/x'::text::pg_lsn from probe where false
'x'::text::interval from probe where false
'x'::text::time from probe where false
'1.2.3.4'::text::inet from probe
t::inet from probe where false
1 from probe where false and t ~ '('
t ~ '(' from probe where false
t ~ '(' from probe
a1.id, b1.id from probe a1 full join probe b1 on a1.id = b1.id order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on true order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on false order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on null order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on 1=1 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id = 1 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id = b1.id and a1.t = 'b' order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id = b1.id and a1.id > 2 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id = b1.id or a1.id = 1 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id = 1 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id is not null order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where b1.id is not null order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id is null order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where coalesce(a1.id, 0) = 1 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.t like 'a%' order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id in (1,2) order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id = any(array[1,2]) order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id = b1.id order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id is distinct from 1 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where (a1.id = 1) is true order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where (a1.id = 1) is not true order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where (a1.id = 1) is not null order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where (a1.id = 1) is not unknown order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where not (a1.id = 1 or b1.id = 2) order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id = 1 or b1.id = 2 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id = 1 or a1.t = 'b' order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id between 1 and 2 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where nullif(a1.id, 1) = 2 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where case when a1.id = 1 then true end order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id::text = '1' order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id > (select 1) order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where false order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1 is not null order by 1, 2
1 from probe a1 full join probe b1 on a1.id < b1.id
count(*) from probe a1 full join probe b1 on a1.id <> b1.id
count(*) from probe a1 full join probe b1 on not (a1.id <> b1.id)
count(*) from probe a1 full join probe b1 on not (a1.id = b1.id)
count(*) from probe a1 full join probe b1 on not (a1.id < b1.id)
count(*) from probe a1 full join probe b1 on (a1.id = b1.id) is true
count(*) from probe a1 full join probe b1 on (a1.id = b1.id) = true
count(*) from probe a1 full join probe b1 on a1.id = b1.n
count(*) from probe a1 full join probe b1 on a1.id::int8 = b1.id
count(*) from probe a1 full join probe b1 on a1.id + b1.id = 3
count(*) from probe a1 full join probe b1 on a1.id = b1.id + a1.id
count(*) from probe a1 full join probe b1 on a1.id = 3 - b1.id
count(*) from probe a1 full join probe b1 on a1.id = any(array[b1.id])
count(*) from probe a1 full join probe b1 on a1.id in (b1.id)
count(*) from probe a1 full join probe b1 on a1.id in (b1.id, 3)
count(*) from probe a1 full join probe b1 on (a1.id, a1.t) = (b1.id, 'b')
count(*) from probe a1 full join probe b1 on a1.t = b1.id::text
count(*) from probe a1 full join probe b1 on a1.t ~~ b1.id::text
count(*) from probe a1 full join probe b1 on point(a1.id,1) ~= point(b1.id,1)
count(*) from probe a1 full join probe b1 on a1.id = b1.id + random()
count(*) from probe a1 full join probe b1 on random() > 2
count(*) from probe a1 full join probe b1 on exists (select 1)
count(*) from probe a1 full join probe b1 on a1.id = b1.id and exists (select 1 from probe q where q.id = a1.id)
count(*) from probe a1 full join probe b1 on a1.id = (select 1)
count(*) from probe a1 full join probe b1 on a1.id = b1.id and random() > 2
count(*) from probe a1 full join probe b1 on now() > '2020-01-01'
count(*) from probe a1 full join probe b1 on a1.id = b1.id and b1.n > 1
count(*) from probe a1 full join probe b1 on a1.id = b1.id and a1.id = a1.id
count(*) from probe a1 full join probe b1 on a1.id = a1.id
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) full join probe two on two.id = a1.id
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) join probe two on two.id = a1.id
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) left join probe two on two.id = a1.id
count(*) from probe two left join (probe a1 full join probe b1 on a1.id < b1.id) on two.id = a1.id
count(*) from probe two right join (probe a1 full join probe b1 on a1.id < b1.id) on two.id = a1.id
count(*) from probe two, probe a1 full join probe b1 on a1.id < b1.id
count(*) from probe two cross join (probe a1 full join probe b1 on a1.id < b1.id)
count(*) from probe two, probe a1 full join probe b1 on a1.id < b1.id where two.id = a1.id
count(*) from (select a1.id, b1.id from probe a1 full join probe b1 using(x)) s
count(*) from (select a1.id from probe a1 full join probe b1 on a1.id<b1.id) s where s.id = 1
count(*) from (select a1.id from probe a1 full join probe b1 on a1.id<b1.id) s
count(*) from probe a1 full join probe b1 on a1.id = b1.id and false
count(*) from probe a1 full join probe b1 on a1.id = b1.id and null
count(*) from probe a1 full join probe b1 on a1.id < b1.id and false
count(*) from probe a1 full join probe b1 on a1.id < b1.id and true
count(*) from probe a1 full join probe b1 on a1.id < b1.id or true
count(*) from probe a1 full join probe b1 on a1.id = b1.id or false
count(*) from probe a1 full join probe b1 on 1 = 1 and a1.id = b1.id
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) left join probe two on true where a1.id = 1
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) left join probe two on true where two.id = 1
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) left join probe two on two.id = a1.id where two.id = 1
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) join probe two on two.id = coalesce(a1.id, 1)
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) join probe two on true
count(*) from probe two left join (probe a1 full join probe b1 on a1.id < b1.id) on true
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) cross join probe two
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) cross join probe two where a1.id = two.id
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where (a1.id is distinct from null) order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where array[a1.id] = array[1] order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where (array[a1.id])[1] = 1 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where greatest(a1.id, 1) = 1 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id + b1.id > 3 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where concat(a1.id) = '1' order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id::text || 'x' = '1x' order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where length(a1.t) = 1 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where not a1.id is null order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where not (a1.id is null or b1.id is null) order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where not (a1.id is null and b1.id is null) order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id = 1 is not false order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where (a1.id = 1) = true order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id not in (1, 2) order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id <> all(array[1,2]) order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id = all(array[]::int[]) order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id = any(array[]::int[]) order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where a1.id is not distinct from 1 order by 1, 2
a1.id, b1.id from probe a1 full join probe b1 on a1.id < b1.id where (a1.id, b1.id) = (1, 2) order by 1, 2
count(*) from (select a1.id from probe a1 full join probe b1 on a1.id<b1.id) s join probe two on s.id = two.id
count(*) from probe a1 full join probe b1 on a1.id < b1.id left join probe two on two.id = b1.id where a1.t = 'b'
count(*) from probe a1 full join probe b1 on a1.id < b1.id full join probe two on two.id = b1.id where two.id = 1
count(*) from probe a1 full join probe b1 on a1.id < b1.id full join probe two on two.id = b1.id where a1.id = 1
count(*) from probe two left join (probe a1 full join probe b1 on a1.id < b1.id) on two.id = a1.id where b1.id > 0
count(*) from probe two left join (probe a1 full join probe b1 on a1.id < b1.id) on true where b1.id > 0
count(*) from probe two right join (probe a1 full join probe b1 on a1.id < b1.id) on true where b1.id > 0
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) right join probe two on two.id = a1.id
count(*) from (probe a1 full join probe b1 on a1.id < b1.id) right join probe two on two.id > 1
'x' ~ null::text, null ~ '(', t ~ null from probe where id = 1
count(*) filter (where t ~ '(') from probe where false
id from probe where false and t ~ '('
id from probe where t is null and t ~ '('
case when id = 3 then t ~ '(' end from probe where id = 3
id from probe where id = 100 and t ~ '('
id from probe where id = 100 or t ~ '('
id from probe where id = 100 and not t ~ '('
id from probe where id = 100 and case when id = 1 then t ~ '(' end
id from probe where id = 100 and coalesce(t ~ '(', true)
id from probe where id = 100 and (t ~ '(') is true
count(*) from probe having max(t) ~ '('
id from probe group by id having max(t) ~ '('
id from probe where i2 in (100000, -5, 10, null) or i2 not in (40000, 3)
id from probe where i8 in (-9223372036854775808, 9223372036854775807, 5)
id from probe where i8 in (1, 2.5) or i4 in (10, 20::int8)
id from probe where t in ('abc', '', 'O''Reilly', null)
id from probe where v in ('abc', 'x') or b in (true)
id, i2 in (1,2,70000), i4 in (3000000000, 10), i8 not in (100, null) from probe order by id
'a' in ('a','b'), 1 in (1,2), 1 in (2, 3000000000), null in (1,2), 1::int2 in (1, 40000)
id from probe where f8 in (1, 2, 2.5) or n in (1, 1.5) or d in ('2024-01-31', '2024-02-29')
id from probe where i4 = any('{10,20}') or t = any(array['x', t])
id from probe where m in ('sad', 'happy') or cast(i4 as text) in ('10', '20') order by 1
i4 + 2147483000 in (2147483647, 5) from probe
