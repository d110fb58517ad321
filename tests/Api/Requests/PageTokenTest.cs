namespace BktSmart.Requests;

public sealed class PageTokenTest
{
    private const string List = "accounts/AL35202111090000000001234567";

    [Theory]
    [InlineData(1)]
    [InlineData(51)]
    [InlineData(long.MaxValue)]
    public void TryRead_OwnToken_GivesNumber(long number)
    {
        Assert.True(PageToken.TryRead(PageToken.Create(List, number), List, out var read));
        Assert.Equal(number, read);
    }

    [Fact]
    public void TryRead_TokenOfAnotherList_IsRefused() => Assert.False(PageToken.TryRead(PageToken.Create(List, 7), List + "8", out _));

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("***********************")]
    [InlineData("                       ")]
    public void TryRead_OtherText_IsRefused(string token) => Assert.False(PageToken.TryRead(token, List, out _));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void TryRead_NumberThatNoItemHas_IsRefused(long number) =>
        Assert.False(PageToken.TryRead(PageToken.Create(List, number), List, out _));

    [Fact]
    public void TryRead_AnyChangedCharacter_NeverGivesAnotherList()
    {
        var token = PageToken.Create(List, 7);
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            if (PageToken.TryRead(changed, List, out var number))
                Assert.True(number > 0, $"{changed} gave {number}");
        }
    }
}
