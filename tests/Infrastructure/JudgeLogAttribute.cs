using System.Reflection;
using Xunit.v3;

namespace BktSmart.Tests.Infrastructure;

/// <summary>Fails each test whose errors in the log are not those that it announced (<see cref="TestLog"/>).</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class JudgeLogAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest, IXunitTest test) => TestLog.Of(test.TestCase.TestClass.UniqueID).EndTest();
}
