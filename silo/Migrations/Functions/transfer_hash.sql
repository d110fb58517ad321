-- What SHA-256 is taken over for one transfer without further legs: see TransferHash in the silo. The reference goes in by its
-- own hash, because its length varies.
create or replace function bank.transfer_hash(
    transfer_id uuid, kind smallint, debit bigint, credit bigint, amount bigint, debit_sequence bigint, credit_sequence bigint,
    reason smallint, reference text) returns bytea
language sql immutable as $$
    select sha256(uuid_send(transfer_id) || int8send(kind) || int8send(debit) || int8send(credit) || int8send(amount)
        || int8send(coalesce(debit_sequence, 0)) || int8send(coalesce(credit_sequence, 0)) || int8send(coalesce(reason, 0))
        || sha256(convert_to(reference, 'UTF8')))
$$;
