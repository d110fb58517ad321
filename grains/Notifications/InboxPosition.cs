namespace BktSmart.Notifications;

/// <param name="Position">Up to where the inbox was told of a source; zero before the first.</param>
/// <param name="LastNumber">Of the newest notification of the inbox, from any source; zero for an empty inbox.</param>
internal readonly record struct InboxPosition(long Position, long LastNumber);
