to_date('Monday/32at123456', 'ms/hh"at"FMUS')
to_date('03 ', 'MM')
to_date('Marchx', 'FMMonth')
to_date('38.077-monx', 'iyy.DDD-CC.')
to_timestamp('March-17/2', 'FMFF6Tmonth-DD/HH12')
to_timestamp('18-24/2460000/bc', 'IDDD.MI/FMDD/AD')
to_date('17353', 'DD  IDDDFMHH')
to_date('iv17x-04:30at16-02', 'HH24-DD-OF"at"hh24th1AM.')
to_date(' 735', 'OFCC')
to_date('21atfebruary ', 'Y,YYY"at"IDDD/')
to_timestamp('6  27XIIx', 'IYY  HH.RM  ')
to_date('BCxiv-', 'DIDDDthT')
to_timestamp('-31 2023', 'ssss1FMUS/IYYY')
to_timestamp('XIIx', 'DY  ')
to_date('0213.Mondayx99x', 'iy1Y.iyy IW ')
to_date(' 7 1512023x', 'FF3TFMDDDth1IYYY')
to_timestamp('99 27.', 'US/Wth-FF3.')
to_timestamp('99-', 'YYYY.')
to_timestamp('PM  ', 'RM  ')
to_date('30/13at13x', 'TZM/Y,YYY"at"HH241')
to_date('24-33x2460000+03at077.', 'FMHH/q/ff3"at"FMTZH"at"DDD.')
to_date('1,23424x7-', 'IWmi"at"Q')
to_timestamp('246000012324x1337', 'DYFMmsSS  HH241SSSSS')
to_date('BC 02425.20241', 'YY YYYJ.Q1')
to_timestamp('-3T', 'FXT')
to_date('EST/37atEST ', 'FMDay/FMY,YYY"at"Y,YYY ')
to_date('x2 -3-', 'MMth  w FMW-')
to_date('-', 'HH24T')
to_timestamp('2024 19-3x12 ', 'FMIW-WW  ms/IYY/')
to_timestamp('february ', 'iyyy-')
to_date('2110-', 'FMFF31yyth"at"')
to_timestamp('11/', 'FMHH12/')
to_timestamp('xx123456. 7T24-', 'FMIDDD/US.IYYYTHH ')
to_timestamp('Friday/14', 'Day/FMY  ')
to_timestamp('123456at40-15-', 'YY"at"p.m.  FX-')
to_timestamp('Monday/-3-', 'rm/FMHH1')
to_timestamp('12 ', 'MS1')
to_date('2023-', 'IYYY')
to_date('077-februaryXIIx', 'FMDDD"at"FMIWFMMI"at"')
to_date('ad x18200 -3', 'Q dytzmTUSth"at"DDD')
to_timestamp('12-15-17', 'YY.FMSSSS IW')
to_date('IVx', 'RM-')
to_timestamp('02/29  iv Friday-', 'tz/FMw  ff6 FMDay  ')
to_timestamp('37 17-EST-5 ', 'J dd"at"MI-FMWWT')
to_date('31ESTat2024 ', 'IYYY  FMJ"at"FMYYYY')
to_timestamp('24 ', 'FMHH24T')
to_timestamp('-3 121', 'FMID1TZM1')
to_timestamp('14/fri 077.', 'HH/DY DDD.')
to_date('Fridayfebruary077x1232024-', 'DayDDDDD.MSSSSS-')
to_date('215/IV-', 'CC"at"HH12th/RM.')
to_timestamp('12.22-5 +03-17-', 'AM.D iyyy TZH-dd-')
to_date('99at6', 'iyyy"at"j')
to_timestamp('024 15-319 024', 'YYY MonthIYYIDDD YYY')
to_date('XII-', 'FMJ ')
to_timestamp('', 'FMms')
to_timestamp('2', 'FMIDDD ')
to_date('mar', 'FMmon/')
to_timestamp('077123456 +5-13-', 'DDDUS1ssss-p.m. ')
to_timestamp('0x2023/ESTx15at1', 'YIYYY/Y.YY"at"Y')
to_timestamp('PM1BC', 'FMB.C.1DDD')
to_timestamp('200T2 ', 'MMthTAD ')
to_timestamp('a.m..PMat0-33-12-', 'SSSSS.TZ"at"SSSS1B.C.TFMiddd')
to_timestamp('2460000x25x33  2460000/2T', 'MonthTFMW"at"HH  MI/FF3T')
to_timestamp('25-+05:30-31T17-Mondayat', 'hh-DD-DTDD"at"IW"at"')
to_date('18.mon.10x', 'TZM.FMYY.Y,YYY1')
to_timestamp('3128x13', 'FMff3  D HH24-')
to_timestamp('BC ESTx35 ', 'MonthIYYY IY')
to_timestamp('2', 'CCT')
to_timestamp('0-Monday-', 'msTQ')
to_timestamp('monx8at123456atPM ', 'FMY,YYY-yy"at"I"at"DD ')
to_timestamp('24-2 123xPM21x', 'mm-w.MS p.m.1SSSSthT')
to_date('March114/', 'MONth1TZM/')
to_date('2-2460000/', 'FF3-IDDD/')
to_timestamp('+03-iv 10', 'FMTZH WW-Y"at"')
to_date('24 february ad ', 'YYY OFth"at"HH24')
to_date('024x123  ', 'YYY  ms  ')
to_date('8x0-9T35xx-', 'FMyFMMONQTFMIYYthFMY ')
to_timestamp('40400TMonday-2', 'y,yyyY1FMp.m.TTZH-HH')
to_timestamp('200 20 10 27-40', 'FMIYYY iy  FMI FMFF3TFF3')
to_timestamp('8atfebruary.', 'p.m.th"at"day.')
to_timestamp('0xMarchx12atFeb-iv', 'AMMonthFMYY"at"ww  YYYY-')
to_date('15', 'yyy1')
to_date('BC.99-20241february/', 'MS.TZHYYYY1Y/')
to_date('+05:30-5xmonT+03 71', 'IYY"at"FMIDDYTTZH ww1')
to_timestamp('29-123456 14024xMondayT', 'IY1am"at"yyyyy-HHT')
to_date('02-11 ', 'FF31FMHH12/')
to_date('25-39/99 0-', 'Q"at"HH12th/WW/SS.')
to_timestamp(' 7 077atfrix', 'YYYY  DDD"at"FMDY')
to_date('34x+5x 7.fri 27-', 'TZMDDD IW.DY W/')
to_date('202459  ', 'YYYYSS  ')
to_date('34  x03at','FX  JMM"at"')
to_timestamp('17--3.','FMIW-ID.')
to_timestamp('1512 ','FMFF3FF3th')
to_timestamp('13-24T123456at','HH24SSSSthTUS"at"')
to_date('-45at200 Friday','Day FMMI')
to_timestamp('024 +03-024  ','yyy TZH-YYY  ')
to_date('2 Monday1 7T 7 17','FMfxTIY1rmThh241iw-')
'10:'::time, '10:20:'::time,'10:20.5'::time,'10:20:30.'::time
'10::20'::time
'10:20:30:40'::time
'10'::time
'T10'::time
'T1030'::time
'103'::time
'1030'::time
'103045.5'::time
'1030.5'::time
'2024-01-01 T10'::timestamp
'2024-01-01 10'::timestamp
'2024-01-01T10'::timestamp
'2024-01-01 1030'::timestamp
'2024-01-01 1030.5'::timestamp
'2024-01-01T1030'::timestamp
'2024-01-01T103'::timestamp
'10:20.5'::timestamp
'2024-01-01 10:20.5'::timestamp
'2024-01-01 10:20.'::timestamp
'1 10:20.5'::interval, '10:'::interval, '10::5'::interval, '10:20:.5'::interval, '-10:'::interval
'10:20:30:40'::interval
'10:.5'::interval, '10:.'::interval
'10:.5'::time
'10:60'::time
'100:20.5'::time
'59:20.5'::time
'60:20.5'::time
'10:20:60'::time
'10:20:61'::time
'10:60'::interval
'10:20:60'::interval, '10:20:60.5'::interval
'999999999999:00'::interval
'10:20:99999999999'::time
'99999999999:00'::time
to_char(0.1, '0.1'), to_char(1e30::numeric, '0.1'), to_char('0.1'::numeric/1e30, '9.99'), to_char(0.1::float8, '9.x'), to_char(5, '9.x'), to_char(5, 'FM9.9.'), to_char(5,'9 x')
to_char(5,'9,.x'), to_char(5, '9.th'), to_char(5,'S9.'), to_char(5,'9.S'), to_char(5, 'FM9.x'),to_char(-5, '9.PRx'), to_char(1234, '9,999.x')
id, unnest(ia) from probe order by id
id, unnest(ia)+1, unnest(ta), i4 from probe order by id desc limit 3
id, regexp_split_to_table(repeat(concat_ws(t, f8, '1'::float8), '13'::int4), 'a') FROM probe WHERE id <> 3 ORDER BY id
b, sum(i4), unnest(array_agg(id order by id)) + sum(i4) from probe group by b order by b nulls first
id, jsonb_each(jb) from probe where id in (1,4) order by id
id, unnest(ia) as x from probe order by x, id
id, unnest('{{1,2},{3,4}}'::int4[]) from probe where id < 3 order by 1
i4, unnest(ia), row_number() over (order by id) from probe order by i4, id
unnest(na), n from probe order by n * 2 nulls first
n / 3, unnest(array[n, n*2]) from probe order by id
(select unnest(array[q.id, 1]) order by 1 limit 1) from probe q order by id
id, (select count(*) from (select unnest(ia) order by probe.id) x) from probe order by id
with w as (select 1 as a) select a, unnest(array[1,2]) from w order by a offset 1
iv, unnest(array[iv, iv * 2]) from probe order by id
row(id, n), unnest(array[1,2]), probe from probe order by id desc limit 2
distinct unnest(ia) from probe order by 1
generate_series(1,3), generate_series(1,2) from probe where id = 1 order by id
id, generate_series(1, id) from probe order by id desc offset 2 limit 4
array_agg(x) from (select unnest(ia) x from probe order by id) s
power('123456789012345678901234567890'::numeric, 1.5)
power('123456789012345678901234567890'::numeric, 1.50)
power('123456789012345678901234567890'::numeric, 2.5)
power('123456789012345678901234567890'::numeric, 0.75)
power('12345678901234567890'::numeric, 1.5)
power('1234567890123456789012345678901234567890'::numeric, 1.5)
power('1e28'::numeric, 1.5),power('1e29'::numeric, 1.5),power('1e30'::numeric, 1.5),power('1e31'::numeric, 1.5)
ln('123456789012345678901234567890'::numeric), ln('123456789012345678901234567890.00000000000000000000000000000000000000000000000000'::numeric)
exp(101.1234567890123456789012345678901234567890123456789), exp(60.5), exp(92.12345)
power(3::numeric, 70.5), power(3.1::numeric, 90.5), power(1e10::numeric, 5.5), power(2.5::numeric,-3.7)
(-1)::numeric ^ 1e30::numeric, (-1)::numeric ^ (1e30::numeric+1), (-2.5)::numeric ^ -3
'-infinity'::numeric ^ 1e30::numeric, '-infinity'::numeric ^ (1e30::numeric+1), '-infinity'::numeric ^ -3
1e10::numeric ^ 1000, length((1e10::numeric ^ 10000)::text)
1e1000::numeric ^ 2.5
1.0000000001::numeric ^ 1e12
ln(99999999999999999999999999999.9999::numeric), log(2, 99999999999999999999999999999.9999::numeric)
length((1e10::numeric ^ 13000)::text)
1e10::numeric ^ 14000
length((9.99::numeric ^ 9999)::text), (9.99::numeric ^ 9999)
1e1000::numeric ^ 2.5, 1.5::numeric ^ 3000.5, 1e3000::numeric ^ 0.9
1e1000::numeric ^ 12.5
1e1000::numeric ^ 200.5
1.5::numeric ^ 3000.5
1e3000::numeric ^ 0.9
1e2600::numeric ^ 0.9, 1.5::numeric ^ -3000.5
exp(6000)
length(exp(5999.9)::text), exp(-6000.5), exp(-5999.123), exp(-20), exp(-3000)
0.5::numeric ^ 9000.5, 0.5::numeric ^ 1000.5, 1.0000000001::numeric ^ 0.000000001
1e-1000::numeric ^ -2.5
1e-1000::numeric ^ 2.7
exp(1e20::numeric)
exp(-1e20::numeric), exp(-1e6::numeric)
2::numeric ^ 2147483648
0.9999999::numeric ^ 2147483648, (-0.9999999)::numeric ^ 2147483647
id, generate_series(1, 2) from probe order by id
id, regexp_split_to_table(t, 'a') from probe order by id desc
date_add('2024-02-29 12:34:56+00'::timestamptz, '1 mon'::interval, 'EST5EDT')
date_add('2024-02-29 12:34:56+00'::timestamptz, '1 mon'::interval, 'XYZ-3')
date_add('2024-03-09 12:34:56+00'::timestamptz, '1 day'::interval, '<+03>-3')
date_add('2024-03-09 12:34:56+00'::timestamptz, '1 day'::interval, 'EST')
'2024-03-09 12:34:56+00'::timestamptz at time zone 'XYZ-3:30'
id from probe where false and 1/0 = 1
case when true then 1 else 1/0 end
coalesce(1, 1/0)
i8 - 1 = 9223372036854775807 from probe
i4 + 1 < -2147483648 from probe
-i8 = 5, i8 * -1 > 4 from probe
123456789012345678901234567890::numeric ^ 3, 10::numeric ^ 100, 1e100::numeric ^ 5
123456789012345678901234567890::numeric ^ 0.5
1e10::numeric ^ 1000
1e100::numeric ^ 0.3
to_char(0.1/1e30, '0.1')
to_char(0.1, '0.1'), to_char(1e30::numeric, '0.1'), to_char('0.1'::numeric/1e30, '9.99')
to_char(1e30::float8, '0.1'), to_char(1e30, '999')
make_interval(2147483647), make_interval(0, 2147483647)
make_interval(-2147483648)
make_interval(0, 0, 2147483647)
make_interval(0, 0, 0, 2147483647)
make_interval(0,0,0,0,2147483647,2147483647,1e20)
make_interval(178956970, 7), make_interval(0,0,306783378,1)
make_interval(178956970, 8)
make_interval(secs => 'NaN'), make_interval(secs => 'infinity')
make_interval(0,0,306783378,2)
to_char('1 year 5 mons'::interval, 'Q'), to_char('5 mons'::interval, 'Q YYYY MM')
to_char('-5 mons'::interval, 'Q'), to_char('0'::interval, 'Q'), to_char('12 mons'::interval,'Q')
to_date('', 'YYYY'), to_date('2', 'YYYY-MM-DD'), to_date('2024', 'YYYY-MM-DD'), to_date('20', 'YYYYMMDD'), to_date('202402', 'YYYYMMDD')
to_date('2024-', 'YYYY-MM-DD')
to_date('2024-02', 'IYYY-MM')
to_date('2024-06', 'IYYY-IW'), to_date('2024-06-03', 'IYYY-IW-ID')
to_date('2024-06-03', 'YYYY-IW-DD')
to_date('2024 02 03', 'YYYY IW ID')
to_number('-12', 'S0000'), to_number('12', 'S0000'), to_number('12-', '0000S'), to_number('+12', 'S0000')
to_number('12', 'S9999'), to_number('', 'S0000'), to_number('-', 'S0000'), to_number('a', '9')
to_number('1,234.5', 'S0,000.0'), to_number('<12>','PR0000'), to_number('<12>','0000PR')
extract(year from 'infinity')
extract(year from '2024-01-01')
'[1,5'::int4range
'[5,1]'::int4range
'[a,b]'::int4range
'[2024-13-01,]'::daterange
'[2024-03-01,2024-01-01]'::daterange
'(1,2)x'::numrange
'[1,2,3]'::numrange
'{[1,2),[5,3)}'::int4multirange
'{[1,2'::int4multirange
p.id from probe p full join probe q on p.id = q.id and p.i4 < q.i4 order by 1
p.id from probe p full join probe q on true
p.id from probe p full join probe q on false
p.id from probe p full join probe q on p.iv = q.iv order by 1
p.id from probe p full join probe q on p.j::text = q.j::text order by 1
'b' like 'b\'
t like 'b\' from probe
'b' ilike 'b\', 'x' not like 'b\'
'b' ~~ 'b\'
'b\' like 'b\' escape ''
'10:'::time
'10:'::timetz
'2024-01-01 10:'::timestamp
'10: '::time
':10'::time
'10:20:'::time
'10:20:30.'::time
'2024-01-01 10:20:'::timestamp
'10:'::interval
'10:20:'::interval
'2024-07-01 12:00+00'::timestamptz at time zone '3'
'2024-07-01 12:00+00'::timestamptz at time zone '3.5'
'2024-07-01 12:00+00'::timestamptz at time zone '+3'
'2024-07-01 12:00+00'::timestamptz at time zone '-3'
'2024-07-01 12:00+00'::timestamptz at time zone '-3.5'
'2024-07-01 12:00+00'::timestamptz at time zone 'int4range'
'1990-04-05 12:00+00'::timestamptz at time zone 'int4range', '2024-01-01 12:00+00'::timestamptz at time zone 'int4range'
'2024-07-01 12:00+00'::timestamptz at time zone 'EST5EDT,M3.2.0,M11.1.0'
'2024-07-01 12:00+00'::timestamptz at time zone 'CET-1CEST,M3.5.0,M10.5.0/3'
'2024-07-01 12:00+00'::timestamptz at time zone 'CET-1CEST,J60,J300', '2024-07-01 12:00+00'::timestamptz at time zone 'CET-1CEST4,60,300'
'2024-07-01 12:00+00'::timestamptz at time zone '<+03>-3', '2024-07-01 12:00+00'::timestamptz at time zone '<a b>3<c d>'
'2024-07-01 12:00+00'::timestamptz at time zone 'FOO168'
'2024-07-01 12:00+00'::timestamptz at time zone 'X'
'2024-07-01 12:00+00'::timestamptz at time zone 'A1'
'2024-07-01 12:00+00'::timestamptz at time zone '10:11:12'
'2024-07-01 12:00+00'::timestamptz at time zone '10:61'
'2024-07-01 12:00+00'::timestamptz at time zone 'a 1'
'2024-07-01 12:00+00'::timestamptz at time zone '1 day'
'2024-07-01 12:00+00'::timestamptz at time zone '2 yearsété'
'2024-07-01 12:00+00'::timestamptz at time zone ' 1'
'2024-07-01 12:00+00'::timestamptz at time zone '1,2'
'2024-07-01 12:00+00'::timestamptz at time zone '1-2'
'2024-07-01 12:00+00'::timestamptz at time zone 'x5;M1.1.1,M2.2.2'
'2024-07-01 12:00+00'::timestamptz at time zone 'x5y;M1.1.1,M2.2.2'
'2024-07-01 12:00+00'::timestamptz at time zone 'x5y,M1.1.1,M2.2.7'
'2024-07-01 12:00+00'::timestamptz at time zone 'x5y,M1.6.1,M2.2.2'
'2024-07-01 12:00+00'::timestamptz at time zone 'x5y,366,M2.2.2'
'2024-07-01 12:00+00'::timestamptz at time zone '{1,2}'
'2024-07-01 12:00+00'::timestamptz at time zone '2024-02-29'
'2024-07-01 12:00+00'::timestamptz at time zone '[1,5)'
'2024-07-01 12:00+00'::timestamptz at time zone '1e+300'
'2024-07-01 12:00+00'::timestamptz at time zone ''
'2024-07-01 12:00+00'::timestamptz at time zone 'true'
'2024-07-01 12:00+00'::timestamptz at time zone '01:02:03.5'
'2024-07-01 12:00 int4range'::timestamptz
'2024-07-01 12:00 FOO3BAR'::timestamptz
'2024-07-01 12:00 EST5EDT'::timestamptz
'2024-07-01 02:30'::timestamp at time zone 'x5y', '2024-03-10 02:30'::timestamp at time zone 'x5y', '2024-11-03 01:30'::timestamp at time zone 'x5y'
date_add('2024-03-29 12:34:56+00'::timestamptz, '1 mon'::interval, '1.5')
('{{1,2},{3,4}}'::int4[])[1][2], ('{{1,2},{3,4}}'::int4[])[3][1], ('{{1,2},{3,4}}'::int4[])[1], ('{{1,2},{3,4}}'::int4[])[1][2][1], ('{{1,2},{3,4}}'::int4[])[0][1]
id, ia[1][2], ia[1], (array[ia, ia])[1][2], (array[[id, 2],[3, id]])[2][2] from probe where id = 1
('{{1,2},{3,4}}'::int4[])[1:2][2], ('{{1,2},{3,4}}'::int4[])[1:2][2:2], ('{{1,2},{3,4}}'::int4[])[:][:1], ('{{1,2},{3,4}}'::int4[])[2:][2:], ('{{1,2},{3,4}}'::int4[])[1:1]
('{{1,2},{3,4}}'::int4[])[1:2][3:4], ('{{1,2},{3,4}}'::int4[])[1:2][1:2][1:1], ('{1,2}'::int4[])[1:2][1:1], ('{{1,2},{3,4}}'::int4[])[1:2][null:1]
('{{1,2},{3,4}}'::int4[])[null][1], ('{1,2}'::int4[])[1][1/0]
ia[1:2][1], ta[1][1], ta[1:1][1:1] from probe order by id
('{{{1,2},{3,4}},{{5,6},{7,8}}}'::int4[])[2][1][2], ('{{{1,2},{3,4}},{{5,6},{7,8}}}'::int4[])[1:2][1:1][2:2]
('{"a": [1, {"b": 2}]}'::jsonb)['a'][1]['b']
('{"a": [1, {"b": 2}]}'::jsonb)['a'][1:2]
(n)[1] from probe
id, (array_append(ia, 5))[2], (ia || 3)[1:2] from probe order by id
p.id from probe p full join probe q on p.id < q.id
p.id from probe p full join probe q on p.id > 5
p.id from probe p full join probe q on p.id + q.id = 3
p.id from probe p full join probe q on true order by 1
p.id from probe p full join probe q on 1 = 1 order by 1
p.id from probe p full join probe q on 1 = 2 order by 1
p.id from probe p full join probe q on p.id < q.id where p.id > 1 order by 1
p.id from probe p full join probe q on p.id < q.id where p.id is null order by 1
p.id from probe p full join probe q on p.id < q.id where p.id is not null order by 1
p.id from probe p full join probe q on p.id < q.id where coalesce(p.id, 0) > 1
p.id from probe p full join probe q on p.id < q.id where p.id > 1 or q.id > 2 order by 1
p.id from probe p full join probe q on p.id < q.id where p.id > 1 or p.i4 > 2 order by 1
p.id from probe p full join probe q on p.id = 1 and q.id = 1
p.id from probe p full join probe q on p.id = q.id or p.id = 3
p.id from probe p full join probe q on p.d = q.ts order by 1
p.id from probe p full join probe q using (id) full join probe r using (id) order by 1
p.id from probe p full join (probe q full join probe r on q.id < r.id) on p.id = q.id
* from (select p.id from probe p full join probe q on p.id < q.id) x
* from (select p.id from probe p full join probe q on p.id < q.id) x where x.id > 1 order by 1
p.id from probe p full join probe q on not (p.id <> q.id)
p.id from probe p full join probe q on p.id < q.id where not (p.id = 3) order by 1
p.id from probe p full join probe q on p.b = q.b and p.b order by 1
p.id from probe p full join probe q on p.id in (q.id) order by 1
p.id from probe p full join probe q on p.b
p.id from probe p full join probe q on p.id = any (array[1,2])
p.id from probe p full join probe q on p.ia = q.ia order by 1
(select count(*) from probe p full join probe q on p.id < q.id)
array_fill(1, '{{1,2},{3,4}}'::int4[])
array_fill(1, '{{1,2},{3,4}}'::int4[], null)
array_fill(1, null::int4[], '{{1,2},{3,4}}'::int4[])
array_fill(1, '{{1,2},{3,4}}'::int4[], '{{1,2},{3,4}}'::int4[])
array_fill(1, '{2}'::int4[], '{{1,2},{3,4}}'::int4[])
array_fill(1, '{null}'::int4[], '{{1,2},{3,4}}'::int4[])
array_fill(1, '{}'::int4[], '{{1,2},{3,4}}'::int4[])
array_fill(1, '{1,1,1,1,1,1,1}'::int4[], '{{1,2},{3,4}}'::int4[])
array_fill(1, '{2}'::int4[], '{null}'::int4[])
array_fill(1, '{1,2}'::int4[], '{null}'::int4[])
array_fill(1, '{2,null}'::int4[], '{null}'::int4[])
array_fill(1, '{2}'::int4[], '{1,2}'::int4[])
array_fill(1, '{}'::int4[], '{1,2}'::int4[])
array_fill(1, '{}'::int4[], '{}'::int4[])
array_fill(1, '{-1}'::int4[])
array_fill(1, '{-1}'::int4[], '{1,2}'::int4[])
array_fill(null::int, '{2}'::int4[], '{1}'::int4[])
extract(year from ts), extract(decade from d), extract(epoch from tz) from probe
date_part('year', 'infinity'::timestamp), extract(century from 'infinity'::date), extract(julian from '-infinity'::timestamptz)
extract(month from 'infinity'::timestamp), extract(second from 'infinity'::timestamp)
extract(year from '5874897-12-31'::date), extract(year from '4714-11-24 BC'::date)
right('abc', -2147483648), left('abc', -2147483648), right('abc', -2147483647), right(t, i4) from probe
date_add('2024-03-09 12:34:56+00'::timestamptz, '1 day'::interval, 'EST5EDT,M3.2.0,M11.1.0')
json_build_array('{{1,2},{3,4}}'::int4[]), json_build_object('k','{{1,2},{3,4}}'::int4[]), jsonb_build_array('{{1,2},{3,4}}'::int4[])
json_build_array(array[[1,2],[3,4]], array['a','b']), to_json(array[[1,2],[3,4]])
row_to_json(probe), json_build_array(ia, '{{1,2},{3,4}}'::int4[]) from probe
('{{1,2},{3,4}}'::int4[])[1][2]
ia[1][2], ('{{1,2},{3,4}}'::int4[])[1:2][2], ('{{1,2},{3,4}}'::int4[])[1], ('{{1,2},{3,4}}'::int4[])[3][1] from probe
case when id > 100 then 1/0 else 1 end from probe
id from probe where id > 100 and 1/0 = 1
1/0 from probe where false
1/0 from probe where id > 100
id from probe where 1/0 = 1 and false
case when 1 = 1 then 1 else 1/0 end
case when 1 = 2 then 1/0 else 5 end from probe
case when id = 1 then 1 when 1 = 2 then 1/0 when 2 = 2 then 3 else 1/0 end from probe
coalesce(id, 1/0) from probe
coalesce(id, 1, 1/0) from probe
coalesce(id, 1 + 1, 1/0) from probe
coalesce(null, id, null) from probe
nullif(null::int, 1/0)
nullif(null::int, 1/id) from probe
id, i8 * null::int8 / 0 from probe
date_bin(nullif(null::interval, iv), date_trunc(t, ts), ts) from probe
((i8 * null::int8) >> int4larger(i4, 13)) >= cast('NaN'::float8 as int8) from probe
int2larger(mod(i2, null::int2), (cast(2147483647::int4 as int2) << length(t))) from probe
id from probe where exists (select 1/0 from probe)
id from probe where (select 1/0) = 1 and id > 100
id from probe where id > 100 and id in (select 1/0)
x.id from (select id, 1/0 as y from probe) x
x.id from (select id, 1/0 as y from probe offset 0) x
x.id from (select id, 1/0 as y from probe) x where y > 1 and id > 100
with w as (select 1/0 as a) select 1
with w as (select 1/0 as a) select 1 from probe where exists (select 1 from w) and id > 100
count(*) from probe having 1/0 = 1
i4 * null::int as a, count(*) from probe group by 1 order by 1
i4 * null::int as a, id from probe order by 1, 2
'abc'::text::int from probe where id > 100
cast('abc' as text)::date from probe where id > 100
sqrt(-1) from probe where id > 100
1 from probe limit 1/0
1 from probe where id > 100 or 1/0 = 1
1 from probe where id > 0 or 1 = 1 or 1/0 = 1
sum(1/0) from probe where id > 100
sum(i4 * null::int) over (order by id), lag(id, null::int) over (order by id) from probe
case id when 1/0 then 1 end from probe where id > 100
id from probe where i4 between 1/0 and 5 and id > 100
array[id, 1/0] from probe where id > 100
(array[1,2])[1/0] from probe where id > 100
id = any (array[1, 1/0]) from probe where id > 100
id in (1, 1/0) from probe where id > 100
(null and id > 1), (id > 1 and null), (null or id > 1), not null::bool from probe
(null::int is null), (5 is null), (null::bool is true) from probe where id = 1
generate_series(1, 1/0) from probe where id > 100
p.id from probe p left join probe q on p.id = q.id and 1/0 = 1 where p.id > 100
repeat('a', null::int), lower(null), substring(null::text from 1/0)
1 union select 1/0 from probe where id > 100
* from (values (1), (1/0)) v(a) limit 1
a from (values (1, 1/0), (2, 3)) v(a, b)
b::text, id from (select id, null::bool as b from probe) x order by id
greatest(null::int, id), least(null::int, null::int) from probe order by id
json_build_object('a', null::int + id) from probe where id = 1
coalesce(t, null::text || 'x', 'y') from probe order by id
null::int + id as k, min(i4) from probe group by null::int + id having min(i4) < 5
case when b then null::int + id end from probe order by id
id FROM probe WHERE (((i8 | i8) - NULL::int4) < (CASE WHEN b THEN i8 ELSE i8 END - int8inc('9223372036854775807'::int8))) ORDER BY id
i8 + 1 > 42, 5 < i8 + 1, i8 + 1 in (1,2) from probe
i2 - 32767 > 5::int2 from probe
array_position('{NULL,"x y"}'::text[], left(NULL::text, i4), CAST(i8 AS int4)) from probe where id = 2
id, jsonb_extract_path(to_jsonb(i4), NULL::text, overlay(t, t, i4)) FROM probe WHERE id <> 3 ORDER BY id
42 <> i8 + 1 from probe
- i8 = 5, i8 * -1 > 4, i8 * 2 = 4 from probe
i4 + 2147483647 = 1 from probe where id = 1
- i8 = 5, i8 * -1 > 4 from probe where id <> 2
i8 * 2 = 4 from probe where id = 2
-i8 - 2 = 5 from probe where id = 2
cast(i8 as int4) = 5 from probe
cast(i8 as int2) in (1,2) from probe
cast(i8 as int4) < 5 from probe
cast(f8 as int4) = 5 from probe
cast(n as int2) = 100, cast(n as int4) > 7 from probe
cast(t as int4) = 5 from probe
5 + i8 > 7, 5 - i8 > 7, 2 * i8 <> 6 from probe
sum(i8 + 1), sum(i4 * 2) from probe where id <> 2
d + 1 = '2024-01-01', d - 1 > '2024-01-01', ts + interval '1 day' > '2024-01-01' from probe
- (-9223372036854775808), abs(i4), @ i8 from probe where id < 3
id, jsonb_extract_path(to_jsonb(i4), t, overlay(t, t, i4)) FROM probe WHERE id = 2
overlay(t, t, i4) FROM probe WHERE id = 2
to_char('36:00'::interval + iv, 'I IY IYY IYYY IW IDDD J') from probe
to_char('-5 years 3 mons'::interval, 'Y YY YYY YYYY I IY IYY IYYY IW'), to_char('1000 years 40 days'::interval, 'Y YY YYY YYYY IYYY IW IDDD')
to_char(ts, 'I IY IYY IYYY IW IDDD ID'), to_char(tz, 'IYYY-IW-ID'), to_char('0044-03-15 BC'::timestamp, 'I IY IYY IYYY IW YYYY Y') from probe
(coalesce(i4, i4) & array_position(na, n, i4)) FROM probe WHERE id = 5
array_fill(i4, array_positions(ta, t), ('{{1,2},{3,4}}'::int4[])[i4:i4]) FROM probe WHERE id = 2
array_fill(1, ('{{1,2},{3,4}}'::int4[])[i4:i4]) FROM probe WHERE id = 2
cardinality('{{1,2},{3,4}}'::int4[] || '{5,6}'::int4[]), array_ndims('{{1,2},{3,4}}'::int4[] || '{5,6}'::int4[]), ('{{1,2},{3,4}}'::int4[] || '{5,6}'::int4[])[3][2]
ARRAY[octet_length(to_ascii(t)), CAST(cos(f8) AS int4)] FROM probe WHERE id = 2
upper(to_ascii(t)) FROM probe WHERE id = 1
id, ceil(date_part(t, 'infinity'::date)), (coalesce(tm, tm) - tm) FROM probe ORDER BY id
date_part('year', 'infinity'::date), date_part(concat('ye', 'ar'), '-infinity'::timestamptz), date_part(concat('mo', 'nth'), '-infinity'::timestamptz), extract(month from '-infinity'::timestamptz)
date_part('hour', 'infinity'::date), date_part('hour', d), date_part('timezone', 'infinity'::timestamptz), date_part('week', d), date_part('epoch', d), date_part('julian', d) from probe
extract(hour from 'infinity'::date)
date_part('timezone', 'infinity'::timestamp)
date_part('timezone', '2024-01-01'::timestamp)
'2'::int4 AS k, (id % 2) AS l, bit_and(mod(i4, i4)) AS v FROM probe GROUP BY ROLLUP (1, 2) ORDER BY 1, 2, 3
id FROM probe WHERE (greatest(date_trunc(t, iv), least('1 year 2 mons 3 days 04:05:06.7'::interval, iv), greatest(iv, iv, iv)) < nullif(NULL::interval, justify_interval(iv))) ORDER BY id
mod(CAST(jsonb_extract_path(jb, NULL::text, NULL::text) AS int2), mod((~ i2), CAST(by AS int2))) FROM probe WHERE id = 5
nth_value(width_bucket(i4, ia), 2) OVER (PARTITION BY (d + i4) ORDER BY id) FROM probe ORDER BY id
daterange(date_larger(CAST(ts AS date), least(d, '1999-12-31'::date)), CASE WHEN (i2 < NULL::int4) THEN CAST(ts AS date) ELSE date_larger(d, d) END, substr(concat_ws(NULL::text, i4, i4), int4inc(i4), ('-2147483648'::int4 + i4))) FROM probe WHERE id = 4
id FROM probe WHERE CASE WHEN (to_char(i4, t) !~ CAST(by AS text)) THEN CASE WHEN (ts = tz) THEN lower_inf(daterange(d, greatest(d, '2024-02-15'))) ELSE (t >= t) END ELSE ((tsrange(ts, NULL) - tsrange(ts, NULL)) >= (tsrange(ts, NULL) * tsrange(ts, NULL))) END ORDER BY id
generate_series('infinity'::timestamp, '2024-01-01', '1 day') limit 3
generate_series('2024-01-01'::timestamp, '-infinity', '1 day') limit 3
generate_series('2024-01-01'::timestamp, 'infinity', '-1 day') limit 3
generate_series('2024-01-01'::timestamp, '2024-01-05', '2 days')
generate_series('2024-01-31'::timestamp, '2024-06-05', '1 mon')
generate_series('2024-01-05'::timestamptz, '2024-01-01', '-36:00')
generate_series('2024-01-05'::timestamptz, '2024-01-01', '0')
generate_series('2024-01-05'::timestamptz, null, '1 day')
id, g from probe, generate_series(ts, ts + interval '1 day', interval '10 hours') g order by 1, 2
count(*) from generate_series('2024-01-01'::timestamp, '2034-01-01', '1 hour')
'5'::int4 AS k, (id % 3) AS l, bit_xor(CASE WHEN b THEN i2 ELSE i2 END) AS v FROM probe GROUP BY CUBE (1, 2) ORDER BY 1, 2, 3
to_number('-1','x09')
to_number('.-1 <345','09 SG')
to_number('<12','S9D')
to_number(' <<345','G"ab"0xFML')
to_number('12+ath345+','99xSG9')
to_number('2','9,999FM')
to_number('134512','99"ab"PRLGTH')
to_number('2','L0SG')
to_number(' -12$12345','PRx99.99G')
to_number('..12+2345',',GPLFM0009,999')
to_number('12>-','MIG0')
to_number('22<','PLFM9,999')
to_number('345th$','00000.')
to_number('345th0345>',',9,999S')
to_number('345,x ','000G')
to_number('345,a12','0MIPLx9V')
to_number('0345 ,','0000MI')
to_number('.+.$.th','PRL9.9')
to_number('212345x','.,MI9.9  ')
to_number('-x345','LSV000')
to_number('345 ','9"ab".000 ')
to_number('$','PLPL0')
to_number('0345>345$','TH0G"ab"0')
to_number(',0','0009FMS')
to_number('a345.12th+','G99 ')
to_number('345','09999TH')
to_number('221thx ','TH')
to_number('$>>.','9,999')
to_number('tha12345',',')
to_number('+0.+a12','Vx00099PR')
to_number('<<0 ','xMI0GV')
to_number('12a22','FMMIPLLV9')
to_number('345 th.-<','PL0')
to_number('a+12a+a',',"ab"9,S')
to_number('0$>','0')
to_number('345.121,','PR')
to_number('11 1x<','0')
to_number('212th12th','x0999000SG')
to_number('.<','SDMITH')
to_number('12','PL0,')
to_number('.01','0000000TH9,999 ')
to_number('thth+2','FM"ab"900')
to_number(' 012<','SG0909.9G')
to_number('$12112','000V9 PL9,999')
to_number('1-','GSGFMG.')
to_number('-34512 >th','TH99S9TH')
to_number(',3450','G,9')
to_number('<$2+ ','MI99L ')
to_number('00a$','MI09.9SGFM')
to_number('a$1 a',',')
to_number('xx<','99D')
to_number('tha2th22','9,999L')
to_number('$121a',' ')
to_number('20x2<','MIFM99LL')
to_number('2th','9')
to_number('.2345','PL0V,x')
to_number('12th','TH00000')
to_number('345','9,999TH')
to_number('0','9"ab"000')
to_number('-','9LSD')
to_char(12.4, '9V0'), to_char(12.45, '99V00'), to_char(1.2, '9V09'), to_char(1234.5, '9V9'), to_char(12.4, '99V9')
id FROM probe WHERE (power('Infinity'::float8, '1'::float8) <= cotd((f8 * f4))) ORDER BY id
cotd(1e300), cotd(-5e299), sind(1e300), cosd(-5e299), tand(-5e299), cotd(-5e299::float8)
f8, f4, f8*f4, cotd(f8 * f4) from probe
make_timestamp(null, 1, 1, 1, 1, -0.5), make_timestamp(2024, 1, 1, 1, 1, 0.5)
regexp_instr('abc', 'b', 2147483647, 1, 2)
regexp_instr('abc', 'b', 1, 1, -1)
chr(-5)
chr(0)
timezone(iv, greatest(ts, ts, ts)) FROM probe WHERE id = 4
timezone('05:30'::interval, ts), timezone('-05:30:10.7'::interval, tz), timezone('05:30'::interval, 'infinity'::timestamp) from probe
timezone('1 mon'::interval, 'infinity'::timestamptz), timezone('1 mon'::interval, null::timestamptz), timezone(null::interval, ts) from probe
id, timezone(interval_smaller(iv, iv), timezone(iv, tz)), ('1999-12-31'::date <= ts) FROM probe ORDER BY id
date(CASE WHEN b THEN NULL::timestamp ELSE timezone(iv, tz) END) FROM probe WHERE id = 5
ts at time zone interval '-08:00', tz at time zone interval '1 day' from probe where id = 1
json_build_object('k', array_replace(array_prepend(i4, ia), cardinality(na), int4(i8))) FROM probe WHERE id = 2
array_replace(ia, null, 5), array_replace(ia, 3, null), array_replace(null::int[], 1, 2), array_replace(null::int[], null, 2), array_remove(ia, null) from probe order by id
substr(decode(CAST(pg_typeof(int4range(i4, greatest(i4, 12))) AS text), concat(jb, t)), i4, '-2147483648'::int4) FROM probe WHERE id = 4
substr(t, i4, i4), substr(by, i4), substring(by, 1, null), substr(t, null, -1), substr(null, 1, -1) from probe where id <> 2
substr(by, 1, -1) from probe
to_char(-iv, 'W WW AM D'), to_char(iv, 'W WW AM P.M. HH HH12 HH24 SSSS MS US FF3'), to_char(-iv, 'HH HH12 HH24 SSSS MS US FF3 CC Q RM MI SS DDD J') from probe
to_char(-iv, 'W WW AM'), to_char(iv, 'W WW AM P.M. HH HH12 HH24 SSSS MS US FF3'), to_char(-iv, 'HH HH12 HH24 SSSS MS US FF3 CC Q MI SS DDD J') from probe
to_char(-iv, 'RM'), to_char('-13 mons'::interval, 'RM rm'), to_char('0'::interval,'RM') from probe
to_char('-5 days -03:04:05.678'::interval, 'HH HH12 HH24 SSSS MS US FF3 MI SS DDD'), to_char('-1234 years'::interval, 'CC YYYY Y,YYY YYY YY Y IYYY'), to_char('1234 years'::interval, 'CC YYYY Y,YYY YYY YY Y IYYY')
id FROM probe WHERE (CASE WHEN (i8 IS NULL) THEN rtrim(by, by) ELSE substr(by, i4) END <> overlay(substr(by, i4, i4), '\xdeadbeef'::bytea, min_scale(n), array_position('{NULL,"x y"}'::text[], ''::text))) ORDER BY id
id, overlay(substr(by, i4, i4), '\xdeadbeef'::bytea, 1, array_position('{a}'::text[], ''::text)) from probe order by id
id, (1 / (id - 1)) + length(substring('abc' from 'x')) from probe order by id
id, (1 / (id - 1)) + length(nullif('a', 'a')) from probe order by id
id, (1 / (id - 1)) + length('abc') from probe where id > 1 order by id
bytea_smaller(overlay(CASE WHEN b THEN by ELSE NULL::bytea END, ltrim(by, by), character_length(t)), decode(chr(i4), (jb #>> NULL::text[]))) FROM probe WHERE id = 2
id, jb #>> '{a}', jb #> null::text[], jsonb_extract_path(jb, null, 'a') from probe order by id
to_timestamp(cosh(f8)), to_timestamp(f8 / 3), to_timestamp(i4), to_timestamp(n / 7) from probe where id <> 2
to_timestamp(0.1), to_timestamp(-0.0000015), to_timestamp(1e10), to_timestamp(253402300799.9999999), to_timestamp('infinity')
id, (d + 500000000) > ts, (d + 500000000) > tz, ts < (d + 500000000), (d + 1) > ts, (d + 1) <= tz, d = ts, (d - 700000) < ts, (d + 0) = ts from probe order by id
p.id from probe p join probe q on p.d + 1 = q.ts + interval '1 day' order by 1
id FROM probe WHERE ((least(d, d) - CAST(by AS int4)) > (nullif(d, d) + time_larger(tm, tm))) ORDER BY id
similar_to_escape('%_\\'::text), similar_to_escape('a\\%%'), similar_to_escape('a#', '#'), 'a' similar to 'a\\'
id, ((iv + tz) - (iv - '36:00'::interval)) FROM probe ORDER BY id
'2024-03-30 12:00:00+00'::timestamptz + '-1 mon 36:00'::interval, date_subtract('2024-03-30'::timestamptz, '1 mon -36:00')
id, generate_series(coalesce((d - d), int4(i8)) % 5, coalesce((d - d), int4(i8)) % 7) FROM probe WHERE id <> 3 ORDER BY id
id FROM probe WHERE (CAST('infinity'::timestamp AS time) >= make_time((i4 * i4), (i4 + i4), (||/ f8))) ORDER BY id
id FROM probe WHERE ((lower('empty'::daterange) + cardinality(ia)) < lower(daterange(d, d, t))) ORDER BY id
id FROM probe WHERE ('{}'::jsonb->>'a') = t || (1/(id-1))::text ORDER BY id
id, regexp_split_to_table(similar_escape((j #>> ta), json_extract_path_text(j, t)), 'a') FROM probe WHERE id <> 3 ORDER BY id
make_timestamptz('1000000'::int4, i4, i4, i4, i4, f8, t) FROM probe WHERE id = 4
make_timestamp(-4714, 11,24,0,0,0)
id, (tz, '1 mon -1 day'::interval) OVERLAPS (tz, '1 day'::interval) FROM probe ORDER BY id
to_char(1,'th')
to_char(1, 'PLth'), to_char(1,'.th'), to_char(-1,'th')
to_char(-1,'th'), to_char(1.5::numeric,'th 9')
id, array_position(array_sort(ia, b, b), array_position(ia, i4), CAST(i8 AS int4)) from probe where id<>3
id, lead(regexp_substr(t, t, '2'::int4, i4), 2) OVER (ORDER BY CAST(pg_typeof(d) AS text), id) FROM probe ORDER BY id
nullif(f8, f8) / (f8 - f8), nullif(f4, f4) / (f8 - f8) FROM probe WHERE id = 5
make_date(5874897, 12, 31), make_date(-4713, 11, 24)
make_date(5874898, 1, 1)
make_date(-559038737, 4, 2)
make_timestamp(-559038737, 4, 2, 1, 1, 1)
make_timestamp(-2147483648, 11, 23, 1, 1, 1)
to_json('0044-03-15 BC'::timestamp), to_json('0044-03-15 BC'::timestamptz), to_jsonb('2024-01-01 1:2:3'::timestamp), to_json('0044-03-15 BC'::date), to_json(array['0044-03-15 1:2 BC'::timestamp])
array_sort(array_prepend(n, '{1.5,2}'::numeric[])), array_sort('{1.5,2,1.50,NULL,1.500}'::numeric[]) FROM probe WHERE id = 4
lpad(CAST(b AS text), '2147483647'::int4, t) FROM probe WHERE id = 5
lpad(t, 2147483647), rpad(t, 2147483647, 'x') from probe where id in (3, 5)
lpad(null, 2147483647, 'a'), lpad('a', null, 'b'), lpad('a', 2147483647, null)
id FROM probe WHERE (int8inc(i8) >= '0'::int8) ORDER BY id
id FROM probe WHERE (int8dec(i8) < 0) ORDER BY id
(array_larger(NULL::int4[], CASE WHEN b THEN ia ELSE ia END))[regexp_instr(jsonb_pretty(jb), CAST(pg_typeof(ia) AS text), '2147483647'::int4):i4] FROM probe WHERE id = 2
id, (nullif(ia, '{7}'))[(select min(p.id) from probe p where p.id > probe.id):id], (ia)[1:(select 2)], ia[(select probe.id - 3):2] from probe where id <> 4 order by id
id, (CAST('NaN'::numeric AS int8) << lower('empty'::int4range)) FROM probe ORDER BY id
id, id + ((1/0) + ('null'::jsonb)::int4), lower('ABC') from probe
id, (id-1)/0 + ('null'::jsonb)::int4, 1/(id-1) + upper('(,)'::int4range) from probe order by id
id, regexp_split_to_array('Hello World'::text, repeat(t, array_position('{1,2,3}'::int4[], '5'::int4)), encode(overlay(by, by, i4, i4), to_hex(i8))) FROM probe ORDER BY id
id, overlay(repeat(t, nullif(1, 1)) placing t from 1/(id-1)), least(1/(id-2), length(repeat(t, length(substring('abc' from 'x'))))) + 1/(id-1) from probe where id <> 2 order by id
id, (repeat(t, length(substring('abc' from 'x')))::varchar(3))::text || (1/(id-1))::text from probe order by id
