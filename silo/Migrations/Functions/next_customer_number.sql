-- The next number that nobody was given by hand before.
create or replace function bank.next_customer_number() returns integer
language plpgsql as $$
declare
    number integer;
begin
    loop
        number := nextval('bank.customer_number');
        -- customer_pkey
        exit when not exists (select from bank.customer where customer_number = number);
    end loop;
    return number;
end $$;
