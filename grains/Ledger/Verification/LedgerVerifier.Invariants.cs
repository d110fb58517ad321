namespace BktSmart.Ledger;

// The invariants, and the SQL that proves some of them. docs/ledger.md has the list.
internal sealed partial class LedgerVerifier
{
    private const string EveryLegIsTwoPostings =
        "every leg is a debit and a credit of one amount, at the time and date of its batch, and every posting is of a leg";
    private const string NumbersAndBalancesFollow =
        "sequence numbers have no gap, each balance follows from the one before, and the account has the last";
    private const string NeverGoBack = "booking time and business date of an account never go back";
    private const string NeverBelowTheFloor = "available was never below the floor";
    private const string HeldFollows = "what was held after a posting follows from the holds before it";
    private const string HaveOneCurrency = "debtor and creditor of a leg have one currency";
    private const string HaveWhatBelongsToThem = "each transfer has what belongs to its kind";
    private const string HaveTheirTransfers = "a batch has the transfers that it says";
    private const string PaidIsCounted = "the counters of payment limits are what the account's transfers say";
    private const string HaveTheirHash = "the content of each batch has the hash that is chained";

    private const string OrderedOnce = "what standing orders booked is that of one payment each";

    /// <param name="Search">Gives the places where the invariant does not hold.</param>
    private sealed record Invariant(string Name, string Search);

    /// <summary>The batches behind the last proof.</summary>
    private const string NewBatches = """
        (select b.*
           from bank.batch b
           left join (select u.chain, u.number
                        from (select chains, numbers from bank.verification order by verification_id desc limit 1) v
                       cross join unnest(v.chains, v.numbers) as u (chain, number)) done on done.chain = b.chain
          where b.number > coalesce(done.number, 0))
        """;

    /// <summary>The numbers of some kinds, as a list.</summary>
    private static string Kinds(Func<TransferKind, bool> which) =>
        string.Join(", ", Enum.GetValues<TransferKind>().Where(which).Select(kind => (int)kind));

    private static string AccountPoint(string account, string sequence, string balance) =>
        $"hashint8extended({account}, hashint8extended({sequence}, hashint8extended({balance}, 7)))";

    private static string Entry(string transfer, string account, string sequence, string amount, string bookedAt, string date) =>
        $"""
        uuid_hash_extended({transfer}, hashint8extended({account}, hashint8extended({sequence}, hashint8extended({amount},
            timestamp_hash_extended(({bookedAt})::timestamp, hashint4extended({date} - date '2000-01-01', 11))))))
        """;

    /// <summary>The fingerprint of a posting of a further leg <c>l</c>.</summary>
    private static string LegEntry(string side, string amount) =>
        Entry("l.transfer_id", $"l.{side}_account_id", $"l.{side}_sequence", amount, "b.booked_at", "b.business_date");

    /// <summary>The fingerprints of the two postings of a transfer's first leg.</summary>
    private static readonly string DebitEntry = Entry(
        "t.transfer_id", "t.debit_account_id", "t.debit_sequence", "-t.amount_minor", "b.booked_at", "b.business_date");

    private static readonly string CreditEntry = Entry(
        "t.transfer_id", "t.credit_account_id", "t.credit_sequence", "t.amount_minor", "b.booked_at", "b.business_date");

    /// <summary>Of all accounts: what their postings add to the fingerprint, from the first to the last.</summary>
    private static readonly string AccountFingerprint =
        $"select coalesce(sum({AccountPoint("account_id", "sequence_number", "balance_minor")}), 0) - "
            + $"coalesce(sum({AccountPoint("account_id", "0", "0")}), 0) from bank.account";

    /// <summary>
    /// Fingerprints of a part of the postings, and whether one left less than nothing available to a customer, which is allowed down to the
    /// floor of its time.
    /// </summary>
    /// <param name="part">A condition for postings <c>p</c>.</param>
    private static string PostingSums(string part) => $"""
        select coalesce(
                   sum({Entry("transfer_id", "account_id", "sequence_number", "amount_minor", "booked_at", "business_date")}), 0)::text,
               coalesce(sum({AccountPoint("account_id", "sequence_number", "balance_after_minor")})
                      - sum({AccountPoint("account_id", "sequence_number - 1", "balance_after_minor - amount_minor")}), 0)::text,
               coalesce(bool_or(balance_after_minor < coalesce(held_after_minor, 0)
                   and account_id not in (select account_id from bank.account where customer_number is null)), false)
          from bank.posting p
         {part}
        """;

