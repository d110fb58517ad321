namespace BktSmart.Notifications;

/// <summary>
/// Told that an inbox has something new. A hint: who gets it reads the inbox, and reads it from time to time without one.
/// </summary>
[Alias("bktsmart.INotificationObserver")]
public interface INotificationObserver : IGrainObserver
{
    [Alias("Arrived"), Orleans.Concurrency.OneWay]
    Task Arrived();
}
