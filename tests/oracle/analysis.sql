-- Statements whose columns, types, parameters and errors (SQLSTATE, message, position) analysis must give as Postgres does.

select nosuch from customers

select c.nosuch from customers c

select * from nosuch

select * from public.nosuch

select * from nosuch.customers

select x.a from customers

select 1 + 'a'

select 'a' + 'b'

select 1 + true

select foo(1)

select upper(1)

select customer_id, count(*) from customers

select c.country, o.total from customers c, orders o group by c.country

select count(*) from customers where count(*) > 1

select customer_id from customers c join orders o on c.customer_id = o.customer_id

select * from customers c, orders c

select 1 union select 'a'

select 1 union select 1, 2

select 1 order by 2

select 'x'::int

select 'x'::nosuch

select 1::date

select sum(sum(total)) from orders

select rank() from orders

select row_number() over () from orders where row_number() over () > 1

select case when 1 then 2 end

select coalesce(1, 'x')

select coalesce(1, true)

select $1

select $1::int + $2

select * from orders where customer_id = $1 and status = $2 and total > $3 limit $4

select distinct country from customers order by city

select 1 limit 'x'

select array[1, 'x']

select '{1,2}'::int[], array[]::text[]

select 'nope'::order_status

select * from orders where status = 'nope'

select (1,2) = (3,4), row(1,2)

select c from customers c limit 1

select customers from customers limit 1

select max(c.*) from customers c

select 1 where 1

select a.customer_id from customers a, lateral (select a.city) b

select * from (select 1) t(a, b)

select 1 as a, 2 as b order by a + b

select customer_id as x, country from customers group by x, country

select country from customers group by 1 having count(*) > 1

select count(*) from orders group by ordered_at::date

select o.order_id, o.total, count(*) from orders o join order_lines l using (order_id) group by o.order_id

select 'a' like 'b' escape 'cc', 'x' similar to 'y'

select interval '1' day, interval '1-2' year to month, interval(3) '1.23456 s'

select 1::numeric(5,2), 2::varchar(3), 'abc'::char(2), now()::timestamp(0), '12:00'::time(2)

select cast(null as int), null, 'x', 1.5, 99999999999, 1e400

select date '2020-01-01' + 1, date '2020-01-01' + interval '1 day', now() - now()

select extract(epoch from interval '1 day'), date_part('year', now())

select current_date, current_timestamp, localtime, current_user, user, session_user, current_schema, current_catalog, current_timestamp(2)

select exists(select 1), (select 1), array(select 1), 1 in (select 2), 1 = any(array[1]), 1 = all(select 1)

select -(-1), - 5, +3, @ -3, |/ 4, 5!, 2 ^ 3

select not null, null is null, 1 is distinct from 2, true is not true

select nullif(1,2), greatest(1, 2.5), least('a','b')

select count(*) over w, sum(total) over (w rows 1 preceding) from orders window w as (partition by status)

select pg_typeof(1), 'customers'::regclass, 'int4'::regtype, 'now'::regproc

select x.* from generate_series(1,3) x

select * from generate_series(1,3) with ordinality

select * from unnest(array[1,2], array['a','b']) as t(a,b)

select * from jsonb_each('{"a":1}')

select * from json_to_record('{"a":1}') as x(a int)

select (json_each('{"a":1}')).key

select substring('abc' from 1 for 2), position('a' in 'abc'), trim(both 'x' from 'xax'), overlay('abc' placing 'x' from 1)

select 1 = '1', '2020-01-01' < now(), total > '5' from orders

select * from orders natural join customers where nosuch = 1

select o.customer_id, customer_id from orders o join customers using (customer_id)

select tableoid, ctid from customers

insert into customers values (1)

select from customers

select 1; select 2

select * from customers where email = 5

select status || 'x', status = 'cart', status > 'cart'::order_status from orders

select string_agg(country, ',') from customers

select percentile_cont(0.5) within group (order by total) from orders

select total::int4, total::text, total::float from orders

select sum(quantity), avg(quantity), sum(unit_price), max(quantity), avg(unit_price::float4) from order_lines

with a as (select 1 as x) select x, a.x from a

with recursive r(n) as (select 1 union all select n+1 from r where n < 5) select * from r

with recursive r(n) as (select 1 union all select n+1.5 from r where n < 5) select * from r

table customers

values (1, 'a'), (2.5, null)

select 'a' 'b'

select "Country" from customers

select date_trunc('month', shipped_on), date_trunc('day', ordered_at) from orders

select round(total), round(total, 1), round(1.5::float8), total % 2, total ^ 2, sqrt(total) from orders

select to_char(ordered_at, 'YYYY'), to_char(total, '999') from orders

select array_agg(status), array_agg(total), max(status) from orders

select interests[1], interests[1:2] from customers

select preferences->'a'->>'b', preferences #>> '{a,b}', preferences ? 'a' from customers

select concat('a', 1), concat_ws(',', 1, 2), format('%s', 1)

select a from generate_series(1, 2) a, generate_series(a, 3) b

select c.customer_id from customers c left join orders o on o.customer_id = c.customer_id and o.total > 5 full join staff s on true
