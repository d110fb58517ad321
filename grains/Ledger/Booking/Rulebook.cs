using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// What decisions depend on besides the ledger: the program and its settings for payments. Silos that differ in it do not book for each
/// other.
/// </summary>
internal sealed class Rulebook(IOptions<PaymentOptions> payments)
{
    public Guid Id { get; } = new(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes((object[])
        [typeof(LedgerRules).Module.ModuleVersionId, typeof(TransferKind).Module.ModuleVersionId, payments.Value])).AsSpan(0, 16));
}
