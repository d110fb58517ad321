using System.Diagnostics;
using BktSmart.V1;
using Grpc.Core;

namespace BktSmart.Infrastructure;

/// <summary>
/// What the API promises of a session that ended: its access token is refused everywhere within a second. How soon a node asks is tested with a clock of the test's own
/// (<c>RevokedSessionsTest</c>); what the cluster takes to answer depends on the machine, and a busy one gets several times as long here.
/// </summary>
internal static class EndedSession
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Task IsRefusedAsync(AccountService.AccountServiceClient accounts) => IsRefusedAsync(accounts, Stopwatch.StartNew());

    /// <param name="sinceTheEnd">Started when the call that ended the session returned.</param>
    public static async Task IsRefusedAsync(AccountService.AccountServiceClient accounts, Stopwatch sinceTheEnd)
    {
        while (true)
        {
            // A call that began before the news may still be let in.
            var asked = sinceTheEnd.Elapsed;
            try
            {
                await accounts.ListAccountsAsync(new ListAccountsRequest(), cancellationToken: TestContext.Current.CancellationToken);
            }
            catch (RpcException)
            {
                break;
            }

            Assert.True(asked < Patience, $"The token of an ended session was good {asked.TotalMilliseconds:F0} ms later.");
        }

        Assert.Equal(
            new Refused(StatusCode.Unauthenticated, "SESSION_ENDED"),
            await Refused.ByAsync(() => accounts.ListAccountsAsync(new ListAccountsRequest(), cancellationToken: TestContext.Current.CancellationToken).ResponseAsync));
    }
}
