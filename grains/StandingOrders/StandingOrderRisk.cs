using BktSmart.Authentication;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.StandingOrders;

/// <summary>Whoever had an FNP that the customer did not ask for gets no payments by it later.</summary>
internal sealed class StandingOrderRisk(IOptions<StandingOrderOptions> options) : IRiskEffect
{
    public IEnumerable<NpgsqlBatchCommand> OfReport(CustomerNumber customer, DateOnly? riskRaisedUntil, DateTimeOffset now) =>
        [StandingOrderStore.PauseNew(customer, options.Value.Probation)];

    public IEnumerable<NpgsqlBatchCommand> OfEnd(CustomerNumber customer) => [];
}
