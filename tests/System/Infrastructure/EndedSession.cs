using System.Diagnostics;
using BktSmart.V1;
using Grpc.Core;

namespace BktSmart.Infrastructure;

/// <summary>What the API promises of a session that ended: its access token is refused everywhere within a second.</summary>
internal static class EndedSession
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public static Task WithinASecondAsync(AccountService.AccountServiceClient accounts) =>
        WithinASecondAsync(accounts, Stopwatch.StartNew());

    /// <param name="sinceTheEnd">Started when the call that ended the session returned.</param>
    public static async Task WithinASecondAsync(AccountService.AccountServiceClient accounts, Stopwatch sinceTheEnd)
    {
        while (true)
        {
            // A call that began within the second may still be let in.
            var asked = sinceTheEnd.Elapsed;
            try
            {
                await accounts.ListAccountsAsync(new ListAccountsRequest(), cancellationToken: TestContext.Current.CancellationToken);
            }
            catch (RpcException)
            {
                break;
            }

            Assert.True(asked < Limit, $"The token of an ended session was good {asked.TotalMilliseconds:F0} ms later.");
        }

        Assert.Equal(
            new Refused(StatusCode.Unauthenticated, "SESSION_ENDED"),
            await Refused.ByAsync(
                () => accounts.ListAccountsAsync(
                    new ListAccountsRequest(), cancellationToken: TestContext.Current.CancellationToken).ResponseAsync));
    }
}
