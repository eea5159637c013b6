"""Schemas of every shape, with rows: what `test_schema_shapes.py` builds. Each is a few tables, what the policy says of them, and no more.

Rows are made by generate_series, a few hundred a table; a shape's rows may refer to each other in every way that its constraints allow.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """sql: of the source. tables: of the policy, beside `unit`. notes: words that a note of the manifest must have, each in one of them."""

    name: str
    sql: str
    tables: str
    unit: str = "public.person"
    notes: tuple[str, ...] = ()
    other_units: str = "{}"


PERSON = """
CREATE TABLE person (id int PRIMARY KEY, active boolean NOT NULL);
INSERT INTO person SELECT i, i % 3 > 0 FROM generate_series(1, 300) i;
"""
AUTO = "  public.person: {columns: {'*': auto}}\n"

CHAIN = Shape(
    "chain of four",
    PERSON
    + """
CREATE TABLE orders (id bigint PRIMARY KEY, person_id int NOT NULL REFERENCES person, paid boolean);
INSERT INTO orders SELECT i, 1 + i % 250, i % 2 = 0 FROM generate_series(1, 600) i;
CREATE TABLE line (id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, gift boolean);
INSERT INTO line SELECT i, 1 + i % 500, i % 4 = 0 FROM generate_series(1, 1500) i;
CREATE TABLE event (id bigint PRIMARY KEY, line_id bigint NOT NULL REFERENCES line, good boolean);
INSERT INTO event SELECT i, 1 + i % 1400, i % 5 > 0 FROM generate_series(1, 2500) i;
""",
    AUTO + "".join(f"  public.{name}: {{columns: {{'*': auto}}}}\n" for name in ("orders", "line", "event")),
)

LOOKUPS = Shape(
    "lookups, small and of 50,000 rows",
    PERSON
    + """
CREATE TABLE country (code char(2) PRIMARY KEY, name text NOT NULL);
INSERT INTO country VALUES ('DE', 'Germany'), ('FR', 'France'), ('PL', 'Poland');
CREATE TABLE product (id int PRIMARY KEY, label text NOT NULL);
INSERT INTO product SELECT i, 'product ' || i FROM generate_series(1, 50000) i;
CREATE TABLE purchase (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person,
  product_id int NOT NULL REFERENCES product, country char(2) REFERENCES country);
INSERT INTO purchase SELECT i, 1 + i % 250, 1 + (i * 37) % 50000, (ARRAY['DE', 'FR', NULL])[1 + i % 3] FROM generate_series(1, 900) i;
""",
    AUTO
    + """
  public.country: {public: true, because: a list of the post}
  public.product: {public: true, because: the catalogue}
  public.purchase: {columns: {'*': auto}}
""",
    notes=("they are drawn evenly",),
)

TRANSFER = Shape(
    "two owners: transfers, messages, follows",
    PERSON
    + """
CREATE TABLE account (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, open boolean);
INSERT INTO account SELECT i, 1 + i % 280, i % 9 > 0 FROM generate_series(1, 400) i;
CREATE TABLE transfer (id int PRIMARY KEY, source int NOT NULL REFERENCES account, target int NOT NULL REFERENCES account,
  booked boolean, CHECK (source <> target));
INSERT INTO transfer SELECT i, 1 + i % 390, 1 + (i + 7) % 400, i % 2 = 0 FROM generate_series(1, 800) i;
CREATE TABLE message (id int PRIMARY KEY, sender int NOT NULL REFERENCES person, recipient int REFERENCES person, seen boolean);
INSERT INTO message SELECT i, 1 + i % 290, CASE WHEN i % 5 > 0 THEN 1 + i % 7 END, i % 2 = 0 FROM generate_series(1, 700) i;
CREATE TABLE follow (follower int REFERENCES person, followed int REFERENCES person, muted boolean NOT NULL,
  PRIMARY KEY (follower, followed));
INSERT INTO follow SELECT DISTINCT ON (a, b) a, b, a % 2 = 0
  FROM (SELECT 1 + i % 200 AS a, 1 + (i * i) % 300 AS b FROM generate_series(1, 900) i) t;
""",
    AUTO
    + """
  public.account: {columns: {'*': auto}}
  public.transfer: {owner: source, columns: {'*': auto}}
  public.message: {owner: sender, columns: {'*': auto}}
  public.follow: {owner: follower, columns: {'*': auto}}
""",
    notes=(
        "public.transfer (target) mentions",
        "public.message (recipient) mentions",
        "public.follow (followed) mentions",
    ),
)

JUNCTIONS = Shape(
    "many-to-many, the other side public or private",
    PERSON
    + """
