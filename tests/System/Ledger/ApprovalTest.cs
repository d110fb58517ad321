using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;
using Google.Protobuf;
using static Grpc.Core.StatusCode;

namespace BktSmart.Ledger;

/// <summary>What one person of the operations desk cannot do alone.</summary>
public sealed class ApprovalTest(SharedBank shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => shared.Bank;

    private OperationsDesk Desk => shared.Bank.Operations;

    private OperationsDesk Second => shared.Bank.SecondOperations;

    [Fact]
    public async Task SetOverdraftLimit_Higher_NeedsASecondPersonAndTheTrailNamesBoth()
    {
        var (customer, other) = (await Bank.EnterAsync(10_00), await Bank.EnterAsync());
        var asked = await Desk.SetOverdraftLimitAsync(customer.Account.Name, 20_00, "Kontrata 12", Stop);
        Assert.Null(asked.Account);
        var approval = asked.Approval;
        Assert.Equal(
            (ApprovalAction.SetOverdraftLimit, customer.Account.Name, Amounts.All(0), Amounts.All(20_00), "operator", "Kontrata 12",
                TimeSpan.FromDays(1)),
            (approval.Action, approval.Account, approval.OverdraftLimit, approval.WantedOverdraftLimit, approval.Requester, approval.Note,
                approval.ExpireTime.ToDateTimeOffset() - approval.CreateTime.ToDateTimeOffset()));
        Assert.Equal(0, (await ReadAsync(customer)).OverdraftLimit.MinorUnits);
        Assert.Equal(approval, (await ListAsync()).Single(listed => listed.Account == customer.Account.Name));

        Assert.Equal(
            new Refused(PermissionDenied, "SECOND_PERSON_REQUIRED"), await Refused.ByAsync(() => Desk.ConfirmAsync(approval.Name, Stop)));
        Assert.Equal(
            "INSUFFICIENT_FUNDS", (await Refused.ByAsync(() => customer.App.PayAsync(customer.Payment(other, 15_00), Stop))).Reason);
        var account = await Second.ConfirmAsync(approval.Name, Stop);
        Assert.Equal((20_00, 30_00), (account.OverdraftLimit.MinorUnits, account.Available.MinorUnits));
        Assert.Equal(account, await ReadAsync(customer));
        await customer.App.PayAsync(customer.Payment(other, 15_00), Stop);

        Assert.DoesNotContain(await ListAsync(), listed => listed.Account == customer.Account.Name);
        Assert.Equal(
            ["second-operator set-overdraft-limit operator Kontrata 12", "operator request-set-overdraft-limit  Kontrata 12"],
            await TrailAsync(customer));
    }

    [Fact]
    public async Task SetOverdraftLimit_LowerOrTheSame_IsDoneAtOnce()
    {
        var customer = await Bank.EnterAsync();
        await Second.ConfirmAsync(
            (await Desk.SetOverdraftLimitAsync(customer.Account.Name, 20_00, "Kontrata 12", Stop)).Approval.Name, Stop);
        foreach (var limit in new[] { 20_00, 15_00, 0 })
        {
            var changed = await Desk.SetOverdraftLimitAsync(customer.Account.Name, limit, "Ulje", Stop);
            Assert.Null(changed.Approval);
            Assert.Equal(limit, changed.Account.OverdraftLimit.MinorUnits);
        }

        Assert.Equal(0, (await ReadAsync(customer)).OverdraftLimit.MinorUnits);
    }

    [Fact]
    public async Task Reopen_ClosedAccount_NeedsASecondPersonAndTheTrailNamesBoth()
    {
        var customer = await Bank.EnterAsync();
        Assert.True((await Desk.CloseAsync(customer.Account.Name, "Kërkesë", Stop)).Closed);
        var asked = await Desk.ReopenAsync(customer.Account.Name, "U kthye", Stop);
        Assert.Null(asked.Account);
        Assert.Equal((ApprovalAction.ReopenAccount, null), (asked.Approval.Action, asked.Approval.WantedOverdraftLimit));
        Assert.Equal(
            new Refused(PermissionDenied, "SECOND_PERSON_REQUIRED"),
            await Refused.ByAsync(() => Desk.ConfirmAsync(asked.Approval.Name, Stop)));
        Assert.True((await ReadAsync(customer)).Closed);

        Assert.False((await Second.ConfirmAsync(asked.Approval.Name, Stop)).Closed);
        Assert.False((await ReadAsync(customer)).Closed);
        Assert.Equal(
            [
                "second-operator reopen-account operator U kthye",
                "operator request-reopen-account  U kthye",
                "operator close-account  Kërkesë",
            ],
            await TrailAsync(customer));
    }

    [Fact]
    public async Task AnyStep_ReplyWasLost_TheSameAgainGivesTheSame()
    {
        var customer = await Bank.EnterAsync();
        var asked = await Desk.SetOverdraftLimitAsync(customer.Account.Name, 20_00, "Kontrata 12", Stop);
        Assert.Equal(
            asked.ToByteString(), (await Desk.SetOverdraftLimitAsync(customer.Account.Name, 20_00, "Kontrata 12", Stop)).ToByteString());

        var confirmed = await Second.ConfirmAsync(asked.Approval.Name, Stop);
        Assert.Equal(confirmed.ToByteString(), (await Second.ConfirmAsync(asked.Approval.Name, Stop)).ToByteString());
        Assert.Equal(confirmed, (await Desk.SetOverdraftLimitAsync(customer.Account.Name, 20_00, "Kontrata 12", Stop)).Account);
        Assert.Equal(2, (await TrailAsync(customer)).Count);
    }

    [Fact]
    public async Task Reject_ByWhoAskedOrAnother_EndsTheRequest()
    {
        var customer = await Bank.EnterAsync();
        foreach (var (desk, who) in new[] { (Desk, "operator"), (Second, "second-operator") })
        {
            var asked = await Desk.SetOverdraftLimitAsync(customer.Account.Name, 20_00, "Kontrata 12", Stop);
            Assert.Equal(
                new Refused(FailedPrecondition, "APPROVAL_PENDING"),
                await Refused.ByAsync(() => Second.SetOverdraftLimitAsync(customer.Account.Name, 30_00, "Kontrata 13", Stop)));
            await desk.RejectAsync(asked.Approval.Name, "Gabim", Stop);
            Assert.Equal(
                new Refused(FailedPrecondition, "APPROVAL_DECIDED"),
                await Refused.ByAsync(() => Second.ConfirmAsync(asked.Approval.Name, Stop)));
            Assert.Equal($"{who} reject-set-overdraft-limit operator Gabim", (await TrailAsync(customer))[0]);
        }

        Assert.Equal(0, (await ReadAsync(customer)).OverdraftLimit.MinorUnits);
    }

    [Fact]
    public async Task Confirm_TermsChangedMeanwhile_IsRefused()
    {
        var customer = await Bank.EnterAsync();
        var asked = await Desk.SetOverdraftLimitAsync(customer.Account.Name, 20_00, "Kontrata 12", Stop);
        await Desk.FreezeAsync(customer.Account.Name, AccountFreeze.Debits, "Urdhër i gjykatës", Stop);
        Assert.Equal(
            new Refused(FailedPrecondition, "APPROVAL_OUTDATED"),
            await Refused.ByAsync(() => Second.ConfirmAsync(asked.Approval.Name, Stop)));
        Assert.Equal(0, (await ReadAsync(customer)).OverdraftLimit.MinorUnits);
    }

    [Theory]
    [InlineData("branch")]
    [InlineData("contact-centre")]
    [InlineData("auditor")]
    public async Task Confirm_StaffWithoutTheRole_IsRefused(string role)
    {
        var desk = Bank.Client.Operations(Bank.Bank.Staff.Issue("somebody", [role]));
        var refused = new Refused(PermissionDenied, "ROLE_MISSING");
        Assert.Equal(refused, await Refused.ByAsync(() => desk.ConfirmAsync("approvals/1", Stop)));
        Assert.Equal(refused, await Refused.ByAsync(() => desk.RejectAsync("approvals/1", "?", Stop)));
        Assert.Equal(refused, await Refused.ByAsync(() => desk.ListApprovalsAsync(cancellationToken: Stop)));
    }

    /// <summary>Every page of two, one behind the other.</summary>
    private async Task<IReadOnlyList<Approval>> ListAsync()
    {
        var listed = new List<Approval>();
        var token = "";
        do
        {
            var page = await Desk.ListApprovalsAsync(2, token, Stop);
            Assert.InRange(page.Approvals.Count, 0, 2);
            listed.AddRange(page.Approvals);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(
            listed.OrderBy(approval => long.Parse(approval.Name.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture)), listed);
        return listed;
    }

    /// <summary>What the operations desk did to a customer, newest first, as auditors see it.</summary>
    private async Task<IReadOnlyList<string>> TrailAsync(TestCustomer customer)
    {
        var auditor = new AuditService.AuditServiceClient(Bank.Client.AsStaff(Bank.Bank.Staff.Issue("auditor", ["auditor"])));
        var answer = await auditor.ListAuditEntriesAsync(
            new ListAuditEntriesRequest { Customer = customer.Customer.Name }, cancellationToken: Stop);
        return [.. answer.Entries.Where(entry => entry.Staff.EndsWith("operator", StringComparison.Ordinal)).Select(entry =>
        {
            var detail = System.Text.Json.Nodes.JsonNode.Parse(entry.DetailJson)!;
            return $"{entry.Staff} {entry.Action} {detail["requestedBy"]} {detail["note"]}";
        })];
    }

    private static async Task<Account> ReadAsync(TestCustomer customer) =>
        (await customer.App.Accounts.GetAccountAsync(
            new GetAccountRequest { Name = customer.Account.Name }, cancellationToken: Stop)).Account;
}
