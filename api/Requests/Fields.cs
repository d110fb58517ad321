using System.Globalization;
using System.Text;
using BktSmart.Authentication;
using BktSmart.Cards;
using BktSmart.Errors;
using BktSmart.Keys;
using BktSmart.Ledger;
using BktSmart.Messages;
using BktSmart.StandingOrders;

namespace BktSmart.Requests;

/// <summary>
/// Reads the fields of requests into values. Each reader takes the text and the name of the field, gives the value, or throws the refusal
/// that names the field; an empty text is <see cref="Reason.FieldMissing"/>. <see cref="RequestReading"/> reads several in their order, and
/// names all that are at fault.
/// </summary>
internal static class Fields
{
    private const int PageSizeDefault = 50;
    private const int PageSizeMax = 200;
    private const int AgreementVersionMax = 999;
    private const int FnpLength = 6;
    private const int FnpReferenceLength = 8;
    private const int BranchCodeLength = 4;
    private const int PaymentCountMaxMax = 1_000;

    // In code points, like every length of free text.
    private const int CustomerNameLengthMin = 2;
    private const int CustomerNameLengthMax = 100;
    private const int CalendarTextLengthMax = 100;

    /// <summary>The policy counts after its own normalisation, which can shorten; this only bounds what is hashed.</summary>
    private const int PasswordLengthMax = 4 * PasswordRules.LengthMax;

    private const int ExchangeRateDecimalsMax = 10;
    private const decimal ExchangeRateMax = 1_000_000m;

    private delegate bool TryParse<T>(string text, out T value);

    public static Iban AccountName(string text, string field) =>
        Read<Iban>(text, field, ResourceNames.TryReadAccount, Reason.ResourceNameMalformed);

    /// <summary>The number of any account, the bank's own ones too.</summary>
    public static string LedgerAccountName(string text, string field) =>
        Read<string>(text, field, ResourceNames.TryReadLedgerAccount, Reason.ResourceNameMalformed);

    public static CustomerNumber CustomerName(string text, string field) =>
        Read<CustomerNumber>(text, field, ResourceNames.TryReadCustomer, Reason.ResourceNameMalformed);

    /// <summary>Null for an empty text.</summary>
    public static CustomerNumber? OptionalCustomerName(string text, string field) => text.Length == 0 ? null : CustomerName(text, field);

    public static TransferId TransferName(string text, string field) =>
        Read<TransferId>(text, field, ResourceNames.TryReadTransfer, Reason.ResourceNameMalformed);

    public static Guid SessionName(string text, string field) =>
        Read<Guid>(text, field, ResourceNames.TryReadSession, Reason.ResourceNameMalformed);

    public static long SupportCaseName(string text, string field) =>
        Read<long>(text, field, ResourceNames.TryReadSupportCase, Reason.ResourceNameMalformed);

    public static long ApprovalName(string text, string field) =>
        Read<long>(text, field, ResourceNames.TryReadApproval, Reason.ResourceNameMalformed);

    public static long CustomerCorrectionName(string text, string field) =>
        Read<long>(text, field, ResourceNames.TryReadCustomerCorrection, Reason.ResourceNameMalformed);

    public static long CalendarChangeName(string text, string field) =>
        Read<long>(text, field, ResourceNames.TryReadCalendarChange, Reason.ResourceNameMalformed);

    public static Guid DeviceName(string text, string field) =>
        Read<Guid>(text, field, ResourceNames.TryReadDevice, Reason.ResourceNameMalformed);

    public static Iban TrustedPayeeName(string text, string field) =>
        Read<Iban>(text, field, ResourceNames.TryReadTrustedPayee, Reason.ResourceNameMalformed);

    public static Guid StandingOrderName(string text, string field) =>
        Read<Guid>(text, field, ResourceNames.TryReadStandingOrder, Reason.ResourceNameMalformed);

    public static (Guid Id, DateOnly DueOn) StandingOrderPaymentName(string text, string field) =>
        Read<(Guid, DateOnly)>(text, field, ResourceNames.TryReadStandingOrderPayment, Reason.ResourceNameMalformed);

