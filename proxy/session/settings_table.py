"""Every configuration parameter of PostgreSQL 18: those any user may set, with type, unit, default and range, and the names of the rest.

Refuses to know values in force. Facts: generated from pg_settings of a live PostgreSQL 18 (`boot_val`, `min_val`, `max_val`,
`enumvals`); a test compares the two again.
"""

from __future__ import annotations

# (name, type, unit, default, lowest, highest, allowed words)
USER_SETTINGS: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    ("application_name", "string", "", "", "", "", ""),
    ("array_nulls", "bool", "", "on", "", "", ""),
    ("backend_flush_after", "integer", "8kB", "0", "0", "256", ""),
    ("backslash_quote", "enum", "", "safe_encoding", "", "", "safe_encoding,on,off"),
    ("bytea_output", "enum", "", "hex", "", "", "escape,hex"),
    ("check_function_bodies", "bool", "", "on", "", "", ""),
    ("client_connection_check_interval", "integer", "ms", "0", "0", "2147483647", ""),
    ("client_encoding", "string", "", "SQL_ASCII", "", "", ""),
    ("client_min_messages", "enum", "", "notice", "", "", "debug5,debug4,debug3,debug2,debug1,log,notice,warning,error"),
    ("commit_siblings", "integer", "", "5", "0", "1000", ""),
    ("constraint_exclusion", "enum", "", "partition", "", "", "partition,on,off"),
    ("cpu_index_tuple_cost", "real", "", "0.005", "0", "1.79769e+308", ""),
    ("cpu_operator_cost", "real", "", "0.0025", "0", "1.79769e+308", ""),
    ("cpu_tuple_cost", "real", "", "0.01", "0", "1.79769e+308", ""),
    ("createrole_self_grant", "string", "", "", "", "", ""),
    ("cursor_tuple_fraction", "real", "", "0.1", "0", "1", ""),
    ("DateStyle", "string", "", "ISO, MDY", "", "", ""),
    ("debug_logical_replication_streaming", "enum", "", "buffered", "", "", "buffered,immediate"),
    ("debug_parallel_query", "enum", "", "off", "", "", "off,on,regress"),
    ("debug_pretty_print", "bool", "", "on", "", "", ""),
    ("debug_print_parse", "bool", "", "off", "", "", ""),
    ("debug_print_plan", "bool", "", "off", "", "", ""),
    ("debug_print_rewritten", "bool", "", "off", "", "", ""),
    ("default_statistics_target", "integer", "", "100", "1", "10000", ""),
    ("default_table_access_method", "string", "", "heap", "", "", ""),
    ("default_tablespace", "string", "", "", "", "", ""),
    ("default_text_search_config", "string", "", "pg_catalog.simple", "", "", ""),
    ("default_toast_compression", "enum", "", "pglz", "", "", "pglz"),
    ("default_transaction_deferrable", "bool", "", "off", "", "", ""),
    ("default_transaction_isolation", "enum", "", "read committed", "", "", "serializable,repeatable read,read committed,read uncommitted"),
    ("default_transaction_read_only", "bool", "", "off", "", "", ""),
    ("effective_cache_size", "integer", "8kB", "524288", "1", "2147483647", ""),
    ("effective_io_concurrency", "integer", "", "16", "0", "1000", ""),
    ("enable_async_append", "bool", "", "on", "", "", ""),
    ("enable_bitmapscan", "bool", "", "on", "", "", ""),
    ("enable_distinct_reordering", "bool", "", "on", "", "", ""),
    ("enable_gathermerge", "bool", "", "on", "", "", ""),
    ("enable_group_by_reordering", "bool", "", "on", "", "", ""),
    ("enable_hashagg", "bool", "", "on", "", "", ""),
    ("enable_hashjoin", "bool", "", "on", "", "", ""),
    ("enable_incremental_sort", "bool", "", "on", "", "", ""),
    ("enable_indexonlyscan", "bool", "", "on", "", "", ""),
    ("enable_indexscan", "bool", "", "on", "", "", ""),
    ("enable_material", "bool", "", "on", "", "", ""),
    ("enable_memoize", "bool", "", "on", "", "", ""),
    ("enable_mergejoin", "bool", "", "on", "", "", ""),
    ("enable_nestloop", "bool", "", "on", "", "", ""),
    ("enable_parallel_append", "bool", "", "on", "", "", ""),
    ("enable_parallel_hash", "bool", "", "on", "", "", ""),
    ("enable_partition_pruning", "bool", "", "on", "", "", ""),
    ("enable_partitionwise_aggregate", "bool", "", "off", "", "", ""),
    ("enable_partitionwise_join", "bool", "", "off", "", "", ""),
    ("enable_presorted_aggregate", "bool", "", "on", "", "", ""),
    ("enable_self_join_elimination", "bool", "", "on", "", "", ""),
    ("enable_seqscan", "bool", "", "on", "", "", ""),
    ("enable_sort", "bool", "", "on", "", "", ""),
    ("enable_tidscan", "bool", "", "on", "", "", ""),
    ("escape_string_warning", "bool", "", "on", "", "", ""),
    ("exit_on_error", "bool", "", "off", "", "", ""),
    ("extra_float_digits", "integer", "", "1", "-15", "3", ""),
    ("file_copy_method", "enum", "", "copy", "", "", "copy,clone"),
    ("from_collapse_limit", "integer", "", "8", "1", "2147483647", ""),
    ("geqo", "bool", "", "on", "", "", ""),
    ("geqo_effort", "integer", "", "5", "1", "10", ""),
    ("geqo_generations", "integer", "", "0", "0", "2147483647", ""),
    ("geqo_pool_size", "integer", "", "0", "0", "2147483647", ""),
    ("geqo_seed", "real", "", "0", "0", "1", ""),
    ("geqo_selection_bias", "real", "", "2", "1.5", "2", ""),
    ("geqo_threshold", "integer", "", "12", "2", "2147483647", ""),
    ("gin_fuzzy_search_limit", "integer", "", "0", "0", "2147483647", ""),
    ("gin_pending_list_limit", "integer", "kB", "4096", "64", "2147483647", ""),
    ("hash_mem_multiplier", "real", "", "2", "1", "1000", ""),
    ("icu_validation_level", "enum", "", "warning", "", "", "disabled,debug5,debug4,debug3,debug2,debug1,log,notice,warning,error"),
    ("idle_in_transaction_session_timeout", "integer", "ms", "0", "0", "2147483647", ""),
    ("idle_session_timeout", "integer", "ms", "0", "0", "2147483647", ""),
    ("IntervalStyle", "enum", "", "postgres", "", "", "postgres,postgres_verbose,sql_standard,iso_8601"),
    ("io_combine_limit", "integer", "8kB", "16", "1", "128", ""),
    ("jit", "bool", "", "on", "", "", ""),
    ("jit_above_cost", "real", "", "100000", "-1", "1.79769e+308", ""),
    ("jit_expressions", "bool", "", "on", "", "", ""),
    ("jit_inline_above_cost", "real", "", "500000", "-1", "1.79769e+308", ""),
    ("jit_optimize_above_cost", "real", "", "500000", "-1", "1.79769e+308", ""),
    ("jit_tuple_deforming", "bool", "", "on", "", "", ""),
    ("join_collapse_limit", "integer", "", "8", "1", "2147483647", ""),
    ("lc_monetary", "string", "", "C", "", "", ""),
    ("lc_numeric", "string", "", "C", "", "", ""),
    ("lc_time", "string", "", "C", "", "", ""),
    ("local_preload_libraries", "string", "", "", "", "", ""),
    ("lock_timeout", "integer", "ms", "0", "0", "2147483647", ""),
    ("log_parameter_max_length_on_error", "integer", "B", "0", "-1", "1073741823", ""),
    ("logical_decoding_work_mem", "integer", "kB", "65536", "64", "2147483647", ""),
    ("maintenance_io_concurrency", "integer", "", "16", "0", "1000", ""),
    ("maintenance_work_mem", "integer", "kB", "65536", "64", "2147483647", ""),
    ("max_parallel_maintenance_workers", "integer", "", "2", "0", "1024", ""),
    ("max_parallel_workers", "integer", "", "8", "0", "1024", ""),
    ("max_parallel_workers_per_gather", "integer", "", "2", "0", "1024", ""),
    ("md5_password_warnings", "bool", "", "on", "", "", ""),
    ("min_parallel_index_scan_size", "integer", "8kB", "64", "0", "715827882", ""),
    ("min_parallel_table_scan_size", "integer", "8kB", "1024", "0", "715827882", ""),
    ("parallel_leader_participation", "bool", "", "on", "", "", ""),
    ("parallel_setup_cost", "real", "", "1000", "0", "1.79769e+308", ""),
    ("parallel_tuple_cost", "real", "", "0.1", "0", "1.79769e+308", ""),
    ("password_encryption", "enum", "", "scram-sha-256", "", "", "md5,scram-sha-256"),
    ("plan_cache_mode", "enum", "", "auto", "", "", "auto,force_generic_plan,force_custom_plan"),
    ("quote_all_identifiers", "bool", "", "off", "", "", ""),
    ("random_page_cost", "real", "", "4", "0", "1.79769e+308", ""),
    ("recursive_worktable_factor", "real", "", "10", "0.001", "1e+06", ""),
    ("restrict_nonsystem_relation_kind", "string", "", "", "", "", ""),
    ("row_security", "bool", "", "on", "", "", ""),
    ("scram_iterations", "integer", "", "4096", "1", "2147483647", ""),
    ("search_path", "string", "", "\"$user\", public", "", "", ""),
    ("seq_page_cost", "real", "", "1", "0", "1.79769e+308", ""),
    ("standard_conforming_strings", "bool", "", "on", "", "", ""),
    ("statement_timeout", "integer", "ms", "0", "0", "2147483647", ""),
    ("stats_fetch_consistency", "enum", "", "cache", "", "", "none,cache,snapshot"),
    ("synchronize_seqscans", "bool", "", "on", "", "", ""),
    ("synchronous_commit", "enum", "", "on", "", "", "local,remote_write,remote_apply,on,off"),
    ("tcp_keepalives_count", "integer", "", "0", "0", "2147483647", ""),
    ("tcp_keepalives_idle", "integer", "s", "0", "0", "2147483647", ""),
    ("tcp_keepalives_interval", "integer", "s", "0", "0", "2147483647", ""),
    ("tcp_user_timeout", "integer", "ms", "0", "0", "2147483647", ""),
    ("temp_buffers", "integer", "8kB", "1024", "100", "1073741823", ""),
    ("temp_tablespaces", "string", "", "", "", "", ""),
    ("TimeZone", "string", "", "GMT", "", "", ""),
    ("timezone_abbreviations", "string", "", "", "", "", ""),
    ("trace_notify", "bool", "", "off", "", "", ""),
    ("trace_sort", "bool", "", "off", "", "", ""),
    ("transaction_deferrable", "bool", "", "off", "", "", ""),
    ("transaction_isolation", "enum", "", "read committed", "", "", "serializable,repeatable read,read committed,read uncommitted"),
    ("transaction_read_only", "bool", "", "off", "", "", ""),
    ("transaction_timeout", "integer", "ms", "0", "0", "2147483647", ""),
    ("transform_null_equals", "bool", "", "off", "", "", ""),
    ("vacuum_buffer_usage_limit", "integer", "kB", "2048", "0", "16777216", ""),
    ("vacuum_cost_delay", "real", "ms", "0", "0", "100", ""),
    ("vacuum_cost_limit", "integer", "", "200", "1", "10000", ""),
    ("vacuum_cost_page_dirty", "integer", "", "20", "0", "10000", ""),
    ("vacuum_cost_page_hit", "integer", "", "1", "0", "10000", ""),
    ("vacuum_cost_page_miss", "integer", "", "2", "0", "10000", ""),
    ("vacuum_failsafe_age", "integer", "", "1600000000", "0", "2100000000", ""),
    ("vacuum_freeze_min_age", "integer", "", "50000000", "0", "1000000000", ""),
    ("vacuum_freeze_table_age", "integer", "", "150000000", "0", "2000000000", ""),
    ("vacuum_max_eager_freeze_failure_rate", "real", "", "0.03", "0", "1", ""),
    ("vacuum_multixact_failsafe_age", "integer", "", "1600000000", "0", "2100000000", ""),
    ("vacuum_multixact_freeze_min_age", "integer", "", "5000000", "0", "1000000000", ""),
    ("vacuum_multixact_freeze_table_age", "integer", "", "150000000", "0", "2000000000", ""),
    ("vacuum_truncate", "bool", "", "on", "", "", ""),
    ("wal_sender_timeout", "integer", "ms", "60000", "0", "2147483647", ""),
    ("wal_skip_threshold", "integer", "kB", "2048", "0", "2147483647", ""),
    ("work_mem", "integer", "kB", "4096", "64", "2147483647", ""),
    ("xmlbinary", "enum", "", "base64", "", "", "base64,hex"),
    ("xmloption", "enum", "", "content", "", "", "content,document"),
)  # fmt: skip

