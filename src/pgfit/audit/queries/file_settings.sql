-- What the configuration files say, line by line, whether it is in force or not. $1, $2 as in settings.sql; what no setting is
-- called may be a misspelled secret.
SELECT f.sourcefile AS file, f.sourceline AS line, f.seqno::int AS number, f.name, f.applied, f.error,
       CASE WHEN lower(f.name) = ANY ($1::text[])
              OR (f.name LIKE '%.%' AND split_part(f.name, '.', 1) <> ALL ($2::text[]))
              OR (f.name NOT LIKE '%.%' AND known.name IS NULL)
            THEN '(hidden)' ELSE f.setting END AS value
  FROM pg_file_settings f
  LEFT JOIN (SELECT lower(name) AS name FROM pg_settings) AS known ON known.name = lower(f.name)
 ORDER BY f.seqno
