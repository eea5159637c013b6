'$.a'::jsonpath, 'strict $[*] ? (@.b > 1)'::jsonpath, '$.**{2 to last}.c'::jsonpath, '($.a + 1 * 2)'::jsonpath
'$.a ? (@ like_regex "^x" flag "im" || exists(@.b) && !(@ == 1))'::jsonpath, '$ ? ((@.x == 1) is unknown)'::jsonpath
'$.a.decimal(5,2).datetime("YYYY").time(3).abs()'::jsonpath, '$v + $"w x" - -1.50'::jsonpath
'$.'::jsonpath
'@.a'::jsonpath
'last'::jsonpath
''::jsonpath
'$.a.foo()'::jsonpath
'$.a ? (@ like_regex "a" flag "z")'::jsonpath
'1e'::jsonpath
'"\u0000"'::jsonpath
'strict $.a.b'::jsonpath
'lax $'::jsonpath
'$[*] ? (@ > 1)'::jsonpath
'$.**'::jsonpath
'$.**{2}'::jsonpath
'$.**{2 to 4}'::jsonpath
'$.**{last}'::jsonpath
'$.**{2 to last}'::jsonpath
'$.**{last to 3}'::jsonpath
'$[0, 1 to 2, last - 1, last]'::jsonpath
'$.a.b.*'::jsonpath
'$.*'::jsonpath
'$."a b"."c\"d"'::jsonpath
'$.a ? (@.b == 1 && @.c != "x" || !(@.d < 2))'::jsonpath
'$.a ? (exists (@.b ? (@ > 1)))'::jsonpath
'($.a > 1) is unknown'::jsonpath
'$.a > 1'::jsonpath
'$.a + 1 * 2 - -3'::jsonpath
'-($.a + 1)'::jsonpath
'- $.a'::jsonpath
'+1'::jsonpath
'-1.50'::jsonpath
'-0'::jsonpath
'($.a + 1).abs()'::jsonpath
'(1).type()'::jsonpath
'1.type()'::jsonpath
'1 .type()'::jsonpath
'$.a.type().size().floor().ceiling().double().abs().keyvalue()'::jsonpath
'$.a.datetime()'::jsonpath
'$.a.datetime("YYYY")'::jsonpath
'$.a.decimal(5,2)'::jsonpath
'$.a.decimal(-5, +2)'::jsonpath
'$.a.decimal()'::jsonpath
'$.a.decimal(1,2,3)'::jsonpath
'$.a.time(3).string()'::jsonpath
'$.a.time_tz()'::jsonpath
'$.a.timestamp(2)'::jsonpath
'$.a.timestamp_tz()'::jsonpath
'$.a.bigint().integer().number().boolean().date()'::jsonpath
'$.a ? (@ starts with "x")'::jsonpath
'$.a ? (@ starts with $v)'::jsonpath
'$.a ? (@ like_regex "^a.*" flag "im")'::jsonpath
'$.a ? (@ like_regex "^a.*" flag "xq")'::jsonpath
'$.a ? (@ like_regex "^a.*" flag "x")'::jsonpath
'$.a ? (@ like_regex "^a.*" flag "z")'::jsonpath
'$v + $"w x"'::jsonpath
'@'::jsonpath
'$.last'::jsonpath
'$.type'::jsonpath
'$.is.to.abs'::jsonpath
'$.true'::jsonpath
'$.TRUE'::jsonpath
'null'::jsonpath
'true'::jsonpath
'TRUE'::jsonpath
'"abc"'::jsonpath
'"a\u0041\x41\t"'::jsonpath
'"\ud83d\ude00"'::jsonpath
'"\ud83d"'::jsonpath
'''abc'''::jsonpath
'$.a b'::jsonpath
'$.a.'::jsonpath
'$.a['::jsonpath
'$.a[1'::jsonpath
'$.a ? (@ > )'::jsonpath
'$.a ? @ > 1'::jsonpath
'$ == 1 == 2'::jsonpath
'1 + (2 > 3)'::jsonpath
'!$.a'::jsonpath
'!($.a)'::jsonpath
'!exists($.a)'::jsonpath
'exists($.a).b'::jsonpath
'(exists($.a)).b'::jsonpath
'$.a == 1.'::jsonpath
'.5'::jsonpath
'1e5'::jsonpath
'1e+'::jsonpath
'01'::jsonpath
'1a'::jsonpath
'0x1F'::jsonpath
'1_000'::jsonpath
'1__0'::jsonpath
'$.a /* comment */ .b'::jsonpath
'$.a /* comment'::jsonpath
'"abc'::jsonpath
'$.a && $.b'::jsonpath
'strict'::jsonpath
'lax'::jsonpath
'$$'::jsonpath
'$a$b'::jsonpath
'foo'::jsonpath
'foo()'::jsonpath
'$ ? (@.a == 1) ? (@.b == 2)'::jsonpath
'$.a[$.b]'::jsonpath
'$[last]'::jsonpath
'$.a\u0062'::jsonpath
'$.\t'::jsonpath
'$.a\'::jsonpath
'1.5.type()'::jsonpath
'(1.5).type()'::jsonpath
'$.a ? (1 == 1).b'::jsonpath
'((($.a)))'::jsonpath
'(($.a == 1))'::jsonpath
'$.a * (2 + 3) / 4 % 5'::jsonpath
'1 - 2 - 3'::jsonpath
'1 - (2 - 3)'::jsonpath
'$.a ? ((@ == 1) is unknown)'::jsonpath
'$.a[*].b[*] > 3 && $.c'::jsonpath
'$.c == $.d.e'::jsonpath
'$.été'::jsonpath
'$.a-b'::jsonpath
'$.a - 1'::jsonpath
'$.a-1'::jsonpath
'$.123'::jsonpath
'$.a.1'::jsonpath
'#'::jsonpath
'$.a ? (@.x == "\q")'::jsonpath
'"\u{41}"'::jsonpath
'"\u{4"'::jsonpath
'"\x4"'::jsonpath
'"\u12"'::jsonpath
'{$.a,"$.b[*]"}'::jsonpath[]
jsonb_path_query('{"a":[1,2,{"b":3}]}', '$.a[*]')
jsonb_path_query('{"a":[1,2,{"b":3}]}', '$.a')
jsonb_path_query('{"a":[{"b":1},{"b":2},{"c":3}]}', '$.a.b')
jsonb_path_query('{"a":[{"b":1},{"b":2},{"c":3}]}', 'strict $.a.b')
jsonb_path_query('{"a":[{"b":1},{"b":2},{"c":3}]}', 'strict $.a[*].b')
jsonb_path_query('{"a":[{"b":1},{"b":2},{"c":3}]}', 'strict $.a[*].b', silent => true)
jsonb_path_query('{"a":1}', 'strict $.b')
jsonb_path_query('[1,[2,[3,4]],{"x":[5]}]', '$.**')
jsonb_path_query('[1,[2,[3,4]],{"x":[5]}]', '$.**{1}')
jsonb_path_query('[1,[2,[3,4]],{"x":[5]}]', '$.**{1 to 2}')
jsonb_path_query('[1,[2,[3,4]],{"x":[5]}]', '$.**{last}')
jsonb_path_query('[1,[2,[3,4]],{"x":[5]}]', 'strict $.**{2 to last}.x')
jsonb_path_query('{"a":{"b":{"b":1}},"b":2}', 'strict $.**.b')
jsonb_path_query('{"b":1,"aa":2,"a":3}', '$.*')
jsonb_path_query('[{"b":1},{"aa":2}]', '$.*')
jsonb_path_query('[{"b":1},{"aa":2}]', 'strict $.*')
jsonb_path_query('1', 'strict $[*]')
jsonb_path_query('1', '$[*]')
jsonb_path_query('[10,20,30,40]', '$[0,last,1 to 2]')
jsonb_path_query('[10,20,30,40]', '$[last - 1 to last]')
jsonb_path_query('[10,20,30,40]', '$[1.7]')
jsonb_path_query('[10,20,30,40]', '$[-1 to 9]')
jsonb_path_query('[10,20,30,40]', 'strict $[4]')
jsonb_path_query('[10,20,30,40]', 'strict $[2 to 1]')
jsonb_path_query('[10,20,30,40]', '$["a"]')
jsonb_path_query('[10,20,30,40]', '$[10000000000]')
jsonb_path_query('{"a":1}', 'strict $[0]')
jsonb_path_query('{"a":1}', '$[0].a')
jsonb_path_query('[[1,2],[3]]', '$[*][0]')
jsonb_path_query('[[1,2],[3]]', '$[last][last]')
jsonb_path_query('[1,2,3,"x",null,true]', '$[*] ? (@ > 1)')
jsonb_path_query('[1,2,3,"x",null,true]', '$ ? (@ >= 2)')
jsonb_path_query('[1,2,3,"x",null,true]', '$[*] ? (@ == null)')
jsonb_path_query('[1,2,3,"x",null,true]', '$[*] ? (@ != null)')
jsonb_path_query('[1,2,3,"x",null,true]', '$[*] ? (@ < true)')
jsonb_path_query('[1,2,3,"x",null,true]', '$[*] ? ((@ > 1) is unknown)')
jsonb_path_query('[1,2,3,"x",null,true]', '$[*] ? (!(@ > 1))')
jsonb_path_query('["a","b","B","été"]', '$[*] ? (@ > "a")')
jsonb_path_query('["a","b","B"]', '$[*] ? (@ >= "a" && @ <= "b")')
jsonb_path_query('{"a":[1,5],"b":3}', '$ ? (@.a[*] > @.b)')
jsonb_path_query('{"a":[1,5],"b":3}', '$.a[*] ? (@ > $.b)')
jsonb_path_query('{"a":[1,"x"],"b":3}', '$ ? (@.a[*] > 0)')
jsonb_path_query('{"a":[1,"x"],"b":3}', 'strict $ ? (@.a[*] > 0)')
jsonb_path_query('[{"a":1,"b":2},{"a":3}]', '$[*] ? (exists(@.b)).a')
jsonb_path_query('[{"a":1,"b":2},{"a":3}]', 'strict $[*] ? (exists(@.b)).a')
jsonb_path_query('[{"a":1,"b":2},{"a":3}]', '$[*] ? (@.b == 2 || @.a == 3).a')
jsonb_path_query('["abc","ABC","xbc","a\nb"]', '$[*] ? (@ like_regex "^a")')
jsonb_path_query('["abc","ABC","xbc","a\nb"]', '$[*] ? (@ like_regex "^a" flag "i")')
jsonb_path_query('["abc","ABC","xbc","a\nb"]', '$[*] ? (@ like_regex "a.b")')
jsonb_path_query('["abc","ABC","xbc","a\nb"]', '$[*] ? (@ like_regex "a.b" flag "s")')
jsonb_path_query('["abc","ABC","xbc","a\nb"]', '$[*] ? (@ like_regex "^b" flag "m")')
jsonb_path_query('["a.c","abc"]', '$[*] ? (@ like_regex "a.c" flag "q")')
jsonb_path_query('["abc","abd",1]', '$[*] ? (@ starts with "ab")')
jsonb_path_query('["abc","abd",1]', '$[*] ? (@ starts with $p)', '{"p":"abd"}')
jsonb_path_query('[1,2,3]', '$[*] ? (@ > $x)', '{"x":1.5}')
jsonb_path_query('[1,2,3]', '$[*] ? (@ > $y)', '{"x":1.5}')
jsonb_path_query('[1,2,3]', '$x[*].a', '{"x":[{"a":1}]}')
jsonb_path_query('1', '$', '[1]')
jsonb_path_query('{"a":2,"b":3}', '$.a * $.b + 1')
jsonb_path_query('{"a":2,"b":3}', '$.a / $.b')
jsonb_path_query('{"a":2,"b":3}', '$.b % $.a')
jsonb_path_query('{"a":2,"b":0}', '$.a / $.b')
jsonb_path_query('{"a":2,"b":0}', '$.a / $.b', silent => true)
jsonb_path_query('{"a":[1,2]}', '$.a + 1')
jsonb_path_query('{"a":[2]}', '$.a + 1')
jsonb_path_query('{"a":2}', '1 - $.b')
jsonb_path_query('[1,-2,3.50]', '-$[*]')
jsonb_path_query('[1,-2,3.50]', '+$')
jsonb_path_query('[1,"x"]', '-$[*]')
jsonb_path_query('[1,2]', '($[0] + $[1]).type()')
jsonb_path_query('{"a":1}', '($.a == 1).type()')
jsonb_path_query('{"a":1}', '$.a == 1')
jsonb_path_query('{"a":1}', '$.a > "x"')
jsonb_path_query('{"a":1}', '$.b == 1')
jsonb_path_query('[null,true,1,"x",[],{}]', '$[*].type()')
jsonb_path_query('[null,true,1,"x",[1,2],{}]', '$[*].size()')
jsonb_path_query('[1]', 'strict $[0].size()')
jsonb_path_query('[-1.5,2.5]', '$[*].abs()')
jsonb_path_query('[-1.5,2.5]', '$.ceiling()')
jsonb_path_query('[-1.5,2.5]', '$.floor()')
jsonb_path_query('["x"]', '$.abs()')
jsonb_path_query('[1,"x",2]', '$[*].abs()', silent => true)
jsonb_path_query('["1.5",2.50,"1e3"]', '$.double()')
jsonb_path_query('"x"', '$.double()')
jsonb_path_query('"inf"', '$.double()')
jsonb_path_query('true', '$.double()')
jsonb_path_query('["12",2.5,-2.5]', '$.bigint()')
jsonb_path_query('"1.5"', '$.bigint()')
jsonb_path_query('12345678901234567890', '$.bigint()')
jsonb_path_query('["12",2.5]', '$.integer()')
jsonb_path_query('12345678901', '$.integer()')
jsonb_path_query('null', '$.integer()')
jsonb_path_query('[true,0,7,"t","off","1"]', '$.boolean()')
jsonb_path_query('1.5', '$.boolean()')
jsonb_path_query('"maybe"', '$.boolean()')
jsonb_path_query('[]', 'strict $.boolean()')
jsonb_path_query('["1.50",2.5,"1e2"]', '$.number()')
jsonb_path_query('"nan"', '$.number()')
jsonb_path_query('["1.555",123.4]', '$.decimal(5,1)')
jsonb_path_query('123.4', '$.decimal(2)')
jsonb_path_query('123.4', '$.decimal(2,-1)')
jsonb_path_query('123.4', '$.decimal(0)')
jsonb_path_query('123.4', '$.decimal()')
jsonb_path_query('["x",1.50,true]', '$.string()')
jsonb_path_query('null', '$.string()')
jsonb_path_query('"2023-08-15"', '$.date().string()')
jsonb_path_query('{"a":1,"bb":[2]}', '$.keyvalue()')
jsonb_path_query('[{"a":1},{"b":{"c":2.5}}]', '$[*].keyvalue()')
jsonb_path_query('[{"a":1},{"b":{"c":2.5}},"xyz",{"q":null}]', '$.keyvalue().keyvalue()')
jsonb_path_query('{"a":"text","b":{"c":{"d":1}},"n":1e70}', '$.b.c.keyvalue()')
jsonb_path_query('1', '$v.keyvalue()', '{"v":{"a":1}}')
jsonb_path_query('1', '$.keyvalue()')
jsonb_path_query('["2023-08-15","12:34:56","12:34:56.5 +05:30","2023-08-15 12:34:56","2023-08-15T12:34:56.789+02"]', '$[*].datetime()')
jsonb_path_query('["2023-08-15","12:34:56","12:34:56+05","2023-08-15 12:34:56","2023-08-15T12:34:56Z"]', '$[*].datetime().type()')
jsonb_path_query('"2023-13-15"', '$.datetime()')
jsonb_path_query('"x"', '$.date()')
jsonb_path_query('1', '$.datetime()')
jsonb_path_query('"2023-08-15 12:34:56"', '$.date()')
jsonb_path_query('"2023-08-15 12:34:56.789"', '$.time()')
jsonb_path_query('"2023-08-15 12:34:56.789"', '$.time(1)')
jsonb_path_query('"2023-08-15 12:34:56.789"', '$.timestamp(0)')
jsonb_path_query('"2023-08-15"', '$.timestamp()')
jsonb_path_query('"12:34:56"', '$.timestamp()')
jsonb_path_query('"12:34:56+05:30"', '$.time_tz()')
jsonb_path_query('"2023-08-15 12:34:56+05:30"', '$.timestamp_tz(0)')
jsonb_path_query('"2023-08-15 12:34:56+05:30"', '$.date()')
jsonb_path_query('"2023-08-15"', '$.timestamp_tz()')
jsonb_path_query('"12:34:56"', '$.date()')
jsonb_path_query_tz('"2023-08-15 12:34:56+05:30"', '$.date()')
jsonb_path_query_tz('"2023-08-15 12:34:56+05:30"', '$.timestamp()')
jsonb_path_query_tz('"2023-08-15 12:34:56+05:30"', '$.time_tz()')
jsonb_path_query_tz('"2023-08-15"', '$.timestamp_tz()')
jsonb_path_query('["2023-08-15","2023-08-16","2023-08-15 00:00:00"]', '$[*].datetime() ? (@ == "2023-08-15".date())')
jsonb_path_query('["2023-08-15","2023-08-15 01:00:00+01"]', '$[*].datetime() ? (@ < "2023-08-16".date())')
jsonb_path_query_tz('["2023-08-15","2023-08-15 01:00:00+01"]', '$[*].datetime() ? (@ < "2023-08-16".date())')
jsonb_path_query('["12:00:00+01","11:00:00+00","12:00:00+00"]', '$[*].datetime() ? (@ <= "11:00:00+00".time_tz())')
jsonb_path_query('["12:00:00","11:00:00"]', '$[*].datetime() ? (@ < "2023-08-15".date())')
jsonb_path_exists('{"a":[1,2,3]}', '$.a[*] ? (@ > 2)')
jsonb_path_exists('{"a":[1,2,3]}', '$.a[*] ? (@ > 5)')
jsonb_path_exists('{"a":1}', 'strict $.b')
jsonb_path_exists('{"a":1}', 'strict $.b', silent => true)
jsonb_path_exists('{"a":1}', '-$.b')
jsonb_path_exists('{"a":"x"}', '$ ? (!exists(-@.a))')
jsonb_path_exists_tz('{"a":[1,2,3]}', '$.a[*] ? (@ > $x)', '{"x":2}')
jsonb_path_match('{"a":[1,2,3]}', 'exists($.a[*] ? (@ > 2))')
jsonb_path_match('{"a":[1,2,3]}', '$.a[0] > 0')
jsonb_path_match('{"a":[1,2,3]}', '$.a')
jsonb_path_match('{"a":[1,2,3]}', '$.a', silent => true)
jsonb_path_match('{"a":1}', '$.a == "x"')
jsonb_path_match_tz('{"a":"2023-08-15"}', '$.a.date() < "2023-08-16T00:00:00+00".datetime()')
jsonb_path_query_array('{"a":[1,2,{"b":1}]}', '$.a[*]')
jsonb_path_query_array('{"a":1}', '$.b'), jsonb_path_query_array_tz('{"a":1}', '$.a')
jsonb_path_query_first('{"a":[1,2]}', '$.a[*]'), jsonb_path_query_first('{"a":[1,2]}', '$.b'), jsonb_path_query_first_tz('{"a":[1,2]}', '$.a[1]')
'{"a":[1,2]}'::jsonb @? '$.a[*] ? (@ > 1)', '{"a":[1,2]}'::jsonb @? '$.a[*] ? (@ > 2)', '{"a":1}'::jsonb @? 'strict $.b'
'{"a":[1,2]}'::jsonb @@ '$.a[*] > 1', '{"a":[1,2]}'::jsonb @@ '$.a', '{"a":1}'::jsonb @@ 'strict $.b == 1'
id, jb @? '$.a', jsonb_path_query_array(jb, '$.**') from probe order by id
id, x from probe, jsonb_path_query(jb, '$[*]') as x order by id, x
jsonb_path_query_array('[1,2,3]', null), jsonb_path_exists(null, '$')
'$.**{3000000000}'::jsonpath
'$.**{2147483647}'::jsonpath, '$.**{0x10 to last}'::jsonpath
jsonb_path_query('1', '"0000-01-01".date()'), jsonb_path_query('1', '"0000-02-29".timestamp()'), jsonb_path_query('1', '"0000-01-01 10:00:00".datetime()')
jsonb_path_query('1', '"300000-01-01".date()')
jsonb_path_query('1', '"5874897-12-31".date()')
jsonb_path_query('1', '"5874898-01-01".date()')
jsonb_path_query('1', '"300000-01-01".timestamp()')
jsonb_path_query('1', '"294276-12-31 23:59:59".timestamp()')
jsonb_path_query('1', '"294277-01-01 00:00:00".timestamp()')
jsonb_path_query('1', '"10000-01-01".date()'), jsonb_path_query('1', '"1-1-1".date()'), jsonb_path_query('1', '"99-1-1".date()')
jsonb_path_query_tz('1', '"2020-01-01".timestamp_tz()'), jsonb_path_query_tz('1', '"0000-01-01".timestamp_tz()')
jsonb_path_query('1', '"2020-07-01 10:00:00 CET".timestamp_tz()'), jsonb_path_query('1', '"2020-07-01 10:00:00 IST".timestamp_tz()')
jsonb_path_query('1', '"2020-07-01 10:00:00 MSK".timestamp_tz()')
jsonb_path_query('1', '"2020-07-01 10:00:00 utc".timestamp_tz()'), jsonb_path_query('1', '"10:00:00 pst".time_tz()')
jsonb_path_query('1', '"2020-07-01 10:00:00 Cuba".timestamp_tz()')
jsonb_path_query('1', '"2020-07-01 10:00:00 EST5EDT".timestamp_tz()')
