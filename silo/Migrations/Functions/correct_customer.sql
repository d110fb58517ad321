-- Corrects name and NID of a customer to what a confirmed request says, if it was made on the details that still hold: so each is
-- good for one correction. No silo has any other right to change them.
-- BK006: there is no such request.
create or replace function bank.correct_customer(confirmed_approval bigint) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
    -- approval_pkey, customer_pkey
    update bank.customer c
       set name = p.wanted::jsonb ->> 'name',
           national_id = p.wanted::jsonb ->> 'nationalId',
           version = c.version + 1
      from bank.approval p
     where p.approval_id = confirmed_approval
       and p.outcome = 1
       and p.kind = 'correct-customer'
       and p.subject = c.customer_number::text
       and c.customer_number = p.customer_number
       and p.version = c.version;
    if not found then
        raise exception 'this correction needs a second person' using errcode = 'BK006';
    end if;
end $$;
revoke execute on function bank.correct_customer(bigint) from public;
grant execute on function bank.correct_customer(bigint) to bkt_silo;
