-- As much work for nobody as bank.write_credentials does for a customer.
create or replace function bank.write_decoy(
    chosen smallint, new_state jsonb, kind smallint, at timestamptz, device_id uuid, device_name text, origin text) returns void
language plpgsql as $$
begin
    -- decoy_pkey
    update bank.decoy
       set version = version + 1, state = new_state
     where bucket = chosen;
    insert into bank.stray_attempt (at, kind, device_id, device_name, origin)
    values (at, kind, device_id, device_name, origin);
end $$;
