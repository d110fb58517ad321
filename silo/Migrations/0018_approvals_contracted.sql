-- What a request for a second person was before it could be about any change. No silo writes or reads it any more.
--
-- Silos of the version before name floor_minor when they open an account. The right to write it goes with the next version.

-- function: require_audited_approval

drop trigger fill_approval on bank.approval;
drop function bank.fill_approval();
alter table bank.approval
    drop column account_id,
    drop column action,
    drop column floor_minor,
    drop column terms_version;
