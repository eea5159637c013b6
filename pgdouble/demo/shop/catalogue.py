"""Categories and products of the shop: what its web catalogue shows to everybody.

Prices are log-normal around a price level of the category, tags and attributes follow the category too. Knows no
customers; every name is made of the word lists below.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from pgdouble.demo.shop.rows import Ints, Rows, booleans, cents, dates, integers

PRODUCTS = 400
FIRST_LAUNCH_DAY = 16_800  # 2015-12-31
LAUNCH_DAYS = 3_200

# category -> (typical price in cents, typical weight in kg, things)
SHELVES: dict[str, tuple[int, float, tuple[str, ...]]] = {
    "Kitchen": (2_900, 1.2, ("pan", "kettle", "knife", "grater", "scale")),
    "Garden": (4_500, 3.5, ("spade", "hose", "planter", "rake", "lantern")),
    "Books": (1_800, 0.5, ("atlas", "novel", "cookbook", "guide", "diary")),
    "Toys": (2_200, 0.7, ("puzzle", "kite", "train", "blocks", "robot")),
    "Outdoor": (8_900, 2.4, ("tent", "stove", "rucksack", "lamp", "mat")),
    "Office": (3_600, 1.0, ("lamp", "stapler", "chair mat", "binder", "desk pad")),
    "Audio": (12_900, 0.9, ("headphones", "speaker", "turntable", "recorder", "radio")),
    "Bicycle": (6_400, 1.6, ("helmet", "pump", "bell", "pannier", "lock")),
}
MATERIALS = ("oak", "steel", "linen", "cork", "copper", "wool", "glass", "bamboo")
COLOURS = ("black", "white", "green", "blue", "red", "natural")
TAGS = ("new", "sale", "gift", "eco", "limited")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The two tables and what orders need of them; arrays are indexed by product_id - 1."""

    tables: tuple[Rows, ...]
    price_cents: Ints
    shelf: Ints


def catalogue(rng: np.random.Generator) -> Catalogue:
    """Categories in two levels and 400 products."""
    shelf = rng.choice(len(SHELVES), size=PRODUCTS, p=np.array([18, 14, 20, 12, 12, 10, 8, 6]) / 100)
    level = np.array([price for price, _, _ in SHELVES.values()])[shelf]
    price = np.maximum(99, (level * rng.lognormal(0.0, 0.6, PRODUCTS)).astype(np.int64) // 50 * 50 + 49)
    return Catalogue((_categories(), _products(rng, shelf, price)), price, shelf)


def _categories() -> Rows:
    names = ["Home", "Leisure", *SHELVES]
    home = {"Kitchen", "Garden", "Office"}
    parents: list[str | None] = [None, None, *("1" if name in home else "2" for name in SHELVES)]
    ids = [str(position) for position in range(1, len(names) + 1)]
    return Rows("public", "categories", {"category_id": ids, "parent_id": parents, "name": names})


def _products(rng: np.random.Generator, shelf: Ints, price: Ints) -> Rows:
    names = list(SHELVES)
    things = [SHELVES[names[code]][2] for code in shelf.tolist()]
    material = rng.integers(0, len(MATERIALS), PRODUCTS).tolist()
    colour = rng.integers(0, len(COLOURS), PRODUCTS).tolist()
    weight = np.array([kilos for _, kilos, _ in SHELVES.values()])[shelf] * rng.lognormal(0.0, 0.4, PRODUCTS)
    tagged = rng.random((PRODUCTS, len(TAGS))) < np.array([0.15, 0.1, 0.25, 0.2, 0.05])
    return Rows(
        "public",
        "products",
        {
            "product_id": integers(np.arange(1, PRODUCTS + 1)),
            "category_id": integers(shelf + 3),
            "sku": [f"{names[code][:3].upper()}-{1000 + row}" for row, code in enumerate(shelf.tolist())],
            "name": [
                f"{MATERIALS[m]} {thing[pick]}".capitalize()
                for m, thing, pick in zip(material, things, rng.integers(0, 5, PRODUCTS).tolist(), strict=True)
            ],
            "price": cents(price),
            "weight_kg": [
                None if code == 2 and row % 7 == 0 else f"{kilos:.2f}"
                for row, (code, kilos) in enumerate(zip(shelf.tolist(), weight.tolist(), strict=True))
            ],
            "tags": [
                "{" + ",".join(t for t, has in zip(TAGS, row, strict=True) if has) + "}" for row in tagged.tolist()
            ],
            "attributes": [
                json.dumps({"colour": COLOURS[c], "material": MATERIALS[m], "warranty_years": 1 + c % 3})
                for c, m in zip(colour, material, strict=True)
            ],
            "launched_on": dates(FIRST_LAUNCH_DAY + rng.integers(0, LAUNCH_DAYS, PRODUCTS)),
            "active": booleans(rng.random(PRODUCTS) < 0.92),
        },
    )
