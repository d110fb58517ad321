using BktSmart.Dev.Client;
using BktSmart.V1;

namespace BktSmart.Bench.Indistinguishable;

/// <summary>Somebody who is not signed in and comes from a device that the bank has never seen, a new one each time.</summary>
internal sealed class Outsider(BankClient bank, Random random, CancellationToken stop)
{
    /// <summary>Twice as many at once as are taken for one identifier: one is looked at, ten wait, and the others are refused.</summary>
    private const int CrowdSize = 22;

    private readonly AuthenticationService.AuthenticationServiceClient _authentication = new(bank.As(null));
    private readonly People _people = new(random.NextInt64());

    public static Device Device(Guid id) =>
        new() { DeviceId = id.ToString(), DisplayName = "Telefoni im", Platform = DevicePlatform.Android, PushToken = $"push-{id:N}" };

    public IEnumerable<AttemptClass> Classes(Town town)
    {
        var unknown = new AttemptClass("sign-in", "unknown number", null, SignIns(town.UnknownNumbers, Town.WrongPassword));
        yield return unknown;
        yield return new("sign-in", "unknown NID", unknown, SignIns(town.UnknownNationalIds, Town.WrongPassword));
        yield return new(
            "sign-in", "not enrolled", unknown, SignIns(town.NotEnrolled.Select(resident => resident.Number), Town.WrongPassword));
        yield return new(
            "sign-in", "wrong password", unknown, SignIns(town.Guessed.Select(resident => resident.Number), Town.WrongPassword));
        yield return new(
            "sign-in", "right password", unknown, [.. town.Enrolled.Select(resident => SignIn(resident.Number, resident.Person.Password))]);
        yield return new(
            "sign-in", "locked, right password", unknown,
            [.. town.Locked.Select(resident => SignIn(resident.Number, resident.Person.Password))]);

        foreach (var attempts in CrowdClasses(town, "let in", refused: false).Concat(CrowdClasses(town, "refused", refused: true)))
            yield return attempts;
        foreach (var attempts in CardClasses("reset", Reset, town, town.Forgetful, town.NotEnrolled, "not enrolled"))
            yield return attempts;
        foreach (var attempts in CardClasses("enrolment", Enrol, town, town.NotEnrolled, town.Guessed, "already enrolled, wrong card"))
            yield return attempts;
    }

    private IEnumerable<AttemptClass> CrowdClasses(Town town, string which, bool refused)
    {
        var unknown = new AttemptClass(
            "crowd", $"unknown number, {which}", null, Crowds(town.UnknownNumbers.Take(town.Crowded.Count), refused));
        yield return unknown;
        yield return new(
            "crowd", $"wrong password, {which}", unknown, Crowds(town.Crowded.Select(resident => resident.Number), refused));
        yield return new(
            "crowd", $"locked, {which}", unknown,
            Crowds(town.Locked.Take(town.Crowded.Count).Select(resident => resident.Number), refused));
    }

    private IReadOnlyList<Func<Task<Answer>>> Crowds(IEnumerable<string> identifiers, bool refused) =>
        [.. identifiers.Select(identifier => Crowd(identifier, refused))];

    /// <summary>
    /// Many wrong passwords at once, so that the queue is full; what is seen is how those who were taken fare, or the others.
    /// </summary>
    private Func<Task<Answer>> Crowd(string identifier, bool refused) => async () =>
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, CrowdSize).Select(_ => SignIn(identifier, Town.WrongPassword)()));
        Answer[] part = [.. answers.Where(answer => answer.IsRefusal == refused)];
        return part is []
            ? new Answer("nobody", 0)
            : new Answer(
                string.Join(" or ", part.Select(answer => answer.Shape).Distinct().Order(StringComparer.Ordinal)),
                part.Average(answer => answer.LatencyMs));
    };

    private IEnumerable<AttemptClass> CardClasses(
        string call, Func<string, string, string, Func<Task<Answer>>> attempt, Town town, IReadOnlyList<Resident> right,
        IReadOnlyList<Resident> others, string whoOthersAre)
    {
        var expiry = right[0].Person.CardExpiry;
        var unknown = new AttemptClass(
            call, "unknown number", null, [.. town.UnknownNumbers.Select(number => attempt(number, _people.CardNumber(), expiry))]);
        yield return unknown;
        yield return new(
            call, "wrong card", unknown, [.. right.Select(resident => attempt(resident.Number, _people.CardNumber(), expiry))]);
        yield return new(
            call, "right card", unknown, [.. right.Select(resident => attempt(resident.Number, resident.Person.CardNumber, expiry))]);
        yield return new(
            call, "locked, right card", unknown,
            [.. town.Locked.Select(resident => attempt(resident.Number, resident.Person.CardNumber, expiry))]);
        yield return new(
            call, whoOthersAre, unknown, [.. others.Select(resident => attempt(resident.Number, _people.CardNumber(), expiry))]);
    }

    private IReadOnlyList<Func<Task<Answer>>> SignIns(IEnumerable<string> identifiers, string password) =>
        [.. identifiers.Select(identifier => SignIn(identifier, password))];

    private Func<Task<Answer>> SignIn(string identifier, string password) => () =>
    {
        var request = new BeginSignInRequest
        {
            Identifier = identifier,
            Password = password,
            Device = Device(Guid.NewGuid()),
            RequestId = Guid.NewGuid().ToString(),
        };
        return Answer.OfAsync(() => _authentication.BeginSignInAsync(request, cancellationToken: stop));
    };

    private Func<Task<Answer>> Reset(string identifier, string card, string expiry) => () =>
    {
        var request = new BeginPasswordResetRequest
        {
            Identifier = identifier,
            CardNumber = card,
            CardExpiry = expiry,
            Device = Device(Guid.NewGuid()),
            RequestId = Guid.NewGuid().ToString(),
        };
        return Answer.OfAsync(() => _authentication.BeginPasswordResetAsync(request, cancellationToken: stop));
    };

    private Func<Task<Answer>> Enrol(string identifier, string card, string expiry) => () =>
    {
        var request = new BeginEnrolmentRequest
        {
            Identifier = identifier,
            CardNumber = card,
            CardExpiry = expiry,
            Device = Device(Guid.NewGuid()),
            RequestId = Guid.NewGuid().ToString(),
        };
        return Answer.OfAsync(() => bank.Enrolment.BeginEnrolmentAsync(request, cancellationToken: stop));
    };
}
