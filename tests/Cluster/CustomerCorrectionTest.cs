using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Ledger;

namespace BktSmart.Tests.Cluster;

/// <summary>What goes by a customer's name and NID goes by the corrected ones, on every silo.</summary>
public sealed class CustomerCorrectionTest(StrictBank bank) : IClassFixture<StrictBank>
{
    private const string NewName = "Zamira Bardhyli";

    private static readonly StaffMember First = new("teller-1");
    private static readonly StaffMember Second = new("teller-2");

    [Fact]
    public async Task Confirm_NameAndNid_AreThoseThatSignInTransactionsAndPasswordsGoBy()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var payment = scene.Payment();
        await scene.BookAsync(payment, await scene.ConfirmAsync(payment));
        var before = await GetAsync(scene.Customer);
        var nid = NationalId.Parse("J00101999A");
        Assert.NotEqual(nid, before.NationalId);

        var asked = await RequestAsync(scene.Customer, NewName, nid);
        Assert.Equal(before.Name, (await GetAsync(scene.Customer)).Name);
        Assert.Equal(asked, Assert.Single((await bank.Grains.CustomerCorrections().List(null, 10, CancellationToken.None)).Corrections));
        Assert.Equal(
            Reason.SecondPersonRequired,
            (await bank.Grains.CustomerCorrections().Confirm(First, asked.Id, CancellationToken.None)).Refusal?.Reason);
        var corrected = await bank.Grains.CustomerCorrections().Confirm(Second, asked.Id, CancellationToken.None);
        Assert.Equal(before with { Name = NewName, NationalId = nid, EnrolmentObstacles = corrected.Value!.EnrolmentObstacles },
            corrected.Value);

        // Asked once more, when it is done, there is nothing to correct.
        var again = await bank.Grains.Customer(scene.Customer.Number).RequestCorrection(
            First, NewName, nid, "martesë", CancellationToken.None);
        Assert.Equal((NewName, null), (again.Value!.Customer?.Name, again.Value.Pending));

        // The old NID is nobody's.
        await BeginAsync(scene, before.NationalId);
        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));
        var begun = await BeginAsync(scene, nid);
        Assert.Null(await scene.Door.CompleteAsync(begun, await bank.Messages.NextFnpAsync(scene.Customer.Phone)));

        var payee = (await bank.Grains.Account(scene.To.Iban).ListTransactions(
            await OwnerAsync(scene.To), null, 10, CancellationToken.None)).Value!;
        Assert.Equal(NewName, Assert.Single(payee.Transactions).CounterpartyName);

        await bank.SmsSentAsync();
        Assert.Contains(CorrectionSms.Of(Language.English), bank.Messages.AlertsTo(scene.Customer.Phone));
        Assert.Equal(Reason.PasswordContainsPersonalData, await SetPasswordAsync(scene, nid, "bardhyli 2026 x"));
    }

    [Fact]
    public async Task RequestCorrection_WhatCannotBe_IsRefusedAtOnce()
    {
        var (customer, other) = (await bank.OpenCustomerAsync(), await bank.OpenCustomerAsync());
        var grain = bank.Grains.Customer(customer.Number);
        Assert.Equal(
            new Refusal(Reason.NationalIdTaken, "customer.national_id"),
            (await grain.RequestCorrection(First, null, (await GetAsync(other)).NationalId, "gabim", CancellationToken.None)).Refusal);
        // Born after the bank's today.
        Assert.Equal(
            new Refusal(Reason.NationalIdMalformed, "customer.national_id"),
            (await grain.RequestCorrection(First, null, NationalId.Parse("P80101001A"), "gabim", CancellationToken.None)).Refusal);
        Assert.Equal(
            new Refusal(Reason.CustomerNotFound, "customer.name"),
            (await bank.Grains.Customer(CustomerNumber.From(999_999_999)).RequestCorrection(
                First, NewName, null, "gabim", CancellationToken.None)).Refusal);
        var unchanged = await grain.RequestCorrection(First, (await GetAsync(customer)).Name, null, "gabim", CancellationToken.None);
        Assert.Equal(customer.Number, unchanged.Value?.Customer?.Number);
    }

    private async Task<CustomerCorrection> RequestAsync(TestCustomer customer, string name, NationalId nid)
    {
        var asked = await bank.Grains.Customer(customer.Number).RequestCorrection(First, name, nid, "martesë", CancellationToken.None);
        Assert.True(asked.Succeeded, asked.Refusal?.ToString());
        return asked.Value.Pending!;
    }

    private async Task<Customer> GetAsync(TestCustomer customer) =>
        (await bank.Grains.Customer(customer.Number).Get(CancellationToken.None)).Value!;

    private async Task<CustomerNumber> OwnerAsync(AccountDetails account) => CustomerNumber.From(
        await Infrastructure.TestDatabase.ReadAsync<int>(
            bank.Database.Owner, $"select customer_number from bank.account where account_number = '{account.Iban.Value}'"));

    private async Task<FnpChallenge> BeginAsync(PaymentScene scene, NationalId nid) =>
        (await bank.Grains.Authentication().BeginSignIn(
            new CustomerIdentifier(null, nid), TestCustomer.Password, scene.Door.Device, BankCluster.Origin, Guid.NewGuid(),
            CancellationToken.None)).Value!;

    /// <summary>With card and FNP, by the NID.</summary>
    private async Task<Reason?> SetPasswordAsync(PaymentScene scene, NationalId nid, string password)
    {
        var begun = await bank.Grains.Authentication().BeginPasswordReset(
            new CustomerIdentifier(null, nid), scene.Customer.Card, Cards.CardExpiry.Parse("12/29"), scene.Door.Device, BankCluster.Origin,
            Guid.NewGuid(), CancellationToken.None);
        return (await bank.Grains.Authentication().CompletePasswordReset(
            begun.Value!.SessionId, scene.Door.Device.Id, await bank.Messages.NextFnpAsync(scene.Customer.Phone), new Secret(password),
            BankCluster.Origin, CancellationToken.None)).Refusal?.Reason;
    }
}
