using BktSmart.Ledger;

namespace BktSmart.Tests.Rules.Ledger;

/// <summary>The hashes against values that come from elsewhere: <c>openssl dgst -sha256</c> over bytes written out by hand.</summary>
public sealed class TransferHashTest
{
    private static readonly RecordedTransfer Plain = new(
        new TransferOrder(
            new TransferId(Guid.Parse("0192f0c1-7d3e-7abc-8def-0123456789ab")), TransferKind.Payment, 17, 42,
            new Money(123_450, TestLedger.All), "Qiraja për nëntor", Originator.Of(new StaffMember("teller-1"))),
        null, null, new LegEffect(5, 876_550, 0, 9, 223_450, 0), [], null, TestLedger.BusinessDate);

    private static readonly RecordedTransfer Linked = Plain with
    {
        Order = Plain.Order with
        {
            Kind = TransferKind.Exchange,
            FurtherLegs = [new FurtherLeg(43, 44, new Money(1_266, TestLedger.Eur)), new FurtherLeg(42, 45, new Money(50, TestLedger.All))],
            RelatedId = new TransferId(Guid.Parse("0192f0c1-7d3e-7abc-8def-0123456789ac")),
            ExpiresAt = new DateTimeOffset(2026, 12, 1, 12, 30, 0, TimeSpan.FromHours(1)).AddMicroseconds(7),
            ExchangeRate = 97.50m,
        },
        Further = [new LegEffect(3, -1_266, 0, 4, 1_266, 0), new LegEffect(10, 223_400, 0, 8, 50, 0)],
    };

    [Theory]
    [InlineData(1, "8f6c44d168da1fba8341f59e009f1b37f4102428a5f940044cfed4aabedcab5f")]
    [InlineData(2, "b6d9c487728b21c265e2f499b5f1091850bdba8a432128582f36d044caec87b2")]
    [InlineData(3, "b4b5b552acf81f44df393555878f1305642399259544ebb925528694f13d1493")]
    [InlineData(4, "b4b5b552acf81f44df393555878f1305642399259544ebb925528694f13d1493")]
    public void Of_PlainTransfer_IsTheHashOfItsBytes(short version, string hash) =>
        Assert.Equal(hash, TransferHash.Of(Plain, version).ToString());

    [Theory]
    [InlineData(1, "8f6c44d168da1fba8341f59e009f1b37f4102428a5f940044cfed4aabedcab5f")]
    [InlineData(2, "69f20ff848690294929a096a1875174c21e9d103595d2450ff17ee6784fb7024")]
    [InlineData(3, "a3ee535cfe7af00e80609963fc56ebf87a0f0a4f664316c023c74db7f73594f7")]
    public void Of_ApprovedPayment_IsTheHashOfItsBytes(short version, string hash) => Assert.Equal(
        hash,
        TransferHash.Of(
            Plain with { Order = Plain.Order with { Originator = Originator.Customer }, Approval = PaymentApproval.LowValue },
            version).ToString());

    [Theory]
    [InlineData(3, "03b85bd463af46507f8df1211c70350c3999a86cd8081b14f38dfd79c69c142c")]
    [InlineData(4, "ca4ca43f6957b458c2d857d225be85e01597992b87dce28d6250484c9b3de552")]
    public void Of_ExceededLimit_IsTheHashOfItsBytes(short version, string hash) => Assert.Equal(
        hash,
        TransferHash.Of(
            Plain with
            {
                Order = Plain.Order with { Originator = Originator.Customer },
                Refusal = Reason.DailyLimitExceeded,
                First = default,
                Exceeded = new LimitRoom(20_000_000, 3_500_050),
            },
            version).ToString());

    [Fact]
    public void Of_RefusedWithoutReference_IsTheHashOfItsBytes() => Assert.Equal(
        "1f0a7a0be51b60d74a5d805de528da0214fca34baa287ad96703c6856b578013",
        TransferHash.Of(
            Plain with { Order = Plain.Order with { Reference = "" }, Refusal = Reason.InsufficientFunds, First = default }, 1).ToString());

    [Theory]
    [InlineData(140, "86e458186834436661be4365d036e7b6ef1c18e267830011f64ea315432d0461")]
    [InlineData(141, "719059c40de75580e1d44cd19367c7550bee7902ed8e56a8f99fd28eb1c69b21")]
    public void Of_LongReference_IsTheHashOfItsBytes(int length, string hash) =>
        Assert.Equal(hash, TransferHash.Of(Plain with { Order = Plain.Order with { Reference = new string('€', length) } }, 1).ToString());

