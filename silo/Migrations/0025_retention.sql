-- How long what grows is kept, whatever the settings of a silo say. The settings can only keep it for longer. Ages are days, so that the
-- same number is right in every year. Tables by months lose whole partitions; of the others age_column says how old a row is.
create table bank.retention (
    table_name text primary key,
    kept_min   interval not null check (kept_min >= interval '1 day' and extract(year from kept_min) + extract(month from kept_min) = 0),
    age_column text
);
grant select on bank.retention to bkt_silo;

-- 1827 days are five years, 397 are thirteen months.
insert into bank.retention (table_name, kept_min, age_column) values
    -- Law 9917/2008 against money laundering has a bank keep its records of a customer and of what was done for five years.
    ('audit', '1827 days', null),
    -- Who signed in from where and changed what is part of the same records, and of the proof that a payment was authenticated.
    ('security_event', '1827 days', null),
    -- A customer may dispute a payment for thirteen months (PSD2 art. 71), and an identified caller may have had a phone replaced.
    ('caller_identification', '397 days', null),
    -- Which number got the FNP of a disputed payment, and when.
    ('fnp_message', '397 days', 'sent_at'),
    -- Reported FNPs and locks bear on such a dispute too. An open case has no age.
    ('support_case', '397 days', 'closed_at'),
    -- Attempts of nobody: long enough to look into an attack.
    ('stray_attempt', '7 days', 'at');
