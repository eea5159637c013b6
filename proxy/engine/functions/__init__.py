"""Functions that DuckDB lacks or computes otherwise than Postgres: vectorised over Arrow, installed into an instance.

Names start with `pgf_`; only `proxy.sql.lower` prints them. Refuses to know SQL text, sessions and releases.
"""
