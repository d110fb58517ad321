namespace BktSmart.Dev.Demo;

internal sealed class CheckFailedException(string what, string expected, string actual)
    : Exception($"{what}:\n  expected: {expected}\n  came:     {actual}");
