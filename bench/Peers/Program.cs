using BktSmart.Bench.Peers;
using BktSmart.Bench.Peers.Textbook;

// peers textbook    a transfer server as in the textbook: gRPC, row locks, one transaction a request; no Orleans
// peers silo        hosts the grains of the two peers below
// peers front       gRPC in front of that silo: transfers by Orleans Transactions, accounts by a grain call that does nothing
// peers calls       only calls a grain that does nothing, and prints the rate
//
// What each needs comes from environment variables; see PeerSettings.
return args switch
{
    ["textbook"] => await TextbookServer.RunAsync(),
    ["silo"] => await PeerSilo.RunAsync(),
    ["front"] => await PeerFront.RunAsync(),
    ["calls"] => await GrainCalls.RunAsync(),
    _ => throw new ArgumentException("peers: textbook, silo, front or calls."),
};
