using BktSmart.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Npgsql;

namespace BktSmart.Bench.Peers.Textbook;

/// <summary>The server of the textbook: every statement is prepared, every connection is pooled, and who finds none waits for one.</summary>
internal static class TextbookServer
{
    public static async Task<int> RunAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(PeerSettings.ConnectionString)
        {
            MinPoolSize = PeerSettings.PoolSize,
            MaxPoolSize = PeerSettings.PoolSize,
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 1,
            NoResetOnClose = true,
            Timeout = 60,
        };
        await using var database = NpgsqlDataSource.Create(settings.ConnectionString);
        await CreateTablesAsync(database);
        var builder = PeerSettings.GrpcHost();
        builder.Services.AddSingleton(new TextbookStore(database));
        var app = builder.Build();
        app.MapGrpcService<TextbookTransferService>();
        await app.RunAsync();
        return 0;
    }

    private static async Task CreateTablesAsync(NpgsqlDataSource database)
    {
        await using var exists = database.CreateCommand("select to_regclass('account') is not null");
        if (await exists.ExecuteScalarAsync() is true)
            return;
        using var reader = new StreamReader(typeof(TextbookServer).Assembly.GetManifestResourceStream("textbook.sql")!);
        await using var create = database.CreateCommand(await reader.ReadToEndAsync());
        await create.ExecuteNonQueryAsync();
    }
}

internal sealed class TextbookTransferService(TextbookStore store) : TransferService.TransferServiceBase
{
    private const string NamePrefix = "accounts/";

    public override async Task<CreateTransferResponse> CreateTransfer(CreateTransferRequest request, ServerCallContext context)
    {
        if (!Guid.TryParse(request.TransferId, out var id) || !request.SourceAccount.StartsWith(NamePrefix, StringComparison.Ordinal) || request.Amount is not { MinorUnits: > 0 })
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The request does not have its form."));

        var outcome = await store.TransferAsync(
            id, request.SourceAccount[NamePrefix.Length..], request.PayeeIban, request.Amount.MinorUnits, request.Reference, context.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.NotFound, "There is no such account."));
        if (!outcome.Booked)
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "Insufficient funds."));
        return new CreateTransferResponse
        {
            Transfer = new Transfer
            {
                Name = "transfers/" + request.TransferId,
                Account = request.SourceAccount,
                PayeeIban = request.PayeeIban,
                Amount = request.Amount,
                Reference = request.Reference,
                SequenceNumber = outcome.SequenceNumber,
                BalanceAfter = new Money { MinorUnits = outcome.BalanceAfterMinor, CurrencyCode = request.Amount.CurrencyCode },
                BookingTime = Timestamp.FromDateTime(outcome.BookedAt),
                BusinessDate = new Date { Year = outcome.BusinessDate.Year, Month = outcome.BusinessDate.Month, Day = outcome.BusinessDate.Day },
            },
        };
    }
}
