using BktSmart.Dev.Client;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Storage;

public sealed class TestPeopleTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Make_Many_AreAllDifferentAndRightInForm(long seed)
    {
        const int Count = 50_000;
        var people = new People(seed);
        Person[] made = [.. Enumerable.Range(0, Count).Select(i => people.Make("Arta Hoxha", woman: i % 2 == 0))];
        foreach (var number in (Func<Person, string>[])[one => one.NationalId[..9], one => one.PhoneNumber, one => one.CardNumber])
            Assert.Equal(Count, made.Select(number).Distinct(StringComparer.Ordinal).Count());
        Assert.All(made, one =>
        {
            Assert.Equal(one.NationalId, NationalId.Parse(one.NationalId).Value);
            Assert.Equal(one.PhoneNumber, PhoneNumber.FromE164(one.PhoneNumber).Value);
            Assert.Equal(16, one.CardNumber.Length);
            Assert.NotEqual(TestPeople.Nobody.Value, one.NationalId);
        });
    }

    [Fact]
    public void Make_SameSeed_MakesTheSamePeople()
    {
        var (one, other) = (new People(7), new People(7));
        for (var i = 0; i < 100; i++)
            Assert.Equal(one.Make("Arta Hoxha").CardNumber, other.Make("Arta Hoxha").CardNumber);
    }
}
