namespace BktSmart.Bench.Load;

/// <summary>What is called.</summary>
internal enum Call
{
    /// <summary>The health service: a gRPC call with nothing behind it.</summary>
    NoOp,
    Transfer,
    Balance,
    Page,

    /// <summary>A whole sign-in: two calls, and an SMS between them.</summary>
    SignIn,

    /// <summary>GetTransfer with an account's name: wakes the account grain of the peer with Orleans Transactions.</summary>
    Wake,
}
