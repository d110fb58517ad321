using Npgsql;

namespace BktSmart.Tests.Infrastructure;

/// <summary>Pushes in the outbox without the notifications with which an inbox writes them.</summary>
public static class PushRows
{
    public static NpgsqlBatchCommand Add(
        IReadOnlyCollection<(int Customer, long NotificationNumber, string Body)> pushes, string title, TimeSpan lifetime) =>
        new("""
            select bank.add_to_outbox(d.platform, p.customer, p.number, null, $1, p.body, $2)
              from unnest($3, $4, $5) with ordinality as p (customer, number, body, position)
             cross join lateral bank.push_device(p.customer) d
             order by p.position
            """)
        {
            Parameters =
            {
                new() { Value = title },
                new() { Value = lifetime },
                new() { Value = pushes.Select(push => push.Customer).ToArray() },
                new() { Value = pushes.Select(push => push.NotificationNumber).ToArray() },
                new() { Value = pushes.Select(push => push.Body).ToArray() },
            },
        };
}
