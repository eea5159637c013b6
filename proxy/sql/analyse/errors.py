"""The errors of analysis, one class a SQLSTATE, in Postgres' words. Names quoted are the client's or visible to it."""

from __future__ import annotations

from policies.errors import PgError
from proxy.sql.parse import FeatureNotSupported, SyntaxProblem

__all__ = ["FeatureNotSupported", "SyntaxProblem"]


class UndefinedTable(PgError):
    """No such relation."""

    sqlstate = "42P01"


class UndefinedColumn(PgError):
    """No such column."""

    sqlstate = "42703"


class DuplicateColumn(PgError):
    """A column named twice where each may be named once."""

    sqlstate = "42701"


class TooManyColumns(PgError):
    """More of them than a row of Postgres' can have."""

    sqlstate = "54011"


class AmbiguousColumn(PgError):
    """More than one column of that name."""

    sqlstate = "42702"


class DuplicateAlias(PgError):
    """A table name given twice."""

    sqlstate = "42712"


class AmbiguousAlias(PgError):
    """A table name that means several tables."""

    sqlstate = "42P09"


class UndefinedFunction(PgError):
    """No such function or operator."""

    sqlstate = "42883"


class AmbiguousFunction(PgError):
    """Several functions or operators fit equally."""

    sqlstate = "42725"


class UndefinedObject(PgError):
    """No such type, collation, window or role."""

    sqlstate = "42704"


class UndefinedSchema(PgError):
    """No such schema."""

    sqlstate = "3F000"


class DatatypeMismatch(PgError):
    """Types that do not fit together."""

    sqlstate = "42804"


class CollationMismatch(PgError):
    """Two collations where there can be one."""

    sqlstate = "42P21"


class IndeterminateCollation(PgError):
    """A comparison without a collation to compare by."""

    sqlstate = "42P22"


class CannotCoerce(PgError):
    """No such cast."""

    sqlstate = "42846"


class GroupingError(PgError):
    """A column outside GROUP BY, or an aggregate where none may be."""

    sqlstate = "42803"


class WindowingError(PgError):
    """A window function where none may be."""

    sqlstate = "42P20"


class InvalidColumnReference(PgError):
    """ORDER BY, GROUP BY or DISTINCT names what is not there."""

    sqlstate = "42P10"


class IndeterminateDatatype(PgError):
    """A parameter or polymorphic result whose type nothing tells."""

    sqlstate = "42P18"


class AmbiguousParameter(PgError):
    """A parameter used as two types."""

    sqlstate = "42P08"


class WrongObjectType(PgError):
    """A function used as an aggregate, or the like."""

    sqlstate = "42809"


class InvalidRecursion(PgError):
    """A recursive query of another form than a UNION."""

    sqlstate = "42P19"


class InvalidParameterValue(PgError):
    """A value that a clause does not take."""

    sqlstate = "22023"


class DuplicateTable(PgError):
    """A relation of that name exists."""

    sqlstate = "42P07"


class InvalidTableDefinition(PgError):
    """A table that cannot be."""

    sqlstate = "42P16"


class GeneratedAlways(PgError):
    """A value for a column that makes its own."""

    sqlstate = "428C9"
