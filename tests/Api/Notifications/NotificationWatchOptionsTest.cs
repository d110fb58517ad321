namespace BktSmart.Notifications;

public sealed class NotificationWatchOptionsTest
{
    public static TheoryData<string, object> Bad => new()
    {
        { "NotificationWatch:CountMax", new NotificationWatchOptions { CountMax = 0 } },
        { "NotificationWatch:CountPerSessionMax", new NotificationWatchOptions { CountPerSessionMax = 0 } },
        { "NotificationWatch:RenewInterval", new NotificationWatchOptions { RenewInterval = NotificationWatching.Lasts } },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Validate_BadSetting_SaysWhich(string setting, object options) => Assert.StartsWith(
        setting + " must",
        new NotificationWatchOptions.Validator().Validate(null, (NotificationWatchOptions)options).FailureMessage,
        StringComparison.Ordinal);

    [Fact]
    public void Validate_Defaults_AreAllowed() =>
        Assert.True(new NotificationWatchOptions.Validator().Validate(null, new NotificationWatchOptions()).Succeeded);
}
