using System.Reflection;
using Xunit.v3;

namespace BktSmart.Tests.Infrastructure;

/// <summary>Gives the connections of each test back when it is over.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class CloseConnectionsAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest, IXunitTest test) => TestServer.CloseConnections(test.UniqueID);
}
