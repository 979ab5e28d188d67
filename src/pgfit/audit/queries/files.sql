-- The cgroup files of the server's own process, of the groups above it as far as they are mounted, and /proc.
WITH own AS (
    SELECT part[1] AS controllers, part[2] AS path
      FROM regexp_matches(pg_read_file('/proc/self/cgroup', 0, 1000000, true), '^\d+:([^:\n]*):(/.*)$', 'gn') AS part
), mountinfo AS (
    SELECT line FROM unnest(string_to_array(pg_read_file('/proc/self/mountinfo', 0, 10000000, true), E'\n')) AS line
     WHERE line ~ ' - cgroup2? ' OR split_part(line, ' ', 5) = '/dev/shm'
        OR (split_part(line, ' ', 5) <> '' AND split_part(line, ' ', 5) <> '/sys' AND
            starts_with((SELECT setting FROM pg_settings WHERE name = 'data_directory') || '/', rtrim(split_part(line, ' ', 5), '/') || '/'))
), mounts AS (
    SELECT split_part(line, ' ', 4) AS top, split_part(line, ' ', 5) AS point,
           split_part(split_part(line, ' - ', 2), ' ', 1) AS kind, split_part(split_part(line, ' - ', 2), ' ', 3) AS options
      FROM mountinfo WHERE line ~ ' - cgroup2? '
    UNION ALL
    SELECT '/', '/sys/fs/cgroup/' || one, 'cgroup', one FROM unnest(ARRAY['memory', 'cpu', 'cpuset', 'pids']) AS one
     WHERE NOT EXISTS (SELECT FROM mountinfo)
    UNION ALL
    SELECT '/', '/sys/fs/cgroup', 'cgroup2', '' WHERE NOT EXISTS (SELECT FROM mountinfo)
), below AS (
    SELECT m.point, m.kind,
           CASE WHEN m.top = '/' THEN o.path
                WHEN starts_with(o.path || '/', m.top || '/') THEN substr(o.path, length(m.top) + 1) ELSE '' END AS path
      FROM mounts m JOIN own o
        ON CASE m.kind WHEN 'cgroup2' THEN o.controllers = ''
                       ELSE string_to_array(o.controllers, ',') && string_to_array(m.options, ',') END
), directories AS (
    SELECT DISTINCT kind, point || rtrim(array_to_string((string_to_array(path, '/'))[1:depth], '/'), '/') AS directory
      FROM below, generate_series(1, greatest(1, cardinality(string_to_array(path, '/')))) AS depth
     WHERE path NOT LIKE '%..%'
    UNION
    SELECT kind, point FROM below
), files AS (
    SELECT directory || '/' || name AS path
      FROM directories, unnest(CASE kind
        WHEN 'cgroup2' THEN ARRAY['cgroup.controllers', 'memory.max', 'memory.high', 'memory.current', 'memory.peak',
            'memory.events', 'memory.stat', 'memory.oom.group', 'memory.swap.max', 'memory.swap.current',
            'cpu.max', 'cpu.stat', 'cpuset.cpus.effective', 'pids.peak', 'pids.current']
        ELSE ARRAY['memory.limit_in_bytes', 'memory.soft_limit_in_bytes', 'memory.usage_in_bytes',
            'memory.max_usage_in_bytes', 'memory.memsw.limit_in_bytes', 'memory.memsw.usage_in_bytes',
            'memory.kmem.usage_in_bytes', 'memory.failcnt', 'memory.oom_control', 'memory.stat',
            'cpu.cfs_quota_us', 'cpu.cfs_period_us', 'cpu.stat', 'cpuset.cpus', 'cpuset.effective_cpus',
            'pids.peak', 'pids.current'] END) AS name
    UNION ALL
    SELECT unnest(ARRAY['/proc/self/cgroup', '/proc/meminfo', '/proc/self/oom_score_adj', '/proc/self/status',
        '/proc/self/limits', '/proc/1/comm', '/proc/' || split_part(pg_read_file('postmaster.pid', 0, 1000, true), E'\n', 1)
        || '/oom_score_adj', '/sys/devices/system/cpu/online', '/proc/sys/kernel/io_uring_disabled',
        '/proc/sys/vm/overcommit_memory', '/sys/kernel/mm/transparent_hugepage/enabled'])
)
SELECT path, text FROM (SELECT path, pg_read_file(path, 0, 65536, true) AS text FROM files OFFSET 0) AS it WHERE text IS NOT NULL
UNION ALL
SELECT '/proc/self/mountinfo', string_agg(regexp_replace(line, '( - overlay \S+) .*', '\1 rw'), E'\n')
  FROM mountinfo HAVING count(*) > 0
