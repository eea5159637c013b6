-- Scripts about temporary tables, one statement or query string a line; an empty line begins another script on another connection.
create temp table a (id int, b text)
insert into a values (1, 'x'), (2, null)
select * from a
select * from pg_temp.a
insert into a (b) values ('only')
insert into a default values
select count(*), count(id), count(b) from a
update a set b = b || '!' where id = 1
select * from a order by id
delete from a where id is null
select * from a order by 1
truncate a
select * from a
drop table a
select * from a
drop table a
drop table if exists a

create temporary table t as select id, name, born, score, feels, tags from people where id <= 5
select * from t order by id
select name, score * 2 as twice from t where feels = 'ok' order by id
select sum(score), avg(score) from t
create temp table t as select 1
create temp table if not exists t as select 1
select count(*) from t

select id, name into temp chosen from people where id < 4
select * from chosen order by id
select 1 as a, 2 as a into temp z

create temp table n (a numeric, b numeric(10,2), c float8, d interval, e timestamptz, f bytea, g bool, h int[], i jsonb, j uuid)
insert into n values (1.50, 2.345, 0.1, '1 mon 2 days 03:00', '2024-05-06 07:08:09+00', '\xdeadbeef', true, '{1,2,null}', '{"a": [1, 2]}', '00000000-0000-0000-0000-000000000001')
insert into n default values
select * from n
select a + 1, b * 2, d * 2, e + d, h[2], i -> 'a' from n
update n set a = a / 3, d = d + '1 day'
select a, d from n

create temp table k (id int primary key, v varchar(3) not null, w char(4) default 'zz', check (id > 0))
insert into k values (1, 'abc')
insert into k values (1, 'abd')
insert into k values (2, null)
insert into k values (-1, 'x')
insert into k values (3, 'abcd')
insert into k values (4, 'abc   ')
insert into k values (5, 'a', 'long enough')
select * from k order by id
update k set id = 1 where id = 4
update k set v = null
update k set id = -id
select * from k order by id
insert into k values (1, 'dup') on conflict do nothing
insert into k values (1, 'dup'), (9, 'new'), (9, 'two') on conflict (id) do nothing returning *
insert into k values (7, 'x') on conflict (v) do nothing
select * from k order by id

create temp table s (id serial, name text)
insert into s (name) values ('a'), ('b')
insert into s (name) select name from people where id < 3 order by id
insert into s values (default, 'd')
select * from s order by id
truncate s restart identity
insert into s (name) values ('again') returning id

create temp table i (id int generated always as identity, v int default 7)
insert into i (v) values (1)
insert into i values (5, 5)
insert into i overriding system value values (5, 5)
insert into i default values returning *
update i set id = 3
select * from i order by id, v

create temp table r (a int, b text)
insert into r values (1, 'x'), (2, 'y') returning *
insert into r select id, name from people where id < 3 returning a as num, upper(b), b
update r set a = a + 10 where a = 2 returning *
update r as q set b = p.name from people p where p.id = q.a returning q.a, q.b, p.born
delete from r using people p where p.id = r.a returning p.name, r.*
select * from r order by a

begin
create temp table b (a int)
insert into b values (1)
savepoint one
insert into b values (2)
update b set a = a * 10
select * from b order by a
rollback to one
select * from b
savepoint two
drop table b
select * from b
rollback to two
select * from b
truncate b
select count(*) from b
rollback to one
select * from b
release one
commit
select * from b
begin
delete from b
insert into b values (5)
rollback
select * from b

begin
create temp table gone (a int)
insert into gone values (1)
rollback
select * from gone
create temp table gone (b text)
insert into gone values ('x')
select * from gone

create temp table keep (a int) on commit preserve rows
create temp table del (a int) on commit delete rows
begin
insert into keep values (1)
insert into del values (1)
select count(*) from del
commit
select count(*) from keep
select count(*) from del
insert into del values (2)
select count(*) from del
begin
create temp table d (a int) on commit drop
insert into d values (1)
select * from d
commit
select * from d

create temp table c (a int, b text)
insert into c values ('x', 1)
insert into c (b) select 1
insert into c values (true, 'x')
insert into c select 'x'::text, 1
insert into c values (1, 2, 3)
insert into c (a, b) values (1)
insert into c (a, a) values (1, 2)
insert into c (nope) values (1)
insert into c values (1), (1, 2)
update c set nope = 1
update c set a = 'x'
update c set a = 1, a = 2
update c set a = true
update c set (a, b) = (1, 'both')
update c set (a, b) = (1)
delete from c where nope = 1
delete from c where 1
insert into nothing values (1)
insert into c select 1 returning nope
insert into c values (99999999999, 'x')
insert into c values (1.6, 'x') returning a
insert into c select 2.5 returning a
insert into c values (1, date '2024-01-02') returning b
insert into c select count(*), 'n' from people returning *

