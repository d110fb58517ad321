using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Storage;

/// <summary>Corrupts one row of each kind, as nobody with the silo's rights could, and sees it found.</summary>
public sealed class LedgerVerifierTest(TestServer server, FullLedger ledger) : IClassFixture<FullLedger>
{
    private const string Legs = "every leg is a debit and a credit";
    private const string Balances = "sequence numbers have no gap, each balance follows";
    private const string Currency = "have one currency";
    private const string Floor = "never below the floor";
    private const string HeldAfter = "what was held after a posting";
    private const string Order = "never go back";
    private const string Count = "a batch has the transfers";
    private const string Belongs = "has what belongs to its kind";
    private const string Sum = "of a currency sum to zero";
    private const string Held = "is the sum of its open holds";
    private const string Open = "a hold is open until it is settled";
    private const string Standing = "what they found and left";
    private const string History = "the last of its history";
    private const string Entry = "each entry of the accounts' history";
    private const string Noted = "an earlier proof noted still stands";
    private const string Kept = "kept outside of the database still stands";
    private const string Counters = "the counters of payment limits";
    private const string Batch = "has the next number of its chain";
    private const string Heads = "begins with the heads";
    private const string Dates = "at one point of time";
    private const string Unchanged = "and nobody may";
    private const string Told = "was told, waits";
    private const string Beyond = "beyond the position of its inbox";
    private const string Content = "has the hash that is chained";

