-- What was counted since the statistics were reset, in all databases together.
SELECT count(*) FILTER (WHERE datname IS NOT NULL)::int AS databases, sum(numbackends)::int AS sessions_now,
       sum(xact_commit)::bigint AS commits, sum(xact_rollback)::bigint AS rollbacks,
       sum(blks_read)::bigint AS blocks_read, sum(blks_hit)::bigint AS blocks_hit,
       sum(temp_files)::bigint AS temp_files, sum(temp_bytes)::bigint AS temp_bytes,
       sum(deadlocks)::bigint AS deadlocks, sum(conflicts)::bigint AS conflicts,
       sum(session_time)::float8 / 1000 AS session_seconds, sum(active_time)::float8 / 1000 AS active_seconds,
       sum(sessions)::bigint AS sessions, sum(sessions_killed)::bigint AS sessions_killed,
       CASE WHEN count(*) FILTER (WHERE stats_reset IS NULL AND xact_commit + blks_hit > 0) = 0
            THEN extract(epoch FROM min(stats_reset))::float8 END AS reset_at
  FROM pg_stat_database
