namespace BktSmart.Programs;

/// <summary>
/// No secret stays behind when a customer signs in, pays and changes what there is to change, with all refusals on the way.
/// </summary>
public sealed class SecretsTest(SecretsStory story) : IClassFixture<SecretsStory>
{
    [Fact]
    public async Task Logs_AfterTheWholePathAndItsRefusals_HoldNoSecretAndNobodysNumbers()
    {
        var logs = await SecretScan.ReadLogsAsync(story.Bank);
        Assert.Equal(2, logs.Count);
        SecretScan.AssertNone([.. story.Secrets, .. story.Numbers], logs.SelectMany(log => log.Split('\n')));
    }

    [Fact]
    public async Task Metrics_AfterTheWholePathAndItsRefusals_HoldNoSecretAndNobodysNumbers() =>
        SecretScan.AssertNone([.. story.Secrets, .. story.Numbers], await SecretScan.ReadMetricsAsync(story.Bank));

    [Fact]
    public async Task Traces_AfterTheWholePathAndItsRefusals_HoldNoSecretAndNobodysNumbers()
    {
        // The last call, seen by both programs; each exports in order.
        await Eventually.AtLeastAsync(
            2, () => story.Traces.Exports.Count(export => export.Contains("ReportFnp", StringComparison.Ordinal)),
            "exports of API and silo with the last call");
        Assert.Contains(story.Traces.Exports, export => export.Contains("bank.post_batch", StringComparison.Ordinal));
        SecretScan.AssertNone([.. story.Secrets, .. story.Numbers], story.Traces.Exports);
    }

    [Fact]
    public async Task Tables_AfterTheWholePathAndItsRefusals_HoldNoSecret() =>
        SecretScan.AssertNone(story.Secrets, await SecretScan.ReadRowsAsync(story.Bank));
}
