-- What the next files and bank.forget_rows need, built while the bank works. Three tables become the first partitions of tables by months.
-- For that each needs the key that the whole table will have, and a check that is known to hold, so that nothing is scanned under a lock.
-- The check leaves months of time for the files after this one: rows beyond it are refused until they have run.

-- step: the oldest FNP messages
create index concurrently fnp_message_by_time on bank.fnp_message (sent_at)

-- step: the cases that were closed first
create index concurrently support_case_by_end on bank.support_case (closed_at) where closed_at is not null

-- step: the key of the security log
create unique index concurrently security_event_first_key on bank.security_event (event_id, at)

-- step: the times of the security log
create index concurrently security_event_first_by_time on bank.security_event using brin (at)

-- step: the end of the first partition of the security log
do $$
begin
    if not exists (select from pg_constraint where conname = 'security_event_first_ends') then
        execute format(
            'alter table bank.security_event add constraint security_event_first_ends check (at < %L) not valid',
            (date_trunc('month', now() at time zone 'UTC') + interval '3 months') at time zone 'UTC');
    end if;
end $$

-- step: no row of the security log is beyond it
alter table bank.security_event validate constraint security_event_first_ends

-- step: the key of the audit trail
create unique index concurrently audit_first_key on bank.audit (audit_id, at)

-- step: the times of the audit trail
create index concurrently audit_first_by_time on bank.audit using brin (at)

-- step: the end of the first partition of the audit trail
do $$
begin
    if not exists (select from pg_constraint where conname = 'audit_first_ends') then
        execute format(
            'alter table bank.audit add constraint audit_first_ends check (at < %L) not valid',
            (date_trunc('month', now() at time zone 'UTC') + interval '3 months') at time zone 'UTC');
    end if;
end $$

-- step: no row of the audit trail is beyond it
alter table bank.audit validate constraint audit_first_ends

-- step: the key of the identifications
create unique index concurrently caller_identification_first_key on bank.caller_identification (identification_id, at)

-- step: the times of the identifications
create index concurrently caller_identification_first_by_time on bank.caller_identification using brin (at)

-- step: the end of the first partition of the identifications
do $$
begin
    if not exists (select from pg_constraint where conname = 'caller_identification_first_ends') then
        execute format(
            'alter table bank.caller_identification add constraint caller_identification_first_ends check (at < %L) not valid',
            (date_trunc('month', now() at time zone 'UTC') + interval '3 months') at time zone 'UTC');
    end if;
end $$

-- step: no row of the identifications is beyond it
alter table bank.caller_identification validate constraint caller_identification_first_ends
