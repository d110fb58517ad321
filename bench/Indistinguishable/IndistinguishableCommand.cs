using System.CommandLine;
using System.Globalization;
using BktSmart.Dev;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Client;
using BktSmart.Dev.Database;
using BktSmart.Dev.Processes;

namespace BktSmart.Bench.Indistinguishable;

/// <summary>
/// The verb <c>indistinguishable</c>: whether somebody outside can tell from an answer, or from its time, whether a customer exists, is
/// enrolled or locked, or whether a password or card was right.
///
/// A bank of its own, as real processes on a PostgreSQL server of its own, gets customers of each class through the public API. Then the
/// attempts of all classes are made one at a time, in one shuffled order, so that a slow moment of the machine meets every class alike. An
/// attempt of a crowd is many sign-ins for one identifier at once, more than the bank lets wait.
/// Each class is compared with the attempts for an unknown number. All settings are the standard ones but those of the throttle, which
/// would stop one address.
/// </summary>
internal static class IndistinguishableCommand
{
    /// <summary>The probability that a run without any difference fails.</summary>
    private const double Alpha = 0.01;

    private const int TestsPerClass = 2;

    /// <summary>
    /// Attempts that one customer takes besides the one that warms up: a fifth wrong password would no longer be looked at like the others.
    /// </summary>
    private const int PerResident = 4;
    private const int PerGuessed = 3;

    /// <summary>A crowd takes as long as many single calls; of each class there are so many times fewer.</summary>
    private const int CallsPerCrowd = 4;

