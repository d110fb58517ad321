using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// Account numbers to registrations, kept in memory. Only what exists is kept: a registration never changes, but an account that does
/// not exist may be opened.
/// </summary>
internal sealed class AccountDirectory(AccountRegister register, LedgerCache ledger, IOptions<AccountOptions> options) : IDisposable
{
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = options.Value.DirectoryCacheSize });

    public async ValueTask<AccountRegistration?> FindAsync(string number, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue(number, out AccountRegistration? known))
            return known;

        if (await register.FindWithStateAsync(number, cancellationToken) is not var (found, state))
            return null;
        // Whoever asks for an account will want its balance next.
        ledger.Add(state);
        _cache.Set(number, found, new MemoryCacheEntryOptions { Size = 1 });
        return found;
    }

    /// <summary>Why a payee cannot be paid, as far as who pays may know.</summary>
    public Refusal CannotReceive(Iban payee) => new(
        payee.IsOfBank(options.Value.BankCode) ? Reason.PayeeCannotReceive : Reason.PayeeAtAnotherBank, "payee_iban");

    public void Dispose() => _cache.Dispose();
}
