-- Four eyes: what gives an account more than it had, a higher overdraft limit or its reopening, one member of staff asks for
-- and another one confirms.

-- The request says what it was made on: the last change of the account's terms (bank.account_terms; zero before the first).
-- After another one it is out of date. Action: 1 for the overdraft limit, with the wanted floor; 2 for reopening. Outcome: 1
-- confirmed; 2 rejected; 3 lapsed, when a request after it took the place of one that was expired or out of date.
create table bank.approval (
    approval_id   bigint generated always as identity primary key,
    account_id    bigint not null,
    action        smallint not null check (action in (1, 2)),
    floor_minor   bigint check (floor_minor <= 0),
    terms_version bigint not null check (terms_version >= 0),
    requested_by  text not null,
    requested_at  timestamptz not null,
    note          text not null check (char_length(note) between 1 and 140),
    expires_at    timestamptz not null,
    outcome       smallint check (outcome in (1, 2, 3)),
    decided_by    text,
    decided_at    timestamptz,
    constraint wanted_value check ((action = 1) = (floor_minor is not null)),
    constraint expires_after_request check (expires_at > requested_at),
    constraint decided_as_a_whole check (
        (outcome is null) = (decided_at is null)
        and (outcome is null or outcome = 3) = (decided_by is null)),
    -- Who asked may withdraw the request, and not confirm it.
    constraint second_person check (outcome is distinct from 1 or decided_by <> requested_by)
);
create unique index one_pending on bank.approval (account_id, action) where decided_at is null;
create index approval_pending on bank.approval (approval_id) where decided_at is null;
grant select on bank.approval to bkt_silo;
grant insert (account_id, action, floor_minor, terms_version, requested_by, requested_at, note, expires_at) on bank.approval to bkt_silo;
grant update (outcome, decided_by, decided_at) on bank.approval to bkt_silo;
create trigger append_only before delete or truncate on bank.approval
    for each statement execute function bank.refuse_change();
create trigger decided_once before update on bank.approval
    for each row when (old.decided_at is not null) execute function bank.refuse_change();

-- It changes terms without the second person.
drop function if exists bank.change_terms;
