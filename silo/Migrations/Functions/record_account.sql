-- Writes what opened or changed an account into its history.
create or replace function bank.record_account() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    insert into bank.account_history select * from bank.account_history_due(array[new.account_id]);
    return null;
end $$;
revoke execute on function bank.record_account() from public;
