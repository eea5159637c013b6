"""Fills a template with arguments so that none is computed twice.

A template names its arguments {0}, {1}, ...; one that occurs twice and is more than a column or constant is bound first, through a
one-element list, which DuckDB evaluates once and works on inside aggregates and windows as well. Refuses to know functions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, member

PLACE = re.compile(r"\{(\d+)\}")


def fill(scope: Scope, template: str, args: Sequence[Lowered], lazy: Collection[int] = ()) -> Lowered:
    """The template as an expression. Arguments of numeric types must already be what the template expects.

    lazy: arguments that stay where they stand, to be computed only if their branch is; they must occur once.
    """
    uses = Counter(PLACE.findall(template))
    repeated = any(count > 1 and not args[int(place)].simple for place, count in uses.items() if int(place) not in lazy)
    if not repeated:
        return Lowered(_put(template, [arg.sql for arg in args]))
    name = scope.fresh("v", template + "".join(arg.sql for arg in args))
    if "SELECT" in template:
        return _bound_by_query(name, template, args)
    packed = [at for at, arg in enumerate(args) if not arg.simple and at not in lazy]
    fields = ", ".join(f"a{at} := {args[at].sql}" for at in packed)
    inside = [member(name, f"a{at}") if at in packed else arg.sql for at, arg in enumerate(args)]
    return Lowered(f"list_transform([struct_pack({fields})], lambda {name}: {_put(template, inside)})[1]")


def _bound_by_query(name: str, template: str, args: Sequence[Lowered]) -> Lowered:
    """A lambda's body may hold no subquery: the arguments become columns instead."""
    packed = [at for at, arg in enumerate(args) if not arg.simple]
    columns = ", ".join(f"{args[at].sql} AS a{at}" for at in packed)
    inside = [member(name, f"a{at}") if at in packed else arg.sql for at, arg in enumerate(args)]
    return Lowered(f"(SELECT {_put(template, inside)} FROM (SELECT {columns}) AS {name})")


def _put(template: str, args: Sequence[str]) -> str:
    return PLACE.sub(lambda match: args[int(match[1])], template)
