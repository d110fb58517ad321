using BktSmart.Errors;

namespace BktSmart.Requests;

/// <summary>Reads the fields of a request. Where some are at fault, the refusal names all of them, in their order.</summary>
internal static class RequestReading
{
    public static (T1, T2) Read<TRequest, T1, T2>(this TRequest request, Func<TRequest, T1> first, Func<TRequest, T2> second)
    {
        var faults = new Faults();
        var read = (faults.Try(request, first), faults.Try(request, second));
        return faults.RefuseOr(read);
    }

    public static (T1, T2, T3) Read<TRequest, T1, T2, T3>(
        this TRequest request, Func<TRequest, T1> first, Func<TRequest, T2> second, Func<TRequest, T3> third)
    {
        var faults = new Faults();
        var read = (faults.Try(request, first), faults.Try(request, second), faults.Try(request, third));
        return faults.RefuseOr(read);
    }

    public static (T1, T2, T3, T4) Read<TRequest, T1, T2, T3, T4>(
        this TRequest request, Func<TRequest, T1> first, Func<TRequest, T2> second, Func<TRequest, T3> third, Func<TRequest, T4> fourth)
    {
        var faults = new Faults();
        var read = (faults.Try(request, first), faults.Try(request, second), faults.Try(request, third), faults.Try(request, fourth));
        return faults.RefuseOr(read);
    }

    public static (T1, T2, T3, T4, T5) Read<TRequest, T1, T2, T3, T4, T5>(
        this TRequest request, Func<TRequest, T1> first, Func<TRequest, T2> second, Func<TRequest, T3> third, Func<TRequest, T4> fourth,
        Func<TRequest, T5> fifth)
    {
        var faults = new Faults();
        var read = (
            faults.Try(request, first), faults.Try(request, second), faults.Try(request, third), faults.Try(request, fourth),
            faults.Try(request, fifth));
        return faults.RefuseOr(read);
    }

    public static (T1, T2, T3, T4, T5, T6) Read<TRequest, T1, T2, T3, T4, T5, T6>(
        this TRequest request, Func<TRequest, T1> first, Func<TRequest, T2> second, Func<TRequest, T3> third, Func<TRequest, T4> fourth,
        Func<TRequest, T5> fifth, Func<TRequest, T6> sixth)
    {
        var faults = new Faults();
        var read = (
            faults.Try(request, first), faults.Try(request, second), faults.Try(request, third), faults.Try(request, fourth),
            faults.Try(request, fifth), faults.Try(request, sixth));
        return faults.RefuseOr(read);
    }

    /// <summary>The items of a repeated field.</summary>
    public static T[] ReadEach<TItem, T>(this IEnumerable<TItem> items, Func<TItem, int, T> read)
    {
        var faults = new Faults();
        var all = new List<T>();
        foreach (var (index, item) in items.Index())
            all.Add(faults.Try(item, one => read(one, index)));
        return faults.RefuseOr<T[]>([.. all]);
    }

    private struct Faults
    {
        private List<Refusal>? _found;

        public T Try<TRequest, T>(TRequest request, Func<TRequest, T> read)
        {
            try
            {
                return read(request);
            }
            catch (RefusedException refused) when (refused.Refusals[0].Field is not null)
            {
                (_found ??= []).AddRange(refused.Refusals);
                return default!;
            }
        }

        /// <summary>What was read, or the refusal, so that no half of it gets out.</summary>
        public readonly T RefuseOr<T>(T read) => _found is null ? read : throw new RefusedException(_found);
    }
}
