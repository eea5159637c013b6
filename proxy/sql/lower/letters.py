"""Upper and lower case, and which digits a pattern means: what Postgres asks of a collation beside its order.

Refuses to know orders. Facts: oracle_compat.c, like.c and regex/regc_pg_locale.c: C and POSIX know ASCII alone, libc's other locales
and the built-in provider map a character to a character, ICU maps by Unicode's whole rules (`ß` to `SS`, a final sigma by its place).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from proxy.engine.functions.pattern import ASCII_MARK, ICU_MARK
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, quote_literal

Handler = Callable[[Lowering, ir.Call], Lowered]
ASCII = frozenset({"C", "POSIX", "ucs_basic"})
UPPER, LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
PLAIN = "plain"
_TAKES_PATTERN = re.compile("(?:pgf_regexp_|pgf_regex_)(?!.*similar)")
# by what the collation knows
MARKS = {PLAIN: "", "ascii": ASCII_MARK, "icu": ICU_MARK}
CASES = {
    "lower": {PLAIN: "lower({0})", "ascii": f"translate({{0}}, '{UPPER}', '{LOWER}')", "icu": "pgf_icu_lower({0})"},
    "upper": {PLAIN: "pgf_upper({0})", "ascii": f"translate({{0}}, '{LOWER}', '{UPPER}')", "icu": "pgf_icu_upper({0})"},
    "initcap": {PLAIN: "pgf_initcap({0})", "ascii": "pgf_initcap_ascii({0})", "icu": "pgf_initcap_icu({0})"},
}


def knowledge(scope: Scope, collation: int) -> str:
    """plain, ascii or icu. Raises FeatureNotSupported for a language with rules of its own."""
    found = scope.catalog.ordered_by.get(collation)
    if found is not None and found.icu:
        if not found.root:
            raise FeatureNotSupported(
                f'letters under the collation "{found.name}" are not supported by the double', hint='Use COLLATE "C".'
            )
        return "icu"
    if found is not None and found.libc[:2] in ("tr", "az"):  # whose i has a dot as a capital
        raise FeatureNotSupported(
            f'letters under the locale "{found.libc}" are not supported by the double', hint='Use COLLATE "C".'
        )
    return "ascii" if scope.catalog.collations.get(collation) in ASCII else PLAIN


def lowercase(scope: Scope, value: Lowered, collation: int) -> Lowered:
    """lower(text)."""
    return fill(scope, CASES["lower"][knowledge(scope, collation)], [value])


def takes_pattern(template: str) -> bool:
    """Whether the second argument of a row is a regular expression as a client writes it."""
    return _TAKES_PATTERN.match(template) is not None


def pattern(scope: Scope, value: Lowered, collation: int) -> Lowered:
    """A regular expression, marked by what its collation knows."""
    mark = MARKS[knowledge(scope, collation)]
    return Lowered(f"({quote_literal(mark)} || {value.sql})", simple=value.simple) if mark else value


def _case(name: str) -> Handler:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        template = CASES[name][knowledge(lowering.scope, call.input_collation)]
        return fill(lowering.scope, template, [lowering.expr(call.args[0])])

    return lower


HANDLERS: dict[str, Handler] = {f"{name}(text)": _case(name) for name in CASES}
