"""Values that clients send, read where that holds nobody up: small ones at once, larger ones in a thread, long ones in another process.

What reads them is a function whose last argument is the catalog. Refuses to know types beyond how much work their values are. Facts: an
array, a path or a tree costs microseconds a byte, a text is only checked.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, TypeVar, cast

from proxy.session.steps import SMALL, Call, Step, apart

if TYPE_CHECKING:
    from proxy.session.session import Session

Given = TypeVar("Given")
# Types whose values are taken as they come, which is done a hundred times as fast as reading others: bytea, text, bpchar, varchar.
TAKEN = frozenset((17, 25, 1042, 1043))
FASTER = 100


def weight(types: Iterable[int], values: Iterable[bytes | str | None]) -> int:
    """How much there is to read, in characters of a type that is parsed."""
    sizes = ((oid, len(value)) for oid, value in zip(types, values) if value is not None)
    return sum(size // FASTER if oid in TAKEN else size for oid, size in sizes)


def read_over(
    session: Session, size: int, function: Callable[..., Given], *arguments: object
) -> Generator[Step, object, Given]:
    """function(*arguments, catalog). size: as of `weight`. Raises what the function raises."""
    if size <= SMALL:
        return function(*arguments, session.catalog)
    if not (far := apart(size)):
        return cast("Given", (yield Call(function, (*arguments, session.catalog))))
    # the planner goes to the other process once, and the catalog with it
    work = session.planner.over_catalog, (function, arguments, session.temporary.schema), far
    return cast("Given", (yield Call(*work)))
