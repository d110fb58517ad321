using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace BktSmart.Ledger;

// The ends of the ledger at each proof, and whether those of earlier proofs still stand.
internal sealed partial class LedgerVerifier
{
    private const string NotedHeadsStand = "every head that an earlier proof noted still stands";
    private const string KeptHeadsStand = "every head that was kept outside of the database still stands";

    private static async Task<LedgerHeads> ReadHeadsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // one_place_in_chain, account_history_pkey
        await using var command = new NpgsqlCommand(
            $"""
            select now(), 0, coalesce(max(number), 0), coalesce((array_agg(encode(hash, 'hex')))[1], '')
              from (select number, hash from bank.account_history order by number desc limit 1) last
             union all
            (select now(), c.chain, coalesce(b.number, 0), encode(coalesce(b.hash, c.genesis), 'hex')
               from bank.chain c
               left join lateral (select number, hash from bank.batch where chain = c.chain order by number desc limit 1) b on true
              where (c.chain, coalesce(b.number, 0)) not in (select head.chain, head.number from bank.chain c {HeadsOfChain})
              order by c.chain)
            """,
            connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var provenAt = default(DateTimeOffset);
        var accounts = new LedgerHeads.HistoryHead(0, "");
        var chains = new List<LedgerHeads.ChainHead>();
        while (await reader.ReadAsync(cancellationToken))
        {
            provenAt = reader.GetFieldValue<DateTimeOffset>(0);
            var (chain, number, hash) = (reader.GetInt32(1), reader.GetInt64(2), reader.GetString(3));
            if (chain == 0)
                accounts = new LedgerHeads.HistoryHead(number, hash);
            else
                chains.Add(new LedgerHeads.ChainHead(chain, number, hash));
        }

        return new LedgerHeads(provenAt, chains, accounts);
    }

    private static async Task<List<LedgerHeads>> ReadNotedHeadsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select heads::text from bank.verification where heads is not null
             union all
            select heads::text from bank.end_of_day_step where heads is not null
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var noted = new List<LedgerHeads>();
        while (await reader.ReadAsync(cancellationToken))
            noted.Add(LedgerHeads.Parse(reader.GetString(0)) ?? throw new InvalidOperationException("A note of a proof has no heads."));
        return [.. noted.OrderBy(heads => heads.ProvenAt)];
    }

    private static VerifiedInvariant ProveHeads(NpgsqlConnection connection, string invariant, IReadOnlyCollection<LedgerHeads> heads)
    {
        var started = Stopwatch.GetTimestamp();
        var firstProofs = new Dictionary<(int Chain, long Number, string Hash), DateTimeOffset>();
        foreach (var proof in heads)
        {
            foreach (var head in proof.Chains)
                firstProofs.TryAdd((head.Chain, head.Number, head.Hash), proof.ProvenAt);
            if (proof.Accounts.Number > 0)
                firstProofs.TryAdd((0, proof.Accounts.Number, proof.Accounts.Hash), proof.ProvenAt);
        }

        // one_place_in_chain, chain_pkey, account_history_pkey
        using var command = new NpgsqlCommand(
            """
            select n.chain, n.number, n.hash
              from unnest($1, $2, $3) as n (chain, number, hash)
              left join bank.batch b on b.chain = n.chain and b.number = n.number
              left join bank.chain c on c.chain = n.chain and n.number = 0
              left join bank.account_history h on n.chain = 0 and h.number = n.number
             where encode(coalesce(b.hash, c.genesis, h.hash), 'hex') is distinct from n.hash
             order by n.chain, n.number
            """,
            connection) { CommandTimeout = 0 };
        command.Parameters.Add(new() { Value = firstProofs.Keys.Select(head => head.Chain).ToArray() });
        command.Parameters.Add(new() { Value = firstProofs.Keys.Select(head => head.Number).ToArray() });
        command.Parameters.Add(new() { Value = firstProofs.Keys.Select(head => head.Hash).ToArray() });
        using var reader = command.ExecuteReader();
        var places = new Places();
        while (reader.Read())
        {
            var head = (Chain: reader.GetInt32(0), Number: reader.GetInt64(1), Hash: reader.GetString(2));
            var what = head.Chain == 0 ? $"entry {head.Number} of the accounts' history" : $"batch {head.Number} of chain {head.Chain}";
            // As the heads themselves say it.
            places.Add(string.Create(
                CultureInfo.InvariantCulture, $"{what}, proven at {firstProofs[head]:yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz}"));
        }

        return new VerifiedInvariant(invariant, Stopwatch.GetElapsedTime(started), places.All);
    }
}
