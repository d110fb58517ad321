using BktSmart.Infrastructure;

namespace BktSmart.Requests;

public sealed class PageTest
{
    private static readonly int[] All = [.. Enumerable.Range(1, 5)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(200)]
    public void Cut_PageByPage_GivesEachOnceInItsOrder(int size)
    {
        var shown = new List<int>();
        var token = "";
        do
        {
            var (page, next) = Page.Cut(All, "things", size, token);
            shown.AddRange(page);
            token = next;
        }
        while (token.Length > 0);
        Assert.Equal(All, shown);
    }

    [Fact]
    public void Cut_ListThatHasBecomeShorter_EndsThere()
    {
        var (_, next) = Page.Cut(All, "things", 4, "");
        var (page, last) = Page.Cut<int>([1, 2], "things", 4, next);
        Assert.Empty(page);
        Assert.Equal("", last);
    }

    [Fact]
    public void Cut_TokenOfAnotherList_IsRefused()
    {
        var (_, next) = Page.Cut(All, "things", 4, "");
        Assert.Equal("PAGE_TOKEN_MALFORMED", Refused.By(() => Page.Cut(All, "others", 4, next)).Reason);
    }
}
