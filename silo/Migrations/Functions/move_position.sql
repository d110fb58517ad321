-- Moves the position of an account to a notification that a silo of the version before adds: from the one before it, or the
-- notification is refused as the double that it is.
create or replace function bank.move_position()
    returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
    place integer;
begin
    perform bank.open_inboxes(array[new.customer_number]);
    -- inbox_pkey
    select array_position(sources, new.account_id)
      into place
      from bank.inbox
     where customer_number = new.customer_number
       for no key update;
    update bank.inbox
       set last_number = greatest(last_number, new.number),
           sources[coalesce(place, cardinality(sources) + 1)] = new.account_id,
           positions[coalesce(place, cardinality(sources) + 1)] = new.sequence_number
     where customer_number = new.customer_number
       and coalesce(positions[place], 0) = new.sequence_number - 1;
    if not found then
        raise exception 'the inbox was told of this posting, or not of the one before' using errcode = 'unique_violation';
    end if;
    return new;
end $$;
revoke execute on function bank.move_position() from public;
