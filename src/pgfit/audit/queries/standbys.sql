-- The standbys and other receivers of WAL.
SELECT application_name AS name, state, sync_state, pg_wal_lsn_diff(sent_lsn, replay_lsn)::bigint AS lag_bytes
  FROM pg_stat_replication LIMIT 50
