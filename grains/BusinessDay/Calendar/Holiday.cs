namespace BktSmart.BusinessDay;

/// <summary>A weekday on which the bank does not work.</summary>
/// <param name="Day">As it is observed.</param>
/// <param name="IsEstimate">By the moon: the day may be announced as another one.</param>
internal readonly record struct Holiday(DateOnly Day, string Name, bool IsEstimate);
