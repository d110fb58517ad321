using System.Globalization;
using BktSmart.Staff.V1;
using BktSmart.V1;
using Google.Protobuf;

namespace BktSmart.Faults;

/// <summary>What must hold after any fault, seen through the API, in the tables, and by the silo's own proof.</summary>
internal static class Aftermath
{
    private const int PageSize = 200;
    private const int ReadersMax = 16;
    private static readonly TimeSpan DeliveryPatience = TimeSpan.FromMinutes(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task AssertAsync(FaultBank fault, Traffic traffic)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ReadersMax, CancellationToken = Stop };
        await Parallel.ForEachAsync(traffic.Outcomes, parallel, (outcome, _) => AssertOutcomeStandsAsync(outcome));
        await Parallel.ForEachAsync(traffic.DeskOutcomes, parallel, (outcome, _) => AssertOutcomeStandsAsync(fault.Bank, outcome));
        var lists = await AssertAccountsAsync(fault, traffic.Outcomes);
        HistoryCheck.Assert(
            [.. fault.Accounts.Select(account => account.Account.Name)],
            fault.Accounts.Count * FaultBank.DepositMinorUnits,
            traffic.Acknowledged,
            traffic.Readings,
            lists);
        await AssertNotificationsAsync(fault.Bank);
        var verified = await fault.Bank.VerifyAsync();
        Assert.True(verified.ExitCode == 0, verified.Output);
    }

    private static async ValueTask AssertOutcomeStandsAsync(Traffic.Outcome outcome)
    {
        var name = $"transfers/{outcome.Request.TransferId}";
        if (outcome.Answer is not { } answer)
        {
            Assert.Equal(outcome.Reason, (await Refused.ByAsync(() => outcome.Payer.App.GetTransferAsync(name, Stop))).Reason);
            return;
        }

        var now = await outcome.Payer.App.GetTransferAsync(name, Stop);
        Assert.True(answer.ToByteString() == now.ToByteString(), $"{name} was {answer} and is now {now}.");
    }

    private static async ValueTask AssertOutcomeStandsAsync(TestBank bank, Traffic.DeskOutcome outcome)
    {
        if (outcome.Answer is not { } answer)
        {
            Assert.Equal(outcome.Reason, (await Refused.ByAsync(outcome.Repeat)).Reason);
            return;
        }

        foreach (var now in (LedgerTransfer[])[await bank.Operations.GetTransferAsync(answer.Name, Stop), await outcome.Repeat()])
            Assert.True(answer.ToByteString() == now.ToByteString(), $"{answer.Name} was {answer} and is now {now}.");
    }

    /// <returns>All transactions of each account, oldest first, by the account's name.</returns>
    private static async Task<Dictionary<string, IReadOnlyList<Transaction>>> AssertAccountsAsync(
        FaultBank fault, IReadOnlyCollection<Traffic.Outcome> outcomes)
    {
        var total = 0L;
        var lists = new Dictionary<string, IReadOnlyList<Transaction>>();
        foreach (var account in fault.Accounts)
        {
            var balance = (await account.App.Accounts.GetAccountAsync(
                new GetAccountRequest { Name = account.Account.Name }, cancellationToken: Stop)).Account.Balance;
            total += balance.MinorUnits;
            var transactions = await ListAllAsync(account);
            AssertChain(transactions, balance);
            lists.Add(account.Account.Name, [.. transactions.AsEnumerable().Reverse()]);

            var booked = transactions.Select(transaction => transaction.Transfer).ToHashSet();
            var missing = outcomes
                .Where(outcome => outcome.Answer is not null && outcome.IsOn(account) && !booked.Contains(outcome.Answer.Name))
                .ToArray();
            Assert.True(
                missing.Length == 0, $"{account.Account.Name} lacks {string.Join(", ", missing.Select(outcome => outcome.Answer))}.");
            var refused = outcomes
                .Where(outcome => outcome.Answer is null && booked.Contains($"transfers/{outcome.Request.TransferId}"))
                .ToArray();
            Assert.True(
                refused.Length == 0,
                $"{account.Account.Name} has {string.Join(", ", refused.Select(outcome => outcome.Request))}, which were refused.");
        }

        Assert.Equal(fault.Accounts.Count * FaultBank.DepositMinorUnits, total);
        return lists;
    }

    // Newest first, without a gap down to the first, each balance the one before plus the amount.
    private static void AssertChain(IReadOnlyList<Transaction> transactions, Money balance)
    {
        var balanceAfter = balance.MinorUnits;
        for (var i = 0; i < transactions.Count; i++)
        {
            Assert.Equal(transactions.Count - i, transactions[i].SequenceNumber);
            Assert.Equal(balanceAfter, transactions[i].BalanceAfter.MinorUnits);
            Assert.True(balanceAfter >= 0, $"{transactions[i]} left less than nothing.");
            balanceAfter -= transactions[i].Amount.MinorUnits;
        }

        Assert.Equal(0, balanceAfter);
    }

    private static async Task<List<Transaction>> ListAllAsync(TestCustomer account)
    {
        var all = new List<Transaction>();
        var request = new ListTransactionsRequest { Parent = account.Account.Name, PageSize = PageSize };
        do
        {
            var page = await account.App.Accounts.ListTransactionsAsync(request, cancellationToken: Stop);
            all.AddRange(page.Transactions);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    private static async Task AssertNotificationsAsync(TestBank bank)
    {
        await bank.DrainAsync(DeliveryPatience);
        Assert.Equal(0, await bank.ReadAsync<long>("""
            select count(*)
              from (select p.account_id, p.sequence_number
                      from bank.posting p
                      join bank.account a on a.account_id = p.account_id and a.customer_number is not null) p
              full join (
                   select account_id, sequence_number, count(*) as times
                     from bank.notification
                    where account_id <> 0
                    group by account_id, sequence_number) n using (account_id, sequence_number)
             where p.account_id is null
                or n.times is distinct from 1
            """));
        // In the order of the account.
        Assert.Equal(0, await bank.ReadAsync<long>("""
            select count(*)
              from (select sequence_number, lag(sequence_number, 1, 0) over (partition by account_id order by number) as last
                      from bank.notification
                     where account_id <> 0) n
             where n.sequence_number <> n.last + 1
            """));
        await Eventually.EqualAsync(
            0L,
            () => bank.ReadAsync<long>("select count(*) from bank.outbox"),
            "messages that wait",
            DeliveryPatience);
        await AssertPushesAsync(bank);
    }

    /// <summary>
    /// From a device's first push on, one of each notification of its customer, in their order; some may have come again.
    /// </summary>
    private static async Task AssertPushesAsync(TestBank bank)
    {
        var notifications = new List<(Guid Device, long Number, string Title)>();
        await using (var command = bank.Sql.CreateCommand("""
            select (k.state ->> 'LastDeviceId')::uuid, n.number, n.title
              from bank.notification n
              join bank.credentials k on k.customer_number = n.customer_number and k.push_platform <> 0
             order by n.number
            """))
        await using (var reader = await command.ExecuteReaderAsync(Stop))
        {
            while (await reader.ReadAsync(Stop))
                notifications.Add((reader.GetGuid(0), reader.GetInt64(1), reader.GetString(2)));
        }

        var notified = notifications.ToLookup(notification => notification.Device);
        var pushed = bank.Bank.Messages.Read()
            .Where(message => message.IsPush)
            .Select(push => (push.Device, Number: long.Parse(push.Id!, CultureInfo.InvariantCulture), Text: push.Body!))
            .DistinctBy(push => (push.Device, push.Number))
            .ToLookup(push => push.Device!.Value, push => (push.Number, push.Text));
        Assert.NotEmpty(pushed);
        foreach (var device in pushed)
        {
            var first = device.First().Number;
            Assert.Equal(
                notified[device.Key]
                    .Where(notification => notification.Number >= first)
                    .Select(notification => (notification.Number, notification.Title)),
                device);
        }
    }
}
