"""Every column of the catalog that may hold text of the source's authors, and what becomes of it: one row a column.

A test walks the catalog of a real server and fails on a column that is not judged here, in this version of Postgres or a later one.
Refuses to know queries and the policy's file. The policy's `catalog:` section decides the rest, in `synth.release.catalog_writer`.
"""

from __future__ import annotations

from enum import StrEnum


class Judgement(StrEnum):
    """NAME: a name, a version or a word of Postgres' own, structure like any other. BUILT_IN: read for what initdb made, NULL for
    the rest. BLANK: never read. POLICY: read, and kept or dropped as `catalog:` says."""

    NAME = "name"
    BUILT_IN = "built-in"
    BLANK = "blank"
    POLICY = "policy"


_ROWS = {
    Judgement.NAME: """
        pg_collation.collcollate pg_collation.collctype pg_collation.colllocale pg_collation.collversion
        pg_database.datcollate pg_database.datcollversion pg_database.datctype pg_database.datlocale pg_extension.extversion
        pg_proc.proargnames pg_roles.rolpassword pg_settings.boot_val pg_settings.category pg_settings.context
        pg_settings.enumvals pg_settings.extra_desc pg_settings.max_val pg_settings.min_val pg_settings.name
        pg_settings.reset_val pg_settings.setting pg_settings.short_desc pg_settings.source pg_settings.unit
        pg_settings.vartype pg_timezone_abbrevs.abbrev pg_user.passwd
    """,  # of pg_settings, `setting` and `reset_val` are read where SHOWN_SETTINGS names them; passwords are printed as stars
    Judgement.BUILT_IN: """
        pg_aggregate.agginitval pg_aggregate.aggminitval pg_collation.collicurules pg_namespace.nspacl pg_proc.proacl
        pg_proc.probin pg_proc.prosrc pg_ts_dict.dictinitoption pg_type.typacl
    """,
    Judgement.BLANK: """
        pg_attribute.attacl pg_attribute.attfdwoptions pg_attribute.attmissingval pg_attribute.attoptions pg_class.relacl
        pg_database.datacl pg_database.daticurules pg_extension.extcondition pg_language.lanacl pg_proc.proconfig
        pg_proc.prosqlbody pg_rewrite.ev_action pg_rewrite.ev_qual pg_roles.rolconfig pg_settings.sourcefile
        pg_tablespace.spcacl pg_tablespace.spcoptions pg_trigger.tgargs pg_user.useconfig routines.routine_definition
        pg_shdescription.description
    """,
    Judgement.POLICY: """
        pg_attrdef.adbin pg_class.reloptions pg_class.relpartbound pg_constraint.conbin pg_description.description
        pg_index.indexprs pg_index.indpred pg_indexes.indexdef pg_matviews.definition pg_partitioned_table.partexprs
        pg_proc.proargdefaults pg_trigger.tgqual pg_type.typdefault pg_type.typdefaultbin pg_views.definition
    """,
}

JUDGED: dict[tuple[str, str], Judgement] = {
    (relation, column): judgement
    for judgement, names in _ROWS.items()
    for relation, _, column in (name.partition(".") for name in names.split())
}
