-- Changes what an account may do, and keeps the terms that hold from here on. The caller has checked that the change is
-- allowed; the constraints of the table are the fence. A lower floor, and a reopening (also by a null), are written only with
-- the request that says exactly this, was made on the terms that hold, and was confirmed: so each is good for one change.
-- BK006: there is none.
create or replace function bank.change_terms(
    changed_account bigint,
    new_floor bigint,
    new_freeze smallint,
    new_closed boolean,
    at timestamptz,
    confirmed_approval bigint default null)
    returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
    old_version bigint;
    new_version bigint;
begin
    -- Before the request is looked at: of two calls with it, the second must see the terms of the first.
    -- account_pkey
    perform from bank.account where account_id = changed_account for update;
    -- account_terms_pkey, backwards
    select coalesce(max(version), 0)
      into old_version
      from bank.account_terms
     where account_id = changed_account;
    -- account_pkey, approval_pkey
    if exists (
        select
          from bank.account a
         where a.account_id = changed_account
           and ((new_floor < a.floor_minor
                 and not exists (
                     select
                       from bank.approval
                      where approval_id = confirmed_approval
                        and outcome = 1
                        and kind = 'set-overdraft-limit'
                        and subject = a.account_number
                        and wanted = (-new_floor)::text
                        and version = old_version))
             or (new_closed is not true and a.closed_at is not null
                 and not exists (
                     select
                       from bank.approval
                      where approval_id = confirmed_approval
                        and outcome = 1
                        and kind = 'reopen-account'
                        and subject = a.account_number
                        and version = old_version)))) then
        raise exception 'this change of terms needs a second person' using errcode = 'BK006';
    end if;

    update bank.account
       set floor_minor = new_floor, frozen = new_freeze, version = version + 1,
           closed_at = case when new_closed then coalesce(closed_at, at) end
     where account_id = changed_account;
    insert into bank.account_terms (account_id, version, sequence_number, changed_at, floor_minor, frozen, closed)
    select account_id, version, sequence_number, at, floor_minor, frozen, closed_at is not null
      from bank.account
     where account_id = changed_account
    returning version into new_version;

    -- What else was asked for these terms is out of date.
    -- one_pending_change
    update bank.approval
       set outcome = 3, decided_at = greatest(at, requested_at)
     where kind in ('set-overdraft-limit', 'reopen-account')
       and subject = (select account_number from bank.account where account_id = changed_account)
       and decided_at is null;
    return new_version;
end $$;
revoke execute on function bank.change_terms(bigint, bigint, smallint, boolean, timestamptz, bigint) from public;
grant execute on function bank.change_terms(bigint, bigint, smallint, boolean, timestamptz, bigint) to bkt_silo;
