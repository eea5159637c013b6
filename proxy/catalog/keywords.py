"""The key words of PostgreSQL 18 by category, and the flags of its settings.

Refuses to know the parser, which has them built in. Facts: generated from pg_get_keywords() and pg_settings_get_flags() of a live
PostgreSQL 18; the oracle compares them with the server's own answers.
"""

from __future__ import annotations

VERSION = "18"
# (category code, what it is called, whether a word may be a label without AS) -> words
KEYWORDS: dict[tuple[str, str, bool], str] = {
    ("U", "unreserved", True): (
        "abort absent absolute access action add admin after aggregate also alter always asensitive assertion assignment at "
        "atomic attach attribute backward before begin breadth by cache call called cascade cascaded catalog chain "
        "characteristics checkpoint class close cluster columns comment comments commit committed compression conditional "
        "configuration conflict connection constraints content continue conversion copy cost csv cube current cursor cycle data "
        "database deallocate declare defaults deferred definer delete delimiter delimiters depends depth detach dictionary "
        "disable discard document domain double drop each empty enable encoding encrypted enforced enum error escape event "
        "exclude excluding exclusive execute explain expression extension external family finalize first following force format "
        "forward function functions generated global granted groups handler header hold identity if immediate immutable "
        "implicit import include including increment indent index indexes inherit inherits inline input insensitive insert "
        "instead invoker isolation keep key keys label language large last leakproof level listen load local location lock "
        "locked logged mapping match matched materialized maxvalue merge method minvalue mode move name names nested new next "
        "nfc nfd nfkc nfkd no normalized nothing notify nowait nulls object objects of off oids old omit operator option "
        "options ordinality others overriding owned owner parallel parameter parser partial partition passing password path "
        "period plan plans policy preceding prepare prepared preserve prior privileges procedural procedure procedures program "
        "publication quote quotes range read reassign recursive ref referencing refresh reindex relative release rename "
        "repeatable replace replica reset restart restrict return returns revoke role rollback rollup routine routines rows "
        "rule savepoint scalar schema schemas scroll search security sequence sequences serializable server session set sets "
        "share show simple skip snapshot source sql stable standalone start statement statistics stdin stdout storage stored "
        "strict string strip subscription support sysid system tables tablespace target temp template temporary text ties "
        "transaction transform trigger truncate trusted type types uescape unbounded uncommitted unconditional unencrypted "
        "unknown unlisten unlogged until update vacuum valid validate validator value version view views virtual volatile "
        "whitespace work wrapper write xml yes zone "
    ),
    ("U", "unreserved", False): ("day filter hour minute month over second varying within without year "),
    ("C", "unreserved (cannot be function or type name)", True): (
        "between bigint bit boolean coalesce dec decimal exists extract float greatest grouping inout int integer interval json "
        "json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table "
        "json_value least merge_action national nchar none normalize nullif numeric out overlay position real row setof "
        "smallint substring time timestamp treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest "
        "xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable "
    ),
    ("C", "unreserved (cannot be function or type name)", False): ("char character precision "),
    ("T", "reserved (can be function or type name)", True): (
        "authorization binary collation concurrently cross current_schema freeze full ilike inner is join left like natural "
        "outer right similar tablesample verbose "
    ),
    ("T", "reserved (can be function or type name)", False): ("isnull notnull overlaps "),
    ("R", "reserved", True): (
        "all analyse analyze and any asc asymmetric both case cast check collate column constraint current_catalog current_date "
        "current_role current_time current_timestamp current_user default deferrable desc distinct do else end false foreign in "
        "initially lateral leading localtime localtimestamp not null only or placing primary references select session_user "
        "some symmetric system_user table then trailing true unique user using variadic when "
    ),
    ("R", "reserved", False): (
        "array as create except fetch for from grant group having intersect into limit offset on order returning to union where "
        "window with "
    ),
}
# flag -> the settings that have it; one that is not named has none
FLAGS: dict[str, str] = {
    "EXPLAIN": (
        "constraint_exclusion cpu_index_tuple_cost cpu_operator_cost cpu_tuple_cost cursor_tuple_fraction debug_parallel_query "
        "effective_cache_size effective_io_concurrency enable_async_append enable_bitmapscan enable_distinct_reordering "
        "enable_gathermerge enable_group_by_reordering enable_hashagg enable_hashjoin enable_incremental_sort "
        "enable_indexonlyscan enable_indexscan enable_material enable_memoize enable_mergejoin enable_nestloop "
        "enable_parallel_append enable_parallel_hash enable_partition_pruning enable_partitionwise_aggregate "
        "enable_partitionwise_join enable_presorted_aggregate enable_self_join_elimination enable_seqscan enable_sort "
        "enable_tidscan from_collapse_limit geqo geqo_effort geqo_generations geqo_pool_size geqo_seed geqo_selection_bias "
        "geqo_threshold hash_mem_multiplier jit jit_above_cost jit_inline_above_cost jit_optimize_above_cost "
        "join_collapse_limit maintenance_io_concurrency max_parallel_workers max_parallel_workers_per_gather "
        "min_parallel_index_scan_size min_parallel_table_scan_size parallel_leader_participation parallel_setup_cost "
        "parallel_tuple_cost plan_cache_mode random_page_cost recursive_worktable_factor search_path seq_page_cost temp_buffers "
        "work_mem "
    ),
    "NO_RESET": ("transaction_deferrable transaction_isolation transaction_read_only "),
    "NO_RESET_ALL": ("transaction_deferrable transaction_isolation transaction_read_only "),
    "NOT_IN_SAMPLE": (
        "allow_in_place_tablespaces allow_system_table_mods application_name backtrace_functions block_size data_checksums "
        "data_directory_mode debug_assertions debug_discard_caches debug_io_direct debug_logical_replication_streaming "
        "debug_parallel_query huge_pages_status ignore_checksum_failure ignore_invalid_pages ignore_system_indexes "
        "in_hot_standby integer_datetimes jit_debugging_support jit_dump_bitcode jit_expressions jit_profiling_support "
        "jit_tuple_deforming max_function_args max_identifier_length max_index_keys num_os_semaphores post_auth_delay "
        "pre_auth_delay remove_temp_files_after_crash restrict_nonsystem_relation_kind segment_size send_abort_for_crash "
        "send_abort_for_kill server_encoding server_version server_version_num shared_memory_size "
        "shared_memory_size_in_huge_pages ssl_library trace_connection_negotiation trace_notify trace_sort "
        "transaction_deferrable transaction_isolation transaction_read_only wal_block_size wal_consistency_checking "
        "wal_segment_size zero_damaged_pages "
    ),
    "RUNTIME_COMPUTED": (
        "data_checksums data_directory_mode num_os_semaphores shared_memory_size shared_memory_size_in_huge_pages "
        "wal_segment_size "
    ),
}
