using BktSmart.V1;

namespace BktSmart.Accounts;

public sealed class TransactionListTest(SharedBank shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_NewOnesArriveBetweenThePages_HasNoGapAndNoDuplicate()
    {
        var (payer, payee) = (await shared.Bank.EnterAsync(1_000_00), await shared.Bank.OpenAsync());
        for (var i = 1; i < 25; i++)
            await payer.App.PayAsync(payer.Payment(payee, i), Stop);

        var all = new List<Transaction>();
        var sizes = new List<int>();
        var request = new ListTransactionsRequest { Parent = payer.Account.Name, PageSize = 10 };
        do
        {
            var page = await payer.App.Accounts.ListTransactionsAsync(request, cancellationToken: Stop);
            all.AddRange(page.Transactions);
            sizes.Add(page.Transactions.Count);
            request.PageToken = page.NextPageToken;
            await payer.App.PayAsync(payer.Payment(payee, 1), Stop);
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([10, 10, 5], sizes);
        Assert.Equal(
            Enumerable.Range(1, 25).Reverse().Select(number => (long)number), all.Select(transaction => transaction.SequenceNumber));
        var balance = 0L;
        foreach (var transaction in Enumerable.Reverse(all))
        {
            balance += transaction.Amount.MinorUnits;
            Assert.Equal(balance, transaction.BalanceAfter.MinorUnits);
        }
    }

    [Fact]
    public async Task List_BothSides_ShowTheSameTransfer()
    {
        var payer = await shared.Bank.EnterAsync(100_00, TestBank.NewPerson("Arta Hoxha"));
        var payee = await shared.Bank.EnterAsync(0, TestBank.NewPerson("Besnik Leka"));
        var transfer = await payer.App.PayAsync(payer.Payment(payee, 30_00, "Qiraja e nëntorit"), Stop);

        var sent = (await payer.App.ListTransactionsAsync(payer.Account.Name, Stop))[0];
        Assert.Equal((-30_00L, 70_00L, 2L), (sent.Amount.MinorUnits, sent.BalanceAfter.MinorUnits, sent.SequenceNumber));
        Assert.Equal((payee.Account.Iban, "Besnik Leka"), (sent.CounterpartyIban, sent.CounterpartyName));

        var received = Assert.Single(await payee.App.ListTransactionsAsync(payee.Account.Name, Stop));
        Assert.Equal((30_00L, 30_00L, 1L), (received.Amount.MinorUnits, received.BalanceAfter.MinorUnits, received.SequenceNumber));
        Assert.Equal((payer.Account.Iban, "Arta Hoxha"), (received.CounterpartyIban, received.CounterpartyName));

        Assert.All([sent, received], transaction => Assert.Equal(
            (transfer.Name, transfer.Reference, TransactionKind.Payment, transfer.BookingTime, transfer.BusinessDate),
            (transaction.Transfer, transaction.Reference, transaction.Kind, transaction.BookingTime, transaction.BusinessDate)));
    }

    [Fact]
    public async Task List_PageSizeAboveTheMost_IsCutAndNotRefused()
    {
        var customer = await shared.Bank.EnterAsync(1_00);
        var request = new ListTransactionsRequest { Parent = customer.Account.Name, PageSize = int.MaxValue };
        var page = await customer.App.Accounts.ListTransactionsAsync(request, cancellationToken: Stop);
        Assert.Single(page.Transactions);
        Assert.Equal("", page.NextPageToken);
    }
}
