using BktSmart.Staff.V1;
using Google.Protobuf.WellKnownTypes;
using static Grpc.Core.StatusCode;

namespace BktSmart.Branch;

/// <summary>Two tellers correct a customer's name and NID.</summary>
public sealed class CustomerCorrectionTest(SharedBank shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => shared.Bank;

    private BranchService.BranchServiceClient Teller => Bank.Desk.Service;

    private BranchService.BranchServiceClient Colleague =>
        Bank.Client.Desk(Bank.Bank.Staff.Issue("colleague", ["branch"])).Service;

    [Fact]
    public async Task UpdateCustomer_ConfirmedByAColleague_IsCorrected()
    {
        var customer = await Bank.OpenAsync();
        var nid = TestBank.NewPerson().NationalId;
        var asked = (await AskAsync(customer, nid, "display_name", "national_id")).Correction;
        Assert.Equal(
            (customer.Customer.Name, customer.Person.Name, customer.Person.NationalId, "Arta Hoxha-Kola", nid, "teller", "martesë"),
            (asked.Customer, asked.DisplayName, asked.NationalId, asked.WantedDisplayName, asked.WantedNationalId, asked.Requester,
                asked.Note));
        Assert.Equal(TimeSpan.FromDays(1), asked.ExpireTime.ToDateTimeOffset() - asked.CreateTime.ToDateTimeOffset());
        Assert.Equal(asked, (await AskAsync(customer, nid, "display_name", "national_id")).Correction);
        Assert.Equal(
            new Refused(FailedPrecondition, "APPROVAL_PENDING"), await Refused.ByAsync(() => AskAsync(customer, nid, "national_id")));
        Assert.Equal(
            new Refused(PermissionDenied, "SECOND_PERSON_REQUIRED"), await Refused.ByAsync(() => ConfirmAsync(Teller, asked)));

        var waiting = await Colleague.ListCustomerCorrectionsAsync(
            new ListCustomerCorrectionsRequest { PageSize = 200 }, cancellationToken: Stop);
        Assert.Contains(asked, waiting.Corrections);
        var corrected = await ConfirmAsync(Colleague, asked);
        Assert.Equal(("Arta Hoxha-Kola", nid), (corrected.DisplayName, corrected.NationalId));
        Assert.Equal(corrected, await Bank.Desk.GetCustomerAsync(customer.Customer.Name, Stop));

        var again = await AskAsync(customer, nid, "national_id");
        Assert.Equal((corrected, null), (again.Customer, again.Correction));
        Assert.Equal(
            new Refused(FailedPrecondition, "APPROVAL_DECIDED"), await Refused.ByAsync(() => RejectAsync(asked)));
    }

    [Fact]
    public async Task RejectCustomerCorrection_WhoeverAsked_ChangesNothing()
    {
        var customer = await Bank.OpenAsync();
        var asked = (await AskAsync(customer, customer.Person.NationalId, "display_name")).Correction;
        Assert.Equal(customer.Person.NationalId, asked.WantedNationalId);
        await RejectAsync(asked);
        Assert.Equal(
            new Refused(FailedPrecondition, "APPROVAL_DECIDED"), await Refused.ByAsync(() => ConfirmAsync(Colleague, asked)));
        Assert.Equal(customer.Person.Name, (await Bank.Desk.GetCustomerAsync(customer.Customer.Name, Stop)).DisplayName);
    }

    private async Task<UpdateCustomerResponse> AskAsync(TestCustomer customer, string nationalId, params string[] mask) =>
        await Teller.UpdateCustomerAsync(
            new UpdateCustomerRequest
            {
                Customer = new Staff.V1.Customer
                {
                    Name = customer.Customer.Name,
                    DisplayName = "Arta Hoxha-Kola",
                    NationalId = nationalId,
                },
                UpdateMask = new FieldMask { Paths = { mask } },
                Note = "martesë",
            },
            cancellationToken: Stop);

    private static async Task<Staff.V1.Customer> ConfirmAsync(BranchService.BranchServiceClient teller, CustomerCorrection correction) =>
        (await teller.ConfirmCustomerCorrectionAsync(
            new ConfirmCustomerCorrectionRequest { Name = correction.Name }, cancellationToken: Stop)).Customer;

    private Task RejectAsync(CustomerCorrection correction) => Teller.RejectCustomerCorrectionAsync(
        new RejectCustomerCorrectionRequest { Name = correction.Name, Note = "gabim" }, cancellationToken: Stop).ResponseAsync;
}
