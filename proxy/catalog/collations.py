"""How each collation of the source orders text: by bytes, by ICU as the engine's ICU does, or in a way the double has not.

Holds the rule and the rows that are not "by bytes". Refuses to know expressions and SQL. Facts: pg_collation and pg_database of the
snapshot; libc's C and POSIX and the built-in provider order by code points, which are UTF-8's bytes; CLDR's root collation is that
of the languages listed, measured against a server.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

DEFAULT = 100  # DEFAULT_COLLATION_OID
BYTES = frozenset({"C", "POSIX", "C.UTF-8", "C.utf8"})
# Languages without a tailoring of their own: CLDR's root order is theirs, and Unicode's case mapping too.
ROOT = frozenset({"", "und", "root", "en", "de", "fr", "it", "nl", "pt", "id", "ms", "ga"})


@dataclass(frozen=True, slots=True)
class Collation:
    """One that is not by bytes. root: ICU's root order; libc: a locale of glibc, whose version is `version`; of others the double has
    not the order. icu: letters' case is ICU's."""

    name: str
    root: bool
    icu: bool
    deterministic: bool = True
    libc: str = ""
    version: str = ""


def collations(rows: Iterable[Mapping[str, Any]], database: Mapping[str, Any]) -> dict[int, Collation]:
    """OID -> what orders otherwise than by bytes. rows: of pg_collation; database: the row of pg_database."""
    found = {row["oid"]: _collation(row) for row in rows if row["oid"] != DEFAULT}
    found[DEFAULT] = _of_database(database)
    return {oid: one for oid, one in found.items() if one is not None}


def _collation(row: Mapping[str, Any]) -> Collation | None:
    provider = row.get("collprovider", "c")
    locale = row.get("colllocale", row.get("colliculocale")) or ""
    if provider == "i" and not locale:
        locale = row.get("collcollate") or ""  # before 15 ICU's locale stood there
    name, rules = row["collname"], row.get("collicurules") is not None
    found = _judged(name, provider, locale, row.get("collcollate") or "", rules, row.get("collisdeterministic", True))
    return _by_libc(found, row.get("collcollate"), row.get("collversion"))


def _of_database(row: Mapping[str, Any]) -> Collation | None:
    locale = row.get("datlocale", row.get("daticulocale")) or ""
    rules = row.get("daticurules") is not None
    found = _judged("default", row.get("datlocprovider", "c"), locale, row.get("datcollate") or "", rules, True)
    return _by_libc(found, row.get("datcollate"), row.get("datcollversion"))


def _by_libc(found: Collation | None, collate: str | None, version: str | None) -> Collation | None:
    """With the locale of a C library in UTF-8."""
    if found is None or found.icu or not (collate or "").lower().replace("-", "").endswith(".utf8"):
        return found
    return replace(found, libc=collate or "", version=version or "")


def _judged(name: str, provider: str, locale: str, collate: str, rules: bool, deterministic: bool) -> Collation | None:
    if provider == "b" or (provider == "c" and collate in BYTES and deterministic):
        return None
    if provider != "i":
        return Collation(name, root=False, icu=False, deterministic=deterministic)
    # a tag of a language and a region: a keyword or a script may change the order
    language, *rest = locale.replace("_", "-").split("-")
    plain = len(rest) == 0 or (len(rest) == 1 and len(rest[0]) == 2)
    exceptional = (language, rest) == ("fr", ["CA"])
    return Collation(name, language in ROOT and plain and not exceptional and not rules, True, deterministic)
