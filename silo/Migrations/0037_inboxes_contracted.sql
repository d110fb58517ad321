-- What silos of the version before the last called, and a column of theirs.

drop function if exists bank.write_inboxes(
    integer[], bigint[], bigint[], bigint[], bigint[], integer[], bigint[], smallint[], text[], text[], text, interval);
alter table bank.notification drop column push_settled_at;