    /// <summary>The id that a client made for a standing order.</summary>
    public static Guid StandingOrderId(string text, string field)
    {
        var id = Read<TransferId>(text, field, Ledger.TransferId.TryParse, Reason.StandingOrderIdMalformed);
        return id.IsOfClient ? id.Value : throw Refuse.Because(Reason.StandingOrderIdMalformed, field);
    }

    public static StandingOrderSchedule Schedule(V1.StandingOrderSchedule? schedule, string field)
    {
        var (frequency, firstDate, endDate, paymentsMax, dayRule) = schedule.OrMissing(field).Read(
            r => r.Frequency switch
            {
                V1.StandingOrderFrequency.Once => StandingOrderFrequency.Once,
                V1.StandingOrderFrequency.Weekly => StandingOrderFrequency.Weekly,
                V1.StandingOrderFrequency.Monthly => StandingOrderFrequency.Monthly,
                V1.StandingOrderFrequency.Unspecified => throw Refuse.Because(Reason.FieldMissing, $"{field}.frequency"),
                _ => throw Refuse.Because(Reason.ScheduleInvalid, $"{field}.frequency"),
            },
            r => Date(r.FirstDate, $"{field}.first_date"),
            r => OptionalDate(r.EndDate, $"{field}.end_date"),
            r => PaymentCountMax(r.PaymentCountMax, $"{field}.payment_count_max"),
            r => r.NonBusinessDayRule switch
            {
                V1.NonBusinessDayRule.Unspecified or V1.NonBusinessDayRule.Next => NonBusinessDayRule.After,
                V1.NonBusinessDayRule.Previous => NonBusinessDayRule.Before,
                V1.NonBusinessDayRule.SameDay => NonBusinessDayRule.SameDay,
                V1.NonBusinessDayRule.Skip => NonBusinessDayRule.Skip,
                _ => throw Refuse.Because(Reason.ScheduleInvalid, $"{field}.non_business_day_rule"),
            });
        return new StandingOrderSchedule(frequency, firstDate, endDate, paymentsMax, dayRule);
    }

    /// <summary>Null for no limit.</summary>
    public static int? PaymentCountMax(int count, string field) => count switch
    {
        0 => null,
        > 0 and <= PaymentCountMaxMax => count,
        _ => throw Refuse.Because(Reason.ScheduleInvalid, field),
    };

    /// <summary>Null where it is not set.</summary>
    public static DateOnly? OptionalDate(V1.Date? date, string field) => date is null ? null : Date(date, field);

    /// <summary>The id that a client made for an order.</summary>
    public static TransferId TransferId(string text, string field)
    {
        var id = Read<TransferId>(text, field, Ledger.TransferId.TryParse, Reason.TransferIdMalformed);
        return id.IsOfClient ? id : throw Refuse.Because(Reason.TransferIdMalformed, field);
    }

    public static Iban Iban(string text, string field)
    {
        const string Label = "IBAN";
        var code = TypedCode.Read(text);
        // No country has the code IB.
        if (code.StartsWith(Label, StringComparison.OrdinalIgnoreCase))
            code = code[Label.Length..].TrimStart(':');
        return Read<Iban>(code, field, Values.Iban.TryParse, Reason.IbanMalformed);
    }

    public static Guid RequestId(string text, string field) => Read<Guid>(text, field, TryReadGuid, Reason.RequestIdMalformed);

    public static Guid DeviceId(string text, string field) => Read<Guid>(text, field, TryReadGuid, Reason.DeviceIdMalformed);

    /// <summary>The id of an enrolment or a sign-in that began.</summary>
    public static Guid AttemptId(string text, string field) => Read<Guid>(text, field, TryReadGuid, Reason.ResourceNameMalformed);