    /// <summary>
    /// What is done to rows behind the last proof, and which invariants name it, in a proof of the whole and in one of the new.
    /// </summary>
    public static TheoryData<string, string, string> Corruptions => new()
    {
        { "update bank.posting set amount_minor = amount_minor - 1 where transfer_id = {payment} and amount_minor < 0", Legs, Balances },
        {
            "update bank.posting set balance_after_minor = balance_after_minor + 1 where transfer_id = {payment} and amount_minor < 0",
            Balances, Balances
        },
        {
            "update bank.posting set booked_at = booked_at + interval '1 microsecond' where transfer_id = {payment} and amount_minor < 0",
            Legs, Legs
        },
        { "update bank.posting set business_date = business_date + 1 where transfer_id = {payment} and amount_minor > 0", Legs, Legs },
        { "update bank.posting set business_date = business_date - 1 where transfer_id = {last} and amount_minor > 0", Legs, Order },
        { "update bank.posting set booked_at = booked_at - interval '1 day' where transfer_id = {last} and amount_minor > 0", Legs, Order },
        {
            """
            update bank.posting set booked_at = booked_at - interval '1 day' where transfer_id = {last};
            update bank.batch set booked_at = booked_at - interval '1 day'
             where batch_id = (select batch_id from bank.transfer where transfer_id = {last});
            """,
            Order, Order
        },
        {
            """
            update bank.posting set business_date = business_date - 1 where transfer_id = {last};
            update bank.batch set business_date = business_date - 1
             where batch_id = (select batch_id from bank.transfer where transfer_id = {last});
            """,
            Order, Order
        },
        { "update bank.posting set transfer_id = gen_random_uuid() where transfer_id = {payment} and amount_minor > 0", Legs, Legs },
        {
            "update bank.posting set held_after_minor = held_after_minor + 1 where transfer_id = {posted} and amount_minor < 0",
            HeldAfter, HeldAfter
        },
        { "update bank.posting set held_after_minor = null where transfer_id = {last} and amount_minor < 0", HeldAfter, HeldAfter },
        { "update bank.posting set held_after_minor = 1 where transfer_id = {last} and amount_minor > 0", HeldAfter, HeldAfter },
        { "delete from bank.posting where transfer_id = {payment} and amount_minor > 0", Legs, Legs },
        { "delete from bank.posting where transfer_id = {last} and amount_minor > 0", Balances, Balances },
        {
            """
            insert into bank.posting (account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at, business_date)
            select account_id, 99, transfer_id, 7, 7, booked_at, business_date
              from bank.posting
             where transfer_id = {payment} and amount_minor > 0
            """,
            Legs, Legs
        },

        { "update bank.transfer set amount_minor = amount_minor + 1 where transfer_id = {payment}", Legs, Legs },
        { "update bank.transfer set amount_minor = amount_minor + 1 where transfer_id = {refused}", Content, Content },
        { "update bank.transfer set originator = 3 where transfer_id = {payment}", Content, Content },
        { "update bank.transfer set kind = 10, originator = 2, approval = null where transfer_id = {payment}", Content, Content },
        { "update bank.transfer set reference = reference || '.' where transfer_id = {payment}", Content, Content },
        { "update bank.transfer set approval = case approval when 1 then 3 else 1 end where transfer_id = {payment}", Content, Content },
        { "update bank.transfer set staff = 'somebody' where transfer_id = {payment}", Content, Content },
        { "update bank.transfer set reason = 310 where transfer_id = {refused}", Content, Content },
        { "update bank.transfer set debit_account_id = {debtor} where transfer_id = {payment}", Legs, Legs },
        { "update bank.transfer set debit_sequence = debit_sequence - 1 where transfer_id = {payment}", Legs, Legs },
        { "update bank.transfer set debit_sequence = 9223372036854775807 where transfer_id = {payment}", Legs, Legs },
        { "update bank.transfer set batch_id = batch_id + 1 where transfer_id = {payment}", Count, Count },
        { "delete from bank.transfer where transfer_id = {payment}", Legs, Count },
        { "delete from bank.transfer where transfer_id = {refused}", Count, Count },
        {
            """
            insert into bank.transfer (transfer_id, batch_id, debit_account_id, credit_account_id, amount_minor, kind, reason, reference)
            select gen_random_uuid(), batch_id, debit_account_id, credit_account_id, amount_minor, kind, reason, reference
              from bank.transfer
             where transfer_id = {refused}
            """,
            Count, Count
        },

        { "update bank.leg set amount_minor = amount_minor + 1 where transfer_id = {linked}", Legs, Legs },
        { "update bank.leg set amount_minor = amount_minor + 1 where transfer_id = {refused-linked}", Content, Content },
        {
            """
            update bank.leg set number = 3 where transfer_id = {linked};
            update bank.leg set credit_account_id = {cash} where transfer_id = {linked}
            """,
            Legs, Legs
        },
        { "delete from bank.leg where transfer_id = {linked}", Legs, Content },
        { "delete from bank.leg where transfer_id = {refused-linked}", Content, Content },
        {
            """
            insert into bank.leg (transfer_id, number, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence)
            select transfer_id, 2, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence
              from bank.transfer
             where transfer_id = {payment}
            """,
            Legs, Content
        },

        { "update bank.transfer_detail set exchange_rate = exchange_rate + 0.1 where transfer_id = {exchange}", Content, Content },
        { "update bank.transfer_detail set exchange_rate = 98.5 where transfer_id = {exchange}", Content, Content },
        { "update bank.transfer_detail set expires_at = expires_at + interval '1 day' where transfer_id = {open}", Open, Open },
        { "update bank.transfer_detail set expires_at = expires_at + interval '1 day' where transfer_id = {held}", Content, Content },
        { "update bank.transfer_detail set expires_at = 'infinity' where transfer_id = {held}", Content, Content },
        { "update bank.transfer_detail set expires_at = '-infinity' where transfer_id = {held}", Content, Content },
        { "update bank.transfer_detail set expires_at = '20000-01-01' where transfer_id = {held}", Content, Content },
        { "update bank.transfer_detail set exchange_rate = 'NaN' where transfer_id = {exchange}", Content, Content },
        { "update bank.transfer_detail set exchange_rate = 1e40 where transfer_id = {exchange}", Content, Content },
        { "update bank.transfer_detail set related_id = {open} where transfer_id = {release}", Open, Open },
        { "update bank.transfer_detail set related_id = {payment} where transfer_id = {reversal}", Content, Content },
        { "update bank.transfer_detail set settles = false where transfer_id = {posted}", Open, Open },
        { "update bank.transfer_detail set settles = false where transfer_id = {reversal}", Belongs, Belongs },
        { "update bank.transfer_detail set refused_leg = 0 where transfer_id = {refused-linked}", Content, Content },
        { "update bank.transfer_detail set limit_minor = limit_minor + 1 where transfer_id = {beyond}", Content, Content },
        { "update bank.transfer_detail set rest_minor = 1 where transfer_id = {beyond}", Content, Content },
        { "update bank.transfer_detail set limit_minor = null, rest_minor = null where transfer_id = {beyond}", Content, Content },
        { "update bank.transfer_detail set limit_minor = 9, rest_minor = 9 where transfer_id = {refused-linked}", Content, Content },
        { "delete from bank.transfer_detail where transfer_id = {beyond}", Content, Content },
        { "update bank.transfer_detail set sequence_number = sequence_number - 1 where transfer_id = {open}", Standing, Standing },
        {
            "update bank.transfer_detail set balance_after_minor = balance_after_minor + 1 where transfer_id = {release}",
            Standing, Standing
        },
        { "update bank.transfer_detail set held_after_minor = held_after_minor + 1 where transfer_id = {open}", Standing, Standing },
        { "update bank.transfer_detail set held_after_minor = null where transfer_id = {open}", Standing, Standing },
        { "delete from bank.transfer_detail where transfer_id = {held}", Belongs, Belongs },
        { "delete from bank.transfer_detail where transfer_id = {reversal}", Belongs, Belongs },
        { "delete from bank.transfer_detail where transfer_id = {exchange}", Belongs, Belongs },
        { "delete from bank.transfer_detail where transfer_id = {refused-linked}", Content, Content },

        { "update bank.account set balance_minor = balance_minor + 1 where account_id = {payer}", Balances, Balances },
        { "update bank.account set balance_minor = balance_minor + 5 where account_id = {cash}", Sum, Sum },
        { "update bank.account set sequence_number = sequence_number + 1 where account_id = {payer}", Balances, Balances },
        { "update bank.account set held_minor = held_minor + 1 where account_id = {payer}", Held, Held },
        { "update bank.account set currency = 'CHF' where account_id = {payee}", Currency, Currency },
        { "update bank.account set floor_minor = -1000 where account_id = {debtor}", History, History },
        { "update bank.account set floor_minor = -1000 where account_id = {payer}", History, History },
        { "update bank.account set frozen = 0 where account_id = {euro}", History, History },
        { "update bank.account set frozen = 2 where account_id = {payer}", History, History },
        { "update bank.account set closed_at = now() where account_id = {empty}", History, History },
        { "update bank.account set floor_minor = 0 where account_id = {fees}", History, History },
        { "delete from bank.account where account_id = {payee}", Currency, Currency },
        { "delete from bank.account where account_id = {empty}", History, History },
        { "update bank.account set account_number = 'AL73205110070000000000009999' where account_id = {payee}", History, History },
        { "update bank.account set customer_number = customer_number + 1 where account_id = {empty}", History, History },
        { "update bank.account set customer_number = null where account_id = {empty}", History, History },
        { "update bank.account set currency = 'CHF' where account_id = {empty}", History, History },
        {
            """
            insert into bank.account (account_number, currency, opened_at, balance_minor, sequence_number)
            values ('GIFT-ALL', 'ALL', now(), 100, 1)
            """,
            Balances, Balances
        },

        { "delete from bank.open_hold", Open, Open },
        {
            "insert into bank.open_hold select gen_random_uuid(), debit_account_id, amount_minor, expires_at from bank.open_hold",
            Open, Open
        },
        { "update bank.open_hold set amount_minor = amount_minor - 1", Held, Held },
        { "update bank.open_hold set expires_at = expires_at + interval '1 day'", Open, Open },
        { "update bank.open_hold set debit_account_id = {payee}", Held, Held },

        {
            "update bank.batch set hash = sha256(hash) where batch_id = (select batch_id from bank.transfer where transfer_id = {payment})",
            Batch, Batch
        },
        {
            """
            update bank.batch set content_hash = sha256(content_hash)
             where batch_id = (select batch_id from bank.transfer where transfer_id = {payment})
            """,
            Content, Content
        },
        {
            """
            update bank.batch set booked_at = booked_at + interval '1 microsecond'
             where batch_id = (select batch_id from bank.transfer where transfer_id = {last})
            """,
            Batch, Batch
        },
        {
            """
            update bank.batch set booked_at = booked_at - interval '1 day'
             where batch_id = (select batch_id from bank.transfer where transfer_id = {payment})
            """,
            Batch, Batch
        },
        {
            """
            update bank.batch set business_date = business_date + 1
             where batch_id = (select batch_id from bank.transfer where transfer_id = {payment})
            """,
            Dates, Dates
        },
        {
            """
            update bank.batch set transfer_count = transfer_count + 1
             where batch_id = (select batch_id from bank.transfer where transfer_id = {payment})
            """,
            Count, Count
        },
        {
            "update bank.batch set number = number + 1 where batch_id = (select batch_id from bank.transfer where transfer_id = {last})",
            Batch, Batch
        },
        {
            """
            update bank.batch set chain = chain + 1, number = 2
             where batch_id = (select batch_id from bank.transfer where transfer_id = {last})
            """,
            Batch, Batch
        },
        { "delete from bank.batch where batch_id = (select batch_id from bank.transfer where transfer_id = {payment})", Batch, Batch },
        // The last of its chain, with everything that hangs on it: only the next chain knows that it was there.
        {
            """
            delete from bank.event
             where sequence_numbers && (select array_agg(sequence_number) from bank.posting where transfer_id = {last});
            update bank.account a set balance_minor = a.balance_minor - p.amount_minor, sequence_number = a.sequence_number - 1
              from bank.posting p where p.transfer_id = {last} and p.account_id = a.account_id;
            insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
            select 0, array[customer_number], array[account_id], array[sequence_number]
              from bank.account
             where account_id in ({payer}, {payee});
            delete from bank.posting where transfer_id = {last};
            delete from bank.batch where batch_id = (select batch_id from bank.transfer where transfer_id = {last});
            delete from bank.transfer where transfer_id = {last};
            """,
            Heads, Heads
        },
        { "update bank.chain set heads = heads || heads where chain = (select max(chain) from bank.chain)", Heads, Heads },
        { "update bank.chain set genesis = sha256(genesis) where chain = (select max(chain) from bank.chain)", Batch, Batch },
        {
            """
            update bank.chain
               set heads = set_byte(heads, 40, 255 - get_byte(heads, 40)),
                   genesis = sha256(set_byte(heads, 40, 255 - get_byte(heads, 40)))
             where chain = (select max(chain) from bank.chain)
            """,
            Heads, Heads
        },
        { "delete from bank.chain where chain = (select max(chain) from bank.chain)", Batch, Batch },

        { "update bank.account_terms set floor_minor = -1 where account_id = {debtor} and floor_minor = 0", History, History },
        { "update bank.account_terms set frozen = 0 where account_id = {euro}", History, History },
        { "delete from bank.account_terms where account_id = {euro}", History, History },
        { "update bank.account_terms set floor_minor = -2999 where account_id = {debtor} and floor_minor = -5000", Floor, Floor },
        { "delete from bank.account_terms where account_id = {debtor} and floor_minor = -5000", Floor, Floor },
        { "update bank.account_terms set sequence_number = 1 where account_id = {debtor} and floor_minor = -5000", Floor, Floor },

        { "update bank.account_terms set sequence_number = sequence_number + 1 where account_id = {euro}", History, History },
        { "update bank.account_history set account_number = 'X' where account_id = {euro} and version = 0", History, Entry },
        {
            """
            update bank.account set currency = 'CHF' where account_id = {empty};
            update bank.account_history set currency = 'CHF' where account_id = {empty}
            """,
            Entry, Entry
        },
        {
            "update bank.account_history set number = number + 100 where number = (select max(number) from bank.account_history)",
            Entry, Entry
        },
        { "update bank.account_history set hash = sha256(hash) where number = 1", Entry, Entry },
        { "delete from bank.account_history where account_id = {empty}", History, Entry },

        { "update bank.inbox_position set position = position + 1 where source = {euro}", Told, Told },
        { "update bank.inbox_position set position = position - 1 where source = {euro}", Told, Told },
        { "update bank.inbox_position set source = 987654 where source = {payer}", Told, Told },
        { "update bank.inbox_position set customer_number = 100000999 where source = {payer}", Told, Told },
        { "delete from bank.inbox_position where source = {euro}", Told, Told },
        {
            "update bank.notification set sequence_number = sequence_number + 100 where account_id = {payer} and sequence_number = 2",
            Beyond, Beyond
        },
        { "update bank.notification set account_id = 987654 where account_id = {payer}", Beyond, Beyond },
        {
            """
            insert into bank.customer_event (customer_number, number, kind, at, detail)
            select customer_number, 7, 1, now(), jsonb_build_object() from bank.account where account_id = {payer}
            """,
            Told, Told
        },
        { "delete from bank.event where {late} = any(account_ids)", Told, Told },
        { "update bank.event set sequence_numbers = array[9] where account_ids = array[{late}::bigint]", Told, Told },
        { "update bank.event set account_ids = array[987654] where account_ids = array[{late}::bigint]", Told, Told },
        {
            "insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers) values (0, array[1], array[987654], array[1])",
            Told, Told
        },
    };

