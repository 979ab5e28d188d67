-- What the configuration files say, line by line, whether it is in force or not. $1, $2 as in settings.sql.
SELECT sourcefile AS file, sourceline AS line, seqno::int AS number, name, applied, error,
       CASE WHEN name = ANY ($1::text[]) OR (name LIKE '%.%' AND split_part(name, '.', 1) <> ALL ($2::text[]))
            THEN '(hidden)' ELSE setting END AS value
  FROM pg_file_settings
 ORDER BY seqno
