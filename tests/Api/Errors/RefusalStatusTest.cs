using BktSmart.Answers;
using BktSmart.Values;
using Google.Rpc;
using Grpc.Core;

namespace BktSmart.Errors;

public sealed class RefusalStatusTest
{
    [Fact]
    public void Of_FieldsAtFault_NamesThemAllAndTheFirstGivesTheReason()
    {
        var status = RefusalStatus.Of(
            new RefusedException([new(Reason.TransferIdReused, "transfer_id"), new(Reason.IbanMalformed, "payee_iban")]),
            Language.Albanian);

        Assert.Equal((int)Code.AlreadyExists, status.Code);
        var info = status.GetDetail<ErrorInfo>()!;
        Assert.Equal(("TRANSFER_ID_REUSED", "bktsmart.bkt.com.al"), (info.Reason, info.Domain));
        var violations = status.GetDetail<BadRequest>()!.FieldViolations;
        Assert.Equal(
            [("transfer_id", "TRANSFER_ID_REUSED"), ("payee_iban", "IBAN_MALFORMED")],
            violations.Select(violation => (violation.Field, violation.Reason)));
        Assert.All(violations, violation => Assert.Equal("sq", violation.LocalizedMessage.Locale));
        Assert.StartsWith("TRANSFER_ID_REUSED at transfer_id: ", status.Message, StringComparison.Ordinal);
        Assert.Contains(" IBAN_MALFORMED at payee_iban: ", status.Message, StringComparison.Ordinal);
        Assert.Null(status.GetDetail<RetryInfo>());
    }

    [Theory]
    [InlineData(Language.Albanian, "sq")]
    [InlineData(Language.English, "en")]
    public void Of_AnyRefusal_HasOneTextForPeople(Language language, string locale)
    {
        var status = RefusalStatus.Of(Refuse.Because(Reason.InsufficientFunds), language);
        var text = Assert.Single(status.Details, detail => detail.Is(LocalizedMessage.Descriptor)).Unpack<LocalizedMessage>();
        Assert.Equal((locale, ReasonCatalogue.Of(Reason.InsufficientFunds).In(language)), (text.Locale, text.Message));
    }

    [Theory]
    [InlineData(Reason.Overloaded, 100)]
    [InlineData(Reason.Unavailable, 1000)]
    public void Of_PassingTrouble_SaysWhenToRetry(Reason reason, int delayMs) => Assert.Equal(
        delayMs,
        RefusalStatus.Of(Refuse.Because(reason), Language.English).GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().TotalMilliseconds);

    [Fact]
    public void Of_GeneralError_CarriesReference()
    {
        const string Reference = "4bf92f3577b34da6a3ce929d0e0e4736";
        var status = RefusalStatus.Of(Refuse.Because(new Refusal(Reason.Internal), Reference), Language.English);
        Assert.Equal(Reference, status.GetDetail<ErrorInfo>()!.Metadata[RefusalStatus.ReferenceKey]);
        Assert.Contains(Reference, status.GetDetail<LocalizedMessage>()!.Message, StringComparison.Ordinal);
    }
}
