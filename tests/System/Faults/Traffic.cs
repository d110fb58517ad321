using System.Collections.Concurrent;
using System.Diagnostics;
using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;
using Google.Protobuf;
using Grpc.Core;

namespace BktSmart.Faults;

/// <summary>
/// Clients that move small amounts between accounts as a good app does, and desks that hold money and book linked legs: the id of a
/// transfer is made before the first attempt, and whatever happens the client repeats or asks under this id until it knows the outcome.
/// Every other one wants to know at once after a doubt: it settles the id, and trusts that answer alone. A reader looks at all balances at
/// once meanwhile. What they were told, and when, is kept, to be compared with what the bank says later.
/// </summary>
/// <param name="operations">Null for the bank's own desk.</param>
/// <param name="spared">An account that is read but that no order is about, unless <see cref="PayOnAsync"/> gives one.</param>
internal sealed class Traffic(
    TestBank bank, IReadOnlyList<TestCustomer> accounts, int clients, int seed, OperationsDesk? operations = null,
    TestCustomer? spared = null)
{
    private const int AmountMinorUnitsMax = 300_00;
    private const int Desks = 3;
    private const long MoreOfEach = 10;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan HoldLifetime = TimeSpan.FromHours(1);

    private readonly ConcurrentQueue<Outcome> _outcomes = [];
    private readonly ConcurrentQueue<DeskOutcome> _deskOutcomes = [];
    private readonly ConcurrentQueue<Reading> _readings = [];
    private readonly string[] _names = [.. accounts.Select(account => account.Account.Name)];
    private readonly TestCustomer[] _used = [.. accounts.Where(account => account != spared)];
    // The clients, then the desks.
    private readonly long[] _settledByEach = new long[clients + Desks];
    private readonly ConcurrentQueue<Doubt> _doubts = [];
    private readonly OperationsDesk _operations = operations ?? bank.Operations;

    /// <summary>When a call began, and when its last answer was there: timestamps of this process.</summary>
    internal readonly record struct Span(long Sent, long Answered)
    {
        public TimeSpan Took => Stopwatch.GetElapsedTime(Sent, Answered);

        public bool Covers(long timestamp) => Sent <= timestamp && timestamp <= Answered;

        public bool Overlaps(Span other) => Sent <= other.Answered && Answered >= other.Sent;
    }

    /// <param name="Answer">The booked transfer; null if it was refused for good.</param>
    /// <param name="Reason">Empty if it was not.</param>
    internal sealed record Outcome(TestCustomer Payer, CreateTransferRequest Request, Transfer? Answer, string Reason, Span When)
    {
        public bool IsOn(TestCustomer account) =>
            Request.SourceAccount == account.Account.Name || Request.PayeeIban == account.Account.Iban;
    }

    /// <param name="Repeat">Gives the same order again.</param>
    /// <param name="Answer">Null if it was refused.</param>
    /// <param name="Reason">Empty if it was not.</param>
    internal sealed record DeskOutcome(Func<Task<LedgerTransfer>> Repeat, LedgerTransfer? Answer, string Reason, Span When);

    /// <summary>An attempt whose outcome was not known at first.</summary>
    /// <param name="Told">What it was answered instead: the status, and the bank's reason where there is one.</param>
    internal sealed record Doubt(string Told, Span When);

    /// <summary>All balances at one point, in the order of the accounts.</summary>
    internal sealed record Reading(IReadOnlyList<LedgerBalance> Balances, Span When);

    public IReadOnlyCollection<Outcome> Outcomes => _outcomes;

    public IReadOnlyCollection<DeskOutcome> DeskOutcomes => _deskOutcomes;

    public IReadOnlyCollection<Reading> Readings => _readings;

    /// <summary>When what took place was ordered and acknowledged, by the name of the transfer.</summary>
    public IReadOnlyDictionary<string, Span> Acknowledged =>
        _outcomes.Where(outcome => outcome.Answer is not null).Select(outcome => (outcome.Answer!.Name, outcome.When))
            .Concat(_deskOutcomes.Where(outcome => outcome.Answer is not null).Select(outcome => (outcome.Answer!.Name, outcome.When)))
            .ToDictionary(outcome => outcome.Name, outcome => outcome.When);

    /// <summary>When the definite answers were asked for and given.</summary>
    public IEnumerable<Span> Definite => Beside(null);

    /// <summary>The same for orders that are not about one account.</summary>
    /// <param name="account">The spared one, which no desk uses.</param>
    public IEnumerable<Span> Beside(TestCustomer? account) =>
        _outcomes.Where(outcome => account is null || !outcome.IsOn(account)).Select(outcome => outcome.When)
            .Concat(_deskOutcomes.Select(outcome => outcome.When));

    public long Settled => _outcomes.Count + _deskOutcomes.Count;

    /// <summary>In the order in which they were told.</summary>
    public IReadOnlyCollection<Doubt> Doubts => _doubts;

    /// <summary>
    /// Runs during something else. A client that fails ends both at once; otherwise each client settles what it has begun, at the end.
    /// </summary>
    /// <param name="patience">For what was begun.</param>
    public async Task DuringAsync(Func<Task> action, TimeSpan patience)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = RunAsync(stop.Token);
        try
        {
            await await Task.WhenAny(action(), running);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await running.WaitAsync(patience, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine(ToString());
    }

    /// <summary>
    /// Waits until each client and desk has settled a few more: accounts that nobody serves would stop only some of them.
    /// </summary>
    public Task EveryoneGoesOnAsync(TimeSpan patience)
    {
        var before = _settledByEach.ToArray();
        return Eventually.AtLeastAsync(
            MoreOfEach,
            () => before.Select((settled, one) => Interlocked.Read(ref _settledByEach[one]) - settled).Min(),
            "transfers that each client and desk has settled since",
            patience);
    }

    /// <summary>One more client, all of whose payments are from or to one account, until it is asked to stop.</summary>
    public async Task PayOnAsync(TestCustomer account, int client, CancellationToken stop)
    {
        var random = new Random(seed * 1_000 + 800 + client);
        while (!stop.IsCancellationRequested)
        {
            var other = Draw(random, 1)[0];
            var (payer, payee) = random.Next(2) == 0 ? (account, other) : (other, account);
            await PayAsync(payer, payee, random, settles: client % 2 == 1);
        }
    }

    public override string ToString() =>
        $"{_outcomes.Count} payments and {_deskOutcomes.Count} orders of the desks settled, {_readings.Count} readings, "
        + $"{_doubts.Count} attempts in doubt";

    private async Task RunAsync(CancellationToken stop)
    {
        Task[] all =
        [
            .. Enumerable.Range(0, clients).Select(client => PayAsync(client, stop)),
            .. Enumerable.Range(0, Desks).Select(desk => OperateAsync(desk, stop)),
            ReadAsync(stop),
        ];
        await foreach (var ended in Task.WhenEach(all))
            await ended;
    }

    private async Task PayAsync(int client, CancellationToken stop)
    {
        var random = new Random(seed * 1_000 + client);
        while (!stop.IsCancellationRequested)
        {
            var drawn = Draw(random, 2);
            await PayAsync(drawn[0], drawn[1], random, settles: client % 2 == 1);
            Interlocked.Increment(ref _settledByEach[client]);
        }
    }

    private async Task PayAsync(TestCustomer payer, TestCustomer payee, Random random, bool settles)
    {
        var request = payer.Payment(payee, random.Next(1, AmountMinorUnitsMax));
        var get = new GetTransferRequest { Name = $"transfers/{request.TransferId}" };
        var (answer, reason, when) = await SettleAsync(
            settles,
            async settleOnly =>
            {
                request.SettleOnly = settleOnly;
                return (await payer.App.Transfers.CreateTransferAsync(request, deadline: DateTime.UtcNow + Deadline)).Transfer;
            },
            async () => (await payer.App.Transfers.GetTransferAsync(get, deadline: DateTime.UtcNow + Deadline)).Transfer);
        _outcomes.Enqueue(new Outcome(payer, request, answer, reason, when));
    }

    private async Task OperateAsync(int desk, CancellationToken stop)
    {
        var random = new Random(seed * 1_000 + 500 + desk);
        var service = _operations.Service;
        while (!stop.IsCancellationRequested)
        {
            var drawn = Draw(random, 3);
            var (one, two, three) = (drawn[0], drawn[1], drawn[2]);
            if (random.Next(2) == 0)
            {
                var linked = new CreateLinkedTransferRequest
                {
                    TransferId = NewId(),
                    Legs =
                    {
                        Amounts.Leg(one.Account.Name, two.Account.Name, random.Next(1, AmountMinorUnitsMax)),
                        Amounts.Leg(two.Account.Name, three.Account.Name, random.Next(1, AmountMinorUnitsMax)),
                    },
                };
                await OrderAsync(linked.TransferId, async settleOnly =>
                {
                    linked.SettleOnly = settleOnly;
                    return (await service.CreateLinkedTransferAsync(linked, deadline: DateTime.UtcNow + Deadline)).Transfer;
                });
                continue;
            }

            var hold = new CreateHoldRequest
            {
                TransferId = NewId(),
                Leg = Amounts.Leg(one.Account.Name, two.Account.Name, random.Next(2, AmountMinorUnitsMax)),
                ExpireTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow + HoldLifetime),
            };
            var held = await OrderAsync(hold.TransferId, async settleOnly =>
            {
                hold.SettleOnly = settleOnly;
                return (await service.CreateHoldAsync(hold, deadline: DateTime.UtcNow + Deadline)).Hold;
            });
            if (held is null)
                continue;

            // Both ends, so that one of them comes too late.
            var post = new PostHoldRequest
            {
                TransferId = NewId(),
                Hold = held.Name,
                AmountMinorUnits = random.Next(1, (int)hold.Leg.Amount.MinorUnits),
            };
            var release = new ReleaseHoldRequest { TransferId = NewId(), Hold = held.Name };
            await Task.WhenAll(
                OrderAsync(post.TransferId, async settleOnly =>
                {
                    post.SettleOnly = settleOnly;
                    return (await service.PostHoldAsync(post, deadline: DateTime.UtcNow + Deadline)).Transfer;
                }),
                OrderAsync(release.TransferId, async settleOnly =>
                {
                    release.SettleOnly = settleOnly;
                    return (await service.ReleaseHoldAsync(release, deadline: DateTime.UtcNow + Deadline)).Transfer;
                }));
        }

        async Task<LedgerTransfer?> OrderAsync(string id, Func<bool, Task<LedgerTransfer>> order)
        {
            var get = new GetLedgerTransferRequest { Name = $"transfers/{id}" };
            var (answer, reason, when) = await SettleAsync(
                settles: desk % 2 == 1,
                order,
                async () => (await service.GetLedgerTransferAsync(get, deadline: DateTime.UtcNow + Deadline)).Transfer);
            _deskOutcomes.Enqueue(new DeskOutcome(() => order(false), answer, reason, when));
            Interlocked.Increment(ref _settledByEach[clients + desk]);
            return answer;
        }
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        var request = new BatchGetBalancesRequest { Accounts = { _names } };
        while (!stop.IsCancellationRequested)
        {
            var sent = Stopwatch.GetTimestamp();
            try
            {
                var response = await _operations.Service.BatchGetBalancesAsync(
                    request, deadline: DateTime.UtcNow + Deadline, cancellationToken: CancellationToken.None);
                _readings.Enqueue(new Reading(response.Balances, new Span(sent, Stopwatch.GetTimestamp())));
            }
            catch (RpcException exception) when (IsDoubt(exception))
            {
                await DoubtAsync(exception, sent);
            }
        }
    }

    private Task DoubtAsync(RpcException exception, long sent)
    {
        var told = $"{exception.StatusCode} {Refusal.From(exception).Reason}".TrimEnd();
        _doubts.Enqueue(new Doubt(told, new Span(sent, Stopwatch.GetTimestamp())));
        return Task.Delay(RetryDelay, TestContext.Current.CancellationToken);
    }

    /// <param name="settles">Whether it settles the id after a doubt, and does not repeat the order.</param>
    /// <param name="order">Told whether it is to settle only.</param>
    private async Task<(T? Answer, string Reason, Span When)> SettleAsync<T>(bool settles, Func<bool, Task<T>> order, Func<Task<T>> ask)
        where T : class, IMessage
    {
        var sent = Stopwatch.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            var asked = Stopwatch.GetTimestamp();
            try
            {
                // After a doubt it settles; or it asks first and repeats next, so that both ways are gone.
                var answer = await (settles ? order(attempt > 0) : attempt % 2 == 0 ? order(false) : ask());
                return (answer, "", new Span(sent, Stopwatch.GetTimestamp()));
            }
            catch (RpcException exception) when (RefusalOf(exception) is { } reason)
            {
                return (null, reason, new Span(sent, Stopwatch.GetTimestamp()));
            }
            catch (RpcException exception) when (IsDoubt(exception))
            {
                await DoubtAsync(exception, asked);
            }
        }
    }

    /// <summary>Some of the accounts, no one twice.</summary>
    private TestCustomer[] Draw(Random random, int count)
    {
        var drawn = _used.ToArray();
        random.Shuffle(drawn);
        return drawn[..count];
    }

    private static string NewId() => Guid.CreateVersion7().ToString();

    private static string? RefusalOf(RpcException exception) => Refusal.From(exception).Reason switch
    {
        "INSUFFICIENT_FUNDS" or "HOLD_ALREADY_POSTED" or "HOLD_ALREADY_RELEASED" or "ABANDONED" => Refusal.From(exception).Reason,
        _ => null,
    };

    // A killed process breaks connections, and the library says so with a status that has no reason.
    // INTERNAL of the bank itself would be a defect.
    private static bool IsDoubt(RpcException exception) => Refusal.From(exception).Reason switch
    {
        "UNAVAILABLE" or "OUTCOME_UNKNOWN" or "DEADLINE_EXCEEDED" or "OVERLOADED" or "TRANSFER_NOT_FOUND" or "ACCOUNT_BUSY"
            or "ORDER_TOO_LATE" => true,
        "" => exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Cancelled,
        _ => false,
    };
}
