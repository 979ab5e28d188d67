\if :client_id = 0
select pg_advisory_lock(20);
call everyone(10, :sessions);
create index storm_index on facts (word);
select pg_sleep(3);
select pg_advisory_unlock(20);
drop index storm_index;
\elif :client_id = 1
call everyone(10, :sessions);
vacuum (analyze) other;
\else
call everyone(20, 1);
select count(*) from small0 where id < 10;
select count(*) from small1 where id < 10;
select count(*) from small2 where id < 10;
select count(*) from small3 where id < 10;
select count(*) from small4 where id < 10;
select count(*) from small5 where id < 10;
select count(*) from small6 where id < 10;
select count(*) from small7 where id < 10;
begin;
set local enable_sort = off;
declare h cursor for select aid + 0, count(*) from pgbench_accounts where aid <= :hash_rows group by aid + 0;
fetch 1 from h;
set local enable_sort = on;
declare s cursor for select aid, repeat(md5(aid::text), 6) pad from pgbench_accounts where aid <= :sort_rows order by pad, aid;
fetch 1 from s;
select pg_advisory_lock_shared(10);
select pg_advisory_lock_shared(20);
fetch 1 from h;
fetch 1 from s;
commit;
\endif
