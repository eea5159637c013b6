'{"a":1,"b":2}'::jsonb = '{"b":2,"a":1}'::jsonb
'{"a": [1, 2],  "b":1}'::jsonb
'{"a": [1, 2],  "b":1}'::json
'{"a":{"b":"c"}}'::jsonb -> 'a'
'{"a":{"b":"c"}}'::jsonb ->> 'a'
'{"a":"x"}'::jsonb ->> 'a'
'{"a":null}'::jsonb -> 'a'
'{"a":null}'::jsonb ->> 'a'
'{"a":1}'::jsonb -> 'z'
'[1,"two",null]'::jsonb -> 1
'[1,"two",null]'::jsonb ->> -2
'[1,2]'::jsonb -> 5
'{"a":  [1,  2]}'::json -> 'a'
'{"a":"x\ny"}'::json ->> 'a'
'{"a":{"b":[1,2]}}'::jsonb #> '{a,b,1}'
'{"a":{"b":[1,2]}}'::jsonb #>> '{a,b}'
'{"a":{"b":[1, 2]}}'::json #> '{a,b}'
'{"a":1,"b":2}'::jsonb @> '{"b":2}'
'[1,2,3]'::jsonb @> '[3,1]'
'[1,2]'::jsonb @> '1'
'{"b":2}'::jsonb <@ '{"a":1,"b":2}'
'{"a":1}'::jsonb ? 'a'
'["a"]'::jsonb ? 'a'
'{"a":1}'::jsonb ?| array['x','a']
'{"a":1}'::jsonb ?& array['x','a']
'{"a":1}'::jsonb || '{"b":2}'
'[1]'::jsonb || '2'
'{"a":1,"b":2}'::jsonb - 'a'
'["a","b"]'::jsonb - 'a'
'[1,2,3]'::jsonb - 1
'{"a":1,"b":2}'::jsonb - array['a','b']
'{"a":{"b":1}}'::jsonb #- '{a,b}'
('{"a":1}'::jsonb)['a']
jsonb_build_object('a', 1, 'b', null, 'c', array[1,2], 'd', 'x"y')
json_build_object('a', 1, 'b', true, 'c', date '2024-01-01', 'd', 1.50)
jsonb_build_array(1, 'a', null, true)
json_build_array(1, 'a', null, 2.5::float8)
to_json('a"b'::text)
to_jsonb(1.50)
to_jsonb(timestamp '2024-01-01 10:11:12.5')
to_json(timestamptz '2024-01-01 10:11:12+02')
to_jsonb(array[1,2])
to_json(array['a',null])
to_json(null::int)
row_to_json(row(1, 'a', null))
row_to_json(x) from (select 1 as a, 'b' as b) x
to_jsonb(x) from (select 1 as a, array[1,2] as b) x
json_agg(x) from (values (1), (2), (null)) v(x)
jsonb_agg(x order by x desc) from (values (1), (2)) v(x)
json_agg(x) from (select 1 as a union all select 2) x
json_object_agg(k, v) from (values ('a', 1), ('b', 2)) x(k, v)
jsonb_object_agg(k, v) from (values ('b', 1), ('a', 2)) x(k, v)
jsonb_array_elements('[1,"a",{"b":null}]')
jsonb_array_elements_text('[1,"a",null]')
json_array_elements('[1, {"a":  2}]')
jsonb_array_elements('{"a":1}')
jsonb_each('{"b":1,"a":[2]}')
* from jsonb_each('{"b":1,"a":[2]}')
* from jsonb_each_text('{"b":1,"a":"x"}') as t(k, v)
jsonb_object_keys('{"b":1,"a":2}')
json_object_keys('{"b":1,"a":2}')
jsonb_array_length('[1,2,3]')
jsonb_array_length('{"a":1}')
jsonb_typeof('1')
jsonb_typeof('null')
json_typeof('[1]')
jsonb_pretty('{"a":[1,{"b":2}]}')
jsonb_set('{"a":{"b":1}}', '{a,b}', '2')
jsonb_set('{"a":1}', '{b}', '2')
jsonb_set('{"a":1}', '{b}', '2', false)
jsonb_set('[1,2]', '{0}', '"x"')
jsonb_insert('{"a":[0,1]}', '{a,1}', '9')
jsonb_insert('{"a":[0,1]}', '{a,1}', '9', true)
jsonb_strip_nulls('{"a":1,"b":null,"c":[null]}')
json_strip_nulls('{"a":1,"b":null}')
jsonb_extract_path('{"a":{"b":1}}', 'a', 'b')
jsonb_extract_path_text('{"a":{"b":"x"}}', 'a', 'b')
json_object('{a,1,b,2}')
jsonb_object('{a,b}', '{1,2}')
'1.50'::jsonb::numeric
'5'::jsonb::int
'"x"'::jsonb::int
'true'::jsonb::bool
'{"a":1'::jsonb
'[1, 2]'::jsonb < '[1, 3]'::jsonb
x from (values ('1'::jsonb), ('"a"'), ('null'), ('[]'), ('{}'), ('true')) v(x) order by x
count(distinct x) from (values ('1.0'::jsonb), ('1.00')) v(x)
'{"a":1}'::jsonb::text
jsonb_set(jb, array['a', null], '1') from probe where id = 1
jsonb_set(jb, array[null, 'a'], '1') from probe where id = 1
jsonb_insert(jb, array[null, 'a'], '1') from probe where id = 1
jsonb_strip_nulls('[1,null,{"a":null}]'::jsonb, true), json_strip_nulls('[1,null,{"a":null}]'::json), jsonb_strip_nulls('[null]', null)
array_to_json(ia, false), array_to_json(ia, null) from probe order by id
'3.10'::jsonb -> 0, '3'::jsonb ->> -1, '3'::jsonb -> 1, '{}'::jsonb -> 0, jsonb '"s"' -> 0, 'null'::jsonb -> 0
json_object_agg_strict(t, n order by id), jsonb_object_agg_strict(t, n order by id) from probe where t is not null
json_object_agg_strict(id, n) filter (where id = 3), json_agg_strict(n) filter (where id = 3), jsonb_agg_strict(n) filter (where id > 9) from probe
json_object_agg_unique(id, t order by id), jsonb_object_agg_unique(id, t), json_object_agg_unique_strict(id, n order by id), jsonb_object_agg_unique_strict(id, n) from probe
json_object_agg_unique(i4, t) from probe where i4 is not null
* from json_to_record('{"a":1}') as x(a int)
* from json_to_record('{"a":1,"b":"x","c":[1,2],"d":{"e": 1},"f":null,"g":1.256,"h":true,"i":"2024-01-02"}') as x(a int, b text, c int[], d json, f int, g numeric(4,1), h bool, i date, j text, "B" text)
* from jsonb_to_record('{"a":1,"b":"x","c":["a",null],"d":{"e": 1},"f":null,"g":1.256,"h":true}') as x(a text, b text, c text[], d jsonb, f text, g varchar(3), h text)
* from jsonb_to_record('{"g":"abcdef"}') as x(g varchar(3))
* from json_to_record('[1]') as x(a int)
* from jsonb_to_record('1') as x(a int)
* from json_to_record(null) as x(a int)
* from json_to_record('{"a":"x"}') as x(a int)
* from json_to_record('{"a":"{1,2}"}') as x(a int[])
* from json_to_record('{"a":5}') as x(a int[])
* from jsonb_to_recordset('[{"a":1,"b":"x"},{"a":2}]') as t(a int, b text)
* from json_to_recordset('[{"a":1,"b":"x"},{"a":2,"b":[1, 2]}]') as t(a int, b text)
* from jsonb_to_recordset('{}') as t(a int, b text)
* from json_to_recordset('[1]') as t(a int, b text)
* from jsonb_to_recordset('[]') as t(a int, b text)
id, x.* from probe, jsonb_to_record(jb) as x(a text, b text) where id in (1, 4) order by id
json_populate_record(null::probe, '{"id":1,"t":"x","n":1.50,"m":"ok","ia":[1,2]}')
(jsonb_populate_record(null::probe, '{"id":1,"t":"x"}')).t
* from json_populate_record(null::probe, '{"id":1,"t":"x"}')
* from jsonb_populate_record((select probe from probe where id = 1), '{"t":"new","n":null}')
* from json_populate_recordset(null::probe, '[{"id":1,"t":"x"},{"id":2,"d":"2024-01-01"}]')
id, t from jsonb_populate_recordset(null::probe, '[{"id":1,"t":"x"},{"id":2}]')
json_populate_record(null::probe, '1')
jsonb_populate_recordset(null::probe, '[]'::jsonb)
jsonb_populate_recordset(null::probe, '[{"id":1,"t":"x","m":"sad","ia":[1,null]},{"id":2}]'::jsonb)
(json_populate_recordset(null::probe, '[{"id":1,"t":"x"},{"id":2}]')).t
json_strip_nulls('{"a":1e300, "b" : 1.0,"a":-0 ,"c":[1E5, null ,{"x":null , "x":1}], "d":null, "\u0041":"\u0041\/b\n", "e":"null"}'::json)
json_strip_nulls('[null, 1E5 , null,{"k":null}, [ null ], {"k":null,"l":[]}, null]'::json, true), json_strip_nulls('[null]', false), json_strip_nulls(' null '::json, true)
json_strip_nulls('{"a":"\u0000"}'::json)
'{"b":{"a":1}, "b": 5}'::json #> '{b,a}', '{"b":{"a":1}, "b": 5}'::json -> 'b', '{"a":[1,2,3],"a":[5,6]}'::json #> '{a,-1}', '{"a":[1,2,3],"a":[5,6,7,8]}'::json #> '{a,-1}'
' -0 '::json #> '{}', ' "\u0041" '::json #>> '{}', ' null '::json #>> '{}', ' [ 1E5 ] '::json #> '{}', ' 1.0 '::json #>> '{}'
'[1,2]'::json #> '{+1}', '[1,2]'::json #> array[' 1'], '[1,2]'::json #> array['1 '], '[1,2]'::json #> '{99999999999}', '[1,2]'::json #> '{0_1}', '{"\u0000":1}'::json #> array['a',null]
'[1,2]'::jsonb #> '{+1}', '[1,2]'::jsonb #> array[' 1'], '[1,2]'::jsonb #> array['1 '], '[1,2]'::jsonb #> '{99999999999}', '[1,2]'::jsonb #> '{0_1}'
jsonb_set('[1,2]', '{+1}', '3'), jsonb_set('[1,2]', array[' -1'], '3')
jsonb_set('[1,2]', '{1_0}', '3')
jsonb_set('[1,2]', '{99999999999}', '3')
'{"a":"\u0000", "b":1}'::json -> 'b'
'{"a":"\ud83d", "b":1}'::json ->> 'b'
json_typeof('{"a":"\u0000"}'::json), json_array_length('["\u0000"]'::json), json_array_elements('["\u0000", 1E5]'::json)
json_array_elements('{"a":1}'::json)
json_array_elements_text('"\u0000"'::json)
json_array_elements_text('1'::json)
json_each('[1]'::json)
json_each_text('1'::json)
json_each('{"a":"\u0000"}'::json)
json_object_keys('{"a":1,"b":"\u0000"}'::json)
json_object_keys('{"a":1,"\u0061":2,"a":3}'::json)
* from json_to_record('{"a":"\u0041\/", "b":"\u0041\/", "c":["\u0041", 1E5, null], "d":1E5, "d":-0}') as x(a json, b jsonb, c json[], d json)
* from json_to_record('{"a":"\u0000"}') as x(b int)
* from json_to_record('{"c":["\u0041", 1E5, {"b":1, "a":1e2}]}') as x(c jsonb[])
