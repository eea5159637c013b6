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
