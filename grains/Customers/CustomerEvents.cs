using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Customers;

/// <summary>
/// Tells a customer's inbox of something that is no posting. The statement belongs in the transaction of the change that it tells of: then
/// neither is without the other. Another kind of news is a kind, a call of this, and a text where the inbox is.
/// </summary>
internal static class CustomerEvents
{
    /// <param name="detail">What the text needs besides the kind; serialized as an object.</param>
    public static NpgsqlBatchCommand Tell<TDetail>(CustomerNumber customer, CustomerEventKind kind, TDetail detail)
        where TDetail : notnull => new("select bank.tell_customer($1, $2, $3)")
    {
        Parameters =
        {
            new() { Value = customer.Value },
            new() { Value = (short)kind },
            new() { Value = Serialize(detail), NpgsqlDbType = NpgsqlDbType.Jsonb },
        },
    };

    /// <summary>A detail, where a function of the database tells.</summary>
    public static string Serialize<TDetail>(TDetail detail)
        where TDetail : notnull => JsonSerializer.Serialize(detail);

    public static NpgsqlBatchCommand Tell(CustomerNumber customer, CustomerEventKind kind) => Tell(customer, kind, new { });
}
