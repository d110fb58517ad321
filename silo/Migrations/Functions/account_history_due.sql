-- What the history of these accounts lacks, in the order in which the caller inserts it. hash: SHA-256 over the hash of the entry
-- before it (of the first one: over nothing) and the fields from number to closed as text, in UTF-8, with | between them. Until the
-- end of the transaction nobody else writes an entry.
create or replace function bank.account_history_due(accounts bigint[]) returns setof bank.account_history
language plpgsql
set search_path = ''
as $$
declare
    last_number bigint;
    last_hash bytea;
    entry bank.account_history;
begin
    perform pg_catalog.pg_advisory_xact_lock(7310022);
    -- account_history_pkey, backwards
    select number, hash into last_number, last_hash from bank.account_history order by number desc limit 1;
    if not found then
        select 0, sha256('') into last_number, last_hash;
    end if;
    for entry in
        -- account_pkey, account_terms_pkey, one_entry_a_version
        select 0, a.account_id, t.version, a.account_number, a.customer_number, a.currency, t.sequence_number, t.floor_minor, t.frozen,
               t.closed, null
          from bank.account a
         cross join lateral (
               select 0 as version, 0 as sequence_number, case when a.customer_number is not null then 0 end as floor_minor,
                      0::smallint as frozen, false as closed
                union all
               select version, sequence_number, floor_minor, frozen, closed from bank.account_terms where account_id = a.account_id) t
         where a.account_id = any (accounts)
           and not exists (select from bank.account_history h where h.account_id = a.account_id and h.version = t.version)
         order by a.account_id, t.version
    loop
        last_number := last_number + 1;
        last_hash := sha256(last_hash || convert_to(format(
            '%s|%s|%s|%s|%s|%s|%s|%s|%s|%s', last_number, entry.account_id, entry.version, entry.account_number, entry.customer_number,
            entry.currency, entry.sequence_number, entry.floor_minor, entry.frozen, entry.closed), 'UTF8'));
        entry.number := last_number;
        entry.hash := last_hash;
        return next entry;
    end loop;
end $$;
revoke execute on function bank.account_history_due(bigint[]) from public;
