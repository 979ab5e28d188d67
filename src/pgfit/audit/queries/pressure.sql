-- Pressure stall information: a kernel without it refuses to be read, so it is asked apart from files.sql.
SELECT path, text FROM (SELECT path, pg_read_file(path, 0, 4096, true) AS text
  FROM unnest(ARRAY['/sys/fs/cgroup/memory.pressure', '/sys/fs/cgroup/cpu.pressure', '/sys/fs/cgroup/io.pressure']) AS path OFFSET 0) AS it WHERE text IS NOT NULL
