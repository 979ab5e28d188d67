-- VACUUMs at work now.
SELECT phase, heap_blks_total * 8192 AS bytes, heap_blks_scanned * 8192 AS scanned_bytes,
       index_vacuum_count AS index_passes
  FROM pg_stat_progress_vacuum LIMIT 20
