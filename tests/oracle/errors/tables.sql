-- What the statements that must fail are over. Every column of `edges` is named for its value; its first rows are harmless or null.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE people(
    id int PRIMARY KEY, name text NOT NULL, email varchar(40), born date, height float8, boss int, tags text[], data jsonb,
    joined timestamp, feels mood);
CREATE TABLE orders(
    id bigint PRIMARY KEY, person int REFERENCES people, amount numeric(10,2), quantity smallint, placed timestamptz, note text,
    paid boolean);
CREATE TABLE items(id int, orders bigint, name text, price real, takes interval, at time, code uuid, raw bytea);
CREATE VIEW grown AS SELECT id, name, height FROM people WHERE height > 1.5;
INSERT INTO people VALUES
    (1, 'Ann', 'ann@example.com', '1980-02-29', 1.7, NULL, '{a,b}', '{"a": 1}', '2020-01-01 10:00', 'ok'),
    (2, 'Bob', NULL, '1990-12-31', 1.8, 1, '{}', '[1, 2]', '2021-06-15 12:30', 'sad'),
    (3, 'Cy', 'cy@example.com', NULL, NULL, 1, NULL, NULL, NULL, NULL);
INSERT INTO orders VALUES
    (10, 1, 12.50, 2, '2024-01-01 00:00+00', 'first', true), (11, 1, 0.00, 0, '2024-02-01 00:00+00', 'x1', false),
    (12, 2, 99.99, 5, '2024-03-01 00:00+00', NULL, NULL);
INSERT INTO items VALUES
    (1, 10, 'pen', 1.5, '1 day', '10:00', '00000000-0000-0000-0000-000000000001', '\x01'),
    (2, 11, 'ink', 0, '00:00', '23:59', '00000000-0000-0000-0000-000000000002', '\x');
CREATE TABLE edges(
    id int PRIMARY KEY,
    max2 int2, max4 int4, max8 int8, min2 int2, min4 int4, min8 int8, maxn numeric, n52 numeric(5,2), maxf4 float4, maxf8 float8,
    zero2 int2, zero4 int4, zero8 int8, zeron numeric, zeron2 numeric(8,2), zerof4 float4, zerof8 float8,
    neg2 int2, neg4 int4, neg8 int8, negn numeric, negf4 float4, negf8 float8,
    word text, brief varchar(10), maxd date, maxts timestamp, nothing int, row2 int[], rows2 int[]);
INSERT INTO edges(id) VALUES (2);
INSERT INTO edges VALUES
    (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, '1', '1', '2000-01-01', '2000-01-01', 1,
     '{1}', '{1}'),
    (3, 32767, 2147483647, 9223372036854775807, -32768, -2147483648, -9223372036854775808, 1e131000, 999.99, 3.4e38, 1.7e308,
     0, 0, 0, 0, 0, 0, 0, -2, -2, -2, -2.5, -2.5, -2.5, 'abc', 'x y', '5874897-12-31', '294246-12-31 23:59:59', NULL, '{1,2}',
     '{1,2,3}');
