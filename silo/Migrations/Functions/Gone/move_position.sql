-- Moved the position of an account to a notification that a silo without positions added: from the one before it, or the
-- notification was refused as the double that it was. From 0020 to 0030.
create or replace function bank.move_position()
    returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    perform bank.open_inbox_positions(array[new.customer_number], array[new.account_id]);
    -- inbox_position_pkey
    update bank.inbox_position
       set position = new.sequence_number
     where customer_number = new.customer_number
       and source = new.account_id
       and position = new.sequence_number - 1;
    if not found then
        raise exception 'the inbox was told of this posting, or not of the one before' using errcode = 'unique_violation';
    end if;
    return new;
end $$;
revoke execute on function bank.move_position() from public;
