using BktSmart.Staff.V1;
using BktSmart.V1;

namespace BktSmart.Dev.Client;

/// <summary>What the contact centre does for a caller, one call each. Customers are named customers/{number}.</summary>
public sealed class ContactCentreDesk(ContactCentreService.ContactCentreServiceClient service)
{
    /// <summary>For calls that have no method here.</summary>
    public ContactCentreService.ContactCentreServiceClient Service => service;

    /// <summary>Asks the caller for the NID and the last four digits of a card; a person who is the customer knows both.</summary>
    public async Task IdentifyAsync(string customer, Person person, CancellationToken cancellationToken = default)
    {
        var request =
            new IdentifyCallerRequest { Customer = customer, NationalId = person.NationalId, CardLastFourDigits = person.CardNumber[^4..] };
        await service.IdentifyCallerAsync(request, cancellationToken: cancellationToken);
    }

    public async Task<SignInStanding> GetStandingAsync(string customer, CancellationToken cancellationToken = default) =>
        (await service.GetSignInStandingAsync(new GetSignInStandingRequest { Customer = customer }, cancellationToken: cancellationToken))
            .Standing;

    public async Task<SignInStanding> UnlockAsync(string customer, string note, CancellationToken cancellationToken = default) =>
        (await service.UnlockSignInAsync(
            new UnlockSignInRequest { Customer = customer, Note = note }, cancellationToken: cancellationToken)).Standing;

    public async Task<SignInStanding> EndRaisedRiskAsync(string customer, string note, CancellationToken cancellationToken = default) =>
        (await service.EndRaisedRiskAsync(
            new EndRaisedRiskRequest { Customer = customer, Note = note }, cancellationToken: cancellationToken)).Standing;

    public async Task<SignInStanding> SuspendPhoneAsync(string customer, string note, CancellationToken cancellationToken = default)
    {
        var request = new SuspendCustomerPhoneRequest { Customer = customer, Note = note };
        return (await service.SuspendCustomerPhoneAsync(request, cancellationToken: cancellationToken)).Standing;
    }

    public async Task<SignInStanding> ResumePhoneAsync(string customer, string note, CancellationToken cancellationToken = default)
    {
        var request = new ResumeCustomerPhoneRequest { Customer = customer, Note = note };
        return (await service.ResumeCustomerPhoneAsync(request, cancellationToken: cancellationToken)).Standing;
    }

    /// <summary>All of them, for good.</summary>
    public async Task BlockCardsAsync(string customer, string note, CancellationToken cancellationToken = default) =>
        await service.BlockCustomerCardsAsync(
            new BlockCustomerCardsRequest { Customer = customer, Note = note }, cancellationToken: cancellationToken);

    /// <summary>The newest page of a customer's security log.</summary>
    public async Task<IReadOnlyList<SecurityEvent>> ListSecurityEventsAsync(string customer, CancellationToken cancellationToken = default)
    {
        var request = new ListCustomerSecurityEventsRequest { Customer = customer };
        return (await service.ListCustomerSecurityEventsAsync(request, cancellationToken: cancellationToken)).Events;
    }

    /// <summary>The newest page of what a customer has ordered in advance.</summary>
    public async Task<IReadOnlyList<StandingOrder>> ListStandingOrdersAsync(string customer, CancellationToken cancellationToken = default)
    {
        var request = new ListCustomerStandingOrdersRequest { Customer = customer };
        return (await service.ListCustomerStandingOrdersAsync(request, cancellationToken: cancellationToken)).StandingOrders;
    }

    public async Task<StandingOrder> PauseStandingOrderAsync(
        string customer, string name, string note, CancellationToken cancellationToken = default)
    {
        var request = new PauseCustomerStandingOrderRequest { Customer = customer, Name = name, Note = note };
        return (await service.PauseCustomerStandingOrderAsync(request, cancellationToken: cancellationToken)).StandingOrder;
    }

    public async Task<IReadOnlyList<FnpMessage>> ListFnpMessagesAsync(string customer, CancellationToken cancellationToken = default) =>
        (await service.ListFnpMessagesAsync(new ListFnpMessagesRequest { Customer = customer }, cancellationToken: cancellationToken))
            .Messages;
}
