"""Text: operators and functions as templates, LIKE and regular expressions with a constant pattern translated at once.

Refuses to know how text is read into other types. Facts: varlena.c, oracle_compat.c, like.c, regexp.c; text is ordered by bytes.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.engine.functions.errors import EngineError, PgDomainError
from proxy.engine.functions.pattern import program
from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.casts import convert
from proxy.sql.lower.letters import MARKS, PLAIN, knowledge, lowercase
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.texts import text_of
from proxy.sql.lower.values import SMALL, Lowered, at_least, cast, fail, quote_literal, room_for

TEXT = 25
Handler = Callable[[Lowering, ir.Call], Lowered]
# The first character that is taken, and the one behind the last; {1} and {2} may be any numbers.
FROM, BEHIND = at_least("CAST({1} AS BIGINT)", 1), at_least("CAST({1} AS BIGINT) + {2}", 1)
SUBSTRING_FROM = f"substring({{0}}, {FROM})"
SUBSTRING = (
    f"CASE WHEN {{0}} IS NULL THEN NULL WHEN {{1}} IS NULL THEN NULL "
    f"WHEN {{2}} < 0 THEN {fail('22011', 'negative substring length not allowed')} ELSE substring({{0}}, {FROM}, {BEHIND} - {FROM}) END"
)
# of nothing nothing is made, however long
COUNT, COUNT_FILLED = (
    room_for(f"CASE WHEN {nothing} THEN 0 ELSE CAST({{1}} AS BIGINT) END", at_least("{1}", 0))
    for nothing in ("{0} IS NULL", "{0} IS NULL OR {2} IS NULL")
)
LPAD = f"CASE WHEN {{2}} = '' THEN left({{0}}, {at_least('{1}', 0)}) ELSE lpad({{0}}, {COUNT_FILLED}, {{2}}) END"
RPAD = f"CASE WHEN {{2}} = '' THEN left({{0}}, {at_least('{1}', 0)}) ELSE rpad({{0}}, {COUNT_FILLED}, {{2}}) END"
TIMES = room_for("CAST({1} AS BIGINT) * strlen({0})", at_least("{1}", 0))
# what replacing makes of a text at most, and exactly
AT_MOST = "strlen({0}) * (strlen({2}) + 1)"
EXACTLY = "strlen({0}) + (strlen({0}) - strlen(replace({0}, {1}, ''))) // strlen({1}) * strlen({2})"
NEW = f"CASE WHEN {AT_MOST} <= {SMALL} THEN {{2}} ELSE {room_for(EXACTLY, '{2}')} END"
REPLACE = f"CASE WHEN {{2}} IS NULL THEN NULL WHEN {{1}} = '' THEN {{0}} ELSE replace({{0}}, {{1}}, {NEW}) END"

TEMPLATES: dict[str, str] = {
    "textcat": "({0} || {1})", "length(text)": "CAST(length({0}) AS INTEGER)", "char_length(text)": "CAST(length({0}) AS INTEGER)",
    "character_length(text)": "CAST(length({0}) AS INTEGER)", "length(bpchar)": "CAST(length(rtrim({0}, ' ')) AS INTEGER)",
    "char_length(bpchar)": "CAST(length(rtrim({0}, ' ')) AS INTEGER)",
    "character_length(bpchar)": "CAST(length(rtrim({0}, ' ')) AS INTEGER)",
    "octet_length(text)": "CAST(strlen({0}) AS INTEGER)", "octet_length(bpchar)": "CAST(strlen({0}) AS INTEGER)",
    "bit_length(text)": "CAST(strlen({0}) * 8 AS INTEGER)",
    "left(text,int4)": "left({0}, {1})", "right(text,int4)": "CASE WHEN {1} = -2147483648 THEN left({0}, 0) ELSE right({0}, {1}) END",
    "lpad(text,int4)": f"lpad({{0}}, {COUNT}, ' ')", "rpad(text,int4)": f"rpad({{0}}, {COUNT}, ' ')",
    "lpad(text,int4,text)": LPAD, "rpad(text,int4,text)": RPAD,
    "ltrim(text)": "ltrim({0}, ' ')", "rtrim(text)": "rtrim({0}, ' ')", "btrim(text)": "trim({0}, ' ')",
    "ltrim(text,text)": "CASE WHEN {1} = '' THEN {0} ELSE ltrim({0}, {1}) END",
    "rtrim(text,text)": "CASE WHEN {1} = '' THEN {0} ELSE rtrim({0}, {1}) END",
    "btrim(text,text)": "CASE WHEN {1} = '' THEN {0} ELSE trim({0}, {1}) END",
    "position(text,text)": "CAST(strpos({0}, {1}) AS INTEGER)", "strpos(text,text)": "CAST(strpos({0}, {1}) AS INTEGER)",
    "replace(text,text,text)": REPLACE, "translate(text,text,text)": "pgf_translate({0}, {1}, {2})",
    "repeat(text,int4)": f"repeat({{0}}, {TIMES})", "reverse(text)": "reverse({0})",
    "split_part(text,text,int4)": "pgf_split_part({0}, {1}, {2})",
    "ascii(text)": "CASE WHEN {0} = '' THEN 0 ELSE CAST(unicode({0}) AS INTEGER) END", "chr(int4)": "pgf_chr({0})",
    "overlay(text,text,int4)": "pgf_overlay({0}, {1}, {2}, CAST(length({1}) AS INTEGER))",
    "overlay(text,text,int4,int4)": "pgf_overlay({0}, {1}, {2}, {3})",
    "starts_with(text,text)": "starts_with({0}, {1})",
    "is_normalized(text,text)": "(pgf_normalize({0}, {1}) = {0})", "casefold(text)": "lower({0})",
    "unistr(text)": "pgf_unistr({0})", "unicode_assigned(text)": "pgf_unicode_assigned({0})",
    "uuid_extract_version(uuid)": "pgf_uuid_version(CAST({0} AS VARCHAR))",
    "uuid_extract_timestamp(uuid)": "make_timestamptz(pgf_uuid_micros(CAST({0} AS VARCHAR)))",
    "pg_lsn_mi": "pgf_lsn_difference({0}, {1})", "pg_wal_lsn_diff(pg_lsn,pg_lsn)": "pgf_lsn_difference({0}, {1})",
    "pg_lsn_pli": "pgf_lsn_moved({0}, {1}, false)", "numeric_pl_pg_lsn": "pgf_lsn_moved({1}, {0}, false)",
    "pg_lsn_mii": "pgf_lsn_moved({0}, {1}, true)", "pg_lsn(numeric)": "pgf_lsn_moved('0/0', {0}, false)",
    "md5(text)": "md5({0})", "quote_ident(text)": "pgf_quote_ident({0})", "quote_literal(text)": "pgf_quote_literal({0})",
    "quote_nullable(text)": "coalesce(pgf_quote_literal({0}), 'NULL')",
    "string_to_array(text,text)": "pgf_string_to_array({0}, {1}, CAST(NULL AS VARCHAR))",
    "string_to_array(text,text,text)": "pgf_string_to_array({0}, {1}, {2})",
    "normalize(text,text)": "pgf_normalize({0}, {1})",
    "like_escape(text,text)": "pgf_like_escape({0}, {1})", "similar_to_escape(text)": r"pgf_similar_escape({0}, '\')",
    "similar_to_escape(text,text)": "pgf_similar_escape({0}, {1})",
    "similar_escape": r"pgf_similar_escape({0}, coalesce({1}, '\'))",
    "regexp_match(text,text)": "pgf_regexp_match({0}, {1}, '')", "regexp_match(text,text,text)": "pgf_regexp_match({0}, {1}, {2})",
    "regexp_replace(text,text,text)": "pgf_regexp_replace({0}, {1}, {2}, '')",
    "regexp_replace(text,text,text,text)": "pgf_regexp_replace({0}, {1}, {2}, {3})",
    "regexp_replace(text,text,text,int4)": "pgf_regexp_replace_at({0}, {1}, {2}, {3}, 1, '')",
    "regexp_replace(text,text,text,int4,int4)": "pgf_regexp_replace_at({0}, {1}, {2}, {3}, {4}, '')",
    "regexp_replace(text,text,text,int4,int4,text)": "pgf_regexp_replace_at({0}, {1}, {2}, {3}, {4}, {5})",
    "regexp_split_to_array(text,text)": "pgf_regexp_split({0}, {1}, '')",
    "regexp_split_to_array(text,text,text)": "pgf_regexp_split({0}, {1}, {2})",
    "substring(text,text)": "pgf_regex_substring({0}, {1})",
    "substring(text,text,text)": "pgf_regex_substring({0}, pgf_similar_escape({1}, {2}))",
    "regexp_like(text,text)": "pgf_regex_matches({0}, {1}, '')", "regexp_like(text,text,text)": "pgf_regex_matches({0}, {1}, {2})",
    "regexp_count(text,text)": "pgf_regexp_count({0}, {1}, 1, '')", "regexp_count(text,text,int4)": "pgf_regexp_count({0}, {1}, {2}, '')",
    "regexp_count(text,text,int4,text)": "pgf_regexp_count({0}, {1}, {2}, {3})",
    "regexp_substr(text,text)": "pgf_regexp_substr({0}, {1}, 1, 1, '', 0)",
    "regexp_substr(text,text,int4)": "pgf_regexp_substr({0}, {1}, {2}, 1, '', 0)",
    "regexp_substr(text,text,int4,int4)": "pgf_regexp_substr({0}, {1}, {2}, {3}, '', 0)",
    "regexp_substr(text,text,int4,int4,text)": "pgf_regexp_substr({0}, {1}, {2}, {3}, {4}, 0)",
    "regexp_substr(text,text,int4,int4,text,int4)": "pgf_regexp_substr({0}, {1}, {2}, {3}, {4}, {5})",
    "regexp_instr(text,text)": "pgf_regexp_instr({0}, {1}, 1, 1, 0, '')",
    "regexp_instr(text,text,int4)": "pgf_regexp_instr({0}, {1}, {2}, 1, 0, '')",
    "regexp_instr(text,text,int4,int4)": "pgf_regexp_instr({0}, {1}, {2}, {3}, 0, '')",
    "regexp_instr(text,text,int4,int4,int4)": "pgf_regexp_instr({0}, {1}, {2}, {3}, {4}, '')",
    "regexp_instr(text,text,int4,int4,int4,text)": "pgf_regexp_instr({0}, {1}, {2}, {3}, {4}, {5})",
    "parse_ident(text,bool)": "CASE WHEN {1} THEN pgf_parse_ident({0}) WHEN NOT {1} THEN pgf_parse_ident_first({0}) END",
    "to_ascii(text)": "CASE WHEN {0} IS NOT NULL THEN "
                      + cast(fail("0A000", "encoding conversion from UTF8 to ASCII not supported"), "VARCHAR") + " END",
}  # fmt: skip


def _like(insensitive: bool, negated: bool) -> Handler:
    op = ("NOT " if negated else "") + ("ILIKE" if insensitive else "LIKE")

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        scope, sides, pattern = lowering.scope, [lowering.expr(arg) for arg in call.args], call.args[1]
        word, folded = op, insensitive
        if insensitive and knowledge(scope, call.input_collation) != PLAIN:
            sides = [lowercase(scope, one, call.input_collation) for one in sides]
            word, folded = op.replace("ILIKE", "LIKE"), False
        engine = f"({{0}} {word} {{1}} ESCAPE '\\')"
        if isinstance(pattern, ir.Const) and "\\" not in (pattern.value or ""):
            engine = f"({{0}} {word} {{1}})"  # what has nothing to escape is found many times faster
        if isinstance(pattern, ir.Const) and not (pattern.value or "").endswith("\\"):
            return fill(scope, engine, sides)
        # an escape that ends the pattern is an error only for a text that gets there, and the engine raises it for all
        ported = "pgf_like_to_the_end(lower({0}), lower({1}))" if folded else "pgf_like_to_the_end({0}, {1})"
        ported = f"(NOT {ported})" if negated else ported
        return fill(scope, f"CASE WHEN ends_with({{1}}, '\\') THEN {ported} ELSE {engine} END", sides)

    return lower


def _regex(flags: str, negated: bool) -> Handler:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        text, pattern = lowering.expr(call.args[0]), call.args[1]
        mark = MARKS[knowledge(lowering.scope, call.input_collation)]
        if isinstance(pattern, ir.Const) and pattern.value is not None:
            found = _matches(lowering.scope, text, mark + pattern.value, flags)
        else:
            given = lowering.expr(pattern).sql
            shown = f"({quote_literal(mark)} || {given})" if mark else given
            found = f"pgf_regex_matches({text.sql}, {shown}, '{flags}')"
        return Lowered(f"(NOT {found})" if negated else found)

    return lower


def _matches(scope: Scope, text: Lowered, pattern: str, flags: str) -> str:
    """Whether a constant pattern is found. A wrong one is an error only where there is a text to look through."""
    try:
        return f"regexp_matches({text.sql}, {quote_literal(translated_pattern(pattern, flags))})"
    except EngineError as error:
        wrong = f"CASE WHEN {{0}} IS NOT NULL THEN {fail(error.sqlstate, error.message)} END"
        return cast(fill(scope, wrong, [text]).sql, "BOOLEAN")


def translated_pattern(pattern: str, flags: str) -> str:
    """RE2's pattern."""
    return _at_once(lambda text: program(text, flags).re2, pattern)


