using BktSmart.Dev.Demo;

namespace BktSmart.Story;

public sealed class StoryTest
{
    [Fact]
    public async Task Play_WholePathThroughThePublicApi_EveryCheckPasses()
    {
        await using var bank = await TestBank.StartAsync("story", freePayments: false, clockMoves: true);
        var said = new List<string>();
        var exitCode = await DemoStory.PlayAsync(bank.Bank, said.Add, TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, string.Join('\n', said));
    }
}
