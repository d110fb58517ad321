namespace BktSmart.Admission;

/// <summary>Places that callers take and give back: so many in all, and so many for each.</summary>
internal sealed class Places<TCaller>(int max, int maxEach)
    where TCaller : notnull
{
    // Both change under the lock. Whoever has no place is not in the dictionary, so it is no larger than the count.
    private readonly Lock _lock = new();
    private readonly Dictionary<TCaller, int> _takenBy = [];
    private int _taken;

    public int Taken => Volatile.Read(ref _taken);

    /// <param name="leave">As many as must be free afterwards.</param>
    public Place TryTake(TCaller caller, int leave = 0)
    {
        lock (_lock)
        {
            if (_taken >= max - leave)
                return Place.NoneFree;
            var own = _takenBy.GetValueOrDefault(caller);
            if (own >= maxEach)
                return Place.HasItsShare;
            _takenBy[caller] = own + 1;
            _taken++;
            return Place.Taken;
        }
    }

    public void GiveBack(TCaller caller)
    {
        lock (_lock)
        {
            _taken--;
            if (--_takenBy[caller] == 0)
                _takenBy.Remove(caller);
        }
    }
}
