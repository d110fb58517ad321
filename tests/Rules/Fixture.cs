using BktSmart.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(UnobservedExceptions))]
[assembly: JudgeLog]