    /// <summary>Null where there is none.</summary>
    public static Confirmation? OptionalConfirmation(V1.Confirmation? confirmation, string field)
    {
        if (confirmation is null)
            return null;
        var (id, deviceId, fnp) = confirmation.Read(
            r => AttemptId(r.ConfirmationId, $"{field}.confirmation_id"),
            r => DeviceId(r.DeviceId, $"{field}.device_id"),
            r => Fnp(r.Fnp, $"{field}.fnp"));
        return new Confirmation(id, deviceId, fnp);
    }

    /// <summary>Null for an empty text.</summary>
    public static CustomerNumber? OptionalCustomerNumber(string text, string field) =>
        text.Length == 0 ? null : ReadCode<CustomerNumber>(text, field, CustomerNumber.TryParse, Reason.CustomerNumberMalformed);

    public static CustomerIdentifier CustomerIdentifier(string text, string field) =>
        ReadCode<CustomerIdentifier>(text, field, Values.CustomerIdentifier.TryParse, Reason.CustomerNumberMalformed);

    public static NationalId NationalId(string text, string field) =>
        ReadCode<NationalId>(text, field, Values.NationalId.TryParse, Reason.NationalIdMalformed);

    public static PhoneNumber PhoneNumber(string text, string field) =>
        Read<PhoneNumber>(text, field, Values.PhoneNumber.TryParse, Reason.PhoneNumberMalformed);

    public static Secret CardNumber(string text, string field) =>
        ReadCode<Secret>(text, field, Cards.CardNumber.TryParse, Reason.CardNumberMalformed);

    public static CardExpiry CardExpiry(string text, string field) =>
        ReadCode<CardExpiry>(text, field, Cards.CardExpiry.TryParse, Reason.CardExpiryMalformed);

    public static Currency Currency(string text, string field) =>
        Read<Currency>(text, field, Values.Currency.TryParse, Reason.CurrencyUnknown);

    public static Money Amount(V1.Money? money, string field)
    {
        var (minor, currency) = money.OrMissing(field).Read(
            r => MinorUnits(r.MinorUnits, $"{field}.minor_units"), r => Currency(r.CurrencyCode, $"{field}.currency_code"));
        return new Money(minor, currency);
    }

    /// <summary>As many as a transfer may move.</summary>
    public static long MinorUnits(long minor, string field) => minor switch
    {
        <= 0 => throw Refuse.Because(Reason.AmountNotPositive, field),
        > Money.MaxTransferMinor => throw Refuse.Because(Reason.AmountTooLarge, field),
        _ => minor,
    };

    /// <summary>A number of which zero means something.</summary>
    public static long Set(bool isSet, long number, string field) => isSet ? number : throw Refuse.Because(Reason.FieldMissing, field);

    public static long OverdraftLimit(bool isSet, long minor, string field) =>
        Set(isSet, minor, field) is >= 0 and <= Money.MaxTransferMinor
            ? minor
            : throw Refuse.Because(Reason.OverdraftLimitInvalid, field);

    /// <summary>
    /// Two amounts, and a rate with up to <see cref="ExchangeRateDecimalsMax"/> decimals at which they are each other's, give or take the
    /// rounding to a minor unit.
    /// </summary>
    public static (Money Source, Money Target, decimal Rate) Exchange(Staff.V1.CreateExchangeRequest request)
    {
        const string RateField = "exchange_rate";
        var (source, target, rate) = request.Read(
            r => Amount(r.SourceAmount, "source_amount"),
            r => Amount(r.TargetAmount, "target_amount"),
            r => ExchangeRate(r.ExchangeRate, RateField));
        return Math.Abs(source.Minor * rate - target.Minor) < 1
            ? (source, target, rate)
            : throw Refuse.Because(Reason.ExchangeRateInvalid, RateField);
    }

    /// <summary>A moment, in the microseconds that the database keeps.</summary>
    public static DateTimeOffset Time(Google.Protobuf.WellKnownTypes.Timestamp? time, string field)
    {
        try
        {
            var read = time.OrMissing(field).ToDateTimeOffset();
            return read.AddTicks(-(read.Ticks % TimeSpan.TicksPerMicrosecond));
        }
        catch (InvalidOperationException)
        {
            throw Refuse.Because(Reason.TimeMalformed, field);
        }
    }

