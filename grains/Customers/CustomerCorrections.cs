using System.Globalization;
using System.Text.Json;
using BktSmart.Approvals;
using BktSmart.Messages;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Customers;

/// <summary>
/// Corrections of name and NID, which need two persons: whoever could change them alone could make one customer pass for another. The
/// subject is the customer's number; the version that of the last correction. The customer is told in the same transaction.
///
/// Nothing else holds a name or a NID. Sign-in, transactions, statements and the rules for passwords read them from the row, so they go by
/// the correction from its commit on. A password that was set before is not looked at again: only its hash is there.
/// </summary>
internal sealed class CustomerCorrections(
    ApprovalStore approvals, CustomerStore customers, IOptions<MessageDeliveryOptions> delivery) : IApprovable<CustomerUnderCorrection>
{
    private const string Kind = "correct-customer";

    public IReadOnlyCollection<string> Kinds { get; } = [Kind];

    public async Task<Result<CustomerCorrection>> RequestAsync(
        StaffMember staff, CustomerNumber customer, CustomerDetails wanted, string note, CancellationToken cancellationToken)
    {
        var request = new ApprovalRequest(Kind, SubjectOf(customer), Write(wanted), customer, note);
        var requested = await approvals.RequestAsync(this, staff, request, cancellationToken);
        return requested.Succeeded ? (await DescribeAsync([requested.Value], cancellationToken))[0] : requested.Refusal;
    }

    /// <summary>What can still be confirmed, oldest first.</summary>
    public async Task<IReadOnlyList<CustomerCorrection>> ListAsync(long afterId, int count, CancellationToken cancellationToken) =>
        await DescribeAsync(await approvals.ListAsync(Kinds, afterId, count, cancellationToken), cancellationToken);

    /// <summary>Makes the correction, and says whose it was. The unique key has the last word on the NID.</summary>
    public async Task<Result<CustomerNumber>> ConfirmAsync(StaffMember staff, long id, CancellationToken cancellationToken)
    {
        try
        {
            var confirmed = await approvals.ConfirmAsync(this, staff, id, cancellationToken);
            return confirmed.Succeeded ? confirmed.Value.Approval.Request.Customer!.Value : confirmed.Refusal;
        }
        catch (PostgresException exception)
            when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "customer_national_id_key" })
        {
            return Reason.NationalIdTaken;
        }
    }

    public Task<Result<Done>> RejectAsync(StaffMember staff, long id, string note, CancellationToken cancellationToken) =>
        approvals.RejectAsync(this, staff, id, note, cancellationToken);

    public async Task<(CustomerUnderCorrection State, long Version)> LockAsync(
        NpgsqlConnection connection, string subject, CancellationToken cancellationToken)
    {
        // customer_pkey; customers are never deleted. Rows that refer to the customer may be added meanwhile.
        await using var command = new NpgsqlCommand(
            "select name, national_id, version from bank.customer where customer_number = $1 for no key update", connection)
        {
            Parameters = { new() { Value = NumberOf(subject).Value } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (
            new CustomerUnderCorrection(new CustomerDetails(reader.GetString(0), NationalId.Parse(reader.GetString(1)))),
            reader.GetInt64(2));
    }

    public bool NeedsSecondPerson(CustomerUnderCorrection state, ApprovalRequest request) => state.Details != Read(request);

    public Reason? Refuse(CustomerUnderCorrection state, ApprovalRequest request) => null;

    public async Task<CustomerUnderCorrection> ApplyAsync(
        NpgsqlConnection connection, CustomerUnderCorrection state, Approval approval, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var customer = approval.Request.Customer!.Value;
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select bank.correct_customer($1)") { Parameters = { new() { Value = approval.Id } } },
                OutboxStore.AddSms(customer, CorrectionSms.Of, delivery.Value.TellingSmsLifetime),
                CustomerEvents.Tell(customer, CustomerEventKind.DetailsCorrected),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return new CustomerUnderCorrection(Read(approval.Request), state.Details);
    }

    // In full: the trail alone says what a customer was called before.
    public IEnumerable<KeyValuePair<string, object?>> Describe(ApprovalRequest request, CustomerUnderCorrection? changed)
    {
        var wanted = Read(request);
        yield return new("name", wanted.Name);
        yield return new("nationalId", wanted.NationalId.Value);
        if (changed?.Before is not { } before)
            yield break;
        yield return new("nameBefore", before.Name);
        yield return new("nationalIdBefore", before.NationalId.Value);
    }

    private async Task<IReadOnlyList<CustomerCorrection>> DescribeAsync(
        IReadOnlyList<Approval> found, CancellationToken cancellationToken)
    {
        var details = await customers.FindDetailsAsync(
            [.. found.Select(approval => NumberOf(approval.Request.Subject))], cancellationToken);
        return
        [
            .. found.Select(approval => new CustomerCorrection(
                approval.Id, NumberOf(approval.Request.Subject), details[NumberOf(approval.Request.Subject)], Read(approval.Request),
                approval.RequestedBy, approval.Request.Reason, approval.RequestedAt, approval.ExpiresAt)),
        ];
    }

    private static string SubjectOf(CustomerNumber customer) => customer.Value.ToString(CultureInfo.InvariantCulture);

    private static CustomerNumber NumberOf(string subject) => CustomerNumber.From(int.Parse(subject, CultureInfo.InvariantCulture));

    /// <summary>As <c>bank.correct_customer</c> reads it. The same details are the same text, by which the same request is found.</summary>
    private static string Write(CustomerDetails details) =>
        JsonSerializer.Serialize(new { name = details.Name, nationalId = details.NationalId.Value });

    private static CustomerDetails Read(ApprovalRequest request)
    {
        using var wanted = JsonDocument.Parse(request.Wanted!);
        return new CustomerDetails(
            wanted.RootElement.GetProperty("name").GetString()!,
            NationalId.Parse(wanted.RootElement.GetProperty("nationalId").GetString()!));
    }
}
