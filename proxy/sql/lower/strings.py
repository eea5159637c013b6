"""Text: functions, LIKE, regular expressions, quoting, bytea.

A constant pattern is translated when the statement is compiled. Facts: Postgres' string functions; RE2 as DuckDB has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from proxy.engine.routines.errors import EngineError, PgDomainError
from proxy.engine.routines.texts import (
    group_count,
    like_escape,
    regex_pattern,
    replacement,
    similar_pattern,
    without_groups,
)
from proxy.sql import ir
from proxy.sql.lower.emitter import Emitter
from proxy.sql.lower.value import Sql, quote

TEMPLATES: Mapping[str, str] = {
    "textcat": "({0} || {1})", "lower(text)": "lower({0})", "upper(text)": "upper({0})", "initcap(text)": "pgd_initcap({0})",
    "length(text)": "CAST(length({0}) AS INTEGER)", "char_length(text)": "CAST(length({0}) AS INTEGER)",
    "character_length(text)": "CAST(length({0}) AS INTEGER)", "length(bpchar)": "CAST(length(rtrim({0}, ' ')) AS INTEGER)",
    "char_length(bpchar)": "CAST(length(rtrim({0}, ' ')) AS INTEGER)", "octet_length(text)": "CAST(strlen({0}) AS INTEGER)",
    "bit_length(text)": "CAST(strlen({0}) * 8 AS INTEGER)", "octet_length(bytea)": "CAST(octet_length({0}) AS INTEGER)",
    "length(bytea)": "CAST(octet_length({0}) AS INTEGER)",
    "substr(text,int4)": "pgd_substr({0}, {1})", "substring(text,int4)": "pgd_substr({0}, {1})",
    "substr(text,int4,int4)": "pgd_substr3({0}, {1}, {2})", "substring(text,int4,int4)": "pgd_substr3({0}, {1}, {2})",
    "left(text,int4)": "left({0}, {1})", "right(text,int4)": "right({0}, {1})",
    "position(text,text)": "CAST(strpos({0}, {1}) AS INTEGER)", "strpos(text,text)": "CAST(strpos({0}, {1}) AS INTEGER)",
    "btrim(text)": "trim({0}, ' ')", "ltrim(text)": "ltrim({0}, ' ')", "rtrim(text)": "rtrim({0}, ' ')",
    "btrim(text,text)": "trim({0}, {1})", "ltrim(text,text)": "ltrim({0}, {1})", "rtrim(text,text)": "rtrim({0}, {1})",
    "lpad(text,int4)": "lpad({0}, greatest({1}, 0), ' ')", "rpad(text,int4)": "rpad({0}, greatest({1}, 0), ' ')",
    "lpad(text,int4,text)": "CASE WHEN {2} = '' THEN left({0}, greatest({1}, 0)) ELSE lpad({0}, greatest({1}, 0), {2}) END",
    "rpad(text,int4,text)": "CASE WHEN {2} = '' THEN left({0}, greatest({1}, 0)) ELSE rpad({0}, greatest({1}, 0), {2}) END",
    "repeat(text,int4)": "repeat({0}, greatest({1}, 0))", "reverse(text)": "reverse({0})",
    "replace(text,text,text)": "CASE WHEN {1} = '' THEN {0} ELSE replace({0}, {1}, {2}) END",
    "translate(text,text,text)": "translate({0}, {1}, {2})",
    "split_part(text,text,int4)": "CASE WHEN {2} = 0 THEN pgd_raise('22023', 'field position must not be zero') "
                                  "WHEN {1} = '' THEN CASE WHEN {2} IN (1, -1) THEN {0} ELSE '' END ELSE split_part({0}, {1}, {2}) END",
    "chr(int4)": "CASE WHEN {0} = 0 THEN pgd_raise('54000', 'null character not permitted') ELSE chr({0}) END",
    "ascii(text)": "CASE WHEN {0} = '' THEN 0 ELSE unicode({0}) END", "md5(text)": "md5({0})",
    "starts_with(text,text)": "starts_with({0}, {1})", "text_starts_with": "starts_with({0}, {1})",
    "quote_ident(text)": "pgd_quote_ident({0})", "quote_literal(text)": "pgd_quote_literal({0})",
    "quote_nullable(text)": "coalesce(pgd_quote_literal({0}), 'NULL')",
    "encode(bytea,text)": "pgd_encode({0}, {1})", "decode(text,text)": "pgd_decode({0}, {1})",
    "byteacat": "({0} || {1})", "md5(bytea)": "md5({0})", "sha256(bytea)": "unhex(sha256({0}))",
    "textlike": "({0} LIKE {1} ESCAPE '\\')", "textnlike": "({0} NOT LIKE {1} ESCAPE '\\')",
    "texticlike": "({0} ILIKE {1} ESCAPE '\\')", "texticnlike": "({0} NOT ILIKE {1} ESCAPE '\\')",
    "namelike": "({0} LIKE {1} ESCAPE '\\')", "namenlike": "({0} NOT LIKE {1} ESCAPE '\\')",
    "nameiclike": "({0} ILIKE {1} ESCAPE '\\')", "nameicnlike": "({0} NOT ILIKE {1} ESCAPE '\\')",
    "bpcharlike": "({0} LIKE {1} ESCAPE '\\')", "bpcharnlike": "({0} NOT LIKE {1} ESCAPE '\\')",
    "bpchariclike": "({0} ILIKE {1} ESCAPE '\\')", "bpcharicnlike": "({0} NOT ILIKE {1} ESCAPE '\\')",
    "string_to_array(text,text)": "CASE WHEN {0} = '' THEN [] WHEN {1} IS NULL THEN string_split({0}, '') "
                                  "WHEN {1} = '' THEN [{0}] ELSE string_split({0}, {1}) END",
    "overlay(text,text,int4)": "(left({0}, {2} - 1) || {1} || pgd_substr({0}, {2} + CAST(length({1}) AS INTEGER)))",
    "overlay(text,text,int4,int4)": "(left({0}, {2} - 1) || {1} || pgd_substr({0}, {2} + {3}))",
}  # fmt: skip


def constant_text(node: ir.Expr) -> str | None:
    """The value of a constant, looking through casts that leave text alone."""
    while isinstance(node, ir.Cast) and node.method == "relabel":
        node = node.arg
    return node.value if isinstance(node, ir.Const) else None


def pattern_sql(emitter: Emitter, node: ir.Expr, flags: str = "") -> tuple[str, int | None]:
    """A regular expression as RE2 reads it, and its groups where it is a constant."""
    text = constant_text(node)
    if text is None and isinstance(node, ir.Call) and node.proc.name == "similar_to_escape":
        inner = constant_text(node.args[0])
        escape = constant_text(node.args[1]) if len(node.args) > 1 else "\\"
        text = similar_pattern(inner, escape) if inner is not None else None
    if text is None:
        return f"pgd_regex({emitter.text(node)}, {quote(flags)})", None
    return quote(domain(regex_pattern, text, flags)), group_count(text)


def domain(call: Callable[..., str], *args: object) -> str:
    """A function of the engine evaluated while compiling; its errors are the statement's."""
    try:
        return call(*args)
    except PgDomainError as error:
        raise EngineError(error.sqlstate, error.message) from error


