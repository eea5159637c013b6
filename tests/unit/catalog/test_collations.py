"""How a source's collations are judged: by bytes, by ICU's root order, by a locale of libc, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from proxy.catalog.collations import DEFAULT, Collation, collations

DATABASE = {"datname": "d", "datlocprovider": "c", "datcollate": "C.UTF-8"}


def row(**given: Any) -> dict[str, Any]:
    """A row of pg_collation, of version 15 where nothing else is said."""
    return {"oid": 1, "collname": "x", "collprovider": "i", "collisdeterministic": True, "collcollate": None} | given


def judged(**given: Any) -> Collation | None:
    return collations([row(**given)], DATABASE).get(1)


@pytest.mark.parametrize(
    ("title", "given"),
    [("C", {"collprovider": "c", "collcollate": "C"}), ("glibc's code points", {"collprovider": "c", "collcollate": "C.UTF-8"}),
     ("built in", {"collprovider": "b", "colllocale": "C.UTF-8"})],
)  # fmt: skip
def test_by_bytes(title: str, given: dict[str, Any]) -> None:
    assert judged(**given) is None


BY_ICU: list[tuple[str, dict[str, Any], bool]] = [
    ("15's column", {"colliculocale": "en-US"}, True),
    ("17's column", {"colllocale": "de"}, True),
    ("the root", {"colllocale": "und"}, True),
    ("14's column", {"collcollate": "en_GB"}, True),
    ("a tailored language", {"colllocale": "sv"}, False),
    ("Canada", {"colllocale": "fr-CA"}, False),
    ("a keyword", {"colllocale": "en-u-kn-true"}, False),
    ("phone books", {"colllocale": "de-u-co-phonebk"}, False),
    ("rules of its own", {"colllocale": "en", "collicurules": ""}, False),
]


@pytest.mark.parametrize(("title", "given", "root"), BY_ICU)
def test_by_icu(title: str, given: dict[str, Any], root: bool) -> None:
    found = judged(**given)
    assert found is not None and found.icu and found.root is root


def test_by_libc() -> None:
    assert judged(collprovider="c", collcollate="en_US.utf8", collversion="2.36") == Collation(
        "x", root=False, icu=False, libc="en_US.utf8", version="2.36"
    )
    latin = judged(collprovider="c", collcollate="en_US.ISO8859-1")
    assert latin is not None and not latin.libc


def test_the_database_says_what_the_default_is() -> None:
    assert collations([row(oid=DEFAULT, collname="default", collprovider="d")], DATABASE) == {}
    icu = DATABASE | {"datlocprovider": "i", "daticulocale": "en-US"}
    assert collations([], icu) == {DEFAULT: Collation("default", root=True, icu=True)}
    ruled = icu | {"daticurules": ""}
    assert not collations([], ruled)[DEFAULT].root
    before_15 = {"datname": "d", "datcollate": "de_DE.UTF-8"}
    assert collations([], before_15)[DEFAULT].libc == "de_DE.UTF-8"


def test_nondeterministic_ones_are_known() -> None:
    found = judged(colllocale="en", collisdeterministic=False)
    assert found is not None and not found.deterministic
