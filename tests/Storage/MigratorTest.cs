using Microsoft.Extensions.Options;
using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Dev.Database;
using BktSmart.Ledger;
using BktSmart.Messages;
using BktSmart.Notifications;
using BktSmart.Silo.Migration;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class MigratorTest(TestServer server)
{
    [Fact]
    public async Task MigrateAsync_FourAtOnceAndOnceMore_AppliesEachFileOnce()
    {
        var database = await server.CreateEmptyAsync();
        try
        {
            await using var owner = NpgsqlDataSource.Create(database.OwnerConnectionString);
            var missing = await Migrator.FindMissingAsync(owner, CancellationToken.None);
            var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new Migrator(owner).MigrateAsync(CancellationToken.None)));
            Assert.Equal(missing.Order(), applied.SelectMany(names => names).Order());
            Assert.Empty(await new Migrator(owner).MigrateAsync(CancellationToken.None));
            Assert.Empty(await Migrator.FindMissingAsync(owner, CancellationToken.None));
        }
        finally
        {
            await database.DropAsync();
            await database.DisposeAsync();
        }
    }

    /// <summary>A function that is not inlined is parsed and planned again in every batch.</summary>
    [Fact]
    public async Task BatchHash_InAQuery_IsInlined()
    {
        var database = await server.CreateDatabaseAsync();
        var plan = await TestDatabase.ReadAsync<string>(database.Owner, """
            explain (verbose, format json)
            select bank.batch_hash(hash, chain, number, booked_at, business_date, content_hash) from bank.batch
            """);
        Assert.Contains("sha256(", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("batch_hash(", plan, StringComparison.Ordinal);
    }

    /// <summary>A ledger as the programs before the batches wrote it.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task MigrateAsync_LedgerOfBefore_SurvivesAndIsSound(int last)
    {
        var database = await server.CreateEmptyAsync();
        try
        {
            await MigrateLedgerOfBeforeAsync(database, last);
        }
        finally
        {
            await database.DropAsync();
            await database.DisposeAsync();
        }
    }

    private static async Task MigrateLedgerOfBeforeAsync(LocalDatabase database, int last)
    {
        await using var owner = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await SchemaBefore.ApplyAsync(owner, 1, 2);
        await TestDatabase.ExecuteAsync(owner, """
            insert into bank.customer (customer_number, request_id, national_id, name, phone, language, opened_at)
            values (100000001, gen_random_uuid(), 'J00101001A', 'Arta Hoxha', '+355672000001', 1, now()),
                   (100000002, gen_random_uuid(), 'J00101002A', 'Besnik Dervishi', '+355672000002', 2, now());
            insert into bank.account (
                account_id, account_number, customer_number, currency, request_id, opened_at, floor_minor,
                balance_minor, sequence_number, booked_at)
            overriding system value
            values (101, 'AL30205110070000000000000101', 100000001, 'ALL', gen_random_uuid(), now(), 0,
                    600, 3, '2026-11-20 10:00:02+01'),
                   (102, 'AL03205110070000000000000102', 100000002, 'ALL', gen_random_uuid(), now(), 0,
                    350, 3, '2026-11-23 09:00:00.123456+01'),
                   (103, 'AL73205110070000000000000103', 100000002, 'ALL', gen_random_uuid(), now(), 0,
                    0, 0, '-infinity');
            update bank.account set balance_minor = -950, sequence_number = 2, booked_at = '2026-11-23 09:00:00.123456+01'
             where account_number = 'CASH-ALL';
            insert into bank.transfer (
                transfer_id, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence,
                booked_at, business_date, kind, reason, reference, staff)
            select t.id::uuid, coalesce(t.debit, cash.account_id), t.credit, t.amount, t.debit_sequence, t.credit_sequence,
                   t.at::timestamptz, t.day::date, t.kind, t.reason, t.reference, t.staff
              from (values
                   ('01900000-0000-7000-8000-000000000001', null, 101, 900, 1, 1,
                    '2026-11-20 10:00:00+01', '2026-11-20', 2, null, '', 'teller-1'),
                   ('01900000-0000-7000-8000-000000000002', 101, 102, 100, 2, 1,
                    '2026-11-20 10:00:01+01', '2026-11-20', 1, null, 'qira për nëntor', null),
                   ('01900000-0000-7000-8000-000000000003', 101, 102, 200, 3, 2,
                    '2026-11-20 10:00:02+01', '2026-11-20', 1, null, 'një dhuratë 🎁', null),
                   ('01900000-0000-7000-8000-000000000004', 101, 102, 99999, null, null,
                    '2026-11-20 10:00:02+01', '2026-11-20', 1, 304, 'shumë', null),
                   ('01900000-0000-7000-8000-000000000005', null, 102, 50, 2, 3,
                    '2026-11-23 09:00:00.123456+01', '2026-11-24', 2, null, '', 'teller-2'))
                   as t (id, debit, credit, amount, debit_sequence, credit_sequence, at, day, kind, reason, reference, staff)
             cross join (select account_id from bank.account where account_number = 'CASH-ALL') cash;
            insert into bank.posting (account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at, business_date)
            select p.account, p.sequence, t.transfer_id, p.amount, p.balance, t.booked_at, t.business_date
              from bank.transfer t
             cross join lateral (values
                   (t.debit_account_id, t.debit_sequence, -t.amount_minor,
                    case t.debit_sequence
                        when 1 then -900
                        when 2 then case t.debit_account_id when 101 then 800 else -950 end
                        else 600
                    end),
                   (t.credit_account_id, t.credit_sequence, t.amount_minor,
                    case t.credit_account_id
                        when 101 then 900
                        else case t.credit_sequence when 1 then 100 when 2 then 300 else 350 end
                    end)) as p (account, sequence, amount, balance)
             where t.reason is null;
            insert into bank.event (queue, customer_number, account_id, sequence_number)
            values (100000002 % 8, 100000002, 102, 2), (100000002 % 8, 100000002, 102, 3);
            insert into bank.notification (
                customer_number, number, account_id, sequence_number, category, title, body, created_at, push_settled_at, read_at)
            values (100000001, 1, 101, 1, 1, 'Depozitë', 'Hyrje', now(), now(), now()),
                   (100000001, 2, 101, 2, 1, 'Pagesë', 'Dalje', now(), now(), null),
                   (100000001, 3, 101, 3, 1, 'Pagesë', 'Dalje', now(), null, null),
                   (100000002, 1, 102, 1, 1, 'Transaction', 'Incoming', now(), now(), null);
            """);
        await TestDatabase.ExecuteAsync(owner, """
            insert into orleans.storage (service_id, state_name, grain_id_n0, grain_id_n1, key_extension, payload, version, modified_at)
            select 'bktsmart', s.name, 0, 0, s.key, convert_to(s.state, 'UTF8'), 3, now()
              from (values
                   ('credentials', 'customer-100000001',
                    '{"PasswordHash":"$argon2id$v=19$m=19456,t=2,p=1$AAAA$BBBB","PasswordSetAt":"2026-11-01T09:00:00+00:00",'
                    || '"LastDevice":{"Id":"0198c2a4-0000-7000-8000-00000000000d","Name":"Arta","Platform":2,"PushToken":"push"},'
                    || '"Sessions":["0198c2a4-0000-7000-8000-00000000000e"]}'),
                   ('credentials', 'customer-100000002',
                    '{"PasswordHash":"$argon2id$v=19$m=19456,t=2,p=1$CCCC$DDDD","PasswordSetAt":"2026-11-02T09:00:00+00:00",'
                    || '"LastDevice":null,"Sessions":[]}'),
                   ('session', 'session-0198c2a400007000800000000000000e', '{}')) as s (name, key, state)
            """);
        const string Notifications =
            "(select customer_number, number, account_id, sequence_number, category, title, body, created_at, read_at "
            + "from bank.notification) n";
        var notifications = await RowsAsync(owner, Notifications);
        const string Postings =
            "(select account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at, business_date "
            + "from bank.posting) p";
        var postings = await RowsAsync(owner, Postings);

        await SchemaBefore.ApplyAsync(owner, 3, last);
        Assert.Equal(
            MigrationFiles.Embedded.Numbered.Skip(last).Concat(MigrationFiles.Embedded.Functions).Select(file => file.Name),
            await new Migrator(owner).MigrateAsync(CancellationToken.None));

        Assert.Equal(notifications, await RowsAsync(owner, Notifications));
        Assert.Equal(postings, await RowsAsync(owner, Postings));
        await using var silo = new NpgsqlDataSourceBuilder(database.SiloConnectionString).MapLedgerTypes().Build();
        var report = await new LedgerVerifier(silo).VerifyAsync(CancellationToken.None);
        Assert.True(report.Violations.Count == 0, string.Join('\n', report.Violations));
        Assert.Equal((4, 5, 8), (report.Batches, report.Transfers, report.Postings));

        // What was decided under an id is answered as before.
        var store = new LedgerStore(silo, new LedgerIdentity("test"), Options.Create(new LedgerOptions()));
        var payment = await store.FindAsync(IdOf(3), CancellationToken.None);
        Assert.Equal(
            ("një dhuratë 🎁", 200, new LegEffect(3, 600, 0, 2, 300, 0)),
            (payment!.Order.Reference, payment.Order.Amount.Minor, payment.First));
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 9, 0, 2, TimeSpan.Zero), payment.BookedAt);
        // Nobody was asked for an approval then.
        Assert.Null(payment.Approval);
        Assert.Equal(0, await TestDatabase.ReadAsync<long>(owner, "select count(*) from bank.transfer where approval is not null"));
        Assert.Equal(Reason.InsufficientFunds, (await store.FindAsync(IdOf(4), CancellationToken.None))!.Answer?.Reason);
        Assert.Equal(
            ("teller-2", new DateOnly(2026, 11, 24)),
            await store.FindAsync(IdOf(5), CancellationToken.None) is { } deposit
                ? (deposit.Order.Originator.Staff, deposit.BusinessDate)
                : default);

        // What was not delivered still is.
        var waiting = await Bank.EventsOf(silo).ReadAsync(new EventQuestion(LedgerEventQueues.Of(100_000_002), [], 10));
        Assert.Equal((102, 3), waiting.SelectMany(row => row.Events).Select(e => (e.AccountId, e.SequenceNumber)).Single());
        Assert.Empty(await Bank.EventsOf(silo).ReadAsync(new EventQuestion(LedgerEventQueues.Of(100_000_001), [], 10)));

        // Customers keep their passwords and the device of the last sign-in; sessions are not taken over.
        var credentials = new CredentialsStore(silo);
        var (arta, version) = await credentials.ReadAsync(CustomerNumber.From(100_000_001), CancellationToken.None);
        Assert.Equal((1, "$argon2id$v=19$m=19456,t=2,p=1$AAAA$BBBB", 1), (version, arta.PasswordHash, arta.PasswordSetAt!.Value.Day));
        Assert.Equal(
            new Device(Guid.Parse("0198c2a4-0000-7000-8000-00000000000d"), "Arta", DevicePlatform.Ios, "push"),
            arta.LastDevice!.ToDevice());
        Assert.Equal(
            arta.LastDevice.Id,
            await TestDatabase.ReadAsync<Guid>(silo, "select device_id from bank.push_device(100000001)"));
        Assert.Equal(
            (3, 1),
            (
                await Bank.InboxesOf(silo).ReadPositionAsync(new InboxSource(CustomerNumber.From(100_000_001), 101)),
                await Bank.InboxesOf(silo).ReadPositionAsync(new InboxSource(CustomerNumber.From(100_000_002), 102))));
        Assert.Empty(arta.Sessions);
        var (besnik, _) = await credentials.ReadAsync(CustomerNumber.From(100_000_002), CancellationToken.None);
        Assert.Equal((null, 0), (besnik.LastDevice, besnik.Devices.Count));
        Assert.Equal(2, (await credentials.ListToRemindAsync(DateTimeOffset.MaxValue, 10, CancellationToken.None)).Count);
        Assert.Equal(0, await TestDatabase.ReadAsync<long>(owner, "select count(*) from orleans.storage"));

        // And the ledger goes on.
        var poster = new LedgerPoster(store, Bank.NewCache(), TimeProvider.System, TestPayments.Free);
        TransferOrder[] orders =
        [
            new(new TransferId(Guid.CreateVersion7()), TransferKind.Payment, 101, 103, new Money(600, Bank.All), "", Originator.Customer),
            new(IdOf(2), TransferKind.Payment, 101, 102, new Money(100, Bank.All), "qira për nëntor", Originator.Customer),
        ];
        var decisions = (await poster.PostAsync(orders, CancellationToken.None)).Decisions;
        Assert.Equal(
            [new LegEffect(4, 0, 0, 1, 600, 0), new LegEffect(2, 800, 0, 1, 100, 0)],
            decisions.Select(decision => decision.Recorded!.First));
        Assert.Equal((PaymentApproval.LowValue, null), (decisions[0].Recorded!.Approval, decisions[1].Recorded!.Approval));
        report = await new LedgerVerifier(silo).VerifyNewAsync(CancellationToken.None);
        Assert.True(report is { Whole: false, Violations.Count: 0 }, string.Join('\n', report.Violations));

        static TransferId IdOf(int number) => new(Guid.Parse($"01900000-0000-7000-8000-{number:000000000000}"));
    }

    private static Task<string> RowsAsync(NpgsqlDataSource source, string table) =>
        TestDatabase.ReadAsync<string>(source, $"select string_agg({table[^1]}::text, '/' order by {table[^1]}::text) from {table}");
}
