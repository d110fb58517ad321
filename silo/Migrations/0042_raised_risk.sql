-- After a reported FNP each payment of the customer needs one, also to those who else need none: before this day in Tirana. Null for
-- as usual. The same on all accounts of a customer, and decided with the batch, under the fence of the account's version. What the
-- customer's credentials say is the truth, of which this is the copy that bank.raise_risk makes.

-- Whoever began with the function that the last file replaced is done when this lock is given.
select pg_advisory_xact_lock(7310020);
alter table bank.account add column risk_raised_until date;
grant insert (risk_raised_until) on bank.account to bkt_silo;
-- function: lock_accounts
