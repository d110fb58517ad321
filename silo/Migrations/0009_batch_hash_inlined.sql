-- extract(epoch from a timestamptz) is stable, so that PostgreSQL does not inline this function while it is declared immutable: it was parsed and planned again in every batch, an eighth of what a batch of one
-- takes.
alter function bank.batch_hash(bytea, integer, bigint, timestamptz, date, bytea) stable;
