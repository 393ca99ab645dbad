#!/bin/sh
# Run once by the postgres image on an empty volume: the owner of the tables, and the role that serves people.
set -eu
owner_password=$(cat /run/secrets/owner_password)
app_password=$(cat /run/secrets/app_password)
psql -v ON_ERROR_STOP=1 --username postgres --dbname dtks \
    -v owner_password="$owner_password" -v app_password="$app_password" <<'SQL'
CREATE ROLE dtks_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE dtks_app LOGIN PASSWORD :'app_password';
ALTER DATABASE dtks OWNER TO dtks_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- A failing statement carries what a person typed: it stays out of the log.
ALTER SYSTEM SET log_min_error_statement = 'panic';
ALTER SYSTEM SET log_error_verbosity = 'terse';
SQL
