CREATE TABLE animal(id int PRIMARY KEY, name text, born date, weight numeric(8,2), tame bool);
INSERT INTO animal VALUES
(1, 'ant', '2020-01-31', 0.01, false), (2, 'bee', '2021-02-28', 0.10, true), (3, 'cat', NULL, 4.50, true),
(4, 'do"g', '1999-12-31', 30.00, NULL), (5, NULL, '2024-02-29', NULL, false), (6, E'tab\there', '2000-01-01', 1.00, true),
(7, '', '1970-01-01', 123456.78, false);
CREATE TABLE nothing(a int, b text);
CREATE TABLE many(n int);
INSERT INTO many SELECT generate_series(1, 300);
