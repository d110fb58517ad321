using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Status = Google.Rpc.Status;

namespace BktSmart.Errors;

/// <summary>
/// A refusal on the wire, as <c>error_reason.proto</c> promises it: <c>ErrorInfo</c> for programs, one <c>LocalizedMessage</c> for people,
/// and <c>BadRequest</c> and <c>RetryInfo</c> where they fit. The message of the status is for developers.
/// </summary>
internal static class RefusalStatus
{
    public const string Domain = "bktsmart.bkt.com.al";

    /// <summary>The key in <c>ErrorInfo.metadata</c> under which support finds the log line and the trace.</summary>
    public const string ReferenceKey = "reference";

    /// <summary>The keys of facts, as the comments of <c>error_reason.proto</c> name them.</summary>
    public const string ContactCentreKey = "contact_centre_phone_number";
    public const string TriesLeftKey = "tries_left";
    public const string LimitKey = "limit_minor_units";
    public const string RestKey = "rest_minor_units";
    public const string CurrencyKey = "currency_code";
    public const string EndOfDayFromKey = "end_of_day_from_time";

    public static Status Of(RefusedException refused, Language language)
    {
        var entry = ReasonCatalogue.Of(refused.Reason);
        var info = new ErrorInfo { Reason = entry.Name, Domain = Domain };
        var first = refused.Refusals[0];
        AddFacts(info, first, entry);
        var text = RefusalText.Of(first, language);
        if (refused.Reference is { } reference)
        {
            info.Metadata.Add(ReferenceKey, reference);
            text = $"{text} {(language == Language.English ? "Reference" : "Referenca")}: {reference}.";
        }

        var status = new Status { Code = (int)entry.Status, Message = string.Join(' ', refused.Refusals.Select(ForDevelopers)) };
        status.Add(info);
        status.Add(new LocalizedMessage { Locale = LocaleOf(language), Message = text });
        var violations = refused.Refusals.Where(refusal => refusal.Field is not null).Select(refusal => Violation(refusal, language));
        if (violations.ToList() is { Count: > 0 } atFault)
            status.Add(new BadRequest { FieldViolations = { atFault } });
        if ((first.Wait ?? RetryDelay(refused.Reason)) is { } delay)
            status.Add(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) });
        return status;
    }

    private static string ForDevelopers(Refusal refusal)
    {
        var entry = ReasonCatalogue.Of(refusal.Reason);
        return refusal.Field is { } field ? $"{entry.Name} at {field}: {entry.English}" : $"{entry.Name}: {entry.English}";
    }

    private static BadRequest.Types.FieldViolation Violation(Refusal refusal, Language language)
    {
        var entry = ReasonCatalogue.Of(refusal.Reason);
        return new()
        {
            Field = refusal.Field, Reason = entry.Name, Description = entry.English,
            LocalizedMessage = new LocalizedMessage { Locale = LocaleOf(language), Message = RefusalText.Of(refusal, language) },
        };
    }

    private static void AddFacts(ErrorInfo info, Refusal refusal, ReasonCatalogue.Entry entry)
    {
        if (entry.ContactCentreHelps)
            info.Metadata.Add(ContactCentreKey, ContactCentrePhone.Number);
        if (refusal.TriesLeft is { } tries)
            info.Metadata.Add(TriesLeftKey, tries.ToString(CultureInfo.InvariantCulture));
        if (refusal.EndOfDayFrom is { } from)
            info.Metadata.Add(EndOfDayFromKey, from.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        if (refusal.Exceeded is not { } exceeded)
            return;
        info.Metadata.Add(LimitKey, exceeded.Limit.Minor.ToString(CultureInfo.InvariantCulture));
        info.Metadata.Add(RestKey, exceeded.Rest.Minor.ToString(CultureInfo.InvariantCulture));
        info.Metadata.Add(CurrencyKey, exceeded.Limit.Currency.Code);
    }

    private static string LocaleOf(Language language) => language == Language.English ? "en" : "sq";

    private static TimeSpan? RetryDelay(Reason reason) => reason switch
    {
        Reason.Overloaded => TimeSpan.FromMilliseconds(100),
        Reason.Unavailable or Reason.MessageTooSlow or Reason.AccountBusy or Reason.OrderTooLate => TimeSpan.FromSeconds(1),
        _ => null,
    };

    private static void Add(this Status status, IMessage detail) => status.Details.Add(Any.Pack(detail));
}
