using BktSmart.Accounts;

namespace BktSmart.Notifications;

/// <summary>A posting on an account of the customer.</summary>
internal readonly record struct InboxPosting(Iban Account, Transaction Transaction);
