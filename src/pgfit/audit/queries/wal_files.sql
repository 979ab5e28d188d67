-- How much WAL lies on the disk now.
SELECT count(*)::int AS files, coalesce(sum(size), 0)::bigint AS bytes FROM pg_ls_waldir()
