-- At the commit: who asked, and who decided, is in the audit trail with the same time, and a confirmed change of an account's
-- terms was made, in time, on the terms that the request was about. Each slice whose changes need two persons adds what its
-- change leaves behind.
create or replace function bank.require_audited_approval() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    -- audit_by_approval
    if not exists (
        select
          from bank.audit
         where detail ? 'approval'
           and detail ->> 'approval' = new.approval_id::text
           and (staff, at) = (coalesce(new.decided_by, new.requested_by), coalesce(new.decided_at, new.requested_at)))
       and new.outcome is distinct from 3 then
        raise exception 'approval % is not in the audit trail', new.approval_id using errcode = 'BK007';
    end if;

    if new.outcome = 1 and new.decided_at > new.expires_at then
        raise exception 'approval % was confirmed too late', new.approval_id using errcode = 'BK007';
    end if;
    -- account_account_number_key, account_terms_pkey
    if new.outcome = 1 and new.kind in ('set-overdraft-limit', 'reopen-account') and not exists (
        select
          from bank.account a
          join bank.account_terms t on t.account_id = a.account_id
         where a.account_number = new.subject
           and t.changed_at = new.decided_at
           and t.version > new.version) then
        raise exception 'the change of approval % was not made', new.approval_id using errcode = 'BK007';
    end if;
    -- customer_pkey
    if new.outcome = 1 and new.kind = 'correct-customer' and not exists (
        select
          from bank.customer
         where customer_number = new.customer_number
           and version > new.version) then
        raise exception 'the correction of approval % was not made', new.approval_id using errcode = 'BK007';
    end if;
    if new.outcome = 1 and new.kind = 'change-calendar' and not exists (
        select
          from bank.calendar_day
         where approval_id = new.approval_id) then
        raise exception 'the change of the calendar of approval % was not made', new.approval_id using errcode = 'BK007';
    end if;
    return null;
end $$;
revoke execute on function bank.require_audited_approval from public;
