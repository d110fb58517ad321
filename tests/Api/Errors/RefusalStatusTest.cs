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


    public static TheoryData<Reason> Reasons => [.. Enum.GetValues<Reason>()];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Of_AnyReason_GivesTheNumberOfTheContactCentreWhereItHelps(Reason reason)
    {
        var entry = ReasonCatalogue.Of(reason);
        var refusesFnp = entry.Name.StartsWith("FNP", StringComparison.Ordinal)
            && !entry.Name.EndsWith("MALFORMED", StringComparison.Ordinal);
        var metadata = MetadataOf(new Refusal(reason));
        Assert.Equal(
            refusesFnp || entry.Albanian.Contains(ContactCentrePhone.Readable, StringComparison.Ordinal) ? "+35542266288" : null,
            metadata.GetValueOrDefault("contact_centre_phone_number"));
        Assert.False(metadata.ContainsKey("tries_left"));
        Assert.False(metadata.ContainsKey("limit_minor_units"));
    }

    [Theory]
    [InlineData(2, Language.Albanian, "Kodi FNP nuk është i saktë. Edhe 2 prova.")]
    [InlineData(1, Language.Albanian, "Kodi FNP nuk është i saktë. Edhe 1 provë.")]
    [InlineData(2, Language.English, "The FNP is not correct. 2 tries are left.")]
    [InlineData(1, Language.English, "The FNP is not correct. 1 try is left.")]
    public void Of_WrongFnp_SaysHowManyTriesAreLeft(int tries, Language language, string text)
    {
        var refusal = new Refusal(Reason.FnpWrong, "fnp") { TriesLeft = tries };
        Assert.Equal(tries.ToString(System.Globalization.CultureInfo.InvariantCulture), MetadataOf(refusal)["tries_left"]);
        var status = RefusalStatus.Of(Refuse.Because(refusal), language);
        Assert.Equal(text, status.GetDetail<LocalizedMessage>()!.Message);
        Assert.Equal(text, status.GetDetail<BadRequest>()!.FieldViolations.Single().LocalizedMessage.Message);
    }

    [Theory]
    [InlineData(
        Language.Albanian,
        "Me këtë pagesë kalohet kufiri ditor i llogarisë. Kufiri ishte 200.000,00 ALL; kur e urdhëruat, mund të paguanit edhe 35.000,50 "
            + "ALL.")]
    [InlineData(
        Language.English,
        "This payment would exceed the account's limit of a day. The limit was 200,000.00 ALL; 35,000.50 ALL could still be paid when you "
            + "ordered this.")]
    public void Of_ExceededLimit_SaysLimitAndRest(Language language, string text)
    {
        var all = Currency.Parse("ALL");
        var refusal = new Refusal(Reason.DailyLimitExceeded)
        {
            Exceeded = new ExceededLimit(new Money(20_000_000, all), new Money(3_500_050, all)),
        };
        var metadata = MetadataOf(refusal);
        Assert.Equal(
            ("20000000", "3500050", "ALL"), (metadata["limit_minor_units"], metadata["rest_minor_units"], metadata["currency_code"]));
        Assert.Equal(text, RefusalStatus.Of(Refuse.Because(refusal), language).GetDetail<LocalizedMessage>()!.Message);
    }

    /// <summary>A part of a second counts whole: whoever waits so long is not refused again.</summary>
    [Theory]
    [InlineData(42.1, Language.Albanian, "Edhe 43 sekonda.")]
    [InlineData(0.1, Language.Albanian, "Edhe 1 sekondë.")]
    [InlineData(42.1, Language.English, "43 more seconds.")]
    [InlineData(1, Language.English, "1 more second.")]
    public void Of_ResendTooSoon_SaysTheTrueWait(double seconds, Language language, string end)
    {
        var wait = TimeSpan.FromSeconds(seconds);
        var status = RefusalStatus.Of(Refuse.Because(new Refusal(Reason.FnpResendTooSoon) { Wait = wait }), language);
        Assert.Equal(wait, status.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan());
        Assert.EndsWith($". {end}", status.GetDetail<LocalizedMessage>()!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Language.Albanian, "Dita nuk mund të mbyllet ende. Mund të mbyllet nga ora 20:00 e datës 27.11.2026.")]
    [InlineData(Language.English, "The day cannot be ended yet. It can be from 20:00 on 27 November 2026.")]
    public void Of_EndOfDayTooEarly_SaysFromWhenOn(Language language, string text)
    {
        var refusal = new Refusal(Reason.EndOfDayTooEarly)
        {
            EndOfDayFrom = new DateTimeOffset(2026, 11, 27, 20, 0, 0, TimeSpan.FromHours(1)),
        };
        Assert.Equal("2026-11-27T19:00:00Z", MetadataOf(refusal)["end_of_day_from_time"]);
        Assert.Equal(text, RefusalStatus.Of(Refuse.Because(refusal), language).GetDetail<LocalizedMessage>()!.Message);
    }

    private static Google.Protobuf.Collections.MapField<string, string> MetadataOf(Refusal refusal) =>
        RefusalStatus.Of(Refuse.Because(refusal), Language.Albanian).GetDetail<ErrorInfo>()!.Metadata;
}
