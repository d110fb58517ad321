-- The entries of the audit trail about a request for a second person: bank.require_audited_approval looks them up at each commit.

-- step: index
create index concurrently audit_by_approval on bank.audit ((detail ->> 'approval')) where detail ? 'approval';
