drop table if exists bulk_:client_id;
create table bulk_:client_id (id int, key int, word text, amount int);
insert into bulk_:client_id select id, key, word, amount from facts;
create index on bulk_:client_id (word);
create index on bulk_:client_id (key, id);
update bulk_:client_id set amount = amount + 1 where mod(id, 10) = 0;
vacuum (analyze) bulk_:client_id;
