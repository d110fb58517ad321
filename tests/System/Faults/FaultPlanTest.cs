namespace BktSmart.Faults;

public sealed class FaultPlanTest
{
    private static readonly int Kinds = Enum.GetValues<FaultKind>().Length;

    [Fact]
    public void Draw_SameSeed_IsTheSame()
    {
        Assert.Equal(FaultPlan.Draw(7).Take(5 * Kinds), FaultPlan.Draw(7).Take(5 * Kinds));
        Assert.NotEqual(FaultPlan.Draw(7).Take(Kinds), FaultPlan.Draw(8).Take(Kinds));
    }

    [Fact]
    public void Draw_Round_HasEachKindOnce() =>
        Assert.All(FaultPlan.Draw(7).Take(5 * Kinds).Chunk(Kinds), round => Assert.Distinct(round.Select(fault => fault.Kind)));
}
