using System.Buffers;
using System.Net;
using BktSmart.Hosting;

namespace BktSmart.Tests.Rules.Hosting;

/// <summary>What a message of a client may say of itself.</summary>
public sealed class GatewayMessageCheckTest
{
    private static readonly GrainId ManifestOfSilo = GrainId.Create("sys.svc.manifest", "192.0.2.1:30000@0");

    private static readonly Dictionary<string, (ClientMessage Message, bool Passes)> Messages = new()
    {
        ["a call"] = (new ClientMessage(), true),
        ["a call without end"] = (new ClientMessage { TimeToLiveMilliseconds = null }, true),
        ["a call in any order, with context"] = (new ClientMessage { Flags = 1 << 3 | 1 << 4 | 1 << 5 }, true),
        ["a cancellation"] = (new ClientMessage
        {
            Kind = ClientMessage.OneWay, Flags = ClientMessage.AlwaysInterleave, Interface = ClientMessage.Cancellation,
        }, true),
        ["to Orleans on this silo"] = (new ClientMessage { Target = ManifestOfSilo }, true),
        ["to Orleans on this silo by loopback"] = (new ClientMessage
        {
            Target = ManifestOfSilo, TargetSilo = new IPEndPoint(IPAddress.Loopback, ClientMessage.Gateway.Port),
        }, true),

        ["in the name of another client"] = (new ClientMessage { Sender = GrainId.Create("sys.client", new string('0', 32)) }, false),
        ["in the name of a silo"] = (new ClientMessage { Sender = GrainId.Create("sys.client", "hosted-192.0.2.1:11111@1") }, false),
        ["in the name of an actor"] = (new ClientMessage { Sender = GrainId.Create("account", "AL1") }, false),
        ["in nobody's name"] = (new ClientMessage { Sender = default }, false),
        ["to a client"] = (new ClientMessage { Target = ClientMessage.Client }, false),
        ["to an observer"] = (new ClientMessage { Target = GrainId.Create("sys.client", "0+1") }, false),
        ["to Orleans at another address"] = (new ClientMessage
        {
            Target = ManifestOfSilo, TargetSilo = new IPEndPoint(IPAddress.Parse("203.0.113.1"), ClientMessage.Gateway.Port),
        }, false),
        ["to Orleans at another port"] = (new ClientMessage
        {
            Target = ManifestOfSilo, TargetSilo = new IPEndPoint(ClientMessage.Gateway.Address, 11_111),
        }, false),
        ["to Orleans anywhere"] = (new ClientMessage { Target = ManifestOfSilo, TargetSilo = null }, false),
        ["an answer"] = (new ClientMessage { Kind = ClientMessage.Response }, false),
        ["of no kind"] = (new ClientMessage { Kind = 0 }, false),
        ["a call with an outcome"] = (new ClientMessage { Kind = ClientMessage.Request | 1 << 20 }, false),
        ["a forwarded call"] = (new ClientMessage { Kind = ClientMessage.Request | 1 << 24 }, false),
        ["a call that does not wait for its turn"] = (new ClientMessage { Flags = ClientMessage.AlwaysInterleave }, false),
        ["a call that says it only reads"] = (new ClientMessage { Flags = 1 << 1 }, false),
        ["a call of the system"] = (new ClientMessage { Flags = 1 << 0 }, false),
        ["with news for caches"] = (new ClientMessage { Flags = 1 << 7 }, false),
        ["a call that nobody waits for"] = (new ClientMessage { Kind = ClientMessage.OneWay }, false),
        ["with an unknown flag"] = (new ClientMessage { Flags = 1 << 15 }, false),
        ["with a name that is too long"] = (new ClientMessage { Target = GrainId.Create("account", new string('A', 2_000)) }, false),
    };

    public static TheoryData<string> Cases => [.. Messages.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void Find_Message_IsRefusedWhereOnlySilosSendIt(string message)
    {
        using var check = ClientMessage.NewCheck();
        var header = Messages[message].Message.Header();
        Assert.Equal(Messages[message].Passes, check.Find(new ReadOnlySequence<byte>(header)) is null);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Find_MessageInPieces_IsJudgedAsInOne(string message)
    {
        using var check = ClientMessage.NewCheck();
        var header = Messages[message].Message.Header();
        for (var cut = 1; cut < header.Length; cut++)
            Assert.Equal(check.Find(new ReadOnlySequence<byte>(header)), check.Find(Piece.Of(header[..cut], header[cut..])));
    }

    /// <summary>What says who calls whom, and how, is all there.</summary>
    [Fact]
    public void Find_HeaderThatEndsTooEarly_IsRefused()
    {
        using var check = ClientMessage.NewCheck();
        var cancellation = Messages["a cancellation"].Message.Header();
        for (var length = 0; length < cancellation.Length; length++)
            Assert.NotNull(check.Find(new ReadOnlySequence<byte>(cancellation, 0, length)));
    }

    /// <summary>Of whom it is from and whom it is to, a hash included. What follows may be anything.</summary>
    [Fact]
    public void Find_AnyByteOfTheNamesIsAnother_IsRefused()
    {
        using var check = ClientMessage.NewCheck();
        var start = sizeof(uint) + sizeof(long);
        var namesLength = new ClientMessage().Header().Length - new ClientMessage { Sender = default, Target = default }.Header().Length;
        for (var i = start; i < start + namesLength; i++)
        {
            var header = new ClientMessage().Header();
            header[i] ^= 1;
            Assert.NotNull(check.Find(new ReadOnlySequence<byte>(header)));
        }
    }
}
