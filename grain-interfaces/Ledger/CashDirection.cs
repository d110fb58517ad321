namespace BktSmart.Ledger;

public enum CashDirection
{
    Deposit = 1,
    Withdrawal = 2,
}
