using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Bench.Seeding;

/// <summary>
/// Puts the accounts of the <see cref="AccountBook"/> into a database, as its owner: opening them one by one is not what is measured.
/// </summary>
internal static class AccountSeed
{
    public static async Task BankAsync(NpgsqlDataSource owner, int accounts, CancellationToken stop)
    {
        await using (var customers = owner.CreateCommand("""
            insert into bank.customer (customer_number, request_id, national_id, name, phone, language, opened_at)
            select $1 + n, gen_random_uuid(), 'J' || to_char(n / 1000 % 10, 'FM0') || to_char(n / 10000 + 1, 'FM00') || '01'
                   || to_char(n % 1000, 'FM000') || 'A', 'Customer ' || n, '+35569' || to_char(n, 'FM0000000'), 1, now()
              from generate_series(0, $2 - 1) as n
            """))
        {
            customers.Parameters.Add(new() { Value = AccountBook.FirstCustomer });
            customers.Parameters.Add(new() { Value = AccountBook.Customers(accounts) });
            await customers.ExecuteNonQueryAsync(stop);
        }

        await CopyAsync(owner, "bank.account", accounts, floorMinor: 0, stop);
    }

    /// <summary>The same accounts in a table with the same columns.</summary>
    public static async Task CopyAsync(NpgsqlDataSource owner, string table, int accounts, long floorMinor, CancellationToken stop)
    {
        await using (var connection = await owner.OpenConnectionAsync(stop))
        await using (var copy = await connection.BeginBinaryImportAsync(
            $"copy {table} (account_number, customer_number, currency, opened_at, floor_minor) from stdin (format binary)", stop))
        {
            var openedAt = DateTime.UtcNow;
            for (var i = 0; i < accounts; i++)
            {
                await copy.StartRowAsync(stop);
                await copy.WriteAsync(AccountBook.Iban(i), NpgsqlDbType.Text, stop);
                await copy.WriteAsync(AccountBook.Customer(i), NpgsqlDbType.Integer, stop);
                await copy.WriteAsync(AccountBook.Currency, NpgsqlDbType.Text, stop);
                await copy.WriteAsync(openedAt, NpgsqlDbType.TimestampTz, stop);
                await copy.WriteAsync(floorMinor, NpgsqlDbType.Bigint, stop);
            }

            await copy.CompleteAsync(stop);
        }

        await using var analyze = owner.CreateCommand($"vacuum (analyze) {table}");
        await analyze.ExecuteNonQueryAsync(stop);
    }
}
