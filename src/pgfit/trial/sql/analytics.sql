select count(*), min(word) from (select id, word from facts order by word, id offset 1) sorted;
select count(*), max(total) from (select key, sum(amount) total from facts group by key) grouped;
select count(*), sum(a.amount) from facts a join facts b on b.id = a.partner where b.amount < 900;
