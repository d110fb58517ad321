-- Name and NID of a customer can be corrected, by two persons: bank.correct_customer makes what a confirmed request says. The
-- version moves on with each correction.
alter table bank.customer add column version bigint not null default 0;
