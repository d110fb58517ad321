-- Writes a customer's credentials if nobody else did since they were read, with everything that belongs to the change. Fails
-- as a lost race otherwise.
create or replace function bank.write_credentials(
    customer integer,
    known_version bigint,
    new_epoch integer,
    new_fnp_allowed boolean,
    new_remind_at timestamptz,
    new_state jsonb,
    kinds smallint[],
    at timestamptz,
    device_id uuid,
    device_name text,
    origin text,
    ended uuid[])
    returns void
language plpgsql as $$
declare
    -- As bank.push_device finds it.
    new_platform smallint := coalesce((
        select (d.device ->> 'Platform')::smallint
          from jsonb_array_elements(new_state -> 'Devices') as d (device)
         where d.device -> 'Id' = new_state -> 'LastDeviceId'
           and d.device ->> 'PushToken' is not null), 0);
begin
    -- credentials_pkey
    if known_version = 0 then
        insert into bank.credentials (customer_number, version, epoch, fnp_allowed, remind_at, push_platform, state)
        values (customer, 1, new_epoch, new_fnp_allowed, new_remind_at, new_platform, new_state)
        on conflict do nothing;
    else
        update bank.credentials
           set version = version + 1,
               epoch = new_epoch,
               fnp_allowed = new_fnp_allowed,
               remind_at = new_remind_at,
               push_platform = new_platform,
               state = new_state
         where customer_number = customer
           and version = known_version;
    end if;
    if not found then
        raise exception 'credentials were written by another activation' using errcode = 'serialization_failure';
    end if;

    insert into bank.security_event (customer_number, at, kind, device_id, device_name, origin)
    select customer, write_credentials.at, kind, write_credentials.device_id, write_credentials.device_name, write_credentials.origin
      from unnest(kinds) with ordinality as k (kind, position)
     order by position;

    -- revoked_session_pkey
    insert into bank.revoked_session (session_id, revoked_at)
    select session_id, clock_timestamp()
      from unnest(ended) as e (session_id)
    on conflict do nothing;
end $$;
