using BktSmart.Tests.Infrastructure;

[assembly: AssemblyFixture(typeof(TestServer))]
