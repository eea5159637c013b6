-- The role a build reads through: it can look at everything and change nothing. Run with psql -v reader=NAME -v password=SECRET.

CREATE ROLE :"reader" LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 4;
ALTER ROLE :"reader" SET default_transaction_read_only = on;
GRANT USAGE ON SCHEMA public, billing TO :"reader";
GRANT SELECT ON ALL TABLES IN SCHEMA public, billing TO :"reader";
