namespace BktSmart.Bench.Load;

/// <summary>Which accounts take part.</summary>
internal enum Choice
{
    Uniform,

    /// <summary>Account 0 is credited every time.</summary>
    OneCredited,

    /// <summary>Both sides by Zipf's law with exponent 1.</summary>
    Zipf,

    /// <summary>One after the other, each once; the load ends after the last.</summary>
    Sequential,
}