    /// <summary>What is done to rows that were proven already.</summary>
    public static TheoryData<string, string> OldCorruptions => new()
    {
        {
            "update bank.posting set balance_after_minor = balance_after_minor + 1 where transfer_id = {old} and amount_minor < 0",
            Balances
        },
        { "update bank.posting set booked_at = booked_at - interval '1 microsecond' where transfer_id = {old} and amount_minor > 0", Legs },
        { "update bank.transfer set reference = 'other' where transfer_id = {old}", Content },
        { "update bank.transfer set amount_minor = 11 where transfer_id = {old}", Legs },
        { "update bank.account set paid_on = paid_on - 1 where account_id = {payer}", Counters },
        { "update bank.account set paid_day_minor = paid_day_minor - 1 where account_id = {payer}", Counters },
        { "update bank.account set paid_month_minor = paid_month_minor + 1 where account_id = {payee}", Counters },
        { "update bank.account set unconfirmed_count = 0 where account_id = {payer}", Counters },
        { "update bank.account set unconfirmed_minor = 0 where account_id = {payer}", Counters },
        { "update bank.account set paid_on = '2026-01-01' where account_id = {empty}", Counters },
    };

    [Theory]
    [MemberData(nameof(Corruptions))]
    public async Task VerifyAsync_CorruptedRow_IsNamedAndNothingIsNoted(string corruption, string ofWhole, string ofNew)
    {
        await ledger.RestoreAsync();
        await ledger.CorruptAsync(corruption);
        var notes = await CountNotesAsync(ledger.Bank);

        var verifier = new LedgerVerifier(ledger.Bank.Database.Silo);
        AssertNamed(ofWhole, await verifier.VerifyAsync(CancellationToken.None), whole: true);
        AssertNamed(ofNew, await verifier.VerifyNewAsync(CancellationToken.None), whole: false);
        Assert.Equal(notes, await CountNotesAsync(ledger.Bank));
    }

