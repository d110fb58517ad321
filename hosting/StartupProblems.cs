using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>
/// Says in a sentence each why a program does not start. Whoever reads it set something wrong and is not helped by a stack trace.
/// </summary>
public static class StartupProblems
{
    /// <summary>What is wrong with the machine rather than with a setting; null if nothing is.</summary>
    // Without ICU, string.Normalize quietly returns its input, and a password typed on another keyboard would be another password.
    public static string? OfMachine => "e\u0308".Normalize(NormalizationForm.FormC) == "\u00EB"
        ? null
        : "Text cannot be normalised without ICU: install libicu and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.";

    /// <summary>
    /// Checks all options that <see cref="CheckedOptions"/> registered. The host would do this too, and then log what it finds with a stack
    /// trace.
    /// </summary>
    /// <exception cref="Exception">One that <see cref="Describe"/> describes.</exception>
    public static void CheckOptions(this IServiceProvider services) => services.GetRequiredService<IStartupValidator>().Validate();

    /// <summary>Null if the exception is not about a setting: then it is a defect.</summary>
    public static IEnumerable<string>? Describe(Exception exception) => exception switch
    {
        OptionsValidationException validation => validation.Failures,
        AggregateException many when many.InnerExceptions.All(inner => Describe(inner) is not null) =>
            many.InnerExceptions.SelectMany(inner => Describe(inner)!),
        // From the binder; the message names the setting.
        InvalidOperationException binding when binding.Message.StartsWith(
            "Failed to convert configuration value", StringComparison.Ordinal) =>
            [binding.Message],
        // From Kestrel, when an endpoint is malformed or its address is in use.
        IOException address => [address.Message],
        FormatException endpoint => [$"An endpoint of Kestrel:Endpoints is malformed: {endpoint.Message}"],
        _ => null,
    };
}
