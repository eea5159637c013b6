"""The demo: a shop in an embedded Postgres, and the pgdouble that stands in for it.

Everything here is sample data and stage management. Refuses to be imported by the product's own code paths: only the
`demo` command and the tests use it.
"""
