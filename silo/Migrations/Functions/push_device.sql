-- Where push messages of a customer go: the device of the last sign-in, if it takes any. What the state of the credentials looks
-- like is known to authentication and to this function alone.
create or replace function bank.push_device(of_customer integer)
    returns table (device_id uuid, platform smallint, push_token text)
language sql stable
as $$
    -- credentials_pkey
    select (d.device ->> 'Id')::uuid, (d.device ->> 'Platform')::smallint, d.device ->> 'PushToken'
      from bank.credentials k
     cross join lateral jsonb_array_elements(k.state -> 'Devices') as d (device)
     where k.customer_number = of_customer
       and d.device -> 'Id' = k.state -> 'LastDeviceId'
       and d.device ->> 'PushToken' is not null
$$;
