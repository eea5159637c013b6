"""What random conversations are made of: statements, names and broken bytes, and how a line of each kind is drawn from them.

Everything here has one answer, whenever it is asked: no clocks, no process numbers, no rows without an order. Refuses to know servers.
Facts: protocol chapter "Message Flow", and `tests/transcripts/tables.sql` for the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

Choose = Callable[[Sequence[str]], str]


def _sections(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            found[line[1:-1]] = lines = []
        elif line and not line.startswith("#"):
            lines.append(line)
    return found


STATEMENTS = _sections((Path(__file__).parent / "statements.txt").read_text(encoding="utf-8"))
KINDS = {
    "query": "queries", "broken": "broken", "block": "blocks", "setting": "settings", "prepared": "prepared", "copy": "copies",
    "other": "others",
}  # fmt: skip
EMPTY = ("", ";", " -- nothing", "/* none */ ;; ")
CURSORS = ("c", "c", "c", "d", "p", "nix")
STATEMENT_NAMES = ("", "", "", "s1", "s1", "s2", "nix")
PORTAL_NAMES = ("", "", "", "p", "p", "c", "nix")
LIMITS = ("", "", "", " 0", " 1", " 2", " 3", " 5", " 7", " 300", " -1")
TYPES = ("", "", "", " 23", " 0", " 25", " 23 25", " 0 0 0", " 20", " 705")
VALUES = (
    "",
    "",
    ' "1"',
    ' "2"',
    ' "x"',
    " null",
    ' "\\x00\\x00\\x00\\x07" params=1',
    ' "\\x00" params=1',
    ' "1" "two"',
    ' "3" null params=0',
    ' null "b" params=0,1',
    ' "1" params=0,0',
    ' "1" params=2',
    ' "\\x00\\x00\\x00\\x01" "b" params=1,0',
    ' "\\xff"',
    ' "1" "2" "3"',
    ' ""',
    ' "a\\x00b"',
    ' "99999999999"',
)
RESULTS = (
    "",
    "",
    "",
    " results=0",
    " results=1",
    " results=1,0",
    " results=0,1",
    " results=2",
    " results=0,0,0",
    " results=1,1",
)


def cursor_command(choose: Choose) -> str:
    """DECLARE, FETCH, MOVE or CLOSE."""
    name = choose(CURSORS)
    verb = choose(("declare", "declare", "fetch", "fetch", "fetch", "fetch", "move", "close"))
    if verb == "declare":
        options = choose(STATEMENTS["cursor_options"])
        head, _, hold = options.partition(" with")
        return f"declare {name} {head}{' with' + hold if hold else ''} for {choose(STATEMENTS['cursor_queries'])}"
    if verb == "close":
        return f"close {choose((name, name, 'all'))}"
    direction = choose(("", "", *STATEMENTS["directions"]))
    return f"{verb} {direction}{' ' if direction else ''}{name}"


def statement(choose: Choose) -> str:
    """One statement of any kind."""
    kind = choose(
        "query query query broken empty block block block cursor cursor cursor setting prepared prepared copy other".split()
    )
    if kind == "cursor":
        return cursor_command(choose)
    return choose(EMPTY if kind == "empty" else STATEMENTS[KINDS[kind]])


def parse(choose: Choose) -> str:
    """Parse, now and then of several statements."""
    text = choose(STATEMENTS["strings"]) if choose("0000000001") == "1" else statement(choose)
    return f'Parse "{choose(STATEMENT_NAMES)}" "{text}"{choose(TYPES)}'


def bind(choose: Choose) -> str:
    """Bind."""
    return f'Bind "{choose(PORTAL_NAMES)}" "{choose(STATEMENT_NAMES)}"{choose(VALUES)}{choose(RESULTS)}'


def describe(choose: Choose) -> str:
    """Describe of either kind."""
    return f'Describe P "{choose(PORTAL_NAMES)}"' if choose("PS") == "P" else f'Describe S "{choose(STATEMENT_NAMES)}"'


def execute(choose: Choose) -> str:
    """Execute."""
    return f'Execute "{choose(PORTAL_NAMES)}"{choose(LIMITS)}'


def close(choose: Choose) -> str:
    """Close of either kind."""
    return f'Close P "{choose(PORTAL_NAMES)}"' if choose("PS") == "P" else f'Close S "{choose(STATEMENT_NAMES)}"'


def query(choose: Choose) -> str:
    """A simple query."""
    return f'Query "{choose(STATEMENTS["strings"]) if choose("001") == "1" else statement(choose)}"'


def odd(choose: Choose) -> str:
    """Messages that are legal where nobody waits for them."""
    return choose(('CopyData "x"', "CopyDone", 'CopyFail "why"', "Flush", "Sync"))


def malformed(choose: Choose) -> str:
    """A message whose body is wrong."""
    return f'Raw "{choose(STATEMENTS["malformed"])}"'


def fatal(choose: Choose) -> str:
    """Bytes that end the connection."""
    return f'Raw "{choose(STATEMENTS["fatal"])}"'


FAMILIES: dict[str, tuple[int, Callable[[Choose], str]]] = {
    "parse": (14, parse), "bind": (14, bind), "describe": (8, describe), "execute": (16, execute), "close": (3, close),
    "query": (16, query), "sync": (12, lambda choose: "Sync"), "flush": (3, lambda choose: "Flush"), "odd": (2, odd),
    "malformed": (2, malformed), "fatal": (1, fatal),
}  # fmt: skip


def batch(choose: Choose) -> list[str]:
    """Some lines: one of any family, or Parse, Bind and Execute of one statement, which chance alone rarely brings together."""
    if choose("0001") == "0":
        family = choose([name for name, (weight, _) in FAMILIES.items() for _ in range(weight)])
        return [FAMILIES[family][1](choose)]
    name, portal, text = choose(("", "s1", "s2")), choose(("", "p", "c")), statement(choose)
    value = choose(VALUES) if "$" in text else ""
    lines = [
        f'Parse "{name}" "{text}"',
        f'Bind "{portal}" "{name}"{value}{choose(RESULTS)}',
        f'Describe P "{portal}"',
        *(f'Execute "{portal}"{choose(LIMITS)}' for _ in choose(("1", "12", "123"))),
    ]
    return [*lines, "Sync"] if choose("01") == "1" else lines
