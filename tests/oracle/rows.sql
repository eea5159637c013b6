-- A statement a line, over the tables of rows_tables.sql.
select row(1,2)::spot::record
select p::record from shape order by id
select coalesce(p::record, row(1,2)) from shape order by id
select row((p).*, 1) from shape order by id
select row(1,2)::spot is distinct from null, null is distinct from row(null,null)::spot
select item is distinct from null, item is null from price left join item on item.x = price.x order by price.x
select item from price left join item on item.x = price.x order by price.x
select item::text, row_to_json(item), item is not distinct from null from price left join item on item.x = price.x order by price.x
select coalesce(item, row(0,'z')::item) from price left join item on item.x = price.x order by price.x
select count(item), count(distinct item) from price left join item on item.x = price.x
select array_agg(item order by price.x) from price left join item on item.x = price.x
select json_agg(item order by price.x) from price left join item on item.x = price.x
select s, s is null, s is distinct from null from price left join (select x, y from item) s on s.x = price.x order by price.x
select p is distinct from null, l is not distinct from null from shape order by id
select row() is distinct from row()
select row() is not distinct from row()
select row(1) is distinct from row(2), row(1) is not distinct from row(1)
select row(1,2)::item
select row(1,2,3)::item
select row(1)::item
select row(1,date '2020-01-01')::spot
select (row(1, 2), row(3, 4), 'x')::stretch
select row(row(1, 2), row(3, 4), 5)::stretch
select row(p, p, 'q')::stretch from shape order by id
select row('(1,2.345)', null, 'x')::stretch
select row(1, 99999)::spot
select row(1, 99999)::spot from item where false
select array[row(1,2),row(3,4.567)]::spot[]
select (array[row(1,2)]::spot[])[1].y
select s::spot from (select 1 a, 2.555 b) s
select (s::spot).y from (select 1 a, 2.555 b) s
select s::spot from (select 1 a) s
select item::spot from item
select r::spot from (select row(1,2) r) s
select (select row(1,2))::spot
select p = r from shape, (select row(1,1.00) r) s order by id
select a.id, b.id from shape a join shape b on a.p = b.p order by 1,2
select max(p), min(p) from shape
select row_to_json(p), to_jsonb(p), to_json(l) from shape order by id
select id from shape where p in (row(1,1)::spot, row(2,2)::spot) order by 1
select id from shape where p not in (row(1,1)::spot, row(2,2)::spot) order by 1
select id from shape where p = any(array[row(1,1)::spot]) order by 1
select id from shape where p = any(ps) order by 1
select id from shape where row(1,2)::spot = any(ps) order by 1
select ps = array[row(1,2)::spot, row(3,null)::spot] from shape order by id
select * from unnest(array[row(1,2),row(3,4)]) as t(a int, b int)
select * from unnest(array[row(1,2)::spot,row(3,4)::spot])
select u from unnest(array[row(1,2)::spot,row(3,4)::spot]) u
select u.x from unnest(array[row(1,2)::spot,row(3,4)::spot]) u order by 1
select * from shape, unnest(ps) order by id, x
select * from shape, unnest(ps) with ordinality order by id, ordinality
select id, u from shape, unnest(ps) u order by id, x
select id, u.y, u is null from shape left join unnest(ps) u on true order by id, u.x
select * from unnest(array[null::spot, row(null,null)::spot, row(1,2)::spot])
select u, u is null from unnest(array[null::spot, row(null,null)::spot, row(1,2)::spot]) u
select * from unnest(array[row(1,'a')]) as t(a int, b text)
select * from unnest(array[row(1,'a')]) as t(a int, b int)
select * from unnest(array[row(1,'a'::text)]) as t(a int, b text, c int)
select * from unnest(array[row(1,'a'::text)]) as t(a int)
select * from unnest(array[item]) from item
select t.* from item, unnest(array[item]) t order by 1
select x(p) from shape order by id
select y(item) from item order by x
select id(shape) from shape order by 1
select x(row(1,2)::spot)
select nope(item) from item
select f1(row(1,2))
select length(item) from item
select ((l).a).x, x((l).a) from shape order by id
select upper(y(item)) from item order by x
select (row_number() over (), 1) from item
select p, l from shape group by p, l order by p, l
select r from (select row(1,2) r union select row(1,3)) s order by r desc
select row(1,2) = row(1,2.0), row(1,2::int2) = row(1::int8,2)
select row(item.*) from item order by 1
select row(item) from item order by 1
select (row(item)).f1 from item order by 1
select ((row(item)).f1).y from item order by 1
select (item).* from item order by 1
select ((select item from item where x = 1)).*
select ((select item from item where x = 1)).y
select (max(p)).x from shape
select (array_agg(p order by id))[1].x from shape
select (first_value(p) over (order by id)).* from shape
select ((array_agg(p order by id))[1]).* from shape
select '(1,2.345)'::text::spot
select ('(1,2.345)'||'')::spot
select ('("(1,2.345)","(2,3)",x)'||'')::stretch
select '(1,99999)'::text::spot
select (l).a.* from shape order by id
select ((l).a).* from shape order by id
select (shape).l.a.x from shape order by id
select (shape.l).b.y from shape order by id
select row((l).a.*, id) from shape order by id
select row((shape).*) from shape order by id
values ((row(1,2)::spot).*)
select * from (values ((row(1,2)::spot).*)) v(a,b)
select length(y) from item order by x
select item.y.length from item
select json_agg(p order by id), jsonb_agg(l order by id), json_agg(ps order by id) from shape
select json_agg(case when x > 2 then item end order by x) from item
select price.x, json_agg(item) from price left join item on item.x = price.x group by price.x order by 1
select price.x, json_agg(item) filter (where item.x is not null), count(item), array_agg(item) from price left join item on item.x = price.x group by price.x order by 1
select price.x, coalesce(json_agg(item) filter (where item is not null), '[]') from price left join item on item.x = price.x group by price.x order by 1
select price.x, item from price left join item on item.x = price.x group by price.x, item order by 1
select price.x, item, count(*) from price left join item on item.x = price.x group by price.x, item.x order by 1
select price.x, row_to_json(item), count(*) from price left join item on item.x = price.x group by price.x, item.x order by 1
select item, price from item full join price on item.x = price.x order by coalesce(item.x, price.x)
select item, price from item right join price on item.x = price.x order by price.x
select item, price from price right join item on item.x = price.x order by item.x
select item, g.id from shape g left join (price join item on item.x = price.x) on price.x = g.id order by g.id
select item, price, g.id from shape g left join (price left join item on item.x = price.x) on price.x = g.id order by g.id
select item from item where exists (select 1 from price left join item q on q.x = price.x where q is not distinct from null)
select (select item) from price left join item on item.x = price.x order by price.x
select (select row_to_json(item)) from price left join item on item.x = price.x order by price.x
select s from price left join lateral (select item.x, y from item where item.x = price.x) s on true order by price.x
select row_to_json(s) from price left join lateral (select item.x, y from item where item.x = price.x) s on true order by price.x
select g from price left join generate_series(1, 2) g on g = price.x order by price.x
select u from price left join unnest(array[row(2,3)::spot]) u on u.x = price.x order by price.x
with q as (select * from item) select q from price left join q on q.x = price.x order by price.x
with q as materialized (select * from item) select to_jsonb(q) from price left join q on q.x = price.x order by price.x
select v from price left join (values (2,'b')) v(x, y) on v.x = price.x order by price.x
select item = item, item < item, item is distinct from item from price left join item on item.x = price.x order by price.x
select distinct item from price left join item on item.x = price.x order by 1
select item from price left join item on item.x = price.x order by item
select item from price left join item on item.x = price.x order by item desc nulls last
select item from price left join item on item.x = price.x union select item from item order by 1
select max(item.x) over (partition by item), item from price left join item on item.x = price.x order by price.x
select lag(item) over (order by price.x) from price left join item on item.x = price.x order by price.x
select nullif(item, row(2,'b')::item) from price left join item on item.x = price.x order by price.x
select case when item is null then 'none' else 'some' end from price left join item on item.x = price.x order by price.x
select concat(item), item || 'x' from price left join item on item.x = price.x order by price.x
select row(item, price) from price left join item on item.x = price.x order by price.x
select array[item] from price left join item on item.x = price.x order by price.x
select coalesce(item.y, 'none'), item.* from price left join item on item.x = price.x order by price.x
select grouping(item), item from price left join item on item.x = price.x group by rollup (item) order by 1, 2
select count(*) filter (where item is distinct from null) from price left join item on item.x = price.x
select r from json_populate_record(null::spot, '{"x":1,"y":2.555}') r
select pg_typeof(r), pg_typeof(u) from json_populate_record(null::spot, '{"x":1,"y":2.555}') r, unnest(array[r]) u
select j.* from shape, json_populate_recordset(null::spot, '[{"x":1},{"y":2}]') j where id = 1 order by x
select p::spot, l::stretch from shape order by id
select p::text, l::text, ps::text from shape order by id
select cast(p as record) = p from shape order by id
select p in (select p from shape where id = 1) from shape order by id
select p in (select row(1,1)::spot) from shape order by id
select (p, id) in (select p, id from shape) from shape order by id
select p = all(select p from shape where p is not null) from shape order by id
select exists (select p intersect select row(1,1)::spot) from shape order by id
select row_number() over (order by p, id) from shape order by id
with w as (select item, price from item left join price on item.x = price.x) select (w.price).z, (price).x, item from w order by (item).x
select (price).z from (select price from item left join price on item.x = price.x) s order by 1
select price is null, price from (select price from item left join price on item.x = price.x) s order by 2
select (select price from price where price.x = item.x) from item order by x
select array(select price from price order by x)
select (array(select price from price order by x))[1].z
select row_to_json(price) from (select price from item left join price on item.x = price.x) s order by 1::text
select json_agg(price) from (select price from item left join price on item.x = price.x order by item.x) s
select jsonb_agg(to_jsonb(price) order by item.x) from item left join price on item.x = price.x
select item.x, json_agg(json_build_object('b', price)) from item left join price on item.x = price.x group by item.x order by 1
select item.x, count(price), count(price.*), count(distinct price) from item left join price on item.x = price.x group by item.x order by 1
select item.x, bool_and(price is null), max(price.z) from item left join price on item.x = price.x group by 1 order by 1
select first_value(price) over (order by item.x), price from item left join price on item.x = price.x order by item.x
select item.x from item left join price on item.x = price.x where price is null order by 1
select item.x from item left join price on item.x = price.x where price is not null order by 1
select item.x from item left join price on item.x = price.x where not (price is null) order by 1
select item.x from item left join price on item.x = price.x where price = row(2, 1.5)::price
select item.x from item left join price on price is null order by 1
select price from price where price is not null order by price
select u from item left join (select 1 as k union select 2) u on u.k = item.x order by item.x
select item, q from item left join lateral (select price.z * item.x as m, price from price where price.x = item.x) q on true order by item.x
select (q).m, (q.price).z from item left join lateral (select price.z * item.x as m, price from price where price.x = item.x) q on true order by item.x
select distinct on (price) price, item.x from item left join price on item.x = price.x order by price, item.x
select item from item left join price using (x) group by item order by item
select price, sum(item.x) from item left join price using (x) group by price order by price
select price, grouping(price) from item left join price using (x) group by cube(price) order by 1, 2
select x, price from item full join price using (x) order by x
select coalesce(price, (select price from price where x = 2)) from item left join price using (x) order by item.x
select price.* is null, (price).* from item left join price on item.x=price.x order by item.x
select md5(price::text), length(price::text), price::text like '(2%' from item left join price on item.x=price.x order by item.x
select case when price is distinct from null then 'f' else 'm' end, count(*) from item left join price on item.x=price.x group by 1 order by 1
select string_agg(price::text, ';' order by price.x) from item left join price on item.x=price.x
select price in (select price from price) from item left join price on item.x=price.x order by item.x
select price = any(array(select price from price)) from item left join price on item.x=price.x order by item.x
select exists(select price.x) from item left join price on item.x=price.x order by item.x
select greatest(price, row(3,0)::price), least(price, row(3,0)::price) from item left join price on item.x=price.x order by item.x
select price is distinct from null, count(*) from item left join price on item.x=price.x group by 1 order by 1
select price is distinct from null, count(*) from item left join price on item.x=price.x group by price is distinct from null having (price is distinct from null) order by 1
select price::text, count(*) from item left join price on item.x=price.x group by price::text order by price::text
select upper(price::text), count(*) from item left join price on item.x=price.x group by price::text order by price::text
select row_to_json(price)::text, count(*) from item left join price on item.x=price.x group by row_to_json(price)::text order by 1
select price.x, price, count(*) over () from item left join price on item.x=price.x group by price.x order by 1
select distinct price::text from item left join price on item.x=price.x order by 1
select count(*) from item left join price on item.x=price.x group by price.x, price order by price
