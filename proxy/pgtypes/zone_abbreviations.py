"""Abbreviations of time zones: the offset that each stands for, or the zone that tells which, where it has changed.

Data; `timezones.py` reads it. Facts: src/timezone/tznames/Default, the set that timezone_abbreviations names where nobody changed
it; pg_interpret_timezone_abbrev in src/timezone/localtime.c.
"""

from __future__ import annotations

FIXED: dict[str, int] = {
    name: round(hours * 3600)
    for hours, names in {
        -10: "hst taht",
        -9.5: "mart",
        -9: "akst gamt",
        -8: "akdt pst",
        -7: "mst pdt",
        -6: "cst galt mdt",
        -5: "act cdt cot est pet",
        -4: "amt ast bot edt",
        -3.5: "nft nst",
        -3: "adt bra brt clst gft pmst pyst uyt wgt",
        -2.5: "ndt",
        -2: "brst fnt pmdt uyst wgst",
        -1: "azot egt fnst",
        0: "azost egst gmt uct ut utc wet z zulu",
        1: "bst cet met mez wat wetdst",
        2: "bdst cest cetdst eet ist mest mesz metdst sast",
        3: "eat eest eetdst fet idt",
        3.5: "irt",
        4: "msd mut ret sct",
        4.5: "aft",
        5: "must mvt pkt tft tjt uzt",
        5.75: "npt",
        6: "almt bdt btt kgst pkst uzst xjt yekst",
        6.5: "mmt",
        7: "almst cxt ict wast",
        8: "awst bnt bort cct hkt myt pht wadt",
        8.75: "acwst",
        9: "awsst jayt jst kst pwt ulast wdt",
        9.5: "acst cast",
        10: "aest chut ddut kdt ligt mpt pgt trut yapt",
        10.5: "acdt acsst cadt lhst sadt",
        11: "aedt aesst pont vut",
        12: "fjt gilt mht nzst nzt tvt wakt wft",
        12.75: "chast",
        13: "fjst nzdt tot",
        13.75: "chadt",
    }.items()
    for name in names.split()
}  # fmt: skip
# Those that have meant more than one offset, by the zone that tells which.
CHANGING: dict[str, str] = {
    name: zone
    for zone, names in {
        "America/Argentina/Buenos_Aires": "art arst", "America/Asuncion": "pyt", "America/Caracas": "vet", "America/Guyana": "gyt",
        "America/Santiago": "clt", "Antarctica/Davis": "davt", "Antarctica/Mawson": "mawt", "Asia/Anadyr": "anast anat",
        "Asia/Ashgabat": "tmt", "Asia/Baku": "azst azt", "Asia/Bishkek": "kgt", "Asia/Colombo": "lkt", "Asia/Irkutsk": "irkst irkt",
        "Asia/Kamchatka": "petst pett", "Asia/Krasnoyarsk": "krast krat", "Asia/Magadan": "magst magt",
        "Asia/Novosibirsk": "novst novt", "Asia/Omsk": "omsst omst", "Asia/Singapore": "sgt", "Asia/Tbilisi": "gest get",
        "Asia/Ulaanbaatar": "ulat", "Asia/Vladivostok": "vlast vlat", "Asia/Yakutsk": "yakst yakt", "Asia/Yekaterinburg": "yekt",
        "Asia/Yerevan": "amst", "Atlantic/Stanley": "fkst fkt", "Australia/Lord_Howe": "lhdt", "Europe/Moscow": "msk",
        "Europe/Volgograd": "volt", "Indian/Chagos": "iot", "Pacific/Easter": "easst east", "Pacific/Fakaofo": "tkt",
        "Pacific/Kiritimati": "lint", "Pacific/Kosrae": "kost", "Pacific/Niue": "nut", "Pacific/Rarotonga": "ckt",
    }.items()
    for name in names.split()
}  # fmt: skip
