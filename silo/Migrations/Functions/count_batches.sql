-- End-of-day, step 2, for the batches behind after_id up to until_id, which the silo has proven but for those that it sets aside:
-- counts their transfers by currency and kind. Does nothing, and says so, where the step is not at after_id any more.
create or replace function bank.count_batches(
    of_date date, after_id bigint, until_id bigint, subjects text[], details text[]) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
    looked bigint;
begin
    perform
       from bank.end_of_day_step
      where business_date = of_date
        and step = 2
        and position = after_id
        and finished_at is null
        for update;
    if not found then
        return false;
    end if;
    -- batch_pkey; transfer_batch, leg_pkey, account_pkey
    select count(*) into strict looked from bank.batch where batch_id > after_id and batch_id <= until_id;
    with booked as materialized (
        select transfer_id, kind, debit_account_id, amount_minor, debit_sequence
          from bank.transfer
         where batch_id > after_id
           and batch_id <= until_id
           and reason is null)
    insert into bank.end_of_day_total as t (business_date, currency, kind, transfers, legs, amount_minor)
    select of_date, a.currency, g.kind, sum(g.is_first), count(g.debit_sequence), sum(g.amount_minor)
      from (select kind, debit_account_id, amount_minor, debit_sequence, 1 as is_first
              from booked
             union all
            select b.kind, l.debit_account_id, l.amount_minor, l.debit_sequence, 0
              from booked b
              join bank.leg l on l.transfer_id = b.transfer_id) g
      join bank.account a on a.account_id = g.debit_account_id
     group by a.currency, g.kind
        on conflict (business_date, currency, kind) do update
       set transfers = t.transfers + excluded.transfers,
           legs = t.legs + excluded.legs,
           amount_minor = t.amount_minor + excluded.amount_minor;
    perform bank.set_aside(of_date, 2::smallint, subjects, details);
    update bank.end_of_day_step
       set position = until_id, done = done + looked
     where business_date = of_date
       and step = 2;
    return true;
end $$;
revoke execute on function bank.count_batches(date, bigint, bigint, text[], text[]) from public;
grant execute on function bank.count_batches(date, bigint, bigint, text[], text[]) to bkt_silo;
