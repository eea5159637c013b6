"""What Postgres promises one client: statements, portals, transactions, settings. Knows neither sockets nor DuckDB."""
