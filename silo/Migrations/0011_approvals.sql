-- Four eyes for any change. A request has a kind, a subject, a wanted value, the version of the subject that it was made on, and
-- a reason (note). What the version before knows of a request, an account, an action, a floor and a version of terms, stays beside
-- it for one version; bank.fill_approval keeps the two forms alike, whichever of them a silo writes.

-- function: person
-- function: fill_approval
-- function: require_audited_approval

alter table bank.approval
    add column kind            text,
    add column subject         text,
    add column wanted          text,
    add column version         bigint check (version >= 0),
    add column customer_number integer,
    alter column account_id drop not null,
    alter column action drop not null,
    alter column terms_version drop not null,
    drop constraint wanted_value,
    drop constraint second_person,
    add constraint wanted_value check (
        kind not in ('set-overdraft-limit', 'reopen-account') or (kind = 'set-overdraft-limit') = (wanted is not null)) not valid,
    -- Who asked may withdraw the request, and not confirm it.
    add constraint second_person check (outcome is distinct from 1 or bank.person(decided_by) <> bank.person(requested_by)) not valid;
grant insert (kind, subject, wanted, version, customer_number) on bank.approval to bkt_silo;

-- Requests of before. Those that are decided are final, but for the form in which they are kept.
alter table bank.approval disable trigger decided_once;
update bank.approval p
   set kind = case action when 1 then 'set-overdraft-limit' else 'reopen-account' end,
       subject = a.account_number,
       wanted = (-p.floor_minor)::text,
       version = p.terms_version,
       customer_number = a.customer_number
  from bank.account a
 where a.account_id = p.account_id;
alter table bank.approval enable trigger decided_once;
alter table bank.approval
    alter column kind set not null,
    alter column subject set not null,
    alter column version set not null;
create unique index one_pending_change on bank.approval (kind, subject) where decided_at is null;

create trigger fill_approval before insert on bank.approval
    for each row execute function bank.fill_approval();
-- A request and its entry in the audit trail, a decision, its change and its entry: one transaction, or none of it.
create constraint trigger audited_approval after insert or update on bank.approval
    deferrable initially deferred
    for each row execute function bank.require_audited_approval();
