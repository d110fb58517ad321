using BktSmart.V1;
using System.Collections.Concurrent;
using System.Globalization;
using BktSmart.Bench.Seeding;
using BktSmart.Dev.Client;

namespace BktSmart.Bench.Load;

/// <summary>
/// Whole sign-ins, of one customer after the other: the password, the FNP out of the SMS that the silo wrote to the development sink, the
/// session. Any number at one time, fewer than customers.
/// </summary>
internal sealed class SignIns : IDisposable
{
    private static readonly TimeSpan SmsMax = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _awaited = new();
    private readonly CancellationTokenSource _over = new();
    private readonly MessageSink _sink;
    private readonly int _customers;
    private int _next = Random.Shared.Next(1_000_000);

    public SignIns(string sinkFile, int accounts)
    {
        (_sink, _customers) = (new MessageSink(sinkFile), AccountBook.Customers(accounts));
        _ = FollowAsync(_sink.End);
    }

    /// <exception cref="TimeoutException">The SMS did not come.</exception>
    public async Task SignInAsync(AuthenticationService.AuthenticationServiceClient bank)
    {
        var index = Interlocked.Increment(ref _next) % _customers;
        var sms = _awaited[AccountBook.Phone(index)] = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        // One device each, without push messages: those of the transfers beside it are not what is measured.
        var device = new Device
        {
            DeviceId = new Guid(index + 1, 0, 0, new byte[8]).ToString(),
            DisplayName = "Telefoni im",
            Platform = DevicePlatform.Android,
        };
        var begun = await bank.BeginSignInAsync(new BeginSignInRequest
        {
            Identifier = (AccountBook.FirstCustomer + index).ToString(CultureInfo.InvariantCulture),
            Password = EnrolmentSeed.Password,
            Device = device,
            RequestId = Guid.NewGuid().ToString(),
        });
        var fnp = await sms.Task.WaitAsync(SmsMax);
        await bank.CompleteSignInAsync(new CompleteSignInRequest { SignInId = begun.SignInId, DeviceId = device.DeviceId, Fnp = fnp });
    }

    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
    }

    private async Task FollowAsync(long from)
    {
        await foreach (var (message, _) in _sink.FollowAsync(from, _over.Token))
        {
            if (message is { IsSms: true, To: { } phone } && Phone.FnpIn(message) is { } fnp && _awaited.TryRemove(phone, out var sms))
                sms.TrySetResult(fnp);
        }
    }
}
