-- Statements as an analyst would write them, over the sample shop. One statement a paragraph.

select count(*) from customers

select count(*), count(birth_date), count(distinct country) from customers

select country, count(*) from customers group by country order by 2 desc, 1

select segment, avg(loyalty_points), max(credit_limit) from customers group by segment order by segment

select status, count(*) as n, sum(total) as revenue, avg(total) as average from orders group by status order by status

select date_trunc('month', ordered_at) as month, count(*), sum(total) from orders group by 1 order by 1

select extract(year from ordered_at) as year, extract(quarter from ordered_at) as quarter, sum(total) from orders group by 1, 2 order by 1, 2

select to_char(ordered_at, 'YYYY-MM') as ym, count(*) from orders group by 1 order by 1 limit 12

select to_char(ordered_at, 'Dy DD Mon YYYY HH24:MI') from orders order by order_id limit 5

select ordered_at::date as day, count(*) from orders group by day order by day limit 10

select c.country, sum(o.total) as revenue from customers c join orders o on o.customer_id = c.customer_id group by c.country having sum(o.total) > 1000 order by revenue desc limit 5

select p.name, sum(l.quantity) as sold from order_lines l join products p using (product_id) group by p.name order by sold desc, p.name limit 10

select c.name as category, count(distinct l.order_id) as orders, round(sum(l.quantity * l.unit_price), 2) as gross from order_lines l join products p on p.product_id = l.product_id join categories c on c.category_id = p.category_id group by c.name order by gross desc

select customer_id, total, rank() over (partition by customer_id order by total desc, order_id) as r from orders where customer_id < 50 order by customer_id, r

select order_id, total, sum(total) over (order by order_id) as running from orders order by order_id limit 20

select order_id, lag(total) over (partition by customer_id order by order_id) as previous, total from orders where customer_id <= 20 order by order_id

select ntile(4) over (order by total, order_id) as quartile, order_id from orders where order_id <= 40 order by order_id

select *, row_number() over (partition by department order by hired_on, staff_id) from staff order by staff_id limit 30

with recent as (select * from orders where ordered_at >= timestamp '2024-01-01') select status, count(*) from recent group by status order by status

with recursive tree as (select category_id, parent_id, name, 1 as depth from categories where parent_id is null union all select c.category_id, c.parent_id, c.name, t.depth + 1 from categories c join tree t on c.parent_id = t.category_id) select depth, count(*) from tree group by depth order by depth

with totals as (select customer_id, sum(total) as spent from orders group by customer_id), ranked as (select customer_id, spent, ntile(10) over (order by spent, customer_id) as decile from totals) select decile, count(*), min(spent), max(spent) from ranked group by decile order by decile

select s.full_name, m.full_name as manager from staff s left join staff m on m.staff_id = s.manager_id order by s.staff_id limit 15

select country, count(*) filter (where newsletter) as yes, count(*) filter (where not newsletter) as no, count(*) filter (where newsletter is null) as unknown from customers group by country order by country

select case when total < 20 then 'small' when total < 100 then 'medium' else 'large' end as size, count(*) from orders group by 1 order by 1

select coalesce(city, 'unknown') as city, count(*) from customers group by 1 order by 2 desc, 1 limit 10

select email from customers where email like 'a%' order by email limit 5

select count(*) from customers where email ilike '%.COM'

select count(*) from customers where city similar to '(B|M)%'

select full_name from customers where full_name ~ '^A.*n$' order by full_name, customer_id limit 10

select count(*) from reviews where body ~* 'good|great'

select regexp_replace(email, '@.*$', '') as local_part from customers order by customer_id limit 5

select split_part(email, '@', 2) as domain, count(*) from customers group by 1 order by 2 desc, 1 limit 5

select upper(left(full_name, 3)) as initials, length(full_name) as len from customers where full_name is not null order by customer_id limit 10

select lower(full_name) || ' <' || email || '>' as address from customers where full_name is not null order by customer_id limit 5

select preferences ->> 'language' as language, count(*) from customers group by 1 order by 2 desc, 1 nulls last

select attributes -> 'color' as color, count(*) from products group by 1 order by 2 desc, 1

select product_id, attributes from products order by product_id limit 5

select count(*) from products where attributes ? 'color'

select count(*) from products where attributes @> '{"color": "red"}'

select tags[1] as first_tag, count(*) from products group by 1 order by 2 desc, 1

select unnest(tags) as tag, count(*) from products group by 1 order by 2 desc, 1

select array_length(tags, 1) as n, count(*) from products group by 1 order by 1

select product_id from products where 'new' = any(tags) order by product_id limit 10

select array_agg(distinct status order by status) from orders

select string_agg(name, ', ' order by name) from categories where parent_id is null

select department, string_agg(full_name, '; ' order by staff_id) from staff where grade >= 7 group by department order by department

select percentile_cont(0.5) within group (order by total) from orders

select percentile_cont(array[0.25, 0.5, 0.75]) within group (order by total::float8) from orders