CREATE TABLE tag (id int PRIMARY KEY, label text NOT NULL);
INSERT INTO tag SELECT i, 'tag ' || i FROM generate_series(1, 20) i;
CREATE TABLE person_tag (person_id int REFERENCES person, tag_id int REFERENCES tag, PRIMARY KEY (person_id, tag_id));
INSERT INTO person_tag SELECT DISTINCT 1 + i % 250, 1 + (i * 7) % 20 FROM generate_series(1, 900) i;
CREATE TABLE team (id int PRIMARY KEY, lead int NOT NULL REFERENCES person, hidden boolean);
INSERT INTO team SELECT i, 1 + i % 90, i % 4 = 0 FROM generate_series(1, 120) i;
CREATE TABLE member (team_id int REFERENCES team, person_id int REFERENCES person, since date, PRIMARY KEY (team_id, person_id));
INSERT INTO member SELECT DISTINCT 1 + i % 120, 1 + (i * 11) % 300 FROM generate_series(1, 800) i;
""",
    AUTO
    + """
  public.tag: {public: true, because: a fixed list}
  public.person_tag: {columns: {'*': auto}}
  public.team: {columns: {'*': auto}}
  public.member: {owner: person_id, columns: {'*': auto, since: {as: number, bounds: ["2020-01-01", "2026-01-01"], step: "1 month"}}}
""",
    notes=("public.member (team_id) mentions",),
)

SELF = Shape(
    "self-reference",
    """
CREATE TABLE person (id int PRIMARY KEY, manager_id int REFERENCES person, active boolean NOT NULL);
INSERT INTO person SELECT i, CASE WHEN i > 5 THEN 1 + i / 6 END, i % 3 > 0 FROM generate_series(1, 300) i;
CREATE TABLE comment (id int PRIMARY KEY, author int NOT NULL REFERENCES person, parent int REFERENCES comment, up boolean);
INSERT INTO comment SELECT i, 1 + i % 280, CASE WHEN i % 3 > 0 AND i > 3 THEN i / 3 END, i % 2 = 0 FROM generate_series(1, 700) i;
CREATE TABLE folder (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, parent int NOT NULL REFERENCES folder);
INSERT INTO folder SELECT i, 1 + i % 250, greatest(1, i / 4) FROM generate_series(1, 500) i;
""",
    AUTO + "  public.comment: {columns: {'*': auto}}\n  public.folder: {columns: {'*': auto}}\n",
    notes=(
        "public.person (manager_id) mentions another",
        "public.comment (parent) mentions another",
        "public.folder (parent) mentions another",
    ),
)

CYCLE = Shape(
    "cycle of two tables",
    """
CREATE TABLE person (id int PRIMARY KEY, default_address int, active boolean NOT NULL);
CREATE TABLE address (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, old boolean);
ALTER TABLE person ADD FOREIGN KEY (default_address) REFERENCES address DEFERRABLE INITIALLY DEFERRED;
BEGIN;
INSERT INTO person SELECT i, CASE WHEN i % 4 > 0 THEN i END, i % 3 > 0 FROM generate_series(1, 300) i;
INSERT INTO address SELECT i, 1 + (i - 1) % 300, i % 2 = 0 FROM generate_series(1, 450) i;
COMMIT;
""",
    AUTO + "  public.address: {columns: {'*': auto}}\n",
)

CYCLE_NOT_NULL = Shape(
    "cycle of two tables, NOT NULL both ways, deferred",
    """
CREATE TABLE person (id int PRIMARY KEY, default_address int NOT NULL UNIQUE, active boolean NOT NULL);
CREATE TABLE address (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, old boolean);
ALTER TABLE person ADD FOREIGN KEY (default_address) REFERENCES address DEFERRABLE INITIALLY DEFERRED;
BEGIN;
INSERT INTO person SELECT i, i, i % 3 > 0 FROM generate_series(1, 300) i;
INSERT INTO address SELECT i, 1 + (i - 1) % 300, i % 2 = 0 FROM generate_series(1, 450) i;
COMMIT;
""",
    AUTO + "  public.address: {columns: {'*': auto}}\n",
)

CYCLE_OWN = Shape(
    "cycle that the key keeps inside one unit",
    """
CREATE TABLE person (id int PRIMARY KEY, default_address int, active boolean NOT NULL);
CREATE TABLE address (person_id int REFERENCES person, id int, old boolean, PRIMARY KEY (person_id, id));
ALTER TABLE person ADD FOREIGN KEY (id, default_address) REFERENCES address DEFERRABLE INITIALLY DEFERRED;
BEGIN;
INSERT INTO person SELECT i, CASE WHEN i % 4 > 0 THEN 1 END, i % 3 > 0 FROM generate_series(1, 300) i;
INSERT INTO address SELECT 1 + (i - 1) % 300, 1 + (i - 1) / 300, i % 2 = 0 FROM generate_series(1, 450) i;
COMMIT;
""",
    AUTO + "  public.address: {columns: {'*': auto}}\n",
)

COMPOSITE = Shape(
    "composite keys, the unit's own among them",
    """
