using System.Globalization;
using System.Text.RegularExpressions;
using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;

namespace BktSmart.Notifications;

public sealed class NotificationTest(SharedBank shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => shared.Bank;

    [Fact]
    public async Task Watch_PaymentsArriveAndTheStreamIsResumed_GivesAllInOrderOnce()
    {
        var (payer, payee) = (await Bank.EnterAsync(1_000_00), await Bank.EnterAsync());
        for (var i = 1; i <= 3; i++)
            await payer.App.PayAsync(payer.Payment(payee, i * 1_00), Stop);
        var first = await TakeAsync(payee, after: 0, count: 3);
        Assert.Equal([1, 2, 3], first.Select(Amount));

        // One waits for the resumed stream, the other comes while it is open.
        await payer.App.PayAsync(payer.Payment(payee, 4_00), Stop);
        var resumed = TakeAsync(payee, after: first[1].Number, count: 3);
        await payer.App.PayAsync(payer.Payment(payee, 5_00), Stop);
        var notifications = await resumed;
        Assert.Equal([3, 4, 5], notifications.Select(Amount));
        Assert.Equal(first[2], notifications[0]);

        // The balance comes behind it.
        static int Amount(Notification notification) => int.Parse(
            Regex.Match(notification.Body, @"(\d+)\.00 ALL").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Push_SecondSignInOnAnotherDevice_GoesToThatDeviceOnly()
    {
        var customer = await Bank.EnterAsync();
        await Bank.Desk.DepositCashAsync(customer.Account.Name, Amounts.All(1_00), cancellationToken: Stop);
        await customer.App.Phone.NextPushAsync(Stop);

        var newDevice = customer.Person with { DeviceId = Guid.NewGuid(), Platform = DevicePlatform.Ios };
        var newApp = Bank.Client.App(newDevice, Bank.PhoneOf(newDevice));
        await newApp.SignInAsync(customer.Number, Stop);
        var from = Bank.Bank.Messages.End;
        await Bank.Desk.DepositCashAsync(customer.Account.Name, Amounts.All(2_00), cancellationToken: Stop);
        var push = await newApp.Phone.NextPushAsync(Stop);

        Assert.Equal("Ios", push.Platform);
        var pushes = await Sink.ReadUntilAsync(Bank, from, message => message.IsPush && message.Device == newDevice.DeviceId);
        Assert.DoesNotContain(pushes, message => message.IsPush && message.Device == customer.Person.DeviceId);
    }

    [Theory]
    [InlineData(Language.Albanian, "Depozitim në arkë", "të depozituara në degë")]
    [InlineData(Language.English, "Cash paid in", "paid in at a branch")]
    public async Task Notify_CustomersLanguage_IsTheLanguageOfTheText(Language language, string title, string inBody)
    {
        var customer = await Bank.EnterAsync(0, TestBank.NewPerson() with { Language = language });
        await Bank.Desk.DepositCashAsync(customer.Account.Name, Amounts.All(12_34), cancellationToken: Stop);
        var notification = Assert.Single(await TakeAsync(customer, after: 0, count: 1));
        Assert.Equal(title, notification.Title);
        Assert.Contains(inBody, notification.Body, StringComparison.Ordinal);
        Assert.Contains("12.34 ALL", notification.Body, StringComparison.Ordinal);

        // A locked screen shows no amount.
        var push = await customer.App.Phone.NextPushAsync(Stop);
        Assert.Equal(("BKT Smart", title), (push.Title, push.Body));
    }

    [Fact]
    public async Task MarkRead_UpToANumber_LeavesTheLaterOnesUnread()
    {
        var customer = await Bank.EnterAsync();
        for (var i = 0; i < 3; i++)
            await Bank.Desk.DepositCashAsync(customer.Account.Name, Amounts.All(1_00), cancellationToken: Stop);
        var numbers = (await TakeAsync(customer, after: 0, count: 3)).Select(notification => notification.Number).ToArray();

        Assert.Equal(3, (await customer.App.ListNotificationsAsync(Stop)).UnreadCount);
        Assert.Equal(1, await customer.App.MarkReadAsync(numbers[1], Stop));
        Assert.Equal(1, await customer.App.MarkReadAsync(numbers[0], Stop));
        var inbox = await customer.App.ListNotificationsAsync(Stop);
        Assert.Equal(1, inbox.UnreadCount);
        Assert.Equal(
            [(numbers[2], false), (numbers[1], true), (numbers[0], true)],
            inbox.Notifications.Select(notification => (notification.Number, notification.ReadTime is not null)));
        Assert.Equal(0, await customer.App.MarkReadAsync(numbers[2] + 1_000, Stop));
    }

    private static async Task<List<Notification>> TakeAsync(TestCustomer customer, long after, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var watch = customer.App.Watch(after, patience.Token);
        var taken = new List<Notification>();
        while (taken.Count < count && await watch.ResponseStream.MoveNext(patience.Token))
            taken.Add(watch.ResponseStream.Current.Notification);
        return taken;
    }
}
