namespace BktSmart.Requests;

/// <summary>Pages of a list that comes whole from its actor.</summary>
internal static class Page
{
    /// <param name="list">The resource name of the list.</param>
    /// <returns>The items, and the token of the next page; an empty one behind the last.</returns>
    /// <exception cref="Errors.RefusedException">Size or token cannot be read.</exception>
    public static (IEnumerable<T> Items, string NextToken) Cut<T>(IReadOnlyList<T> all, string list, int pageSize, string pageToken)
    {
        var count = Fields.PageSize(pageSize, "page_size");
        var shown = (int)Math.Min(Fields.PageStart(pageToken, list, "page_token") ?? 0, all.Count);
        var end = Math.Min(shown + count, all.Count);
        return (all.Skip(shown).Take(end - shown), end < all.Count ? PageToken.Create(list, end) : "");
    }
}
