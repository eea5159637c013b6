-- Rows as values: of named types, of records, and of what an outer join did not find; the statements of rows.sql are asked over these.
create type spot as (x int, y numeric(6,2));
create type stretch as (a spot, b spot, note text);
create type moment as (at timestamptz, name text);
create table item (x int primary key, y text);
create table price (x int primary key, z numeric(8,2));
create table shape (id int primary key, l stretch, p spot, ps spot[]);
create table event (id int primary key, m moment, ms moment[]);
insert into item values (1, 'a'), (2, 'b'), (3, null), (4, 'd');
insert into price values (2, 1.5), (3, 2.25), (5, null), (4, 100);
insert into shape values
    (1, row(row(1, 2.5), row(3, 4), 'hi "q"'), row(1, 1), array[row(1, 2)::spot, row(3, null)::spot]), (2, null, null, null),
    (3, row(null, row(null, null), null), row(null, null), '{}'), (4, row(row(1, 2.5), row(3, 4), ''), row(1, 1.00), array[null::spot]);
insert into event values (1, row('2020-01-01 12:00+00', 'noon'), array[row('2020-07-01 12:00+00', null)::moment]), (2, null, null);