def _at_once(function: Callable[[str], str], pattern: str) -> str:
    """What a function gives for a constant; its errors come at compile time."""
    try:
        return function(pattern)
    except PgDomainError as error:
        raise EngineError(error.sqlstate, error.message) from None


def _concat(lowering: Lowering, call: ir.Call) -> Lowered:
    """concat: NULL arguments are skipped."""
    if call.variadic_array:
        return Lowered(f"pgf_concat_ws('', {_texts_of_array(lowering, call.args[0])})")
    parts = ", ".join(text_of(lowering.scope, lowering.expr(arg), arg.type).sql for arg in call.args)
    return Lowered(f"concat({parts})")


def _concat_ws(lowering: Lowering, call: ir.Call) -> Lowered:
    separator = lowering.expr(call.args[0]).sql
    if call.variadic_array:
        return Lowered(f"pgf_concat_ws({separator}, {_texts_of_array(lowering, call.args[1])})")
    parts = [text_of(lowering.scope, lowering.expr(arg), arg.type).sql for arg in call.args[1:]]
    return Lowered(f"concat_ws({', '.join([separator, *parts])})")


def _format(lowering: Lowering, call: ir.Call) -> Lowered:
    template = lowering.expr(call.args[0]).sql
    if call.variadic_array:
        return Lowered(f"pgf_format({template}, {_texts_of_array(lowering, call.args[1])})")
    parts = ", ".join(text_of(lowering.scope, lowering.expr(arg), arg.type).sql for arg in call.args[1:])
    return Lowered(f"pgf_format({template}, CAST([{parts}] AS VARCHAR[]))")


