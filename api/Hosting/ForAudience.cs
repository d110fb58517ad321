namespace BktSmart.Hosting;

/// <summary>Marks a connection with whom it is for, and what is mapped with whom it is served to.</summary>
internal sealed record ForAudience(Audience Audience);
