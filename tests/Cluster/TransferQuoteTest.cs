using BktSmart.Accounts;
using BktSmart.BusinessDay;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Cluster;

/// <summary>What a customer is told before a payment (R13, R15).</summary>
public sealed class TransferQuoteTest(StrictBank bank) : IClassFixture<StrictBank>
{
    [Fact]
    public async Task Quote_PaymentThatNeedsAnFnp_SaysDateCauseAndWhatIsLeftAndDecidesNothing()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var day = await bank.Grains.BusinessDay().Get(CancellationToken.None);
        var payment = scene.Payment();
        var quote = (await QuoteAsync(scene, payment)).Value!;
        Assert.Equal(
            (day.BusinessDate, day.NextDates[0], day.EndOfDayFrom, ConfirmationCause.AboveLowValue),
            (quote.BusinessDate, quote.NextBusinessDate!.Value, quote.EndOfDayFrom, quote.Cause));
        await scene.AssertNothingHappenedAsync(payment);

        var booked = (await scene.PayAsync(payment, await scene.ConfirmAsync(payment))).Value!;
        Assert.Equal((quote.BusinessDate, quote.BalanceAfter), (booked.BusinessDate, booked.BalanceAfter));
        var next = (await QuoteAsync(scene, scene.Payment(100))).Value!;
        Assert.Equal((ConfirmationCause.LowValue, quote.DayRest.Minor - 100), (next.Cause, next.DayRest.Minor));
    }

    [Fact]
    public async Task Quote_PaymentThatWouldBeRefused_IsRefusedAlike()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var nobody = Iban.Albanian("205", "9999", "0000000235698741");
        foreach (var payment in (TransferCommand[])
            [scene.Payment(50_000_001), scene.Payment() with { Payee = scene.From.Iban }, scene.Payment() with { Payee = nobody }])
        {
            var quoted = (await QuoteAsync(scene, payment)).Refusal;
            Assert.NotNull(quoted);
            Assert.Equal((await scene.BeginAsync(payment)).Refusal, quoted);
        }

        Assert.Equal(
            new Refusal(Reason.AccountNotFound, "source_account"),
            (await bank.Grains.Account(scene.To.Iban).Quote(
                scene.Customer.Number, scene.From.Iban, scene.Payment().Amount, CancellationToken.None)).Refusal);
    }

    private Task<Result<TransferQuote>> QuoteAsync(PaymentScene scene, TransferCommand payment) =>
        bank.Grains.Account(scene.From.Iban).Quote(scene.Customer.Number, payment.Payee, payment.Amount, CancellationToken.None);
}
