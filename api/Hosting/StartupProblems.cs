using BktSmart.Requests;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>Says in a sentence each why this host does not start. Whoever reads it set something wrong and is not helped by a stack trace.</summary>
internal static class StartupProblems
{
    /// <summary>What is wrong with the machine rather than with a setting; null if nothing is.</summary>
    public static string? OfMachine => FreeText.NormalisationWorks
        ? null
        : "Text cannot be normalised without ICU: install libicu and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.";

    /// <summary>Null if the exception is not about a setting: then it is a defect.</summary>
    public static IEnumerable<string>? Describe(Exception exception) => exception switch
    {
        OptionsValidationException validation => validation.Failures,
        AggregateException many when many.InnerExceptions.All(inner => Describe(inner) is not null) => many.InnerExceptions.SelectMany(inner => Describe(inner)!),
        // From the binder; the message names the setting.
        InvalidOperationException binding when binding.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal) =>
            [binding.Message],
        // From Kestrel, when an endpoint is malformed or its address is in use.
        IOException address => [address.Message],
        FormatException endpoint => [$"An endpoint of Kestrel:Endpoints is malformed: {endpoint.Message}"],
        _ => null,
    };
}
