-- Signing in. What decides who gets in is one row a customer, with a version as the fence against a second activation. The
-- customer's security log, the end of sessions and the entry in the audit trail are written with it, in one transaction, so
-- that none of them can be missing.

-- The state is JSON that the silo reads and writes as a whole. Its epoch counts what makes everything that was begun before
-- worthless: a new phone, a suspended one, a lock, a new password. It is here, too, because an SMS must not go out under an old
-- one. When the customer is to be reminded that the password ends, is here because that is looked for.
create table bank.credentials (
    customer_number integer primary key references bank.customer,
    version         bigint not null check (version > 0),
    epoch           integer not null check (epoch >= 0),
    fnp_allowed     boolean not null,
    remind_at       timestamptz,
    state           jsonb not null
) with (fillfactor = 60);
create index credentials_to_remind on bank.credentials (remind_at) where remind_at is not null;
grant select, insert, update (version, epoch, fnp_allowed, remind_at, state) on bank.credentials to bkt_silo;

-- A first step for somebody whom the bank does not know costs the same writes as one for a customer, so that time tells
-- nothing: an update here, and an insert below.
create table bank.decoy (
    bucket  smallint primary key check (bucket between 0 and 4095),
    version bigint not null,
    state   jsonb not null
) with (fillfactor = 60);
insert into bank.decoy (bucket, version, state) select bucket, 1, '{}' from generate_series(0, 4095) as bucket;
grant select, update (version, state) on bank.decoy to bkt_silo;

-- Attempts that were not looked at: with an identifier that no customer has, with a wrong card, or while the customer is locked
-- or strangers are shut out. Swept after some weeks.
create table bank.stray_attempt (
    attempt_id  bigint generated always as identity primary key,
    at          timestamptz not null,
    kind        smallint not null,
    device_id   uuid,
    device_name text,
    origin      text
);
create index stray_attempt_by_time on bank.stray_attempt (at);
grant select, insert, delete on bank.stray_attempt to bkt_silo;

-- The customer's own security log. The origin is an address without its last part.
create table bank.security_event (
    event_id        bigint generated always as identity primary key,
    customer_number integer not null references bank.customer,
    at              timestamptz not null,
    kind            smallint not null,
    device_id       uuid,
    device_name     text,
    origin          text
);
create index security_event_by_customer on bank.security_event (customer_number, event_id);
grant select, insert on bank.security_event to bkt_silo;
create trigger append_only before update or delete or truncate on bank.security_event
    for each statement execute function bank.refuse_change();

-- Sessions that ended before their tokens do. API nodes read what is new here several times a second; rows are swept when no
-- access token can be older.
create table bank.revoked_session (
    session_id uuid primary key,
    revoked_at timestamptz not null
);
create index revoked_session_by_time on bank.revoked_session (revoked_at);
grant select, insert, delete on bank.revoked_session to bkt_silo;

-- Every SMS with an FNP, without the FNP: what became of it, and under which reference the customer can report it.
create table bank.fnp_message (
    message_id      uuid primary key,
    reference       text not null,
    session_id      uuid not null,
    customer_number integer not null references bank.customer,
    phone           text not null,
    purpose         smallint not null,
    sent_at         timestamptz not null,
    state           smallint not null,
    state_at        timestamptz not null,
    reported_at     timestamptz
);
create index fnp_message_by_phone on bank.fnp_message (phone, sent_at);
create index fnp_message_by_reference on bank.fnp_message (reference, sent_at);
create index fnp_message_by_session on bank.fnp_message (session_id, sent_at);
create index fnp_message_by_customer on bank.fnp_message (customer_number, sent_at);
grant select, insert, update (state, state_at, reported_at) on bank.fnp_message to bkt_silo;

-- What the contact centre has to look into.
create table bank.support_case (
    case_id         bigint generated always as identity primary key,
    customer_number integer not null references bank.customer,
    kind            smallint not null,
    opened_at       timestamptz not null,
    closed_at       timestamptz
);
create index support_case_open on bank.support_case (case_id) where closed_at is null;
grant select, insert, update (closed_at) on bank.support_case to bkt_silo;

-- Whom a member of staff asked on the telephone, and whether the answers were right.
create table bank.caller_identification (
    identification_id bigint generated always as identity primary key,
    customer_number   integer not null references bank.customer,
    staff             text not null,
    at                timestamptz not null,
    recognised        boolean not null
);
create index caller_identification_by_customer on bank.caller_identification (customer_number, staff, at);
grant select, insert on bank.caller_identification to bkt_silo;
create trigger append_only before update or delete or truncate on bank.caller_identification
    for each statement execute function bank.refuse_change();

-- A branch registers another phone number.
grant update (phone) on bank.customer to bkt_silo;

-- What the actors stored so far. Sessions are not taken over: their owners sign in again.
-- Reminders are due now, as far as the database knows; the actors know better, and put it right.
insert into bank.credentials (customer_number, version, epoch, fnp_allowed, remind_at, state)
select substr(s.key_extension, length('customer-') + 1)::integer, 1, 0, true, now(),
       (old.state - 'Sessions' - 'LastDevice')
       || case when jsonb_typeof(old.state -> 'LastDevice') = 'object'
               then jsonb_build_object(
                   'LastDeviceId', old.state -> 'LastDevice' -> 'Id',
                   'Devices', jsonb_build_array(old.state -> 'LastDevice'))
               else '{}' end
  from orleans.storage s
 cross join lateral (select convert_from(s.payload, 'UTF8')::jsonb as state) old
 where s.state_name = 'credentials'
   and s.payload is not null;
delete from orleans.storage where state_name in ('credentials', 'session', 'fnp-session');
