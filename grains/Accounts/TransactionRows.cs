using BktSmart.Ledger;
using Npgsql;

namespace BktSmart.Accounts;

/// <summary>How a posting <c>p</c> becomes a line that a customer can read.</summary>
internal static class TransactionRows
{
    public const string Columns = """
        p.transfer_id, p.sequence_number, t.kind, p.amount_minor, a.currency, p.balance_after_minor, p.booked_at, p.business_date,
        case when o.customer_number is not null then o.account_number end, c.name, t.reference
        """;

    /// <summary>
    /// The transfer, the leg <c>l</c> where the posting is not of the first one, the account <c>a</c>, the other account <c>o</c> and its
    /// owner, all by primary key.
    /// </summary>
    public const string Joins = """
        join bank.transfer t on t.transfer_id = p.transfer_id
        join bank.account a on a.account_id = p.account_id
        left join bank.leg l
          on l.transfer_id = p.transfer_id
         and ((l.debit_account_id = p.account_id and l.debit_sequence = p.sequence_number)
           or (l.credit_account_id = p.account_id and l.credit_sequence = p.sequence_number))
        join bank.account o on o.account_id = case
             when p.amount_minor < 0 then coalesce(l.credit_account_id, t.credit_account_id)
             else coalesce(l.debit_account_id, t.debit_account_id) end
        left join bank.customer c on c.customer_number = o.customer_number
        """;

    public static Transaction Read(NpgsqlDataReader reader, int first)
    {
        var currency = Currency.Parse(reader.GetString(first + 4));
        Iban? counterparty = reader.IsDBNull(first + 8) ? null : Iban.Parse(reader.GetString(first + 8));
        return new Transaction(
            new TransferId(reader.GetGuid(first)),
            reader.GetInt64(first + 1),
            (TransferKind)reader.GetInt16(first + 2),
            new Money(reader.GetInt64(first + 3), currency),
            new Money(reader.GetInt64(first + 5), currency),
            reader.GetFieldValue<DateTimeOffset>(first + 6),
            reader.GetFieldValue<DateOnly>(first + 7),
            counterparty,
            reader.IsDBNull(first + 9) ? null : reader.GetString(first + 9),
            reader.GetString(first + 10));
    }
}