    [Theory]
    [MemberData(nameof(OldCorruptions))]
    public async Task VerifyNewAsync_CorruptedRowThatWasProven_IsNotReadAndTheWholeProofNamesIt(string corruption, string invariant)
    {
        await ledger.RestoreAsync();
        await ledger.CorruptAsync(corruption);
        await ledger.FlushStatisticsAsync();
        await TestDatabase.ExecuteAsync(ledger.Bank.Database.Corruptor, "select pg_stat_reset()");

        var verifier = new LedgerVerifier(ledger.Bank.Database.Silo);
        var report = await verifier.VerifyNewAsync(CancellationToken.None);
        Assert.True(report.Violations.Count == 0, string.Join('\n', report.Violations));
        AssertNamed(invariant, await verifier.VerifyAsync(CancellationToken.None), whole: true);
    }

    [Fact]
    public async Task VerifyAsync_LedgerWithSomethingOfEverything_IsSound()
    {
        await ledger.RestoreAsync();
        var verifier = new LedgerVerifier(ledger.Bank.Database.Silo);
        foreach (var report in (VerificationReport[])[
            await verifier.VerifyNewAsync(CancellationToken.None),
            await verifier.VerifyAsync(CancellationToken.None)])
            Assert.True(report.Violations.Count == 0, $"{(report.Whole ? "whole" : "new")}:\n{string.Join('\n', report.Violations)}");
    }