create temp table d1 (a int, a text)
create temp table d2 (a nope)
create temp table d3 (a int default 'x')
create temp table d4 (a int default now())
create temp table d5 (a int, primary key (b))
create temp table d6 (a int primary key, b int primary key)
create temp table d7 (a int check (a))
create temp table d8 (a int check (b > 1))
create temp table d9 (a varchar(0))
create temp table d10 (a int null not null)
create temp table d11 (a int default 1 default 2)

create temp table people (id int, what text)
insert into people values (1, 'mine')
select * from people
select count(*) from public.people
select p.name, t.what from public.people p join people t on t.id = p.id
drop table people
select count(*) from people

create temp table l1 (like people)
insert into l1 select * from people where id < 3
select * from l1 order by id
insert into l1 (id) values (3)
create temp table l2 (like people including indexes, extra int default 4)
insert into l2 (id, name) values (1, 'a') returning *
insert into l2 (id, name) values (1, 'b')
create temp table l3 (like l2 including all)
insert into l3 (id, name) values (1, 'a') returning *
insert into l3 (id, name) values (1, 'b')

create temp table x (a int, b int)
create index on x (a)
create index xi on x using btree (b desc, a)
create index xi on x (a)
create index if not exists xi on x (a)
insert into x values (1, 1), (1, 2)
create unique index xu on x (a)
create unique index xb on x (b)
insert into x values (2, 2)
insert into x values (2, null), (3, null)
drop index xb
insert into x values (2, 2)
create index on x (nope)
analyze x
vacuum x
analyze x (a)
drop index xi, xu

create temp table o (a int)
insert into o select generate_series(1, 10)
select * from o limit 3
select count(*) from o o1, o o2
with q as (select a from o where a > 8) insert into o select a * 100 from q returning a
with q as (select 3 as z) update o set a = -a from q where a = z returning a, z
with q as (select max(a) as m from o) delete from o using q where a = m returning *
select a from o order by a

create temp table p (a int, b text)
prepare ins (int, text) as insert into p values ($1, $2) returning a, b
execute ins (1, 'x')
execute ins (2, null)
prepare sel as select * from p where a = $1
execute sel (2)
insert into p values (3, 'z')
execute sel (3)
drop table p
execute sel (1)
create temp table p (a int, b text)
execute ins (7, 'q')
deallocate all

create temp table e as select id, name from people with no data
select * from e
insert into e select id, name from people
select count(*) from e
create temp table e2 (one, two) as select id, name from people where id = 1
select * from e2
create temp table e3 (one, two, three) as select 1, 2
create temp table e4 as values (1, 'a'), (2, 'b')
select * from e4
create temp table e5 as select null as n, 'lit' as l, 1.5 as d, interval '1 day' as i
select * from e5

create temp table f (a int); insert into f values (1); insert into f values (2); select * from f
insert into f values (3); select 1/0
select * from f
begin; insert into f values (4); select 1/0
select 1
rollback
select * from f

create temp table g (a int)
insert into g select generate_series(1, 5)
begin
declare c cursor for select * from g order by a
fetch 2 c
delete from g
insert into g values (99)
fetch 2 c
fetch all c
select * from g
commit
select * from g
begin
declare h cursor with hold for select * from g
commit
truncate g
fetch all h
close h

create temp table h (a int)
discard temp
select * from h
create temp table h (a int)
discard all
select * from h

create temp table q (a int, b text)
insert into q values (1, 'x')
copy q to stdout
select to_regclass('q') is not null, to_regclass('pg_temp.q') is not null, 'q'::regclass
select relname, relkind, relpersistence, relnatts from pg_class where oid = 'q'::regclass
select attname, atttypid::regtype, attnum, attnotnull from pg_attribute where attrelid = 'q'::regclass and attnum > 0 order by attnum
select pg_table_is_visible('q'::regclass)
select nspname ~ '^pg_temp_' from pg_namespace where oid = pg_my_temp_schema()
select table_type from information_schema.tables where table_name = 'q'
select column_name, data_type, is_nullable from information_schema.columns where table_name = 'q' order by ordinal_position
set search_path = ''
select * from q

create temp table u (a int, feels mood, t text[])
insert into u values (1, 'ok', array['a', 'b']), (2, 'nope', null)
insert into u values (1, 'ok', array['a', 'b'])
update u set feels = 'sad', t = t || 'c' returning *
select feels from u where feels < 'ok'

create temp table a (x int, y int default 5, z text default 'd' || 'e')
insert into a (x) values (1), (2)
insert into a values (3, default, default), (4, 1, 'own')
insert into a (z, x) select name, id from people where id between 10 and 11
update a set y = default where x = 4
update a set z = default, y = y + 1 where x > 2
select * from a order by x
update a set (x, y) = (y, x)
select * from a order by y
delete from a
select count(*), sum(x) from a
insert into a select from people where id = 1
insert into a values ()