CREATE TABLE person (region char(2), number int, active boolean NOT NULL, PRIMARY KEY (region, number));
INSERT INTO person SELECT (ARRAY['DE', 'FR'])[1 + i % 2], i / 2, i % 3 > 0 FROM generate_series(1, 300) i;
CREATE TABLE orders (region char(2), number int, line int, paid boolean, PRIMARY KEY (region, number, line),
  FOREIGN KEY (region, number) REFERENCES person);
INSERT INTO orders SELECT (ARRAY['DE', 'FR'])[1 + i % 2], i / 2, j, i % 2 = 0 FROM generate_series(1, 300) i, generate_series(1, 2) j;
CREATE TABLE note (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), region char(2) NOT NULL,
  number int NOT NULL, line int NOT NULL, loud boolean,
  FOREIGN KEY (region, number, line) REFERENCES orders, FOREIGN KEY (region, number) REFERENCES person);
INSERT INTO note (region, number, line, loud) SELECT region, number, line, number % 3 = 0 FROM orders WHERE number % 5 > 0;
""",
    AUTO
    + "  public.orders: {columns: {'*': auto}}\n  public.note: {owner: [region, number, line], columns: {'*': auto}}\n",
)

TENANTS = Shape(
    "composite keys that share the tenant's column",
    """
CREATE TABLE tenant (id int PRIMARY KEY, active boolean NOT NULL);
INSERT INTO tenant SELECT i, i % 3 > 0 FROM generate_series(1, 200) i;
CREATE TABLE customer (tenant_id int REFERENCES tenant, id int, vip boolean, PRIMARY KEY (tenant_id, id));
INSERT INTO customer SELECT t, c, c % 2 = 0 FROM generate_series(1, 200) t, generate_series(1, 3) c WHERE (t * c) % 5 > 0;
CREATE TABLE product (tenant_id int REFERENCES tenant, id int, live boolean, PRIMARY KEY (tenant_id, id));
INSERT INTO product SELECT t, p, p % 2 = 0 FROM generate_series(1, 200) t, generate_series(1, 4) p;
CREATE TABLE sale (tenant_id int, id int, customer_id int NOT NULL, product_id int, paid boolean, PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customer, FOREIGN KEY (tenant_id, product_id) REFERENCES product);
INSERT INTO sale SELECT tenant_id, id, id, CASE WHEN tenant_id % 4 > 0 THEN 1 + tenant_id % 4 END, tenant_id % 2 = 0 FROM customer;
""",
    "  public.tenant: {columns: {'*': auto}}\n  public.customer: {columns: {'*': auto}}\n  public.product: {columns: {'*': auto}}\n"
    "  public.sale: {owner: [tenant_id, customer_id], columns: {'*': auto}}\n",
    unit="public.tenant",
)

TREES = Shape(
    "trees inside a tenant, and what shares a row below it",
    """
CREATE TABLE tenant (id int PRIMARY KEY, active boolean NOT NULL);
INSERT INTO tenant SELECT i, i % 3 > 0 FROM generate_series(1, 200) i;
CREATE TABLE staff (tenant_id int REFERENCES tenant, id int, boss int, senior boolean, PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, boss) REFERENCES staff);
INSERT INTO staff SELECT t, s, CASE WHEN s > 1 THEN s / 2 END, s = 1 FROM generate_series(1, 200) t, generate_series(1, 4) s;
CREATE TABLE page (tenant_id int REFERENCES tenant, id int, above int NOT NULL, PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, above) REFERENCES page);
INSERT INTO page SELECT t, p, greatest(1, p / 2) FROM generate_series(1, 200) t, generate_series(1, 5) p;
CREATE TABLE note (tenant_id int, staff_id int, n int, page_id int, PRIMARY KEY (tenant_id, staff_id, n),
  FOREIGN KEY (tenant_id, staff_id) REFERENCES staff, FOREIGN KEY (tenant_id, page_id) REFERENCES page);
INSERT INTO note SELECT tenant_id, id, n, CASE WHEN n = 1 THEN id END FROM staff, generate_series(1, 2) n;
CREATE TABLE answer (tenant_id int, staff_id int, id int, note_n int NOT NULL, PRIMARY KEY (tenant_id, staff_id, id),
  FOREIGN KEY (tenant_id, staff_id) REFERENCES staff, FOREIGN KEY (tenant_id, staff_id, note_n) REFERENCES note);
