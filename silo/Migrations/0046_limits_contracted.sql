-- What silos of the version before the last called: bank.post_batch without limits.
drop function if exists bank.post_batch(
    integer, date, date, timestamptz, timestamptz, integer, bytea,
    bank.batch_account[], bank.batch_order[], bank.batch_leg[], bank.batch_detail[], bigint);