    public static AccountFreeze Freeze(V1.AccountFreeze freeze, string field) => freeze switch
    {
        V1.AccountFreeze.None => AccountFreeze.None,
        V1.AccountFreeze.Debits => AccountFreeze.Debits,
        V1.AccountFreeze.Credits => AccountFreeze.Credits,
        V1.AccountFreeze.Both => AccountFreeze.Both,
        _ => throw Refuse.Because(Reason.FreezeUnknown, field),
    };

    /// <summary>Why staff do something; must not be empty.</summary>
    public static string Note(string text, string field) => Text(text, field, TransferCommand.ReferenceLengthMax).OrMissing(field);

    /// <summary>The reference of a transfer; may be empty.</summary>
    public static string Reference(string text, string field) => Text(text, field, TransferCommand.ReferenceLengthMax);

    public static string CustomerDisplayName(string text, string field)
    {
        var name = Text(text, field, CustomerNameLengthMax).OrMissing(field);
        return FreeText.Length(name) >= CustomerNameLengthMin && name.EnumerateRunes().Any(Rune.IsLetter)
            ? name
            : throw Refuse.Because(Reason.TextNotAllowed, field);
    }

    public static Language Language(Staff.V1.Language language, string field) => language switch
    {
        Staff.V1.Language.Albanian => Values.Language.Albanian,
        Staff.V1.Language.English => Values.Language.English,
        _ => throw Refuse.Because(Reason.LanguageUnknown, field),
    };

    public static Device Device(V1.Device? device, string field)
    {
        var (id, name, platform, pushToken) = device.OrMissing(field).Read(
            r => DeviceId(r.DeviceId, $"{field}.device_id"),
            r => DeviceDisplayName(r.DisplayName, $"{field}.display_name"),
            r => r.Platform switch
            {
                V1.DevicePlatform.Android => DevicePlatform.Android,
                V1.DevicePlatform.Ios => DevicePlatform.Ios,
                _ => throw Refuse.Because(Reason.FieldMissing, $"{field}.platform"),
            },
            r => PushToken(r.PushToken, $"{field}.push_token"));
        return new Device(id, name, platform, pushToken);
    }

    public static string DeviceDisplayName(string text, string field) =>
        Text(text, field, Authentication.Device.NameLengthMax).OrMissing(field);

    /// <summary>The reference of an SMS, as it was read or heard.</summary>
    public static string FnpReference(string text, string field) =>
        TypedCode.Read(text.OrMissing(field)) is { Length: FnpReferenceLength } code && code.All(char.IsAsciiLetterOrDigit)
            ? code.ToUpperInvariant()
            : throw Refuse.Because(Reason.FnpReferenceMalformed, field);

    public static string CardLastFourDigits(string text, string field) => Digits(text, 4, Reason.CardNumberMalformed, field);

    public static Secret Password(string text, string field) =>
        text.OrMissing(field).Length <= PasswordLengthMax ? new Secret(text) : throw Refuse.Because(Reason.PasswordTooLong, field);

    public static Secret Fnp(string text, string field) => new(Digits(text, FnpLength, Reason.FnpMalformed, field));

    /// <summary>Whether a refresh token is genuine only a silo knows; what cannot be one belongs to no session.</summary>
    public static (Secret Token, Guid Session) RefreshToken(string text, string field)
    {
        var token = new Secret(text.OrMissing(field));
        return RefreshTokens.TryReadSession(token, out var session) ? (token, session) : throw Refuse.Because(Reason.SessionEnded);
    }

    public static string BranchCode(string text, string field) => Digits(text, BranchCodeLength, Reason.BranchCodeMalformed, field);

    public static int AgreementVersion(int version, string field) =>
        version is >= 1 and <= AgreementVersionMax ? version : throw Refuse.Because(Reason.AgreementVersionInvalid, field);

    public static int PageSize(int size, string field) => size switch
    {
        < 0 => throw Refuse.Because(Reason.PageSizeInvalid, field),
        0 => PageSizeDefault,
        _ => Math.Min(size, PageSizeMax),
    };

