"""DuckDB's run-time errors in Postgres' words: SQLSTATE and message by exception class and prefix.

Holds the convention by which our own SQL raises (`PGERR|<sqlstate>|<message>`, detail and hint behind separators) and the table for
errors that DuckDB raises itself. Refuses to forward any text of DuckDB's: what no row knows is XX000. Facts: measured on DuckDB 2.0
(tests pin them).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from policies.errors import PgError
from proxy.pgtypes.errors import StackDepthExceeded

PREFIX = "PGERR"
SEPARATOR = "\x1f"
WIDEST = 38  # digits of DuckDB's DECIMAL
MARK = re.compile(rf"(?<!'){PREFIX}\|([0-9A-Z]{{5}})\|(.*)", re.DOTALL)


def marked(sqlstate: str, message: str, detail: str = "", hint: str = "") -> str:
    """An error as the text that travels through DuckDB."""
    return f"{PREFIX}|{sqlstate}|{SEPARATOR.join((message, detail, hint)).rstrip(SEPARATOR)}"


class EngineError(PgError):
    """An error of a running statement, with the SQLSTATE that the table gives."""

    def __init__(self, sqlstate: str, message: str, detail: str = "", hint: str = "") -> None:
        super().__init__(message, detail=detail, hint=hint)
        self.sqlstate = sqlstate  # type: ignore[misc]  # one class for all run-time codes; PgError's is the default


class UnknownError(EngineError):
    """What no row knows: our own bug, where an error that was told may be an internal one of Postgres' own."""


class PgDomainError(ValueError):
    """Raised by our vectorised functions: travels through DuckDB as text and comes out of `map_duckdb_error` again."""

    def __init__(self, sqlstate: str, message: str, detail: str = "", hint: str = "") -> None:
        super().__init__(marked(sqlstate, message, detail, hint))
        self.sqlstate = sqlstate
        self.message = message
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Rule:
    """An error of DuckDB's own: class, pattern of its text, and what Postgres would say ({1} is the first group)."""

    kind: type[BaseException]
    pattern: str
    sqlstate: str
    message: Callable[[re.Match[str]], str]
    detail: Callable[[re.Match[str]], str] = lambda _match: ""


