namespace BktSmart.Bench.Indistinguishable;

/// <summary>Calls that one class of attempts consists of.</summary>
/// <param name="Call">What is begun: sign-in, reset, enrolment, or many sign-ins at once.</param>
/// <param name="Reference">The class of the same call that this one must look like; null for that class itself.</param>
/// <param name="Attempts">One attempt for each identifier.</param>
internal sealed record AttemptClass(string Call, string Name, AttemptClass? Reference, IReadOnlyList<Func<Task<Answer>>> Attempts);
