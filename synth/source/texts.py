"""Every column of the catalog that may hold text of the source's authors, and what becomes of it: one row a column.

A test walks the catalog of a real server and fails on a column that is not judged here, in this version of Postgres or a later one;
another plants a word in all of them and looks for it under each key of the policy's `catalog:` section alone. Refuses to know
queries and the policy's file: `synth.release.catalog_writer` does what the keys say.
"""

from __future__ import annotations

from enum import StrEnum


class Judgement(StrEnum):
    """NAME: a name, a version or a word of Postgres' own, structure like any other. BUILT_IN: read for what initdb made, NULL for
    the rest. BLANK: never read. All others: read, and kept or dropped as that key of `catalog:` says."""

    NAME = "name"
    BUILT_IN = "built-in"
    BLANK = "blank"
    COMMENTS = "comments"
    DEFAULTS = "defaults"
    CHECKS = "checks"
    VIEWS = "views"
    PARTIAL_INDEXES = "partial_indexes"


_ROWS = {
    Judgement.NAME: """
        pg_collation.collcollate pg_collation.collctype pg_collation.colllocale pg_collation.colliculocale pg_collation.collversion
        pg_database.datcollate pg_database.datcollversion pg_database.datctype pg_database.datlocale pg_database.daticulocale
        pg_extension.extversion pg_proc.proargnames pg_roles.rolpassword pg_settings.boot_val pg_settings.category pg_settings.context
        pg_settings.enumvals pg_settings.extra_desc pg_settings.max_val pg_settings.min_val pg_settings.name
        pg_settings.reset_val pg_settings.setting pg_settings.short_desc pg_settings.source pg_settings.unit
        pg_settings.vartype pg_timezone_abbrevs.abbrev pg_user.passwd
        attributes.data_type attributes.interval_type collations.pad_attribute column_privileges.privilege_type columns.data_type
        columns.identity_generation columns.interval_type columns.is_generated domains.data_type domains.interval_type
        element_types.data_type element_types.interval_type element_types.object_type parameters.data_type parameters.interval_type
        parameters.parameter_mode referential_constraints.delete_rule referential_constraints.match_option
        referential_constraints.update_rule role_column_grants.privilege_type role_table_grants.privilege_type routines.data_type
        routines.external_language routines.interval_type routines.parameter_style routines.result_cast_from_data_type
        routines.result_cast_interval_type routines.routine_body routines.routine_type routines.security_type
        routines.sql_data_access routines.sql_path schemata.sql_path sequences.data_type sql_features.comments
        sql_features.feature_id sql_features.feature_name sql_features.is_verified_by sql_features.sub_feature_id
        sql_features.sub_feature_name sql_implementation_info.character_value sql_implementation_info.comments
        sql_implementation_info.implementation_info_id sql_implementation_info.implementation_info_name sql_sizing.comments
        sql_sizing.sizing_name table_constraints.constraint_type table_privileges.privilege_type tables.commit_action
        tables.reference_generation tables.table_type triggers.action_orientation triggers.action_timing
        triggers.event_manipulation views.check_option
    """,  # of pg_settings, `setting` and `reset_val` are read where SHOWN_SETTINGS names them; passwords are printed as stars
    Judgement.BUILT_IN: """
        pg_aggregate.agginitval pg_aggregate.aggminitval pg_collation.collicurules pg_namespace.nspacl pg_proc.proacl
        pg_proc.probin pg_proc.prosrc pg_ts_dict.dictinitoption pg_type.typacl
    """,
    Judgement.BLANK: """
        pg_attribute.attacl pg_attribute.attfdwoptions pg_attribute.attmissingval pg_attribute.attoptions pg_class.relacl
        pg_database.datacl pg_database.daticurules pg_extension.extcondition pg_language.lanacl pg_proc.proconfig
        pg_proc.prosqlbody pg_rewrite.ev_action pg_rewrite.ev_qual pg_roles.rolconfig pg_settings.sourcefile
        pg_tablespace.spcacl pg_tablespace.spcoptions pg_trigger.tgargs pg_user.useconfig routines.external_name
        routines.routine_definition pg_shdescription.description
    """,
    Judgement.COMMENTS: "pg_description.description",
    Judgement.DEFAULTS: """
        pg_attrdef.adbin pg_class.reloptions pg_proc.proargdefaults pg_type.typdefault pg_type.typdefaultbin
        attributes.attribute_default columns.column_default columns.generation_expression columns.identity_increment
        columns.identity_maximum columns.identity_minimum columns.identity_start domains.domain_default element_types.domain_default
        parameters.parameter_default sequences.increment sequences.maximum_value sequences.minimum_value sequences.start_value
    """,
    Judgement.CHECKS: """
        pg_class.relpartbound pg_constraint.conbin pg_partitioned_table.partexprs pg_trigger.tgqual check_constraints.check_clause
        triggers.action_condition triggers.action_statement
    """,
    Judgement.VIEWS: "pg_matviews.definition pg_views.definition views.view_definition",
    Judgement.PARTIAL_INDEXES: "pg_index.indexprs pg_index.indpred pg_indexes.indexdef",
}

JUDGED: dict[tuple[str, str], Judgement] = {
    (relation, column): judgement
    for judgement, names in _ROWS.items()
    for relation, _, column in (name.partition(".") for name in names.split())
}

# kind of a stored definition -> the key that its literals come under; those of EXCLUDE constraints are of their index
DEFINED: dict[str, tuple[Judgement, ...]] = {
    "constraintdef": (Judgement.CHECKS, Judgement.PARTIAL_INDEXES),
    "function_arguments": (Judgement.DEFAULTS,),
    "indexdef": (Judgement.PARTIAL_INDEXES,),
    "partition_constraintdef": (Judgement.CHECKS,),
    "partkeydef": (Judgement.CHECKS,),
    "triggerdef": (Judgement.CHECKS,),
    "viewdef": (Judgement.VIEWS,),
    "viewsql": (Judgement.VIEWS,),
}
