-- Replication slots, and the WAL that each keeps from being removed.
SELECT slot_name::text AS name, slot_type AS type, active, wal_status, safe_wal_size,
       pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END,
                       restart_lsn)::bigint AS retained_bytes
  FROM pg_replication_slots ORDER BY retained_bytes DESC NULLS LAST LIMIT 50
