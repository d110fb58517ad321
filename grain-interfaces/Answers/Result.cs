using System.Diagnostics.CodeAnalysis;

namespace BktSmart.Answers;

/// <summary>
/// The answer to a command: a value, or the refusal that says why there is none. The default value is neither and must not be used.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.Result`1")]
public readonly record struct Result<T>
{
    private Result(T? value, Refusal? refusal)
    {
        Value = value;
        Refusal = refusal;
    }

    [Id(0)] public T? Value { get; }

    [Id(1)] public Refusal? Refusal { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Succeeded => Refusal is null;

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);

    public static implicit operator Result<T>(Reason reason) => new(default, new Refusal(reason));
}
