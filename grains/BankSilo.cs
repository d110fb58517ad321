using BktSmart.Accounts;
using BktSmart.Approvals;
using BktSmart.Audit;
using BktSmart.Authentication;
using BktSmart.BusinessDay;
using BktSmart.Cards;
using BktSmart.Cases;
using BktSmart.Customers;
using BktSmart.Keys;
using BktSmart.Ledger;
using BktSmart.Messages;
using BktSmart.Notifications;
using BktSmart.Payments;
using BktSmart.Retention;
using BktSmart.StandingOrders;

namespace BktSmart;

/// <summary>The bank, put together: its slices, from the ground up. Each registers itself.</summary>
public static class BankSilo
{
    /// <summary>
    /// The bank's grains and what they need. The host adds the <c>NpgsqlDataSource</c>, an <see cref="ISmsGateway"/> and an <see
    /// cref="IPushGateway"/>. A slice reads its configuration from the sections that its options classes name.
    /// </summary>
    public static ISiloBuilder AddBank(this ISiloBuilder silo) => silo
        .AddFoundation()
        .AddKeys()
        .AddRetention()
        .AddAudit()
        .AddCases()
        .AddMessages()
        .AddApprovals()
        .AddLedger()
        .AddBusinessDay()
        .AddCards()
        .AddCustomers()
        .AddAuthentication()
        .AddPayments()
        .AddStandingOrders()
        .AddAccounts()
        .AddNotifications();
}
