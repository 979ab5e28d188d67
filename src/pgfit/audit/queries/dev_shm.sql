-- What lies in /dev/shm now.
SELECT count(*)::int AS files, coalesce(sum((pg_stat_file('/dev/shm/' || name, true)).size), 0)::bigint AS bytes
  FROM pg_ls_dir('/dev/shm', true, false) AS name