INSERT INTO answer SELECT tenant_id, staff_id, n, n FROM note;
""",
    "".join(f"  public.{name}: {{columns: {{'*': auto}}}}\n" for name in ("tenant", "staff", "page"))
    + """
  public.note: {owner: [tenant_id, staff_id], columns: {'*': auto}}
  public.answer: {owner: [tenant_id, staff_id], columns: {'*': auto}}
""",
    unit="public.tenant",
)

OWNERLESS = Shape(
    "owner paths that are NULL",
    PERSON
    + """
CREATE TABLE orders (id int PRIMARY KEY, person_id int REFERENCES person, paid boolean);
INSERT INTO orders SELECT i, CASE WHEN i % 2 = 0 THEN 1 + i % 250 END, i % 3 = 0 FROM generate_series(1, 600) i;
CREATE TABLE line (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, gift boolean);
INSERT INTO line SELECT i, 1 + i % 600, i % 4 = 0 FROM generate_series(1, 900) i;
""",
    AUTO + "  public.orders: {columns: {'*': auto}}\n  public.line: {columns: {'*': auto}}\n",
    notes=("rows of public.orders without an owner", "rows of public.line"),
)

ROW_LEVEL = Shape(
    "row_level tables beside a unit",
    PERSON
    + """
CREATE TABLE sensor (id int PRIMARY KEY, person_id int REFERENCES person, good boolean);
INSERT INTO sensor SELECT i, CASE WHEN i % 3 > 0 THEN 1 + i % 250 END, i % 2 = 0 FROM generate_series(1, 500) i;
CREATE TABLE reading (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, sensor_id int REFERENCES sensor, high boolean);
INSERT INTO reading SELECT i, 1 + i % 250, 1 + i % 500, i % 2 = 0 FROM generate_series(1, 900) i;
""",
    AUTO + "  public.sensor: {row_level: true, columns: {'*': auto}}\n  public.reading: {columns: {'*': auto}}\n",
    notes=("public.sensor is row_level",),
)

UNITS = Shape(
    "two privacy units",
    PERSON
    + """
CREATE TABLE office (id int PRIMARY KEY, city text NOT NULL);
INSERT INTO office VALUES (1, 'Bonn'), (2, 'Lyon');
CREATE TABLE employee (id int PRIMARY KEY, manager_id int REFERENCES employee, office_id int REFERENCES office,
  customer_id int REFERENCES person, senior boolean);
INSERT INTO employee SELECT i, CASE WHEN i > 4 THEN 1 + i % 4 END, 1 + i % 2, CASE WHEN i % 3 > 0 THEN i END, i % 5 = 0
  FROM generate_series(1, 120) i;
CREATE TABLE shift (id int PRIMARY KEY, employee_id int NOT NULL REFERENCES employee, late boolean);
INSERT INTO shift SELECT i, 1 + i % 110, i % 3 = 0 FROM generate_series(1, 500) i;
CREATE TABLE ticket (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, handled_by int REFERENCES employee, open boolean);
INSERT INTO ticket SELECT i, 1 + i % 280, CASE WHEN i % 4 > 0 THEN 1 + i % 9 END, i % 2 = 0 FROM generate_series(1, 700) i;
CREATE TABLE sensor (id int PRIMARY KEY, office_id int NOT NULL REFERENCES office, good boolean);
INSERT INTO sensor SELECT i, 1 + i % 2, i % 2 = 0 FROM generate_series(1, 200) i;
""",
    AUTO
    + """
  public.office: {public: true, because: they are on the web site}
  public.employee: {columns: {'*': auto}}
  public.shift: {columns: {'*': auto}}
  public.ticket: {owner: person_id, columns: {'*': auto}}
  public.sensor: {row_level: true, columns: {'*': auto}}
""",
    notes=(
        "public.person and public.employee are units of their own",
        "public.employee (customer_id) mentions a row of public.person",
        "public.employee (manager_id) mentions another",
        "public.ticket (handled_by) mentions a row of public.employee",
    ),
    other_units="""{public.employee: {budget: {epsilon: 6, delta: 1e-9, window: 90d}, lifetime: {epsilon: 9, delta: 1e-9},
    release: {epsilon: 2}}}""",
)

SHAPES = (
    CHAIN, LOOKUPS, TRANSFER, JUNCTIONS, SELF, CYCLE, CYCLE_NOT_NULL, CYCLE_OWN, COMPOSITE, TENANTS, TREES, OWNERLESS, ROW_LEVEL,
    UNITS,
)  # fmt: skip
