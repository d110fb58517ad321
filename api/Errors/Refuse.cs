using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace BktSmart.Errors;

/// <summary>Makes refusals.</summary>
internal static class Refuse
{
    public static RefusedException Because(Reason reason, string? field = null) => new(new Refusal(reason, field));

    /// <param name="wait">How long, before it is tried again.</param>
    public static RefusedException Because(Reason reason, TimeSpan wait) => new(new Refusal(reason) { Wait = wait });

    /// <inheritdoc cref="RefusedException"/>
    public static RefusedException Because(Refusal refusal, string? reference = null) => new(refusal, reference);

    /// <summary>The value of a result; its refusal is thrown.</summary>
    public static T OrRefuse<T>(this Result<T> result) => result.Succeeded ? result.Value : throw Because(result.Refusal);

    /// <summary>A required message of the request.</summary>
    public static T OrMissing<T>([NotNull] this T? message, string field)
        where T : class, IMessage =>
        message ?? throw Because(Reason.FieldMissing, field);

    /// <summary>A required text of the request.</summary>
    public static string OrMissing(this string text, string field) => text.Length > 0 ? text : throw Because(Reason.FieldMissing, field);
}
