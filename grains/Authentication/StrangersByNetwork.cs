using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Counts passwords from devices that the customer does not know, for whomever they are, by the network that they come from: whoever tries
/// one password with many customers has as few tries as one with many passwords. A silo counts what comes to it.
/// </summary>
internal sealed class StrangersByNetwork(IOptions<LockoutOptions> options, [BankClock] TimeProvider time)
{
    private readonly CallerRates<string> _rates = new(options.Value.StrangersPerNetworkAndHour, TimeSpan.FromHours(1), time);

    /// <param name="origin">Of the caller, as it is stored: a /24 of IPv4 or a /48 of IPv6.</param>
    /// <returns>Whether one more may be looked at.</returns>
    public bool Admit(string origin)
    {
        var admitted = _rates.Take(origin) == TimeSpan.Zero;
        if (!admitted)
            SecurityMetrics.Crowded.Add(1);
        return admitted;
    }

    /// <summary>One that was admitted was not looked at after all.</summary>
    public void GiveBack(string origin) => _rates.GiveBack(origin);
}
