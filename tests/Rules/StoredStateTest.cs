using System.Text.Json;
using System.Text.Json.Nodes;
using BktSmart.Authentication;
using BktSmart.Hosting;
using BktSmart.Messages;
using Orleans.Runtime;

namespace BktSmart.Tests.Rules;

/// <summary>A newer program may run beside this one, or have run before it: what it stored besides is kept.</summary>
public sealed class StoredStateTest
{
    private const string Newer = """{"Id":"00000000-0000-0000-0000-000000000001","Newer":{"Than":["this"]}}""";

    public static TheoryData<Type> States =>
        [.. typeof(BankSilo).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(StoredState)))];

    [Theory, MemberData(nameof(States))]
    public void Serialize_FieldOfANewerProgram_IsKept(Type state)
    {
        var read = JsonSerializer.Deserialize(Newer, state);
        var written = JsonNode.Parse(JsonSerializer.Serialize(read, state))!;
        Assert.Equal("""{"Than":["this"]}""", written["Newer"]?.ToJsonString());
    }

    [Theory, MemberData(nameof(States))]
    public void ToString_OfAState_TellsNothingOfIt(Type state) =>
        Assert.Equal(state.Name, JsonSerializer.Deserialize(Newer, state)!.ToString());

    [Fact]
    public void StateOfAGrain_IsAStoredState()
    {
        var states = typeof(BankSilo).Assembly.GetTypes()
            .SelectMany(type => type.GetConstructors())
            .SelectMany(constructor => constructor.GetParameters())
            .Select(parameter => parameter.ParameterType)
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IPersistentState<>))
            .Select(type => type.GenericTypeArguments[0])
            .ToArray();
        Assert.True(states.Length >= 2, "the search found nothing");
        Assert.All(states, state => Assert.True(state.IsSubclassOf(typeof(StoredState)), state.Name));
    }

    [Fact]
    public void Update_DeviceOfANewerProgram_KeepsItsFields()
    {
        var known = JsonSerializer.Deserialize<DeviceState>(Newer)!;
        var updated = known.Update(new Device(known.Id, "Another name", DevicePlatform.Ios, null));
        Assert.Equal("Another name", updated.Name);
        Assert.Equal(known.Unknown, updated.Unknown);
    }
}
