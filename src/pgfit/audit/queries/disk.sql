-- How far the kernel reads the disk below the data directory ahead: of a partition, what all disks of its driver have in common.
WITH data AS (
    SELECT split_part(line, ' ', 3) AS device
      FROM unnest(string_to_array(pg_read_file('/proc/self/mountinfo', 0, 10000000, true), E'\n')) WITH ORDINALITY AS mounts (line, number)
     WHERE split_part(line, ' ', 5) <> '' AND
           starts_with((SELECT setting FROM pg_settings WHERE name = 'data_directory') || '/', rtrim(split_part(line, ' ', 5), '/') || '/')
     ORDER BY length(split_part(line, ' ', 5)) DESC, number DESC LIMIT 1
), disks AS (
    SELECT name = device AS own, substring(pg_read_file('/sys/class/bdi/' || name || '/read_ahead_kb', 0, 100, true) FROM '\d+')::bigint AS kb
      FROM data, pg_ls_dir('/sys/class/bdi', true, false) AS name
     WHERE name = device OR (split_part(name, ':', 1) = split_part(device, ':', 1) AND split_part(device, ':', 1) <> '0')
)
SELECT (SELECT device FROM data) AS device,
       coalesce(max(kb) FILTER (WHERE own), CASE WHEN min(kb) = max(kb) THEN min(kb) END) AS read_ahead_kb
  FROM disks
