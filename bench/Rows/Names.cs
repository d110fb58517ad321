namespace BktSmart.Bench.Rows;

/// <summary>Names of rows and of who is measured in them, where one row refers to another.</summary>
internal static class Names
{
    public const string Limits = "limits";
    public const string Uniform = "uniform";

    public const string Ours = "BktSmart";
    public const string Textbook = "textbook";
    public const string Transactions = "Orleans Transactions";
    public const string TpcB = "pgbench TPC-B";

    public const string Grpc = "gRPC no-op";
    public const string GrpcAndGrain = "gRPC + no-op grain";
    public const string Grain = "no-op grain alone";
    public const string Batch = "posting batch, SQL";
    public const string Fdatasync = "fdatasync";
    public const string Select = "pgbench select";
}
