using System.Diagnostics;

namespace BktSmart.Faults;

/// <summary>The figures of a run of faults, from histories of a few calls.</summary>
public sealed class ClientViewTest
{
    [Fact]
    public void Of_AnswersDuringTheFault_IsTheLongestGapAndTheLongestWait()
    {
        var view = ClientView.Of("fault", At(10, 20), [At(9, 10.5), At(8, 16), At(15.5, 16.5), At(0, 9), At(21, 40)], []);

        Assert.Equal(("fault", 1), (view.Fault, view.Times));
        Assert.Equal(TimeSpan.FromSeconds(5.5), view.Outage);
        Assert.Equal(TimeSpan.FromSeconds(8), view.Wait);
    }

    [Fact]
    public void Of_NoAnswerAtAll_IsAnOutageFromBeginningToEnd() =>
        Assert.Equal(TimeSpan.FromSeconds(10), ClientView.Of("fault", At(10, 20), [At(0, 9), At(21, 22)], []).Outage);

    [Fact]
    public void Of_Doubts_CountsThoseOfTheFault()
    {
        Traffic.Doubt[] doubts = [new("A", At(9, 11)), new("B", At(12, 13)), new("A", At(19, 25)), new("C", At(1, 2))];
        var view = ClientView.Of("fault", At(10, 20), [], doubts);

        Assert.Equal(new Dictionary<string, int> { ["A"] = 2, ["B"] = 1 }, view.Told);
    }

    [Fact]
    public void Sum_TwoFaultsOfAKind_IsOneRowWithTheLongestTimes()
    {
        var one = new ClientView("fault", 1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9), new Dictionary<string, int> { ["A"] = 1 });
        var two = new ClientView(
            "fault", 1, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), new Dictionary<string, int> { ["A"] = 2, ["B"] = 1 });

        var sum = Assert.Single(ClientView.Sum([one, two]));
        Assert.Equal(("fault", 2, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(9)), (sum.Fault, sum.Times, sum.Outage, sum.Wait));
        Assert.Equal(new Dictionary<string, int> { ["A"] = 3, ["B"] = 1 }, sum.Told);
    }

    [Fact]
    public void BesideALock_OrderThatOutlastsTheLock_CountsWithAllItsTime()
    {
        var quick = Enumerable.Range(0, 10).Select(i => At(i, i + 0.5));
        var beside = BesideALock.Of([.. quick, At(9.5, 17)], before: At(0, 5), locked: At(5, 10));

        Assert.Equal(TimeSpan.FromSeconds(0.5), beside.P99Before);
        Assert.Equal(TimeSpan.FromSeconds(7.5), beside.P99);
        Assert.Equal(1, beside.Ratio);
    }

    /// <param name="sent">In seconds, like the other one.</param>
    private static Traffic.Span At(double sent, double answered) =>
        new((long)(sent * Stopwatch.Frequency), (long)(answered * Stopwatch.Frequency));
}
