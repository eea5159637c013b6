7/2
-7/2
7 % -3
-7 % 3
1/0
1::bigint/0
1::smallint % 0::smallint
1.0/0
1::float8/0
1::numeric % 0
2147483647 + 1
32767::smallint + 1::smallint
9223372036854775807 + 1
9223372036854775807 * 2
-(-2147483648)::int
abs(-5)
abs((-2147483648)::int)
5::smallint + 5::bigint
5 & 3
5 | 3
5 # 3
~5
1 << 4
-8 >> 1
1 << 33
1::bigint << 62
1::smallint << 3
@ -5
|/ 25.0
||/ 27.0
2 ^ 10
2.0 ^ 0.5
gcd(12, 18)
lcm(4, 6)
mod(7, 3)
mod(-7, 3)
div(7.5, 2)
sqrt(2::float8)
sqrt(-1::float8)
exp(1::float8)
exp(1000::float8)
ln(2::float8)
ln(0::float8)
ln(-1::float8)
log(100::float8)
log(2, 8)
power(2::float8, 3)
power(0::float8, -1)
power(-8::float8, 0.5)
cbrt(27::float8)
round(2.5::float8)
round(-2.5::float8)
round(3.5::float8)
trunc(-2.7::float8)
ceil(2.1::float8)
floor(-2.1::float8)
sign(-2.5::float8)
degrees(pi())
radians(180::float8)
sin(1::float8)
asin(2::float8)
acos(0.5::float8)
atan2(1::float8, 2)
sinh(1::float8)
1e308::float8 * 10
1e-308::float8 * 1e-308::float8
1e308::float8 + 1e308::float8
'Infinity'::float8 + 1
'NaN'::float8 > 'Infinity'::float8
'NaN'::float8 = 'NaN'::float8
1.5::float4 + 1.5::float8
1.1::float4 * 2::float4
1.1::float4
1.1::float4::float8
0.1::float8 + 0.2::float8
1e15::float8
1e-7::float8
100::float8
to_hex(255)
to_hex(-1)
to_hex(255::bigint)
width_bucket(5.35::float8, 0.024, 10.06, 5)
width_bucket(5.35, 0.024, 10.06, 5)
greatest(1, null, 3)
least(2, 1, null)
greatest('a', 'B')
nullif(1, 1)
nullif(1, 2)
coalesce(null, 2, 3)
1 between 0 and 2
1 in (1, 2, null)
3 in (1, 2, null)
3 not in (1, 2, null)
1 = any(array[1, 2])
3 = any(array[1, null])
3 <> all(array[1, 2])
3 > all(array[1, 2])
1 is distinct from null
null is not distinct from null
true and null
false and null
true or null
not null::bool
true > false
(1 = 1) is true
null::bool is unknown
null::bool is not true
sum(x) from (values (1), (2), (null)) v(x)
random() >= 0
bit_count('\xff'::bytea)
sum(f4), avg(f4), sum(f4 + 0.1::real) from probe
sum(x::real) from (values (0.1), (0.1), (0.1), (0.7), (1e7), (3.3)) v(x)
sum(x) from (values (1e308::float8), (1e308)) v(x)
avg(x) from (values ('inf'::float8), (1)) v(x)
sum(x::real) from (values (3e38::float8), (3e38)) v(x)
variance(f8), stddev_pop(f4), var_pop(f8 / 3), stddev(f8) from probe where id <> 2
variance(x) from (values (1e300::float8), (-1e300)) v(x)
corr(i4, f8), regr_slope(f8, i4), regr_r2(f8, i4), regr_intercept(f8, i4), regr_sxx(f8, i4), covar_samp(f8, f4), regr_count(f8, i4) from probe where id <> 2
corr(x, y), covar_pop(x, y) over (), regr_avgx(y, x) over (order by x) from (values (1.5::float8, 2.5::float8), (3, 4)) v(x, y) group by x, y
regr_r2(x, 2), corr(x, 'nan'), covar_pop(x, 'inf') from (values (1.5::float8), (3)) v(x)
exp(1000::float8)
exp(-1000::float8)
exp(1000.0)
exp(10000000.0)
power(10::float8, 400)
power(10::float8, -400)
power(10.0, 200000)
10::float8 ^ 309
10.0 ^ 400 > 1
1e308::float8 * 10
1e308::float8 + 1e308::float8
-1e308::float8 - 1e308::float8
1e-300::float8 / 1e300::float8
1e-300::float8 * 1e-300::float8
1e308::float8 / 1e-10::float8
3e38::real * 10::real
3e38::real + 3e38::real
1e-40::real * 1e-10::real
1e300::float8::real
1e-300::float8::real
1e400::float8
'1e400'::float8
'1e40'::real
1e40::real
sinh(1000), cosh(-1000)
sinh(1000::float8)
cosh(1000::float8)
'inf'::float8 * 0
exp('inf'::float8), exp('-inf'::float8), power('inf'::float8, 2), power(2, 'inf'::float8), power(0.5, 'inf'::float8)
sqrt('inf'::float8), ln('inf'::float8), 'inf'::float8 - 'inf'::float8
1e308::float8 * f8 from probe where id = 2
exp(f8 * 1000) from probe where id = 1
factorial(200) > 0
factorial(100000)
degrees(1e308::float8)
gamma(171.0::float8), gamma(5)
gamma(172::float8)
cbrt(1e308::float8), erf(0.5), erfc(0.5), lgamma(10)
9223372036854775807::float8::int8
(2::float8 ^ 63)::int8
numeric '1e131071' * 10
numeric '1e131072'
numeric '9e131071' + numeric '9e131071'
width_bucket(f8, 0, 10, 5), width_bucket(1::float8, f8, 10, 5) from probe where id = 3
i4 + null::int + (1 / 0)
sind(30), cosd(60), tand(45), cotd(90), asind(0.5), acosd(-0.5), atand(1), atan2d(1, 2), tand(90), tand(270), cotd(0), degrees(0.1), sind('NaN')
id, sind(f8), cosd(f8), tand(f8), cotd(f8) from probe where id in (1, 5) order by id
sind(-30), sind(200), cosd(-100), cosd(350), tand(-45), tand(135), cotd(-45), cotd(210), asind(-0.3), acosd(0.3), asind(0.8), acosd(0.8)
asind(2)
cosd('infinity')
dexp(1), dlog1(2), dlog10(100), dround(1.5), dtrunc(-1.5), int4inc(3), to_oct(8), to_oct(-1), to_oct(-1::bigint)
int4inc(2147483647)
'0/16B3748'::pg_lsn - '0/10'::pg_lsn, '0/16B3748'::pg_lsn + 1.5, 7 + '0/1'::pg_lsn, '0/10'::pg_lsn - 3, pg_lsn(17.2), pg_wal_lsn_diff('1/0', '0/1')
'0/1'::pg_lsn - 3
max(x), min(x) from (values ('0/10'::pg_lsn), ('1/0'), ('0/9')) v(x)
max(x), min(x) from (values ('10'::xid8), ('9')) v(x)
