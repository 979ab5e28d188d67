-- The databases' sizes on disk. It looks at every file, so it is given little time.
SELECT datname::text AS database, pg_database_size(oid) AS bytes FROM pg_database WHERE datallowconn
 ORDER BY 2 DESC LIMIT 20
