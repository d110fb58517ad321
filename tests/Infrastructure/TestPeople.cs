using BktSmart.Cards;
using BktSmart.Customers;
using BktSmart.Dev.Client;
using BktSmart.Values;

namespace BktSmart.Tests.Infrastructure;

/// <summary>The customers of one bank of a test. They are counted: the first is the same in every run, and all are different.</summary>
public sealed class TestPeople
{
    /// <summary>A right NID that no customer of a test has: <see cref="People"/> are born on the first 28 days of a month.</summary>
    public static readonly NationalId Nobody = NationalId.Parse("J00131001A");

    private readonly People _people = new(seed: 0);

    /// <summary>A customer to be, and the number of their card.</summary>
    public (NewCustomer Customer, Secret Card) Next(Language language)
    {
        var person = _people.Make("Arta Hoxha");
        var customer = new NewCustomer(
            Guid.NewGuid(), null, NationalId.Parse(person.NationalId), person.Name, PhoneNumber.FromE164(person.PhoneNumber), language);
        return (customer, new Secret(person.CardNumber));
    }
}
