using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Hosting;

/// <summary>
/// Of a parameter: the clock that the bank's rules go by. In development it can be moved on; what has no such mark, Orleans first of all,
/// keeps the machine's.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class BankClockAttribute() : FromKeyedServicesAttribute(Key)
{
    internal new const string Key = "bank";
}
