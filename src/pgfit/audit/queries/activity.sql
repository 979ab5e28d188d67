-- Who is connected and does what; states of others' sessions are hidden from a role without pg_read_all_stats.
SELECT count(*) FILTER (WHERE kind = 'client backend')::int AS clients,
       count(*) FILTER (WHERE kind = 'client backend' AND state = 'active')::int AS active,
       count(*) FILTER (WHERE kind = 'client backend' AND state = 'idle')::int AS idle,
       count(*) FILTER (WHERE kind = 'client backend' AND state LIKE 'idle in transaction%')::int AS idle_in_transaction,
       count(*) FILTER (WHERE kind = 'client backend' AND state IS NULL)::int AS hidden,
       count(*) FILTER (WHERE kind = 'parallel worker')::int AS parallel_workers,
       count(*) FILTER (WHERE kind = 'autovacuum worker')::int AS autovacuum_workers,
       count(*) FILTER (WHERE kind = 'walsender')::int AS wal_senders,
       count(*)::int AS processes,
       extract(epoch FROM max(now() - xact_start) FILTER (WHERE kind = 'client backend'))::float8 AS longest_transaction,
       extract(epoch FROM max(now() - state_change)
           FILTER (WHERE state LIKE 'idle in transaction%'))::float8 AS longest_idle_in_transaction,
       extract(epoch FROM max(now() - backend_start) FILTER (WHERE kind = 'client backend'))::float8 AS oldest_session,
       count(DISTINCT datname)::int AS databases,
       count(*) FILTER (WHERE wait_event_type = 'Lock')::int AS waiting_for_locks
  FROM (SELECT *, CASE WHEN backend_type IS NULL AND datname IS NOT NULL THEN 'client backend' ELSE backend_type END AS kind
          FROM pg_stat_activity WHERE pid <> pg_backend_pid()) AS others
