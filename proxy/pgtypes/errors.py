"""The errors of reading and printing values, one class a SQLSTATE, and the messages that several types share.

Holds Postgres' own words (src/backend/utils/adt); refuses to know statements and positions, which the compiler adds.
A quoted value is always one that the client itself sent, never one of a release.
"""

from __future__ import annotations

from policies.errors import PgError


class InvalidText(PgError):
    """invalid_text_representation: the text is no value of the type."""

    sqlstate = "22P02"


class InvalidBinary(PgError):
    """invalid_binary_representation: the bytes are no value of the type."""

    sqlstate = "22P03"


class InvalidDatetime(PgError):
    """invalid_datetime_format."""

    sqlstate = "22007"


class DatetimeOverflow(PgError):
    """datetime_field_overflow."""

    sqlstate = "22008"


class IntervalOverflow(PgError):
    """interval_field_overflow."""

    sqlstate = "22015"


class NumericOutOfRange(PgError):
    """numeric_value_out_of_range."""

    sqlstate = "22003"


class StringTooLong(PgError):
    """string_data_right_truncation."""

    sqlstate = "22001"


class InvalidParameterValue(PgError):
    """invalid_parameter_value."""

    sqlstate = "22023"


class InvalidByteSequence(PgError):
    """character_not_in_repertoire."""

    sqlstate = "22021"


class UntranslatableCharacter(PgError):
    """untranslatable_character."""

    sqlstate = "22P05"


class ArraySubscriptError(PgError):
    """array_subscript_error."""

    sqlstate = "2202E"


class ProtocolViolation(PgError):
    """protocol_violation: a message too short for what it announces."""

    sqlstate = "08P01"


class DatatypeMismatch(PgError):
    """datatype_mismatch."""

    sqlstate = "42804"


class ProgramLimitExceeded(PgError):
    """program_limit_exceeded."""

    sqlstate = "54000"


class StackDepthExceeded(PgError):
    """statement_too_complex: nested too deeply to be read."""

    sqlstate = "54001"

    def __init__(self) -> None:
        hint = (
            'Increase the configuration parameter "max_stack_depth" (currently 2048kB), '
            "after ensuring the platform's stack depth limit is adequate."
        )
        super().__init__("stack depth limit exceeded", hint=hint)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (), self.__dict__


class UndefinedObject(PgError):
    """undefined_object: a type, role or zone that does not exist."""

    sqlstate = "42704"


class SyntaxInText(PgError):
    """syntax_error, of a value that has a grammar of its own."""

    sqlstate = "42601"


class UndefinedParameter(PgError):
    """undefined_parameter."""

    sqlstate = "42P02"


class TooManyArguments(PgError):
    """too_many_arguments."""

    sqlstate = "54023"


class UndefinedTable(PgError):
    """undefined_table."""

    sqlstate = "42P01"


class UndefinedFunction(PgError):
    """undefined_function."""

    sqlstate = "42883"


class AmbiguousFunction(PgError):
    """ambiguous_function."""

    sqlstate = "42725"


class UndefinedSchema(PgError):
    """invalid_schema_name."""

    sqlstate = "3F000"


class FeatureNotSupported(PgError):
    """feature_not_supported."""

    sqlstate = "0A000"


class StorageMismatch(PgError):
    """The engine returned a column in another type than the compiler promised: our own bug, an internal error."""

    sqlstate = "XX000"


def invalid_input(type_name: str, text: str) -> InvalidText:
    """What most input functions say of text they cannot read."""
    return InvalidText(f'invalid input syntax for type {type_name}: "{text}"')


def out_of_range(type_name: str, text: str) -> NumericOutOfRange:
    """What the integer input functions say of a number that does not fit."""
    return NumericOutOfRange(f'value "{text}" is out of range for type {type_name}')


def short_message() -> ProtocolViolation:
    """What pq_getmsg* says where a binary value ends early."""
    return ProtocolViolation("insufficient data left in message")
