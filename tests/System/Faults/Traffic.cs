using System.Collections.Concurrent;
using BktSmart.Dev.Client;
using BktSmart.V1;
using Grpc.Core;

namespace BktSmart.Faults;

/// <summary>
/// Clients that move small amounts between accounts as a good app does: the id of a transfer is made before the first attempt, and whatever happens the client repeats or
/// asks under this id until it knows the outcome. What they were told is kept, to be compared with what the bank says later.
/// </summary>
internal sealed class Traffic(IReadOnlyList<TestCustomer> accounts, int clients, int seed)
{
    private const int AmountMinorUnitsMax = 300_00;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<Outcome> _outcomes = [];
    private readonly long[] _settledByClient = new long[clients];
    private long _interrupted;

    /// <param name="Answer">The booked transfer; null if it was refused for good.</param>
    internal sealed record Outcome(TestCustomer Payer, CreateTransferRequest Request, Transfer? Answer);

    public IReadOnlyCollection<Outcome> Outcomes => _outcomes;

    public long Settled => _outcomes.Count;

    /// <summary>Attempts whose outcome was not known at first.</summary>
    public long Interrupted => Interlocked.Read(ref _interrupted);

    /// <summary>What the slowest client has settled.</summary>
    public long SettledByEach => Enumerable.Range(0, clients).Min(client => Interlocked.Read(ref _settledByClient[client]));

    /// <summary>Runs until it is asked to stop; then each client settles what it has begun.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, clients).Select(client => RunAsync(client, stop)));

    private async Task RunAsync(int client, CancellationToken stop)
    {
        var random = new Random(seed * 1_000 + client);
        while (!stop.IsCancellationRequested)
        {
            var first = random.Next(accounts.Count);
            var (payer, payee) = (accounts[first], accounts[(first + random.Next(1, accounts.Count)) % accounts.Count]);
            var request = payer.Payment(payee, random.Next(1, AmountMinorUnitsMax));
            _outcomes.Enqueue(await SettleAsync(payer, request));
            Interlocked.Increment(ref _settledByClient[client]);
        }
    }

    private async Task<Outcome> SettleAsync(TestCustomer payer, CreateTransferRequest request)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                // After a doubt it asks first and repeats next, so that both ways are gone.
                return new Outcome(payer, request, await (attempt % 2 == 0 ? PayAsync(payer, request) : GetAsync(payer, request)));
            }
            catch (RpcException exception) when (IsRefusal(exception))
            {
                return new Outcome(payer, request, null);
            }
            catch (RpcException exception) when (IsDoubt(exception))
            {
                Interlocked.Increment(ref _interrupted);
                await Task.Delay(RetryDelay, TestContext.Current.CancellationToken);
            }
        }
    }

    private static async Task<Transfer> PayAsync(TestCustomer payer, CreateTransferRequest request) =>
        (await payer.App.Transfers.CreateTransferAsync(request, deadline: DateTime.UtcNow + Deadline)).Transfer;

    private static async Task<Transfer> GetAsync(TestCustomer payer, CreateTransferRequest request) =>
        (await payer.App.Transfers.GetTransferAsync(
            new GetTransferRequest { Name = $"transfers/{request.TransferId}" }, deadline: DateTime.UtcNow + Deadline)).Transfer;

    private static bool IsRefusal(RpcException exception) => Refusal.From(exception).Reason == "INSUFFICIENT_FUNDS";

    // A killed process breaks connections, and the library says so with a status that has no reason. INTERNAL of the bank itself would be a defect.
    private static bool IsDoubt(RpcException exception) => Refusal.From(exception).Reason switch
    {
        "UNAVAILABLE" or "OUTCOME_UNKNOWN" or "DEADLINE_EXCEEDED" or "OVERLOADED" or "TRANSFER_NOT_FOUND" => true,
        "" => exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Cancelled,
        _ => false,
    };
}
