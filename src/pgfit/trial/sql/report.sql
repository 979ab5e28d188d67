\set aid random(1, 100000 * :scale - 20000)
select abalance, count(*) from pgbench_accounts where aid between :aid and :aid + 20000 group by abalance order by 2 desc, 1 limit 10;
