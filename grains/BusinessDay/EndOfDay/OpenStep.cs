namespace BktSmart.BusinessDay;

/// <summary>A step of end-of-day that this silo has taken up.</summary>
/// <param name="Position">Up to which account or batch it is done.</param>
/// <param name="LastPosition">Up to which it goes.</param>
internal readonly record struct OpenStep(DateOnly BusinessDate, EndOfDayStep Step, long Position, long LastPosition);