create temp table t (id int, v numeric(6,2))
insert into t select n, n * 1.005 from generate_series(1, 5) n
select * from t order by id
select t.*, p.name from t join people p using (id) order by id
select id, (select count(*) from visits v where v.person = t.id) as n from t order by id
select * from t where v > (select avg(v) from t)
with x as (select * from t where id < 3) select sum(v) from x
select id, v, row_number() over (order by v desc) from t order by id
select t::text from t order by id limit 1
select xmin is not null, tableoid = 't'::regclass from t limit 1
insert into t values (6, 9999.994)
select max(v), min(v), avg(v) from t
select id, count(*) from t group by id order by id
update t set v = v * 10 where id <= 2 returning id, v, v::int
insert into t (id) values (null) returning *
create temp table t2 as table t
select count(*) from t2
insert into t2 select * from t2
select count(*) from t2

create temp table if not exists m (id int primary key, name text unique)
create temp table if not exists m (id int)
insert into m values (1, 'a'), (2, 'b'), (2, 'c')
insert into m values (1, 'a'), (2, 'b'), (3, 'b')
select * from m
insert into m values (1, 'a'), (2, null), (3, null)
update m set name = 'a' where id = 2
update m set id = 2 where id = 1
insert into m values (1, 'z'), (4, 'a'), (5, 'new') on conflict do nothing returning *
insert into m values (null, 'q')
insert into m (name) values ('q')
select id, name from m group by id order by id
delete from m where id = 1 returning *
insert into m values (1, 'a')
truncate m
insert into m values (1, 'a'), (2, 'b')
select * from m order by 1

begin
create temp table a (x int)
insert into a values (1)
select 1/0
select * from a
rollback
select * from a
begin
create temp table a (x int)
savepoint s
insert into a values ('bad')
rollback to s
insert into a values (2)
release s
commit
select * from a
begin; insert into a values (3); commit; begin; delete from a; rollback
select * from a order by x
savepoint outside

create temp table a (x int) on commit delete rows
insert into a values (1)
select * from a
begin
insert into a values (1), (2)
savepoint s
delete from a where x = 1
rollback to s
select * from a order by x
declare c cursor for select * from a order by x
fetch 1 from c
insert into a values (3)
fetch all from c
commit
select * from a

create local temporary table a (x int)
create temporary table b (x int)
create table pg_temp.c (x int)
insert into pg_temp.c values (1)
select c.x, pg_temp.c.x from pg_temp.c
drop table a, b, c
select * from c
create temp table public.d (x int)
create temp table nope.d (x int)

create temp table a (x int, "Odd Name" text, "select" int)
insert into a ("Odd Name", "select") values ('q"uote', 3)
select "Odd Name", "select" from a
update a set "select" = "select" + 1 returning a."select"
create unique index "Odd Index" on a ("Odd Name")
insert into a ("Odd Name") values ('q"uote')
copy a to stdout (format csv, header)

create temp table w (a int not null, b int not null, check (a < b), constraint small check (b < 100))
insert into w values (1, 2), (5, 3), (null, 1)
insert into w values (1, 200)
insert into w values (1, null)
insert into w select 1, 2
update w set a = 3
update w set b = 1000, a = null
insert into w (a) values (1)
select * from w

create temp table j (d date, t time, ts timestamp(0), tz timestamptz(3), i interval, c char(3), ch "char", n name, o oid, r regclass, f4 real)
insert into j values ('2024-01-02', '03:04:05.6', '2024-01-02 03:04:05.6', '2024-01-02 03:04:05.6789+00', '1 day', 'a', 'x', 'nm', 5, 'people', 1.5)
select * from j
insert into j (d, ts) values ('infinity', '-infinity'), ('0044-03-15 BC', null)
select d, ts from j order by d
select c || '|', length(c), i * 2, ts + i, r::text from j where t is not null
insert into j (d) values (current_date) returning d = current_date
insert into j (c) values ('toolong')
update j set f4 = f4 / 3 where f4 is not null returning f4
insert into j (tz) values (now()) returning tz is not null

create temp table e (a int)
insert into e values (1) returning a + nope
insert into e values (1) returning count(*)
update e set a = count(*)
delete from e where count(*) > 1
insert into e (select 1 union all select 2) returning *
insert into e select 1 order by 1 limit 1
insert into e select 'x' union select 'y'
insert into e select null
insert into e values (1), ('2'), (3.7)
insert into e values (1::text)
select * from e order by a
select nope from e
select * from e where a = 'x'
truncate e, nothere
drop table e, nothere
select count(*) from e
