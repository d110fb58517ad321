using BktSmart.Accounts;
using BktSmart.Admission;
using BktSmart.Authentication;
using BktSmart.Hosting;
using BktSmart.Infrastructure;
using BktSmart.Notifications;
using BktSmart.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace BktSmart;

public sealed class SettingsTest
{
    private static readonly HostingEnvironment Production = new() { EnvironmentName = Environments.Production };

    public static TheoryData<string, string> Variables =>
    [
        .. from workload in KubernetesBase.Workloads
           from variable in KubernetesBase.Environment(workload)
           where variable.Key.Contains("__", StringComparison.Ordinal) && !variable.Key.StartsWith("Kestrel__", StringComparison.Ordinal)
           select new TheoryDataRow<string, string>(workload.Name, variable.Key),
    ];

    [Theory, MemberData(nameof(Variables))]
    public void Variable_IsASettingOfItsProgram_AndHasItsType(string workload, string variable)
    {
        var pods = KubernetesBase.Workloads.Single(w => w.Name == workload);
        var program = pods.Container.Image.Split('/')[^1];
        var name = variable.Replace("__", ":", StringComparison.Ordinal);
        // Of a map that both programs get.
        var setting = Assert.Single(Settings.All, setting => setting.Program == program && setting.Name == name);

        setting.Parse(KubernetesBase.Environment(pods)[variable]);
    }

    [Fact]
    public void Variables_OthersAreKnown()
    {
        var others = KubernetesBase.Workloads.SelectMany(workload => KubernetesBase.Environment(workload).Keys)
            .Where(key => !key.Contains("__", StringComparison.Ordinal) || key.StartsWith("Kestrel__", StringComparison.Ordinal));

        Assert.Equal(
            [
                "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "Kestrel__Endpoints__Customers__Url", "Kestrel__Endpoints__OperationsGrpc__Url",
                "Kestrel__Endpoints__Operations__Url", "Kestrel__Endpoints__Staff__Url",
            ],
            others.Distinct().Order(StringComparer.Ordinal));
        Assert.All(
            KubernetesBase.Workloads,
            workload => Assert.Equal("false", KubernetesBase.Environment(workload)["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"]));
    }

    /// <summary>
    /// The base names no environment, so the programs run in Production, and there a silo asks for the bank's own gateways.
    /// </summary>
    [Fact]
    public void Silo_SettingsOfTheBase_LackNothingButTheMessageGateways()
    {
        using var keys = KeyFolder.Create();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Production.EnvironmentName });
        builder.Configuration.AddConfiguration(Configure(KubernetesBase.Silo, ("Keys:Directory", keys.Path)));
        builder.AddSilo();
        using var silo = builder.Build();

        var problem = Assert.Single(StartupProblems.Describe(Assert.ThrowsAny<Exception>(silo.Services.CheckOptions))!);

        Assert.Contains("ISmsGateway", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Silo_SettingsOfTheBank_AreInRange()
    {
        var configuration = Configure(KubernetesBase.Silo);

        var types = Settings.All
            .Where(setting => setting.Program == "silo")
            .Select(setting => (setting.Section, Type: setting.Property.DeclaringType!));
        foreach (var type in types.Distinct())
        {
            var options = configuration.GetSection(type.Section).Get(type.Type) ?? Activator.CreateInstance(type.Type)!;
            // Without what comes from Secrets.
            if (type.Section is not "Database")
                System.ComponentModel.DataAnnotations.Validator.ValidateObject(options, new(options), validateAllProperties: true);
        }
    }

    [Fact]
    public void Api_SettingsOfTheBase_LackNothingButTheIdentityProvider()
    {
        var lacking = Validate(Configure(KubernetesBase.Api));
        var complete = Validate(Configure(KubernetesBase.Api, ("StaffTokens:Authority", "https://identity.bank.example")));

        Assert.Equal("StaffTokens:Authority is not set: give the https address of the bank's identity provider.", Assert.Single(lacking));
        Assert.Empty(complete);
    }

    private static IEnumerable<string> Validate(IConfiguration configuration)
    {
        ValidateOptionsResult[] results =
        [
            new ClusterSettings.Validator().Validate(null, Read<ClusterSettings>(ClusterSettings.Section)),
            new ServerLimits.Validator().Validate(null, Read<ServerLimits>(ServerLimits.Section)),
            new NotificationWatchOptions.Validator().Validate(null, Read<NotificationWatchOptions>(NotificationWatchOptions.Section)),
            new StaffTokenOptions.Validator(Production).Validate(null, Read<StaffTokenOptions>(StaffTokenOptions.Section)),
        ];
        return results.SelectMany(result => result.Failures ?? []);

        T Read<T>(string section) where T : class, new() => configuration.GetSection(section).Get<T>() ?? new T();
    }

    private static IConfiguration Configure(Workload workload, params (string Name, string Value)[] overlay)
    {
        var settings = KubernetesBase.Environment(workload)
            .ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => (string?)pair.Value);
        foreach (var (name, value) in overlay)
            settings[name] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }
}
