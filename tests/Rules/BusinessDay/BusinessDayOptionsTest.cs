using System.ComponentModel.DataAnnotations;
using BktSmart.BusinessDay;

namespace BktSmart.Tests.Rules.BusinessDay;

public sealed class BusinessDayOptionsTest
{
    [Theory]
    [InlineData("19:59:59", false)]
    [InlineData("20:00:00", true)]
    [InlineData("23:59:00", true)]
    [InlineData(null, true)]
    public void Validate_EndsByItself_NotBeforeItMayEnd(string? at, bool valid)
    {
        var options = new BusinessDayOptions { EndOfDayAt = at is null ? null : TimeSpan.Parse(at, null) };
        Assert.Equal(valid, Validator.TryValidateObject(options, new(options), null, validateAllProperties: true));
    }
}
