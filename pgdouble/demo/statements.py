"""What an analyst asks of the shop, and what must hold of the double's answers.

Each question is plain SQL (or a psql meta-command) sent unchanged to source and double. Refuses to know how it is
sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Expect(Enum):
    """What must be true of the double's answer beside the source's; anything else fails the demo."""

    SHAPE = "same columns, at least one row"
    EQUAL = "exactly the source's answer"
    DENIED = "refused with 42501"
    READ_ONLY = "refused with 25006"


@dataclass(frozen=True, slots=True)
class Question:
    """One statement and why it is asked."""

    title: str
    sql: str
    expect: Expect = Expect.SHAPE


QUESTIONS: tuple[Question, ...] = (
    Question(
        "How many customers are there, and since when?",
        "SELECT count(*) AS customers, min(created_at)::date AS first, max(created_at)::date AS last FROM customers",
    ),
    Question(
        "Which segments do we have? Guests leave no birth date (NULLs keep their pattern).",
        "SELECT segment, count(*) AS customers, count(birth_date) AS with_birth_date,\n"
        "       count(credit_limit) AS with_credit\n"
        "FROM customers GROUP BY segment ORDER BY segment",
    ),
    Question(
        "Where are they? (two correlated columns)",
        "SELECT country, city, count(*) AS customers FROM customers WHERE city IS NOT NULL\n"
        "GROUP BY country, city ORDER BY customers DESC LIMIT 6",
    ),
    Question(
        "How skewed is buying? (fan-out of a join)",
        "SELECT CASE WHEN n = 0 THEN '0' WHEN n < 3 THEN '1-2' WHEN n < 10 THEN '3-9' WHEN n < 30 THEN '10-29'\n"
        "       ELSE '30 and more' END AS orders, count(*) AS customers\n"
        "FROM (SELECT c.customer_id, count(o.order_id) AS n FROM customers c\n"
        "      LEFT JOIN orders o USING (customer_id) GROUP BY c.customer_id) AS fan_out\n"
        "GROUP BY 1 ORDER BY min(n)",
    ),
    Question(
        "What does an order bring, by segment? (join, numeric)",
        "SELECT c.segment, count(*) AS orders, round(avg(o.total), 2) AS average, sum(o.total) AS revenue\n"
        "FROM orders o JOIN customers c USING (customer_id) GROUP BY c.segment ORDER BY c.segment",
    ),
    Question(
        "How does the app grow? (dates, FILTER)",
        "SELECT date_trunc('year', ordered_at)::date AS year, count(*) AS orders,\n"
        "       round(100.0 * count(*) FILTER (WHERE channel = 'app') / count(*), 1) AS app_percent\n"
        "FROM orders GROUP BY 1 ORDER BY 1",
    ),
    Question(
        "What sells? (three tables, one of them public and verbatim)",
        "SELECT k.name AS category, count(*) AS lines, sum(l.quantity) AS pieces\n"
        "FROM order_lines l JOIN products p USING (product_id) JOIN categories k USING (category_id)\n"
        "GROUP BY k.name ORDER BY lines DESC LIMIT 5",
    ),
    Question(
        "Who pays how? (second schema, enum, CASE)",
        "SELECT p.method, count(*) AS payments,\n"
        "       round(100.0 * sum(CASE WHEN c.segment = 'business' THEN 1 ELSE 0 END) / count(*), 1) AS business\n"
        "FROM billing.payments p JOIN orders o USING (order_id) JOIN customers c USING (customer_id)\n"
        "GROUP BY p.method ORDER BY p.method",
    ),
    Question(
        "Are reviews kinder in some categories? (CTE, window)",
        "WITH rated AS (SELECT k.name AS category, avg(r.rating) AS rating FROM reviews r\n"
        "               JOIN products p USING (product_id) JOIN categories k USING (category_id) GROUP BY k.name)\n"
        "SELECT rank() OVER (ORDER BY rating DESC) AS place, category, round(rating, 2) AS rating\n"
        "FROM rated ORDER BY place LIMIT 5",
    ),
    Question(
        "Does every line belong to an order, every order to a customer? (keys hold)",
        "SELECT (SELECT count(*) FROM order_lines l LEFT JOIN orders o USING (order_id)\n"
        "        WHERE o.order_id IS NULL) AS lone_lines,\n"
        "       (SELECT count(*) FROM orders o LEFT JOIN customers c USING (customer_id)\n"
        "        WHERE c.customer_id IS NULL) AS lone_orders",
        Expect.EQUAL,
    ),
    Question(
        "What is in the web catalogue? (public table, array, jsonb)",
        "SELECT sku, name, price, tags, attributes ->> 'colour' AS colour FROM products\n"
        "WHERE 'gift' = ANY (tags) ORDER BY price DESC, sku LIMIT 4",
        Expect.EQUAL,
    ),
    Question("What does the table look like? (psql's own catalog queries)", r"\d public.order_lines", Expect.EQUAL),
    Question(
        "May an analyst read addresses? (policy)",
        "SELECT email FROM customers LIMIT 3",
        Expect.DENIED,
    ),
    Question("May an analyst write?", "DELETE FROM reviews", Expect.READ_ONLY),
)
