'[1,5]'::int4range, '{[1,3),[3,5]}'::int4multirange, '[2024-01-01,2024-01-05]'::daterange, '(1.50,2]'::numrange, 'empty'::int4range
'[2024-01-01,2024-01-02)'::tsrange, '["2024-01-01 00:00+02",)'::tstzrange, '(,5)'::int4range, '[,5]'::int8range, ' [ 1 , 5 ) '::int4range
'[5,1]'::int4range
'[5'::int4range
'{[1,2)'::int4multirange
'{[1,2),}'::int4multirange
'[infinity,infinity]'::daterange, '[2024-01-01,infinity]'::daterange, '{}'::nummultirange, '[1,1)'::int4range, '(1,2)'::int4range
int4range(1, 5) && int4range(4, 8), int4range(1, 5) * int4range(3, 9), int4range(1, 5) + int4range(5, 9), int4range(1, 9) - int4range(5, 9)
int4range(1, 5) @> 3, 3 <@ int4range(1, 5), int4range(1, 5) @> int4range(2, 3), int4range(2, 3) <@ int4range(1, 5), 'empty' <@ int4range(1, 5)
int4range(1, 5) << int4range(7, 9), int4range(1, 5) >> int4range(7, 9), int4range(1, 5) &< int4range(1, 4), int4range(1, 5) &> int4range(0, 4)
numrange(1, 2, '[]') -|- numrange(2, 3, '()'), numrange(1, 2) -|- numrange(2, 3), numrange(1, 2, '()') -|- numrange(2, 3, '()')
range_merge(int4range(1, 2), int4range(8, 9)), range_merge('{[1,2),[5,6)}'::int4multirange), range_merge(int4range(1, 1), int4range(3, 4))
int4range(1, 5) - int4range(2, 3)
int4range(1, 2) + int4range(5, 6)
int4range(5, 1)
int4range(1, 5, 'x')
int4range(1, 5, null)
lower(int4range(1, 5)), upper(daterange('2024-01-01', '2024-01-05', '[]')), lower(numrange(1.50, 2)), upper(int8range(1, null)), lower('empty'::numrange)
isempty(int4range(1, 1)), lower_inc(int4range(1, 5)), upper_inc(numrange(1, 5, '[]')), lower_inf(int4range(null, 5)), upper_inf(int4range(1, null))
lower(tstzrange('2024-01-01', null)), upper(tsrange('2024-01-01', '2024-02-01')), lower('{[1,5),[7,9)}'::int4multirange), upper('{}'::int4multirange)
isempty('{}'::int4multirange), lower_inc('{[1,5)}'::int4multirange), upper_inf('{[1,)}'::int4multirange)
'{[1,5),[7,9)}'::int4multirange - int4multirange(int4range(2, 3)), '{[1,5)}'::int4multirange + '{[5,7)}', '{[1,5),[7,9)}'::int4multirange * '{[4,8)}'
int4multirange(int4range(1, 2), int4range(2, 4)), int4multirange(), int4multirange(int4range(3, 4)), multirange(int4range(1, 2)), int4multirange(variadic array[int4range(1, 2)])
'{[1,5),[7,9)}'::int4multirange @> 8, '{[1,5)}'::int4multirange @> int4range(1, 3), '{[1,5)}'::int4multirange && '{[4,6)}'::int4multirange, 3 <@ '{[1,5)}'::int4multirange
int4range(1, 9) @> '{[1,5)}'::int4multirange, '{[1,5)}'::int4multirange -|- int4range(5, 6), int4range(0, 1) << '{[1,5)}'::int4multirange, int4range(1, 2) &< '{[1,5)}'::int4multirange
unnest('{[1,5),[7,9)}'::int4multirange)
range_agg(int4range(id, id + 1)), range_intersect_agg(int4range(id, id + 10)), range_agg(int4range(id, id + 1)) filter (where id > 9) from probe
range_intersect_agg(x), range_agg(x) from (values ('{[1,5),[7,9)}'::int4multirange), ('{[2,8)}')) v(x)
x from (values (int4range(3, 5)), ('empty'), (int4range(1, 9)), (int4range(null, 9)), (int4range(1, null)), (int4range(-5, 3)), (int4range(1, 2))) v(x) order by x
x from (values (numrange(3, 5)), ('empty'), (numrange(1.0, 9)), (numrange(1, 9, '(]')), (numrange(-1, null)), (numrange(1.00, 2))) v(x) order by x desc
x from (values ('{[1,5),[7,9)}'::int4multirange), ('{}'), ('{[1,5)}')) v(x) order by x
numrange(1, 2) = numrange(1.0, 2.00), int4range(1, 5) < int4range(1, 6), int4range(1, 5) >= 'empty', count(distinct numrange(n, n)) from probe
id, int4range(id, i4), numrange(n, n, '[]') @> n, daterange(d, null) @> date '2024-01-01', tsrange(ts, null) from probe where id in (1, 4) order by id
int4range_canonical('[1,5)'), int8range_canonical('[1,5)'), daterange_canonical('[2024-01-01,2024-01-03)'), int4range_subdiff(7, 3), int8range_subdiff(3, 7)
numrange_subdiff(1.5, 0.25), daterange_subdiff('2024-01-03', '2024-01-01'), tsrange_subdiff('2024-01-03 12:00', '2024-01-01'), tstzrange_subdiff('2024-01-01', '2024-01-03')
