namespace BktSmart.Authentication;

/// <param name="ChangesPassword">Whether a session that can do nothing but change the password may call it.</param>
/// <param name="MovesMoney">Whether a call that broke off may have moved money.</param>
/// <param name="NamesPayee">Whether its answer says whether a payee can be paid.</param>
/// <param name="IsRead">Whether it changes nothing, so that it can be called once more.</param>
/// <param name="IsBrake">Whether it ends what a thief may do, so that whoever uses up a customer's other calls does not stop it.</param>
/// <param name="IsBounded">Whether it counts among the calls that a node has under way: all but streams and probes.</param>
/// <param name="OutlivesSession">
/// Whether the token of an ended session gets in: the call has ended it, its answer was lost, and the cluster says who asks for that.
/// </param>
/// <param name="TakesOneMessage">Whether the caller sends one message, and not a stream of them.</param>
internal sealed record MethodAccess(
    Caller Caller, bool MovesMoney = false, bool NamesPayee = false, bool IsRead = false, bool IsBounded = true,
    bool ChangesPassword = false, bool IsBrake = false, bool OutlivesSession = false, bool TakesOneMessage = true)
{
    public bool IsForStaff => Caller is not (Caller.Anyone or Caller.Customer);
}
