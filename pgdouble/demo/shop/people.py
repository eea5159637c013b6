"""Customers and staff of the shop.

Country decides city and phone prefix, the way of signing up decides what is known of a person: guests have no birth
date, no newsletter, no credit limit. Knows no orders. Names come from short word lists, so that nobody real is
described.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from pgdouble.demo.shop.rows import Ints, Rows, blank, cents, dates, instants, integers, labels, uuids

CUSTOMERS = 20_000
STAFF = 120
OPENED = 1_514_764_800  # 2018-01-01
CLOSED = 1_751_328_000  # 2025-07-01

# country -> (share, phone prefix, cities with shares)
COUNTRIES: dict[str, tuple[float, str, dict[str, float]]] = {
    "DE": (0.38, "+49", {"Berlin": 0.4, "Hamburg": 0.25, "Munich": 0.2, "Cologne": 0.15}),
    "FR": (0.22, "+33", {"Paris": 0.6, "Lyon": 0.25, "Marseille": 0.15}),
    "IT": (0.16, "+39", {"Rome": 0.45, "Milan": 0.4, "Turin": 0.15}),
    "ES": (0.13, "+34", {"Madrid": 0.55, "Barcelona": 0.45}),
    "NL": (0.08, "+31", {"Amsterdam": 0.7, "Utrecht": 0.3}),
    "PL": (0.03, "+48", {"Warsaw": 0.8, "Krakow": 0.2}),
}
SEGMENTS = ("guest", "registered", "plus", "business")
DEPARTMENTS = ("sales", "support", "logistics", "finance")
GIVEN = (
    "Ada",
    "Ben",
    "Cleo",
    "Dario",
    "Elif",
    "Finn",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Klara",
    "Luca",
    "Mila",
    "Noor",
)
FAMILY = ("Adler", "Blanc", "Conti", "Dijk", "Engel", "Faure", "Garcia", "Huber", "Ivanov", "Janssen", "Kowal", "Lopez")
INTERESTS = ("cooking", "garden", "reading", "music", "cycling", "camping")


@dataclass(frozen=True, slots=True)
class People:
    """The two tables and what orders need of them; arrays are indexed by customer_id - 1."""

    tables: tuple[Rows, ...]
    segment: Ints
    country: Ints
    created: Ints

    def __len__(self) -> int:
        return len(self.segment)


def people(rng: np.random.Generator, customers: int = CUSTOMERS) -> People:
    """Customers and a staff tree of three levels."""
    shares = np.array([share for share, _, _ in COUNTRIES.values()])
    country = rng.choice(len(COUNTRIES), customers, p=shares)
    segment = _segments(rng, country)
    created = OPENED + (np.sqrt(rng.random(customers)) * (CLOSED - OPENED)).astype(np.int64)
    tables = (_staff(rng), _customers(rng, country, segment, created))
    return People(tables, segment, country, created)


def _segments(rng: np.random.Generator, country: Ints) -> Ints:
    """Guests are common in the south, business customers in Germany and the Netherlands."""
    chances = np.array(
        [[0.20, 0.45, 0.22, 0.13], [0.30, 0.45, 0.20, 0.05], [0.42, 0.40, 0.14, 0.04],
         [0.40, 0.42, 0.14, 0.04], [0.18, 0.45, 0.25, 0.12], [0.55, 0.35, 0.08, 0.02]]
    )  # fmt: skip
    limits = chances.cumsum(axis=1)[country]
    drawn: Ints = np.minimum((rng.random((len(country), 1)) > limits).sum(axis=1), 3).astype(np.int64)
    return drawn


def _cities(rng: np.random.Generator, country: Ints) -> list[str]:
    pools = [(list(cities), np.cumsum(list(cities.values()))) for _, _, cities in COUNTRIES.values()]
    draws = rng.random(len(country)).tolist()
    result = []
    for code, draw in zip(country.tolist(), draws, strict=True):
        names, edges = pools[code]
        result.append(names[min(int(np.searchsorted(edges, draw)), len(names) - 1)])
    return result


def _customers(rng: np.random.Generator, country: Ints, segment: Ints, created: Ints) -> Rows:
    count = len(country)
    guest, business = segment == 0, segment == 3
    given, family = rng.integers(0, len(GIVEN), count), rng.integers(0, len(FAMILY), count)
    names = [f"{GIVEN[g]} {FAMILY[f]}" for g, f in zip(given.tolist(), family.tolist(), strict=True)]
    prefix = [code for _, code, _ in COUNTRIES.values()]
    numbers = rng.integers(1_000_000, 9_999_999, count).tolist()
    phones = [f"{prefix[c]} {number}" for c, number in zip(country.tolist(), numbers, strict=True)]
    # Plus members are older, and older people have more points.
    age_days = np.clip(rng.normal(38 + 9 * (segment == 2), 12, count), 16, 92) * 365.25
    born = (CLOSED // 86_400 - age_days).astype(np.int64)
    points = np.where(segment == 2, rng.gamma(2.0, 900, count), rng.gamma(0.6, 120, count)) * ~guest
    credit = rng.choice([50_000, 100_000, 250_000, 1_000_000], count, p=[0.2, 0.45, 0.25, 0.1])
    liked = rng.random((count, len(INTERESTS))) < np.array([0.3, 0.25, 0.35, 0.3, 0.2, 0.15])
    return Rows(
        "public",
        "customers",
        {
            "customer_id": integers(np.arange(1, count + 1)),
            "reference": uuids(rng, count),
            "email": [f"{name.replace(' ', '.').lower()}{row}@mail.example" for row, name in enumerate(names)],
            "full_name": blank(names, guest & (rng.random(count) < 0.5)),
            "phone": blank(phones, rng.random(count) < np.where(business, 0.02, 0.4)),
            "birth_date": blank(dates(born), guest | business),
            "country": labels(list(COUNTRIES), country),
            "city": blank(_cities(rng, country), rng.random(count) < 0.04),
            "segment": labels(SEGMENTS, segment),
            "newsletter": blank(
                ["t" if yes else "f" for yes in (rng.random(count) < 0.35 + 0.2 * (segment == 2))], guest
            ),
            "credit_limit": blank(cents(credit), ~business),
            "loyalty_points": integers(points.astype(np.int64)),
            "interests": blank(_arrays(liked), guest),
            "preferences": [
                json.dumps({"language": list(COUNTRIES)[c].lower(), "dark": c % 2 == 0}) for c in country.tolist()
            ],
            "created_at": instants(created),
        },
    )


def _arrays(liked: np.typing.NDArray[np.bool_]) -> list[str]:
    return [
        "{" + ",".join(name for name, yes in zip(INTERESTS, row, strict=True) if yes) + "}" for row in liked.tolist()
    ]


def _staff(rng: np.random.Generator) -> Rows:
    """One head, one manager for each department, everyone else below them."""
    department = np.concatenate([[0], np.arange(4), rng.choice(4, STAFF - 5, p=[0.35, 0.35, 0.2, 0.1])])
    managers: list[str | None] = [None, *["1"] * 4, *(str(2 + code) for code in department[5:].tolist())]
    grade = np.concatenate([[9], np.full(4, 7), np.minimum(6, 1 + rng.poisson(2.2, STAFF - 5))])
    return Rows(
        "public",
        "staff",
        {
            "staff_id": integers(np.arange(1, STAFF + 1)),
            "manager_id": managers,
            "full_name": [f"{GIVEN[row % len(GIVEN)]} {FAMILY[row % len(FAMILY)]}" for row in range(STAFF)],
            "department": labels(DEPARTMENTS, department),
            "grade": integers(grade),
            "hired_on": dates(rng.integers(15_000, CLOSED // 86_400, STAFF)),
        },
    )