    [Fact]
    public void Of_TransferWithEverything_IsTheHashOfItsBytes() =>
        Assert.Equal("54483f8ea9da3054feb6182db915ee8e11a90f065164b1b4d3538539815cf691", TransferHash.Of(Linked, 1).ToString());

    [Fact]
    public void OfBatch_AnyOrderOfTransfers_IsTheHashOfTheSortedHashes()
    {
        List<Sha256Value> hashes = [TransferHash.Of(Plain, 1), TransferHash.Of(Linked, 1)];
        Assert.Equal("b1bc5e1faa86d21e2dcbaa42efc0947974d3d90ea3a0aba15f4d7e224d2a2df6", TransferHash.OfBatch([.. hashes]).ToString());
        Assert.Equal(
            "b1bc5e1faa86d21e2dcbaa42efc0947974d3d90ea3a0aba15f4d7e224d2a2df6",
            TransferHash.OfBatch([hashes[1], hashes[0]]).ToString());
    }

    [Fact]
    public void Of_AnyFieldChanged_IsAnotherHash()
    {
        var order = Linked.Order;
        var (leg, effect) = (order.FurtherLegs[1], Linked.Further[1]);
        RecordedTransfer[] changed =
        [
            With(order with { Id = TestLedger.Id(1) }),
            With(order with { Kind = TransferKind.Bookkeeping }),
            With(order with { DebitAccountId = 18 }),
            With(order with { CreditAccountId = 18 }),
            With(order with { DebitAccountId = order.CreditAccountId!.Value, CreditAccountId = order.DebitAccountId }),
            With(order with { Amount = order.Amount with { Minor = 123_451 } }),
            With(order with { Reference = "Qiraja per nentor" }),
            With(order with { Reference = "" }),
            With(order with { RelatedId = TestLedger.Id(1) }),
            With(order with { RelatedId = null }),
            With(order with { ExpiresAt = order.ExpiresAt!.Value.AddMicroseconds(1) }),
            With(order with { ExpiresAt = null }),
            With(order with { ExchangeRate = 97.51m }),
            With(order with { ExchangeRate = null }),
            With(order with { FurtherLegs = [order.FurtherLegs[0]] }),
            With(order with { FurtherLegs = [order.FurtherLegs[0], leg, leg] }),
            With(order with { FurtherLegs = [leg, order.FurtherLegs[0]] }),
            With(order with { FurtherLegs = [order.FurtherLegs[0], leg with { DebitAccountId = 1 }] }),
            With(order with { FurtherLegs = [order.FurtherLegs[0], leg with { CreditAccountId = 1 }] }),
            With(order with { FurtherLegs = [order.FurtherLegs[0], leg with { Amount = leg.Amount with { Minor = 51 } }] }),
            Linked with { Refusal = Reason.InsufficientFunds },
            Linked with { Exceeded = new LimitRoom(2, 1) },
            Linked with { Exceeded = new LimitRoom(2, 0) },
            Linked with { Exceeded = new LimitRoom(1, 1) },
            Linked with { Refusal = Reason.AccountFrozen },
            Linked with { First = Linked.First with { DebitSequence = 6 } },
            Linked with { First = Linked.First with { CreditSequence = 6 } },
            Linked with { Further = [Linked.Further[0], effect with { DebitSequence = 11 }] },
            Linked with { Further = [Linked.Further[0], effect with { CreditSequence = 11 }] },
            Linked with { Further = [] },
            With(order with { Originator = Originator.Of(new StaffMember("teller-2")) }),
            With(order with { Originator = Originator.Customer }),
            With(order with { Originator = Originator.StandingOrder }),
            With(order with { Originator = Originator.Bank }),
            Linked with { Approval = PaymentApproval.Fnp },
            Linked with { Approval = PaymentApproval.LowValue },
        ];
        var hashes = changed.Prepend(Linked).Select(transfer => Of(transfer)).ToList();
        Assert.Equal(hashes.Count, hashes.Distinct().Count());

        static RecordedTransfer With(TransferOrder order) => Linked with { Order = order };
    }

    [Fact]
    public void Of_WhatFollowsFromTheRest_DoesNotCount()
    {
        // Balances follow from the order of the postings.
        Assert.Equal(Of(Linked), Of(Linked with { First = Linked.First with { DebitBalanceAfter = 1, DebitHeldAfter = 2 } }));
        Assert.Equal(
            Of(Linked),
            Of(Linked with { Order = Linked.Order with { ExpiresAt = Linked.Order.ExpiresAt!.Value.ToUniversalTime() } }));
    }

    private static Sha256Value Of(RecordedTransfer transfer) => TransferHash.Of(transfer, TransferHash.Version);
}
