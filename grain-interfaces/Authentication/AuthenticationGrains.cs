namespace BktSmart.Authentication;

/// <summary>Finds the grains of authentication.</summary>
public static class AuthenticationGrains
{
    private const string FnpSessionPrefix = "fnp-session-";
    private const string SessionPrefix = "session-";

    public static IAuthenticationGrain Authentication(this IGrainFactory grains) => grains.GetGrain<IAuthenticationGrain>(0);

    public static ICredentialsGrain Credentials(this IGrainFactory grains, CustomerNumber number) =>
        grains.Find<ICredentialsGrain>(GrainKeys.Customer(number));

    public static IFnpSessionGrain FnpSession(this IGrainFactory grains, Guid id) =>
        grains.Find<IFnpSessionGrain>(FnpSessionPrefix + id.ToString("N"));

    public static ISessionGrain Session(this IGrainFactory grains, Guid id) => grains.Find<ISessionGrain>(SessionPrefix + id.ToString("N"));
}
