"""What a session asks of whoever drives it: send bytes, work something out, fetch rows, flush. A driver answers Call and Fetch.

Refuses to know how a driver does it: the server has sockets, threads and a second process, tests have lists.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar, cast

from proxy.session.ports import Results

Given = TypeVar("Given")
# Characters whose parsing costs less than a change of threads is worth: about a millisecond.
SMALL = 1_000
# Characters up to which a thread of this process is good enough: a longer text holds up every other thread while it is parsed.
THREAD_MAX = 32_000


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes for the client; rows: how many DataRows they hold."""

    data: bytes | memoryview
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """Work out function(*arguments), off the event loop; the answer is what it returns.

    It changes nothing and depends on its arguments alone, so that it may be left alone when nobody waits for it any more. apart: it
    would hold up every thread of this process, and all of it can be pickled: another process had better do it; how much it has to read, in
    characters, and 0 for what is done here.
    """

    function: Callable[..., object]
    arguments: tuple[object, ...]
    apart: int = 0


@dataclass(frozen=True, slots=True)
class Fetch:
    """Do this work, which blocks on the results, off the event loop; the answer is what it returns."""

    results: Results
    work: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Flush:
    """Send what was collected."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Close the connection. What was not flushed is never sent, as in Postgres."""


Step = Send | Call | Fetch | Flush | Stop


def at_once(data: bytes) -> Generator[Step, object, None]:
    """Send a notice: Postgres lets none wait for the end of its batch."""
    yield Send(data)
    yield Flush()


def worked_out(size: int, function: Callable[..., Given], *arguments: object) -> Generator[Step, object, Given]:
    """function(*arguments), at once where it is small, else in a thread. size: how much it has to read, in characters."""
    if size <= SMALL:
        return function(*arguments)
    return cast("Given", (yield Call(function, arguments)))


def text_worked_out(text: str, function: Callable[..., Given], *arguments: object) -> Generator[Step, object, Given]:
    """function(text, *arguments) by Postgres' parser, which lets no other thread run meanwhile."""
    if len(text) <= SMALL:
        return function(text, *arguments)
    return cast("Given", (yield Call(function, (text, *arguments), apart(len(text)))))


def apart(size: int) -> int:
    """What a Call says of work that reads so many characters."""
    return size if size > THREAD_MAX else 0
