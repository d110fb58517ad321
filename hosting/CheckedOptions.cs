using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>
/// Options that are checked before a program starts. Each options class is bound to one section, and its ranges are attributes; what
/// attributes cannot say is an <see cref="IValidatableObject"/> or a validator of its own. <see cref="StartupProblems"/> turns what is
/// wrong into sentences.
/// </summary>
public static class CheckedOptions
{
    /// <param name="section">Also the beginning of each problem's sentence.</param>
    public static IServiceCollection AddChecked<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<T>>(new AnnotationValidator<T>(section));
    }

    /// <summary>The same, with a validator whose failures are whole sentences.</summary>
    public static IServiceCollection AddChecked<T, TValidator>(this IServiceCollection services, string section)
        where T : class
        where TValidator : class, IValidateOptions<T>
    {
        services.AddChecked<T>(section);
        return services.AddSingleton<IValidateOptions<T>, TValidator>();
    }

    private sealed class AnnotationValidator<T>(string section) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var problems = new List<ValidationResult>();
            return Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(problems.Select(problem => $"{section}: {problem.ErrorMessage}"));
        }
    }
}
