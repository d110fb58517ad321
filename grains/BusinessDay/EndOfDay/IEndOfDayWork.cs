namespace BktSmart.BusinessDay;

/// <summary>
/// Does a step of end-of-day, part by part. What a part does, and how far the step is then, is one transaction: so a silo may die at any
/// line, and another one goes on where it was. Nothing that is wrong with an account, a batch or a payment ends it: that is set aside.
/// </summary>
internal interface IEndOfDayWork
{
    EndOfDayStep Step { get; }

    /// <summary>Does the next part, or finishes the step where there is none.</summary>
    Task DoPartAsync(OpenStep step, CancellationToken cancellationToken);
}
