using System.Globalization;
using System.Security.Cryptography;
using BktSmart.Answers;
using BktSmart.Customers;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>What is stored of an FNP session, as JSON. The code itself is not: only a keyed hash that is bound to this session.</summary>
internal sealed class FnpSessionState
{
    /// <summary>Null for the decoy that an outsider gets.</summary>
    public int? Customer { get; set; }
    public FnpPurpose Purpose { get; set; }
    public DeviceState? Device { get; set; }
    public byte[]? CodeHash { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public int TriesLeft { get; set; }
    public bool Used { get; set; }
}

/// <summary>A device as grain state.</summary>
internal sealed class DeviceState
{
    public Guid Id { get; set; }
    public string Name { get; set; } = "";
    public DevicePlatform Platform { get; set; }
    public string? PushToken { get; set; }

    public static DeviceState From(Device device) =>
        new() { Id = device.Id, Name = device.Name, Platform = device.Platform, PushToken = device.PushToken };

    public Device ToDevice() => new(Id, Name, Platform, PushToken);
}

/// <summary>
/// Holds one FNP session; the truth is its stored state. A try is counted, and the count is stored, before its answer: guesses in parallel queue up here one by one, and
/// a guess at a second activation fails on the version of the state and gets no answer at all. An answer that got lost has used up its try. The stored state
/// is swept away some time after the end. An activation does not stay long, because anybody can make one with an id of his own; it cannot go at once, because the runtime
/// would give up the calls that wait for it.
/// </summary>
[GrainType("fnp-session"), CollectionAgeLimit(Minutes = 5)]
internal sealed class FnpSessionGrain(
    [PersistentState("fnp-session", GrainStorage.Name)] IPersistentState<FnpSessionState> state,
    BankKeys keys,
    FnpSmsQueue sms,
    TimeProvider time,
    IOptions<FnpOptions> options) : Grain, IFnpSessionGrain
{
    private const int CodeLength = 6;

    public async Task<DateTimeOffset> Start(CustomerNumber? customer, FnpPurpose purpose, Device device, CancellationToken cancellationToken)
    {
        if (state.RecordExists)
            throw new InvalidOperationException("An FNP session starts once.");

        // The decoy does the same work: it draws a code, too, and nobody ever learns it.
        var code = new Secret(RandomNumberGenerator.GetInt32((int)Math.Pow(10, CodeLength)).ToString($"D{CodeLength}", CultureInfo.InvariantCulture));
        state.State = new FnpSessionState
        {
            Customer = customer?.Value,
            Purpose = purpose,
            Device = DeviceState.From(device),
            CodeHash = keys.FnpHash(this.GetPrimaryKeyString(), code),
            ExpiresAt = time.GetUtcNow() + options.Value.Lifetime,
            TriesLeft = options.Value.TriesMax,
        };
        await state.WriteOrForgetAsync(this, cancellationToken);
        if (customer is { } number)
            sms.Send(number, purpose, code, state.State.ExpiresAt);
        return state.State.ExpiresAt;
    }

    public async Task<Result<FnpProof>> Verify(FnpPurpose purpose, Guid deviceId, Secret fnp, CancellationToken cancellationToken)
    {
        var session = state.State;
        if (!state.RecordExists || session.Used || time.GetUtcNow() >= session.ExpiresAt)
            return new Refusal(Reason.FnpExpired, "fnp");
        if (session.TriesLeft == 0)
            return new Refusal(Reason.FnpTriesExhausted, "fnp");

        session.TriesLeft--;
        session.Used = CryptographicOperations.FixedTimeEquals(keys.FnpHash(this.GetPrimaryKeyString(), fnp), session.CodeHash)
            & session.Customer is not null
            & session.Purpose == purpose
            & session.Device!.Id == deviceId;
        await state.WriteOrForgetAsync(this, cancellationToken);

        if (session.Used)
            return new FnpProof(CustomerNumber.From(session.Customer!.Value), session.Device.ToDevice());
        return new Refusal(session.TriesLeft == 0 ? Reason.FnpTriesExhausted : Reason.FnpWrong, "fnp");
    }
}
