"""SQL macros: what needs each argument several times and no Python.

DuckDB expands a macro where it stands, so a macro's arguments must be simple or bound by the compiler first. Refuses to know types.
"""

from __future__ import annotations

from proxy.engine.functions.errors import marked

# Characters whose place in ICU's root order has not changed, as pairs of them in a server with ICU 72 and a DuckDB with ICU 78 say:
# Latin to Hebrew, Arabic, Thai, Georgian, Latin and Greek extended, punctuation, currencies, letterlike, roman, arrows to technical,
# boxes to dingbats, kana, Hangul, variation selectors, ligatures, fullwidth, emoji. Not typographic quotation marks, which became
# variants of the plain ones, and not Han, whose radicals and strokes are counted anew from time to time.
_SETTLED = (
    r"\x{1}-\x{5F2}\x{600}-\x{6FF}\x{E00}-\x{E7F}\x{10A0}-\x{10FF}\x{1E00}-\x{1FFF}\x{2000}-\x{2017}\x{2020}-\x{206F}"
    r"\x{20A0}-\x{20A6}\x{20A9}-\x{20BF}\x{2100}-\x{217F}\x{2190}-\x{2426}\x{2500}-\x{27BF}\x{3000}-\x{301C}\x{3020}-\x{30FF}"
    r"\x{AC00}-\x{D7A3}\x{FB00}-\x{FB06}\x{FE00}-\x{FE0F}\x{FF00}-\x{FFEF}\x{1F300}-\x{1F64F}\x{1F680}-\x{1F6D7}"
    r"\x{1F900}-\x{1F9FF}"
)
_MOVED = marked("0A000", "ordering by ICU of these characters is not supported by the double", "", 'Use COLLATE "C".')
# The parts of an interval: date_part's hours do not stop at 24, its months do at 12.
_MONTHS, _DAYS = "date_part('year', i) * 12 + date_part('month', i)", "date_part('day', i)"
_MICROS = "date_part('hour', i) * 3600000000 + date_part('minute', i) * 60000000 + date_part('microsecond', i)"
_LATE = marked(
    "0A000", "values of type timestamp after the year 294246 are not supported by the double", "", "Use an earlier one."
)
_MACROS = {
    # ANY and ALL over the list of an operator's answers, in three-valued logic
    "pgf_any(found)": "CASE WHEN found IS NULL THEN NULL WHEN list_contains(found, true) THEN true "
    "WHEN len(found) > list_count(found) THEN NULL ELSE false END",
    "pgf_all(found)": "CASE WHEN found IS NULL THEN NULL WHEN list_contains(found, false) THEN false "
    "WHEN len(found) > list_count(found) THEN NULL ELSE true END",
    # what orders as ICU's root collation: texts that it finds equal are ordered by their bytes (varlena.c)
    "pgf_root_key(text)": f"CASE WHEN regexp_matches(text, '[^{_SETTLED}]') THEN pgf_fail('{_MOVED}') "
    "ELSE icu_sort_key(text, 'en_US') || ' ' || text END",
    # DuckDB knows a capital sharp s, which libc's towupper does not make
    "pgf_upper(text)": "CASE WHEN contains(text, 'ß') THEN "
    "array_to_string(list_transform(string_split(text, 'ß'), lambda part: upper(part)), 'ß') ELSE upper(text) END",
    **{
        f"pgf_icu_{way}(text)": f"CASE WHEN strlen(text) = length(text) THEN {way}(text) ELSE pgf_{way}_icu(text) END"
        for way in ("upper", "lower")
    },
    # how an interval leaves the engine
    "pgf_interval_parts(i)": f"CASE WHEN i IS NULL THEN NULL ELSE struct_pack(months := CAST({_MONTHS} AS INTEGER), "
    f"days := CAST({_DAYS} AS INTEGER), micros := CAST({_MICROS} AS BIGINT)) END",
    # a day and a time of day as a time stamp, in Postgres' bounds and then in those of DuckDB
    "pgf_moment(days, micros, shown)": "CASE WHEN days >= 106762940 OR days < -2440588 "
    "THEN pgf_fail('PGERR|22008|timestamp out of range: ' || shown) "
    f"WHEN days > 106751990 THEN pgf_fail('{_LATE}') ELSE make_timestamp(days * 86400000000 + micros) END",
    # by months, then days, then time (timestamp.c); DuckDB turns that around for an instant where a part is negative
    **{
        f"pgf_instant_{name}(t, i)": f"t + to_months(CAST({sign}({_MONTHS}) AS INTEGER)) + to_days(CAST({sign}{_DAYS} AS INTEGER)) "
        f"+ to_microseconds(CAST({sign}({_MICROS}) AS BIGINT))"
        for name, sign in (("later", ""), ("earlier", "-"))
    },
}
STATEMENTS = tuple(f"CREATE MACRO {head} AS {body}" for head, body in _MACROS.items())
NAMES = frozenset(head.split("(")[0] for head in _MACROS)
