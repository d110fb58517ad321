namespace BktSmart.Authentication;

/// <summary>Finds the grains of authentication.</summary>
public static class AuthenticationGrains
{
    private const string FnpSessionPrefix = "fnp-session-";
    private const string SessionPrefix = "session-";

    /// <summary>
    /// Keys of the one actor that holds nothing. A node reaches a key through one silo for as long as the cluster has that: a frozen one
    /// would close the only way in for half a minute.
    /// </summary>
    public const int WaysIn = 8;

    public static IAuthenticationGrain Authentication(this IGrainFactory grains) => grains.Authentication(Random.Shared.Next(WaysIn));

    /// <param name="way">From 0 to <see cref="WaysIn"/>.</param>
    public static IAuthenticationGrain Authentication(this IGrainFactory grains, int way) => grains.GetGrain<IAuthenticationGrain>(way);

    public static ICredentialsGrain Credentials(this IGrainFactory grains, CustomerNumber number) =>
        grains.Find<ICredentialsGrain>(GrainKeys.Customer(number));

    public static IFnpSessionGrain FnpSession(this IGrainFactory grains, Guid id) =>
        grains.Find<IFnpSessionGrain>(FnpSessionPrefix + id.ToString("N"));

    public static ISessionGrain Session(this IGrainFactory grains, Guid id) => grains.Find<ISessionGrain>(SessionPrefix + id.ToString("N"));
}
