-- How much WAL was written.
SELECT wal_records AS records, wal_fpi AS full_page_images, wal_bytes::bigint AS bytes, wal_buffers_full AS buffers_full,
       extract(epoch FROM stats_reset)::float8 AS reset_at
  FROM pg_stat_wal
