-- What the workloads need beside pgbench's own tables. `rows` grows with the memory limit.
create table facts as
  select g as id, mod(g::bigint * 7919, 1000003)::int + g as key, mod(g::bigint * 104729, {rows})::int + 1 as partner,
         md5(g::text) as word, mod(g, 1000) as amount
  from generate_series(1, {rows}) g;
create unique index on facts (id);
create table other as select id, key from facts where id <= 20000;
do $$ begin for number in 0..7 loop
  execute format('create table small%s as select id, key from other where id <= 500', number);
  execute format('create index on small%s (id)', number);
end loop; end $$;
-- How many rows just fit one sort in work_mem.
create function sort_rows() returns int language plpgsql as $$
declare
  low int := 100;
  high int := pg_size_bytes(current_setting('work_mem')) / 100;
  plan json;
begin
  for step in 1..14 loop
    execute format('explain (analyze, timing off, format json) select aid, repeat(md5(aid::text), 6) pad from pgbench_accounts '
                   'where aid <= %s order by pad, aid', (low + high) / 2) into plan;
    if (plan #>> '{{0,Plan,Sort Space Type}}') = 'Memory' then low := (low + high) / 2; else high := (low + high) / 2; end if;
  end loop;
  return low;
end $$;
-- Wait until so many sessions hold an advisory lock.
create procedure everyone(lock int, sessions int) language plpgsql as $$
begin
  while (select count(*) from pg_locks where locktype = 'advisory' and objid = lock and granted) < sessions loop
    perform pg_sleep(0.1);
  end loop;
end $$;
vacuum analyze;
checkpoint;
