using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Hosting;

public sealed class SilentGatewaysTest
{
    private static readonly IPEndPoint One = new(IPAddress.Loopback, 1);
    private static readonly IPEndPoint Two = new(IPAddress.Loopback, 2);
    private static readonly IPEndPoint Three = new(IPAddress.Loopback, 3);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly SilentGateways _gateways;

    public SilentGatewaysTest()
    {
        _gateways = new SilentGateways(_time);
        _gateways.Choose([One, Two]);
    }

    [Fact]
    public void NotAnswered_OthersAnswerMeanwhile_AvoidsTheSilentOneForTenSeconds()
    {
        var asked = Later();
        _gateways.Answered(One, Later());
        Assert.Equal([Two], _gateways.NotAnswered(asked));
        Assert.Equal([One], _gateways.Choose([One, Two]));

        _time.Advance(9 * Second);
        Assert.Equal([One], _gateways.Choose([One, Two]));
        _time.Advance(Second);
        Assert.Equal([One, Two], _gateways.Choose([One, Two]));
    }

    [Fact]
    public void NotAnswered_AgainWhileAvoided_AvoidsNobodyElseAndNoLonger()
    {
        var (first, second) = (Later(), Later());
        _gateways.Answered(One, Later());
        _gateways.NotAnswered(first);
        _time.Advance(9 * Second);
        _gateways.Answered(One, Later());
        Assert.Empty(_gateways.NotAnswered(second));
        _time.Advance(Second);
        Assert.Equal([One, Two], _gateways.Choose([One, Two]));
    }

    /// <summary>The one that answered an older question may be the one that answers no longer.</summary>
    [Fact]
    public void NotAnswered_OneAnsweredAnOlderQuestion_AvoidsItToo()
    {
        _gateways.Choose([One, Two, Three]);
        _gateways.Answered(One, Later());
        var asked = Later();
        _gateways.Answered(Three, Later());
        Assert.Equal([One, Two], _gateways.NotAnswered(asked));
        Assert.Equal([Three], _gateways.Choose([One, Two, Three]));
    }

    /// <summary>The network, or this node: to avoid all would be of no use.</summary>
    [Fact]
    public void NotAnswered_NobodyAnswers_AvoidsNobody()
    {
        Assert.Empty(_gateways.NotAnswered(Later()));
        Assert.Equal([One, Two], _gateways.Choose([One, Two]));
    }

    /// <summary>The one that is avoided is not asked: it is no witness that others answer.</summary>
    [Fact]
    public void NotAnswered_TheLastOneInUseFallsSilent_IsNotAvoided()
    {
        var asked = Later();
        _gateways.Answered(One, Later());
        _gateways.NotAnswered(asked);
        Assert.Empty(_gateways.NotAnswered(Later()));
        Assert.Equal([One], _gateways.Choose([One, Two]));
    }

    /// <summary>One that may be used again has not answered yet.</summary>
    [Fact]
    public void NotAnswered_AnotherIsTriedAgainMeanwhile_AvoidsNobody()
    {
        var asked = Later();
        _gateways.Answered(One, Later());
        _gateways.NotAnswered(asked);
        _time.Advance(10 * Second - TimeSpan.FromMilliseconds(1));
        var toTheLastOne = Later();
        _gateways.Choose([One, Two]);
        Assert.Empty(_gateways.NotAnswered(toTheLastOne));
        Assert.Equal([One, Two], _gateways.Choose([One, Two]));
    }

    [Fact]
    public void Answered_LateAnswerToAnOlderQuestion_DoesNotMakeANewerOneOlder()
    {
        var (first, second) = (Later(), Later());
        _gateways.Answered(One, second);
        _gateways.Answered(One, first);
        Assert.Equal([Two], _gateways.NotAnswered(second));
    }

    /// <summary>A silo may be known by another address than it knows itself: it is not avoided for that while it answers alone.</summary>
    [Fact]
    public void Answered_ByAnAddressThatIsNotInTheList_ChangesNothing()
    {
        var asked = Later();
        _gateways.Answered(Three, Later());
        Assert.Empty(_gateways.NotAnswered(asked));
        Assert.Equal([One, Two], _gateways.Choose([One, Two]));
    }

    [Fact]
    public void Choose_OnlySilentOnesAreLeft_GivesThem()
    {
        var asked = Later();
        _gateways.Answered(One, Later());
        _gateways.NotAnswered(asked);
        Assert.Equal([Two], _gateways.Choose([Two]));
        Assert.Equal(1, _gateways.Count);
    }

    private long Later()
    {
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return _time.GetTimestamp();
    }
}