def _match(negated: bool, flags: str) -> Callable[[Emitter, ir.Call], Sql]:
    def emit(emitter: Emitter, node: ir.Call) -> Sql:
        pattern, _ = pattern_sql(emitter, node.args[1], flags)
        test = f"regexp_matches({emitter.text(node.args[0])}, {pattern})"
        return Sql(f"(NOT {test})" if negated else test)

    return emit


def _flags(node: ir.Expr | None, emitter: Emitter) -> str:
    if node is None:
        return ""
    text = constant_text(node)
    if text is None:
        raise emitter.unsupported("a regular expression with computed flags", node.position)
    return text


def _regexp_replace(emitter: Emitter, node: ir.Call) -> Sql:
    if len(node.args) > 4 or len(node.args) == 4 and node.args[3].type != 25:
        raise emitter.unsupported("regexp_replace with a start position", node.position)
    flags = _flags(node.args[3] if len(node.args) > 3 else None, emitter)
    pattern, groups = pattern_sql(emitter, node.args[1], flags.replace("g", ""))
    new = constant_text(node.args[2])
    if new is None:
        target = f"pgd_replacement({emitter.text(node.args[2])})"
    else:
        target = quote(replacement(new if groups is None else without_groups(new, groups)))
    option = ", 'g'" if "g" in flags else ""
    return Sql(f"regexp_replace({emitter.text(node.args[0])}, {pattern}, {target}{option})")


def _regexp_match(emitter: Emitter, node: ir.Call) -> Sql:
    flags = _flags(node.args[2] if len(node.args) > 2 else None, emitter)
    pattern, groups = pattern_sql(emitter, node.args[1], flags)
    if groups is None:
        raise emitter.unsupported("regexp_match with a computed pattern", node.position)
    text = emitter.text(node.args[0])
    parts = ", ".join(
        f"regexp_extract({text}, {pattern}, {group})" for group in (range(1, groups + 1) if groups else [0])
    )
    return Sql(f"CASE WHEN regexp_matches({text}, {pattern}) THEN [{parts}] END")


def _substring_pattern(emitter: Emitter, node: ir.Call) -> Sql:
    pattern, groups = pattern_sql(emitter, node.args[1])
    text = emitter.text(node.args[0])
    group = 1 if groups else 0
    return Sql(f"CASE WHEN regexp_matches({text}, {pattern}) THEN regexp_extract({text}, {pattern}, {group}) END")


def _regexp_count(emitter: Emitter, node: ir.Call) -> Sql:
    if len(node.args) > 2:
        raise emitter.unsupported("regexp_count with a start position", node.position)
    pattern, _ = pattern_sql(emitter, node.args[1])
    return Sql(f"CAST(len(regexp_extract_all({emitter.text(node.args[0])}, {pattern})) AS INTEGER)")


