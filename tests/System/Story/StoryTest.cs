using BktSmart.Dev.Demo;

namespace BktSmart.Story;

public sealed class StoryTest(SharedBank shared)
{
    [Fact]
    public async Task Play_WholePathThroughThePublicApi_EveryCheckPasses()
    {
        var said = new List<string>();
        var exitCode = await DemoStory.PlayAsync(shared.Bank.Bank, said.Add, TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, string.Join('\n', said));
    }
}
