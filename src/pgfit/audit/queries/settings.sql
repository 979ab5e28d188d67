-- Every setting this role may see. $1: settings whose value may hold a secret; $2: prefixes of extensions whose are harmless.
SELECT name,
       CASE WHEN coalesce(reset_val, '') <> ''
             AND (name = ANY ($1::text[]) OR (name LIKE '%.%' AND split_part(name, '.', 1) <> ALL ($2::text[])))
            THEN '(hidden)' ELSE reset_val END AS value,
       unit, source, sourcefile AS file, sourceline AS line, pending_restart, context, vartype AS type,
       CASE WHEN name = ANY ($1::text[]) OR name LIKE '%.%' THEN NULL ELSE boot_val END AS compiled_in
  FROM pg_settings