select mode() within group (order by channel) from orders

select min(ordered_at), max(ordered_at), max(ordered_at) - min(ordered_at) from orders

select avg(shipped_on - ordered_at::date) from orders where shipped_on is not null

select shipped_on - ordered_at::date as days, count(*) from orders where shipped_on is not null group by 1 order by 1

select ordered_at + interval '1 day 2 hours' from orders order by order_id limit 3

select ordered_at at time zone 'Europe/Berlin' from orders order by order_id limit 3

select date_part('dow', ordered_at) as dow, count(*) from orders group by 1 order by 1

select extract(epoch from ordered_at) from orders order by order_id limit 3

select extract(second from ordered_at), extract(hour from ordered_at) from orders order by order_id limit 3

select age(timestamp '2024-03-01', birth_date::timestamp) from customers where birth_date is not null order by customer_id limit 5

select date_trunc('week', ordered_at)::date as week, count(*) from orders where status = 'delivered' group by 1 order by 1 limit 8

select generate_series(1, 5) as n

select d::date from generate_series(date '2024-01-01', date '2024-01-05', interval '1 day') as d

select d.day::date, count(o.order_id) from generate_series(timestamp '2024-01-01', timestamp '2024-01-07', '1 day') as d(day) left join orders o on o.ordered_at::date = d.day::date group by 1 order by 1

select 7 / 2 as a, 7 % 2 as b, -7 / 2 as c, 7.0 / 2 as d, 10.0 / 3 as e, 1e3 as f

select round(2.5), round(-2.5), round(2.567, 2), trunc(2.567, 1), ceil(2.1), floor(-2.1), round(2.5::float8)

select sum(quantity), avg(quantity), stddev(quantity), variance(quantity) from order_lines

select corr(quantity::float8, unit_price::float8) from order_lines where order_id < 1000

select floor((total - 1.1) / 25) * 25 + 1.1 as bin, count(*) from orders group by 1 order by 1 limit 10

select width_bucket(total, 0, 500, 10) as bucket, count(*) from orders group by 1 order by 1

select count(*) / 3 as third, count(*)::numeric / 3 as exact from orders

select sum(total) / count(*) as mean from orders

select 100.0 * count(*) filter (where gift) / count(*) as gift_share from orders

select status, round(100.0 * count(*) / sum(count(*)) over (), 2) as share from orders group by status order by status

select greatest(shipping_cost, 5), least(total, 100) from orders order by order_id limit 5

select nullif(coupon, '') as coupon, count(*) from orders group by 1 order by 2 desc, 1 limit 5

select customer_id in (1, 2, 3) as early, count(*) from orders group by 1 order by 1

select order_id from orders where customer_id in (select customer_id from customers where segment = 'business') order by order_id limit 10

select count(*) from customers c where exists (select 1 from orders o where o.customer_id = c.customer_id and o.total > 200)

select count(*) from customers c where not exists (select 1 from orders o where o.customer_id = c.customer_id)

select name, price from products where price > (select avg(price) from products) order by price desc, product_id limit 5

select c.customer_id, l.n from customers c cross join lateral (select count(*) as n from orders o where o.customer_id = c.customer_id) l order by l.n desc, c.customer_id limit 5

select distinct on (customer_id) customer_id, order_id, total from orders where customer_id < 20 order by customer_id, total desc, order_id

select country from customers union select 'XX' order by 1 limit 5

select country from customers except select country from customers where segment = 'plus' order by 1

select segment from customers intersect select segment from customers where newsletter order by 1

select country, segment, count(*) from customers group by rollup (country, segment) order by country nulls last, segment nulls last

select country, segment, grouping(country, segment), count(*) from customers group by grouping sets ((country), (segment), ()) order by 3, 1, 2

select order_id, quantity * unit_price * (1 - coalesce(discount, 0) / 100) as net from order_lines order by order_id, line_no limit 10

select order_id, sum(quantity * unit_price) over (partition by order_id) as lines from order_lines where order_id < 5 order by order_id, line_no

select first_value(total) over w, last_value(total) over w from orders where customer_id < 10 window w as (partition by customer_id order by order_id rows between unbounded preceding and unbounded following) order by order_id

select avg(total) over (order by order_id rows between 2 preceding and current row) from orders order by order_id limit 6

select cast(total as integer), total::text, total::float8, ordered_at::text from orders order by order_id limit 5

select '2024-02-29'::date + 365 as later, date '2024-02-29' - date '2023-02-28' as days, date '2024-01-31' + interval '1 month' as month_later

select now() > timestamptz '2020-01-01' as after, current_date > date '2020-01-01' as today_after

select length('häuser'), position('u' in 'häuser'), substring('häuser' from 2 for 3), reverse('abc'), repeat('ab', 3), lpad('7', 3, '0'), trim('  x '), initcap('hello world'), replace('aXbX', 'X', '-')