    /// <summary>Of the further legs of all transfers: the fingerprint of the postings that belong to them.</summary>
    private static readonly string FurtherLegSum = $"""
        select (coalesce(
                   sum({LegEntry("debit", "-l.amount_minor")}), 0)
              + coalesce(
                   sum({LegEntry("credit", "l.amount_minor")}), 0))::text
          from bank.leg l
          join bank.transfer t on t.transfer_id = l.transfer_id
          join bank.batch b on b.batch_id = t.batch_id
        """;

    /// <summary>All legs that were booked, with the booking of their batch.</summary>
    private const string BookedLegs = """
        (select t.transfer_id, t.batch_id, t.debit_account_id, t.credit_account_id, t.amount_minor, t.debit_sequence, t.credit_sequence
           from bank.transfer t
          where t.debit_sequence is not null
          union all
         select l.transfer_id, t.batch_id, l.debit_account_id, l.credit_account_id, l.amount_minor, l.debit_sequence, l.credit_sequence
           from bank.leg l
           join bank.transfer t on t.transfer_id = l.transfer_id
          where l.debit_sequence is not null)
        """;

    private const string OfLegs = """
        select g.transfer_id::text
          from {legs} g
          left join bank.batch b on b.batch_id = g.batch_id
          left join bank.posting d on d.account_id = g.debit_account_id and d.sequence_number = g.debit_sequence
          left join bank.posting c on c.account_id = g.credit_account_id and c.sequence_number = g.credit_sequence
         where (d.transfer_id, d.amount_minor, d.booked_at, d.business_date, c.transfer_id, c.amount_minor, c.booked_at, c.business_date)
               is distinct from
               (g.transfer_id, -g.amount_minor, b.booked_at, b.business_date, g.transfer_id, g.amount_minor, b.booked_at, b.business_date)
        """;

    private const string OfNewLegs = $"(select g.* from {BookedLegs} g join {NewBatches} n on n.batch_id = g.batch_id)";

    /// <summary>Postings of the batches behind the last proof.</summary>
    private const string NewPostings = $"""
        (select p.*
           from (select transfer_id, debit_account_id as account_id, debit_sequence as sequence_number from {OfNewLegs} g
                  union all
                 select transfer_id, credit_account_id, credit_sequence from {OfNewLegs} g) e
           join bank.posting p on p.account_id = e.account_id and p.sequence_number = e.sequence_number)
        """;

    private static string OrderInTime(string postings) => $"""
        select p.account_id || '/' || p.sequence_number
          from {postings} p
          join bank.posting before on before.account_id = p.account_id and before.sequence_number = p.sequence_number - 1
         where p.booked_at < before.booked_at
            or p.business_date < before.business_date
        """;

    private static string Floor(string postings) => $"""
        select p.account_id || '/' || p.sequence_number
          from {postings} p
          join bank.account a on a.account_id = p.account_id and a.customer_number is not null
          left join lateral (
               select floor_minor
                 from bank.account_terms t
                where t.account_id = p.account_id
                  and t.sequence_number < p.sequence_number
                order by version desc
                limit 1) terms on true
         where p.balance_after_minor - coalesce(p.held_after_minor, 0) < 0
           and p.balance_after_minor - coalesce(p.held_after_minor, 0) <
               coalesce(terms.floor_minor, case when exists (select from bank.account_terms t where t.account_id = p.account_id) then 0
                   else a.floor_minor end)
        """;

