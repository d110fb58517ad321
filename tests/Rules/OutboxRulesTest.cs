using BktSmart.Messages;

namespace BktSmart.Tests.Rules;

public sealed class OutboxRulesTest
{
    [Theory]
    [InlineData(1, 0, 5)]
    [InlineData(2, 0, 10)]
    [InlineData(3, 0, 20)]
    [InlineData(6, 0, 160)]
    [InlineData(7, 0, 300)]
    [InlineData(int.MaxValue, 0, 300)]
    [InlineData(2, 9, 10)]
    [InlineData(2, 11, 11)]
    [InlineData(7, 86_400, 86_400)]
    public void DelayAfter_Tries_DoublesToALimitAndIsAsLongAsTheGatewaySays(int tries, int waitSeconds, int delaySeconds) => Assert.Equal(
        TimeSpan.FromSeconds(delaySeconds),
        OutboxRules.DelayAfter(tries, TimeSpan.FromSeconds(waitSeconds), new MessageDeliveryOptions()));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 10)]
    [InlineData(7, 300)]
    public void DelayAfterDeadToken_Tries_IsNothingAtFirst(int tries, int delaySeconds) => Assert.Equal(
        TimeSpan.FromSeconds(delaySeconds), OutboxRules.DelayAfterDeadToken(tries, new MessageDeliveryOptions()));

    [Fact]
    public void SendOutcome_Default_IsUnknown() => Assert.Equal(SendOutcome.Unknown, default);

    [Fact]
    public void RetryAfter_LessThanNothing_IsNothing() => Assert.Equal(
        SendOutcome.RetryAfter(TimeSpan.Zero), SendOutcome.RetryAfter(TimeSpan.FromSeconds(-1)));
}
