-- What silos of the version before the last called, and what they alone had a right to.

-- bank.post_batch for orders that have neither an originator nor a last moment.
drop function if exists bank.post_batch(
    integer, date, date, timestamptz, bytea,
    bank.batch_account[], bank.batch_transfer[], bank.batch_leg[], bank.batch_detail[], bigint);
drop type bank.batch_transfer;

-- Only bank.write_inboxes stores notifications, and moves the positions itself.
drop trigger move_position on bank.notification;
drop function bank.move_position();
revoke insert, update (push_settled_at) on bank.notification from bkt_silo;

-- Hints are written and deleted by functions with the rights of the owner.
revoke delete on bank.event from bkt_silo;
revoke usage on sequence bank.event_id from bkt_silo;

-- Nobody in the silo looks at the attempts of strays. bank.forget_rows deletes the old ones.
revoke select, delete on bank.stray_attempt from bkt_silo;

-- An account opens without naming its floor: see bank.refuse_credit.
revoke insert (floor_minor) on bank.account from bkt_silo;
