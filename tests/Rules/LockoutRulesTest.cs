using BktSmart.Authentication;
using CsCheck;

namespace BktSmart.Tests.Rules;

/// <summary>R7: what failures lead to.</summary>
public sealed class LockoutRulesTest
{
    private static readonly LockoutOptions Limits = new();
    private static readonly Guid Own = Guid.NewGuid();
    private static readonly Guid Strange = Guid.NewGuid();
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);
    private static readonly CredentialsState Enrolled = new() { PasswordHash = "hash", Devices = [new DeviceState { Id = Own }] };

    private enum Step
    {
        OwnPassword,
        StrangePassword,
        Fnp,
        SignIn,
        Wait,
    }

    [Fact]
    public void WrongPassword_OnAKnownDevice_LocksAtTheFifth()
    {
        var state = Enrolled;
        for (var i = 1; i <= Limits.FailuresMax; i++)
        {
            Assert.True(LockoutRules.MayTryPassword(state, Own, Start));
            (state, var events) = LockoutRules.WrongPassword(state, Own, Start, Limits);
            Assert.Equal(i == Limits.FailuresMax, state.LockedAt is not null);
            Assert.Equal(i == Limits.FailuresMax, events.Contains(SecurityEventKind.Locked));
        }

        Assert.False(LockoutRules.MayTryPassword(state, Own, Start.AddYears(1)));
        Assert.False(LockoutRules.MaySendFnp(state, Start.AddYears(1)));
    }

    [Fact]
    public void WrongPassword_FromUnknownDevices_ShutsThemOutLongerEachTimeAndLetsTheOwnerIn()
    {
        var (state, now) = (Enrolled, Start);
        TimeSpan[] expected =
        [
            Minutes(15), Minutes(30), Minutes(60), Minutes(120), Minutes(240), Minutes(480), Minutes(960), Minutes(1440), Minutes(1440),
        ];
        foreach (var shutOut in expected)
        {
            for (var i = 0; i < Limits.UnknownDeviceFailuresMax; i++)
            {
                Assert.True(LockoutRules.MayTryPassword(state, Strange, now));
                (state, _) = LockoutRules.WrongPassword(state, Strange, now, Limits);
            }

            Assert.Equal(now + shutOut, state.UnknownDevicesShutOutUntil);
            Assert.False(LockoutRules.MayTryPassword(state, Guid.NewGuid(), now + shutOut - TimeSpan.FromTicks(1)));
            Assert.True(LockoutRules.MayTryPassword(state, Own, now));
            now += shutOut;
        }

        Assert.Null(state.LockedAt);
        Assert.Equal(0, state.Failures);

        static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
    }

    [Fact]
    public void MayTryPassword_WhereThePasswordWasSet_IsNeverShutOutAndLocksAtTheFifth()
    {
        var state = Enrolled with { PasswordSetOn = Strange, UnknownDevicesShutOutUntil = Start.AddDays(1) };
        Assert.False(LockoutRules.MayTryPassword(state, Guid.NewGuid(), Start));
        for (var i = 0; i < Limits.FailuresMax; i++)
        {
            Assert.True(LockoutRules.MayTryPassword(state, Strange, Start));
            (state, _) = LockoutRules.WrongPassword(state, Strange, Start, Limits);
        }

        Assert.NotNull(state.LockedAt);
        Assert.Equal(0, state.UnknownDeviceFailures);
    }

    [Fact]
    public void WrongPassword_ManyFromUnknownDevices_LockAfterAll()
    {
        var (state, now) = (Enrolled, Start);
        while (state.LockedAt is null)
        {
            Assert.True(state.UnknownDeviceFailures < Limits.UnknownDeviceFailuresCeiling);
            now = state.UnknownDevicesShutOutUntil ?? now;
            Assert.Equal(state.UnknownDeviceFailures == Limits.UnknownDeviceFailuresCeiling - 1, LockoutRules.IsLastTry(state, Limits));
            (state, _) = LockoutRules.WrongPassword(state, Strange, now, Limits);
        }

        Assert.Equal(Limits.UnknownDeviceFailuresCeiling, state.UnknownDeviceFailures);
        Assert.True(now - Start > TimeSpan.FromDays(12), $"It took {now - Start} only.");
        Assert.False(LockoutRules.IsLastTry(state, Limits));
    }

    /// <summary>Whatever the order of things, nobody has more tries than the limits between two sign-ins.</summary>
    [Fact]
    public void AnyOrderOfEvents_TriesBetweenSignIns_StayWithinTheLimits() => Gen.Enum<Step>().List[1, 200].Sample(steps =>
    {
        var (state, now) = (Enrolled, Start);
        var (own, strange) = (0, 0);
        foreach (var step in steps)
        {
            switch (step)
            {
                case Step.OwnPassword when LockoutRules.MayTryPassword(state, Own, now):
                    (state, _) = LockoutRules.WrongPassword(state, Own, now, Limits);
                    own++;
                    break;
                case Step.StrangePassword when LockoutRules.MayTryPassword(state, Strange, now):
                    (state, _) = LockoutRules.WrongPassword(state, Strange, now, Limits);
                    strange++;
                    break;
                case Step.Fnp when LockoutRules.MaySendFnp(state, now):
                    (state, _) = LockoutRules.WrongFnp(state, now, Limits);
                    own++;
                    break;
                case Step.SignIn when state.LockedAt is null:
                    state = LockoutRules.Forgive(state);
                    (own, strange) = (0, 0);
                    break;
                case Step.Wait:
                    now += Limits.ShutOutMin;
                    break;
            }

            Assert.InRange(own, 0, Limits.FailuresMax);
            Assert.InRange(strange, 0, Limits.UnknownDeviceFailuresCeiling);
            Assert.Equal(own == Limits.FailuresMax || strange == Limits.UnknownDeviceFailuresCeiling, state.LockedAt is not null);
            Assert.True(state.LockedAt is null || state.Sessions.Count == 0);
        }
    });

    [Fact]
    public void Lock_StartsTheNextEpochAndEndsSessions()
    {
        var state = Enrolled with
        {
            Failures = Limits.FailuresMax - 1,
            Epoch = 7,
            Sessions = [new SessionEntry(Guid.NewGuid(), Own, Start)],
        };
        var (locked, _) = LockoutRules.WrongFnp(state, Start, Limits);
        Assert.Equal(8, locked.Epoch);
        Assert.Empty(locked.Sessions);
    }
}
