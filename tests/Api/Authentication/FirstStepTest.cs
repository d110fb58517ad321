using System.Reflection;
using BktSmart.Admission;
using BktSmart.Answers;
using BktSmart.Cards;
using BktSmart.Errors;
using BktSmart.Infrastructure;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Authentication;

/// <summary>
/// The answer to each first step goes out at its time (<see cref="AnswerTime"/>), whether it is a challenge or a refusal.
/// </summary>
public sealed class FirstStepTest
{
    private const string Identifier = "123456782";
    private const string CardNumber = "9000000000000001";
    private const string CardExpiry = "12/30";
    private const string RequestId = "0198c2a4-0000-4000-8000-00000000000e";

    private static readonly V1.Device Device = new()
    {
        DeviceId = "0198c2a4-0000-7000-8000-00000000000d",
        DisplayName = "Arta's phone",
        Platform = V1.DevicePlatform.Android,
        PushToken = "push",
    };

    private readonly FakeTimeProvider _time = new();
    private readonly SignInThrottle _throttle = new(Options.Create(new SignInThrottleOptions()), TimeProvider.System);

    [Theory]
    [InlineData("sign-in", false)]
    [InlineData("sign-in", true)]
    [InlineData("reset", false)]
    [InlineData("reset", true)]
    [InlineData("enrolment", false)]
    [InlineData("enrolment", true)]
    public async Task Begin_AnsweredAtOnceByTheCluster_IsAnsweredAtItsTime(string step, bool refused)
    {
        var grains = FakeGrains.With(
            Door.That(refused ? Reason.Overloaded : new FnpChallenge(Guid.AllBitsSet, _time.GetUtcNow(), _time.GetUtcNow())));
        var answerTime = new AnswerTime(Options.Create(new AnswerTimeOptions()), _time);
        var authentication = new AuthenticationService(grains, _throttle, answerTime);
        var answer = step switch
        {
            "sign-in" => (Task)authentication.BeginSignIn(
                new() { Identifier = Identifier, Password = "correct horse 1", Device = Device, RequestId = RequestId },
                FakeCall.From("203.0.113.1")),
            "reset" => authentication.BeginPasswordReset(
                new()
                {
                    Identifier = Identifier,
                    CardNumber = CardNumber,
                    CardExpiry = CardExpiry,
                    Device = Device,
                    RequestId = RequestId,
                },
                FakeCall.From("203.0.113.1")),
            _ => new EnrolmentService(grains, _throttle, answerTime).BeginEnrolment(
                new()
                {
                    Identifier = Identifier,
                    CardNumber = CardNumber,
                    CardExpiry = CardExpiry,
                    Device = Device,
                    RequestId = RequestId,
                },
                FakeCall.From("203.0.113.1")),
        };

        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(answer.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        if (refused)
            await Assert.ThrowsAsync<RefusedException>(() => answer);
        else
            await answer;
    }

    /// <summary>Answers every first step alike.</summary>
    public class Door : DispatchProxy
    {
        private Result<FnpChallenge> _answer;

        internal static IAuthenticationGrain That(Result<FnpChallenge> answer)
        {
            var door = Create<IAuthenticationGrain, Door>();
            ((Door)(object)door)._answer = answer;
            return door;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Task.FromResult(_answer);
    }
}
