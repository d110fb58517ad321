namespace BktSmart.Messages;

/// <summary>The way to the push services of Google and Apple.</summary>
public interface IPushGateway
{
    Task SendAsync(PushTarget target, PushMessage message, CancellationToken cancellationToken);
}