def _texts_of_array(lowering: Lowering, array: ir.Expr) -> str:
    """A list of texts of an array's elements."""
    scope, value = lowering.scope, lowering.expr(array)
    element = scope.base(array.type).element
    name = scope.fresh("e", value.sql)
    item = text_of(scope, Lowered(name, simple=True), element).sql
    return value.sql if item == name else f"list_transform({value.sql}, lambda {name}: {item})"


def _any_cat(lowering: Lowering, call: ir.Call) -> Lowered:
    """text || anynonarray and the reverse: the other side is cast to text."""
    sides = [convert(lowering, lowering.expr(arg), arg.type, TEXT).sql for arg in call.args]
    return Lowered(f"({sides[0]} || {sides[1]})")


def _substring(lowering: Lowering, call: ir.Call) -> Lowered:
    """substring of constant places is worked out here; a negative length fails where it is computed."""
    numbers = [int(arg.value) for arg in call.args[1:] if isinstance(arg, ir.Const) and arg.value is not None]
    text = lowering.expr(call.args[0])
    if len(numbers) < len(call.args) - 1 or len(numbers) == 2 and numbers[1] < 0:
        template = SUBSTRING if len(call.args) == 3 else SUBSTRING_FROM
        return fill(lowering.scope, template, [text, *(lowering.expr(arg) for arg in call.args[1:])])
    first = max(numbers[0], 1)
    length = [max(sum(numbers), 1) - first] if len(numbers) == 2 else []
    return Lowered(f"substring({', '.join(map(str, (text.sql, first, *length)))})")


