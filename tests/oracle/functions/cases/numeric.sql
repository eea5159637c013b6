1.10 + 2.225
1.1 - 2.25
1.10 * 2.225
10.0 / 3
1.0 / 3.0
2 / 3.0
1000000.0 / 7
0.001 / 7
1 / 3::numeric
100::numeric / 3
12345678901234567890.123 * 98765432109876543210.987
12345678901234567890.123 + 1
1.5 % 0.4
-7.5 % 2
-1.50
- 1.50::numeric
abs(-1.50)
sign(-2.5)
round(2.5)
round(-2.5)
round(2.567, 2)
round(2.567, -1)
round(1234.5, -2)
round(0.5)
round(1.005, 2)
round(10.0 / 3, 2)
trunc(2.567, 2)
trunc(-2.567)
trunc(1234.567, -2)
ceil(2.1)
ceil(-2.1)
floor(-2.1)
floor(2.9)
sqrt(2)
sqrt(2.0)
sqrt(100.00)
sqrt(-1.0)
exp(1.0)
exp(0.5)
ln(2.0)
ln(100)
ln(0.0)
ln(-1.0)
log(100.0)
log(2.0, 64.0)
log(10.0)
power(2.0, 3)
power(2.0, 0.5)
power(2, -2)
power(10.0, 20)
power(1.5, 2.5)
power(0.0, 0)
power(0.0, -1)
power(-8.0, 0.333)
factorial(20)
scale(1.500)
min_scale(1.500)
trim_scale(1.500)
gcd(12.0, 18)
lcm(1.5, 2)
1.0 = 1.00
1.10 < 1.9
2 > 1.999
1.5 in (1.50, 2)
1.1::numeric(5,2)
123.456::numeric(5,2)
1234.5::numeric(5,2)
'NaN'::numeric
'NaN'::numeric > 1e100
'Infinity'::numeric
'Infinity'::numeric - 'Infinity'::numeric
1.5::int
2.5::int
-2.5::int
3.5::bigint
40000::numeric::smallint
99999999999::numeric::int
'NaN'::numeric::int
1.5::float8
0.1::numeric::float8
123456789012345678901234567890.5::float8
2.5::float8::int
3.5::float8::int
1e10::float8::int
2.5::float8::numeric
0.1::float8::numeric
1e20::float8::numeric
0.1::float4::numeric
1e-10::numeric
1e10::numeric
12345678901234567890123456789012345678901234567890 + 1
1.23456789012345678901234567890123456789012345 * 2
case when true then 1.5 else 2 end
case when false then 1.5 else 2 end
coalesce(null, 1.50, 2)
coalesce(null::numeric(10,2), 0)
greatest(1.5, 1.50, 1)
least(2, 1.50)
nullif(1.0, 1.00)
sum(x) from (values (1.5), (2.25), (null)) v(x)
avg(x) from (values (1), (2), (4)) v(x)
avg(x) from (values (1), (1)) v(x)
avg(x) from (values (1.5), (2.25)) v(x)
avg(x) from (values (1::bigint), (2)) v(x)
sum(x) from (values (1::bigint), (2)) v(x)
sum(x::smallint) from (values (1), (2)) v(x)
max(x) from (values (1.50), (10), (9.9)) v(x)
stddev(x) from (values (1), (2), (4)) v(x)
variance(x) from (values (1), (2), (4)) v(x)
stddev_pop(x) from (values (1), (2), (4)) v(x)
var_pop(x) from (values (1.5), (2.25), (4)) v(x)
stddev_samp(x) from (values (1.5), (2.25), (4)) v(x)
stddev(x) from (values (1)) v(x)
var_pop(x) from (values (5), (5)) v(x)
count(distinct x) from (values (1.0), (1.00), (2)) v(x)
x, count(*) from (values (1.5), (1.50), (2.25)) v(x) group by x order by x
distinct x from (values (2.5), (1.0)) v(x) order by x desc
x from (values (10.5), (9.75), (null)) v(x) order by x
x / 3 from (values (10), (9.75)) v(x) order by 1 desc
generate_series(1.0, 3.0, 0.5)
sum(case when x > 1 then x else 0 end) from (values (1.25), (2.5)) v(x)
floor((20.5::numeric(12,2) - 1.1)/0.025)*0.025 + 1.1
to_char(1234567.891, 'FM9,999,999.00')
to_char(1234.5, '9,999.99')
to_char(-1234.5, '9,999.99')
to_char(0.5, '9.99')
to_char(0.5, '0.99')
to_char(0.5, 'FM9.99')
to_char(12, '00000')
to_char(12, 'FM00000')
to_char(-12, 'S999')
to_char(12, '999S')
to_char(-12, '999MI')
to_char(12, 'MI999')
to_char(-12, '999PR')
to_char(12, 'PL999')
to_char(485, 'RN')
to_char(485, 'FMRN')
to_char(12345, '999')
to_char(1.5, '999V99')
to_char(12345.678, '9.99EEEE')
to_char(0, '999')
to_char(0, 'FM999.99')
to_char(0.1, '0.9')
to_char(1, '9th')
to_char(22, '99TH')
to_char(1485, '9 999')
to_char(148.5, '"Good number:"999.999')
to_char(1234.567::float8, '9999.99')
to_char(12.3::float8, 'FM999.999')
to_char(100, 'L999')
to_char(100::bigint, 'SG999')
to_char(-0.1, '99.99')
to_char(0.1, '99.99')
to_char(12.34, '9990.999')
to_char(1234, '9G999')
to_char(1234.5, '9G999D9')
to_number('1,234.5', '9,999.9')
to_number('-12.34', 'S99.99')
to_number('12454.8-', '99G999D9S')
to_number('0042', '9999')
corr(x, y), covar_pop(x, y), regr_slope(x, y), regr_count(x, y), regr_r2(x, y) from (values (1::float8, 2::float8), (2, 4), (4, 8)) v(x, y)
length((numeric '1e131071' / 3)::text), length((numeric '1e5000' / 7)::text), (1::numeric / numeric '1e3500')::text
numeric '1e309'::float8
numeric '1e-400'::float8
n::float8, n::real, (n * 1e300)::float8, ('nan'::numeric)::float8, ('-inf'::numeric)::real from probe
length(factorial(30000)::text), factorial(25), length(power(3.0, 7000)::text)
sqrt('1e-7'::numeric), sqrt(0.01), sqrt(0.0000000001), sqrt(0.00001), numeric_sqrt(2.0), numeric_exp(1.0), numeric_ln(2.0), numeric_log(2.0, 8.0), numeric_div_trunc(7.5, 2)
pg_size_pretty(1.5), pg_size_pretty(123456.7), pg_size_pretty('NaN'::numeric)
numeric_inc(1.50)
width_bucket('100.50'::numeric, '123456789012345678901234567890'::numeric, '1'::numeric, '1000000'::int4)
width_bucket(100.50, 1, 123456789012345678901234567890, 1000000)
width_bucket(123456789012345678901234567889, 1, 123456789012345678901234567890, 1000000)
width_bucket(123456789012345678901234567889, 1, 123456789012345678901234567890, 10)
width_bucket(0.9999999999999999999999999999, 0, 1, 10)
width_bucket(0.00000000000000000000000001, 1, 0, 10)
width_bucket(2, 123456789012345678901234567890, 1, 1)
width_bucket(1.0000000000000001, 3, 1, 3)
width_bucket(2.3333333333333333333, 3, 1, 3)
width_bucket(0.3333333333333333333333333333333, 0, 1, 3)
width_bucket(0.33333333333333333333, 0, 1, 3)
width_bucket(0.3333333333, 0, 1, 3)
width_bucket(9.99999999999999999999999, 0, 10, 3), width_bucket(3.33333333333333333333333333, 0, 10, 3), width_bucket(6.6666666666666666666666666, 0, 10, 3)
width_bucket(x, 10::numeric, 0::numeric, 3) from (values (3.33333333333333333333333334), (6.66666666666666666666667), (0.00000000000000000000000001)) v(x)
width_bucket(0.9999999999999999::float8, 0, 1, 10), width_bucket(9.999999999999999::float8, 0, 10, 3), width_bucket(3.3333333333333335::float8, 0, 10, 3), width_bucket(3.333333333333333::float8, 0, 10, 3)
width_bucket(1e308::float8, -1.7e308, 1.7e308, 10), width_bucket(0::float8, -1e308, 1.79e308, 7)
width_bucket(x::float8, 1, 0, 7) from generate_series(0.0, 1.0, 0.07142857142857142) x
width_bucket(x::float8, 0, 0.7, 7) from generate_series(0.0, 0.8, 0.1) x
width_bucket(0.3::float8, 0, 0.9, 3), width_bucket(0.6::float8, 0, 0.9, 3), width_bucket(0.30000000000000004::float8, 0.1, 0.7, 3), width_bucket(0.7::float8, 1.4, 0, 2), width_bucket(4.35::float8, 0, 10, 1000)
width_bucket(0::float8, -1, 5e-324, 2147483647), width_bucket(9.9999999999999982::float8, 0, 10, 2147483647)
width_bucket(11::float8, 0, 10, 2147483647)
width_bucket(11::numeric, 0, 10, 2147483647)
