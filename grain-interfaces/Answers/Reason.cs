namespace BktSmart.Answers;

/// <summary>
/// Why something was refused. The numbers are stored with refused transfers and travel between versions of the
/// programs: they never change and are never reused. The API publishes the name in upper snake case and owns the
/// texts and the gRPC status of each (R15).
/// </summary>
public enum Reason
{
    // 1xx: the request cannot be read
    ResourceNameMalformed = 100,
    FieldMissing = 101,
    TextTooLong = 102,
    TextNotAllowed = 103,
    PageSizeInvalid = 104,
    PageTokenMalformed = 105,
    MessageMalformed = 106,
    MessageTooLarge = 107,
    NumberNegative = 108,
    IbanMalformed = 110,
    TransferIdMalformed = 111,
    RequestIdMalformed = 112,
    AmountNotPositive = 113,
    AmountTooLarge = 114,
    CurrencyUnknown = 115,
    TimeMalformed = 116,
    TooManyAccounts = 117,
    FreezeUnknown = 118,
    CustomerNumberMalformed = 120,
    NationalIdMalformed = 121,
    PhoneNumberMalformed = 122,
    LanguageUnknown = 123,
    AgreementVersionInvalid = 124,
    BranchCodeMalformed = 125,
    CardNumberMalformed = 126,
    CardExpiryMalformed = 127,
    DeviceIdMalformed = 128,
    FnpMalformed = 129,

    // 2xx: who is asking
    TokenMissing = 200,
    TokenInvalid = 201,
    TokenExpired = 202,
    RoleMissing = 203,

    // 3xx: money
    AccountNotFound = 300,
    PayeeAccountNotFound = 301,
    SameAccount = 302,
    CurrencyMismatch = 303,
    InsufficientFunds = 304,
    BalanceOverflow = 305,
    TransferIdReused = 306,
    TransferNotFound = 307,
    OutcomeUnknown = 308,
    Overloaded = 309,
    AccountFrozen = 310,
    AccountClosed = 311,
    PayeeCannotReceive = 312,
    HoldNotFound = 320,
    HoldExpiryInvalid = 321,
    HoldAlreadyPosted = 322,
    HoldAlreadyReleased = 323,
    HoldExpired = 324,
    HoldAmountExceeded = 325,
    ReversalNotPossible = 330,
    AlreadyReversed = 331,
    LegsInvalid = 340,
    ExchangeRateInvalid = 341,
    OverdraftLimitInvalid = 350,
    OverdraftInUse = 351,
    BalanceNotZero = 352,
    HoldsOpen = 353,

    // 4xx: customers
    CustomerNotFound = 400,
    CustomerNumberTaken = 401,
    NationalIdTaken = 402,
    PhoneNumberTaken = 403,
    CardTaken = 404,
    RequestIdReused = 405,
    AgreementMissing = 410,
    AgreementTooOld = 411,
    CardMissing = 412,
    CardExpired = 413,

    // 5xx: signing in
    FnpWrong = 500,
    FnpExpired = 501,
    FnpTriesExhausted = 502,
    PasswordTooShort = 510,
    PasswordTooLong = 511,
    PasswordNeedsLettersAndDigits = 512,
    SessionEnded = 520,

    // 9xx: us
    Unavailable = 900,
    DeadlineExceeded = 901,
    Internal = 902,
}
