namespace BktSmart.Answers;

/// <summary>The value of a command that answers only with success or a refusal.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.Done")]
public sealed record Done
{
    public static readonly Done Value = new();
}
