using BktSmart.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(TestServer))]
[assembly: AssemblyFixture(typeof(UnobservedExceptions))]
[assembly: CloseConnections]
[assembly: JudgeLog]