def _quoted(function: str) -> Handler:
    """quote_literal(anyelement) and quote_nullable(anyelement)."""

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        text = text_of(lowering.scope, lowering.expr(call.args[0]), call.args[0].type)
        return fill(lowering.scope, TEMPLATES[f"{function}(text)"], [text])

    return lower


def _array_to_string(lowering: Lowering, call: ir.Call) -> Lowered:
    null_text = lowering.expr(call.args[2]).sql if len(call.args) > 2 else "CAST(NULL AS VARCHAR)"
    return Lowered(
        f"pgf_array_to_string({_texts_of_array(lowering, call.args[0])}, {lowering.expr(call.args[1]).sql}, {null_text})"
    )


HANDLERS: dict[str, Handler] = {
    **{name: _like(False, False) for name in ("textlike", "bpcharlike", "namelike", "like(text,text)", "like(name,text)")},
    **{name: _like(False, True) for name in ("textnlike", "bpcharnlike", "namenlike", "notlike(text,text)", "notlike(name,text)")},
    **{name: _like(True, False) for name in ("texticlike", "bpchariclike", "nameiclike")},
    **{name: _like(True, True) for name in ("texticnlike", "bpcharicnlike", "nameicnlike")},
    **{name: _regex("", False) for name in ("textregexeq", "bpcharregexeq", "nameregexeq")},
    **{name: _regex("", True) for name in ("textregexne", "bpcharregexne", "nameregexne")},
    **{name: _regex("i", False) for name in ("texticregexeq", "bpcharicregexeq", "nameicregexeq")},
    **{name: _regex("i", True) for name in ("texticregexne", "bpcharicregexne", "nameicregexne")},
    "concat": _concat, "concat_ws": _concat_ws, "format": _format, "textanycat": _any_cat, "anytextcat": _any_cat,
    "quote_literal(anyelement)": _quoted("quote_literal"), "quote_nullable(anyelement)": _quoted("quote_nullable"),
    "array_to_string": _array_to_string,
    **{f"{name}(text,{places})": _substring for name in ("substring", "substr") for places in ("int4", "int4,int4")},
}  # fmt: skip
