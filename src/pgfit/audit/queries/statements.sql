-- The statements that wrote the most temporary files; without their texts: `false` leaves the file that holds them unread.
SELECT queryid::text AS id, calls, temp_blks_written::bigint * 8192 AS temp_bytes,
       (SELECT rolname::text FROM pg_roles WHERE oid = userid) AS role
  FROM schema_of_it.pg_stat_statements(false) WHERE temp_blks_written > 0
 ORDER BY temp_blks_written DESC LIMIT 5
