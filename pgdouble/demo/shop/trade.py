"""Orders, order lines, reviews and payments of the shop, and its audit log.

Fan-outs are skewed: most customers buy once or twice, some every month. What was bought, paid and reviewed
depends on the customer's segment, the product's shelf and the order's status. Takes people and catalogue as arrays;
knows no SQL.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from pgdouble.demo.shop.catalogue import Catalogue
from pgdouble.demo.shop.people import CLOSED, STAFF, People
from pgdouble.demo.shop.rows import Column, Ints, Rows, blank, booleans, cents, dates, instants, integers, labels, uuids

ORDERS_MAX = 60
STATUSES = ("cart", "placed", "shipped", "delivered", "returned", "cancelled")
CHANNELS = ("web", "app", "store", "phone")
COUPONS = ("WELCOME10", "SPRING", "FREESHIP", "PLUS20")
METHODS = ("card", "transfer", "wallet", "invoice")
TITLES = ("Great", "Solid", "As described", "Hm", "Broke after a week", "Perfect gift")
BODIES = (
    "Does what it should.",
    "Arrived late, works well.",
    "Would buy again.",
    "The colour is off.",
    "Too heavy for me.",
)


@dataclass(frozen=True, slots=True)
class Orders:
    """What lines, payments and reviews need of the orders; arrays are indexed by order_id - 1."""

    customer: Ints
    at: Ints
    status: Ints
    channel: Ints

    def __len__(self) -> int:
        return len(self.customer)


def trade(rng: np.random.Generator, people: People, catalogue: Catalogue) -> tuple[Rows, ...]:
    """All tables that happen, in an order that foreign keys allow."""
    orders = _draw_orders(rng, people)
    lines, totals = _lines(rng, orders, people, catalogue)
    return (
        _orders(rng, orders, people, totals),
        lines,
        _payments(rng, orders, people, totals),
        _reviews(rng, people, catalogue),
        _audit(rng, len(people)),
    )


def _draw_orders(rng: np.random.Generator, people: People) -> Orders:
    mean = np.array([1.2, 4.0, 12.0, 14.0])[people.segment]
    fan_out = np.minimum(rng.poisson(mean * rng.gamma(1.3, 1 / 1.3, len(people))), ORDERS_MAX)
    customer = np.repeat(np.arange(len(people)), fan_out)
    count = len(customer)
    at = people.created[customer] + (rng.random(count) * (CLOSED - people.created[customer])).astype(np.int64)
    at = np.minimum(at // 86_400 * 86_400 + (rng.normal(14.5, 3.5, count) % 24 * 3_600).astype(np.int64), CLOSED)
    order = np.argsort(at, kind="stable")
    customer, at = customer[order], at[order]
    recent = at > CLOSED - 30 * 86_400
    settled = rng.choice(6, count, p=[0.05, 0.0, 0.02, 0.80, 0.08, 0.05])
    fresh = rng.choice(6, count, p=[0.25, 0.30, 0.25, 0.15, 0.0, 0.05])
    app = np.clip((at - at[0]) / (CLOSED - at[0]) * 0.5, 0, 0.5)  # the app grows at the web's expense
    channel = (rng.random(count) < app).astype(np.int64)
    channel = np.where(rng.random(count) < 0.12, 2, channel)
    channel = np.where((people.segment[customer] == 3) & (rng.random(count) < 0.35), 3, channel)
    return Orders(customer, at, np.where(recent, fresh, settled), channel)


def _lines(rng: np.random.Generator, orders: Orders, people: People, catalogue: Catalogue) -> tuple[Rows, Ints]:
    """The lines of every order, and each order's total in cents."""
    business = people.segment[orders.customer] == 3
    fan_out = 1 + np.minimum(rng.poisson(np.where(business, 3.4, 1.5)), 11)
    order = np.repeat(np.arange(len(orders)), fan_out)
    count = len(order)
    line = np.arange(count) - np.repeat(np.cumsum(fan_out) - fan_out, fan_out) + 1
    popularity = rng.pareto(1.1, len(catalogue.price_cents)) + 0.05
    product = rng.choice(len(popularity), count, p=popularity / popularity.sum())
    quantity = np.where(business[order], 1 + rng.poisson(4.0, count), 1 + (rng.random(count) < 0.18))
    discounted = rng.random(count) < 0.2
    discount = rng.choice([50, 100, 150, 200, 300], count, p=[0.3, 0.35, 0.15, 0.15, 0.05]) * discounted
    price = catalogue.price_cents[product]
    amount = quantity * price * (1000 - discount) // 1000
    totals = np.bincount(order, weights=amount, minlength=len(orders)).astype(np.int64)
    columns: dict[str, Column] = {
        "order_id": integers(order + 1),
        "line_no": integers(line),
        "product_id": integers(product + 1),
        "quantity": integers(np.minimum(quantity, 99)),
        "unit_price": cents(price),
        "discount": blank([f"{tenths / 10:.1f}" for tenths in discount.tolist()], ~discounted),
    }
    return Rows("public", "order_lines", columns), totals


