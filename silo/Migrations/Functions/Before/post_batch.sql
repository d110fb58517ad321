-- For silos of the version with 0009 as its last migration, which give arrays side by side. It goes with the version after this one.
create or replace function bank.post_batch(
    writer_chain integer, decided_date date, not_before timestamptz, batch_content_hash bytea,
    account_ids bigint[], account_versions bigint[], account_balances bigint[], account_sequences bigint[], account_held bigint[],
    transfer_ids uuid[], transfer_kinds smallint[], debit_ids bigint[], credit_ids bigint[], amounts bigint[],
    debit_sequences bigint[], credit_sequences bigint[], debit_balances bigint[], credit_balances bigint[],
    debit_held bigint[], credit_held bigint[], transfer_reasons smallint[], transfer_references text[], transfer_staff text[],
    event_customers integer[], event_accounts bigint[], event_sequences bigint[], further_legs jsonb, details jsonb,
    decided_day date, account_paid_on date[], account_paid_day bigint[], account_paid_month bigint[],
    account_unconfirmed_count integer[], account_unconfirmed bigint[], transfer_approvals smallint[])
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
        batch_content_hash => batch_content_hash,
        accounts => array(
            select row(a.id, a.version, a.balance, a.sequence, a.held, a.paid_on, a.paid_day, a.paid_month,
                       a.unconfirmed_count, a.unconfirmed, e.customer)::bank.batch_account
              from unnest(account_ids, account_versions, account_balances, account_sequences, account_held, account_paid_on,
                          account_paid_day, account_paid_month, account_unconfirmed_count, account_unconfirmed) with ordinality
                   as a (id, version, balance, sequence, held, paid_on, paid_day, paid_month, unconfirmed_count, unconfirmed, position)
              left join unnest(event_customers, event_accounts) as e (customer, account) on e.account = a.id
             order by a.position),
        transfers => array(
            select row(t.id, t.kind, t.reason, t.approval, t.reference, t.staff, t.debit, t.credit, t.amount,
                       t.debit_sequence, t.debit_balance, t.debit_held,
                       t.credit_sequence, t.credit_balance, t.credit_held)::bank.batch_transfer
              from unnest(transfer_ids, transfer_kinds, transfer_reasons, transfer_approvals, transfer_references, transfer_staff,
                          debit_ids, credit_ids, amounts, debit_sequences, debit_balances, debit_held,
                          credit_sequences, credit_balances, credit_held) with ordinality
                   as t (id, kind, reason, approval, reference, staff, debit, credit, amount, debit_sequence, debit_balance, debit_held,
                         credit_sequence, credit_balance, credit_held, position)
             order by t.position),
        further_legs => array(
            select row(l.transfer_id, l.number, l.debit, l.credit, l.amount, l.debit_sequence, l.debit_balance, l.debit_held,
                       l.credit_sequence, l.credit_balance, l.credit_held)::bank.batch_leg
              from jsonb_to_recordset(further_legs) as l (
                   transfer_id uuid, number smallint, debit bigint, credit bigint, amount bigint,
                   debit_sequence bigint, debit_balance bigint, debit_held bigint,
                   credit_sequence bigint, credit_balance bigint, credit_held bigint)),
        details => array(
            select row(d.transfer_id, d.related_id, d.settles, d.expires_at, d.exchange_rate, d.sequence_number,
                       d.balance_after_minor, d.held_after_minor, d.refused_leg)::bank.batch_detail
              from jsonb_to_recordset(details) as d (
                   transfer_id uuid, related_id uuid, settles boolean, expires_at timestamptz, exchange_rate numeric,
                   sequence_number bigint, balance_after_minor bigint, held_after_minor bigint, refused_leg smallint)),
        posting_count => 2 * (
            cardinality(array_remove(debit_sequences, null))
            + (select count(*)
                 from jsonb_to_recordset(further_legs) as l (debit_sequence bigint)
                where l.debit_sequence is not null)));
end $$;
revoke execute on function bank.post_batch(
    integer, date, timestamptz, bytea, bigint[], bigint[], bigint[], bigint[], bigint[], uuid[], smallint[], bigint[], bigint[], bigint[],
    bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], smallint[], text[], text[], integer[], bigint[], bigint[], jsonb, jsonb,
    date, date[], bigint[], bigint[], integer[], bigint[], smallint[]) from public;
grant execute on function bank.post_batch(
    integer, date, timestamptz, bytea, bigint[], bigint[], bigint[], bigint[], bigint[], uuid[], smallint[], bigint[], bigint[], bigint[],
    bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], smallint[], text[], text[], integer[], bigint[], bigint[], jsonb, jsonb,
    date, date[], bigint[], bigint[], integer[], bigint[], smallint[]) to bkt_silo;
