"""Names and values that are read while a statement runs: pg_input_is_valid, to_regprocedure, to_regtypemod and their kin.

The names of types, functions and operators must be constants: they are looked up when the statement is compiled, in the role's own
catalog. Refuses to know columns. Facts: src/backend/utils/adt/misc.c and regproc.c.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from policies.errors import PgError
from proxy.catalog.versions import Since
from proxy.pgtypes import InputSettings, read_text
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.pgtypes.reg_lookup import REGOPERATOR, REGPROCEDURE, reg_oid
from proxy.sql import ir
from proxy.sql.analyse.types import Types
from proxy.sql.lower.apply import fill
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, cast, quote_literal

Handler = Callable[[Lowering, ir.Call], Lowered]
NOTHING = "[NULL, NULL, NULL, NULL]"
ENUM_WRONG = "'invalid input value for enum {name}: \"' || {{0}} || '\"'"
FIRST_NORMAL_OID = 16_384


def type_named(scope: Scope, text: str) -> tuple[int, int]:
    """OID and typmod of a type as SQL writes it. Raises SyntaxProblem, UndefinedObject."""
    return Types(scope.catalog, scope.search_namespaces()).written(text)


def _constant(call: ir.Call, place: int) -> str | None:
    arg = call.args[place]
    if not isinstance(arg, ir.Const):
        raise FeatureNotSupported(
            f"{call.proc.name} of a computed name is not supported by the double", hint="Write the name out."
        )
    return arg.value


def _problem(lowering: Lowering, call: ir.Call) -> Lowered | None:
    """SQL of what the type's input function says of a text: a list of message, detail, hint and SQLSTATE; None for NULL."""
    scope, name = lowering.scope, _constant(call, 1)
    if name is None:
        return None
    try:
        oid, typmod = type_named(scope, name)
    except PgError as error:
        error.position = None
        raise
    row, text = scope.catalog.types[oid], call.args[0]
    if isinstance(text, ir.Const):
        return None if text.value is None else Lowered(_said(scope, oid, typmod, text.value), simple=True)
    if row.kind == "e":
        wrong = ENUM_WRONG.format(name=row.name.replace("'", "''"))
        known = f"list_contains({scope.enum_labels(oid)}, {{0}})"
        template = f"CASE WHEN {known} THEN {NOTHING} WHEN NOT {known} THEN [{wrong}, NULL, NULL, '22P02'] END"
        return fill(scope, template, [lowering.expr(text)])
    if oid >= FIRST_NORMAL_OID or row.kind not in "bmr" or row.name.startswith("reg"):
        raise FeatureNotSupported(
            f"{call.proc.name} of type {scope.shown_name(oid)} is not supported by the double",
            hint="Give the value as a constant.",
        )
    zone = quote_literal(scope.env.timezone)
    return Lowered(f"pgf_input_error({lowering.expr(text).sql}, CAST({oid} AS UINTEGER), {typmod}, {zone})")


def _said(scope: Scope, oid: int, typmod: int, text: str) -> str:
    setting = scope.env.settings.get
    settings = InputSettings(setting("datestyle", "ISO, MDY"), setting("intervalstyle", "postgres"), scope.env.timezone)
    try:
        read_text(oid, text, scope.catalog, typmod, settings)
    except PgError as error:
        parts = (error.message, error.detail, error.hint, error.sqlstate)
        return f"[{', '.join(quote_literal(part) if part else 'NULL' for part in parts)}]"
    return NOTHING


def _is_valid(lowering: Lowering, call: ir.Call) -> Lowered:
    problem = _problem(lowering, call)
    if problem is None:
        return Lowered(cast("NULL", "BOOLEAN"), simple=True)
    return Lowered(f"(list_extract({problem.sql}, 4) IS NULL)") if isinstance(call.args[0], ir.Const) else fill(
        lowering.scope, "CASE WHEN {1} IS NOT NULL THEN list_extract({0}, 4) IS NULL END", [problem, lowering.expr(call.args[0])]
    )  # fmt: skip


def _error_info(lowering: Lowering, call: ir.Call) -> Lowered:
    proc, problem = call.proc, _problem(lowering, call)
    columns = tuple(
        ir.RowColumn(name, oid, -1)
        for name, oid, mode in zip(proc.arg_names, proc.all_args, proc.arg_modes)
        if mode == "o"
    )
    if problem is None:
        return Lowered(cast("NULL", "VARCHAR"), row=columns)
    return Lowered(f"pgf_row_text(CAST({problem.sql} AS VARCHAR[]))", row=columns)


def _to_registered(oid: int) -> Handler:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        scope, name = lowering.scope, _constant(call, 0)
        found: int | None = None
        path, soft = tuple(scope.search_namespaces()), scope.catalog.has(Since.SOFT_REG_LOOKUP)
        if name is not None and soft and (re.fullmatch("[0-9]+", name) or (name == "-" and oid == REGPROCEDURE)):
            found = int(name.replace("-", "0"))
        elif name is not None:
            try:
                found = reg_oid(oid, name, scope.catalog, path, lambda text: type_named(scope, text)[0])
            except FeatureNotSupported:
                raise
            except PgError:
                if not soft:
                    raise
        return Lowered(cast("NULL" if found is None else str(found), "UINTEGER"), simple=True)

    return lower


def _typmod(lowering: Lowering, call: ir.Call) -> Lowered:
    """to_regtypemod."""
    name = _constant(call, 0)
    try:
        found = "NULL" if name is None else str(type_named(lowering.scope, name)[1])
    except FeatureNotSupported:
        raise
    except PgError:
        found = "NULL"
    return Lowered(cast(found, "INTEGER"), simple=True)


TEMPLATES: dict[str, str] = {}
HANDLERS: dict[str, Handler] = {
    "pg_input_is_valid": _is_valid, "pg_input_error_info": _error_info, "to_regtypemod": _typmod,
    "to_regprocedure": _to_registered(REGPROCEDURE), "to_regoperator": _to_registered(REGOPERATOR),
}  # fmt: skip
