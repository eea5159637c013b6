CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (a int, b text);
CREATE TYPE spans AS RANGE (subtype = int4);
CREATE TABLE probe(
    id int PRIMARY KEY, i2 int2, i4 int4, i8 int8, n numeric, n2 numeric(12,2), n4 numeric(10,4), f4 real, f8 double precision,
    t text, v varchar(20), b bool, d date, ts timestamp, tz timestamptz, tm time, iv interval, u uuid, by bytea, m mood,
    ia int[], ta text[], na numeric[], j json, jb jsonb);
COMMENT ON COLUMN probe.id IS 'the key';
CREATE SEQUENCE probe_seq INCREMENT 5 MAXVALUE 1000 CACHE 2 CYCLE;
INSERT INTO probe VALUES
(1,1,10,100,1.5,10.50,1.2345,1.5,2.5,'apple','x',true,'2024-01-31','2024-01-31 10:11:12.5','2024-01-31 10:11:12+00','10:11:12','1 month 2 days 03:04:05','00000000-0000-0000-0000-000000000001','\xdeadbeef','happy','{1,2,3}','{a,b}','{1.5,2.25}','{"a": 1,  "b":[1,2]}','{"b":[1,2],"a":1}'),
(2,-2,-20,9223372036854775807,2.50,-3.25,0.0001,-0.5,1e300,'Banana','yy',false,'1999-12-31','1999-12-31 23:59:59','1999-12-31 23:59:59+00','23:59:59.999','-1 days','00000000-0000-0000-0000-000000000002','\x00','sad','{}','{NULL,"x y"}',NULL,'[1,"two",null]','[1,"two",null]'),
(3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL),
(4,3,10,100,1.50,10.50,3.0000,1.5,2.5,'_under','x','t','2024-02-29','2024-02-29 00:00:00','2024-02-29 00:00:00+00','00:00','1 mon','00000000-0000-0000-0000-000000000004','\xff','ok','{3,NULL}','{}','{1.25}','{"a":{"b":"c"}}','{"a":{"b":"c"},"n":1.50}'),
(5,7,NULL,-5,100,0.01,2.5000,0.1,0.1,'été','zz',NULL,'2023-07-04','2023-07-04 08:00:00.123456','2023-07-04 08:00:00.123456+02','08:00','2 years','00000000-0000-0000-0000-000000000005','','happy','{7}','{c}','{3}','"s"','"s"');
