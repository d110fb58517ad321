-- Has each date that ended have its steps; gives how many dates that were.
create or replace function bank.plan_end_of_day(of_steps smallint[]) returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    ended bank.end_of_day;
    batches_before bigint;
    planned integer := 0;
begin
    for ended in
        select e.*
          from bank.end_of_day e
         where e.last_batch_id is not null
           and not exists (select from bank.end_of_day_step s where s.business_date = e.business_date)
         order by e.business_date
    loop
        -- batch_pkey, backwards: of a date that ended without a note of its last batch, that is looked for.
        select coalesce(
                   (select last_batch_id from bank.end_of_day where next_date = ended.business_date),
                   (select batch_id from bank.batch where business_date < ended.business_date order by batch_id desc limit 1),
                   0)
          into strict batches_before;
        -- account_pkey, batch_pkey
        insert into bank.end_of_day_step (business_date, step, first_position, position, last_position, total)
        select ended.business_date, s.step, coalesce(way.first, 0), coalesce(way.first, 0), coalesce(way.last, 0), coalesce(way.total, 0)
          from unnest(of_steps) as s (step)
          left join (
               select 1 as step, 0::bigint as first, max(account_id) as last, count(*) as total
                 from bank.account
                union all
               select 2, batches_before, ended.last_batch_id, count(*)
                 from bank.batch
                where batch_id > batches_before
                  and batch_id <= ended.last_batch_id) way on way.step = s.step
            on conflict do nothing;
        planned := planned + 1;
    end loop;
    return planned;
end $$;
revoke execute on function bank.plan_end_of_day(smallint[]) from public;
grant execute on function bank.plan_end_of_day(smallint[]) to bkt_silo;
