using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Tests.Cluster;

/// <summary>A customer who is signed in and has money, and somebody to pay to.</summary>
internal sealed class PaymentScene
{
    public static readonly Currency All = Currency.Parse("ALL");

    private readonly BankCluster _bank;
    private readonly long _balanceMinor;

    private PaymentScene(
        BankCluster bank, SignInScene door, AccountDetails from, AccountDetails to, Requester requester, long balanceMinor) =>
        (_bank, Door, From, To, Requester, _balanceMinor) = (bank, door, from, to, requester, balanceMinor);

    public SignInScene Door { get; }

    public TestCustomer Customer => Door.Customer;

    public AccountDetails From { get; }

    public AccountDetails To { get; }

    /// <summary>In the session of the customer's device.</summary>
    public Requester Requester { get; }

    public IPaymentSettingsGrain Payer => _bank.Grains.PaymentSettings(Customer.Number);

    public static async Task<PaymentScene> OpenAsync(BankCluster bank, long balanceMinor = 200_000_000)
    {
        var door = await SignInScene.OpenAsync(bank);
        var from = await bank.OpenAccountAsync(door.Customer, balanceMinor);
        var to = await bank.OpenAccountAsync(await bank.OpenCustomerAsync());
        return new PaymentScene(bank, door, from, to, await RequesterAsync(bank, door.Customer, door.Device), balanceMinor);
    }

    /// <summary>The customer in the session that is open on a device.</summary>
    public static async Task<Requester> RequesterAsync(BankCluster bank, TestCustomer customer, Device device)
    {
        var sessions = await bank.Grains.Credentials(customer.Number).ListSessions(CancellationToken.None);
        return new Requester(customer.Number, sessions.Single(session => session.DeviceId == device.Id).Id, BankCluster.Origin);
    }

    /// <summary>A new payment; more than what goes without an FNP, unless another amount is asked for.</summary>
    public TransferCommand Payment(long amountMinor = 400_000) =>
        new(new TransferId(Guid.CreateVersion7()), To.Iban, new Money(amountMinor, All), "qira");

    /// <param name="requestId">Null for a new one.</param>
    public Task<Result<FnpChallenge>> BeginAsync(TransferCommand payment, Requester? requester = null, Guid? requestId = null) =>
        _bank.Grains.Account(From.Iban).BeginConfirmation(
            requester ?? Requester, payment, requestId ?? Guid.NewGuid(), CancellationToken.None);

    /// <inheritdoc cref="BeginAsync"/>
    public Task<Result<FnpChallenge>> BeginTrustAsync(Iban payee, Guid? requestId = null) =>
        Payer.BeginTrustedPayee(Requester, payee, requestId ?? Guid.NewGuid(), CancellationToken.None);

    /// <summary>Begins what must be possible, and waits for the SMS.</summary>
    public async Task<Confirmation> ConfirmAsync(TransferCommand payment) => await ConfirmAsync(BeginAsync(payment));

    public async Task<Confirmation> ConfirmAsync(Task<Result<FnpChallenge>> begun)
    {
        var challenge = await begun;
        Assert.True(challenge.Succeeded, challenge.Refusal?.ToString());
        return new Confirmation(challenge.Value.SessionId, Door.Device.Id, await _bank.Messages.NextFnpAsync(Customer.Phone));
    }

    public Task<Result<BookedTransfer>> PayAsync(
        TransferCommand payment, Confirmation? confirmation = null, Requester? requester = null, Iban? from = null)
    {
        var account = _bank.Grains.Account(from ?? From.Iban);
        return confirmation is null
            ? account.Transfer((requester ?? Requester).Number, payment, OrderTerms.Unlimited, CancellationToken.None)
            : account.TransferConfirmed(requester ?? Requester, payment, confirmation, OrderTerms.Unlimited, CancellationToken.None);
    }

    public async Task<Refusal?> RefusalAsync(
        TransferCommand payment, Confirmation? confirmation = null, Requester? requester = null, Iban? from = null) =>
        (await PayAsync(payment, confirmation, requester, from)).Refusal;

    public async Task BookAsync(TransferCommand payment, Confirmation? confirmation = null) =>
        Assert.Null(await RefusalAsync(payment, confirmation));

    /// <summary>Neither decided nor paid.</summary>
    public async Task AssertNothingHappenedAsync(TransferCommand payment)
    {
        Assert.Equal(
            Reason.TransferNotFound,
            (await _bank.Grains.TransferLookup().Get(Customer.Number, payment.Id, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(_balanceMinor, await BalanceAsync());
    }

    public async Task<long> BalanceAsync() =>
        (await _bank.Grains.Customer(Customer.Number).ListAccounts(CancellationToken.None))
            .Single(account => account.Iban == From.Iban).Balance.Minor;

    /// <summary>What each silo's ledger answers to a payment of its own without an FNP.</summary>
    public async Task<IReadOnlyList<Reason?>> PayOnEachSiloAsync(long amountMinor)
    {
        var reasons = new List<Reason?>();
        foreach (var silo in _bank.Cluster.Silos)
        {
            var services = _bank.Cluster.GetSiloServiceProvider(silo.SiloAddress);
            var directory = services.GetRequiredService<AccountDirectory>();
            var (from, to) = (
                await directory.FindAsync(From.Iban.Value, CancellationToken.None),
                await directory.FindAsync(To.Iban.Value, CancellationToken.None));
            var order = new TransferOrder(
                new TransferId(Guid.CreateVersion7()), TransferKind.Payment, from!.Id, to!.Id, new Money(amountMinor, All), "",
                Originator.Customer);
            reasons.Add((await services.GetRequiredService<LedgerWriter>().PostAsync(order)).Refusal?.Reason);
        }

        return reasons;
    }
}
