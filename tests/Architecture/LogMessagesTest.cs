using System.Reflection;
using Microsoft.Extensions.Logging;

namespace BktSmart.Tests.Architecture;

/// <summary>Whoever watches the logs finds a message by the number of its event.</summary>
public sealed class LogMessagesTest
{
    private static readonly Assembly[] Programs =
    [
        typeof(BankSilo).Assembly,
        Assembly.Load("silo"),
        Assembly.Load("api"),
        Assembly.Load("BktSmart.Hosting"),
    ];

    [Fact]
    public void EventNumber_OfEachMessage_IsNoOtherMessages()
    {
        var messages =
            from program in Programs
            from type in program.GetTypes()
            from method in type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static
                | BindingFlags.Public | BindingFlags.NonPublic)
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()
            where message is not null
            select (message.EventId, Name: $"{type.Name}.{method.Name}");
        var byNumber = messages.ToLookup(message => message.EventId, message => message.Name);
        Assert.NotEmpty(byNumber);
        Assert.Empty(byNumber.Where(names => names.Key <= 0 || names.Count() > 1).SelectMany(names => names));
    }
}
