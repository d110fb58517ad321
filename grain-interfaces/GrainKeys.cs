using BktSmart.Accounts;
using BktSmart.Audit;
using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Notifications;
using BktSmart.Payments;

namespace BktSmart;

/// <summary>
/// The one place that makes grain keys. A key that parses as a GUID or as a hexadecimal number would share its stored row with
/// others that parse to the same value, so every key starts with a word.
/// </summary>
public static class GrainKeys
{
    private const string CustomerPrefix = "customer-";
    private const string FnpSessionPrefix = "fnp-session-";
    private const string SessionPrefix = "session-";

    public static string Customer(CustomerNumber number) => CustomerPrefix + number;

    /// <exception cref="FormatException">The key was not made by <see cref="Customer(CustomerNumber)"/>.</exception>
    public static CustomerNumber ToCustomerNumber(string key) =>
        key.StartsWith(CustomerPrefix, StringComparison.Ordinal) && CustomerNumber.TryParse(key[CustomerPrefix.Length..], out var number)
            ? number
            : throw new FormatException($"'{key}' is not the key of a customer.");

    public static ICustomerRegistryGrain CustomerRegistry(this IGrainFactory grains) => grains.GetGrain<ICustomerRegistryGrain>(0);

    public static ICustomerGrain Customer(this IGrainFactory grains, CustomerNumber number) => Find<ICustomerGrain>(grains, Customer(number));

    public static IAccountGrain Account(this IGrainFactory grains, Iban iban) => Find<IAccountGrain>(grains, iban.Value);

    public static IPayerGrain Payer(this IGrainFactory grains, CustomerNumber number) => Find<IPayerGrain>(grains, Customer(number));

    public static IApprovalGrain Approvals(this IGrainFactory grains) => grains.GetGrain<IApprovalGrain>(0);

    public static ISupportCaseGrain SupportCases(this IGrainFactory grains) => grains.GetGrain<ISupportCaseGrain>(0);

    public static IAuditGrain Audit(this IGrainFactory grains) => grains.GetGrain<IAuditGrain>(0);

    public static ITransferLookupGrain TransferLookup(this IGrainFactory grains) => grains.GetGrain<ITransferLookupGrain>(0);

    public static IBookkeepingGrain Bookkeeping(this IGrainFactory grains) => grains.GetGrain<IBookkeepingGrain>(0);

    public static IAuthenticationGrain Authentication(this IGrainFactory grains) => grains.GetGrain<IAuthenticationGrain>(0);

    public static ICredentialsGrain Credentials(this IGrainFactory grains, CustomerNumber number) => Find<ICredentialsGrain>(grains, Customer(number));

    public static IFnpSessionGrain FnpSession(this IGrainFactory grains, Guid id) => Find<IFnpSessionGrain>(grains, FnpSessionPrefix + id.ToString("N"));

    public static ISessionGrain Session(this IGrainFactory grains, Guid id) => Find<ISessionGrain>(grains, SessionPrefix + id.ToString("N"));

    public static INotificationInboxGrain NotificationInbox(this IGrainFactory grains, CustomerNumber number) =>
        Find<INotificationInboxGrain>(grains, Customer(number));

    private static T Find<T>(IGrainFactory grains, string key)
        where T : class, IGrainWithStringKey
    {
        if (Known<T>.Kind is { } kind)
            return (T)grains.GetGrain(GrainId.Create(kind.Grain, key), kind.Interface);

        var grain = grains.GetGrain<T>(key);
        if (grain is GrainReference reference)
            Known<T>.Kind = new GrainKind(reference.GrainId.Type, reference.InterfaceType);
        return grain;
    }

    private sealed record GrainKind(GrainType Grain, GrainInterfaceType Interface);

    /// <summary>What Orleans finds out about an interface by its attributes, which takes it some microseconds each time. It stays the same: our grains have their types by name.</summary>
    private static class Known<T>
    {
        public static GrainKind? Kind { get; set; }
    }
}
