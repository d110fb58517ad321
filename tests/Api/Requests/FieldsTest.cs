using BktSmart.Authentication;
using BktSmart.Infrastructure;
using BktSmart.Ledger;
using BktSmart.Values;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace BktSmart.Requests;

public sealed class FieldsTest
{
    public static TheoryData<string, string, string, Action> Malformed => new()
    {
        { "RESOURCE_NAME_MALFORMED", "name", "account name", () => Fields.AccountName("x", "name") },
        { "RESOURCE_NAME_MALFORMED", "name", "customer name", () => Fields.CustomerName("x", "name") },
        { "RESOURCE_NAME_MALFORMED", "name", "transfer name", () => Fields.TransferName("x", "name") },
        { "RESOURCE_NAME_MALFORMED", "sign_in_id", "attempt", () => Fields.AttemptId("x", "sign_in_id") },
        { "NUMBER_NEGATIVE", "after_number", "number", () => Fields.NotificationNumber(-1, "after_number") },
        { "FIELD_MISSING", "name", "account name", () => Fields.AccountName("", "name") },
        { "FIELD_MISSING", "amount", "amount", () => Fields.Amount(null, "amount") },
        { "FIELD_MISSING", "amount.currency_code", "currency", () => Fields.Amount(new V1.Money { MinorUnits = 1 }, "amount") },
        { "AMOUNT_NOT_POSITIVE", "amount.minor_units", "zero", () => Fields.Amount(new V1.Money { CurrencyCode = "ALL" }, "amount") },
        { "AMOUNT_NOT_POSITIVE", "amount.minor_units", "least", () => Fields.Amount(Money(long.MinValue), "amount") },
        {
            "AMOUNT_TOO_LARGE", "amount.minor_units", "one too much",
            () => Fields.Amount(Money(Values.Money.MaxTransferMinor + 1), "amount")
        },
        {
            "CURRENCY_UNKNOWN", "amount.currency_code", "lower case",
            () => Fields.Amount(new V1.Money { MinorUnits = 1, CurrencyCode = "all" }, "amount")
        },
        { "TRANSFER_ID_MALFORMED", "transfer_id", "no dashes", () => Fields.TransferId("0190f5a0000070008000000000000001", "transfer_id") },
        {
            "TRANSFER_ID_MALFORMED", "transfer_id", "version 8, of the bank",
            () => Fields.TransferId("0190f5a0-0000-8000-8000-000000000001", "transfer_id")
        },
        {
            "TRANSFER_ID_MALFORMED", "transfer_id", "no version",
            () => Fields.TransferId("0190f5a0-0000-0000-8000-000000000001", "transfer_id")
        },
        { "REQUEST_ID_MALFORMED", "request_id", "nil", () => Fields.RequestId(Guid.Empty.ToString(), "request_id") },
        { "IBAN_MALFORMED", "payee_iban", "check digits", () => Fields.Iban("AL00202111090000000001234567", "payee_iban") },
        { "CUSTOMER_NUMBER_MALFORMED", "customer_id", "number", () => Fields.OptionalCustomerNumber("1", "customer_id") },
        { "CUSTOMER_NUMBER_MALFORMED", "identifier", "neither", () => Fields.CustomerIdentifier("1", "identifier") },
        { "NATIONAL_ID_MALFORMED", "national_id", "NID", () => Fields.NationalId("J00101999", "national_id") },
        { "PHONE_NUMBER_MALFORMED", "phone_number", "phone", () => Fields.PhoneNumber("+3551", "phone_number") },
        { "LANGUAGE_UNKNOWN", "language", "not set", () => Fields.Language(Staff.V1.Language.Unspecified, "language") },
        { "LANGUAGE_UNKNOWN", "language", "of a later version", () => Fields.Language((Staff.V1.Language)77, "language") },
        { "CARD_NUMBER_MALFORMED", "card_number", "Luhn", () => Fields.CardNumber("4111111111111112", "card_number") },
        { "CARD_EXPIRY_MALFORMED", "card_expiry", "month", () => Fields.CardExpiry("13/28", "card_expiry") },
        { "DEVICE_ID_MALFORMED", "device_id", "device", () => Fields.DeviceId("x", "device_id") },
        { "FIELD_MISSING", "device", "device", () => Fields.Device(null, "device") },
        { "FIELD_MISSING", "device.platform", "platform", () => Fields.Device(Device(), "device") },
        { "TEXT_TOO_LONG", "device.push_token", "push token", () => Fields.Device(Device(pushToken: new string('a', 513)), "device") },
        { "TEXT_NOT_ALLOWED", "device.push_token", "push token", () => Fields.Device(Device(pushToken: "a b"), "device") },
        { "FNP_MALFORMED", "fnp", "five digits", () => Fields.Fnp("12345", "fnp") },
        { "FNP_MALFORMED", "fnp", "a fraction", () => Fields.Fnp("12345\u00BD", "fnp") },
        { "BRANCH_CODE_MALFORMED", "branch_code", "three digits", () => Fields.BranchCode("123", "branch_code") },
        { "AGREEMENT_VERSION_INVALID", "version", "zero", () => Fields.AgreementVersion(0, "version") },
        { "AGREEMENT_VERSION_INVALID", "version", "a thousand", () => Fields.AgreementVersion(1000, "version") },
        { "PAGE_SIZE_INVALID", "page_size", "negative", () => Fields.PageSize(-1, "page_size") },
        { "PAGE_TOKEN_MALFORMED", "page_token", "garbage", () => Fields.PageStart("x", "accounts/1", "page_token") },
        { "TEXT_TOO_LONG", "reference", "141", () => Fields.Reference(new string('a', 141), "reference") },
        { "TEXT_NOT_ALLOWED", "display_name", "one letter", () => Fields.CustomerDisplayName(" A ", "display_name") },
        {
            "TEXT_NOT_ALLOWED", "display_name", "one letter of two UTF-16 units",
            () => Fields.CustomerDisplayName("\U00020000", "display_name")
        },
        { "FIELD_MISSING", "display_name", "blank", () => Fields.CustomerDisplayName("  ", "display_name") },
        { "RESOURCE_NAME_MALFORMED", "debtor", "no collection", () => Fields.LedgerAccountName("FEES-ALL", "debtor") },
        { "RESOURCE_NAME_MALFORMED", "debtor", "lower case", () => Fields.LedgerAccountName("accounts/fees-all", "debtor") },
        { "RESOURCE_NAME_MALFORMED", "debtor", "no currency", () => Fields.LedgerAccountName("accounts/FEES", "debtor") },
        {
            "RESOURCE_NAME_MALFORMED", "debtor", "printed IBAN",
            () => Fields.LedgerAccountName("accounts/AL35 2021 1109 0000 0000 0123 4567", "debtor")
        },
        { "RESOURCE_NAME_MALFORMED", "debtor", "a line break at the end", () => Fields.LedgerAccountName("accounts/FEES-ALL\n", "debtor") },
        { "FIELD_MISSING", "debtor", "ledger account", () => Fields.LedgerAccountName("", "debtor") },
        { "FIELD_MISSING", "exchange_rate", "rate", () => ExchangeRate("") },
        { "EXCHANGE_RATE_INVALID", "exchange_rate", "words", () => ExchangeRate("one") },
        { "EXCHANGE_RATE_INVALID", "exchange_rate", "zero", () => ExchangeRate("0") },
        { "EXCHANGE_RATE_INVALID", "exchange_rate", "negative", () => ExchangeRate("-98.5") },
        { "EXCHANGE_RATE_INVALID", "exchange_rate", "comma", () => ExchangeRate("98,5") },
        { "EXCHANGE_RATE_INVALID", "exchange_rate", "space", () => ExchangeRate(" 98.5") },
        { "EXCHANGE_RATE_INVALID", "exchange_rate", "exponent", () => ExchangeRate("985e-1") },
        { "EXCHANGE_RATE_INVALID", "exchange_rate", "eleven decimals", () => ExchangeRate("98.50000000000") },
        { "EXCHANGE_RATE_INVALID", "exchange_rate", "over a million", () => ExchangeRate("1000001", source: 1, target: 1_000_001) },
        { "EXCHANGE_RATE_INVALID", "exchange_rate", "more digits than a decimal has", () => ExchangeRate(new string('9', 40)) },
        { "EXCHANGE_RATE_INVALID", "exchange_rate", "one minor unit more", () => ExchangeRate("98.5", target: 9_851) },
        { "EXCHANGE_RATE_INVALID", "exchange_rate", "one minor unit less", () => ExchangeRate("98.5", target: 9_849) },
        { "FIELD_MISSING", "expire_time", "time", () => Fields.Time(null, "expire_time") },
        { "TIME_MALFORMED", "expire_time", "nanoseconds", () => Fields.Time(new Timestamp { Nanos = -1 }, "expire_time") },
        {
            "TIME_MALFORMED", "expire_time", "after the year 9999",
            () => Fields.Time(new Timestamp { Seconds = 253_402_300_800 }, "expire_time")
        },
        {
            "TIME_MALFORMED", "expire_time", "before the year 1",
            () => Fields.Time(new Timestamp { Seconds = long.MinValue }, "expire_time")
        },
        { "FREEZE_UNKNOWN", "freeze", "not set", () => Fields.Freeze(V1.AccountFreeze.Unspecified, "freeze") },
        { "FREEZE_UNKNOWN", "freeze", "of a later version", () => Fields.Freeze((V1.AccountFreeze)77, "freeze") },
        { "FIELD_MISSING", "note", "blank", () => Fields.Note("  ", "note") },
        { "TEXT_TOO_LONG", "note", "141", () => Fields.Note(new string('a', 141), "note") },
        { "TEXT_NOT_ALLOWED", "note", "control character", () => Fields.Note("a\u0007b", "note") },
        { "PASSWORD_TOO_LONG", "password", "unbounded", () => Fields.Password(new string('a', 4096), "password") },
    };

