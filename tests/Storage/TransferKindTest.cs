using System.Text.RegularExpressions;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Storage;

/// <summary>What the database says of the kinds of transfers, by their numbers, is what <see cref="TransferKinds"/> says.</summary>
public sealed class TransferKindTest(TestServer server)
{
    private static readonly TransferKind[] Kinds = Enum.GetValues<TransferKind>();

    /// <summary>The real checks, on every row that differs in what they ask, also for a kind below the first and above the last.</summary>
    [Fact]
    public async Task Checks_EveryKindInEveryForm_TakeWhatIsSaidOfTheKind()
    {
        var database = await server.CreateDatabaseAsync();
        var checks = await TestDatabase.ReadAsync<string>(database.Owner, """
            select string_agg(format('coalesce(%s, true)', pg_get_expr(c.conbin, c.conrelid)), ' and ')
              from pg_constraint c
              join pg_attribute a on a.attrelid = c.conrelid and a.attname = 'kind' and a.attnum = any(c.conkey)
             where c.conrelid = 'bank.transfer'::regclass
               and c.contype = 'c'
            """);
        var taken = await TestDatabase.ReadAsync<string[]>(database.Owner, $"""
            select array_agg(concat_ws(' ', kind, case when debit_sequence is not null then 'posted' end,
                                       case originator when 1 then 'Customer' when 2 then 'Staff' when 3 then 'StandingOrder'
                                            when 4 then 'Bank' end,
                                       case when reason is not null then 'refused' end, case when approval is not null then 'approved' end))
              from (select kind, nullif(originator, 0) as originator, nullif(reason, 0) as reason, nullif(approval, 0) as approval,
                           nullif(posted, 0) as debit_sequence, nullif(posted, 0) as credit_sequence
                      from generate_series(0, {(int)Kinds.Max() + 1}) as kind
                     cross join generate_series(0, 4) as originator
                     cross join generate_series(0, 1) as reason
                     cross join generate_series(0, 1) as approval
                     cross join generate_series(0, 1) as posted) t
             where {checks}
            """);

        OriginatorKind?[] originators = [null, .. Enum.GetValues<OriginatorKind>()];
        var expected =
            from kind in Kinds
            from originator in originators
            from refused in (bool[])[false, true]
            let posted = kind.HasPostings && !refused
            let approved = IsCustomer(originator, kind) && !refused && !kind.OnlyFrees
            select string.Join(' ', ((string?[])[
                $"{(int)kind}", posted ? "posted" : null, originator?.ToString(), refused ? "refused" : null,
                approved ? "approved" : null]).OfType<string>());
        Assert.Equal(expected.Order(), taken.Order());

        // Where no originator is recorded, only payments are customers'.
        static bool IsCustomer(OriginatorKind? originator, TransferKind kind) =>
            originator is { } known ? new Originator(known, null).IsCustomer : kind == TransferKind.Payment;
    }

    [Fact]
    public async Task OpenHold_ByTheFunctionThatFillsIt_HasWhatHasAnExpiry()
    {
        var database = await server.CreateDatabaseAsync();
        var source = await TestDatabase.ReadAsync<string>(
            database.Owner, "select prosrc from pg_proc where prosrc like '%insert into bank.open_hold%'");
        Assert.Equal(
            Kinds.Where(kind => kind.HasExpiry).Select(kind => $"t.kind = {(int)kind}"),
            Regex.Matches(source, @"\bt\.kind\b [^,]*?\d+").Select(asked => asked.Value));
    }
}