    /// <summary>Every change of what is held on an account: by how much, to what, and the last posting before it.</summary>
    private static readonly string HoldSteps = $"""
        (select t.transfer_id, t.debit_account_id as account_id, d.sequence_number as after_sequence, d.balance_after_minor,
                case when t.kind in ({Kinds(kind => kind.HasExpiry)}) then t.amount_minor else -h.amount_minor end as step,
                d.held_after_minor
           from bank.transfer_detail d
           join bank.transfer t
             on t.transfer_id = d.transfer_id and t.kind in ({Kinds(kind => !kind.HasPostings)}) and t.reason is null
           left join bank.transfer h on h.transfer_id = d.related_id
          union all
         select t.transfer_id, t.debit_account_id, t.debit_sequence - 1, p.balance_after_minor - p.amount_minor, -h.amount_minor,
                coalesce(p.held_after_minor, 0)
           from bank.transfer_detail d
           join bank.transfer t
             on t.transfer_id = d.transfer_id and t.kind in ({Kinds(kind => kind.EndsHold && kind.HasPostings)}) and t.reason is null
           left join bank.transfer h on h.transfer_id = d.related_id
           left join bank.posting p on p.account_id = t.debit_account_id and p.sequence_number = t.debit_sequence)
        """;

    private static string HeldAfter(string postings) => $"""
        select account_id || '/' || sequence_number
          from (select account_id, sequence_number, is_posting, held,
                       sum(step) over (partition by account_id order by sequence_number, is_posting) as expected
                  from (select account_id, after_sequence + 1 as sequence_number, step, 0 as held, false as is_posting
                          from {HoldSteps} s
                         union all
                        select p.account_id, p.sequence_number, 0, coalesce(p.held_after_minor, 0), true
                          from {postings} p
                         where p.held_after_minor is not null
                            or p.account_id in (select account_id from {HoldSteps} s)) steps) p
         where is_posting
           and held <> expected
        """;

    /// <summary>Where postings and legs of the whole ledger are not the same.</summary>
    private static readonly string UnequalLegs = $"""
        select place
          from ({OfLegs.Replace("{legs}", BookedLegs, StringComparison.Ordinal)}
                union all
                select p.transfer_id::text
                  from bank.posting p
                 where not exists (
                       select from {BookedLegs} g
                        where g.transfer_id = p.transfer_id
                          and ((g.debit_account_id = p.account_id and g.debit_sequence = p.sequence_number)
                            or (g.credit_account_id = p.account_id and g.credit_sequence = p.sequence_number)))) as found (place)
        """;

    /// <summary>Where numbers and balances of the whole ledger do not follow.</summary>
    private const string BrokenBalances = """
        select place
          from (select account_id || '/' || sequence_number
                  from (select account_id, sequence_number, amount_minor, balance_after_minor,
                               lag(sequence_number, 1, 0) over account as last_sequence,
                               lag(balance_after_minor, 1, 0) over account as last_balance
                          from bank.posting
                        window account as (partition by account_id order by sequence_number)) p
                 where sequence_number <> last_sequence + 1
                    or balance_after_minor <> last_balance + amount_minor
                 union all
                select a.account_id::text
                  from bank.account a
                  left join lateral (
                       select sequence_number, balance_after_minor
                         from bank.posting p
                        where p.account_id = a.account_id
                        order by sequence_number desc
                        limit 1) last on true
                 where (a.sequence_number, a.balance_minor) <> (coalesce(last.sequence_number, 0),
                     coalesce(last.balance_after_minor, 0))) as found (place)
        """;

    /// <summary>The heads with which a chain <c>c</c> begins: chain, number and hash of each.</summary>
    private const string HeadsOfChain = """
        cross join lateral generate_series(0, octet_length(c.heads) / 48 - 1) as i
        cross join lateral (
             select ('x' || encode(substr(c.heads, i * 48 + 1, 8), 'hex'))::bit(64)::bigint as chain,
                    ('x' || encode(substr(c.heads, i * 48 + 9, 8), 'hex'))::bit(64)::bigint as number,
                    substr(c.heads, i * 48 + 17, 32) as hash) head
        """;

    /// <summary>A transfer that a standing order has booked, and no payment names: an earlier attempt of one that was paid twice.</summary>
    private static string OrderedBeside(string transfers) => $"""
        select t.transfer_id::text
          from {transfers} t
         where t.originator = 3
           and t.reason is null
           and not exists (select from bank.standing_order_payment p where p.transfer_id = t.transfer_id)
        """;

