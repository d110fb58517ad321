using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Storage;

/// <summary>
/// A ledger with something of everything: every kind of transfer, booked and refused, open and settled holds, changed terms, three chains,
/// accounts that were notified and some that wait. A part of it is proven, the rest is new. It can be corrupted and restored.
/// </summary>
public sealed class FullLedger(TestServer server) : IAsyncLifetime
{
    private static readonly string[] Tables =
    [
        "account", "account_history", "account_terms", "batch", "chain", "customer_event", "event", "event_set_aside", "inbox",
        "inbox_position", "leg", "notification", "open_hold", "posting", "transfer", "transfer_detail", "verification",
    ];

    private readonly Dictionary<string, string> _places = [];
    private Bank? _bank;

    internal Bank Bank => _bank ?? throw new InvalidOperationException("The ledger is not written yet.");

    public async ValueTask InitializeAsync()
    {
        var bank = _bank = new Bank(await server.CreateDatabaseAsync());
        var payer = Name("payer", await bank.OpenAccountAsync(100_000));
        var payee = Name("payee", await bank.OpenAccountAsync(1_000));
        var euro = Name("euro", await bank.OpenAccountAsync(50_000, "EUR"));
        var debtor = Name("debtor", await bank.OpenAccountAsync());
        var late = Name("late", await bank.OpenAccountAsync());
        Name("empty", await bank.OpenAccountAsync());
        var fees = Name("fees", await bank.OwnAccountAsync("FEES-ALL"));
        Name("cash", await bank.OwnAccountAsync("CASH-ALL"));
        Name("old", await bank.BookAsync(Bank.Payment(payer, payee, 10)));
        await bank.AssertSoundAsync();

        var (payment, refused) = (Bank.Payment(payer, payee, 300, reference: "qira për nëntor"), Bank.Payment(payer, payee, 9_999_999));
        await bank.PostAsync([payment, refused], CancellationToken.None);
        Name("payment", payment.Id);
        Name("refused", refused.Id);

        var nextYear = DateTimeOffset.UtcNow.AddDays(300);
        var held = Name("held", await bank.BookAsync(Bank.Hold(payer, payee, 500, nextYear)));
        var freed = Name("freed", await bank.BookAsync(Bank.Hold(payer, payee, 400, nextYear)));
        Name("open", await bank.BookAsync(Bank.Hold(payer, payee, 700, nextYear)));
        Name("posted", await bank.BookAsync(Bank.EndHold(TransferKind.HoldPosting, held, 200)));
        Name("release", await bank.BookAsync(Bank.EndHold(TransferKind.HoldRelease, freed)));

        var linked = Name("linked", await bank.BookAsync(Bank.Linked([(payer, payee, 1_000), (payer, fees, 25)])));
        var refusedLinked = Bank.Linked([(payer, payee, 1), (payee, payer, 9_999_999)]);
        Assert.NotNull((await bank.PostOneAsync(refusedLinked)).Refusal);
        Name("refused-linked", refusedLinked.Id);
        var exchange = Bank.Payment(euro, await bank.OwnAccountAsync("POSITION-EUR"), 100) with
        {
            Kind = TransferKind.Exchange,
            FurtherLegs = [new FurtherLeg((await bank.OwnAccountAsync("POSITION-ALL")).Id, payer.Id, new Money(9_850, payer.Currency))],
            ExchangeRate = 98.50m,
        };
        Name("exchange", await bank.BookAsync(exchange));
        Name("reversal", await bank.BookAsync(Bank.Reversal(linked)));

        Assert.True((await bank.ChangeTermsAsync(debtor, terms => terms with { FloorMinor = -5_000 })).Succeeded);
        Name("overdraft", await bank.BookAsync(Bank.Payment(debtor, payee, 3_000)));
        await bank.BookAsync(Bank.Payment(payee, debtor, 3_000));
        Assert.True((await bank.ChangeTermsAsync(debtor, terms => terms with { FloorMinor = 0 })).Succeeded);
        Assert.True((await bank.ChangeTermsAsync(euro, terms => terms with { Freeze = AccountFreeze.Debits })).Succeeded);

        await bank.SetLimitsAsync(debtor, new PaymentLimits(100, 100, 100));
        var beyond = Bank.Payment(debtor, payee, 101);
        Assert.Equal(Reason.PaymentLimitExceeded, (await bank.PostOneAsync(beyond)).Refusal?.Reason);
        Name("beyond", beyond.Id);

        await bank.TellAllAsync();
        await TestDatabase.ExecuteAsync(bank.Database.Owner, "delete from bank.event");

        // Another silo, and then a third, whose chain begins with the end of the one before.
        var other = bank.OtherPoster();
        Name("first-of-other", await bank.BookAsync(Bank.Payment(payer, payee, 40), other));
        Name("last", await bank.BookAsync(Bank.Payment(payer, payee, 41), other));
        Name("of-third", await bank.BookAsync(
            new TransferOrder(
                new TransferId(Guid.CreateVersion7()), TransferKind.CashDeposit, (await bank.OwnAccountAsync("CASH-ALL")).Id, late.Id,
                new Money(5, late.Currency), "", Originator.Of(new StaffMember("teller-1"))),
            bank.OtherPoster()));

        foreach (var table in (string[])
        [
            .. Tables.Select(table => $"create table kept.{table} as table bank.{table}").Prepend("create schema kept"),
        ])
            await TestDatabase.ExecuteAsync(bank.Database.Corruptor, table);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Makes the ledger what it was after the start, without a trace in the statistics.</summary>
    internal async Task RestoreAsync()
    {
        var sql = string.Join(
            ";\n", Tables.Select(table => $"truncate bank.{table}; insert into bank.{table} overriding system value table kept.{table}"));
        await TestDatabase.ExecuteAsync(Bank.Database.Corruptor, sql);
        await FlushStatisticsAsync();
        await TestDatabase.ExecuteAsync(Bank.Database.Corruptor, "select pg_stat_reset()");
    }

    /// <summary>Runs a statement in which <c>{name}</c> stands for an id.</summary>
    internal async Task CorruptAsync(string sql)
    {
        foreach (var (name, id) in _places)
            sql = sql.Replace($"{{{name}}}", id, StringComparison.Ordinal);
        Assert.DoesNotContain("{", sql, StringComparison.Ordinal);
        Assert.True(await TestDatabase.ExecuteAsync(Bank.Database.Corruptor, sql) != 0, $"Nothing was corrupted by {sql}");
    }

    /// <summary>Counters of changed rows are published when a connection has been quiet for a while; not a moment later here.</summary>
    internal Task FlushStatisticsAsync() => TestDatabase.ExecuteAsync(Bank.Database.Corruptor, "select pg_stat_force_next_flush()");

    private AccountRegistration Name(string name, AccountRegistration account)
    {
        _places.Add(name, account.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return account;
    }

    private TransferOrder Name(string name, RecordedTransfer transfer)
    {
        Name(name, transfer.Id);
        return transfer.Order;
    }

    private void Name(string name, TransferId id) => _places.Add(name, $"'{id}'::uuid");
}
