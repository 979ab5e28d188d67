-- How large this database is, and how many tables were never analyzed.
SELECT count(*) FILTER (WHERE relkind IN ('r', 'p', 'm'))::int AS tables,
       sum(relpages::bigint) FILTER (WHERE relkind IN ('r', 'm', 't', 'i')) * 8192 AS bytes,
       max(age(relfrozenxid)) FILTER (WHERE relkind IN ('r', 'm', 't') AND relfrozenxid <> '0')::bigint AS oldest_xid_age
  FROM pg_class