    /// <summary>After each answer: what the bank still does behind it should not fall to the next.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Command Create(Func<string, string, int, int, int, Option<int>> number)
    {
        var calls = number("--calls", "Calls of each class.", 200, 50, 2_000);
        var seed = number("--seed", "Shuffles the calls.", 1, 0, int.MaxValue);
        var only = new Option<string[]>(
            "--only") { Description = "Only these: sign-in, crowd, reset, enrolment.", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong("sign-in", "crowd", "reset", "enrolment");
        var command = new Command(
            "indistinguishable",
            "Whether answers and their times tell an outsider who is a customer. The exit code is not zero when they do.")
        {
            calls, seed, only,
        };
        command.SetAction((arguments, stop) => RunAsync(
            arguments.GetValue(calls), arguments.GetValue(only) ?? [], new Random(arguments.GetValue(seed)), Console.WriteLine, stop));
        return command;
    }

    private static async Task<int> RunAsync(int calls, string[] only, Random random, Action<string> say, CancellationToken stop)
    {
        using var data = DataFolder.Open(Path.Combine(Repository.Root, ".data", "indistinguishable"), say);
        await using var postgres = await LocalPostgres.StartAsync(data, say, cancellationToken: stop);
        await using var database = await LocalDatabase.CreateAsync(
            postgres.AdminConnectionString, $"bench_{Guid.NewGuid():N}"[..20], cancellationToken: stop);
        await using var bank = new LocalBank(new LocalBankOptions
        {
            Data = data,
            OwnerConnectionString = database.OwnerConnectionString,
            SiloConnectionString = database.SiloConnectionString,
            ApiSettings = new Dictionary<string, string>
            {
                ["SignInThrottle__PerAddressAndMinute"] = "1000000",
                ["SignInThrottle__PerDeviceAndMinute"] = "1000000",
                ["SignInThrottle__PerIdentifierAndMinute"] = "1000000",
            },
            Say = say,
        });
        try
        {
            await bank.StartAsync(stop);
            using var client = new BankClient(bank.Address);
            say("Setting up the customers.");
            var crowded = Share(calls, PerResident * CallsPerCrowd);
            var town = await Town.BuildAsync(bank, client, Share(calls, PerResident), Share(calls, PerGuessed), crowded, random, stop)
                .WithPatience("setting up the customers", say);
            AttemptClass[] classes =
                [.. new Outsider(client, random, stop).Classes(town).Where(entry => only.Length == 0 || only.Contains(entry.Call))];

            say("Warming up: one attempt for each identifier.");
            await MakeAsync(Shuffled(classes, 1, random), stop);
            say($"Measuring {classes.Length} classes.");
            var answers = await MakeAsync(Shuffled(classes, PerResident, random, calls), stop).WithPatience("measuring", say);
            return Report(classes, answers, say) ? 0 : 1;
        }
        finally
        {
            await bank.StopAsync();
            await database.DropAsync(CancellationToken.None);
        }
    }

    private static int Share(int calls, int perPerson) => (calls + perPerson - 1) / perPerson;

    /// <summary>Goes round the attempts of each class, so that each identifier has its turn, and mixes all.</summary>
    private static (AttemptClass Class, Func<Task<Answer>> Attempt)[] Shuffled(
        AttemptClass[] classes, int rounds, Random random, int perClassMax = int.MaxValue)
    {
        (AttemptClass, Func<Task<Answer>>)[] all =
        [
            .. classes.SelectMany(entry => Enumerable.Repeat(entry.Attempts, rounds)
                .SelectMany(attempts => attempts)
                .Take(perClassMax)
                .Select(attempt => (entry, attempt))),
        ];
        random.Shuffle(all);
        return all;
    }

    private static async Task<ILookup<AttemptClass, Answer>> MakeAsync(
        (AttemptClass Class, Func<Task<Answer>> Attempt)[] attempts, CancellationToken stop)
    {
        var answers = new List<(AttemptClass Class, Answer Answer)>(attempts.Length);
        foreach (var (of, attempt) in attempts)
        {
            answers.Add((of, await attempt()));
            await Task.Delay(Pause, stop);
        }

        return answers.ToLookup(entry => entry.Class, entry => entry.Answer);
    }

    /// <returns>Whether no class can be told apart.</returns>
    private static bool Report(AttemptClass[] classes, ILookup<AttemptClass, Answer> answers, Action<string> say)
    {
        var bound = Alpha / (TestsPerClass * classes.Count(entry => entry.Reference is not null));
        say("");
        say($"{"class",-32}{"n",5}{"p10 ms",9}{"p50 ms",9}{"p90 ms",9}{"p99 ms",9}{"shift ms",10}{"KS p",10}{"MWU p",10}  verdict");
        var alike = true;
        foreach (var entry in classes)
        {
            double[] sorted = [.. Latencies(entry).Order()];
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{Title(entry),-32}{sorted.Length,5}{At(0.1),9:F2}{At(0.5),9:F2}{At(0.9),9:F2}{At(0.99),9:F2}");
            if (entry.Reference is not { } reference)
            {
                say(line);
                continue;
            }

            var others = Latencies(reference);
            var (ks, mwu) = (TwoSamples.KolmogorovSmirnov(others, sorted), TwoSamples.MannWhitney(others, sorted));
            var (sameAnswer, sameTime) = (Shapes(entry).SetEquals(Shapes(reference)), ks >= bound && mwu >= bound);
            alike &= sameAnswer && sameTime;
            var verdict = (sameAnswer, sameTime) switch
            {
                (true, true) => "the same",
                (true, false) => "TOLD APART by its time",
                _ => "TOLD APART by its answer",
            };
            say(string.Create(
                CultureInfo.InvariantCulture, $"{line}{TwoSamples.Shift(others, sorted),10:F2}{ks,10:G2}{mwu,10:G2}  {verdict}"));

            double At(double quantile) => TwoSamples.Quantile(sorted, quantile);
        }

        say(string.Create(CultureInfo.InvariantCulture, $"Told apart is what has a p below {bound:G2}: {Alpha} over all tests. Answers:"));
        foreach (var shape in classes.GroupBy(entry => string.Join(" or ", Shapes(entry).Order(StringComparer.Ordinal))))
            say($"  {shape.Count()} classes: {shape.Key}");
        return alike;

        double[] Latencies(AttemptClass of) => [.. answers[of].Select(answer => answer.LatencyMs)];

        static string Title(AttemptClass of) => of.Reference is null ? $"{of.Call}: {of.Name}" : "  " + of.Name;

        HashSet<string> Shapes(AttemptClass of) => [.. answers[of].Select(answer => answer.Shape)];
    }
}