    /// <param name="known">The fields that can be changed.</param>
    /// <returns>At least one of them.</returns>
    public static IReadOnlyCollection<string> UpdateMask(
        Google.Protobuf.WellKnownTypes.FieldMask? mask, IReadOnlyCollection<string> known, string field)
    {
        var paths = mask.OrMissing(field).Paths;
        if (paths.Count == 0)
            throw Refuse.Because(Reason.FieldMissing, field);
        return paths.All(known.Contains) ? paths : throw Refuse.Because(Reason.UpdateMaskInvalid, field);
    }

    public static DateOnly Date(V1.Date? date, string field)
    {
        var (year, month, day) = (date.OrMissing(field).Year, date!.Month, date.Day);
        return year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day)
            : throw Refuse.Because(Reason.DateMalformed, field);
    }

    /// <summary>A year that dates can have.</summary>
    public static int Year(int year, string field) => year switch
    {
        0 => throw Refuse.Because(Reason.FieldMissing, field),
        >= 1 and <= 9999 => year,
        _ => throw Refuse.Because(Reason.DateMalformed, field),
    };

    /// <summary>What a day of the calendar is called, or who says so; must not be empty.</summary>
    public static string CalendarText(string text, string field) => Text(text, field, CalendarTextLengthMax).OrMissing(field);

    /// <summary>The last date of the page before; null for the first page.</summary>
    public static DateOnly? PageDate(string token, string list, string field) => PageStart(token, list, field) switch
    {
        null => null,
        var number when number >= 0 && number <= DateOnly.MaxValue.DayNumber => DateOnly.FromDayNumber((int)number),
        _ => throw Refuse.Because(Reason.PageTokenMalformed, field),
    };

    /// <summary>The last number of the page before; null for the first page.</summary>
    public static long? PageStart(string token, string list, string field)
    {
        if (token.Length == 0)
            return null;
        return PageToken.TryRead(token, list, out var lastNumber) ? lastNumber : throw Refuse.Because(Reason.PageTokenMalformed, field);
    }

    /// <summary>The number of a notification; zero stands before the first.</summary>
    public static long NotificationNumber(long number, string field) =>
        number >= 0 ? number : throw Refuse.Because(Reason.NumberNegative, field);

    private static decimal ExchangeRate(string text, string field) =>
        decimal.TryParse(text.OrMissing(field), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate)
        && rate is > 0 and <= ExchangeRateMax && rate.Scale <= ExchangeRateDecimalsMax
            ? rate
            : throw Refuse.Because(Reason.ExchangeRateInvalid, field);

    private static T Read<T>(string text, string field, TryParse<T> tryParse, Reason malformed) =>
        tryParse(text.OrMissing(field), out var value) ? value : throw Refuse.Because(malformed, field);

    private static T ReadCode<T>(string text, string field, TryParse<T> tryParse, Reason malformed) =>
        Read(TypedCode.Read(text.OrMissing(field)), field, tryParse, malformed);

    private static string Digits(string text, int length, Reason malformed, string field) =>
        TypedCode.Read(text.OrMissing(field)) is var code && code.Length == length && code.All(char.IsAsciiDigit)
            ? code
            : throw Refuse.Because(malformed, field);

    private static string Text(string text, string field, int lengthMax) =>
        FreeText.TryNormalise(text, lengthMax, out var normalised) is { } reason ? throw Refuse.Because(reason, field) : normalised;

    /// <summary>The token of a push service; null for none.</summary>
    public static string? PushToken(string token, string field)
    {
        if (token.Length > Authentication.Device.PushTokenLengthMax)
            throw Refuse.Because(Reason.TextTooLong, field);
        if (!token.All(c => c is > ' ' and <= '~'))
            throw Refuse.Because(Reason.TextNotAllowed, field);
        return token.Length == 0 ? null : token;
    }

    private static bool TryReadGuid(string text, out Guid id) => Uuid.TryParse(text, "D", out id) || Uuid.TryParse(text, "N", out id);
}
