"""What DuckDB lacks, as vectorised Python functions and macros; and how its run-time errors are told."""
