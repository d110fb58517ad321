using System.Runtime.InteropServices;
using Npgsql;

namespace BktSmart.Ledger;

/// <summary>
/// What customers paid from their accounts, in one pass over transfers in any order: what the counters of payment limits must say
/// (<see cref="PaymentCounters"/>).
/// </summary>
internal sealed class PaidAmounts
{
    private readonly Dictionary<long, Paid> _paid = [];

    /// <param name="number">Of the first posting on the account.</param>
    /// <param name="amountMinor">To others, by all legs of the transfer.</param>
    /// <param name="day">Days since 2000.</param>
    public void Add(long account, long number, long amountMinor, PaymentApproval approval, int day)
    {
        ref var paid = ref CollectionsMarshal.GetValueRefOrAddDefault(_paid, account, out _);
        paid ??= new Paid();
        paid.Add(day, amountMinor);
        if (approval == PaymentApproval.Fnp)
            paid.Confirm(number);
        else if (approval == PaymentApproval.LowValue)
            paid.AddUnconfirmed(number, amountMinor);
    }

    /// <summary>Takes over what another pass found.</summary>
    public void Add(PaidAmounts others)
    {
        foreach (var (account, other) in others._paid)
        {
            if (_paid.TryGetValue(account, out var paid))
                paid.Add(other);
            else
                _paid.Add(account, other);
        }
    }

    /// <summary>The accounts whose counters say something else.</summary>
    public Places Compare(NpgsqlConnection connection)
    {
        var places = new Places();
        using var rows = new CopyReader(connection, """
            select account_id, paid_on, paid_day_minor, paid_month_minor, unconfirmed_count, unconfirmed_minor
              from bank.account
            """);
        while (rows.Read())
        {
            var account = rows.ReadBigint();
            var counters = new Counters(
                rows.ReadInteger(), rows.ReadBigint(), rows.ReadBigint(), rows.ReadInteger(), rows.ReadBigint());
            if (counters != (_paid.TryGetValue(account, out var paid) ? paid.Counters : Counters.None))
                places.Add($"{account}");
        }

        return places;
    }

    /// <param name="Day">Days since 2000.</param>
    private readonly record struct Counters(int Day, long DayMinor, long MonthMinor, int UnconfirmedCount, long UnconfirmedMinor)
    {
        /// <summary>Of an account that never paid: PostgreSQL writes its <c>-infinity</c> so.</summary>
        public static Counters None => new(int.MinValue, 0, 0, 0, 0);
    }

    /// <summary>From one account.</summary>
    private sealed class Paid
    {
        private readonly List<(long Number, long AmountMinor)> _unconfirmed = [];
        private int _day = int.MinValue;
        private long _dayMinor;
        private long _monthMinor;
        private long _confirmed;

        public Counters Counters => new(_day, _dayMinor, _monthMinor, _unconfirmed.Count, _unconfirmed.Sum(payment => payment.AmountMinor));

        public void Add(int day, long amountMinor) => Add(day, amountMinor, amountMinor);

        public void Confirm(long number)
        {
            _confirmed = Math.Max(_confirmed, number);
            _unconfirmed.RemoveAll(payment => payment.Number < _confirmed);
        }

        public void AddUnconfirmed(long number, long amountMinor)
        {
            if (number > _confirmed)
                _unconfirmed.Add((number, amountMinor));
        }

        public void Add(Paid other)
        {
            if (other._day != int.MinValue)
                Add(other._day, other._dayMinor, other._monthMinor);
            _unconfirmed.AddRange(other._unconfirmed);
            Confirm(Math.Max(_confirmed, other._confirmed));
        }

        /// <param name="monthMinor">Of its month, up to that day.</param>
        private void Add(int day, long dayMinor, long monthMinor)
        {
            if (day > _day)
            {
                if (_day == int.MinValue || Month(day) != Month(_day))
                    _monthMinor = 0;
                (_day, _dayMinor) = (day, 0);
            }

            if (day == _day)
                _dayMinor += dayMinor;
            if (Month(day) == Month(_day))
                _monthMinor += monthMinor;
        }

        private static int Month(int day)
        {
            var date = new DateOnly(2000, 1, 1).AddDays(day);
            return date.Year * 12 + date.Month;
        }
    }
}
