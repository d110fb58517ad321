-- The hash that chains a batch to the one before it: bank.batch says what it is taken over.
--
-- Stable, because extract(epoch from a timestamptz) is: declared immutable, the function would not be inlined, and would be
-- parsed and planned again in every batch. That took an eighth of a batch of one.
create or replace function bank.batch_hash(
    previous bytea, chain integer, number bigint, booked_at timestamptz, business_date date, content bytea) returns bytea
language sql stable as $$
    select sha256(previous || int8send(chain) || int8send(number) || int8send((extract(epoch from booked_at) * 1000000)::bigint)
        || int8send(business_date - date '2000-01-01') || content)
$$;
