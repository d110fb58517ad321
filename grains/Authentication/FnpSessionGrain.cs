using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BktSmart.Keys;
using BktSmart.Messages;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Holds one FNP session; the truth is its stored state. A try is counted, here and among the customer's failures, and both are stored,
/// before its answer: guesses in parallel queue up here one by one, and a guess at a second activation fails on the version of the state
/// and gets no answer at all. The stored state is swept away some time after the end.
///
/// A first step takes its turn here, and its attempt is made within it: a repeat waits for it, and finds what it has left. It does not end
/// with its caller, who may have a dead connection and come again by another: what the credentials count must be known here. Only a
/// failure of silo or storage between the two makes the repeat a new attempt.
/// </summary>
[GrainType("fnp-session"), CollectionAgeLimit(Minutes = 1)]
internal sealed class FnpSessionGrain(
    [PersistentState("fnp-session", GrainStorage.Name)] IPersistentState<FnpSessionState> state,
    BankKeys keys,
    SmsQueue sms,
    FnpMessageStore messages,
    [BankClock] TimeProvider time,
    IOptions<FnpOptions> options) : Grain, IFnpSessionGrain, IMayNameNothing
{
    private const int CodeLength = 6;

    /// <summary>32^8: who guesses, from however many addresses, finds none in the day for which they are good.</summary>
    private const int ReferenceLength = 8;

    /// <summary>What can be read aloud on the telephone without being mistaken.</summary>
    private const string ReferenceLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private Guid Id => Guid.ParseExact(this.GetPrimaryKeyString()[^32..], "N");

    // While an attempt is made, the activation is about to know its key.
    private bool _beginning;

    public bool NamesNothing => !state.RecordExists && !_beginning;

    private bool HasExpired => !state.RecordExists || time.GetUtcNow() >= state.State.ExpiresAt;

    private bool IsOver => HasExpired || state.State.Used;

    /// <summary>What it proves has its use known by <see cref="FnpProof.Use"/>, or by the content.</summary>
    private bool MayProveAgain => state.State.Purpose is
        FnpPurpose.Payment or FnpPurpose.SignIn or FnpPurpose.Enrolment or FnpPurpose.PasswordReset or FnpPurpose.PasswordChange;

    private FnpProof Proof => new(
        CustomerNumber.From(state.State.Customer!.Value), state.State.Device!.ToDevice(), state.State.Epoch, state.State.Use!.Value);

    private FnpChallenge Challenge => new(Id, state.State.ExpiresAt, state.State.SentAt + options.Value.ResendAfter);

    public Task<Result<FnpChallenge>> BeginSignIn(
        CustomerNumber customer, bool nobody, Secret password, Device device, string origin, CancellationToken cancellationToken) =>
        BeginAsync(
            FnpPurpose.SignIn, matter: null,
            async () => GroundsOf(
                customer, nobody, device,
                await GrainFactory.Credentials(customer).TryPassword(password, device, origin, nobody, CancellationToken.None)),
            cancellationToken);

    public Task<Result<FnpChallenge>> BeginNewPassword(
        FnpPurpose purpose, CustomerNumber customer, bool nobody, bool inOrder, Device device, string origin,
        CancellationToken cancellationToken) =>
        BeginAsync(
            purpose, matter: null,
            async () => GroundsOf(
                customer, nobody, device,
                await GrainFactory.Credentials(customer).BeginNewPassword(
                    purpose, inOrder, device, origin, nobody, CancellationToken.None)),
            cancellationToken);

    public Task<Result<FnpChallenge>> BeginPasswordChange(
        CustomerNumber customer, Guid sessionId, Secret password, string origin, CancellationToken cancellationToken) =>
        BeginAsync(
            FnpPurpose.PasswordChange, matter: null,
            async () => GroundsOf(
                customer, await GrainFactory.Credentials(customer).ConfirmPassword(sessionId, password, origin, CancellationToken.None)),
            cancellationToken);

    public Task<Result<FnpChallenge>> BeginConfirmation(
        Requester requester, FnpPurpose purpose, FnpMatter matter, CancellationToken cancellationToken) =>
        BeginAsync(
            purpose, matter,
            async () => GroundsOf(
                requester.Number,
                await GrainFactory.Credentials(requester.Number).BeginConfirmation(requester.SessionId, CancellationToken.None)),
            cancellationToken);

    public Task<FnpChallenge?> Find(CancellationToken cancellationToken) =>
        Task.FromResult(HasExpired || state.State.Refused is not null ? null : Challenge);

    /// <param name="attempt">What is looked at and counted before an FNP goes out.</param>
    private async Task<Result<FnpChallenge>> BeginAsync(
        FnpPurpose purpose, FnpMatter? matter, Func<Task<Result<Grounds>>> attempt, CancellationToken cancellationToken)
    {
        if (!HasExpired)
            return state.State.Refused is { } before ? new Refusal(before, state.State.RefusedField) : Challenge;
        // Its caller left while others had the turn.
        cancellationToken.ThrowIfCancellationRequested();
        _beginning = true;
        try
        {
            var grounds = await attempt();
            if (grounds.Succeeded)
                await StartAsync(grounds.Value, purpose, matter);
            else if (grounds.Refusal is { Reason: Reason.PasswordWrong or Reason.SignInLocked } counted)
                await RememberAsync(purpose, counted);
            return grounds.Succeeded ? Challenge : grounds.Refusal;
        }
        finally
        {
            _beginning = false;
        }
    }

    private static Result<Grounds> GroundsOf(CustomerNumber customer, bool nobody, Device device, int? epoch) => epoch switch
    {
        AttemptEpoch.Overloaded => Reason.Overloaded,
        { } since when !nobody => new Grounds(new FnpBegun(customer, since), device),
        _ => new Grounds(null, device),
    };

    private static Result<Grounds> GroundsOf(CustomerNumber customer, Result<SessionGrounds> confirmed) =>
        confirmed.Succeeded ? new Grounds(new FnpBegun(customer, confirmed.Value.Epoch), confirmed.Value.Device) : confirmed.Refusal;

    /// <summary>A wrong password was counted: no FNP goes out, and the repeat is told so again.</summary>
    private Task RememberAsync(FnpPurpose purpose, Refusal counted)
    {
        state.State = new FnpSessionState
        {
            Purpose = purpose,
            Refused = counted.Reason,
            RefusedField = counted.Field,
            ExpiresAt = time.GetUtcNow() + options.Value.Lifetime,
            Used = true,
        };
        return state.WriteOrForgetAsync(this, CancellationToken.None);
    }

    private Task StartAsync(Grounds grounds, FnpPurpose purpose, FnpMatter? matter)
    {
        var (begun, device) = grounds;
        state.State = new FnpSessionState
        {
            Customer = begun?.Customer.Value,
            Epoch = begun?.Epoch ?? 0,
            Purpose = purpose,
            Amount = matter?.Amounts ?? matter?.Amount?.ToString(),
            Account = matter?.Account.ToMasked(),
            Order = matter?.Order,
            ContentHash = HashOf(matter?.Content),
            Device = DeviceState.From(device),
            TriesLeft = options.Value.TriesMax,
            ResendsLeft = options.Value.ResendsMax,
        };
        return SendAsync(CancellationToken.None);
    }

    public async Task<Result<FnpProof>> Verify(
        FnpPurpose purpose, string? content, Guid deviceId, Secret fnp, string origin, CancellationToken cancellationToken)
    {
        var session = state.State;
        var sameContent = CryptographicOperations.FixedTimeEquals(session.ContentHash, HashOf(content));
        var right = CryptographicOperations.FixedTimeEquals(keys.FnpHash(this.GetPrimaryKeyString(), fnp), session.CodeHash)
            & session.Customer is not null
            & session.Purpose == purpose
            & session.Device?.Id == deviceId
            & sameContent;
        // What was refused, or shown with another content, is used and has proved nothing.
        if (HasExpired || (session.Used && (!MayProveAgain || !sameContent || session.Use is null)))
            return new Refusal(Reason.FnpExpired, "fnp");
        if (session.TriesLeft == 0)
            return new Refusal(Reason.FnpTriesExhausted, "fnp");

        if (session.Purpose == purpose && !sameContent)
        {
            (session.CodeHash, session.Used) = (null, true);
            await state.WriteOrForgetAsync(this, cancellationToken);
            return Reason.ConfirmationChanged;
        }

        if (right && session.Used)
            return Proof;
        if (right)
            (session.Used, session.Use) = (true, session.Use ?? Guid.NewGuid());
        else
            session.TriesLeft--;
        // From here on it does not end with the caller, who would get rid of what is counted behind it.
        await state.WriteOrForgetAsync(this, CancellationToken.None);

        if (right)
            return Proof;
        // Nobody's failure is written somewhere, too, and takes as long.
        if (session.Customer is { } customer)
            await GrainFactory.Credentials(CustomerNumber.From(customer)).CountWrongFnp(
                session.Epoch, session.Device!.ToDevice(), origin, CancellationToken.None);
        else
            await state.WriteOrForgetAsync(this, CancellationToken.None);
        // The tries of this FNP, which are as many for a decoy: what is left to the customer says nothing to whoever guesses.
        return session.TriesLeft == 0
            ? new Refusal(Reason.FnpTriesExhausted, "fnp")
            : new Refusal(Reason.FnpWrong, "fnp") { TriesLeft = session.TriesLeft };
    }

    public async Task Reopen(CancellationToken cancellationToken)
    {
        if (!state.RecordExists || !state.State.Used)
            return;
        state.State.Used = false;
        await state.WriteOrForgetAsync(this, cancellationToken);
    }

    public async Task<Result<FnpChallenge>> Resend(Guid deviceId, CancellationToken cancellationToken)
    {
        if (IsOver || state.State.Device!.Id != deviceId)
            return Reason.FnpExpired;
        if (Challenge.ResendAt - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
            // In whole seconds, upwards: whoever waits so long does not come too soon, and nobody measures the bank's clock by it.
            return new Refusal(Reason.FnpResendTooSoon) { Wait = TimeSpan.FromSeconds(Math.Ceiling(wait.TotalSeconds)) };
        if (state.State.ResendsLeft == 0 || state.State.TriesLeft == 0)
            return Reason.FnpResendsExhausted;
        state.State.ResendsLeft--;
        await SendAsync(cancellationToken);
        return Challenge;
    }

    public async Task<Result<FnpDelivery>> GetDelivery(Guid deviceId, CancellationToken cancellationToken)
    {
        if (IsOver || state.State.Device!.Id != deviceId)
            return Reason.FnpExpired;
        return await messages.FindStateAsync(Id, cancellationToken) is SmsState.Failed or SmsState.Expired
            ? FnpDelivery.NotDelivered
            : FnpDelivery.OnItsWay;
    }

    /// <summary>
    /// Makes the code that is good from now on. The decoy does the same work: it draws a code, too, and nobody ever learns it.
    /// </summary>
    private async Task SendAsync(CancellationToken cancellationToken)
    {
        var code = new Secret(
            RandomNumberGenerator.GetInt32((int)Math.Pow(10, CodeLength)).ToString($"D{CodeLength}", CultureInfo.InvariantCulture));
        state.State.CodeHash = keys.FnpHash(this.GetPrimaryKeyString(), code);
        state.State.SentAt = time.GetUtcNow();
        state.State.ExpiresAt = state.State.SentAt + options.Value.Lifetime;
        await state.WriteOrForgetAsync(this, cancellationToken);
        var reference = RandomNumberGenerator.GetString(ReferenceLetters, ReferenceLength);
        if (state.State.Customer is { } customer)
        {
            var begun = new FnpBegun(CustomerNumber.From(customer), state.State.Epoch);
            sms.SendFnp(
                new FnpSms(Guid.NewGuid(), Id, begun, state.State.Purpose, state.State.Amount, state.State.Account, reference)
                {
                    Order = state.State.Order,
                },
                code,
                state.State.ExpiresAt);
        }
    }

    private static byte[]? HashOf(string? content) => content is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(content));

    /// <param name="Begun">Null for a decoy.</param>
    private sealed record Grounds(FnpBegun? Begun, Device Device);
}
