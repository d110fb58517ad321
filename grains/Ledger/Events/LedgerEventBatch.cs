using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace BktSmart.Ledger;

// The persistent stream provider over bank.event. Whoever has news writes a row in the transaction of what they tell of: the ledger one for
// each queue that a batch concerns, with the accounts that it moved; an event of a customer one for itself. One pulling agent a queue reads
// what is there, delivers an event for each account to the implicitly subscribed grain of the customer, and deletes the row when all of it
// is done with. What is in flight is remembered in memory and not read again; after a crash it is still in the table and is delivered once
// more. Readers take what is there, not what is above a position, so a row that commits late is not skipped.
//
// While payments take all that the silo has, the agents leave rows alone until they have an age: news may wait a little, a payment should
// not. From that age on they take their share.
//
// That a stream takes an event for delivered says little: an agent also lets go of events that it could not deliver for long, or could not
// place in its cache, or whose consumer it lost. So the statement that deletes rows compares them with the positions of the inboxes, and
// sets aside what an inbox was not told of: bank.event_set_aside, which LedgerEventReplay lets come again with growing pauses. One bad
// inbox keeps no row alive and delays nobody.
//
// Delivery is at least once; the order is that of the account but for what was set aside. During a change of membership two silos may read
// the same queue. Consumers therefore go by their own position, ignore what they have, and fetch what they lack.

[GenerateSerializer, Alias("bktsmart.LedgerEventBatch")]
internal sealed class LedgerEventBatch(TransactionPosted posted, EventSequenceTokenV2 token) : IBatchContainer
{
    [Id(0)] private readonly TransactionPosted _posted = posted;
    [Id(1)] private readonly EventSequenceTokenV2 _token = token;

    public StreamId StreamId => StreamId.Create(TransactionPosted.StreamNamespace, GrainKeys.Customer(_posted.Customer));

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() =>
        _posted is T posted ? [Tuple.Create<T, StreamSequenceToken>(posted, _token)] : [];

    public bool ImportRequestContext() => false;
}
