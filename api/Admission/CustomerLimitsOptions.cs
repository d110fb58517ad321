using Microsoft.Extensions.Options;

namespace BktSmart.Admission;

/// <summary>Section <c>CustomerLimits</c>: how often one customer may come to one node. A person with an app stays far below.</summary>
internal sealed class CustomerLimitsOptions
{
    public const string Section = "CustomerLimits";

    /// <summary>Calls at one time, on all devices together; one more is refused as overloaded.</summary>
    public int CallsAtOnceMax { get; set; } = 8;

    /// <summary>Calls a minute.</summary>
    public int CallsPerMinute { get; set; } = 600;

    /// <summary>Of these, orders that may move money, repeats and questions by <c>settle_only</c> included.</summary>
    public int OrdersPerMinute { get; set; } = 120;

    /// <summary>Payees that cannot be paid, a minute; after that no call that names one, until some time has passed.</summary>
    public int WrongPayeesPerMinute { get; set; } = 10;

    /// <summary>
    /// Calls a minute that end what a thief may do, such as other sessions and a new password; none of the others counts towards it.
    /// </summary>
    public int BrakesPerMinute { get; set; } = 60;

    internal sealed class Validator : IValidateOptions<CustomerLimitsOptions>
    {
        public ValidateOptionsResult Validate(string? name, CustomerLimitsOptions options) =>
            new[]
            {
                options.CallsAtOnceMax, options.CallsPerMinute, options.OrdersPerMinute, options.WrongPayeesPerMinute,
                options.BrakesPerMinute,
            }.Min() >= 1
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    "CustomerLimits: CallsAtOnceMax, CallsPerMinute, OrdersPerMinute, WrongPayeesPerMinute and BrakesPerMinute must be at "
                    + "least 1.");
    }
}
