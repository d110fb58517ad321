using System.Globalization;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Client;
using BktSmart.V1;

namespace BktSmart.Bench.Indistinguishable;

/// <summary>
/// Customers in every state that an outsider might want to know of, made through the public API; and identifiers that nobody has.
/// </summary>
internal sealed record Town
{
    public const string WrongPassword = "kjo-nuk-eshte-ajo-7351";

    private const int WrongPasswordsThatLock = 5;
    private const int AtOneTimeMax = 4;

    /// <summary>Far above the numbers that a branch gives; a prime step apart.</summary>
    private const int FirstUnknownNumber = 700_000_000;
    private const int UnknownNumberStep = 7919;

    public required IReadOnlyList<string> UnknownNumbers { get; init; }

    public required IReadOnlyList<string> UnknownNationalIds { get; init; }

    /// <summary>Could enrol, and did not; no FNP went to them.</summary>
    public required IReadOnlyList<Resident> NotEnrolled { get; init; }

    /// <summary>Enrolled, for wrong passwords.</summary>
    public required IReadOnlyList<Resident> Guessed { get; init; }

    /// <summary>Enrolled, for right passwords; one FNP went to each.</summary>
    public required IReadOnlyList<Resident> Enrolled { get; init; }

    /// <summary>Enrolled, for right cards; one FNP went to each.</summary>
    public required IReadOnlyList<Resident> Forgetful { get; init; }

    /// <summary>Enrolled, for many wrong passwords at once.</summary>
    public required IReadOnlyList<Resident> Crowded { get; init; }

    /// <summary>Locked by wrong passwords from the device that had signed in.</summary>
    public required IReadOnlyList<Resident> Locked { get; init; }

    /// <param name="size">How many of each.</param>
    /// <param name="guessed">How many whose passwords are guessed.</param>
    /// <param name="crowded">How many are met by a crowd.</param>
    public static async Task<Town> BuildAsync(
        LocalBank bank, BankClient client, int size, int guessed, int crowded, Random random, CancellationToken stop)
    {
        var people = new People(random.NextInt64());
        var desk = client.Desk(bank.Staff.Issue("bench-teller", ["branch"]));
        return new Town
        {
            UnknownNumbers =
            [
                .. Enumerable.Range(0, size)
                    .Select(i => (FirstUnknownNumber + i * UnknownNumberStep).ToString(CultureInfo.InvariantCulture)),
            ],
            UnknownNationalIds = [.. Enumerable.Range(0, size).Select(_ => people.NationalId(woman: false))],
            NotEnrolled = await SettleAsync(size, (_, _) => Task.CompletedTask),
            Guessed = await SettleAsync(guessed, EnrolAsync),
            Enrolled = await SettleAsync(size, EnrolAsync),
            Forgetful = await SettleAsync(size, EnrolAsync),
            Crowded = await SettleAsync(crowded, EnrolAsync),
            Locked = await SettleAsync(size, LockAsync),
        };

        async Task<IReadOnlyList<Resident>> SettleAsync(int count, Func<CustomerApp, Resident, Task> thenAsync)
        {
            Person[] persons = [.. Enumerable.Range(0, count).Select(_ => people.Make("Arta Hoxha", woman: true))];
            var residents = new Resident[count];
            await Parallel.ForAsync(
                0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOneTimeMax, CancellationToken = stop }, async (i, token) =>
            {
                var (customer, _) = await desk.SetUpAsync(persons[i], cancellationToken: token);
                residents[i] = new Resident(persons[i], customer.Name.Split('/')[1]);
                await thenAsync(
                    client.App(persons[i], new Phone(bank.Messages, persons[i].PhoneNumber, persons[i].DeviceId)), residents[i]);
            });
            return residents;
        }

        async Task EnrolAsync(CustomerApp app, Resident resident) => await app.EnrolAsync(resident.Number, stop);

        async Task LockAsync(CustomerApp app, Resident resident)
        {
            await app.EnrolAsync(resident.Number, stop);
            await app.SignInAsync(resident.Number, stop);
            var wrong = new BeginSignInRequest
            {
                Identifier = resident.Number,
                Password = WrongPassword,
                Device = Outsider.Device(resident.Person.DeviceId),
            };
            for (var i = 0; i < WrongPasswordsThatLock; i++)
            {
                wrong.RequestId = Guid.NewGuid().ToString();
                await app.Authentication.BeginSignInAsync(wrong, cancellationToken: stop);
            }
        }
    }
}
