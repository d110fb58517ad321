-- The tables of the Orleans 10.4 ADO.NET providers: ours, with real keys. The providers hold no SQL: they read it from
-- OrleansQuery, run it with named parameters and read results by column name.

create schema orleans;
grant usage on schema orleans to bkt_silo;

create table orleans.orleansquery (
    querykey  text primary key,
    querytext text not null
);
grant select on orleans.orleansquery to bkt_silo;

-- Persistence -----------------------------------------------------------------------------------------------------------

-- The hashes that the provider offers for lookup are not stored: the primary key is the lookup. A null key extension (a grain with a
-- number or GUID for a key) is stored as '', which no extension is, so that the key is a plain one and two first writes cannot both win.
create table orleans.storage (
    service_id    text not null,
    state_name    text not null,
    grain_id_n0   bigint not null,
    grain_id_n1   bigint not null,
    key_extension text not null,
    payload       bytea,
    version       integer not null,
    modified_at   timestamptz not null,
    primary key (service_id, state_name, grain_id_n0, grain_id_n1, key_extension)
) with (fillfactor = 70);
-- For the sweep of what has ended by itself; partial, so that other state keeps its cheap updates.
create index storage_of_sessions on orleans.storage (modified_at) where state_name in ('fnp-session', 'session');
grant select, insert, update, delete on orleans.storage to bkt_silo;

