using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace BktSmart.Hosting;

/// <summary>
/// Keeps identifiers out of logs, whoever writes them. The runtime's messages and exceptions carry grain keys, and those are IBANs and
/// customer numbers. What looks like one is left out, so that a new message of a library brings no new leak. A line that holds none stays
/// as it is, with its fields.
/// </summary>
internal static partial class LogRedaction
{
    /// <summary>What stands in an identifier's place.</summary>
    private const string Hidden = "…";

    /// <summary>The console writes through it.</summary>
    public static void AddLogRedaction(this IServiceCollection services)
    {
        var console = services.SingleOrDefault(service => service.ImplementationType == typeof(ConsoleLoggerProvider));
        if (console is null)
            return;
        services.Remove(console);
        services.AddSingleton<ConsoleLoggerProvider>();
        services.AddSingleton<ILoggerProvider>(provider => new Provider(provider.GetRequiredService<ConsoleLoggerProvider>()));
    }

    internal static string Redact(string text) => Identifier().Replace(text, Hidden);

    /// <summary>
    /// IBANs, telephone numbers in E.164 form, NIDs, and customer numbers, which are nine digits; not those that are part of another number
    /// or name.
    /// </summary>
    [GeneratedRegex(
        @"(?<![0-9A-Za-z])(?:[A-Z]{2}\d{2}[0-9A-Z]{11,30}|\+\d{8,15}|[0-9A-T]\d{8}[A-Z]|(?<![.,:@])\d{9}(?![.,:]\d))(?![0-9A-Za-z])",
        RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();

    /// <summary>Filters of the console are filters of it.</summary>
    [ProviderAlias("Console")]
    internal sealed class Provider(ILoggerProvider inner) : ILoggerProvider, ISupportExternalScope
    {
        public ILogger CreateLogger(string categoryName) => new Redacting(inner.CreateLogger(categoryName));

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) =>
            (inner as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

        /// <summary>The container disposes of the console.</summary>
        public void Dispose()
        {
        }
    }

    private sealed class Redacting(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, exception);
            var failure = exception?.ToString();
            if (!Identifier().IsMatch(text) && (failure is null || !Identifier().IsMatch(failure)))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
                return;
            }

            var clean = Redact(failure is null ? text : $"{text}{Environment.NewLine}{failure}");
            inner.Log(logLevel, eventId, clean, exception: null, (line, _) => line);
        }
    }
}
