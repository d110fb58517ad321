-- The number of an account's last posting with this business date or an earlier one; zero for none. Dates of an account never go
-- back, so it is searched for, from the newest posting on and in growing steps: nearly always it is close to the end.
create or replace function bank.last_posting_until(of_account bigint, newest bigint, day date) returns bigint
language plpgsql stable
set search_path = ''
as $$
declare
    early bigint := newest;
    late bigint := newest + 1;
    middle bigint;
    stride bigint := 1;
begin
    -- posting_pkey
    while early > 0
        and (select business_date from bank.posting where account_id = of_account and sequence_number = early) > day loop
        late := early;
        early := greatest(early - stride, 0);
        stride := stride * 2;
    end loop;
    while late - early > 1 loop
        middle := (early + late) / 2;
        if (select business_date from bank.posting where account_id = of_account and sequence_number = middle) > day then
            late := middle;
        else
            early := middle;
        end if;
    end loop;
    return early;
end $$;
revoke execute on function bank.last_posting_until(bigint, bigint, date) from public;
