"""has_<kind>_privilege([user,] object, [column,] privileges): the object as the role knows it, then what a reader may do to it.

A name that is not there is an error and an OID that is not there NULL, so that what is hidden is as absent here as anywhere; of a table
with hidden columns SELECT is not held, as in Postgres. The user is taken for the session's. Refuses to know privileges' words.
Facts: src/backend/utils/adt/acl.c.
"""

from __future__ import annotations

from collections.abc import Callable

from policies.errors import PgError
from proxy.pgtypes.reg_lookup import reg_oid
from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.inputs import type_named
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.registered import REG_TYPES, REGPROCEDURE, to_registered
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered
from proxy.sql.parse import FeatureNotSupported

OID, INT2, REGCLASS = 26, 21, 2205
# kind -> reg* type that finds its object; objects of the other kinds are not looked up
REGISTERED = {
    "table": REGCLASS, "column": REGCLASS, "any_column": REGCLASS, "sequence": REGCLASS, "function": REGPROCEDURE, "type": 2206,
    "schema": 4089,
}  # fmt: skip
KINDS = (*REGISTERED, "database", "language", "tablespace", "foreign_data_wrapper", "server", "parameter")


def _privilege(lowering: Lowering, call: ir.Call) -> Lowered:
    kind = call.proc.name.removeprefix("has_").removesuffix("_privilege")
    own = call.args[-3:] if kind == "column" else call.args[-2:]
    user = [lowering.expr(arg) for arg in call.args[: -len(own)]]
    args = [_object(lowering, kind, own[0]), lowering.expr(own[-1]), *user]
    held = f"pgf_privilege('{kind}', {{1}})"
    if kind == "column":
        args.append(lowering.expr(own[1]))
        held = f"CASE WHEN {_column(lowering.scope, own[1].type == INT2, len(args) - 1)} IS NOT NULL THEN {held} END"
    if kind == "sequence":
        held = f"CASE WHEN {_require_sequence(lowering.scope)} THEN {held} END"
    if kind == "table" and (partly := lowering.scope.catalog.hidden_columns):
        held = f"({held} AND {{0}} NOT IN ({', '.join(map(str, sorted(partly)))}))"
    given = " AND ".join(f"{{{place}}} IS NOT NULL" for place in range(len(args)))
    return fill(lowering.scope, f"CASE WHEN {given} THEN {held} END", args)


def _object(lowering: Lowering, kind: str, written: ir.Expr) -> Lowered:
    """The OID of an object as the role knows it, NULL where an OID was written that is not there."""
    scope, value = lowering.scope, lowering.expr(written)
    registered = REGISTERED.get(kind)
    if registered is None:
        return value
    if written.type == OID:
        return fill(scope, _found(scope, REG_TYPES[registered][0], "oid"), [value])
    if kind == "schema":
        return fill(scope, _schema(scope), [value])
    if registered != REGPROCEDURE:
        return to_registered(scope, value, registered, missing_fails=True)
    if not isinstance(written, ir.Const):
        raise FeatureNotSupported("looking up a function by a computed name is not supported by the double")
    if written.value is None:
        return Lowered("CAST(NULL AS UINTEGER)", simple=True)
    try:
        oid = reg_oid(
            registered,
            written.value,
            scope.catalog,
            tuple(scope.search_namespaces()),
            lambda name: type_named(scope, name)[0],
        )
    except PgError as error:
        error.position = None
        raise
    return Lowered(f"{oid}::UINTEGER", simple=True)


def _schema(scope: Scope) -> str:
    """Template: the OID of a schema, whose name is taken as it is written."""
    row = f"{scope.system_sql('pg_namespace', 'x')} WHERE {scope.system_column('pg_namespace', 'nspname', 'x')} = {{0}}"
    gone = "error('PGERR|3F000|schema \"' || {0} || '\" does not exist')"
    found = f"(SELECT {scope.system_column('pg_namespace', 'oid', 'x')} FROM {row})"
    return f"CASE WHEN {{0}} IS NOT NULL THEN coalesce({found}, CAST({gone} AS UINTEGER)) END"


def _found(scope: Scope, relation: str, target: str) -> str:
    """Template: a column of the row whose OID is {0}."""
    row = f"{scope.system_sql(relation, 'x')} WHERE {scope.system_column(relation, 'oid', 'x')} = {{0}}"
    return f"(SELECT {scope.system_column(relation, target, 'x')} FROM {row})"


def _column(scope: Scope, by_number: bool, place: int) -> str:
    """Template: the number of a column, NULL for a number that the relation has not; a name must exist."""

    def column(name: str) -> str:
        return scope.system_column("pg_attribute", name, "a")

    key = column("attnum") if by_number else column("attname")
    row = f"{scope.system_sql('pg_attribute', 'a')} WHERE {column('attrelid')} = {{0}} AND {key} = {{{place}}}"
    number = f"(SELECT {column('attnum')} FROM {row} AND NOT {column('attisdropped')})"
    if by_number:
        return number
    named = f"'PGERR|42703|column \"' || {{{place}}} || '\" of relation \"' || {_found(scope, 'pg_class', 'relname')}"
    return f"coalesce({number}, CAST(error({named} || '\" does not exist') AS SMALLINT))"


def _require_sequence(scope: Scope) -> str:
    """Template: true of a sequence, an error of any other relation."""
    name = f"'PGERR|42809|\"' || {_found(scope, 'pg_class', 'relname')} || '\" is not a sequence'"
    return f"CASE WHEN {_found(scope, 'pg_class', 'relkind')} = 'S' THEN true ELSE CAST(error({name}) AS BOOLEAN) END"


HANDLERS: dict[str, Callable[[Lowering, ir.Call], Lowered]] = {f"has_{kind}_privilege": _privilege for kind in KINDS}
