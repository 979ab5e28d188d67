-- Dead rows of this database's tables: the worst ten. Storage parameters as they were written; NULL where the server's are taken.
SELECT (SELECT quote_ident(nspname) FROM pg_namespace n WHERE n.oid = relnamespace) || '.' || quote_ident(relname) AS "table",
       dead, live, extract(epoch FROM pg_stat_get_last_autovacuum_time(oid))::float8 AS autovacuumed_at,
       extract(epoch FROM pg_stat_get_last_vacuum_time(oid))::float8 AS vacuumed_at,
       greatest(reltuples, 0)::bigint AS estimated_rows, relpages::bigint * 8192 AS bytes,
       coalesce((SELECT option_value FROM pg_options_to_table(reloptions) WHERE option_name = 'autovacuum_enabled'),
                'on') AS autovacuum,
       (SELECT option_value FROM pg_options_to_table(reloptions)
         WHERE option_name = 'autovacuum_vacuum_threshold') AS own_threshold,
       (SELECT option_value FROM pg_options_to_table(reloptions)
         WHERE option_name = 'autovacuum_vacuum_scale_factor') AS own_scale_factor,
       (SELECT option_value FROM pg_options_to_table(reloptions)
         WHERE option_name = 'autovacuum_vacuum_max_threshold') AS own_max_threshold
  FROM (SELECT oid, relname, relnamespace, reltuples, relpages, reloptions,
               pg_stat_get_dead_tuples(oid) AS dead, pg_stat_get_live_tuples(oid) AS live
          FROM pg_class WHERE relkind IN ('r', 'm') OFFSET 0) AS it
 WHERE dead > 1000
 ORDER BY dead DESC LIMIT 10
