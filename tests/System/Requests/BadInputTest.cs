using System.Text;
using BktSmart.Staff.V1;
using BktSmart.V1;
using Grpc.Core;
using static Grpc.Core.StatusCode;

namespace BktSmart.Requests;

// Nothing else may write meanwhile: the tests compare the whole ledger before and after.
[CollectionDefinition(DisableParallelization = true)]
public sealed class NothingElseWrites : ICollectionFixture<BadInputBank>;

[Collection(typeof(NothingElseWrites))]
public sealed class BadInputTest(BadInputBank bank)
{
    /// <summary>Valid in form; no such accounts.</summary>
    private const string UnknownIban = "AL48205999970000000001234567";
    private const string ForeignIban = "DE89370400440532013000";

    private const long AmountMax = 1_000_000_000_000_000;

    private sealed record Case(Func<BadInputBank, Task> Call, StatusCode Code, string Reason, string? Field = null);

    private static readonly Dictionary<string, Case> Cases = new()
    {
        // Ids and names
        ["transfer id: missing"] = Pay(r => r.TransferId = "", "FIELD_MISSING", "transfer_id"),
        ["transfer id: not a UUID"] = Pay(r => r.TransferId = "42", "TRANSFER_ID_MALFORMED", "transfer_id"),
        ["transfer id: blank before it"] = Pay(r => r.TransferId = $" {r.TransferId}", "TRANSFER_ID_MALFORMED", "transfer_id"),
        ["transfer id: a sign in it"] = Pay(r => r.TransferId = $"+{r.TransferId[1..]}", "TRANSFER_ID_MALFORMED", "transfer_id"),
        ["transfer id: nil"] = Pay(r => r.TransferId = Guid.Empty.ToString(), "TRANSFER_ID_MALFORMED", "transfer_id"),
        ["transfer id: max"] = Pay(r => r.TransferId = Guid.AllBitsSet.ToString(), "TRANSFER_ID_MALFORMED", "transfer_id"),
        ["transfer id: SQL"] = Pay(r => r.TransferId = "'; drop table bank.posting; --", "TRANSFER_ID_MALFORMED", "transfer_id"),
        ["transfer id: oversized"] = Pay(r => r.TransferId = new string('a', 50_000), "TRANSFER_ID_MALFORMED", "transfer_id"),
        ["source: missing"] = Pay(r => r.SourceAccount = "", "FIELD_MISSING", "source_account"),
        ["source: no name"] = Pay(
            r => r.SourceAccount = r.SourceAccount["accounts/".Length..], "RESOURCE_NAME_MALFORMED", "source_account"),
        ["source: lower case"] = Pay(
            r => r.SourceAccount = r.SourceAccount.ToLowerInvariant(), "RESOURCE_NAME_MALFORMED", "source_account"),
        ["source: more behind it"] = Pay(r => r.SourceAccount += "/transactions/1", "RESOURCE_NAME_MALFORMED", "source_account"),
        ["source: the bank's cash"] = Pay(r => r.SourceAccount = "accounts/CASH-ALL", "RESOURCE_NAME_MALFORMED", "source_account"),
        ["source: oversized"] = Pay(
            r => r.SourceAccount = $"accounts/AL{new string('1', 50_000)}", "RESOURCE_NAME_MALFORMED", "source_account"),
        ["source: unknown"] = Pay(r => r.SourceAccount = $"accounts/{UnknownIban}", "ACCOUNT_NOT_FOUND", "source_account", NotFound),
        ["source: another bank's"] = Pay(r => r.SourceAccount = $"accounts/{ForeignIban}", "ACCOUNT_NOT_FOUND", "source_account", NotFound),
        ["source: other people's"] = new(
            b => b.PayAsync(r => (r.SourceAccount, r.PayeeIban) = (b.Besnik.Account.Name, b.Arta.Account.Iban)), NotFound,
            "ACCOUNT_NOT_FOUND", "source_account"),
        ["payee: missing"] = Pay(r => r.PayeeIban = "", "FIELD_MISSING", "payee_iban"),
        ["payee: no IBAN"] = Pay(r => r.PayeeIban = "Besnik", "IBAN_MALFORMED", "payee_iban"),
        ["payee: wrong check digits"] = Pay(r => r.PayeeIban = $"AL99{r.PayeeIban[4..]}", "IBAN_MALFORMED", "payee_iban"),
        ["payee: the bank's cash"] = Pay(r => r.PayeeIban = "CASH-ALL", "IBAN_MALFORMED", "payee_iban"),
        ["payee: oversized"] = Pay(r => r.PayeeIban = new string('1', 50_000), "IBAN_MALFORMED", "payee_iban"),
        ["payee: unknown"] = Pay(r => r.PayeeIban = UnknownIban, "PAYEE_CANNOT_RECEIVE", "payee_iban", FailedPrecondition),
        ["payee: another bank's"] = Pay(r => r.PayeeIban = ForeignIban, "PAYEE_AT_ANOTHER_BANK", "payee_iban", FailedPrecondition),
        ["payee: the payer"] = Pay(r => r.PayeeIban = r.SourceAccount["accounts/".Length..], "SAME_ACCOUNT", "payee_iban"),
        ["id of another customer's transfer"] = Pay(
            (b, r) => r.TransferId = b.OfBesnik.Name.Split('/')[1], "TRANSFER_ID_REUSED", "source_account", AlreadyExists),

        // Amounts
        ["amount: missing"] = Pay(r => r.Amount = null, "FIELD_MISSING", "amount"),
        ["amount: zero"] = Pay(r => r.Amount.MinorUnits = 0, "AMOUNT_NOT_POSITIVE", "amount.minor_units"),
        ["amount: negative"] = Pay(r => r.Amount.MinorUnits = -1, "AMOUNT_NOT_POSITIVE", "amount.minor_units"),
        ["amount: the least number"] = Pay(r => r.Amount.MinorUnits = long.MinValue, "AMOUNT_NOT_POSITIVE", "amount.minor_units"),
        ["amount: too large"] = Pay(r => r.Amount.MinorUnits = AmountMax + 1, "AMOUNT_TOO_LARGE", "amount.minor_units"),
        ["amount: overflowing"] = Pay(r => r.Amount.MinorUnits = long.MaxValue, "AMOUNT_TOO_LARGE", "amount.minor_units"),
        ["currency: missing"] = Pay(r => r.Amount.CurrencyCode = "", "FIELD_MISSING", "amount.currency_code"),
        ["currency: unknown"] = Pay(r => r.Amount.CurrencyCode = "XXX", "CURRENCY_UNKNOWN", "amount.currency_code"),
        ["currency: lower case"] = Pay(r => r.Amount.CurrencyCode = "all", "CURRENCY_UNKNOWN", "amount.currency_code"),
        ["currency: oversized"] = Pay(r => r.Amount.CurrencyCode = new string('A', 50_000), "CURRENCY_UNKNOWN", "amount.currency_code"),
        ["currency: not the accounts'"] = Pay(r => r.Amount.CurrencyCode = "EUR", "CURRENCY_MISMATCH", "amount", FailedPrecondition),
        ["currency: not the payee's"] = Pay((b, r) => r.PayeeIban = b.Euro.Iban, "PAYEE_CANNOT_RECEIVE", "payee_iban", FailedPrecondition),
        ["currency: not the payer's"] = Pay((b, r) => r.SourceAccount = b.Euro.Name, "CURRENCY_MISMATCH", "amount", FailedPrecondition),

        // Text
        ["reference: 141 characters"] = Pay(r => r.Reference = new string('ë', 141), "TEXT_TOO_LONG", "reference"),
        ["reference: oversized"] = Pay(r => r.Reference = new string('x', 60_000), "TEXT_TOO_LONG", "reference"),
        ["reference: control character"] = Pay(r => r.Reference = "Qira\u0007", "TEXT_NOT_ALLOWED", "reference"),
        ["reference: NUL"] = Pay(r => r.Reference = "Qira\0", "TEXT_NOT_ALLOWED", "reference"),
        ["reference: right-to-left override"] = Pay(r => r.Reference = "\u202Eariq", "TEXT_NOT_ALLOWED", "reference"),
        ["reference: isolate"] = Pay(r => r.Reference = "\u2066Qira\u2069", "TEXT_NOT_ALLOWED", "reference"),
        ["reference: zero-width space"] = Pay(r => r.Reference = "Qi\u200Bra", "TEXT_NOT_ALLOWED", "reference"),
        ["reference: private use"] = Pay(r => r.Reference = "\uE000", "TEXT_NOT_ALLOWED", "reference"),

        // Reading
        ["account: missing"] = Read(b => b.GetAccountAsync(""), "FIELD_MISSING", "name"),
        ["account: malformed"] = Read(b => b.GetAccountAsync("accounts/1"), "RESOURCE_NAME_MALFORMED", "name"),
        ["account: unknown"] = Read(b => b.GetAccountAsync($"accounts/{UnknownIban}"), "ACCOUNT_NOT_FOUND", "name", NotFound),
        ["account: other people's"] = Read(b => b.GetAccountAsync(b.Besnik.Account.Name), "ACCOUNT_NOT_FOUND", "name", NotFound),
        ["transactions: other people's"] = Read(
            b => b.ListTransactionsAsync(b.Besnik.Account.Name), "ACCOUNT_NOT_FOUND", "parent", NotFound),
        ["transactions: other people's, with their page token"] = Read(
            b => b.ListTransactionsAsync(b.Besnik.Account.Name, pageToken: b.PageTokenOfBesnik), "ACCOUNT_NOT_FOUND", "parent", NotFound),
        ["transactions: negative page size"] = Read(
            b => b.ListTransactionsAsync(b.Arta.Account.Name, -1), "PAGE_SIZE_INVALID", "page_size"),
        ["transactions: least page size"] = Read(
            b => b.ListTransactionsAsync(b.Arta.Account.Name, int.MinValue), "PAGE_SIZE_INVALID", "page_size"),
        ["transactions: page token of another account"] = Read(
            b => b.ListTransactionsAsync(b.Arta.Account.Name, pageToken: b.PageTokenOfBesnik), "PAGE_TOKEN_MALFORMED", "page_token"),
        ["transactions: garbage for a page token"] = Read(
            b => b.ListTransactionsAsync(b.Arta.Account.Name, pageToken: "§§§"), "PAGE_TOKEN_MALFORMED", "page_token"),
        ["transactions: oversized page token"] = Read(
            b => b.ListTransactionsAsync(b.Arta.Account.Name, pageToken: new string('A', 50_000)), "PAGE_TOKEN_MALFORMED", "page_token"),
        ["transfer: malformed"] = Read(b => b.Arta.App.GetTransferAsync("transfers/1"), "RESOURCE_NAME_MALFORMED", "name"),
        ["transfer: unknown"] = Read(
            b => b.Arta.App.GetTransferAsync($"transfers/{Guid.CreateVersion7()}"), "TRANSFER_NOT_FOUND", null, NotFound),
        ["transfer: other people's"] = Read(b => b.Arta.App.GetTransferAsync(b.OfBesnik.Name), "TRANSFER_NOT_FOUND", null, NotFound),
        ["notifications: negative page size"] = Read(b => b.ListNotificationsAsync(-1), "PAGE_SIZE_INVALID", "page_size"),
        ["notifications: other people's page token"] = Read(
            b => b.ListNotificationsAsync(pageToken: b.InboxTokenOfBesnik), "PAGE_TOKEN_MALFORMED", "page_token"),
        ["notifications: page token of transactions"] = Read(
            b => b.ListNotificationsAsync(pageToken: b.PageTokenOfBesnik), "PAGE_TOKEN_MALFORMED", "page_token"),
        ["notifications: mark a negative number"] = Read(b => b.Arta.App.MarkReadAsync(-1), "NUMBER_NEGATIVE", "up_to_number"),
        ["notifications: watch from a negative number"] = Read(b => b.WatchAsync(-1), "NUMBER_NEGATIVE", "after_number"),

        // Who is asking
        ["no token"] = Asking(b => b.ListAccountsAsync(null), "TOKEN_MISSING"),
        ["no token, for a payment"] = Asking(b => b.PayAsAsync(null), "TOKEN_MISSING"),
        ["an empty token"] = Asking(b => b.ListAccountsAsync(""), "TOKEN_INVALID"),
        ["garbage for a token"] = Asking(b => b.ListAccountsAsync("garbage"), "TOKEN_INVALID"),
        ["garbage in the form of a token"] = Asking(b => b.ListAccountsAsync("a.b.c"), "TOKEN_INVALID"),
        ["a token with another signature"] = Asking(b => b.PayAsAsync(Forged(b)), "TOKEN_INVALID"),
        ["a token without a signature"] = Asking(b => b.PayAsAsync(Unsigned(b)), "TOKEN_INVALID"),
        ["a token of another customer's number"] = Asking(b => b.PayAsAsync(WithSubject(b)), "TOKEN_INVALID"),
        ["a refresh token for an access token"] = Asking(b => b.ListAccountsAsync(b.Arta.App.Session!.RefreshToken), "TOKEN_INVALID"),
        ["a staff token on a customer's method"] = Asking(b => b.PayAsAsync(b.StaffToken), "TOKEN_INVALID"),
        ["a customer's token on a method of the branch"] = Asking(b => b.DepositAsAsync(b.Arta.App.Session!.AccessToken), "TOKEN_INVALID"),
        ["no token on a method of the branch"] = Asking(b => b.DepositAsAsync(null), "TOKEN_MISSING"),
        ["staff without the role"] = Asking(
            b => b.DepositAsAsync(b.Bank.Bank.Staff.Issue("guard", ["desk"])), "ROLE_MISSING", PermissionDenied),
        ["staff without any role"] = Asking(
            b => b.GetCustomerAsync(b.Bank.Bank.Staff.Issue("guard", [])), "ROLE_MISSING", PermissionDenied),
        ["a staff token of yesterday"] = Asking(
            b => b.DepositAsAsync(b.Bank.Bank.Staff.Issue("teller", ["branch"], TimeSpan.FromDays(-1))), "TOKEN_EXPIRED"),

        // At the branch
        ["customer: no request id"] = Customer(r => r.RequestId = "", "FIELD_MISSING", "request_id"),
        ["customer: request id"] = Customer(r => r.RequestId = "1", "REQUEST_ID_MALFORMED", "request_id"),
        ["customer: number"] = Customer(r => r.CustomerId = "12345678", "CUSTOMER_NUMBER_MALFORMED", "customer_id"),
        ["customer: nobody"] = Customer(r => r.Customer = null, "FIELD_MISSING", "customer"),
        ["customer: NID"] = Customer(r => r.Customer.NationalId = "I05101999", "NATIONAL_ID_MALFORMED", "customer.national_id"),
        ["customer: NID with an impossible date"] = Customer(
            r => r.Customer.NationalId = "I01399001A", "NATIONAL_ID_MALFORMED", "customer.national_id"),
        ["customer: no name"] = Customer(r => r.Customer.DisplayName = "", "FIELD_MISSING", "customer.display_name"),
        ["customer: blank name"] = Customer(r => r.Customer.DisplayName = " \t ", "FIELD_MISSING", "customer.display_name"),
        ["customer: long name"] = Customer(r => r.Customer.DisplayName = new string('A', 101), "TEXT_TOO_LONG", "customer.display_name"),
        ["customer: name with bidi"] = Customer(
            r => r.Customer.DisplayName = "Arta\u202E Hoxha", "TEXT_NOT_ALLOWED", "customer.display_name"),
        ["customer: phone"] = Customer(r => r.Customer.PhoneNumber = "0671234567x", "PHONE_NUMBER_MALFORMED", "customer.phone_number"),
        ["customer: language"] = Customer(r => r.Customer.Language = Language.Unspecified, "LANGUAGE_UNKNOWN", "customer.language"),
        ["customer: language of the future"] = Customer(r => r.Customer.Language = (Language)99, "LANGUAGE_UNKNOWN", "customer.language"),
        ["customer: number taken"] = Customer(
            (b, r) => r.CustomerId = b.Arta.Number, "CUSTOMER_NUMBER_TAKEN", "customer_id", AlreadyExists),
        ["customer: NID taken"] = Customer(
            (b, r) => r.Customer.NationalId = b.Arta.Person.NationalId, "NATIONAL_ID_TAKEN", "customer.national_id", AlreadyExists),
        ["customer: phone taken"] = Customer(
            (b, r) => r.Customer.PhoneNumber = b.Arta.Person.PhoneNumber, "PHONE_NUMBER_TAKEN", "customer.phone_number", AlreadyExists),
        ["customer: malformed name of one"] = new(
            b => b.Bank.Desk.GetCustomerAsync("customers/1"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
        ["customer: unknown"] = new(b => b.Bank.Desk.GetCustomerAsync("customers/999999999"), NotFound, "CUSTOMER_NOT_FOUND", "name"),
        ["agreement: version 0"] = Agreement(0, "AGREEMENT_VERSION_INVALID"),
        ["agreement: version -1"] = Agreement(-1, "AGREEMENT_VERSION_INVALID"),
        ["agreement: version 1000"] = Agreement(1000, "AGREEMENT_VERSION_INVALID"),
        ["agreement: unknown customer"] = new(
            b => b.Bank.Desk.RecordAgreementAsync("customers/999999999", 2), NotFound, "CUSTOMER_NOT_FOUND", "customer"),
        ["customer: request id with a blank"] = Customer(r => r.RequestId += " ", "REQUEST_ID_MALFORMED", "request_id"),
        ["account: request id"] = new(
            b => b.OpenAccountAsync(r => r.RequestId = "x"), InvalidArgument, "REQUEST_ID_MALFORMED", "request_id"),
        ["account: unknown customer"] = new(
            b => b.OpenAccountAsync(r => r.Customer = "customers/999999999"), NotFound, "CUSTOMER_NOT_FOUND", "customer"),
        ["account: branch code"] = new(
            b => b.OpenAccountAsync(r => r.BranchCode = "11"), InvalidArgument, "BRANCH_CODE_MALFORMED", "branch_code"),
        ["account: branch code with a fraction"] = new(
            b => b.OpenAccountAsync(r => r.BranchCode = "110\u00BD"),
            InvalidArgument,
            "BRANCH_CODE_MALFORMED",
            "branch_code"),
        ["account: currency"] = new(
            b => b.OpenAccountAsync(r => r.CurrencyCode = "BTC"), InvalidArgument, "CURRENCY_UNKNOWN", "currency_code"),
        ["card: number"] = new(
            b => b.IssueCardAsync(r => r.CardNumber = "9000000000000002"), InvalidArgument, "CARD_NUMBER_MALFORMED", "card_number"),
        ["card: expired"] = new(b => b.IssueCardAsync(r => r.Expiry = "12/20"), FailedPrecondition, "CARD_EXPIRED", "expiry"),
        ["customer: not born yet"] = Customer(
            r => r.Customer.NationalId = "T90101001A", "NATIONAL_ID_MALFORMED", "customer.national_id"),
        ["customer: name without a letter"] = Customer(r => r.Customer.DisplayName = "12-34", "TEXT_NOT_ALLOWED", "customer.display_name"),
        ["customer: phone with letters"] = Customer(
            r => r.Customer.PhoneNumber = "+355 67 FLOWERS", "PHONE_NUMBER_MALFORMED", "customer.phone_number"),
        ["customer: phone with an extension"] = Customer(
            r => r.Customer.PhoneNumber = "+355672123456 ext. 7", "PHONE_NUMBER_MALFORMED", "customer.phone_number"),
        ["card: expiry"] = new(b => b.IssueCardAsync(r => r.Expiry = "13/30"), InvalidArgument, "CARD_EXPIRY_MALFORMED", "expiry"),
        ["card: unknown customer"] = new(
            b => b.IssueCardAsync(r => r.Customer = "customers/999999999"), NotFound, "CUSTOMER_NOT_FOUND", "customer"),
        ["card: other people's"] = new(
            b => b.IssueCardAsync(r => r.CardNumber = b.Besnik.Person.CardNumber), AlreadyExists, "CARD_TAKEN", "card_number"),
        ["deposit: no id"] = new(b => b.DepositAsync(r => r.TransferId = ""), InvalidArgument, "FIELD_MISSING", "transfer_id"),
        ["deposit: unknown account"] = new(
            b => b.DepositAsync(r => r.Account = $"accounts/{UnknownIban}"), NotFound, "ACCOUNT_NOT_FOUND", "account"),
        ["deposit: zero"] = new(
            b => b.DepositAsync(r => r.Amount.MinorUnits = 0), InvalidArgument, "AMOUNT_NOT_POSITIVE", "amount.minor_units"),
        ["deposit: too large"] = new(
            b => b.DepositAsync(r => r.Amount.MinorUnits = AmountMax + 1), InvalidArgument, "AMOUNT_TOO_LARGE", "amount.minor_units"),
        ["deposit: other currency"] = new(
            b => b.DepositAsync(r => r.Amount.CurrencyCode = "EUR"), FailedPrecondition, "CURRENCY_MISMATCH", "amount"),
        ["withdrawal: negative"] = new(
            b => b.WithdrawAsync(r => r.Amount.MinorUnits = -5), InvalidArgument, "AMOUNT_NOT_POSITIVE", "amount.minor_units"),
        ["withdrawal: other currency"] = new(
            b => b.WithdrawAsync(r => r.Amount.CurrencyCode = "USD"), FailedPrecondition, "CURRENCY_MISMATCH", "amount"),

        // Enrolment and sign-in
        ["enrolment: no identifier"] = Enrol(r => r.Identifier = "", "FIELD_MISSING", "identifier"),
        ["enrolment: identifier"] = Enrol(r => r.Identifier = "Arta", "CUSTOMER_NUMBER_MALFORMED", "identifier"),
        ["enrolment: card number"] = Enrol(r => r.CardNumber = "1234", "CARD_NUMBER_MALFORMED", "card_number"),
        ["enrolment: card expiry"] = Enrol(r => r.CardExpiry = "2030-01", "CARD_EXPIRY_MALFORMED", "card_expiry"),
        ["enrolment: no device"] = Enrol(r => r.Device = null, "FIELD_MISSING", "device"),
        ["enrolment: device id"] = Enrol(r => r.Device.DeviceId = "phone", "DEVICE_ID_MALFORMED", "device.device_id"),
        ["enrolment: device name"] = Enrol(r => r.Device.DisplayName = new string('x', 61), "TEXT_TOO_LONG", "device.display_name"),
        ["enrolment: device platform"] = Enrol(r => r.Device.Platform = DevicePlatform.Unspecified, "FIELD_MISSING", "device.platform"),
        ["enrolment: push token"] = Enrol(r => r.Device.PushToken = new string('x', 513), "TEXT_TOO_LONG", "device.push_token"),
        ["enrolment: push token with a line break"] = Enrol(r => r.Device.PushToken = "a\nb", "TEXT_NOT_ALLOWED", "device.push_token"),
        ["enrolment: no request id"] = Enrol(r => r.RequestId = "", "FIELD_MISSING", "request_id"),
        ["enrolment: request id"] = Enrol(r => r.RequestId = "1", "REQUEST_ID_MALFORMED", "request_id"),
        ["sign-in: identifier"] = new(
            b => b.BeginSignInAsync(r => r.Identifier = new string('1', 50_000)),
            InvalidArgument,
            "CUSTOMER_NUMBER_MALFORMED",
            "identifier"),
        ["sign-in: no password"] = new(b => b.BeginSignInAsync(r => r.Password = ""), InvalidArgument, "FIELD_MISSING", "password"),
        ["sign-in: oversized password"] = new(
            b => b.BeginSignInAsync(r => r.Password = new string('x', 50_000)), InvalidArgument, "PASSWORD_TOO_LONG", "password"),
        ["sign-in: no request id"] = new(b => b.BeginSignInAsync(r => r.RequestId = ""), InvalidArgument, "FIELD_MISSING", "request_id"),
        ["sign-in: request id that is nil"] = new(
            b => b.BeginSignInAsync(r => r.RequestId = Guid.Empty.ToString()), InvalidArgument, "REQUEST_ID_MALFORMED", "request_id"),
        ["sign-in: id"] = new(b => b.CompleteSignInAsync(r => r.SignInId = "x"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "sign_in_id"),
        ["sign-in: unknown id"] = new(b => b.CompleteSignInAsync(_ => { }), Unauthenticated, "FNP_EXPIRED", "fnp"),
        ["sign-in: FNP"] = new(b => b.CompleteSignInAsync(r => r.Fnp = "12345"), InvalidArgument, "FNP_MALFORMED", "fnp"),
        ["sign-in: FNP in other numerals"] = new(
            b => b.CompleteSignInAsync(r => r.Fnp = "\u2160\u2161\u2162\u2163\u2164\u2165"), InvalidArgument, "FNP_MALFORMED", "fnp"),
        ["refresh: no token"] = new(b => b.RefreshAsync(""), InvalidArgument, "FIELD_MISSING", "refresh_token"),
        ["refresh: no request id"] = new(
            b => b.RefreshAsync(b.Arta.App.Session!.RefreshToken, ""), InvalidArgument, "FIELD_MISSING", "request_id"),
        ["refresh: request id"] = new(
            b => b.RefreshAsync(b.Arta.App.Session!.RefreshToken, "x"), InvalidArgument, "REQUEST_ID_MALFORMED", "request_id"),
        ["refresh: garbage"] = new(b => b.RefreshAsync("garbage"), Unauthenticated, "SESSION_ENDED"),
        ["refresh: oversized"] = new(b => b.RefreshAsync(new string('A', 50_000)), Unauthenticated, "SESSION_ENDED"),
        ["refresh: access token"] = new(b => b.RefreshAsync(b.Arta.App.Session!.AccessToken), Unauthenticated, "SESSION_ENDED"),
        ["resend: no id"] = new(b => b.ResendFnpAsync(r => r.AttemptId = ""), InvalidArgument, "FIELD_MISSING", "attempt_id"),
        ["resend: id"] = new(b => b.ResendFnpAsync(r => r.AttemptId = "x"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "attempt_id"),
        ["resend: device id"] = new(b => b.ResendFnpAsync(r => r.DeviceId = "phone"), InvalidArgument, "DEVICE_ID_MALFORMED", "device_id"),
        ["resend: unknown id"] = new(b => b.ResendFnpAsync(_ => { }), Unauthenticated, "FNP_EXPIRED"),
        ["delivery: id"] = new(
            b => b.GetFnpDeliveryAsync(r => r.AttemptId = "x"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "attempt_id"),
        ["delivery: no device id"] = new(b => b.GetFnpDeliveryAsync(r => r.DeviceId = ""), InvalidArgument, "FIELD_MISSING", "device_id"),
        ["delivery: unknown id"] = new(b => b.GetFnpDeliveryAsync(_ => { }), Unauthenticated, "FNP_EXPIRED"),
        ["report: no reference"] = new(b => b.ReportFnpAsync(""), InvalidArgument, "FIELD_MISSING", "reference"),
        ["report: short reference"] = new(b => b.ReportFnpAsync("ABCDEFG"), InvalidArgument, "FNP_REFERENCE_MALFORMED", "reference"),
        ["report: reference in other letters"] = new(
            b => b.ReportFnpAsync("ABCDEFGË"), InvalidArgument, "FNP_REFERENCE_MALFORMED", "reference"),
        ["report: oversized reference"] = new(
            b => b.ReportFnpAsync(new string('A', 50_000)), InvalidArgument, "FNP_REFERENCE_MALFORMED", "reference"),
        ["report: SQL"] = new(b => b.ReportFnpAsync("';drop"), InvalidArgument, "FNP_REFERENCE_MALFORMED", "reference"),
        ["reset: no identifier"] = new(
            b => b.BeginPasswordResetAsync(r => r.Identifier = ""), InvalidArgument, "FIELD_MISSING", "identifier"),
        ["reset: identifier"] = new(
            b => b.BeginPasswordResetAsync(r => r.Identifier = "Arta"), InvalidArgument, "CUSTOMER_NUMBER_MALFORMED", "identifier"),
        ["reset: card number"] = new(
            b => b.BeginPasswordResetAsync(r => r.CardNumber = "1234"), InvalidArgument, "CARD_NUMBER_MALFORMED", "card_number"),
        ["reset: card expiry"] = new(
            b => b.BeginPasswordResetAsync(r => r.CardExpiry = "00/30"), InvalidArgument, "CARD_EXPIRY_MALFORMED", "card_expiry"),
        ["reset: no device"] = new(b => b.BeginPasswordResetAsync(r => r.Device = null), InvalidArgument, "FIELD_MISSING", "device"),
        ["reset: no request id"] = new(
            b => b.BeginPasswordResetAsync(r => r.RequestId = ""), InvalidArgument, "FIELD_MISSING", "request_id"),
        ["reset: id"] = new(
            b => b.CompletePasswordResetAsync(r => r.PasswordResetId = "x"),
            InvalidArgument,
            "RESOURCE_NAME_MALFORMED",
            "password_reset_id"),
        ["reset: device id"] = new(
            b => b.CompletePasswordResetAsync(r => r.DeviceId = "x"), InvalidArgument, "DEVICE_ID_MALFORMED", "device_id"),
        ["reset: FNP"] = new(b => b.CompletePasswordResetAsync(r => r.Fnp = "12345a"), InvalidArgument, "FNP_MALFORMED", "fnp"),
        ["reset: no password"] = new(b => b.CompletePasswordResetAsync(r => r.Password = ""), InvalidArgument, "FIELD_MISSING", "password"),
        ["reset: short password"] = new(
            b => b.CompletePasswordResetAsync(r => r.Password = "kaq1"), InvalidArgument, "PASSWORD_TOO_SHORT", "password"),
        ["reset: password with a line break"] = new(
            b => b.CompletePasswordResetAsync(r => r.Password = "ujku dhe\n77"), InvalidArgument, "TEXT_NOT_ALLOWED", "password"),
        ["reset: unknown id"] = new(b => b.CompletePasswordResetAsync(_ => { }), Unauthenticated, "FNP_EXPIRED", "fnp"),

        // A customer's own security
        ["password change: no current one"] = new(
            b => b.BeginPasswordChangeAsync(""), InvalidArgument, "FIELD_MISSING", "current_password"),
        ["password change: oversized current one"] = new(
            b => b.BeginPasswordChangeAsync(new string('x', 50_000)), InvalidArgument, "PASSWORD_TOO_LONG", "current_password"),
        ["password change: no request id"] = new(
            b => b.BeginPasswordChangeAsync(b.Arta.Person.Password, ""), InvalidArgument, "FIELD_MISSING", "request_id"),
        ["password change: id"] = new(
            b => b.CompletePasswordChangeAsync(r => r.PasswordChangeId = "x"),
            InvalidArgument,
            "RESOURCE_NAME_MALFORMED",
            "password_change_id"),
        ["password change: device id"] = new(
            b => b.CompletePasswordChangeAsync(r => r.DeviceId = ""), InvalidArgument, "FIELD_MISSING", "device_id"),
        ["password change: FNP"] = new(b => b.CompletePasswordChangeAsync(r => r.Fnp = "1234567"), InvalidArgument, "FNP_MALFORMED", "fnp"),
        ["password change: common password"] = new(
            b => b.CompletePasswordChangeAsync(r => r.Password = "Tirana2026!"), InvalidArgument, "PASSWORD_TOO_COMMON", "password"),
        ["password change: unknown id"] = new(b => b.CompletePasswordChangeAsync(_ => { }), Unauthenticated, "FNP_EXPIRED", "fnp"),
        ["session: no name"] = new(b => b.DeleteSessionAsync(""), InvalidArgument, "FIELD_MISSING", "name"),
        ["session: malformed"] = new(
            b => b.DeleteSessionAsync(Guid.NewGuid().ToString()), InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
        ["session: upper case"] = new(
            b => b.DeleteSessionAsync("sessions/0190F5A0-0000-7000-8000-000000000001"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
        ["device: none"] = new(b => b.UpdateDeviceAsync(r => r.Device = null), InvalidArgument, "FIELD_MISSING", "device"),
        ["device: malformed"] = new(
            b => b.UpdateDeviceAsync(r => r.Device.Name = "devices/1"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "device.name"),
        ["device: unknown"] = new(
            b => b.UpdateDeviceAsync(r => r.Device.Name = $"devices/{Guid.NewGuid()}"), NotFound, "DEVICE_NOT_FOUND", "device.name"),
        ["device: other people's"] = new(
            b => b.UpdateDeviceAsync(r => r.Device.Name = $"devices/{b.Besnik.Person.DeviceId}"),
            NotFound, "DEVICE_NOT_FOUND", "device.name"),
        ["device: no mask"] = new(b => b.UpdateDeviceAsync(r => r.UpdateMask = null), InvalidArgument, "FIELD_MISSING", "update_mask"),
        ["device: empty mask"] = new(
            b => b.UpdateDeviceAsync(r => r.UpdateMask.Paths.Clear()), InvalidArgument, "FIELD_MISSING", "update_mask"),
        ["device: mask of another field"] = new(
            b => b.UpdateDeviceAsync(r => r.UpdateMask.Paths.Add("platform")), InvalidArgument, "UPDATE_MASK_INVALID", "update_mask"),
        ["device: blank name"] = new(
            b => b.UpdateDeviceAsync(r => r.Device.DisplayName = " \t "), InvalidArgument, "FIELD_MISSING", "device.display_name"),
        ["device: long name"] = new(
            b => b.UpdateDeviceAsync(r => r.Device.DisplayName = new string('x', 61)),
            InvalidArgument, "TEXT_TOO_LONG", "device.display_name"),
        ["device: name with bidi"] = new(
            b => b.UpdateDeviceAsync(r => r.Device.DisplayName = "Tel\u202E"),
            InvalidArgument, "TEXT_NOT_ALLOWED", "device.display_name"),
        ["device: long push token"] = new(
            b => b.UpdateDeviceAsync(r => r.Device.PushToken = new string('x', 513)),
            InvalidArgument, "TEXT_TOO_LONG", "device.push_token"),
        ["device: deleted without a name"] = new(b => b.DeleteDeviceAsync(""), InvalidArgument, "FIELD_MISSING", "name"),
        ["device: deleted by a malformed name"] = new(
            b => b.DeleteDeviceAsync("devices/1"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
        ["security events: negative page size"] = new(
            b => b.ListSecurityEventsAsync(-1), InvalidArgument, "PAGE_SIZE_INVALID", "page_size"),
        ["security events: page token of notifications"] = new(
            b => b.ListSecurityEventsAsync(pageToken: b.InboxTokenOfBesnik), InvalidArgument, "PAGE_TOKEN_MALFORMED", "page_token"),

        // At the operations desk
        ["approvals: negative page size"] = new(
            b => b.Bank.Operations.ListApprovalsAsync(-1), InvalidArgument, "PAGE_SIZE_INVALID", "page_size"),
        ["approvals: page token of notifications"] = new(
            b => b.Bank.Operations.ListApprovalsAsync(pageToken: b.InboxTokenOfBesnik),
            InvalidArgument,
            "PAGE_TOKEN_MALFORMED",
            "page_token"),
        ["confirm: no name"] = new(b => b.Bank.Operations.ConfirmAsync(""), InvalidArgument, "FIELD_MISSING", "name"),
        ["confirm: no number"] = new(
            b => b.Bank.Operations.ConfirmAsync("approvals/x"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
        ["confirm: number with a zero before it"] = new(
            b => b.Bank.Operations.ConfirmAsync("approvals/01"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
        ["confirm: number beyond 64 bits"] = new(
            b => b.Bank.Operations.ConfirmAsync("approvals/9223372036854775808"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
        ["confirm: unknown"] = new(
            b => b.Bank.Operations.ConfirmAsync($"approvals/{long.MaxValue}"), NotFound, "APPROVAL_NOT_FOUND", "name"),
        ["reject: malformed"] = new(
            b => b.Bank.Operations.RejectAsync("supportCases/1", "Gabim"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
        ["reject: no note"] = new(b => b.Bank.Operations.RejectAsync("approvals/1", ""), InvalidArgument, "FIELD_MISSING", "note"),
        ["reject: long note"] = new(
            b => b.Bank.Operations.RejectAsync("approvals/1", new string('x', 141)), InvalidArgument, "TEXT_TOO_LONG", "note"),
        ["reject: unknown"] = new(
            b => b.Bank.Operations.RejectAsync($"approvals/{long.MaxValue}", "Gabim"), NotFound, "APPROVAL_NOT_FOUND", "name"),
        ["raise: no note"] = new(
            b => b.Bank.Operations.SetOverdraftLimitAsync(b.Arta.Account.Name, 1, ""), InvalidArgument, "FIELD_MISSING", "note"),
        ["raise: unknown account"] = new(
            b => b.Bank.Operations.SetOverdraftLimitAsync($"accounts/{UnknownIban}", 1, "Kontratë"), NotFound, "ACCOUNT_NOT_FOUND",
            "account"),
        ["reopen: unknown account"] = new(
            b => b.Bank.Operations.ReopenAsync($"accounts/{UnknownIban}", "U kthye"), NotFound, "ACCOUNT_NOT_FOUND", "account"),

        // Confirmations, trusted payees, limits
        ["confirmation: id"] = Pay(
            (b, r) => Confirm(r, b, c => c.ConfirmationId = "x"),
            "RESOURCE_NAME_MALFORMED",
            "confirmation.confirmation_id",
            InvalidArgument),
        ["confirmation: device"] = Pay(
            (b, r) => Confirm(r, b, c => c.DeviceId = "x"), "DEVICE_ID_MALFORMED", "confirmation.device_id", InvalidArgument),
        ["confirmation: FNP"] = Pay((b, r) => Confirm(r, b, c => c.Fnp = "12345"), "FNP_MALFORMED", "confirmation.fnp", InvalidArgument),
        ["confirmation: that nobody asked for"] = Pay((b, r) => Confirm(r, b, _ => { }), "FNP_EXPIRED", "fnp", Unauthenticated),
        ["confirm: nothing"] = new(
            b => b.BeginConfirmationAsync(new BeginConfirmationRequest()), InvalidArgument, "FIELD_MISSING", "operation"),
        ["confirm payment: no request id"] = new(
            b => b.BeginConfirmationAsync(new() { Transfer = b.Arta.Payment(b.Besnik, 1_00) }, ""), InvalidArgument, "FIELD_MISSING",
            "request_id"),
        ["confirm payment: transfer id"] = Begin(r => r.TransferId = "42", "TRANSFER_ID_MALFORMED", "transfer.transfer_id"),
        ["confirm payment: source"] = Begin(r => r.SourceAccount = "", "FIELD_MISSING", "transfer.source_account"),
        ["confirm payment: payee"] = Begin(r => r.PayeeIban = "Besnik", "IBAN_MALFORMED", "transfer.payee_iban"),
        ["confirm payment: amount"] = Begin(r => r.Amount.MinorUnits = 0, "AMOUNT_NOT_POSITIVE", "transfer.amount.minor_units"),
        ["confirm payment: reference"] = Begin(r => r.Reference = "Qira\0", "TEXT_NOT_ALLOWED", "transfer.reference"),
        ["confirm payment: unknown payee"] = Begin(
            r => r.PayeeIban = UnknownIban, "PAYEE_CANNOT_RECEIVE", "transfer.payee_iban", FailedPrecondition),
        ["confirm payment: other people's account"] = new(
            b => b.BeginPaymentAsync(r => (r.SourceAccount, r.PayeeIban) = (b.Besnik.Account.Name, b.Arta.Account.Iban)), NotFound,
            "ACCOUNT_NOT_FOUND", "transfer.source_account"),
        ["confirm payee: IBAN"] = new(
            b => b.BeginConfirmationAsync(new() { TrustedPayee = new() { PayeeIban = "x" } }),
            InvalidArgument,
            "IBAN_MALFORMED",
            "trusted_payee.payee_iban"),
        ["confirm payee: unknown"] = new(
            b => b.BeginConfirmationAsync(new() { TrustedPayee = new() { PayeeIban = UnknownIban } }), FailedPrecondition,
            "PAYEE_CANNOT_RECEIVE", "trusted_payee.payee_iban"),
        ["confirm limits: none"] = new(
            b => b.BeginConfirmationAsync(new() { PaymentLimits = new() { Account = b.Arta.Account.Name } }),
            InvalidArgument,
            "FIELD_MISSING",
            "payment_limits.limits"),
        ["confirm limits: account"] = new(
            b => b.BeginConfirmationAsync(new() { PaymentLimits = new() { Account = "x", Limits = new() } }),
            InvalidArgument,
            "RESOURCE_NAME_MALFORMED",
            "payment_limits.account"),
        ["confirm limits: not set"] = new(
            b => b.BeginConfirmationAsync(new() { PaymentLimits = new() { Account = b.Arta.Account.Name, Limits = new() } }),
            InvalidArgument, "FIELD_MISSING", "payment_limits.limits.payment_minor_units"),
        ["confirm limits: other people's account"] = new(
            b => b.BeginConfirmationAsync(new()
            {
                PaymentLimits = new()
                {
                    Account = b.Besnik.Account.Name,
                    Limits = new() { PaymentMinorUnits = 0, DayMinorUnits = 0, MonthMinorUnits = 0 },
                },
            }),
            NotFound, "ACCOUNT_NOT_FOUND", "payment_limits.account"),
        ["trust: no IBAN"] = new(b => b.TrustAsync(r => r.PayeeIban = ""), InvalidArgument, "FIELD_MISSING", "payee_iban"),
        ["trust: no FNP"] = new(b => b.TrustAsync(r => r.Confirmation = null), FailedPrecondition, "CONFIRMATION_REQUIRED"),
        ["trust: FNP"] = new(b => b.TrustAsync(r => r.Confirmation.Fnp = ""), InvalidArgument, "FIELD_MISSING", "confirmation.fnp"),
        ["trust: unknown payee"] = new(
            b => b.TrustAsync(r => r.PayeeIban = UnknownIban), Unauthenticated, "FNP_EXPIRED", "fnp"),
        ["trust: FNP that nobody asked for"] = new(b => b.TrustAsync(_ => { }), Unauthenticated, "FNP_EXPIRED", "fnp"),
        ["distrust: no name"] = new(b => b.DistrustAsync(""), InvalidArgument, "FIELD_MISSING", "name"),
        ["distrust: malformed name"] = new(
            b => b.DistrustAsync($"accounts/{UnknownIban}"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
        ["distrust: not trusted"] = new(
            b => b.DistrustAsync($"trustedPayees/{b.Besnik.Account.Iban}"), NotFound, "TRUSTED_PAYEE_NOT_FOUND", "name"),
        ["distrust: unknown"] = new(b => b.DistrustAsync($"trustedPayees/{UnknownIban}"), NotFound, "TRUSTED_PAYEE_NOT_FOUND", "name"),
        ["limits: no account"] = new(b => b.GetLimitsAsync(""), InvalidArgument, "FIELD_MISSING", "account"),
        ["limits: unknown account"] = new(b => b.GetLimitsAsync($"accounts/{UnknownIban}"), NotFound, "ACCOUNT_NOT_FOUND", "account"),
        ["limits: other people's account"] = new(b => b.GetLimitsAsync(b.Besnik.Account.Name), NotFound, "ACCOUNT_NOT_FOUND", "account"),
        ["limits: none"] = new(b => b.SetLimitsAsync(r => r.Limits = null), InvalidArgument, "FIELD_MISSING", "limits"),
        ["limits: negative"] = new(
            b => b.SetLimitsAsync(r => r.Limits.PaymentMinorUnits = -1), InvalidArgument, "PAYMENT_LIMITS_INVALID", "limits"),
        ["limits: a day above the month"] = new(
            b => b.SetLimitsAsync(r => r.Limits.DayMinorUnits = 4), InvalidArgument, "PAYMENT_LIMITS_INVALID", "limits"),
        ["limits: above the ceiling"] = new(
            b => b.SetLimitsAsync(r => r.Limits.MonthMinorUnits = long.MaxValue), InvalidArgument, "PAYMENT_LIMITS_INVALID", "limits"),
        ["limits: of other people's account"] = new(
            b => b.SetLimitsAsync(r => r.Account = b.Besnik.Account.Name), NotFound, "ACCOUNT_NOT_FOUND", "account"),
        ["limits: FNP that nobody asked for"] = new(
            b => b.SetLimitsAsync(r => r.Confirmation = b.NewConfirmation()), Unauthenticated, "FNP_EXPIRED", "fnp"),

        // At the contact centre
        ["caller: malformed customer"] = new(
            b => b.IdentifyCallerAsync(r => r.Customer = "customers/1"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "customer"),
        ["caller: NID"] = new(b => b.IdentifyCallerAsync(r => r.NationalId = "1"), InvalidArgument, "NATIONAL_ID_MALFORMED", "national_id"),
        ["caller: five digits"] = new(
            b => b.IdentifyCallerAsync(r => r.CardLastFourDigits = "12345"),
            InvalidArgument,
            "CARD_NUMBER_MALFORMED",
            "card_last_four_digits"),
        ["caller: unknown customer"] = new(
            b => b.IdentifyCallerAsync(r => r.Customer = "customers/999999999"), NotFound, "CUSTOMER_NOT_FOUND", "customer"),
        ["standing: unknown customer"] = new(
            b => b.Bank.ContactCentre.GetStandingAsync("customers/999999999"), NotFound, "CUSTOMER_NOT_FOUND", "customer"),
        ["unlock: no note"] = new(
            b => b.Bank.ContactCentre.UnlockAsync(b.Arta.Customer.Name, ""), InvalidArgument, "FIELD_MISSING", "note"),
        ["unlock: long note"] = new(
            b => b.Bank.ContactCentre.UnlockAsync(b.Arta.Customer.Name, new string('x', 141)), InvalidArgument, "TEXT_TOO_LONG", "note"),
        ["unlock: not identified"] = new(
            b => b.Bank.ContactCentre.UnlockAsync(b.Arta.Customer.Name, "thirri"), FailedPrecondition, "CALLER_NOT_IDENTIFIED"),
        ["suspend: blank note"] = new(
            b => b.Bank.ContactCentre.SuspendPhoneAsync(b.Arta.Customer.Name, " "), InvalidArgument, "FIELD_MISSING", "note"),
        ["suspend: unknown customer"] = new(
            b => b.Bank.ContactCentre.SuspendPhoneAsync("customers/999999999", "thirri"), NotFound, "CUSTOMER_NOT_FOUND", "customer"),
        ["resume: note with a control character"] = new(
            b => b.Bank.ContactCentre.ResumePhoneAsync(b.Arta.Customer.Name, "thirri\u0007"), InvalidArgument, "TEXT_NOT_ALLOWED", "note"),
        ["cards: no note"] = new(
            b => b.Bank.ContactCentre.BlockCardsAsync(b.Arta.Customer.Name, ""), InvalidArgument, "FIELD_MISSING", "note"),
        ["cards: unknown customer"] = new(
            b => b.Bank.ContactCentre.BlockCardsAsync("customers/999999999", "thirri"), NotFound, "CUSTOMER_NOT_FOUND", "customer"),
        ["events: negative page size"] = new(
            b => b.ListCustomerSecurityEventsAsync(r => r.PageSize = -1), InvalidArgument, "PAGE_SIZE_INVALID", "page_size"),
        ["events: garbage for a page token"] = new(
            b => b.ListCustomerSecurityEventsAsync(r => r.PageToken = "§§§"), InvalidArgument, "PAGE_TOKEN_MALFORMED", "page_token"),
        ["SMS: unknown customer"] = new(
            b => b.Bank.ContactCentre.ListFnpMessagesAsync("customers/999999999"), NotFound, "CUSTOMER_NOT_FOUND", "customer"),
        ["phone: malformed"] = new(
            b => b.ChangePhoneNumberAsync(r => r.PhoneNumber = "0671234567x"), InvalidArgument, "PHONE_NUMBER_MALFORMED", "phone_number"),
        ["phone: no note"] = new(b => b.ChangePhoneNumberAsync(r => r.Note = ""), InvalidArgument, "FIELD_MISSING", "note"),
        ["phone: unknown customer"] = new(
            b => b.ChangePhoneNumberAsync(r => r.Customer = "customers/999999999"), NotFound, "CUSTOMER_NOT_FOUND", "customer"),
        ["correction: no customer"] = new(
            b => b.UpdateCustomerAsync(r => r.Customer = null), InvalidArgument, "FIELD_MISSING", "customer"),
        ["correction: no mask"] = new(
            b => b.UpdateCustomerAsync(r => r.UpdateMask = null), InvalidArgument, "FIELD_MISSING", "update_mask"),
        ["correction: phone in the mask"] = new(
            b => b.UpdateCustomerAsync(r => r.UpdateMask.Paths.Add("phone_number")), InvalidArgument, "UPDATE_MASK_INVALID", "update_mask"),
        ["correction: no note"] = new(b => b.UpdateCustomerAsync(r => r.Note = ""), InvalidArgument, "FIELD_MISSING", "note"),
        ["correction: customer malformed"] = new(
            b => b.UpdateCustomerAsync(r => r.Customer.Name = "customers/1"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "customer.name"),
        ["correction: unknown customer"] = new(
            b => b.UpdateCustomerAsync(r => r.Customer.Name = "customers/999999999"), NotFound, "CUSTOMER_NOT_FOUND", "customer.name"),
        ["correction: no name"] = new(
            b => b.UpdateCustomerAsync(r => r.Customer.DisplayName = ""), InvalidArgument, "FIELD_MISSING", "customer.display_name"),
        ["correction: name of digits"] = new(
            b => b.UpdateCustomerAsync(r => r.Customer.DisplayName = "12"), InvalidArgument, "TEXT_NOT_ALLOWED", "customer.display_name"),
        ["correction: NID malformed"] = new(
            b => b.UpdateCustomerAsync(r => r.Customer.NationalId = "J0010100"), InvalidArgument, "NATIONAL_ID_MALFORMED",
            "customer.national_id"),
        ["correction: NID of another"] = new(
            b => b.UpdateCustomerAsync(r => r.Customer.NationalId = b.Besnik.Person.NationalId), AlreadyExists, "NATIONAL_ID_TAKEN",
            "customer.national_id"),
        ["corrections: page size"] = new(
            b => b.ListCustomerCorrectionsAsync(pageSize: -1), InvalidArgument, "PAGE_SIZE_INVALID", "page_size"),
        ["corrections: page token"] = new(
            b => b.ListCustomerCorrectionsAsync(pageToken: "x"), InvalidArgument, "PAGE_TOKEN_MALFORMED", "page_token"),
        ["correction: confirm malformed"] = new(
            b => b.ConfirmCustomerCorrectionAsync("approvals/1"), InvalidArgument, "RESOURCE_NAME_MALFORMED", "name"),
        ["correction: confirm unknown"] = new(
            b => b.ConfirmCustomerCorrectionAsync("customerCorrections/999999"), NotFound, "APPROVAL_NOT_FOUND", "name"),
        ["correction: reject without a note"] = new(
            b => b.RejectCustomerCorrectionAsync(r => r.Note = ""), InvalidArgument, "FIELD_MISSING", "note"),
        ["correction: reject unknown"] = new(
            b => b.RejectCustomerCorrectionAsync(_ => { }), NotFound, "APPROVAL_NOT_FOUND", "name"),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public async Task AnyCall_BadInput_IsRefusedForItsReasonAndLeavesNoTrace(string name)
    {
        var expected = Cases[name];
        var before = await bank.TraceAsync();
        var refused = await Refused.ByAsync(() => expected.Call(bank));
        Assert.Equal(new Refused(expected.Code, expected.Reason, expected.Field), refused);
        Assert.Equal(before, await bank.TraceAsync());
    }

    [Fact]
    public async Task AnyCall_OtherPeoplesThings_AnswersAsIfTheyDidNotExist()
    {
        var unknown = $"accounts/{UnknownIban}";
        Assert.Equal(
            await Refused.WholeAnswerAsync(() => bank.GetAccountAsync(unknown)),
            await Refused.WholeAnswerAsync(() => bank.GetAccountAsync(bank.Besnik.Account.Name)));
        Assert.Equal(
            await Refused.WholeAnswerAsync(() => bank.ListTransactionsAsync(unknown)),
            await Refused.WholeAnswerAsync(() => bank.ListTransactionsAsync(bank.Besnik.Account.Name)));
        Assert.Equal(
            await Refused.WholeAnswerAsync(() => bank.Arta.App.GetTransferAsync($"transfers/{Guid.CreateVersion7()}")),
            await Refused.WholeAnswerAsync(() => bank.Arta.App.GetTransferAsync(bank.OfBesnik.Name)));
        Assert.Equal(
            await Refused.WholeAnswerAsync(() => bank.PayAsync(r => r.SourceAccount = unknown)),
            await Refused.WholeAnswerAsync(
                () => bank.PayAsync(r => (r.SourceAccount, r.PayeeIban) = (bank.Besnik.Account.Name, bank.Arta.Account.Iban))));
    }

    [Fact]
    public async Task GetAccount_UnknownByManyAtOnce_IsNotFoundForAll()
    {
        var refusals = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => Refused.ByAsync(() => bank.GetAccountAsync($"accounts/{UnknownIban}"))));
        Assert.All(refusals, refused => Assert.Equal(new Refused(NotFound, "ACCOUNT_NOT_FOUND", "name"), refused));
    }

    [Fact]
    public async Task AnyCall_MessageAbove64Kib_IsRefusedWithoutATrace()
    {
        var before = await bank.TraceAsync();
        var refused = await Refused.ByAsync(() => bank.PayAsync(r => r.Reference = new string('x', 66_000)));
        Assert.Equal(new Refused(InvalidArgument, "MESSAGE_TOO_LARGE"), refused);
        Assert.Equal(before, await bank.TraceAsync());
    }

    [Fact]
    public async Task AnyCall_BytesThatAreNoMessage_IsRefusedWithoutATrace()
    {
        bank.Bank.ExpectErrors("InvalidProtocolBufferException");
        var before = await bank.TraceAsync();
        var refused = await Refused.ByAsync(() => bank.CallAsync("bktsmart.v1.TransferService", "CreateTransfer", [0xFF, 0xFF, 0xFF]));
        Assert.Equal(new Refused(InvalidArgument, "MESSAGE_MALFORMED"), refused);
        Assert.Equal(before, await bank.TraceAsync());
    }

    [Fact]
    public async Task AnyCall_UnknownMethod_IsUnimplemented()
    {
        var answer = await Refused.WholeAnswerAsync(() => bank.CallAsync("bktsmart.v1.TransferService", "DeleteTransfer", []));
        Assert.StartsWith("Unimplemented", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pay_DecomposedText_IsBookedNormalised()
    {
        var request = bank.Arta.Payment(bank.Besnik, 1_00, "  Qiraja e\u0308   e nëntorit\t2026\r\n");
        var transfer = await bank.Arta.App.PayAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("Qiraja ë e nëntorit 2026", transfer.Reference);

        // The composed form is the same content.
        request.Reference = "Qiraja ë e nëntorit 2026";
        Assert.Equal(transfer, await bank.Arta.App.PayAsync(request, TestContext.Current.CancellationToken));
        await bank.Bank.DrainAsync();
    }

    [Fact]
    public async Task Pay_ReferenceOf140Characters_IsBooked()
    {
        var request = bank.Arta.Payment(bank.Besnik, 1_00, string.Concat(Enumerable.Repeat("ë", 140)));
        var transfer = await bank.Arta.App.PayAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(request.Reference, transfer.Reference);
        await bank.Bank.DrainAsync();
    }

    private static Case Pay(Action<CreateTransferRequest> spoil, string reason, string field, StatusCode code = InvalidArgument) =>
        new(bank => bank.PayAsync(spoil), code, reason, field);

    private static Case Pay(
        Action<BadInputBank, CreateTransferRequest> spoil, string reason, string field, StatusCode code = InvalidArgument) =>
        new(bank => bank.PayAsync(request => spoil(bank, request)), code, reason, field);

    private static Case Begin(Action<CreateTransferRequest> spoil, string reason, string field, StatusCode code = InvalidArgument) =>
        new(bank => bank.BeginPaymentAsync(spoil), code, reason, field);

    private static void Confirm(CreateTransferRequest request, BadInputBank bank, Action<Confirmation> spoil)
    {
        request.Confirmation = bank.NewConfirmation();
        spoil(request.Confirmation);
    }

    private static Case Read(Func<BadInputBank, Task> call, string reason, string? field, StatusCode code = InvalidArgument) =>
        new(call, code, reason, field);

    private static Case Asking(Func<BadInputBank, Task> call, string reason, StatusCode code = Unauthenticated) => new(call, code, reason);

    private static Case Customer(Action<CreateCustomerRequest> spoil, string reason, string field) =>
        new(bank => bank.CreateCustomerAsync(spoil), InvalidArgument, reason, field);

    private static Case Customer(Action<BadInputBank, CreateCustomerRequest> spoil, string reason, string field, StatusCode code) =>
        new(bank => bank.CreateCustomerAsync(request => spoil(bank, request)), code, reason, field);

    private static Case Agreement(int version, string reason) =>
        new(bank => bank.Bank.Desk.RecordAgreementAsync(bank.Arta.Customer.Name, version), InvalidArgument, reason, "version");

    private static Case Enrol(Action<BeginEnrolmentRequest> spoil, string reason, string field) =>
        new(bank => bank.BeginEnrolmentAsync(spoil), InvalidArgument, reason, field);

    // The last bits of a base64 text may not count, so it is the middle of the signature that changes.
    private static string Forged(BadInputBank bank)
    {
        var token = bank.Arta.App.Session!.AccessToken;
        var middle = token.Length - 40;
        return $"{token[..middle]}{(token[middle] == 'A' ? 'B' : 'A')}{token[(middle + 1)..]}";
    }

    private static string Unsigned(BadInputBank bank) =>
        $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{bank.Arta.App.Session!.AccessToken.Split('.')[1]}.";

    private static string WithSubject(BadInputBank bank)
    {
        var parts = bank.Besnik.App.Session!.AccessToken.Split('.');
        var claims = Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
        return $"{parts[0]}.{Encode(claims.Replace(bank.Besnik.Number, bank.Arta.Number, StringComparison.Ordinal))}.{parts[2]}";
    }

    private static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
