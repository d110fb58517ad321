using BktSmart.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace BktSmart.Tests.Rules.Ledger.Simulation;

/// <summary>
/// A silo's way to the one that books for it, over which everything goes as bytes, and what goes wrong on it: a request or its answer is
/// lost, with or without word of it; it comes late; it comes twice (which the runtime does not do, but a client may); the leader has
/// another rulebook. From one that has died comes nothing, and to one nothing.
/// </summary>
internal sealed class SimulatedLeader(
    World world, string follower, Func<bool> followerIsDead, string leader, LedgerWriter writer, Func<bool> isDead,
    Action<TransferOrder> doubled, Func<int> faultPercent)
    : ILedgerLeader
{
    private static readonly Serializer Serializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    private enum Fault
    {
        None,
        Slow,
        RequestLost,
        AnswerLost,
        TakesPlaceLater,
        TakesPlaceTwice,
        OtherRulebook,
    }

    public Task<LeaderAnswer[]?> Post(Guid rulebook, TransferOrder[] orders)
    {
        // Without RunContinuationsAsynchronously, which would take the writer's wait with a time limit to the pool of threads.
        var answer = new TaskCompletionSource<LeaderAnswer[]?>();
        var fault = world.Draw.Next(100) < faultPercent() ? (Fault)(1 + world.Draw.Next(6)) : Fault.None;
        world.Count(fault == Fault.None ? "handed over" : $"{fault} of handing over");
        world.Trace($"{follower} hands {orders.Length} over to {leader}: {fault}");
        world.Begin(
            $"{follower} hands over",
            () => CallAsync(fault == Fault.OtherRulebook ? Guid.Empty : rulebook, Serializer.SerializeToArray(orders), fault, answer));
        return answer.Task;
    }

    private async Task CallAsync(Guid rulebook, byte[] orders, Fault fault, TaskCompletionSource<LeaderAnswer[]?> answer)
    {
        await world.SomeTimeAsync(fault == Fault.Slow ? 300_000 : 800);
        if (fault is Fault.RequestLost or Fault.TakesPlaceLater && world.Draw.Chance(50))
            answer.TrySetException(new TimeoutException("The message is lost."));
        if (fault == Fault.RequestLost || isDead())
            return;
        if (fault == Fault.TakesPlaceLater)
            await world.SomeTimeAsync(800_000);
        if (fault == Fault.TakesPlaceTwice)
        {
            foreach (var order in Serializer.Deserialize<TransferOrder[]>(orders)!)
                doubled(order);
            world.Begin("handed over again", () => PostAsync(rulebook, orders));
        }

        var answers = await PostAsync(rulebook, orders);
        await world.SomeTimeAsync(fault == Fault.Slow ? 300_000 : 800);
        if (fault != Fault.AnswerLost && !isDead() && !followerIsDead())
            answer.TrySetResult(answers);
    }

    private async Task<LeaderAnswer[]?> PostAsync(Guid rulebook, byte[] orders)
    {
        if (isDead())
            return null;
        var answers = await writer.PostForAsync(rulebook, Serializer.Deserialize<TransferOrder[]>(orders)!);
        return Serializer.Deserialize<LeaderAnswer[]?>(Serializer.SerializeToArray(answers));
    }
}
