namespace BktSmart.Errors;

/// <summary>
/// Ends a call with a refusal, which is ordinary traffic. It is thrown where the refusal is found; <see cref="ErrorInterceptor"/> gives it
/// its form on the wire.
/// </summary>
internal sealed class RefusedException : Exception
{
    public RefusedException(Refusal refusal, string? reference = null)
        : this([refusal]) =>
        Reference = reference;

    /// <param name="refusals">At least one; the first is the reason of the answer.</param>
    public RefusedException(IReadOnlyList<Refusal> refusals)
        : base(string.Join("; ", refusals.Select(refusal => $"{refusal.Reason} {refusal.Field}"))) =>
        Refusals = refusals;

    /// <summary>More than one where several fields are at fault.</summary>
    public IReadOnlyList<Refusal> Refusals { get; }

    public Reason Reason => Refusals[0].Reason;

    /// <summary>Finds the log line and the trace of a general error; part of the text, so that a customer can read it out.</summary>
    public string? Reference { get; }
}