def _orders(rng: np.random.Generator, orders: Orders, people: People, totals: Ints) -> Rows:
    count = len(orders)
    sent = (orders.status >= 2) & (orders.status <= 4)
    helped = (orders.channel == 3) | (orders.status == 4) & (rng.random(count) < 0.6)
    shipping = np.where(
        (totals > 8_000) | (orders.channel == 2), 0, rng.choice([390, 490, 990], count, p=[0.5, 0.35, 0.15])
    )
    couponed = rng.random(count) < np.where(people.segment[orders.customer] == 2, 0.22, 0.09)
    return Rows(
        "public",
        "orders",
        {
            "order_id": integers(np.arange(1, count + 1)),
            "customer_id": integers(orders.customer + 1),
            "handled_by": blank(integers(rng.integers(6, STAFF + 1, count)), ~helped),
            "ordered_at": instants(orders.at),
            "status": labels(STATUSES, orders.status),
            "channel": labels(CHANNELS, orders.channel),
            "coupon": blank(labels(COUPONS, rng.integers(0, len(COUPONS), count)), ~couponed),
            "shipping_cost": cents(shipping),
            "total": cents(totals + shipping),
            "shipped_on": blank(dates(orders.at // 86_400 + 1 + rng.poisson(1.2, count)), ~sent),
            "gift": booleans(rng.random(count) < 0.06 + 0.14 * (orders.at // 86_400 % 365 > 320)),
        },
    )


def _payments(rng: np.random.Generator, orders: Orders, people: People, totals: Ints) -> Rows:
    """None for carts and most cancellations, two for one order in twenty."""
    paying = (orders.status != 0) & ((orders.status != 5) | (rng.random(len(orders)) < 0.2))
    parts = paying * np.where(rng.random(len(orders)) < 0.05, 2, 1)
    order = np.repeat(np.arange(len(orders)), parts)
    count = len(order)
    business = people.segment[orders.customer[order]] == 3
    method = np.where(
        business,
        rng.choice(4, count, p=[0.15, 0.25, 0.0, 0.60]),
        rng.choice(4, count, p=[0.55, 0.12, 0.30, 0.03]),
    )
    due = (method == 3) & (orders.status[order] < 3)
    return Rows(
        "billing",
        "payments",
        {
            "payment_id": uuids(rng, count),
            "order_id": integers(order + 1),
            "method": labels(METHODS, method),
            "amount": cents(totals[order] // parts[order]),
            "paid_at": blank(instants(orders.at[order] + rng.integers(30, 90_000, count)), due),
            "details": blank(
                [json.dumps({"network": "debit" if row % 3 else "credit"}) for row in range(count)], method != 0
            ),
        },
    )


def _reviews(rng: np.random.Generator, people: People, catalogue: Catalogue) -> Rows:
    fan_out = np.minimum(rng.geometric(0.45, len(people)) - 1, 12) * (people.segment > 0)
    customer = np.repeat(np.arange(len(people)), fan_out)
    count = len(customer)
    product = rng.integers(0, len(catalogue.price_cents), count)
    liking = np.array([4.2, 4.0, 4.4, 3.9, 4.1, 3.4, 3.7, 4.3])[catalogue.shelf[product]]
    rating = np.clip(np.round(rng.normal(liking, 1.1)), 1, 5).astype(np.int64)
    silent = rng.random(count) < np.where(rating >= 4, 0.5, 0.15)  # unhappy people write more
    written = people.created[customer] + (rng.random(count) * (CLOSED - people.created[customer])).astype(np.int64)
    return Rows(
        "public",
        "reviews",
        {
            "review_id": integers(np.arange(1, count + 1)),
            "customer_id": integers(customer + 1),
            "product_id": integers(product + 1),
            "rating": integers(rating),
            "title": blank(labels(TITLES, rng.integers(0, len(TITLES), count)), silent),
            "body": blank(labels(BODIES, rng.integers(0, len(BODIES), count)), silent),
            "verified": booleans(rng.random(count) < 0.8),
            "written_at": instants(written),
        },
    )


def _audit(rng: np.random.Generator, customers: int) -> Rows:
    count = 5_000
    return Rows(
        "public",
        "audit_log",
        {
            "at": instants(np.sort(rng.integers(CLOSED - 90 * 86_400, CLOSED, count))),
            "actor": [f"staff-{number}" for number in rng.integers(1, STAFF + 1, count).tolist()],
            "action": labels(("login", "refund", "export", "edit"), rng.integers(0, 4, count)),
            "payload": [json.dumps({"customer": number}) for number in rng.integers(1, customers, count).tolist()],
        },
    )