    [Fact]
    public async Task VerifyNewAsync_MoreBatchesSinceTheLastProof_ProvesThemAndNotesHowFar()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var verifier = new LedgerVerifier(bank.Database.Silo);
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());

        var first = await verifier.VerifyNewAsync(CancellationToken.None);
        Assert.True(first.Whole, "Where nothing was proven before, all of it is new.");
        Assert.Equal((1, 1), (first.Batches, first.Transfers));

        await bank.PostAsync([Bank.Payment(from, to, 1), Bank.Payment(from, to, 2)], CancellationToken.None);
        var other = bank.OtherPoster();
        await bank.PostOneAsync(Bank.Payment(to, from, 3), other);
        await bank.OpenAccountAsync(7);
        AssertSound((3, 4), await verifier.VerifyNewAsync(CancellationToken.None));
        AssertSound((0, 0), await verifier.VerifyNewAsync(CancellationToken.None));

        await bank.PostOneAsync(Bank.Payment(from, to, 1), other);
        AssertSound((1, 1), await verifier.VerifyNewAsync(CancellationToken.None));
        Assert.Equal(4, await CountNotesAsync(bank));

        static void AssertSound((long, long) expected, VerificationReport report)
        {
            Assert.True(report.Violations.Count == 0, string.Join('\n', report.Violations));
            Assert.False(report.Whole);
            Assert.Equal(expected, (report.Batches, report.Transfers));
        }
    }

    /// <summary>Nothing that is left says that more was there, but for the proof before.</summary>
    [Theory]
    [InlineData("""
        with gone as (
            select batch_id, transfer_id from bank.transfer where batch_id > (select max(batch_id) - 3 from bank.batch)),
        postings as (
            delete from bank.posting using gone where posting.transfer_id = gone.transfer_id
            returning account_id, amount_minor),
        batches as (delete from bank.batch using gone where batch.batch_id = gone.batch_id),
        transfers as (delete from bank.transfer using gone where transfer.transfer_id = gone.transfer_id)
        update bank.account a
           set balance_minor = balance_minor - taken.amount_minor, sequence_number = sequence_number - taken.count,
               paid_day_minor = paid_day_minor + least(taken.amount_minor, 0),
               paid_month_minor = paid_month_minor + least(taken.amount_minor, 0),
               unconfirmed_count = unconfirmed_count - case when taken.amount_minor < 0 then 3 else 0 end,
               unconfirmed_minor = unconfirmed_minor + least(taken.amount_minor, 0)
          from (select account_id, sum(amount_minor) as amount_minor, count(*) as count from postings group by account_id) taken
         where a.account_id = taken.account_id;
        delete from bank.event where event_id > (select max(event_id) - 6 from bank.event);
        """, "batch 6 of chain")]
    [InlineData("""
        delete from bank.account_history where number = (select max(number) from bank.account_history);
        delete from bank.account where account_id = (select max(account_id) from bank.account);
        """, "entry 31 of the accounts' history")]
    public async Task VerifyAsync_LastIsTakenAwayAsIfItHadNeverBeen_IsMissed(string corruption, string place)
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync(1));
        for (var payment = 1; payment <= 4; payment++)
            await bank.BookAsync(Bank.Payment(from, to, payment));
        await bank.OpenAccountAsync();
        var verifier = new LedgerVerifier(bank.Database.Silo);
        var proof = await verifier.VerifyAsync(CancellationToken.None);
        Assert.True(proof.Violations.Count == 0, string.Join('\n', proof.Violations));

        await TestDatabase.ExecuteAsync(bank.Database.Corruptor, corruption);
        await TestDatabase.ExecuteAsync(bank.Database.Corruptor, "select pg_stat_force_next_flush()");
        await TestDatabase.ExecuteAsync(bank.Database.Corruptor, "select pg_stat_reset()");
        AssertOnly(Noted, await verifier.VerifyAsync(CancellationToken.None));
        AssertNamed($"{Noted}: {place}", await verifier.VerifyNewAsync(CancellationToken.None), whole: false);

        await TestDatabase.ExecuteAsync(bank.Database.Corruptor, "truncate bank.verification; select pg_stat_reset()");
        AssertOnly(Kept, await verifier.VerifyAsync(CancellationToken.None, proof.Heads));
        var blind = await verifier.VerifyAsync(CancellationToken.None);
        Assert.True(blind.Violations.Count == 0, string.Join('\n', blind.Violations));

        void AssertOnly(string invariant, VerificationReport report)
        {
            Assert.NotEmpty(report.Violations);
            Assert.All(report.Violations, violation => Assert.Contains($"{invariant}: {place}", violation, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task VerifyAsync_NoteCannotBeStored_HoldsAndSaysWhy()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        await bank.OpenAccountAsync(100);
        await TestDatabase.ExecuteAsync(bank.Database.Corruptor, """
            create function bank.full() returns trigger language plpgsql as $$
            begin
                raise exception 'could not extend file' using errcode = 'disk_full';
            end $$;
            create trigger disk_is_full before insert on bank.verification for each row execute function bank.full();
            """);
        var report = await new LedgerVerifier(bank.Database.Silo).VerifyAsync(CancellationToken.None);
        Assert.True(report.Violations.Count == 0, string.Join('\n', report.Violations));
        Assert.Equal("53100", report.NotNoted?.SqlState);
        Assert.Equal(0, await CountNotesAsync(bank));
    }

    [Fact]
    public async Task VerifyAsync_ChainThatAnotherBeginsWith_IsNoHead()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        await bank.BookAsync(Bank.Payment(from, to, 1));
        var other = bank.OtherPoster();
        await bank.BookAsync(Bank.Payment(from, to, 1), other);
        var verifier = new LedgerVerifier(bank.Database.Silo);
        Assert.Single((await verifier.VerifyAsync(CancellationToken.None)).Heads.Chains);

        await bank.BookAsync(Bank.Payment(from, to, 1));
        var heads = (await verifier.VerifyAsync(CancellationToken.None)).Heads;
        Assert.Equal([3, 1], heads.Chains.Select(head => head.Number));
        Assert.Equal($"{heads}", $"{LedgerHeads.Parse($"{heads}")}");
    }

    /// <summary>Rows that are put back leave a trace in the statistics; rights and triggers are read as they are.</summary>
    [Theory]
    [InlineData("update bank.posting set amount_minor = amount_minor; select pg_stat_force_next_flush()", "posting has")]
    [InlineData("alter table bank.posting disable trigger append_only", "posting lacks its trigger")]
    [InlineData("drop trigger append_only on bank.transfer_detail", "transfer_detail lacks its trigger")]
    [InlineData("grant insert on bank.posting to bkt_silo", "posting can be changed")]
    [InlineData("grant update (balance_after_minor) on bank.posting to bkt_silo", "posting can be changed")]
    [InlineData("grant delete on bank.batch to public", "batch can be changed")]
    [InlineData("grant update on bank.account_history to bkt_silo", "account_history can be changed")]
    [InlineData("drop trigger append_only on bank.account_history", "account_history lacks its trigger")]
    [InlineData("grant delete on bank.open_hold to bkt_silo", "open_hold can be changed")]
    [InlineData("grant update (floor_minor) on bank.account to bkt_silo", "account can be changed")]
    [InlineData("grant insert (balance_minor) on bank.account to bkt_silo", "account can be changed")]
    [InlineData("grant insert (floor_minor) on bank.account to bkt_silo", "account can be changed")]
    [InlineData("grant update on bank.business_day to bkt_silo", "business_day can be changed")]
    public async Task VerifyAsync_LessProtected_IsNamed(string sql, string place)
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        await bank.OpenAccountAsync(100);
        await bank.AssertSoundAsync();
        await TestDatabase.ExecuteAsync(bank.Database.Corruptor, sql);
        var report = await new LedgerVerifier(bank.Database.Silo).VerifyAsync(CancellationToken.None);
        Assert.Contains(report.Violations, violation => violation.Contains($"{Unchanged}: {place}", StringComparison.Ordinal));
    }

    private static void AssertNamed(string invariant, VerificationReport report, bool whole)
    {
        Assert.Equal(whole, report.Whole);
        Assert.True(
            report.Violations.Any(violation => violation.Contains(invariant, StringComparison.Ordinal)),
            $"A proof of {(whole ? "the whole" : "the new")} did not name '{invariant}', but found:\n"
            + $"{string.Join('\n', report.Violations)}");
    }

    private static Task<long> CountNotesAsync(Bank bank) =>
        TestDatabase.ReadAsync<long>(bank.Database.Silo, "select count(*) from bank.verification");
}
