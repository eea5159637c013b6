"""Conversations as text: `F` lines are sent, `B` lines are what a Postgres answered. Blank lines and `#` comments are free.

F Parse "name" "select $1::int4" 23
F Bind "portal" "name" ["1" null] params=0 results=1
F Sync
B ParseComplete
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from proxy.wire import messages as wire
from tests.raw_client import RawClient


@dataclass
class Exchange:
    """What is sent in one piece, and what comes back."""

    sent: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)


def parse(text: str) -> list[Exchange]:
    """The exchanges of a file."""
    exchanges: list[Exchange] = []
    for line in text.splitlines():
        side, _, rest = line.partition(" ")
        if side == "F":
            if not exchanges or exchanges[-1].answered:
                exchanges.append(Exchange())
            exchanges[-1].sent.append(rest)
        elif side == "B":
            exchanges[-1].answered.append(rest)
    return exchanges


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",")) if text else ()


def _text(word: str) -> str:
    return word.encode().decode("unicode_escape").encode("latin-1").decode()


def _bind(words: list[str]) -> wire.Message:
    named = dict(word.split("=", 1) for word in words if re.match(r"(params|results)=", word))
    values = [word for word in words[2:] if not re.match(r"(params|results)=", word)]
    params = tuple(None if word == "null" else _text(word).encode("latin-1") for word in values)
    return wire.Bind(words[0], words[1], _numbers(named.get("params", "")), params, _numbers(named.get("results", "")))


BUILDERS: dict[str, Callable[[list[str]], wire.Message]] = {
    "Query": lambda words: wire.Query(_text(words[0])),
    "Parse": lambda words: wire.Parse(words[0], _text(words[1]), tuple(map(int, words[2:]))),
    "Bind": _bind,
    "Describe": lambda words: wire.Describe(words[0].encode(), words[1]),
    "Execute": lambda words: wire.Execute(words[0], int(words[1]) if len(words) > 1 else 0),
    "Close": lambda words: wire.Close(words[0].encode(), words[1]),
    "Flush": lambda words: wire.Flush(),
    "Sync": lambda words: wire.Sync(),
    "CopyData": lambda words: wire.CopyData(words[0].encode()),
    "CopyDone": lambda words: wire.CopyDone(),
    "CopyFail": lambda words: wire.CopyFail(words[0]),
}  # fmt: skip


def message_of(line: str) -> wire.Message:
    """The message of an F line."""
    name, *words = shlex.split(line)
    return BUILDERS[name](words)


def _quoted(value: bytes | None) -> str:
    return (
        "null"
        if value is None
        else '"' + value.decode("latin-1").encode("unicode_escape").decode().replace('"', '\\"') + '"'
    )


def _error(message: wire.ErrorResponse) -> str:
    pairs = dict(message.pairs)
    words = [type(message).__name__, pairs["V"], pairs["C"], _quoted(pairs["M"].encode())]
    return " ".join(words + ([f"P{pairs['P']}"] if "P" in pairs else []))


def line_of(message: wire.Message) -> str:
    """A server's message as a B line; details and hints are left to other tests."""
    name = type(message).__name__
    if isinstance(message, wire.ErrorResponse):
        return _error(message)
    if isinstance(message, wire.RowDescription):
        return " ".join(
            [name, *(f"{column[0]}:{column[3]}:{column[4]}:{column[5]}:{column[6]}" for column in message.columns)]
        )
    if isinstance(message, wire.DataRow):
        return " ".join([name, *map(_quoted, message.values)])
    if isinstance(message, wire.ParameterDescription):
        return " ".join([name, *map(str, message.oids)])
    if isinstance(message, wire.CommandComplete):
        return f"{name} {_quoted(message.command.encode())}"
    if isinstance(message, wire.ReadyForQuery):
        return f"{name} {message.status.decode()}"
    if isinstance(message, wire.ParameterStatus):
        return f"{name} {message.name} {_quoted(message.value.encode())}"
    if isinstance(message, wire.CopyData):
        return f"{name} {_quoted(message.data)}"
    if isinstance(message, wire.CopyOutResponse):
        return f"{name} {message.format[0]} {','.join(map(str, message.formats))}"
    return name


def play(client: RawClient, exchanges: list[Exchange]) -> Iterator[list[str]]:
    """Send each exchange in one piece; as many messages as the record has. What is too many shows in the next exchange."""
    for exchange in [*exchanges, Exchange(["Sync"], ["ReadyForQuery ?"])]:
        client.send(*map(message_of, exchange.sent))
        yield [line_of(message) for message in client.some(len(exchange.answered))]


def record(client: RawClient, exchanges: list[Exchange]) -> Iterator[list[str]]:
    """Send each exchange in one piece; all that comes back before the server falls silent."""
    for exchange in exchanges:
        client.send(*map(message_of, exchange.sent))
        yield [line_of(message) for message in client.until_silent()]


def rewritten(text: str, answers: list[list[str]]) -> str:
    """The file with its B lines replaced."""
    lines, pending = [], list(answers)
    source = [line for line in text.splitlines() if not line.startswith("B ")]
    for index, line in enumerate(source):
        lines.append(line)
        following = source[index + 1] if index + 1 < len(source) else ""
        ends_block = line.startswith("F ") and not following.startswith("F ")
        if ends_block:
            lines += [f"B {answer}" for answer in pending.pop(0)]
    return "\n".join(lines) + "\n"