# Why the others cannot be set, and their names.
OTHER_SETTINGS: dict[str, str] = {
    "internal": """
    block_size data_checksums data_directory_mode debug_assertions huge_pages_status in_hot_standby
    integer_datetimes max_function_args max_identifier_length max_index_keys num_os_semaphores segment_size
    server_encoding server_version server_version_num shared_memory_size shared_memory_size_in_huge_pages
    ssl_library wal_block_size wal_segment_size
    """,
    "postmaster": """
    archive_mode autovacuum_freeze_max_age autovacuum_multixact_freeze_max_age autovacuum_worker_slots bonjour
    bonjour_name cluster_name commit_timestamp_buffers config_file data_directory data_sync_retry debug_io_direct
    dynamic_shared_memory_type event_source external_pid_file hba_file hot_standby huge_page_size huge_pages
    ident_file ignore_invalid_pages io_max_combine_limit io_max_concurrency io_method jit_provider
    listen_addresses logging_collector max_active_replication_origins max_connections max_files_per_process
    max_locks_per_transaction max_logical_replication_workers max_notify_queue_pages
    max_pred_locks_per_transaction max_prepared_transactions max_replication_slots max_wal_senders
    max_worker_processes min_dynamic_shared_memory multixact_member_buffers multixact_offset_buffers
    notify_buffers port recovery_target recovery_target_action recovery_target_inclusive recovery_target_lsn
    recovery_target_name recovery_target_time recovery_target_timeline recovery_target_xid reserved_connections
    serializable_buffers shared_buffers shared_memory_type shared_preload_libraries subtransaction_buffers
    superuser_reserved_connections trace_connection_negotiation track_activity_query_size track_commit_timestamp
    transaction_buffers unix_socket_directories unix_socket_group unix_socket_permissions wal_buffers
    wal_decode_buffer_size wal_level wal_log_hints
    """,
    "sighup": """
    allow_alter_system archive_cleanup_command archive_command archive_library archive_timeout
    authentication_timeout autovacuum autovacuum_analyze_scale_factor autovacuum_analyze_threshold
    autovacuum_max_workers autovacuum_naptime autovacuum_vacuum_cost_delay autovacuum_vacuum_cost_limit
    autovacuum_vacuum_insert_scale_factor autovacuum_vacuum_insert_threshold autovacuum_vacuum_max_threshold
    autovacuum_vacuum_scale_factor autovacuum_vacuum_threshold autovacuum_work_mem bgwriter_delay
    bgwriter_flush_after bgwriter_lru_maxpages bgwriter_lru_multiplier checkpoint_completion_target
    checkpoint_flush_after checkpoint_timeout checkpoint_warning file_extend_method fsync full_page_writes
    gss_accept_delegation hot_standby_feedback idle_replication_slot_timeout io_workers krb_caseins_users
    krb_server_keyfile log_autovacuum_min_duration log_checkpoints log_destination log_directory log_file_mode
    log_filename log_hostname log_line_prefix log_recovery_conflict_waits log_rotation_age log_rotation_size
    log_startup_progress_interval log_timezone log_truncate_on_rotation
    max_parallel_apply_workers_per_subscription max_pred_locks_per_page max_pred_locks_per_relation
    max_slot_wal_keep_size max_standby_archive_delay max_standby_streaming_delay max_sync_workers_per_subscription
    max_wal_size min_wal_size oauth_validator_libraries pre_auth_delay primary_conninfo primary_slot_name
    recovery_end_command recovery_init_sync_method recovery_min_apply_delay recovery_prefetch
    remove_temp_files_after_crash restart_after_crash restore_command send_abort_for_crash send_abort_for_kill ssl
    ssl_ca_file ssl_cert_file ssl_ciphers ssl_crl_dir ssl_crl_file ssl_dh_params_file ssl_groups ssl_key_file
    ssl_max_protocol_version ssl_min_protocol_version ssl_passphrase_command
    ssl_passphrase_command_supports_reload ssl_prefer_server_ciphers ssl_tls13_ciphers summarize_wal
    sync_replication_slots synchronized_standby_slots synchronous_standby_names syslog_facility syslog_ident
    syslog_sequence_numbers syslog_split_messages wal_keep_size wal_receiver_create_temp_slot
    wal_receiver_status_interval wal_receiver_timeout wal_retrieve_retry_interval wal_summary_keep_time
    wal_sync_method wal_writer_delay wal_writer_flush_after
    """,
    "backend": """
    ignore_system_indexes post_auth_delay
    """,
    "superuser-backend": """
    jit_debugging_support jit_profiling_support log_connections log_disconnections
    """,
    "superuser": """
    allow_in_place_tablespaces allow_system_table_mods backtrace_functions commit_delay compute_query_id
    deadlock_timeout debug_discard_caches dynamic_library_path event_triggers extension_control_path
    ignore_checksum_failure jit_dump_bitcode lc_messages lo_compat_privileges log_duration log_error_verbosity
    log_executor_stats log_lock_failures log_lock_waits log_min_duration_sample log_min_duration_statement
    log_min_error_statement log_min_messages log_parameter_max_length log_parser_stats log_planner_stats
    log_replication_commands log_statement log_statement_sample_rate log_statement_stats log_temp_files
    log_transaction_sample_rate max_stack_depth session_preload_libraries session_replication_role temp_file_limit
    track_activities track_cost_delay_timing track_counts track_functions track_io_timing track_wal_io_timing
    update_process_title wal_compression wal_consistency_checking wal_init_zero wal_recycle zero_damaged_pages
    """,
}

# What only members of pg_read_all_settings may see.
HIDDEN_SETTINGS = frozenset(
    """
    config_file data_directory dynamic_library_path extension_control_path external_pid_file hba_file ident_file
    jit_provider krb_server_keyfile log_directory log_filename oauth_validator_libraries primary_conninfo
    session_preload_libraries shared_preload_libraries ssl_ciphers ssl_dh_params_file ssl_groups
    ssl_max_protocol_version ssl_min_protocol_version ssl_passphrase_command ssl_tls13_ciphers
    unix_socket_directories
    """.split()
)
