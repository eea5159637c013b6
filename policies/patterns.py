"""Patterns of the policy: names of tables and columns in which `*` stands for any text.

Only `*` is special, so that a name with brackets or question marks matches itself: a `forbid` that fails to match would fail
open. Refuses to know what is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern such as `public.*` names a table or a column. Case matters, as it does in the catalog."""
    return pattern == name or ("*" in pattern and _compiled(pattern).fullmatch(name) is not None)


def names_table(patterns: Iterable[str], relation: str) -> bool:
    """Whether one of the patterns names the relation (`schema.table`)."""
    return any(matches(pattern, relation) for pattern in patterns)


def names_column(patterns: Iterable[str], relation: str, column: str) -> bool:
    """Whether one of the patterns names the column, bare or as `schema.table.column`."""
    return any(matches(pattern, column) or matches(pattern, f"{relation}.{column}") for pattern in patterns)


def can_name_column_of(pattern: str, relation: str) -> bool:
    """Whether a column pattern can match any column of the relation: bare ones can, qualified ones of another cannot."""
    if pattern.count(".") < 2:
        return True
    return _touches(pattern, relation + ".")


@lru_cache(maxsize=4096)
def _touches(pattern: str, prefix: str) -> bool:
    """Whether some name that starts with `prefix` may match the pattern."""
    head, star, _ = pattern.partition("*")
    if not star:
        return pattern.startswith(prefix)
    return head.startswith(prefix) or prefix.startswith(head)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")), re.DOTALL)
