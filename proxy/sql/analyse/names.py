"""The name a result column gets when the client gives none (FigureColname in src/backend/parser/parse_target.c)."""

from __future__ import annotations

from proxy.sql.parse import Node, kind_of, names_of, text_of

UNNAMED = "?column?"
_WEAK, _STRONG = 1, 2
_FIXED = {
    "A_ArrayExpr": "array", "RowExpr": "row", "CoalesceExpr": "coalesce", "GroupingFunc": "grouping",
    "XmlSerialize": "xmlserialize",
}  # fmt: skip
_VALUES = {
    "SVFOP_CURRENT_DATE": "current_date", "SVFOP_CURRENT_TIME": "current_time", "SVFOP_CURRENT_TIME_N": "current_time",
    "SVFOP_CURRENT_TIMESTAMP": "current_timestamp", "SVFOP_CURRENT_TIMESTAMP_N": "current_timestamp",
    "SVFOP_LOCALTIME": "localtime", "SVFOP_LOCALTIME_N": "localtime", "SVFOP_LOCALTIMESTAMP": "localtimestamp",
    "SVFOP_LOCALTIMESTAMP_N": "localtimestamp", "SVFOP_CURRENT_ROLE": "current_role", "SVFOP_CURRENT_USER": "current_user",
    "SVFOP_USER": "user", "SVFOP_SESSION_USER": "session_user", "SVFOP_CURRENT_CATALOG": "current_catalog",
    "SVFOP_CURRENT_SCHEMA": "current_schema",
}  # fmt: skip


def column_name(node: Node) -> str:
    """The name of an output column that has no AS."""
    return _figure(node)[0] or UNNAMED


def _figure(node: Node) -> tuple[str, int]:
    kind, fields = kind_of(node)
    if kind in _FIXED:
        return _FIXED[kind], _STRONG
    if kind == "ColumnRef":
        return _last_name(fields["fields"])
    if kind == "A_Indirection":
        name, strength = _last_name(fields.get("indirection", []))
        return (name, strength) if name else _figure(fields["arg"])
    if kind == "FuncCall":
        return names_of(fields["funcname"])[-1], _STRONG
    if kind == "A_Expr":
        return ("nullif", _STRONG) if fields["kind"] == "AEXPR_NULLIF" else ("", 0)
    if kind == "TypeCast":
        return _cast(fields)
    if kind == "CollateClause":
        return _figure(fields["arg"])
    if kind == "MinMaxExpr":
        return ("least" if fields.get("op") == "IS_LEAST" else "greatest"), _STRONG
    if kind == "SQLValueFunction":
        return _VALUES[fields["op"]], _STRONG
    if kind == "CaseExpr":
        name, strength = _figure(fields["defresult"]) if "defresult" in fields else ("", 0)
        return (name, strength) if strength > _WEAK else ("case", _WEAK)
    if kind == "SubLink":
        return _sublink(fields)
    return "", 0


def _last_name(nodes: list[Node]) -> tuple[str, int]:
    names = [text_of(node) for node in nodes if "String" in node]
    return (names[-1], _STRONG) if names else ("", 0)


def _cast(fields: Node) -> tuple[str, int]:
    name, strength = _figure(fields["arg"])
    if strength <= _WEAK:
        return names_of(fields["typeName"]["names"])[-1], _WEAK
    return name, strength


def _sublink(fields: Node) -> tuple[str, int]:
    kind = fields["subLinkType"]
    if kind == "EXISTS_SUBLINK":
        return "exists", _STRONG
    if kind == "ARRAY_SUBLINK":
        return "array", _STRONG
    if kind == "EXPR_SUBLINK":
        select = fields["subselect"].get("SelectStmt", {})
        targets = select.get("targetList")
        if targets:
            target = targets[0]["ResTarget"]
            return (target["name"], _STRONG) if "name" in target else _figure(target["val"])
    return "", 0
