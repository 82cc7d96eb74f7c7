#!/bin/bash
# A role and a database for each service, on the first start of postgres: each role sees its own database only.
set -eu
for service in vault migrations billing mail web-hosting databases domains mailing-lists gateway; do
    variable=$(tr a-z- A-Z_ <<<"$service")_DB_PASSWORD
    : "${!variable:?is not set}"
    # the password comes out of the environment: everybody on the machine can read arguments
    psql -v ON_ERROR_STOP=1 -U postgres -v role="$service" -v base="$service-db" <<SQL
\\getenv password $variable
create role :"role" login password :'password';
create database :"base" owner :"role";
revoke connect on database :"base" from public;
SQL
done
