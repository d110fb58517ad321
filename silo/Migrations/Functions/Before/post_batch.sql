-- For silos of the version with 0037 as its last migration, which record no limits. It goes with the version after this one.
create or replace function bank.post_batch(
    writer_chain integer,
    decided_date date,
    decided_day date,
    not_before timestamptz,
    last_moment timestamptz,
    lock_wait_ms integer,
    batch_content_hash bytea,
    accounts bank.batch_account[],
    transfers bank.batch_order[],
    further_legs bank.batch_leg[],
    details bank.batch_detail[],
    posting_count bigint)
    returns timestamptz
language plpgsql
set search_path = ''
as $$
begin
    return bank.post_batch(
        writer_chain => writer_chain,
        decided_date => decided_date,
        decided_day => decided_day,
        not_before => not_before,
        last_moment => last_moment,
        lock_wait_ms => lock_wait_ms,
        batch_content_hash => batch_content_hash,
        accounts => accounts,
        transfers => transfers,
        further_legs => further_legs,
        details => details,
        limits => array[]::bank.batch_limit[],
        posting_count => posting_count);
end $$;
revoke execute on function bank.post_batch(
    integer, date, date, timestamptz, timestamptz, integer, bytea,
    bank.batch_account[], bank.batch_order[], bank.batch_leg[], bank.batch_detail[], bigint) from public;
grant execute on function bank.post_batch(
    integer, date, date, timestamptz, timestamptz, integer, bytea,
    bank.batch_account[], bank.batch_order[], bank.batch_leg[], bank.batch_detail[], bigint) to bkt_silo;
