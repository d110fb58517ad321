-- Where pushes of a customer go, beside the state that says so: 1 to Android, 2 to iOS, 0 nowhere; null where nothing was written since.
alter table bank.credentials add column push_platform smallint check (push_platform between 0 and 2);
grant update (push_platform) on bank.credentials to bkt_silo;