    /// <summary>What is proven of the whole ledger besides what one pass over postings and transfers proves.</summary>
    private static readonly Invariant[] OfWhole =
    [
        new(HeldFollows, HeldAfter("bank.posting")),
        new(OrderedOnce, OrderedBeside("bank.transfer")),
    ];

    /// <summary>What is proven of the batches behind the last proof besides what one pass over their transfers proves.</summary>
    private static readonly Invariant[] OfNew =
    [
        new(EveryLegIsTwoPostings,
            $"""
            select place
              from ({OfLegs.Replace("{legs}", OfNewLegs, StringComparison.Ordinal)}
                    union all
                    select p.transfer_id::text
                      from (select distinct account_id from {NewPostings} p) n
                      join bank.account a on a.account_id = n.account_id
                      join bank.posting p on p.account_id = a.account_id and p.sequence_number > a.sequence_number) as found (place)
            """),
        new(NumbersAndBalancesFollow,
            $"""
            select 'the accounts of the new batches'
             where (select coalesce(sum({AccountPoint("account_id", "sequence_number", "balance_after_minor")}), 0)
                         - coalesce(sum({AccountPoint("account_id", "sequence_number - 1", "balance_after_minor - amount_minor")}), 0)
                             from {NewPostings} p)
                 <> ({AccountFingerprint}) - (select account_fingerprint from bank.verification order by verification_id desc limit 1)
            """),
        new(NeverBelowTheFloor, Floor(NewPostings)),
        new(HeldFollows, HeldAfter(NewPostings)),
        new(NeverGoBack, OrderInTime(NewPostings)),
        new(OrderedOnce, OrderedBeside($"(select t.* from bank.transfer t join {NewBatches} n on n.batch_id = t.batch_id)")),
    ];

