using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace BktSmart.Ledger;

// The persistent stream provider over bank.event. The ledger writes a row for each queue in the transaction of a batch: which accounts it
// moved. One pulling agent a queue reads what is there, delivers an event for each account to the implicitly subscribed grain of the
// customer, and deletes the row when all of it has been delivered. While the silo's writer has its hands full, the agents read little: a
// notification may wait, a payment should not. What is in flight is remembered in memory and not read again; after a crash it is still in
// the table and is delivered once more.
//
// That a stream takes an event for delivered is not enough to delete its row: an agent also lets go of events that it could not place in
// its cache, or whose consumer it lost. The database deletes a row only when the notification of each of its events stands; the others come
// again.
//
// Delivery is at least once and in order of the account, but for one case: an event that could not be delivered for long is set aside, and
// later ones overtake it. During a change of membership two silos may read the same queue. Consumers therefore count by the account's
// sequence number, ignore what they have, and fetch what they lack.

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