select md5('a'), encode('abc'::bytea, 'hex'), 'abc'::bytea, chr(65), ascii('a'), to_hex(255)

select true and null as a, not false as b, true or null as c, null is null as d, 1 is distinct from null as e

select 'a' < 'B' as ascii_order, 'abc' between 'a' and 'b' as middle

select interval '1 year 2 months 3 days 04:05:06' as i, interval '90 minutes' as m, justify_hours(interval '30 hours') as j

select make_date(2024, 2, 29), to_date('15 Jan 2024', 'DD Mon YYYY'), to_timestamp('2024-01-15 10:11', 'YYYY-MM-DD HH24:MI'), to_timestamp(1700000000)

select to_char(1234567.891, 'FM9,999,999.00'), to_char(42, '000'), to_char(-5.5, 'S99.9'), to_number('1,234.5', '9,999.9')

select jsonb_build_object('a', 1, 'b', array[1, 2]), json_build_array(1, 'x', null), to_jsonb('x'::text), '{"b":1,"a":[1, 2]}'::jsonb

select jsonb_object_keys(attributes) as key, count(*) from products group by 1 order by 1

select jsonb_agg(name order by name) from categories where parent_id is null

select row_number() over (order by country, status) as n, country, orders, revenue from revenue_by_country order by country, status limit 5

select country, sum(orders), sum(revenue) from revenue_by_country group by country order by 3 desc, 1 limit 5

select method, count(*), sum(amount) from billing.payments group by method order by method

select p.method, o.status, count(*) from billing.payments p join orders o on o.order_id = p.order_id where p.paid_at is not null group by p.method, o.status order by p.method, o.status

select rating, count(*), avg(length(body)) from reviews group by rating order by rating

select r.rating, p.name from reviews r join products p on p.product_id = r.product_id where r.verified and r.written_at > '2023-06-01' order by r.review_id limit 5

select reference, customer_id from customers order by customer_id limit 3

select count(*) from orders where ordered_at between '2023-01-01' and '2023-12-31'

select count(*) from orders where total > 50 and (status = 'delivered' or status = 'shipped') and not gift

select * from orders order by order_id limit 5

select * from customers order by customer_id limit 5

select * from products order by product_id limit 5

select * from reviews order by review_id limit 5

select * from billing.payments order by payment_id limit 5

select o.*, c.country from orders o natural join customers c order by o.order_id limit 3

select (total > 100)::int as big, sum(1) from orders group by 1 order by 1

select bool_and(gift), bool_or(gift), every(total >= 0) from orders

values (1, 'a'), (2, 'b'), (null, 'c')

select x, y from (values (1, 'one'), (2, 'two')) as t(x, y) order by x desc

select array[1, 2, 3] || 4 as appended, array[1,2] = '{1,2}'::int[] as same, cardinality(array[[1,2],[3,4]]) as card, (array[5,6,7])[2:3] as slice

select string_to_array('a,b,c', ','), array_to_string(array['x', null, 'z'], '-', '?'), array_position(array['a','b'], 'b')

select concat('a', 1, null, true), concat_ws('-', 'a', null, 'b'), format('%s has %I and %L', 'x', 'Col', 'it''s')

select count(*) from orders where coupon is not null and length(coupon) > 3

select current_database() is not null, current_schema(), version() like 'PostgreSQL%'

select channel, count(*) as n from orders group by channel order by n desc fetch first 2 rows only

select country, n from (select country, count(*) as n from customers group by country) t where n > 10 order by n desc, country offset 2 limit 3

select sign(-3.5), abs(-7), power(2, 10), sqrt(16.0), sqrt(2::float8), exp(0), ln(1), mod(10, 3), pi() > 3.14

select count(distinct (customer_id, status)) from orders where order_id < 100

select sum(case when status = 'cancelled' then 1 else 0 end)::float8 / count(*) as cancel_rate from orders

select date_trunc('quarter', created_at) as q, count(*) from customers group by q order by q

select extract(isodow from ordered_at), extract(week from ordered_at), extract(doy from ordered_at) from orders order by order_id limit 3

select customer_id, string_agg(status::text, ',' order by order_id) from orders where customer_id < 15 group by customer_id order by customer_id

select sum(x) * 2.0 from (values (9223372036854775807::int8), (9223372036854775807), (9223372036854775807)) v(x)

select sum(x) * 0.1, sum(x) + 1.25, -sum(x) * 3 from (values (99999999999999999999999999999999999.99::numeric), (99999999999999999999999999999999999.99)) v(x)

select g, sum(x) over (order by g) * 0.5, avg(x) over (order by g) * 0.2, sum(x) filter (where g > 1) over () * 1.10 from (values (1, 1.10::numeric(9,2)), (2, 2.2), (3, null)) v(g, x)

select sum(distinct x) * 0.3, sum(x) / 7, sum(x) * sum(x) from (values (12345678901.25::numeric(15,2)), (12345678901.25), (-3)) v(x)