def _says(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _match: text


_INTEGERS = {"INT16": "smallint", "INT32": "integer", "INT64": "bigint", "UINT32": "OID", "INT8": '"char"'}
_NAMES = {"BOOL": "boolean", "INT32": "integer", "INT64": "bigint", "DOUBLE": "double precision"}


def _by_lowest(match: re.Match[str]) -> str:
    """The type whose smallest number has no negative."""
    return f"{ {'-32768': 'smallint', '-2147483648': 'integer'}.get(match[1], 'bigint') } out of range"


def _field_limit(match: re.Match[str]) -> str:
    """The detail for numeric(p, s); the widest DECIMAL is our own for results, and nobody's type."""
    precision, scale = int(match[1]), int(match[2])
    if precision == WIDEST:
        return ""
    whole = precision - scale
    limit = f"10^{whole}" if whole else "1"
    return f"A field with precision {precision}, scale {scale} must round to an absolute value less than {limit}."


def _integer_range(match: re.Match[str]) -> str:
    return f"{_INTEGERS.get(match[1], 'value')} out of range"


RULES: tuple[Rule, ...] = (
    Rule(duckdb.InterruptException, "", "57014", _says("canceling statement due to user request")),
    Rule(duckdb.OutOfMemoryException, "", "53200", _says("out of memory")),
    Rule(duckdb.InvalidInputException, r"Division by zero", "22012", _says("division by zero")),
    Rule(duckdb.InvalidInputException, r"More than one row", "21000",
         _says("more than one row returned by a subquery used as an expression")),
    Rule(duckdb.Error, r"Like pattern must not end with escape", "22025",
         _says("LIKE pattern must not end with escape character")),
    Rule(duckdb.InvalidInputException,
         r"(?:missing [\])]|unexpected \)|bad repetition|no argument for repetition|invalid (?:esc|char|perl))",
         "2201B", _says("invalid regular expression")),
    Rule(duckdb.InvalidInputException, r"Window \w+ PRECEDING expression cannot be negative", "22013",
         _says("frame starting offset must not be negative")),
    Rule(duckdb.InvalidInputException, r"Window \w+ FOLLOWING expression cannot be negative", "22013",
         _says("frame ending offset must not be negative")),
    Rule(duckdb.NotImplementedException, r"Period must be greater than 0", "22008", _says("stride must be greater than zero")),
    Rule(duckdb.ConversionException, r"timestamp range|Timestamp microseconds out of range", "22008", _says("timestamp out of range")),
    Rule(duckdb.ConversionException, r"with value -?\d+-\d+-\d+(?: \(BC\))? can't be cast", "22008",
         _says("date out of range for timestamp")),
    Rule(duckdb.OutOfRangeException, r"Overflow (?:in division of |on abs\()(-?\d+)", "22003", _by_lowest),
    Rule(duckdb.ConversionException, r"(?i)cast(?:ing)? value .* to (?:type )?DECIMAL\((\d+),(\d+)\)", "22003",
         _says("numeric field overflow"), _field_limit),
    Rule(duckdb.ConversionException, r"to type DECIMAL", "22003", _says("numeric field overflow")),
    Rule(duckdb.ConversionException, r"Date out of range", "22008", _says("date field value out of range")),
    Rule(duckdb.BinderException, r"LIMIT/OFFSET cannot be negative", "2201W", _says("LIMIT must not be negative")),
    Rule(duckdb.OutOfRangeException, r"(?:Overflow|overflow) in .*? of (U?INT\d+|HUGEINT)", "22003", _integer_range),
    Rule(duckdb.OutOfRangeException, r"lcm value", "22003", _says("bigint out of range")),
    Rule(duckdb.OutOfRangeException, r"(?i)decimal", "22003", _says("numeric field overflow")),
    Rule(duckdb.OutOfRangeException, r"(?i)interval", "22008", _says("interval out of range")),
    Rule(duckdb.OutOfRangeException, r"(?i)timestamp", "22008", _says("timestamp out of range")),
    Rule(duckdb.OutOfRangeException, r"(?i)date", "22008", _says("date out of range")),
    Rule(duckdb.OutOfRangeException, "", "22003", _says("value out of range")),
    Rule(duckdb.ConversionException, r"Type \w+(?:\([\d,]+\))? with value .* can't be cast .* destination type (U?INT\d+)",
         "22003", _integer_range),
    Rule(duckdb.ConversionException, r"(?i)overflow|out of range for the destination type (U?INT\d+)", "22003",
         lambda match: _integer_range(match) if match[1] else "value out of range"),
    Rule(duckdb.ConversionException, r"(?i)could not cast .* to DECIMAL|casting .* to DECIMAL", "22003",
         _says("numeric field overflow")),
    Rule(duckdb.ConversionException, r"(?i)(date|timestamp|time|interval) field value out of range", "22008",
         lambda match: f"{match[1].lower()} field value out of range"),
    Rule(duckdb.ConversionException, r"(?i)invalid (date|timestamp|time|interval)", "22007",
         lambda match: f"invalid input syntax for type {match[1].lower()}"),
    Rule(duckdb.ConversionException, r"(?i)to (BOOL|UUID|DATE|TIMESTAMP|INTERVAL|INT32|INT64|DOUBLE)", "22P02",
         lambda match: f"invalid input syntax for type {_NAMES.get(match[1].upper(), match[1].lower())}"),
    Rule(duckdb.ConversionException, "", "22P02", _says("invalid input syntax")),
    Rule(duckdb.TransactionException, r"aborted", "25P02",
         _says("current transaction is aborted, commands ignored until end of transaction block")),
    Rule(duckdb.InvalidInputException, r"read-only", "25006", _says("cannot execute statement in a read-only transaction")),
    Rule(duckdb.NotImplementedException, "", "0A000", _says("this operation is not supported by the double")),
)  # fmt: skip


def map_duckdb_error(error: BaseException) -> PgError:
    """The Postgres error for an exception that DuckDB raised while a statement ran; XX000 where no row fits."""
    text = _without_excerpt(str(error))
    if (told := MARK.search(text)) and "Division by zero" not in text[: told.start()]:  # which shows the expression
        message, detail, hint, *_ = (*str(told[2]).split(SEPARATOR), "", "")
        return EngineError(told[1], message, detail, hint)
    if isinstance(error, duckdb.Error) and "Max expression depth" in text:
        return StackDepthExceeded()
    for rule in RULES:
        if isinstance(error, rule.kind) and (match := re.search(rule.pattern, text, re.DOTALL)):
            return EngineError(rule.sqlstate, rule.message(match), rule.detail(match))
    return UnknownError("XX000", "internal error of the engine")


def _without_excerpt(text: str) -> str:
    """DuckDB's message without the lines of the statement that it may append (`LINE 1: ...`), in which there may be our own."""
    return text.split("\n\nLINE ")[0].rstrip("\n")
