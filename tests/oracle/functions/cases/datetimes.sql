date '2024-01-31' + 1
date '2024-03-01' - date '2024-02-01'
date '2024-01-31' + interval '1 month'
date '2024-01-31' + time '10:00'
timestamp '2024-01-31 10:00' + interval '1 month 1 day 02:00'
timestamp '2024-03-31 10:00' - interval '1 month'
timestamp '2024-01-05 03:00' - timestamp '2024-01-01 05:00'
timestamp '2024-01-01 05:00' - timestamp '2024-01-05 03:00'
timestamptz '2024-01-05 03:00+02' - timestamptz '2024-01-01 05:00+00'
time '10:00' + interval '15 hours'
time '10:00' - time '11:30'
interval '1 month' + interval '3 days'
interval '1 month' - interval '1 day'
- interval '1 month 2 days'
interval '1 month 3 days' * 1.5
interval '1 month' / 2
interval '1 day' / 0
interval '10 days' * 0.333
2 * interval '1 hour'
interval '1-2'
interval '1 year 2 mons 3 days 04:05:06.789'
interval '30 days' = interval '1 month'
interval '1 month' > interval '29 days'
'1 day -01:00'::interval
age(timestamp '2024-03-01', timestamp '2024-01-31')
age(timestamp '2024-01-31', timestamp '2024-03-01')
age(timestamp '2001-04-10', timestamp '1957-06-13')
age(timestamptz '2024-03-01', timestamptz '2024-01-31 12:00')
justify_hours(interval '27 hours')
justify_days(interval '35 days')
justify_interval(interval '1 mon -1 hour')
make_date(2024, 2, 29)
make_date(2023, 2, 29)
make_time(8, 15, 23.5)
make_timestamp(2024, 7, 15, 8, 15, 23.5)
make_timestamptz(2024, 7, 15, 8, 15, 23.5)
make_interval(years => 1, days => 10)
make_interval(hours => 30, secs => 1.5)
extract(year from date '2024-02-29')
extract(month from timestamp '2024-02-29 10:11:12.5')
extract(day from timestamp '2024-02-29')
extract(hour from timestamp '2024-02-29 10:11:12.5')
extract(minute from timestamp '2024-02-29 10:11:12.5')
extract(second from timestamp '2024-02-29 10:11:12.345')
extract(milliseconds from timestamp '2024-02-29 10:11:12.345')
extract(microseconds from timestamp '2024-02-29 10:11:12.345')
extract(epoch from timestamp '2024-02-29 10:11:12.345')
extract(epoch from date '2024-02-29')
extract(epoch from timestamptz '2024-02-29 10:11:12+00')
extract(epoch from interval '1 month 2 days 3.5 seconds')
extract(epoch from interval '1 year')
extract(dow from date '2024-02-25')
extract(isodow from date '2024-02-25')
extract(doy from date '2024-12-31')
extract(week from date '2024-12-30')
extract(isoyear from date '2024-12-30')
extract(quarter from date '2024-05-01')
extract(decade from date '2024-05-01')
extract(century from date '2000-12-31')
extract(century from date '2001-01-01')
extract(millennium from date '2001-02-16')
extract(julian from date '2024-01-01')
extract(julian from timestamp '2024-01-01 12:00')
extract(year from date '0044-03-15 BC')
extract(century from date '0044-03-15 BC')
extract(timezone from timestamptz '2024-01-01 00:00+00')
extract(timezone_hour from timestamptz '2024-01-01 00:00+00')
extract(hour from time '10:11:12')
extract(second from time '10:11:12.5')
extract(month from interval '14 months')
extract(year from interval '14 months')
extract(day from interval '3 days 25:00')
extract(hour from interval '3 days 25:00')
extract(hour from date '2024-01-01')
extract(nonsense from date '2024-01-01')
extract(day from null::date)
date_part('second', timestamp '2024-02-29 10:11:12.345')
date_part('year', date '2024-02-29')
date_part('epoch', interval '1 day')
date_trunc('month', timestamp '2024-02-29 10:11:12.5')
date_trunc('quarter', timestamp '2024-05-29')
date_trunc('week', timestamp '2024-02-29')
date_trunc('day', timestamptz '2024-02-29 10:11:12+00')
date_trunc('month', date '2024-02-29')
date_trunc('hour', interval '3 days 02:47:33')
date_trunc('decade', timestamp '2024-05-29')
date_trunc('century', timestamp '2024-05-29')
date_trunc('milliseconds', timestamp '2024-05-29 10:11:12.123456')
date_trunc('foo', timestamp '2024-05-29')
date_trunc('day', timestamptz '2024-02-29 23:11:12+00', 'Europe/Berlin')
date_bin('15 minutes', timestamp '2020-02-11 15:44:17', timestamp '2001-01-01')
timestamptz '2024-07-01 12:00+00' at time zone 'Europe/Berlin'
timestamp '2024-07-01 12:00' at time zone 'Europe/Berlin'
timestamptz '2024-07-01 12:00+00' at time zone 'UTC'
timestamp '2024-07-01 12:00' at time zone interval '2 hours'
timestamptz '2024-07-01 12:00+00' at time zone 'Nowhere/Land'
to_char(timestamp '2024-01-31 09:05:07.123456', 'YYYY-MM-DD HH24:MI:SS.MS US')
to_char(timestamp '2024-01-31 09:05:07', 'Mon DD')
to_char(timestamp '2024-01-31 09:05:07', 'Month|MONTH|month|FMMonth')
to_char(timestamp '2024-01-31 09:05:07', 'Day|DAY|FMDay|Dy|DY|dy')
to_char(timestamp '2024-01-31 21:05:07', 'HH:MI AM|HH12|pm|P.M.')
to_char(timestamp '2024-01-31', 'Q CC W WW IW IYYY DDD D ID J')
to_char(timestamp '2024-01-01', 'DDth Day "of" FMMonth')
to_char(timestamp '2024-01-31', 'YY YYY Y Y,YYY IY I')
to_char(timestamp '2024-12-30', 'IYYY-IW-ID IDDD')
to_char(timestamp '2024-01-31', 'RM rm FMRM')
to_char(timestamptz '2024-01-31 10:00+00', 'TZ TZH:TZM OF')
to_char(timestamp '2024-01-31 10:11:12.5', 'FF1 FF3 FF6 SSSS SSSSS')
to_char(date '2024-02-05', 'FMDD.FMMM.YYYY')
to_char(date '0044-03-15 BC', 'YYYY BC')
to_char(interval '1 year 2 months 3 days 04:05:06', 'YYYY MM DD HH24:MI:SS')
to_char(interval '50 hours', 'HH24:MI HH12')
to_char(timestamp '2024-01-31', '')
to_char(timestamp '2024-01-31', 'Dayth')
to_date('15 Jan 2024', 'DD Mon YYYY')
to_date('20240131', 'YYYYMMDD')
to_date('2024-01-31', 'YYYY-MM-DD')
to_date('31/1/24', 'DD/MM/YY')
to_date('2024-13-01', 'YYYY-MM-DD')
to_date('January 5, 2024', 'Month DD, YYYY')
to_date('2024 060', 'YYYY DDD')
to_date('2024-W09-4', 'IYYY-"W"IW-ID')
to_date('x', 'YYYY')
to_timestamp('2024-01-31 10:11:12', 'YYYY-MM-DD HH24:MI:SS')
to_timestamp('31 Jan 2024 09:05 PM', 'DD Mon YYYY HH:MI AM')
to_timestamp('2024-01-31 10:11:12.345', 'YYYY-MM-DD HH24:MI:SS.MS')
to_timestamp('2024-01-31 10+02', 'YYYY-MM-DD HH24TZH')
to_timestamp(1706695872.5)
date '2024-01-01'::timestamp
date '2024-01-01'::timestamptz
timestamp '2024-01-01 10:11:12'::date
timestamp '2024-01-01 10:11:12'::time
timestamptz '2024-01-01 10:11:12+02'::date
timestamptz '2024-01-01 10:11:12+02'::timestamp
timestamp '2024-01-01 10:11:12.567'::timestamp(1)
timestamptz '2024-01-01 10:11:12.567+00'::timestamptz(0)
time '10:11:12.567'::time(0)
interval '25:30'::time
time '10:00'::interval
interval '1.5678 seconds'::interval(1)
date '2024-01-01'::text
timestamp '2024-01-01 10:00'::text
timestamptz '2024-01-01 10:00+02'::text
interval '1 month -3 days 04:05:06'::text
'2024-02-30'::date
'2024-01-31 10:00:00 Europe/Berlin'::timestamptz
'infinity'::date > date '2024-01-01'
'infinity'::timestamp
isfinite('infinity'::date)
isfinite(date '2024-01-01')
date '0044-03-15 BC'
date '2024-01-01' < timestamp '2024-01-01 00:00:01'
(date '2024-01-01', date '2024-02-01') overlaps (date '2024-01-15', interval '1 month')
(date '2024-01-01', date '2024-02-01') overlaps (date '2024-02-01', date '2024-03-01')
generate_series(timestamp '2024-01-01', timestamp '2024-01-03', interval '1 day')
generate_series(date '2024-01-31', date '2024-04-30', interval '1 month')
generate_series(timestamp '2024-01-03', timestamp '2024-01-01', interval '-1 day')
generate_series(timestamp '2024-01-03', timestamp '2024-01-01', interval '0')
sum(x) from (values (interval '1 day'), (interval '02:00')) v(x)
avg(x) from (values (interval '1 day'), (interval '02:00')) v(x)
min(x), max(x) from (values (interval '1 month'), (interval '29 days')) v(x)
x from (values (interval '1 month'), (interval '29 days'), (interval '31 days')) v(x) order by x desc
to_char(timestamp '2024-01-31 09:05:07.123456', 'YYYY-MM-DD"T"HH24:MI:SS.US 100%')
to_char(timestamp '0999-01-31 09:05:07', 'YYYY-MM-DD')
to_char(timestamp '2024-01-31 00:05:07', 'HH12:MI:SS.MS AM Mon Dy DDD')
to_char(timestamptz '2024-01-31 09:05:07+02', 'yyyy-mm-dd hh24:mi')
to_char(null::timestamp, 'YYYY')
extract(epoch from timestamp '1960-01-01 00:00:00.5')
extract(epoch from timestamptz '2024-02-29 10:11:12.345678+02')
date_part('epoch', timestamp '2024-02-29 10:11:12.345678')
pg_sleep(0)
pg_sleep(-1.5)
pg_sleep(null)
date_trunc(lower('MONTHS'), ts) from probe order by id
date_trunc(t, ts) from probe where id = 1
date_trunc(t, iv) from probe where id = 1
date_trunc('nix', ts) from probe where id = 3
overlaps(ts, null::timestamp, ts, ts) from probe order by id
overlaps(tm, tm, null::time, time '23:00') from probe order by id
overlaps(tm, null::time, time '01:00', time '23:00') from probe order by id
d - date 'infinity' from probe where id = 3
date_bin(interval '1 mon', ts, ts) from probe where id = 1
date_bin(interval '15 min', ts, timestamp '2000-01-01') from probe order by id
1e300::float8 * iv from probe where id = 1
timezone('UTC', 'infinity'::timestamp), timezone('UTC', '-infinity'::timestamptz), timezone(interval '1 h', timestamp 'infinity'), timezone(interval '1 h', timestamptz '-infinity')
date_add(tz, iv), date_subtract(tz, iv), date_add(tz, iv, 'Europe/Berlin'), date_subtract(tz, iv, 'Europe/Berlin') from probe where id in (1, 4, 5) order by id
pg_catalog."timestamp"(d, tm), timestamptz(d, tm), timezone(ts), timezone(tz) from probe order by id
'23:59:59.999999'::time(1), '10:00:00.26'::time(1), 'infinity'::timestamp(0), '-infinity'::timestamptz(3), pg_catalog."time"('10:00:00.26'::time, 1)
pg_catalog."timestamp"(timestamp '2024-01-01 10:00:00.126', 2), timestamptz(timestamptz '2024-01-01 10:00:00.126+00', 1)
'10:00+02'::timetz < '09:00+00'::timetz, max(x), min(x) from (values ('10:00+02'::timetz), ('08:00+00'), ('09:00+01')) v(x)
make_time(1, 13, -1e-300), make_timestamp(2024, 1, 1, 0, 0, -1e-300)
x + iv, x - iv, iv + x, timezone(interval '3:30', x), x::time, d + x, x + d, timestamptz(d, x) from probe, (values ('23:30:01.5+02'::timetz)) v(x) where id in (1, 4) order by id
timezone(interval '1 day', '10:00+02'::timetz)
tz::timetz, '10:00'::time::timetz from probe order by id
generate_series('2024-03-30 00:00+00'::timestamptz, '2024-04-01 00:00+00', '1 day', 'Europe/Berlin')
date_part('hour', '10:11:12.5+02'::timetz), extract(epoch from '10:11:12.5+02'::timetz), extract(timezone from '10:11:12+02:30'::timetz), extract(timezone_hour from '10:11:12+02:30'::timetz),extract(timezone_minute from '10:11:12-02:30'::timetz), extract(microseconds from '10:11:12.5+02'::timetz), extract(milliseconds from '10:11:12.5+02'::timetz), extract(second from '10:11:12.5+02'::timetz), extract(minute from '10:11:12.5+02'::timetz)
extract(day from '10:11:12.5+02'::timetz)
extract(nosuch from '10:11:12.5+02'::timetz)
timetz('10:11:12.567+02', 1), '10:11:12.567+02'::timetz(2), timezone('UTC', '10:11:12+02'::timetz), timezone('Europe/Berlin', '10:11:12+02'::timetz), timezone('+05:30', '23:11:12+02'::timetz), timezone('10:11:12+02'::timetz)
timezone('36:00'::interval, '10:11:12+02'::timetz)
timestamp '2009-07-01 10:00' at time zone 'MSK', timestamp '2012-07-01 10:00' at time zone 'MSK', timestamp '2020-07-01 10:00' at time zone 'MSK', timestamp '1992-01-25 10:00' at time zone 'MSK', timestamp '1900-01-25 10:00' at time zone 'MSK', timestamptz '1950-01-25 10:00+00' at time zone 'msk'
timestamptz '2009-07-01 10:00+00' at time zone 'MSK', timestamptz '2011-03-27 10:00+00' at time zone 'MSK', timestamptz '2014-10-25 22:00+00' at time zone 'MSK', timestamptz '2014-10-25 21:59+00' at time zone 'MSK', timestamptz '2014-10-25 23:00+00' at time zone 'MSK'
timestamptz '2014-10-26 01:30 MSK', timestamptz '2014-10-26 00:30 MSK', timestamptz '2011-03-27 02:30 MSK', timestamptz '1980-06-01 MSK', timestamptz '2030-06-01 MSK'
timestamptz '2020-07-01 10:00 IST', timestamptz '2020-07-01 10:00 CET', timestamptz '2020-07-01 10:00 CEST', timestamptz '2020-07-01 10:00 CLT', timestamptz '2020-01-01 10:00 ART', timestamptz '2020-07-01 YEKT', timestamptz '2020-07-01 NPT', timestamptz '2020-07-01 CHADT'
ts at time zone z from (values (timestamp '2020-01-15 10:00', 'CET'), (timestamp '2020-07-15 10:00', 'cest'), ('2020-07-15', 'EET'), ('2020-07-15', 'PST8PDT'), ('2020-07-15','WET'), ('2020-07-15','MET'), ('2020-07-15','EST'), ('2020-07-15','LHDT'), ('2020-07-15','GYT'), ('1970-01-01', 'GYT'), ('2020-07-15','SGT'), ('1960-07-15','SGT'),('1930-07-15','LKT'),('infinity','MSK')) v(ts, z) order by z, ts
date_trunc(u, timestamp '2020-01-01') from (values ('timezone_m'),('timezone_x')) v(u)
date_trunc('timezone_minute', interval '1 day')
date_trunc('dow', timestamp '2020-01-01')
extract(timezone from date 'infinity')
to_timestamp('2020-01-01 CET', 'YYYY-MM-DD TZ'), to_timestamp('2020-01-01 ist', 'YYYY-MM-DD TZ')
timestamp '2020-07-01 10:00' at time zone '8:', 1
timestamp '2020-07-01 10:00' at time zone '8:30:', 1
timestamp '2020-07-01 10:00' at time zone '8:30:15:'
timestamp '2020-07-01 10:00' at time zone 'A8:B'
timestamp '2020-07-01 10:00' at time zone 'A8B'
date_part('microsecon', ts), date_part('Microsecondly', tz), date_part('j', ts), date_part('mm', tm), date_part('jd', d), extract('j' from d), date_part('timezone_hours', tz), date_trunc('microsecondly', iv) from probe where id = 1
date_part('-infinity'::text, ts) from probe where id = 4
date_part('Today', 'infinity'::timestamptz)
date_part('now', iv) from probe where id = 4
date_part('allballs', tm) from probe where id = 4
extract('tomorrow' from d) from probe where id = 4
date_part('j', iv) from probe where id = 4
date_part('timezone_h', '10:00+02'::timetz), date_part('mm', '10:00+02'::timetz)
date_part('j', '10:00+02'::timetz)
date_trunc('Week', iv) from probe where id = 4
date_trunc(case when b then 'week' end, iv) from probe where id = 4
date_trunc('mm', ts) from probe where id = 4
