namespace BktSmart.Customers;

/// <summary>
/// Who may enrol (R2, R3): a signed KSHBI of version 002 or later, a registered phone (every customer has one) and a card.
/// </summary>
internal static class EnrolmentRules
{
    public const int AgreementVersionMin = 2;

    /// <param name="agreementVersion">The highest that was signed; null for none.</param>
    /// <param name="cardExpiries">The last days of the customer's cards.</param>
    public static IReadOnlyList<Reason> Obstacles(int? agreementVersion, IReadOnlyCollection<DateOnly> cardExpiries, DateOnly today)
    {
        var obstacles = new List<Reason>();
        if (agreementVersion is null)
            obstacles.Add(Reason.AgreementMissing);
        else if (agreementVersion < AgreementVersionMin)
            obstacles.Add(Reason.AgreementTooOld);

        if (cardExpiries.Count == 0)
            obstacles.Add(Reason.CardMissing);
        else if (cardExpiries.All(expiry => expiry < today))
            obstacles.Add(Reason.CardExpired);
        return obstacles;
    }
}
