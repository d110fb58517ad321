-- For silos of the version with 0013 as its last migration, which know neither the originator of an order nor its last moment. It
-- goes with the version after this one.
create or replace function bank.post_batch(
    writer_chain integer,
    decided_date date,
    decided_day date,
    not_before timestamptz,
    batch_content_hash bytea,
    accounts bank.batch_account[],
    transfers bank.batch_transfer[],
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
        last_moment => 'infinity',
        lock_wait_ms => (1000 * extract(epoch from pg_catalog.current_setting('lock_timeout')::interval))::integer,
        batch_content_hash => batch_content_hash,
        accounts => accounts,
        transfers => array(
            select row(t.transfer_id, t.kind,
                       (case when t.kind = 7 then 4 when t.staff is not null then 2 else 1 end)::smallint,
                       t.reason, t.approval, t.reference, t.staff, t.debit_account_id, t.credit_account_id, t.amount_minor,
                       t.debit_sequence, t.debit_balance_minor, t.debit_held_minor,
                       t.credit_sequence, t.credit_balance_minor, t.credit_held_minor)::bank.batch_order
              from unnest(transfers) with ordinality as t
             order by t.ordinality),
        further_legs => further_legs,
        details => details,
        posting_count => posting_count);
end $$;
revoke execute on function bank.post_batch(
    integer, date, date, timestamptz, bytea,
    bank.batch_account[], bank.batch_transfer[], bank.batch_leg[], bank.batch_detail[], bigint) from public;
grant execute on function bank.post_batch(
    integer, date, date, timestamptz, bytea,
    bank.batch_account[], bank.batch_transfer[], bank.batch_leg[], bank.batch_detail[], bigint) to bkt_silo;