    /// <summary>What is small enough to be proven as a whole every time.</summary>
    private static readonly Invariant[] Always =
    [
        new("each end-of-day opens the business date that the next one ends, and the last opened that of now",
            """
            select next_date::text
              from (select next_date, lead(business_date) over (order by business_date) as then_date from bank.end_of_day) e
             where next_date is distinct from coalesce(then_date, (select business_date from bank.business_day))
            """),
        new("the balances of a currency sum to zero", "select currency from bank.account group by currency having sum(balance_minor) <> 0"),
        new("what is held on an account is the sum of its open holds",
            """
            select a.account_id::text
              from bank.account a
              left join (select debit_account_id, sum(amount_minor) as held
                  from bank.open_hold group by debit_account_id) h on h.debit_account_id = a.account_id
             where a.held_minor <> coalesce(h.held, 0)
            """),
        // transfer_pkey
        new("a payment of a standing order is booked or failed as its transfer is, with its amount and accounts",
            """
            select p.order_id || '/' || p.due_on
              from bank.standing_order_payment p
              left join bank.transfer t on t.transfer_id = p.transfer_id
             where p.state <> 1
               and (t.transfer_id is null
                    or (p.state = 2) <> (t.reason is null)
                    or (t.debit_account_id, t.credit_account_id, t.amount_minor, t.originator) is distinct from
                       (p.debit_account_id, p.credit_account_id, p.amount_minor, 3))
            """),
        new("a hold is open until it is settled, once",
            $"""
            select coalesce(h.transfer_id, o.transfer_id)::text
              from (select t.transfer_id, t.debit_account_id, t.amount_minor, d.expires_at
                      from bank.transfer_detail d
                      join bank.transfer t
                        on t.transfer_id = d.transfer_id and t.kind in ({Kinds(kind => kind.HasExpiry)}) and t.reason is null
                     where d.expires_at is not null
                       and not exists (select from bank.transfer_detail s where s.related_id = d.transfer_id and s.settles)) h
              full join bank.open_hold o using (transfer_id, debit_account_id, amount_minor, expires_at)
             where h.transfer_id is null
                or o.transfer_id is null
             union all
            select related_id::text from bank.transfer_detail where settles group by related_id having count(*) > 1
             union all
            select d.transfer_id::text
              from bank.transfer_detail d
              left join bank.transfer r on r.transfer_id = d.related_id and r.reason is null
             where d.settles
               and r.transfer_id is null
            """),
        new("a hold and its end say what they found and left on the account",
            $"""
            select s.transfer_id::text
              from {HoldSteps} s
              left join bank.posting p on p.account_id = s.account_id and p.sequence_number = s.after_sequence
             where s.balance_after_minor is distinct from coalesce(p.balance_after_minor, case when s.after_sequence = 0 then 0 end)
             union all
            select s.account_id::text
              from (select account_id, sum(hashint8extended(held_after_minor, 5))
                  - sum(hashint8extended(held_after_minor - step, 5)) as moved
                      from {HoldSteps} s
                     group by account_id) s
              left join bank.account a on a.account_id = s.account_id
             where s.moved is distinct from hashint8extended(a.held_minor, 5)::numeric - hashint8extended(0, 5)
            """),
        new("an account has the owner, number, currency and terms that are the last of its history, and only terms ever changed",
            """
            select coalesce(a.account_id, h.account_id)::text
              from bank.account a
              full join (
                   select distinct on (account_id) *
                     from bank.account_history
                    order by account_id, version desc) h on h.account_id = a.account_id
             where (a.account_number, a.customer_number, a.currency, a.floor_minor, a.frozen, a.closed_at is not null) is distinct from
                   (h.account_number, h.customer_number, h.currency, h.floor_minor, h.frozen, h.closed)
             union all
            select h.account_id::text
              from bank.account_history h
             group by h.account_id
            having min(h.version) <> 0
                or count(distinct (h.account_number, coalesce(h.customer_number, 0), h.currency)) > 1
             union all
            select coalesce(t.account_id, h.account_id)::text
              from bank.account_terms t
              full join (select * from bank.account_history where version > 0) h using (account_id, version)
             where (t.sequence_number, t.floor_minor, t.frozen, t.closed) is distinct from
                   (h.sequence_number, h.floor_minor, h.frozen, h.closed)
            """),
        new("each entry of the accounts' history has the next number and the hash over the one before",
            """
            select number::text
              from (select h.*, lag(number, 1, 0::bigint) over history as last_number, lag(hash, 1, sha256('')) over history as last_hash
                      from bank.account_history h
                    window history as (order by number)) h
             where number <> last_number + 1
                or hash is distinct from sha256(last_hash || convert_to(concat_ws('|',
                       number, account_id, version, account_number, coalesce(customer_number::text, ''), currency, sequence_number,
                       coalesce(floor_minor::text, ''), frozen, closed), 'UTF8'))
            """),
        new("each batch has the next number of its chain, the hash over the one before, a later time and no earlier date",
            """
            select chain || '/' || number
              from (select b.*, c.genesis,
                           lag(b.number, 1, 0::bigint) over chain as last_number,
                           lag(b.hash, 1, c.genesis) over chain as last_hash,
                           lag(b.booked_at) over chain as last_booked_at,
                           lag(b.business_date) over chain as last_date
                      from bank.batch b
                      left join bank.chain c on c.chain = b.chain
                    window chain as (partition by b.chain order by b.number)) b
             where number <> last_number + 1
                or booked_at <= last_booked_at
                or business_date < last_date
                or hash is distinct from sha256(
                       last_hash || int8send(chain) || int8send(number) || int8send((extract(epoch from booked_at) * 1000000)::bigint)
                       || int8send(business_date - date '2000-01-01') || content_hash)
            """),
        new("each chain begins with the heads of the chains before it",
            $"""
            select c.chain::text
              from bank.chain c
             {HeadsOfChain}
              left join bank.batch b on b.chain = head.chain and b.number = head.number
              left join bank.chain o on o.chain = head.chain
             where coalesce(b.hash, case when head.number = 0 then o.genesis end) is distinct from head.hash
             union all
            select chain::text from bank.chain where genesis <> sha256(heads)
            """),
        new("the business date changes when end-of-day starts, at one point of time",
            """
            select d.business_date::text
              from (select business_date, min(booked_at) as first, max(booked_at) as last,
                           lag(max(booked_at)) over (order by business_date) as last_before
                      from bank.batch
                     group by business_date) d
              left join bank.end_of_day opened on opened.next_date = d.business_date
              left join bank.end_of_day ended on ended.business_date = d.business_date
             where d.first < greatest(opened.started_at, d.last_before)
                or d.last >= ended.started_at
                or d.business_date > (select business_date from bank.business_day)
                or (ended.business_date is null and d.business_date between (select min(business_date) from bank.end_of_day)
                    and (select business_date - 1 from bank.business_day))
            """),
        new("nothing that is booked was ever changed, and nobody may",
            """
            select relname || ' has ' || n_tup_upd + n_tup_del || ' changed rows'
              from pg_stat_user_tables
             where schemaname = 'bank'
               and relname in ('posting', 'transfer', 'leg', 'transfer_detail', 'batch', 'chain', 'account_terms',
                   'account_history')
               and n_tup_upd + n_tup_del > 0
             union all
            select t || ' can be changed by bkt_silo'
              from unnest(array['posting', 'transfer', 'leg', 'transfer_detail', 'open_hold', 'batch', 'chain', 'account_terms',
                  'account_history', 'business_day']) as t
             where has_any_column_privilege('bkt_silo', 'bank.' || t, 'insert, update')
                or has_table_privilege('bkt_silo', 'bank.' || t, 'delete, truncate')
             union all
            select 'account can be changed by bkt_silo'
             where has_any_column_privilege('bkt_silo', 'bank.account', 'update')
                or has_table_privilege('bkt_silo', 'bank.account', 'delete, truncate')
                or exists (select from unnest(array['balance_minor', 'held_minor', 'sequence_number', 'floor_minor']) as c
                    where has_column_privilege('bkt_silo', 'bank.account', c, 'insert'))
             union all
            select t || ' lacks its trigger'
              from unnest(array['posting', 'transfer', 'leg', 'transfer_detail', 'batch', 'chain', 'account_terms', 'account_history']) as t
             where not exists (select from pg_trigger
                 where tgrelid = ('bank.' || t)::regclass and tgname = 'append_only' and tgenabled = 'O')
            """),
        new("every posting on a customer's account and every event of a customer was told, waits for delivery or is set aside",
            $"""
            with waiting as ({Waiting})
            select concat_ws('/', coalesce(p.customer_number, w.customer_number, a.customer_number), coalesce(p.source, w.source, a.source))
              from bank.inbox_position p
              full join waiting w using (customer_number, source)
              full join (
                   select customer_number, account_id as source, sequence_number as number
                     from bank.account
                    where customer_number is not null
                    union all
                   select customer_number, 0, max(number)
                     from bank.customer_event
                    group by customer_number) a using (customer_number, source)
             where greatest(coalesce(p.position, 0), coalesce(w.number, 0)) is distinct from coalesce(a.number, 0)
               -- Events may be forgotten after they were told.
               and not (source = 0 and a.number is null and w.number is null)
            """),
        new("no notification tells of what lies beyond the position of its inbox",
            """
            select concat_ws('/', n.customer_number, n.source)
              from (select customer_number, account_id as source, max(sequence_number) as last
                      from bank.notification
                     group by customer_number, account_id) n
              left join bank.inbox_position p using (customer_number, source)
             where n.last > coalesce(p.position, 0)
            """),
    ];

    /// <summary>What is still to be delivered.</summary>
    private const string Waiting = """
        select customer_number, source, max(number) as number
          from (select u.customer_number, u.source, u.number
                  from bank.event e
                 cross join unnest(e.customer_numbers, e.account_ids, e.sequence_numbers) as u (customer_number, source, number)
                 union all
                select customer_number, source, number
                  from bank.event_set_aside) hints
         group by customer_number, source
        """;

    /// <summary>Notes how far the proof got, in its own snapshot.</summary>
    private static readonly string Note = $"""
        insert into bank.verification (chains, numbers, account_fingerprint, heads)
        select coalesce(array_agg(chain), array[]::integer[]), coalesce(array_agg(number), array[]::bigint[]), ({AccountFingerprint}), $1
          from (select chain, max(number) as number from bank.batch group by chain) heads
        """;
}
