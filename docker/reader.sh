#!/usr/bin/env bash
# Runs once inside the source's container: the role that `build` reads through.
set -euo pipefail
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set reader=shop_reader --set "password=$READER_PASSWORD" --file /pgdouble/reader.sql