def _regexp_like(emitter: Emitter, node: ir.Call) -> Sql:
    pattern, _ = pattern_sql(emitter, node.args[1], _flags(node.args[2] if len(node.args) > 2 else None, emitter))
    return Sql(f"regexp_matches({emitter.text(node.args[0])}, {pattern})")


def _regexp_split(emitter: Emitter, node: ir.Call) -> Sql:
    pattern, _ = pattern_sql(emitter, node.args[1], _flags(node.args[2] if len(node.args) > 2 else None, emitter))
    return Sql(f"regexp_split_to_array({emitter.text(node.args[0])}, {pattern})")


def _like_escape(emitter: Emitter, node: ir.Call) -> Sql:
    pattern, escape = constant_text(node.args[0]), constant_text(node.args[1])
    if pattern is not None and escape is not None:
        return Sql(quote(domain(like_escape, pattern, escape)), literal=None)
    return Sql(f"pgd_like_escape({emitter.text(node.args[0])}, {emitter.text(node.args[1])})")


def _similar(emitter: Emitter, node: ir.Call) -> Sql:
    escape = emitter.text(node.args[1]) if len(node.args) > 1 else "'\\'"
    return Sql(f"pgd_similar({emitter.text(node.args[0])}, {escape})")


def texts_of(emitter: Emitter, nodes: Sequence[ir.Expr]) -> list[str]:
    """Any values as the text their output functions give."""
    from proxy.sql.lower.casts import text_of

    return [text_of(emitter, emitter.expr(node), node.type, node.position) for node in nodes]


def _concat(emitter: Emitter, node: ir.Call) -> Sql:
    if node.variadic_array:
        raise emitter.unsupported("VARIADIC in concat", node.position)
    texts = texts_of(emitter, node.args)
    return Sql(f"concat({', '.join(texts)})" if texts else "''")


def _concat_ws(emitter: Emitter, node: ir.Call) -> Sql:
    if node.variadic_array:
        raise emitter.unsupported("VARIADIC in concat_ws", node.position)
    return Sql(f"concat_ws({', '.join(texts_of(emitter, node.args))})")


def _format(emitter: Emitter, node: ir.Call) -> Sql:
    if node.variadic_array:
        raise emitter.unsupported("VARIADIC in format", node.position)
    texts = texts_of(emitter, node.args[1:])
    return Sql(f"pgd_format({emitter.text(node.args[0])}, CAST([{', '.join(texts)}] AS VARCHAR[]))")


def _any_cat(emitter: Emitter, node: ir.Call) -> Sql:
    left, right = texts_of(emitter, node.args)
    return Sql(f"({left} || {right})")


def _array_to_string(emitter: Emitter, node: ir.Call) -> Sql:
    from proxy.sql.lower.casts import text_of

    array, element = emitter.text(node.args[0]), emitter.element(node.args[0].type)
    name = emitter.variable()
    shown = f"list_transform({array}, lambda {name}: {text_of(emitter, Sql(name), element, node.position)})"
    if len(node.args) > 2:
        null = emitter.text(node.args[2])
        name = emitter.variable()
        shown = f"list_transform({shown}, lambda {name}: coalesce({name}, {null}))"
    return Sql(
        f"coalesce(array_to_string({shown}, {emitter.text(node.args[1])}), CASE WHEN {array} IS NOT NULL THEN '' END)"
    )


BUILDERS: Mapping[str, Callable[[Emitter, ir.Call], Sql]] = {
    "textregexeq": _match(False, ""), "textregexne": _match(True, ""), "texticregexeq": _match(False, "i"),
    "texticregexne": _match(True, "i"), "nameregexeq": _match(False, ""), "nameregexne": _match(True, ""),
    "nameicregexeq": _match(False, "i"), "nameicregexne": _match(True, "i"), "bpcharregexeq": _match(False, ""),
    "bpcharregexne": _match(True, ""), "bpcharicregexeq": _match(False, "i"), "bpcharicregexne": _match(True, "i"),
    "regexp_replace": _regexp_replace, "regexp_match": _regexp_match, "substring(text,text)": _substring_pattern,
    "regexp_count": _regexp_count, "regexp_like": _regexp_like, "regexp_split_to_array": _regexp_split,
    "like_escape": _like_escape, "similar_to_escape": _similar, "concat": _concat, "concat_ws": _concat_ws, "format": _format,
    "textanycat": _any_cat, "anytextcat": _any_cat, "array_to_string": _array_to_string,
    "quote_literal(anyelement)": lambda emitter, node: Sql(f"pgd_quote_literal({texts_of(emitter, node.args)[0]})"),
    "quote_nullable(anyelement)": lambda emitter, node: Sql(f"coalesce(pgd_quote_literal({texts_of(emitter, node.args)[0]}), 'NULL')"),
}  # fmt: skip
