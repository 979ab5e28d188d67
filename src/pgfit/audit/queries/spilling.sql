-- The databases whose queries wrote the most temporary files.
SELECT datname::text AS database, temp_files, temp_bytes FROM pg_stat_database
 WHERE temp_bytes > 0 ORDER BY temp_bytes DESC LIMIT 5