    [Theory]
    [MemberData(nameof(Malformed), DisableDiscoveryEnumeration = true)]
    public void Read_MalformedField_IsRefusedByItsReasonAndName(string reason, string field, string what, Action read) =>
        Assert.Equal((what, new Refused(reason, StatusCode.InvalidArgument, field)), (what, Refused.By(read)));

    [Theory]
    [InlineData(0, 50)]
    [InlineData(1, 1)]
    [InlineData(200, 200)]
    [InlineData(int.MaxValue, 200)]
    public void PageSize_AllowedSize_IsBounded(int size, int expected) => Assert.Equal(expected, Fields.PageSize(size, "page_size"));

    [Fact]
    public void Amount_LargestTransfer_IsRead() =>
        Assert.Equal(
            new Money(Values.Money.MaxTransferMinor, Currency.Parse("ALL")), Fields.Amount(Money(Values.Money.MaxTransferMinor), "amount"));

    [Theory]
    [InlineData("98.5", 100, 9_850, "98.5")]
    [InlineData("0.01015", 10_000, 101, "0.01015")] // 101.5, rounded down
    [InlineData("0.01015", 10_000, 102, "0.01015")] // and up
    [InlineData("1000000", 1, 1_000_000, "1000000")]
    [InlineData("0.9999999999", 1_000_000_000_000_000, 999_999_999_900_000, "0.9999999999")]
    [InlineData("98.500", 100, 9_850, "98.500")] // the record keeps what was written
    public void ExchangeRate_FitsTheAmountsToAMinorUnit_IsReadAsWritten(string text, long source, long target, string expected) =>
        Assert.Equal(expected, ExchangeRate(text, source, target).ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Time_Nanoseconds_AreCutToTheMicrosecondsThatAreStored() => Assert.Equal(
        DateTimeOffset.UnixEpoch.AddTicks(10_000_000 + 1_234_560),
        Fields.Time(new Timestamp { Seconds = 1, Nanos = 123_456_789 }, "expire_time"));

    [Theory]
    [InlineData("accounts/FEES-ALL", "FEES-ALL")]
    [InlineData("accounts/POSITION-EUR", "POSITION-EUR")]
    [InlineData("accounts/AL47212110090000000235698741", "AL47212110090000000235698741")]
    public void LedgerAccountName_IbanOrCode_IsRead(string name, string number) =>
        Assert.Equal(number, Fields.LedgerAccountName(name, "debtor"));

    [Theory]
    [InlineData(V1.AccountFreeze.None, AccountFreeze.None)]
    [InlineData(V1.AccountFreeze.Debits, AccountFreeze.Debits)]
    [InlineData(V1.AccountFreeze.Credits, AccountFreeze.Credits)]
    [InlineData(V1.AccountFreeze.Both, AccountFreeze.Both)]
    public void Freeze_Known_IsRead(V1.AccountFreeze freeze, AccountFreeze expected) =>
        Assert.Equal(expected, Fields.Freeze(freeze, "freeze"));

    [Fact]
    public void Note_SpacesAround_AreCutOff() => Assert.Equal("urdhër i gjykatës", Fields.Note(" urdhër i gjykatës ", "note"));

    [Fact]
    public void Fnp_SixDigits_DoesNotPrint()
    {
        var fnp = Fields.Fnp("012345", "fnp");
        Assert.Equal(new Secret("012345"), fnp);
        Assert.DoesNotContain("012345", fnp.ToString(), StringComparison.Ordinal);
    }

    private static V1.Money Money(long minor) => new() { MinorUnits = minor, CurrencyCode = "ALL" };

    private static decimal ExchangeRate(string text, long source = 100, long target = 9_850) => Fields.Exchange(
        new Staff.V1.CreateExchangeRequest
        {
            SourceAmount = new V1.Money { MinorUnits = source, CurrencyCode = "EUR" }, TargetAmount = Money(target), ExchangeRate = text,
        }).Rate;

    private static V1.Device Device(string pushToken = "") => new()
    {
        DeviceId = "0190f5a0-0000-7000-8000-000000000001",
        DisplayName = "Telefoni im",
        Platform = pushToken.Length == 0 ? V1.DevicePlatform.Unspecified : V1.DevicePlatform.Ios,
        PushToken = pushToken,
    };
}
