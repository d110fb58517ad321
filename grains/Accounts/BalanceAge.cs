using BktSmart.Ledger;
using Microsoft.Extensions.Options;

namespace BktSmart.Accounts;

/// <summary>
/// How old a balance may be that is shown without asking the database. The silo that is alone books everything itself and sees every booking at once; among several, another one
/// may have booked meanwhile.
/// </summary>
internal sealed class BalanceAge(IClusterMembershipService members, IOptions<LedgerOptions> options)
{
    public TimeSpan Max
    {
        get
        {
            var others = -1;
            foreach (var member in members.CurrentSnapshot.Members.Values)
            {
                // One that is joining or leaving may book, too.
                if (member.Status is SiloStatus.Joining or SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping)
                    others++;
            }

            return others > 0 ? options.Value.BalanceAgeMax : TimeSpan.MaxValue;
        }
    }
}
