-- Settings of roles and databases. Only PostgreSQL's own: those of an application may be secrets. $1, $2 as in settings.sql.
SELECT coalesce(d.datname::text, '') AS database, coalesce(r.rolname::text, '') AS role,
       split_part(one, '=', 1) AS name,
       CASE WHEN split_part(one, '=', 1) = ANY ($1::text[])
              OR (split_part(one, '=', 1) LIKE '%.%' AND split_part(split_part(one, '=', 1), '.', 1) <> ALL ($2::text[]))
            THEN '(hidden)' ELSE substr(one, strpos(one, '=') + 1) END AS value,
       r.rolconnlimit AS connection_limit, r.rolcanlogin AS can_login, d.datconnlimit AS database_limit
  FROM pg_db_role_setting s
  LEFT JOIN pg_database d ON d.oid = s.setdatabase
  LEFT JOIN pg_roles r ON r.oid = s.setrole,
       unnest(s.setconfig) AS one
 ORDER BY 1, 2, 3
 LIMIT 1000