insert into orleans.orleansquery (querykey, querytext) values
('ReadFromStorageKey', '
select payload as PayloadBinary, modified_at, version as Version
  from orleans.storage
 where service_id = @ServiceId
   and state_name = @GrainTypeString
   and grain_id_n0 = @GrainIdN0
   and grain_id_n1 = @GrainIdN1
   and key_extension = coalesce(@GrainIdExtensionString::text, '''')'),

('WriteToStorageKey', '
with updated as (
    update orleans.storage
       set payload = @PayloadBinary, version = version + 1, modified_at = now()
     where @GrainStateVersion::integer is not null
       and service_id = @ServiceId
       and state_name = @GrainTypeString
       and grain_id_n0 = @GrainIdN0
       and grain_id_n1 = @GrainIdN1
       and key_extension = coalesce(@GrainIdExtensionString::text, '''')
       and version = @GrainStateVersion::integer
    returning version
), inserted as (
    insert into orleans.storage (service_id, state_name, grain_id_n0, grain_id_n1, key_extension, payload, version, modified_at)
    select @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString::text, ''''), @PayloadBinary, 1, now()
     where @GrainStateVersion::integer is null
    on conflict do nothing
    returning version
)
select coalesce((select version from updated), (select version from inserted), @GrainStateVersion::integer) as NewGrainStateVersion'),

('ClearStorageKey', '
with cleared as (
    update orleans.storage
       set payload = null, version = version + 1, modified_at = now()
     where service_id = @ServiceId
       and state_name = @GrainTypeString
       and grain_id_n0 = @GrainIdN0
       and grain_id_n1 = @GrainIdN1
       and key_extension = coalesce(@GrainIdExtensionString::text, '''')
       and version = @GrainStateVersion::integer
    returning version
)
select coalesce((select version from cleared), @GrainStateVersion::integer) as NewGrainStateVersion'),

('DeleteStorageKey', '
with deleted as (
    delete from orleans.storage
     where service_id = @ServiceId
       and state_name = @GrainTypeString
       and grain_id_n0 = @GrainIdN0
       and grain_id_n1 = @GrainIdN1
       and key_extension = coalesce(@GrainIdExtensionString::text, '''')
       and version = @GrainStateVersion::integer
    returning version + 1 as version
)
select coalesce((select version from deleted), @GrainStateVersion::integer) as NewGrainStateVersion');

-- Clustering ------------------------------------------------------------------------------------------------------------

create table orleans.membership_version (
    deployment_id text primary key,
    version       integer not null,
    changed_at    timestamptz not null
);

create table orleans.membership (
    deployment_id text not null references orleans.membership_version,
    address       text not null,
    port          integer not null,
    generation    integer not null,
    silo_name     text not null,
    host_name     text not null,
    status        integer not null,
    proxy_port    integer,
    suspect_times text,
    start_time    timestamptz(3) not null,
    i_am_alive_time timestamptz(3) not null,
    primary key (deployment_id, address, port, generation)
);
grant select, insert, update, delete on orleans.membership_version, orleans.membership to bkt_silo;

-- The version row is the fence of a change: it is locked first, and whoever waited for it sees another version and changes nothing.
insert into orleans.orleansquery (querykey, querytext) values
('InsertMembershipVersionKey', '
with inserted as (
    insert into orleans.membership_version (deployment_id, version, changed_at)
    values (@DeploymentId, 0, now())
    on conflict do nothing
    returning 1
)
select count(*)::integer from inserted'),

('InsertMembershipKey', '
with bumped as (
    update orleans.membership_version
       set version = version + 1, changed_at = now()
     where deployment_id = @DeploymentId
       and version = @Version
       and not exists (
           select from orleans.membership
            where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation)
    returning 1
), inserted as (
    insert into orleans.membership (
        deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
    select @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
      from bumped
    returning 1
)
select count(*)::integer from inserted'),

('UpdateMembershipKey', '
with bumped as (
    update orleans.membership_version
       set version = version + 1, changed_at = now()
     where deployment_id = @DeploymentId
       and version = @Version
       and exists (
           select from orleans.membership
            where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation)
    returning 1
), updated as (
    update orleans.membership
       set status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
     where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
       and exists (select from bumped)
    returning 1
)
select count(*)::integer from updated'),

('UpdateIAmAlivetimeKey', '
update orleans.membership
   set i_am_alive_time = @IAmAliveTime
 where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation'),

('MembershipReadRowKey', '
select v.deployment_id as DeploymentId, m.address as Address, m.port as Port, m.generation as Generation, m.silo_name as SiloName,
       m.host_name as HostName, m.status as Status, m.proxy_port as ProxyPort, m.suspect_times as SuspectTimes,
       m.start_time as StartTime, m.i_am_alive_time as IAmAliveTime, v.version as Version
  from orleans.membership_version v
  left join orleans.membership m
    on m.deployment_id = v.deployment_id and m.address = @Address and m.port = @Port and m.generation = @Generation
 where v.deployment_id = @DeploymentId'),

('MembershipReadAllKey', '
select v.deployment_id as DeploymentId, m.address as Address, m.port as Port, m.generation as Generation, m.silo_name as SiloName,
       m.host_name as HostName, m.status as Status, m.proxy_port as ProxyPort, m.suspect_times as SuspectTimes,
       m.start_time as StartTime, m.i_am_alive_time as IAmAliveTime, v.version as Version
  from orleans.membership_version v
  left join orleans.membership m on m.deployment_id = v.deployment_id
 where v.deployment_id = @DeploymentId'),

('GatewaysQueryKey', '
select address as Address, proxy_port as ProxyPort, generation as Generation
  from orleans.membership
 where deployment_id = @DeploymentId and status = @Status and proxy_port > 0'),

('DeleteMembershipTableEntriesKey', '
with silos as (delete from orleans.membership where deployment_id = @DeploymentId)
delete from orleans.membership_version where deployment_id = @DeploymentId'),

('CleanupDefunctSiloEntriesKey', '
delete from orleans.membership
 where deployment_id = @DeploymentId and status <> 3 and i_am_alive_time < @IAmAliveTime');

-- Reminders -------------------------------------------------------------------------------------------------------------

create table orleans.reminder (
    service_id    text not null,
    grain_id      text not null,
    reminder_name text not null,
    start_time    timestamptz(3) not null,
    period        bigint not null,
    grain_hash    integer not null,
    version       integer not null,
    primary key (service_id, grain_id, reminder_name)
);
create index reminder_by_hash on orleans.reminder (service_id, grain_hash);
grant select, insert, update, delete on orleans.reminder to bkt_silo;

insert into orleans.orleansquery (querykey, querytext) values
('UpsertReminderRowKey', '
insert into orleans.reminder (service_id, grain_id, reminder_name, start_time, period, grain_hash, version)
values (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
on conflict (service_id, grain_id, reminder_name) do update
   set start_time = excluded.start_time, period = excluded.period, grain_hash = excluded.grain_hash,
       version = orleans.reminder.version + 1
returning version as Version'),

('ReadReminderRowKey', '
select grain_id as GrainId, reminder_name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans.reminder
 where service_id = @ServiceId and grain_id = @GrainId and reminder_name = @ReminderName'),

('ReadReminderRowsKey', '
select grain_id as GrainId, reminder_name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans.reminder
 where service_id = @ServiceId and grain_id = @GrainId'),

('ReadRangeRows1Key', '
select grain_id as GrainId, reminder_name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans.reminder
 where service_id = @ServiceId and grain_hash > @BeginHash and grain_hash <= @EndHash'),

('ReadRangeRows2Key', '
select grain_id as GrainId, reminder_name as ReminderName, start_time as StartTime, period as Period, version as Version
  from orleans.reminder
 where service_id = @ServiceId and (grain_hash > @BeginHash or grain_hash <= @EndHash)'),

('DeleteReminderRowKey', '
with deleted as (
    delete from orleans.reminder
     where service_id = @ServiceId and grain_id = @GrainId and reminder_name = @ReminderName and version = @Version
    returning 1
)
select count(*)::integer from deleted'),

('DeleteReminderRowsKey', '
delete from orleans.reminder where service_id = @ServiceId');
