"""Conversations as text: `=== title` opens one, `F` lines are sent, `B` lines are what a Postgres answered. Blank lines and `#` comments
are free; each conversation has a connection of its own.

F Parse "name" "select $1::int4" 23
F Bind "portal" "name" ["1" null] params=0 results=1
F Sync
B ParseComplete

F lines that touch are sent in one piece. Beside messages there are `Raw "bytes"`; `Cancel`, a cancel request for the connection, made
again until the server says something; `Cancel 1`, made once; `Pause seconds`; and, as a conversation's first line, `Login minor=2
user=postgres application_name=x`, whose answers are recorded too.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from proxy.wire import messages as wire

FIRST_USER_OID = 16384
# What differs between any two servers: where in the source an error was raised.
PLACES = frozenset("SVCMFLR")


@dataclass
class Exchange:
    """What is sent in one piece, and what comes back."""

    sent: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)


@dataclass
class Conversation:
    """The exchanges of one connection."""

    title: str
    exchanges: list[Exchange] = field(default_factory=list)


def conversations(text: str) -> list[Conversation]:
    """The conversations of a file; F lines that touch are one exchange."""
    found: list[Conversation] = []
    touching = False
    for line in text.splitlines():
        side, _, rest = line.partition(" ")
        if side == "===":
            found.append(Conversation(rest))
        elif side == "F":
            if not touching:
                found[-1].exchanges.append(Exchange())
            found[-1].exchanges[-1].sent.append(rest)
        elif side == "B":
            found[-1].exchanges[-1].answered.append(rest)
        touching = side == "F"
    return found


def rewritten(text: str, answers: Iterator[list[str]]) -> str:
    """The file with its B lines replaced by the answers to its exchanges, in order."""
    lines: list[str] = []
    source = [line for line in text.splitlines() if not line.startswith("B ")]
    for line, following in zip(source, [*source[1:], ""]):
        lines.append(line)
        if line.startswith("F ") and not following.startswith("F "):
            lines += [f"B {answer}" for answer in next(answers)]
    return "\n".join(lines) + "\n"


# What is sent


def words_of(line: str) -> tuple[str, list[str]]:
    """The name of an F line, and its arguments."""
    name, *words = shlex.split(line)
    return name, words


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",")) if text else ()


def unescaped(word: str) -> bytes:
    """The bytes that a word stands for."""
    return word.encode().decode("unicode_escape").encode("latin-1")


def _text(word: str) -> str:
    return unescaped(word).decode()


def _bind(words: list[str]) -> wire.Message:
    named = dict(word.split("=", 1) for word in words if re.match(r"(params|results)=", word))
    values = [word for word in words[2:] if not re.match(r"(params|results)=", word)]
    params = tuple(None if word == "null" else unescaped(word) for word in values)
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
    "Terminate": lambda words: wire.Terminate(),
    "CopyData": lambda words: wire.CopyData(words[0].encode()),
    "CopyDone": lambda words: wire.CopyDone(),
    "CopyFail": lambda words: wire.CopyFail(words[0]),
}  # fmt: skip


def bytes_of(line: str) -> bytes:
    """The bytes of an F line that sends some."""
    name, words = words_of(line)
    return unescaped(words[0]) if name == "Raw" else wire.encode(BUILDERS[name](words))


# What is answered


def _quoted(value: bytes | None) -> str:
    if value is None:
        return "null"
    return '"' + value.decode("latin-1").encode("unicode_escape").decode().replace('"', '\\"') + '"'


def _error(name: str, message: wire.ErrorResponse) -> str:
    pairs = dict(message.pairs)
    others = [f"{code}={_quoted(text.encode())}" for code, text in message.pairs if code not in PLACES]
    return " ".join([name, pairs["V"], pairs["C"], _quoted(pairs["M"].encode()), *others])


class Printer:
    """Messages of one connection as B lines. Relations have the numbers in which they came, for OIDs are each database's own."""

    def __init__(self) -> None:
        self._relations: dict[int, str] = {}

    def line(self, message: wire.Message) -> str:
        """All of a message, but for keys."""
        name = type(message).__name__
        if isinstance(message, wire.ErrorResponse):
            return _error(name, message)
        if isinstance(message, wire.RowDescription):
            return " ".join([name, *map(self._column, message.columns)])
        if isinstance(message, wire.DataRow):
            return " ".join([name, *map(_quoted, message.values)])
        if isinstance(message, wire.FunctionCallResponse):
            return f"{name} {_quoted(message.value)}"
        if isinstance(message, wire.ParameterDescription):
            return " ".join([name, *map(str, message.oids)])
        if isinstance(message, wire.CommandComplete):
            return f"{name} {_quoted(message.command.encode())}"
        if isinstance(message, wire.ReadyForQuery):
            return f"{name} {message.status.decode()}"
        if isinstance(message, wire.ParameterStatus) and message.name == "is_superuser":
            return f"{name} {message.name}"  # nobody is one on the double
        if isinstance(message, wire.ParameterStatus):
            return f"{name} {message.name} {_quoted(message.value.encode())}"
        if isinstance(message, wire.CopyData):
            return f"{name} {_quoted(message.data)}"
        if isinstance(message, wire.CopyOutResponse):
            return f"{name} {message.format[0]} {','.join(map(str, message.formats))}"
        if isinstance(message, wire.Authentication):
            return f"{name} {message.code}"
        if isinstance(message, wire.BackendKeyData):
            return f"{name} key of {len(message.secret)} bytes"
        if isinstance(message, wire.NegotiateProtocolVersion):
            return f"{name} {message.minor >> 16}.{message.minor & 0xFFFF} {message.count} {_quoted(message.options)}"
        return name

    def _column(self, column: tuple[str, int, int, int, int, int, int]) -> str:
        name, relation, number, kind, size, typmod, code = column
        origin = str(relation)
        if relation >= FIRST_USER_OID:
            origin = self._relations.setdefault(relation, f"@{len(self._relations) + 1}")
        name = name.replace(" ", "\\x20")
        return f"{name}:{origin}.{number}:{kind}:{size}:{typmod}:{code}"
