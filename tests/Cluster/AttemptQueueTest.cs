using BktSmart.Authentication;
using BktSmart.Customers;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Tests.Cluster;

/// <summary>
/// What waits for a guess at the password, and what does not (R7, R10, R11). The gate stands for a hash that takes long.
/// </summary>
public sealed class AttemptQueueTest(GatedBank bank) : IClassFixture<GatedBank>
{
    private static readonly StaffMember Agent = new("agent-1");
    private static readonly LockoutOptions Limits = new();

    /// <summary>What must not wait for a guess may take this long, on a busy machine.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(30);

    /// <summary>While the hash of a guess does not end.</summary>
    private async Task DuringAGuessAsync(SignInScene scene, Func<Task> work, string guess = "wrong horse 1", Device? device = null)
    {
        bank.Gate.Shut();
        var guessed = scene.TryPasswordAsync(guess, device);
        try
        {
            await BankCluster.EventuallyAsync(() => Task.FromResult(bank.Gate.Held), held => held == 1);
            await AssertAtOnceAsync(work());
            Assert.False(guessed.IsCompleted);
        }
        finally
        {
            bank.Gate.Open();
        }

        await guessed;
    }

    [Fact]
    public async Task Brakes_WhileAGuessIsHashed_TakeEffect()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var tokens = await bank.SignInAsync(scene.Customer, scene.Device);
        await scene.IdentifyAsync();
        await DuringAGuessAsync(scene, async () =>
        {
            await scene.Credentials.EndSessions(except: null, BankCluster.Origin, CancellationToken.None);
            await scene.Credentials.ReportFnp(BankCluster.Origin, CancellationToken.None);
            await scene.Credentials.SuspendPhone(Agent, "lost", origin: null, CancellationToken.None);
            Assert.Null((await scene.Credentials.ResumePhone(Agent, "found", CancellationToken.None)).Refusal);
            await scene.Credentials.BlockCards(Agent, "lost", CancellationToken.None);
            Assert.Equal(Reason.SignInNotLocked, await scene.UnlockAsync());
            Assert.Equal(
                Reason.SessionEnded,
                (await bank.RefreshAsync(tokens.RefreshToken)).Refusal?.Reason);
            Assert.Equal(0, (await scene.StandingAsync()).OpenSessions);
        });
    }

    public static TheoryData<string> Changes => ["suspend", "report", "block-cards"];

    /// <summary>A password that was right before the change lets nobody in after it, and a wrong one is not counted.</summary>
    [Theory]
    [MemberData(nameof(Changes))]
    public async Task TryPassword_EpochChangesDuringTheHash_IsWorthNothing(string change)
    {
        foreach (var password in (string[])[TestCustomer.Password.Value, "wrong horse 1"])
        {
            var scene = await SignInScene.OpenAsync(bank);
            await scene.TryWrongPasswordsAsync(2);
            await DuringAGuessAsync(scene, () => ChangeAsync(scene, change), password);
            Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));
            Assert.Equal(2, (await scene.StandingAsync()).Failures);
            Assert.DoesNotContain(SecurityEventKind.SignInBegun, (await scene.EventsAsync()).Take(2));
        }
    }

    /// <summary>The fifth failure comes from a wrong FNP while a right password is hashed.</summary>
    [Fact]
    public async Task TryPassword_LockedDuringTheHash_LetsNobodyIn()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.TryWrongPasswordsAsync(Limits.FailuresMax - 1);
        var epoch = await EpochAsync(scene);
        await DuringAGuessAsync(
            scene,
            () => scene.Credentials.CountWrongFnp(epoch, scene.Device, BankCluster.Origin, CancellationToken.None),
            TestCustomer.Password.Value);
        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));
        Assert.NotNull((await scene.StandingAsync()).LockedAt);
        Assert.Equal(Limits.FailuresMax, (await scene.StandingAsync()).Failures);
    }

    /// <summary>With one try left, as many guesses at once as may wait: one is looked at, and it locks.</summary>
    [Fact]
    public async Task TryPassword_OneTryLeftAndManyAtOnce_OneIsLookedAt()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.TryWrongPasswordsAsync(Limits.FailuresMax - 1);
        var wrong = Enumerable.Range(0, Limits.AttemptsWaitingMax).Select(i => scene.TryPasswordAsync($"wrong horse {i}"));
        await Task.WhenAll(wrong.Append(scene.TryPasswordAsync("wrong horse x")));
        var standing = await scene.StandingAsync();
        Assert.NotNull(standing.LockedAt);
        Assert.Equal(Limits.FailuresMax, standing.Failures);
        Assert.Equal(Limits.FailuresMax, (await scene.EventsAsync()).Count(kind => kind == SecurityEventKind.PasswordWrong));
    }

    [Fact]
    public async Task ConfirmPassword_SessionEndsDuringTheHash_SaysNothingOfThePassword()
    {
        foreach (var password in (Secret[])[TestCustomer.Password, new("wrong horse 1")])
        {
            var scene = await SignInScene.OpenAsync(bank);
            var session = (await scene.Credentials.ListSessions(CancellationToken.None)).Single().Id;
            Assert.Equal(
                Reason.SessionEnded,
                await ConfirmDuringAsync(scene, session, password, () => ChangeAsync(scene, "suspend")));
            Assert.Equal(0, (await scene.StandingAsync()).Failures);
        }
    }

    /// <summary>Blocked cards begin another epoch and end no session: whoever asks again is answered on what holds then.</summary>
    [Fact]
    public async Task ConfirmPassword_EpochChangesDuringTheHash_IsToComeAgain()
    {
        foreach (var password in (Secret[])[TestCustomer.Password, new("wrong horse 1")])
        {
            var scene = await SignInScene.OpenAsync(bank);
            var session = (await scene.Credentials.ListSessions(CancellationToken.None)).Single().Id;
            Assert.Equal(
                Reason.Overloaded,
                await ConfirmDuringAsync(scene, session, password, () => ChangeAsync(scene, "block-cards")));
            Assert.Equal(0, (await scene.StandingAsync()).Failures);
        }
    }

    [Fact]
    public async Task SetPassword_EpochChangesWhileTheHistoryIsHashed_SetsNothing()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var epoch = await EpochAsync(scene);
        bank.Gate.Shut();
        var set = scene.Credentials.SetPassword(
            epoch, FnpPurpose.PasswordReset, new Secret("another horse 2"), scene.Device, BankCluster.Origin, Guid.NewGuid(),
            Guid.NewGuid(), Guid.Empty, CancellationToken.None);
        try
        {
            await BankCluster.EventuallyAsync(() => Task.FromResult(bank.Gate.Held), held => held == 1);
            await AssertAtOnceAsync(ChangeAsync(scene, "report"));
        }
        finally
        {
            bank.Gate.Open();
        }

        Assert.Equal(Reason.FnpExpired, (await set).Refusal?.Reason);
        Assert.True((await scene.StandingAsync()).MustChangePassword);
        Assert.True(await scene.RightPasswordSendsAsync());
    }

    /// <summary>Known or not, the first who finds the queue full hears the same.</summary>
    [Fact]
    public async Task BeginSignIn_FullQueue_AnswersAlikeForACustomerAndForNobody()
    {
        var scene = await SignInScene.OpenAsync(bank, known: false);
        foreach (var identifier in (CustomerIdentifier[])[new(scene.Customer.Number, null), new(CustomerNumber.From(799_999_999), null)])
        {
            bank.Gate.Shut();
            // One is hashed, and one too many comes.
            var attempts = Enumerable.Range(0, Limits.AttemptsWaitingMax + 2).Select(_ => BeginAsync(identifier)).ToArray();
            try
            {
                var refused = await Task.WhenAny(attempts).WaitAsync(BankCluster.Patience);
                Assert.Equal(new Refusal(Reason.Overloaded), (await refused).Refusal);
                Assert.All(attempts, attempt => Assert.Equal(attempt == refused, attempt.IsCompleted));
            }
            finally
            {
                bank.Gate.Open();
            }

            Assert.Equal(Limits.AttemptsWaitingMax + 1, (await Task.WhenAll(attempts)).Count(answer => answer.Succeeded));
        }

        Assert.Equal(Limits.UnknownDeviceFailuresMax, (await scene.EventsAsync()).Count(kind => kind == SecurityEventKind.PasswordWrong));
    }

    /// <summary>Known or not, who waits too long hears that it is busy, before the API gives up, and nothing is counted.</summary>
    [Fact]
    public async Task BeginSignIn_HashTakesTooLong_IsRefusedAlikeAndNotCounted()
    {
        var scene = await SignInScene.OpenAsync(bank);
        foreach (var identifier in (CustomerIdentifier[])[new(scene.Customer.Number, null), new(CustomerNumber.From(799_999_999), null)])
        {
            bank.Gate.Shut();
            var attempt = BeginAsync(identifier);
            try
            {
                await BankCluster.EventuallyAsync(() => Task.FromResult(bank.Gate.Held), held => held == 1);
                bank.Clock.Advance(Limits.AttemptWaitMax);
                Assert.Equal(new Refusal(Reason.Overloaded), (await attempt.WaitAsync(BankCluster.Patience)).Refusal);
            }
            finally
            {
                bank.Gate.Open();
            }

            await BankCluster.EventuallyAsync(() => Task.FromResult(bank.Gate.Held), held => held == 0);
        }

        Assert.Equal(0, (await scene.StandingAsync()).Failures);
    }

    /// <summary>Strangers who fill the queue do not keep who is signed in from another password.</summary>
    [Fact]
    public async Task ConfirmPassword_QueueFullOfStrangers_IsLookedAt()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var session = (await scene.Credentials.ListSessions(CancellationToken.None)).Single().Id;
        bank.Gate.Shut();
        var strangers = Enumerable.Range(0, Limits.AttemptsWaitingMax + 2)
            .Select(_ => BeginAsync(new CustomerIdentifier(scene.Customer.Number, null)))
            .ToArray();
        Task<Result<SessionGrounds>> confirmed;
        try
        {
            await Task.WhenAny(strangers).WaitAsync(BankCluster.Patience);
            confirmed = scene.Credentials.ConfirmPassword(session, TestCustomer.Password, BankCluster.Origin, CancellationToken.None);
        }
        finally
        {
            bank.Gate.Open();
        }

        Assert.Null((await confirmed).Refusal);
        await Task.WhenAll(strangers);
    }

    /// <summary>The same request comes again while the first waits for its hash: both are answered, and one try counts.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BeginSignIn_AgainWhileItIsHashed_WaitsForThatAttempt(bool known)
    {
        var scene = await SignInScene.OpenAsync(bank);
        var begin = Repeatable(scene, known, Guid.NewGuid());
        var written = await bank.CountDecoysAsync();
        bank.Gate.Shut();
        var both = new[] { begin(CancellationToken.None), begin(CancellationToken.None) };
        try
        {
            await BankCluster.EventuallyAsync(() => Task.FromResult(bank.Gate.Held), held => held == 1);
            Assert.All(both, attempt => Assert.False(attempt.IsCompleted));
        }
        finally
        {
            bank.Gate.Open();
        }

        var answers = await Task.WhenAll(both);
        Assert.NotNull(answers[0].Value);
        Assert.Equal(answers[0].Value, answers[1].Value);
        Assert.Equal((known ? 1 : 0, known ? 0 : 1), ((await scene.StandingAsync()).Failures, await bank.CountDecoysAsync() - written));
    }

    /// <summary>The attempt of a lost connection goes on, so that the repeat finds it. Nobody takes back a guess by leaving.</summary>
    [Fact]
    public async Task BeginSignIn_CallerLeavesDuringTheHash_IsCountedOnceAndAnsweredWhenItComesAgain()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var begin = Repeatable(scene, known: true, Guid.NewGuid());
        using var connection = new CancellationTokenSource();
        bank.Gate.Shut();
        try
        {
            var lost = begin(connection.Token);
            await BankCluster.EventuallyAsync(() => Task.FromResult(bank.Gate.Held), held => held == 1);
            await connection.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
        }
        finally
        {
            bank.Gate.Open();
        }

        await BankCluster.EventuallyAsync(async () => (await scene.StandingAsync()).Failures, failures => failures == 1);
        Assert.True((await begin(CancellationToken.None)).Succeeded);
        Assert.Equal(1, (await scene.StandingAsync()).Failures);
    }

    /// <summary>Nothing was looked at, so the repeat is.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BeginSignIn_AgainAfterItWasOverloaded_IsLookedAt(bool known)
    {
        var scene = await SignInScene.OpenAsync(bank);
        var begin = Repeatable(scene, known, Guid.NewGuid());
        var written = await bank.CountDecoysAsync();
        bank.Gate.Shut();
        try
        {
            var refused = begin(CancellationToken.None);
            await BankCluster.EventuallyAsync(() => Task.FromResult(bank.Gate.Held), held => held == 1);
            bank.Clock.Advance(Limits.AttemptWaitMax);
            Assert.Equal(Reason.Overloaded, (await refused.WaitAsync(BankCluster.Patience)).Refusal?.Reason);
        }
        finally
        {
            bank.Gate.Open();
        }

        await BankCluster.EventuallyAsync(() => Task.FromResult(bank.Gate.Held), held => held == 0);
        Assert.Equal(0, (await scene.StandingAsync()).Failures);
        Assert.True((await begin(CancellationToken.None)).Succeeded);
        Assert.True((await begin(CancellationToken.None)).Succeeded);
        Assert.Equal((known ? 1 : 0, known ? 0 : 1), ((await scene.StandingAsync()).Failures, await bank.CountDecoysAsync() - written));
    }

    /// <summary>A wrong password, always in the same request.</summary>
    private Func<CancellationToken, Task<Result<FnpChallenge>>> Repeatable(SignInScene scene, bool known, Guid id) =>
        stop => bank.Grains.Authentication().BeginSignIn(
            new CustomerIdentifier(known ? scene.Customer.Number : CustomerNumber.From(799_999_994), null), new Secret("wrong horse 1"),
            scene.Device, BankCluster.Origin, id, stop);

    /// <summary>More strangers' numbers than a silo has stand-ins, each twice: all are answered, and few actors are left.</summary>
    [Fact]
    public async Task BeginSignIn_MoreUnknownNumbersThanStandIns_AnswersAlikeAndKeepsFew()
    {
        for (var i = 0; i < 2; i++)
        {
            for (var number = 700_000_000; number < 700_000_010; number++)
            {
                var begun = await BeginAsync(new CustomerIdentifier(CustomerNumber.From(number), null));
                Assert.True(begun.Succeeded, begun.Refusal?.Reason.ToString());
            }
        }

        var services = bank.Cluster.Silos.Select(silo => bank.Cluster.GetSiloServiceProvider(silo.SiloAddress));
        Assert.All(services, silo => Assert.InRange(silo.GetRequiredService<StandIns>().Count, 0, GatedBank.StandInsMax));
    }

    private Task<Result<FnpChallenge>> BeginAsync(CustomerIdentifier identifier) => bank.Grains.Authentication().BeginSignIn(
        identifier, new Secret("wrong horse 1"), BankCluster.NewDevice(), BankCluster.Origin, Guid.NewGuid(), CancellationToken.None);

    private async Task<Reason?> ConfirmDuringAsync(SignInScene scene, Guid session, Secret password, Func<Task> work)
    {
        bank.Gate.Shut();
        var confirmed = scene.Credentials.ConfirmPassword(session, password, BankCluster.Origin, CancellationToken.None);
        try
        {
            await BankCluster.EventuallyAsync(() => Task.FromResult(bank.Gate.Held), held => held == 1);
            await AssertAtOnceAsync(work());
        }
        finally
        {
            bank.Gate.Open();
        }

        return (await confirmed).Refusal?.Reason;
    }

    private static async Task AssertAtOnceAsync(Task work)
    {
        try
        {
            await work.WaitAsync(AtOnce);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"What must take effect at once has waited for a guess for {AtOnce}.");
        }
    }

    private static Task ChangeAsync(SignInScene scene, string change) => change switch
    {
        "suspend" => scene.Credentials.SuspendPhone(Agent, "lost", origin: null, CancellationToken.None),
        "report" => scene.Credentials.ReportFnp(BankCluster.Origin, CancellationToken.None),
        "block-cards" => scene.Credentials.BlockCards(Agent, "lost", CancellationToken.None),
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };

    private async Task<int> EpochAsync(SignInScene scene)
    {
        var store = bank.Cluster.GetSiloServiceProvider(bank.Cluster.Silos[0].SiloAddress).GetRequiredService<CredentialsStore>();
        return (await store.ReadAsync(scene.Customer.Number, CancellationToken.None)).State.Epoch;
    }
}
