using BktSmart.Requests;
using BktSmart.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace BktSmart.Bench.Load;

/// <summary>
/// Makes the calls of a load as cheaply as the client library can: names, tokens and headers are made beforehand, no deadline, no retries,
/// no interceptor, several connections.
/// </summary>
internal sealed class Traffic : IDisposable
{
    private const int Channels = 4;
    private const string Reference = "Faleminderit";

    private readonly LoadSpec _spec;
    private readonly GrpcChannel[] _channels;
    private readonly TransferService.TransferServiceClient[] _transfers;
    private readonly AccountService.AccountServiceClient[] _accounts;
    private readonly Health.HealthClient[] _health;
    private readonly AuthenticationService.AuthenticationServiceClient[] _authentication;
    private readonly SignIns? _signIns;
    private readonly string[] _ibans;
    private readonly string[] _names;
    private readonly CallOptions[] _customers;
    private readonly double[] _zipf;
    private readonly V1.Money _amount = new() { MinorUnits = 1, CurrencyCode = AccountBook.Currency };
    private readonly string _pageToken;
    private int _next;

    public Traffic(LoadSpec spec)
    {
        _spec = spec;
        _channels = [.. Enumerable.Range(0, Channels).Select(_ => Open(spec.Address))];
        _transfers = [.. _channels.Select(channel => new TransferService.TransferServiceClient(channel))];
        _accounts = [.. _channels.Select(channel => new AccountService.AccountServiceClient(channel))];
        _health = [.. _channels.Select(channel => new Health.HealthClient(channel))];
        _authentication = [.. _channels.Select(channel => new AuthenticationService.AuthenticationServiceClient(channel))];
        _signIns = spec.SinkFile is { } sink ? new SignIns(sink, spec.Accounts) : null;
        _ibans = [.. Enumerable.Range(spec.FirstAccount, spec.Accounts).Select(AccountBook.Iban)];
        _names = [.. _ibans.Select(AccountBook.Name)];
        _customers = Options(spec);
        _zipf = spec.Choice == Choice.Zipf ? Zipf(spec.Accounts) : [];
        _pageToken = spec.PageBefore is { } before ? PageToken.Create(_names[0], before) : "";
    }

    /// <summary>Of <see cref="Choice.Sequential"/>: how many accounts were called; beyond the number of accounts when all were.</summary>
    public int Taken => Volatile.Read(ref _next);

    /// <summary>Begins a call; null when there is nothing more to call.</summary>
    public Task? Send(Caller caller)
    {
        var channel = caller.Random.Next(Channels);
        switch (_spec.Call)
        {
            case Call.NoOp:
                return _health[channel].CheckAsync(new HealthCheckRequest()).ResponseAsync;
            case Call.Transfer:
                var (request, payer) = _spec.RepeatShare > 0 && caller.HasRecent && caller.Random.NextDouble() < _spec.RepeatShare
                    ? caller.AnyRecent()
                    : NewTransfer(caller);
                return _transfers[channel].CreateTransferAsync(request, OptionsOf(payer)).ResponseAsync;
            case Call.SignIn:
                return _signIns!.SignInAsync(_authentication[channel]);
            case Call.Page:
                return _accounts[channel].ListTransactionsAsync(
                    new ListTransactionsRequest { Parent = _names[0], PageSize = 50, PageToken = _pageToken }, OptionsOf(0)).ResponseAsync;
        }

        var account = _spec.Choice == Choice.Sequential ? Interlocked.Increment(ref _next) - 1 : caller.Random.Next(_names.Length);
        if (account >= _names.Length)
            return null;
        return _spec.Call == Call.Balance
            ? _accounts[channel].GetAccountAsync(new GetAccountRequest { Name = _names[account] }, OptionsOf(account)).ResponseAsync
            : _transfers[channel].GetTransferAsync(new GetTransferRequest { Name = _names[account] }, OptionsOf(account)).ResponseAsync;
    }

    public void Dispose()
    {
        _signIns?.Dispose();
        foreach (var channel in _channels)
            channel.Dispose();
    }

    private static GrpcChannel Open(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, ActivityHeadersPropagator = null, UseProxy = false },
        DisposeHttpClient = true,
        DisableResolverServiceConfig = true,
    });

    private static CallOptions[] Options(LoadSpec spec)
    {
        // The accounts that take part may begin in the middle of a customer's.
        var customers = spec.Accounts / AccountBook.PerCustomer + 2;
        if (spec.AccessTokenKey is not { } key)
            return new CallOptions[customers];
        using var tokens = new AccessTokenSource(key);
        var first = AccountBook.Customer(spec.FirstAccount);
        return [.. Enumerable.Range(first, customers).Select(
            customer => new CallOptions(new Metadata { { "authorization", "Bearer " + tokens.Issue(customer) } }))];
    }

    private (CreateTransferRequest Request, int Payer) NewTransfer(Caller caller)
    {
        var (payer, payee) = (Any(caller.Random), _spec.Choice == Choice.OneCredited ? 0 : Any(caller.Random));
        while (payer == payee)
            payer = Any(caller.Random);
        var request = new CreateTransferRequest
        {
            TransferId = Guid.CreateVersion7().ToString(),
            SourceAccount = _names[payer],
            PayeeIban = _ibans[payee],
            Amount = _amount,
            Reference = Reference,
        };
        caller.Remember(request, payer);
        return (request, payer);
    }

    private CallOptions OptionsOf(int account) =>
        _customers[AccountBook.Customer(_spec.FirstAccount + account) - AccountBook.Customer(_spec.FirstAccount)];

    private int Any(Random random)
    {
        if (_spec.Choice != Choice.Zipf)
            return random.Next(_names.Length);
        var rank = Array.BinarySearch(_zipf, random.NextDouble());
        // The big ones are spread over the customers: a prime step visits every account once.
        const int Step = 7919;
        return (int)((long)(rank < 0 ? ~rank : rank) * Step % _names.Length);
    }

    /// <summary>The distribution function of the ranks.</summary>
    private static double[] Zipf(int count)
    {
        var sums = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sums[i] = sum += 1.0 / (i + 1);
        for (var i = 0; i < count; i++)
            sums[i] /= sum;
        sums[^1] = 1;
        return sums;
    }
}
