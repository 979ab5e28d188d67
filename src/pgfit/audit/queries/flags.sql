-- Flags of the server's command line, as far as a role or a database may have overridden them here: pg_settings shows only what
-- overrides. None of these settings holds a secret, and no other argument is read.
SELECT s.name, flag[2] AS value
  FROM (SELECT pg_read_file('postmaster.opts', 0, 100000, true) AS text) AS opts,
       regexp_matches(text, ' "(?:-c(?:" ")?|-{2})([\w-]+)=([^"\n]*)"', 'g') WITH ORDINALITY AS m(flag, number)
  JOIN pg_settings s ON lower(s.name) = lower(replace(flag[1], '-', '_'))
                    AND s.context NOT IN ('internal', 'postmaster', 'sighup')
 ORDER BY number
