"""What random conversations are made of: statements, names and broken bytes, and how a line of each kind is drawn from them.

Everything here has one answer, whenever it is asked: no clocks, no process numbers, no rows without an order. Refuses to know servers.
Facts: protocol chapter "Message Flow", and `tests/transcripts/tables.sql` for the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Choose = Callable[[Sequence[str]], str]

QUERIES = (
    "select 1 as a", "select $1::int4 + 1 as b", "select $1::int4 as x, $2::text as y", "select id, name from animal order by id",
    "select id, born, weight from animal where id > $1 order by id", "select n from generate_series(1, 5) n", "select n from many order by n",
    "select * from nothing", "select from animal where id < 3", "select 1 / 0", "select 1 / $1::int4", "values (1, 'x'), (2, null)",
    "select $1::text || 'z' as t", "select true, 1.50, 'x'::text", "select name from animal where id = 1", "select '1'::int2, null",
)  # fmt: skip
BROKEN = (
    "select nix", "select * from nix", "selec 1", "select", "select 'open", "select $1", "select $0", "select $2::int4",
    "select nix(1)", "select 1 + 'x'", "fetch", "select 'x'::int4",
)  # fmt: skip
EMPTY = ("", ";", " -- nothing", "/* none */ ;; ")
BLOCKS = (
    "begin", "begin", "begin", "start transaction read only", "begin isolation level serializable", "commit", "end", "rollback", "abort",
    "commit and chain", "rollback and chain", "savepoint a", "savepoint b", "savepoint a", "release a", "release savepoint b",
    "rollback to a", "rollback to savepoint b", "rollback to nix", "set transaction isolation level repeatable read",
    "set transaction read only", "lock table animal", "set constraints all deferred", "show transaction_isolation",
    "show transaction_read_only", "prepare transaction 'x'", "commit prepared 'x'",
)  # fmt: skip
CURSOR_OPTIONS = (
    "cursor", "scroll cursor", "no scroll cursor", "cursor with hold", "scroll cursor with hold", "binary cursor", "no scroll cursor with hold",
    "insensitive cursor", "binary scroll cursor without hold", "asensitive cursor",
)  # fmt: skip
CURSOR_QUERIES = (
    "select n from generate_series(1, 5) n", "select id, name from animal order by id", "select n from many order by n", "select * from nothing",
    "select 1 as a", "select 1 / 0", "select id from animal", "values (1), (2), (3)", "select count(*) from many", "select nix", "select distinct n % 3 as r from many order by 1",
    "select n from many where n < 4 union all select 9", "select id from animal order by id limit 3", "select $1::int4 as p",
)  # fmt: skip
DIRECTIONS = (
    "", "next from ", "prior from ", "first from ", "last from ", "absolute 0 from ", "absolute 2 from ", "absolute -1 from ",
    "absolute -2 from ", "absolute 99 from ", "relative 0 from ", "relative 1 from ", "relative 2 from ", "relative -1 from ", "relative -9 from ",
    "0 from ", "1 from ", "2 from ", "-1 from ", "-2 from ", "all from ", "forward from ", "forward 0 from ", "forward 2 from ", "forward -1 from ",
    "forward all from ", "backward from ", "backward 0 from ", "backward 2 from ", "backward -1 from ", "backward all from ", "9 in ",
)  # fmt: skip
CURSORS = ("c", "c", "c", "d", "p", "nix")
SETTINGS = (
    "set application_name to 'x'", "set local application_name to 'y'", "reset application_name", "set application_name to default",
    "show application_name", "set datestyle to sql, dmy", "set local datestyle to german", "reset datestyle", "show datestyle",
    "set time zone 'Europe/Rome'", "set local timezone to 'UTC'", "show timezone", "reset timezone", "set timezone to 'Nix/Nix'",
    "select set_config('application_name', 'z', false)", "select set_config('application_name', 'zz', true) as s",
    "select set_config('datestyle', $1, false)", "set intervalstyle to iso_8601", "reset intervalstyle", "set extra_float_digits to 0",
    "reset all", "show nix", "set nix to 1", "set my.thing to 'q'", "show my.thing", "set client_min_messages to error",
    "reset client_min_messages", "discard all", "discard plans", "set statement_timeout to '5min'", "show statement_timeout", "set standard_conforming_strings to on",
    "set client_encoding to 'utf8'", "show search_path", "set search_path to public", "set bytea_output to nix", "select current_setting('application_name') as a", "show server_encoding",
)  # fmt: skip
PREPARED = (
    "prepare s1 as select $1::int4 + 1 as b", "prepare s2(int, text) as select $1 as x, $2 as y", "prepare s1 as select 1 as a", "prepare s2 as select 1 / 0",
    "prepare s1 as selec", "prepare s2 as select id, name from animal order by id", "execute s1", "execute s1(1)", "execute s1('x')", "execute s1(null)",
    "execute s1(1, 2)", "execute s2", "execute s2(1, 'x')", "execute s2(7, null)", "execute nix", "deallocate s1", "deallocate prepare s2", "deallocate all", "deallocate nix",
)  # fmt: skip
COPIES = (
    "copy (select id, name from animal order by id) to stdout", "copy (select id, name from animal order by id) to stdout (format csv, header)",
    "copy (select id, name from animal order by id) to stdout (format binary)", "copy nothing to stdout", "copy nothing to stdout (format binary)",
    "copy animal(id, nix) to stdout", "copy nix to stdout", "copy (select 1 / 0) to stdout", "copy (select n from many order by n limit 3) to stdout csv force quote *",
    "copy (select 1) to stdout (format nix)", "copy (select null, 'a,b') to stdout (format csv, delimiter ';', null 'none')", "copy (select 1, 2) to stdout (delimiter 'xx')",
)  # fmt: skip
OTHERS = ("listen a", "unlisten *", "unlisten a", "discard sequences")
STRINGS = (
    "select 1 as a; select 2 as b", "select 1; select 1 / 0; select 3", "begin; select 1", "select 1; commit; select 2", "begin; select 1 / 0; commit",
    "select 1; begin; select 2; rollback; select 3", "select 1; savepoint a", "begin; savepoint a; select nix; rollback to a", "select 1;; select 2;", "select 1; selec 2",
    "set application_name to 'm'; select 1 / 0", "set local application_name to 'l'; show application_name", "begin; commit; begin",
    "begin; declare c cursor for select n from generate_series(1, 5) n; fetch 2 from c", "declare c cursor for select 1 as a; fetch c", "select 1; rollback; select 2", "rollback; begin",
    "rollback; rollback", "select 1; listen a; select $1", "commit; commit and chain", "select 1; declare d cursor with hold for select 2 as b; fetch d", "close all; deallocate all", "begin; begin; commit",
    "copy (select 1) to stdout; select 2; copy nothing to stdout", "select 1; begin; select 1 / 0", "select 1; discard all",
)  # fmt: skip
STATEMENT_NAMES = ("", "", "", "s1", "s1", "s2", "nix")
PORTAL_NAMES = ("", "", "", "p", "p", "c", "nix")
LIMITS = ("", "", "", " 0", " 1", " 2", " 3", " 5", " 7", " 300", " -1")
TYPES = ("", "", "", " 23", " 0", " 25", " 23 25", " 0 0 0", " 20", " 705")
VALUES = (
    "", "", ' "1"', ' "2"', ' "x"', " null", ' "\\x00\\x00\\x00\\x07" params=1', ' "\\x00" params=1', ' "1" "two"', ' "3" null params=0', ' null "b" params=0,1', ' "1" params=0,0',
    ' "1" params=2', ' "\\x00\\x00\\x00\\x01" "b" params=1,0', ' "\\xff"', ' "1" "2" "3"', ' ""', ' "a\\x00b"', ' "99999999999"',
)  # fmt: skip
RESULTS = ("", "", "", " results=0", " results=1", " results=1,0", " results=0,1", " results=2", " results=0,0,0", " results=1,1")
# Whole messages that are wrong; those of the second kind end the connection.
MALFORMED = (
    "Q\\x00\\x00\\x00\\x04", "Q\\x00\\x00\\x00\\x06a\\x00" + "\\x00" * 0, "P\\x00\\x00\\x00\\x05\\x00", "P\\x00\\x00\\x00\\x08s\\x00\\x00\\x00", "B\\x00\\x00\\x00\\x06\\x00\\x00",
    "D\\x00\\x00\\x00\\x06X\\x00", "D\\x00\\x00\\x00\\x04", "C\\x00\\x00\\x00\\x06X\\x00", "E\\x00\\x00\\x00\\x05\\x00", "E\\x00\\x00\\x00\\x06ab", "S\\x00\\x00\\x00\\x05\\x00",
    "H\\x00\\x00\\x00\\x05\\x00", "Q\\x00\\x00\\x00\\x0eselect 1\\x00\\x00", "Q\\x00\\x00\\x00\\x06\\xff\\x00", "B\\x00\\x00\\x00\\x0c\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00",
    "B\\x00\\x00\\x00\\x10\\x00\\x00\\x00\\x00\\x00\\x01\\xff\\xff\\xff\\xfe\\x00\\x00", "E\\x00\\x00\\x00\\x0anix\\x00\\x00\\x00", "P\\x00\\x00\\x00\\x0aa\\x00\\xc3\\x00\\x00\\x00",
)  # fmt: skip
FATAL = (
    "y\\x00\\x00\\x00\\x04", "\\x00\\x00\\x00\\x04\\x00", "Q\\x00\\x00\\x00\\x03", "S\\x7f\\xff\\xff\\xff", "E\\xff\\xff\\xff\\xff", "p\\x00\\x00\\x00\\x04", "D\\x00\\x00\\x75\\x30", "Z\\x00\\x00\\x00\\x05I",
)  # fmt: skip


def cursor_command(choose: Choose) -> str:
    """DECLARE, FETCH, MOVE or CLOSE."""
    name = choose(CURSORS)
    verb = choose(("declare", "declare", "fetch", "fetch", "fetch", "fetch", "move", "close"))
    if verb == "declare":
        options = choose(CURSOR_OPTIONS)
        head, _, hold = options.partition(" with")
        return f"declare {name} {head}{' with' + hold if hold else ''} for {choose(CURSOR_QUERIES)}"
    if verb == "close":
        return f"close {choose((name, name, 'all'))}"
    return f"{verb} {choose(DIRECTIONS)}{name}"


def statement(choose: Choose) -> str:
    """One statement of any kind."""
    kind = choose(
        "query query query broken empty block block block cursor cursor cursor setting prepared prepared copy other".split()
    )
    if kind == "cursor":
        return cursor_command(choose)
    return choose(
        {
            "query": QUERIES, "broken": BROKEN, "empty": EMPTY, "block": BLOCKS, "setting": SETTINGS, "prepared": PREPARED,
            "copy": COPIES, "other": OTHERS,
        }[kind]
    )  # fmt: skip


def parse(choose: Choose) -> str:
    """Parse, now and then of several statements."""
    text = choose(STRINGS) if choose("0000000001") == "1" else statement(choose)
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
    return f'Query "{choose(STRINGS) if choose("001") == "1" else statement(choose)}"'


def odd(choose: Choose) -> str:
    """Messages that are legal where nobody waits for them."""
    return choose(('CopyData "x"', "CopyDone", 'CopyFail "why"', "Flush", "Sync"))


def malformed(choose: Choose) -> str:
    """A message whose body is wrong."""
    return f'Raw "{choose(MALFORMED)}"'


def fatal(choose: Choose) -> str:
    """Bytes that end the connection."""
    return f'Raw "{choose(FATAL)}"'


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
