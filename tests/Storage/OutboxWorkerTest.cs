using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using BktSmart.Messages;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Tests.Storage;

/// <summary>The worker goes by a clock that stands still: it looks at the start, at a signal, and when a slot is free.</summary>
public sealed class OutboxWorkerTest(TestServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_ManyOfSomeRecipients_SendsEachOnceAndInOrder()
    {
        var scene = await OutboxScene.OpenAsync(server);
        const int Count = 12;
        var customers = new List<CustomerNumber>();
        for (var i = 0; i < 4; i++)
            customers.Add(await scene.OpenCustomerAsync());
        for (var i = 0; i < Count; i++)
        {
            foreach (var customer in customers)
                await scene.AddSmsAsync(customer, $"{customer} {i:D2}");
        }

        var gateways = new Gateways();
        await using (Worker one = new(scene, gateways), other = new(scene, gateways))
        {
            // Each hears of the other's messages when it looks again.
            await OutboxScene.EventuallyAsync(
                () =>
                {
                    one.Poll();
                    other.Poll();
                    return scene.CountAsync();
                },
                0);
        }

        Assert.All(customers, customer => Assert.Equal(
            Enumerable.Range(0, Count).Select(i => $"{customer} {i:D2}"),
            gateways.Sms.Where(sms => sms.Text.StartsWith($"{customer}", StringComparison.Ordinal)).Select(sms => sms.Text)));
        Assert.Equal(Count * customers.Count, gateways.Sms.Count);
    }

    [Fact]
    public async Task Worker_GatewayOfOneChannelHangs_DelaysNoOther()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var ios = await scene.OpenCustomerAsync(DevicePlatform.Ios);
        for (var i = 0; i < 5; i++)
            await scene.AddPushesAsync((await scene.OpenCustomerAsync(DevicePlatform.Android), 1, "android"));
        await scene.AddPushesAsync((ios, 1, "1"), (ios, 2, "2"));
        await scene.AddSmsAsync(ios, "sms");

        var gateways = new Gateways { Answer = message => message == "android" ? null : SendOutcome.Delivered };
        await using var worker = new Worker(scene, gateways, new() { PushConcurrencyMax = 2 });
        await OutboxScene.EventuallyAsync(scene.CountAsync, 5);
        Assert.Equal(["1", "2"], gateways.Pushes.Where(push => push.Target.Platform == DevicePlatform.Ios)
            .Select(push => push.Message.Id));
        await OutboxScene.EventuallyAsync(
            () => Task.FromResult(gateways.Pushes.Count(push => push.Target.Platform == DevicePlatform.Android)), 2);
    }

    [Fact]
    public async Task Worker_OneRecipientHangs_TakesOneSlotUntilItsTimeout()
    {
        var scene = await OutboxScene.OpenAsync(server);
        await scene.AddPushesAsync((await scene.OpenCustomerAsync(DevicePlatform.Android), 1, "hangs"));
        var gateways = new Gateways { Answer = message => message == "hangs" ? null : SendOutcome.Delivered };
        var options = new MessageDeliveryOptions { PushConcurrencyMax = 2, PushTimeout = TimeSpan.FromSeconds(3) };
        await using var worker = new Worker(scene, gateways, options);
        await OutboxScene.EventuallyAsync(() => Task.FromResult(gateways.Pushes.Count), 1);

        var other = await scene.OpenCustomerAsync(DevicePlatform.Android);
        await scene.AddPushesAsync((other, 1, "a"), (other, 2, "b"), (other, 3, "c"));
        worker.Signal.Set(DevicePlatform.Android);
        await OutboxScene.EventuallyAsync(scene.CountAsync, 1);
        Assert.Equal(["hangs", "a", "b", "c"], gateways.Pushes.Select(push => push.Message.Body));

        // The one that hangs is put off by the first delay when its time is over, and no longer holds its slot.
        worker.Clock.Advance(options.PushTimeout);
        await OutboxScene.EventuallyAsync(() => DelayAsync(scene), options.OutboxRetryDelay);
        gateways.Answer = _ => SendOutcome.Delivered;
        await scene.PassAsync(options.OutboxRetryDelay);
        worker.Poll();
        await OutboxScene.EventuallyAsync(scene.CountAsync, 0);
        Assert.Single(gateways.Pushes.Select(push => push.Message).Where(message => message.Body == "hangs").Distinct());
    }

    [Fact]
    public async Task Worker_StartedAfterASiloDied_SendsWhatThatHadClaimedUnderTheSameId()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync();
        await scene.AddSmsAsync(customer, "1");
        await scene.AddSmsAsync(customer, "2");
        var lease = TimeSpan.FromMinutes(1);
        var claimed = Assert.Single(await scene.ClaimAsync(OutboxChannel.Sms, lease: lease));

        var gateways = new Gateways();
        await using var worker = new Worker(scene, gateways);
        await scene.PassAsync(lease);
        worker.Poll();
        await OutboxScene.EventuallyAsync(scene.CountAsync, 0);
        Assert.Equal(["1", "2"], gateways.Sms.Select(sms => sms.Text));
        Assert.Equal(claimed.SmsId, gateways.Sms.First().Id);
    }

    [Theory]
    [InlineData(3_600, 3_600)]
    [InlineData(1, 5)]
    public async Task Worker_GatewaySaysWhenToRetry_WaitsThatLongAtLeast(int saysSeconds, int waitsSeconds)
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync();
        await scene.AddSmsAsync(customer, "1");
        await scene.AddSmsAsync(customer, "2");
        var gateways = new Gateways { Answer = _ => SendOutcome.RetryAfter(TimeSpan.FromSeconds(saysSeconds)) };
        await using var worker = new Worker(scene, gateways);
        await OutboxScene.EventuallyAsync(() => DelayAsync(scene), TimeSpan.FromSeconds(waitsSeconds));
        gateways.Answer = _ => SendOutcome.Delivered;
        await scene.PassAsync(TimeSpan.FromSeconds(waitsSeconds));
        worker.Poll();
        await OutboxScene.EventuallyAsync(scene.CountAsync, 0);
        Assert.Equal(["1", "1", "2"], gateways.Sms.Select(sms => sms.Text));
        Assert.Equal(2, gateways.Sms.Select(sms => sms.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Worker_GatewayFails_TriesAgainAfterTheDelayUnderTheSameId(bool throws)
    {
        var scene = await OutboxScene.OpenAsync(server);
        await scene.AddSmsAsync(await scene.OpenCustomerAsync(), "text");
        var gateways = new Gateways
        {
            Answer = _ => throws ? throw new HttpRequestException("The provider is away.") : SendOutcome.Unknown,
        };
        await using var worker = new Worker(scene, gateways);
        await OutboxScene.EventuallyAsync(() => DelayAsync(scene), worker.Options.OutboxRetryDelay);
        await scene.PassAsync(worker.Options.OutboxRetryDelay);
        worker.Poll();
        await OutboxScene.EventuallyAsync(() => DelayAsync(scene), 2 * worker.Options.OutboxRetryDelay);
        gateways.Answer = _ => SendOutcome.Delivered;
        await scene.PassAsync(2 * worker.Options.OutboxRetryDelay);
        worker.Poll();
        await OutboxScene.EventuallyAsync(scene.CountAsync, 0);
        Assert.Equal(3, gateways.Sms.Count);
        Assert.Single(gateways.Sms.Select(sms => sms.Id).Distinct());
    }

    [Theory]
    [InlineData(null, "1")]
    [InlineData("new token", "1, 1, 2")]
    public async Task Worker_TokenDead_ForgetsItAndGoesOnWithTheOneOfNow(string? next, string sent)
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync(DevicePlatform.Android);
        await scene.AddPushesAsync((customer, 1, "1"), (customer, 2, "2"));
        var dead = $"token of {customer}";
        var gateways = new Gateways
        {
            Takes = target => target.PushToken.Value != dead,
            Forget = gone => scene.SetTokenAsync(gone, next),
        };
        await using var worker = new Worker(scene, gateways);
        await OutboxScene.EventuallyAsync(scene.CountAsync, 0);
        var (owner, target) = Assert.Single(gateways.Gone);
        Assert.Equal((customer, dead), (owner, target.PushToken.Value));
        Assert.Equal(sent, string.Join(", ", gateways.Pushes.Select(push => push.Message.Body)));
    }

    /// <summary>The message stays until the token is forgotten: nothing else would remember that it is dead.</summary>
    [Fact]
    public async Task Worker_TokenThatCannotBeForgotten_IsTriedAgainAfterTheLease()
    {
        var scene = await OutboxScene.OpenAsync(server);
        await scene.AddPushesAsync((await scene.OpenCustomerAsync(DevicePlatform.Ios), 1, "1"));
        var gateways = new Gateways { Takes = _ => false, Forget = _ => Task.FromException(new TimeoutException()) };
        await using var worker = new Worker(scene, gateways);
        await OutboxScene.EventuallyAsync(() => Task.FromResult(gateways.Gone.Count), 1);
        Assert.Equal(1, await scene.CountAsync());
        gateways.Forget = gone => scene.SetTokenAsync(gone, null);
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        await PollUntilAsync(() => DelayAsync(scene), OutboxRules.DelayAfter(2, TimeSpan.Zero, worker.Options));
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        await PollUntilAsync(scene.CountAsync, 0L);
        Assert.Equal(2, gateways.Gone.Count);

        Task PollUntilAsync<T>(Func<Task<T>> read, T expected) => OutboxScene.EventuallyAsync(
            () =>
            {
                worker.Poll();
                return read();
            },
            expected);
    }

    [Fact]
    public async Task Worker_ExpiredOrWithoutADevice_DropsItUnsent()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var customer = await scene.OpenCustomerAsync(DevicePlatform.Android);
        await scene.AddPushesAsync((customer, 1, "1"));
        await scene.AddSmsAsync(customer, "too late");
        await scene.PassAsync(OutboxScene.Lifetime);
        await scene.AddSmsAsync(customer, "in time");
        await scene.AddPushesAsync((await scene.OpenCustomerAsync(DevicePlatform.Ios), 1, "1"));
        await TestDatabase.ExecuteAsync(scene.Database.Owner, "update bank.credentials set state = state - 'LastDeviceId'");

        var gateways = new Gateways();
        await using var worker = new Worker(scene, gateways);
        await OutboxScene.EventuallyAsync(scene.CountAsync, 0);
        Assert.Equal(["in time"], gateways.Sms.Select(sms => sms.Text));
        Assert.Empty(gateways.Pushes);
    }

    [Fact]
    public async Task Worker_WhatItDoes_IsMeasuredByChannel()
    {
        var scene = await OutboxScene.OpenAsync(server);
        var (android, ios) = (await scene.OpenCustomerAsync(DevicePlatform.Android), await scene.OpenCustomerAsync(DevicePlatform.Ios));
        await scene.AddSmsAsync(ios, "sms");
        await scene.PassAsync(TimeSpan.FromSeconds(7));
        await scene.AddPushesAsync((android, 1, "dead"), (ios, 1, "nowhere"));
        await TestDatabase.ExecuteAsync(
            scene.Database.Owner, $"update bank.credentials set state = state - 'LastDeviceId' where customer_number = {ios}");

        var measured = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name.StartsWith("bank.outbox.", StringComparison.Ordinal))
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, count, labels, _) => measured.AddOrUpdate(Name(labels), count, (_, sum) => sum + count));
        listener.SetMeasurementEventCallback<double>((_, age, labels, _) => measured[Name(labels)] = age);
        listener.Start();
        await using var worker = new Worker(
            scene,
            new Gateways
            {
                Takes = target => target.Platform == DevicePlatform.Ios,
                Forget = gone => scene.SetTokenAsync(gone, null),
            });
        await OutboxScene.EventuallyAsync(() => Task.FromResult(measured.Count), 4);
        listener.RecordObservableInstruments();
        Assert.Equal(
            [
                "AndroidPush 0", "AndroidPush NoDevice 1", "AndroidPush RecipientGone 1", "IosPush 0", "IosPush NoDevice 1", "Sms 7",
                "Sms Delivered 1",
            ],
            measured.Select(one => $"{one.Key} {one.Value}").Order(StringComparer.Ordinal));

        static string Name(ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
            string.Join(' ', labels.ToArray().Select(label => label.Value));
    }

    /// <summary>How long until the next try; zero or less where one is under way or due.</summary>
    private static async Task<TimeSpan> DelayAsync(OutboxScene scene) => await TestDatabase.ReadAsync<TimeSpan>(
        scene.Database.Owner, "select due_at - clock_timestamp() from bank.outbox order by outbox_id limit 1");

    /// <summary>Keeps what it was asked to send, and answers as a test says.</summary>
    private sealed class Gateways : IPushGateway, ISmsGateway, IPushRecipients
    {
        public ConcurrentQueue<(Guid Id, string Text)> Sms { get; } = new();

        public ConcurrentQueue<(PushTarget Target, PushMessage Message)> Pushes { get; } = new();

        public ConcurrentQueue<(CustomerNumber Customer, PushTarget Target)> Gone { get; } = new();

        /// <summary>To a message with this text; null to hang, whatever the token says.</summary>
        public Func<string, SendOutcome?> Answer { get; set; } = _ => SendOutcome.Delivered;

        /// <summary>Whether a token is alive.</summary>
        public Func<PushTarget, bool> Takes { get; set; } = _ => true;

        public Func<CustomerNumber, Task> Forget { get; set; } = _ => Task.CompletedTask;

        public Task<SendOutcome> SendAsync(PushTarget target, PushMessage message, CancellationToken cancellationToken)
        {
            Pushes.Enqueue((target, message));
            return Takes(target) ? AnswerAsync(message.Body) : Task.FromResult(SendOutcome.RecipientGone);
        }

        public Task<SendOutcome> SendAsync(Guid id, PhoneNumber to, string text, CancellationToken cancellationToken)
        {
            Sms.Enqueue((id, text));
            return AnswerAsync(text);
        }

        public Task ForgetAsync(CustomerNumber customer, PushTarget gone, CancellationToken cancellationToken)
        {
            Gone.Enqueue((customer, gone));
            return Forget(customer);
        }

        private Task<SendOutcome> AnswerAsync(string text) =>
            Answer(text) is { } outcome ? Task.FromResult(outcome) : new TaskCompletionSource<SendOutcome>().Task;
    }

    /// <summary>The outbox of one silo.</summary>
    private sealed class Worker : IAsyncDisposable
    {
        private readonly Lifecycle _lifecycle = new();
        private readonly OutboxWorker _worker;

        public Worker(OutboxScene scene, Gateways gateways, MessageDeliveryOptions? options = null)
        {
            Options = options ?? new MessageDeliveryOptions();
            _worker = new OutboxWorker(
                scene.Store, Signal, gateways, gateways, gateways, Microsoft.Extensions.Options.Options.Create(Options), Clock,
                TestLog.Current.CreateLogger<OutboxWorker>());
            _worker.Participate(_lifecycle);
            _lifecycle.Observer!.OnStart(Stop).GetAwaiter().GetResult();
        }

        public MessageDeliveryOptions Options { get; }

        public OutboxSignal Signal { get; } = new();

        public FakeTimeProvider Clock { get; } = new();

        /// <summary>Has it look, as it does by itself after a while.</summary>
        public void Poll()
        {
            foreach (var channel in Enum.GetValues<OutboxChannel>())
                Signal.Set(channel);
        }

        public async ValueTask DisposeAsync()
        {
            var stopping = _lifecycle.Observer!.OnStop(CancellationToken.None);
            // Whatever hangs ends by its time-out.
            while (!stopping.IsCompleted)
            {
                Clock.Advance(TimeSpan.FromMinutes(1));
                await Task.Yield();
            }

            await stopping;
            _worker.Dispose();
            Signal.Dispose();
        }
    }
}
