array[1, 2] || 3
array[1, 2] || array[3]
0 || array[1]
array['a'] || 'b'::text
2 = any('{1,2}'::int[])
array_length('{}'::int[], 1)
array_length(array[1,2,3], 1)
array_length(array[1,2,3], 2)
array_upper(array[1,2], 1)
array_lower(array[1,2], 1)
cardinality(array[1,2,3])
array_ndims(array[1])
array_dims(array[1,2])
array_position(array['a','b','c'], 'b')
array_position(array[1,null,3], null)
array_position(array[1,2,1], 1, 2)
array_positions(array[1,2,1], 1)
array_remove(array[1,2,1], 1)
array_replace(array[1,2,1], 1, 9)
array_append(array[1], 2)
array_append(null::int[], 2)
array_prepend(0, array[1])
array_cat(array[1], null)
array_fill(7, array[3])
array_to_string(array[1.50, 2], ',')
array[1,2,3] @> array[2]
array[1,2,3] <@ array[1,2,3,4]
array[1,2] && array[2,3]
array[1,null] @> array[null]::int[]
array[1,2] = array[1,2]
array[1,2] < array[1,3]
array[1,null] = array[1,null]
array[1.0] = array[1.00]
(array[1,2,3])[2]
(array[1,2,3])[0]
(array[1,2,3])[4]
(array[1,2,3])[2:3]
(array[1,2,3])[:2]
(array[1,2,3])[5:6]
unnest(array[1,2,null])
unnest(null::int[])
* from unnest(array['a','b']) with ordinality
* from unnest(array['a','b']) with ordinality as t(x, n)
array_agg(x) from (values (1), (null), (2)) v(x)
array_agg(x order by x desc) from (values (1), (3), (2)) v(x)
array_agg(distinct x) from (values (2), (1), (2)) v(x)
array_agg(x) filter (where x > 1) from (values (1), (2)) v(x)
array_agg(x) from (select 1 where false) v(x)
array(select x from generate_series(1, 3) x order by x desc)
array(select 1 where false)
array[]::int[]
array[1, null]
array['a b', 'c"d', 'NULL', null, '']
array[1.5, 2]
array[array[1,2], array[3,4]]
array[true, false]
array[date '2024-01-01']
'{1,2,3}'::int[]
'{a,"b c",NULL}'::text[]
'{1,2}'::text::int[]
array[1,2]::text[]
array[1,2]::text
array['1','2']::int[]
array[1,2]::bigint[]
array['abc','d']::varchar(2)[]
array[1.256, 2]::numeric(5,2)[]
generate_subscripts(array['a','b'], 1)
trim_array(array[1,2,3], 1)
x from unnest(array[3,1,2]) x order by x
generate_series(1, 3)
generate_series(3, 1)
generate_series(5, 1, -2)
generate_series(1, 3, 0)
* from generate_series(1, 3) as g
generate_series(1::bigint, 2)
string_to_table('a,b', ',')
unnest(array[1,2]), unnest(array[1,2,3])
array_length(array_fill(7, array[100000]), 1), array_fill(null::int, array[2]), array_fill('x'::text, array[3])
trim_array(ia, 1) from probe where id <> 2 order by id
trim_array(ia, -1) from probe where id = 1
trim_array(ia, 4) from probe where id = 1
array_position(ia, 2, null::int) from probe where id = 1
array_position(ia, 3, i2) from probe where id = 1
array_sort(array[3, null, 1], true), array_sort(array[3, null, 1], true, false), array_sort(array['b', 'a', null], false, true), array_sort(null::int[], true)
id, array_sort(ia, true), array_sort(na, true), array_sort(ta, false, true) from probe order by id
enum_first(m), enum_last(m), enum_range(m), enum_range('ok'::mood, null), enum_range(null::mood, 'ok'), enum_range('ok'::mood, m) from probe order by id
width_bucket(5, array[1, 3, 5, 9]), width_bucket(0.5, array[1, 2.0]), width_bucket('c'::text, array['a', 'b']), width_bucket(i4, ia) from probe where id <> 4
width_bucket(5, array[1, null])
trim_array(ia, 1), ia[1:1], ia[2:2], trim_array(ia, 0), (ia[1:2])[1:1], ta[2:2] from probe order by id
trim_array(ia, 1) from probe where id <> 2 order by id
ia[1:1] as x from probe order by x
