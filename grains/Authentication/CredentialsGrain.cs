using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Messages;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Concurrency;
using Orleans.Placement;

namespace BktSmart.Authentication;

// Reentrant, so that guesses at the password keep nothing else waiting. Attempts with a password or a card come one by one, each kind in a
// queue of its own, so that a crowd of guesses has as many tries as one guesser; where the queue is full, the answer is that. An attempt
// goes in three steps: it reads the state, hashes while others go on, and then takes the write lock and reads the state again. A failure
// is counted on that state, and stored, before the lock is free and the answer goes out. What else changes the state takes the same lock
// for as long as one write lasts. If the epoch or the password changed during the hash, the attempt is worth nothing: the row was locked,
// suspended or given another password, and no attempt of before may say whether it was right.
//
// A second activation fails on the version of the row at its first write. Whatever is under way in an activation whose write failed then
// finds no state, gives no answer, and the activation is thrown away.
//
// All activations leave after a minute, because strangers make them, and whether they stay longer must not tell who is a customer.

/// <summary>
/// Holds what one customer proves at sign-in; the truth is its row, which is written before every answer that depends on the change.
/// </summary>
[Reentrant, RandomPlacement, GrainType("credentials"), CollectionAgeLimit(Minutes = 1)]
internal sealed partial class CredentialsGrain(
    CredentialsStore store, FnpMessageStore messages, CustomerStore customers, PasswordHasher hasher, StandIns standIns,
    StrangersByNetwork strangers, OutboxSignal outbox, LedgerEventSignal news, [BankClock] TimeProvider time,
    IOptions<MessageDeliveryOptions> delivery,
    IOptions<LockoutOptions> lockout, IOptions<SessionOptions> sessions, IOptions<PasswordOptions> passwords, IOptions<FnpOptions> fnps,
    IOptions<CallerIdentificationOptions> identification, CallerIdentificationStore callers, IEnumerable<IRiskEffect> riskEffects)
    : Grain, ICredentialsGrain, IMayNameNothing, IDisposable
{
    private const int DevicesMax = 20;

    /// <summary>
    /// Confirmations that may be begun within <see cref="ConfirmationsWindow"/>: a stolen session must not fill the SMS queue.
    /// </summary>
    private const int ConfirmationsMax = 5;
    private static readonly TimeSpan ConfirmationsWindow = TimeSpan.FromMinutes(1);
    private readonly Queue<DateTimeOffset> _confirmations = new();

    private readonly TurnQueue _passwordAttempts = new(lockout.Value.AttemptsWaitingMax);
    private readonly TurnQueue _cardAttempts = new(lockout.Value.AttemptsWaitingMax);

    /// <summary>Of who is signed in: strangers do not stand before them.</summary>
    private readonly TurnQueue _sessionAttempts = new(lockout.Value.AttemptsWaitingMax);

    /// <summary>Held from the last look at the state to the end of the write that follows from it.</summary>
    private readonly SemaphoreSlim _writing = new(1, 1);

    // Null once a write failed: nobody knows what is stored.
    private CredentialsState? _state = CredentialsState.None;
    private long _version;
    private bool _standsIn;

    /// <summary>Nothing is stored, as of a customer who is not enrolled.</summary>
    public bool NamesNothing => _version == 0 && !_standsIn;

    private CredentialsState State => _state ?? throw new StorageUnavailableException();

    private CustomerNumber Number => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        (_state, _version) = await store.ReadAsync(Number, cancellationToken);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        standIns.Leave(GrainContext);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _passwordAttempts.Dispose();
        _cardAttempts.Dispose();
        _sessionAttempts.Dispose();
        _writing.Dispose();
    }

    /// <summary>
    /// The turn of an attempt of a stranger; null if too many wait, or too long. Where nothing is stored, the activation stands in for a
    /// customer and stays as long as one, so that a second attempt finds it as warm.
    /// </summary>
    private Task<IDisposable?> TryEnterAsync(TurnQueue attempts, Patience patience)
    {
        if (_version == 0)
        {
            _standsIn = true;
            standIns.Use(GrainContext);
        }

        return attempts.TryEnterAsync(patience);
    }

    private Patience AttemptPatience(CancellationToken cancellationToken) => new(lockout.Value.AttemptWaitMax, time, cancellationToken);

    private async Task<Result<bool>> VerifyAsync(Secret password, string? hash, Patience patience)
    {
        try
        {
            return await hasher.VerifyAsync(PasswordPolicy.Normalise(password), hash, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsOver)
        {
            return Reason.Overloaded;
        }
    }

    private async Task<WriteLock> LockAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        return new WriteLock(_writing);
    }

    /// <summary>Whether what an attempt has read still holds.</summary>
    private bool StillHolds(CredentialsState seen) => State.Epoch == seen.Epoch && State.PasswordHash == seen.PasswordHash;

    /// <summary>The device of an open session.</summary>
    private Device? DeviceOf(Guid sessionId) =>
        State.Sessions.FirstOrDefault(session => session.Id == sessionId) is { } session
            ? State.Devices.FirstOrDefault(known => known.Id == session.DeviceId)?.ToDevice()
            : null;

    private async Task WriteDecoyAsync(SecurityEventKind kind, Device device, string origin)
    {
        await store.WriteDecoyAsync(
            Number, CredentialsState.None, new CredentialsChange([kind], time.GetUtcNow(), device, origin, []), CancellationToken.None);
        SecurityMetrics.Strays.Add(1);
    }

    /// <summary>
    /// Writes the next state with what belongs to the change; under the lock. When that fails, nobody knows what is stored, so the
    /// activation is given up; the next one reads the row.
    /// </summary>
    private Task SaveAsync(
        CredentialsState next, SecurityEventKind[] events, Device? device, string? origin, params NpgsqlBatchCommand[] also) =>
        SaveAsync(next, events, device, origin, LockoutRules.Alert(State, next, lockout.Value), also);

    /// <inheritdoc cref="SaveAsync(CredentialsState, SecurityEventKind[], Device?, string?, NpgsqlBatchCommand[])"/>
    /// <param name="alert">Told in the same transaction, by SMS to the number that the customer had before it; null for nothing.</param>
    private async Task SaveAsync(
        CredentialsState next, SecurityEventKind[] events, Device? device, string? origin, SecurityAlert? alert,
        params NpgsqlBatchCommand[] also)
    {
        var before = State;
        var ended = before.Sessions.Select(session => session.Id).Except(next.Sessions.Select(session => session.Id));
        var change = new CredentialsChange(events, time.GetUtcNow(), device, origin, [.. ended])
        {
            RemindAt = PasswordAge.RemindAt(next, passwords.Value),
            Also = alert is { } told
                ?
                [
                    SecurityNews.Sms(told, Number, delivery.Value), .. also,
                    .. SecurityNews.Event(told, Number, device) is { } happened ? [happened] : Array.Empty<NpgsqlBatchCommand>(),
                ]
                : also,
        };
        try
        {
            await store.WriteAsync(Number, next, _version, change, CancellationToken.None);
        }
        catch
        {
            _state = null;
            DeactivateOnIdle();
            throw;
        }

        foreach (var kind in events)
            SecurityMetrics.Count(kind);
        (_state, _version) = (next, _version + 1);
        if (alert is null)
            return;
        outbox.Set(OutboxChannel.Sms);
        news.Set(Number);
    }

    private readonly struct WriteLock(SemaphoreSlim writing) : IDisposable
    {
        public void Dispose() => writing.Release();
    }
}
