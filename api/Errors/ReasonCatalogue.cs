using System.Collections.Frozen;
using System.Text;
using Grpc.Core;

namespace BktSmart.Errors;

/// <summary>
/// The catalogue of errors (R15): what each <see cref="Reason"/> is to a program (name and gRPC status) and to a person, in Albanian and
/// English. The texts are for customers: they say what to do, and never more than the customer may know.
/// </summary>
/// <remarks>
/// <see cref="Reason.OutcomeUnknown"/> is UNKNOWN and not UNAVAILABLE or ABORTED: libraries repeat those two by themselves, and whether to
/// ask or to repeat is for the app to decide.
/// </remarks>
internal static class ReasonCatalogue
{
    /// <param name="ContactCentreHelps">Whether a program is given the number of the contact centre.</param>
    internal sealed record Entry(string Name, StatusCode Status, string Albanian, string English, bool ContactCentreHelps)
    {
        public string In(Language language) => language == Language.English ? English : Albanian;
    }

    private const string ContactCentre = ContactCentrePhone.Readable;

    private static readonly FrozenDictionary<Reason, Entry> Entries = Enum.GetValues<Reason>().ToFrozenDictionary(
        reason => reason, Describe);

    /// <summary>What a newer cluster gives as a reason, and this program does not know, is <see cref="Reason.Internal"/>.</summary>
    public static Entry Of(Reason reason) => Entries.GetValueOrDefault(reason) ?? Entries[Reason.Internal];

    private static Entry Describe(Reason reason)
    {
        var (status, albanian, english) = reason switch
        {
            // The request cannot be read.
            Reason.ResourceNameMalformed => Invalid(
                "Emri i burimit nuk ka formën e duhur.",
                "The resource name does not have the right form."),
            Reason.FieldMissing => Invalid(
                "Mungon një fushë e detyrueshme.",
                "A required field is missing."),
            Reason.TextTooLong => Invalid(
                "Teksti është shumë i gjatë.",
                "The text is too long."),
            Reason.TextNotAllowed => Invalid(
                "Teksti është shumë i shkurtër ose përmban shenja që nuk lejohen.",
                "The text is too short or contains characters that are not allowed."),
            Reason.PageSizeInvalid => Invalid(
                "Madhësia e faqes nuk mund të jetë negative.",
                "The page size cannot be negative."),
            Reason.PageTokenMalformed => Invalid(
                "Kjo listë nuk mund të vazhdohet. Hapeni përsëri nga fillimi.",
                "This list cannot be continued. Open it again from the start."),
            Reason.MessageMalformed => Invalid(
                "Kërkesa nuk mund të lexohet. Përditësoni aplikacionin.",
                "The request cannot be read. Update the app."),
            Reason.MessageTooLarge => Invalid(
                "Kërkesa është shumë e madhe.",
                "The request is too large."),
            Reason.HeadersTooLarge => (StatusCode.ResourceExhausted,
                "Kërkesa ka të dhëna shoqëruese shumë të mëdha. Përditësoni aplikacionin.",
                "The headers of the request are too large. Update the app."),
            Reason.MessageTooSlow => (StatusCode.Unavailable,
                "Kërkesa nuk mbërriti me kohë. Kontrolloni internetin dhe provoni përsëri.",
                "The request did not arrive in time. Check your connection and try again."),
            Reason.NumberNegative => Invalid(
                "Numri nuk mund të jetë negativ.",
                "The number cannot be negative."),
            Reason.IbanMalformed => Invalid(
                "IBAN-i nuk është i saktë. Kontrollojeni dhe provoni përsëri.",
                "The IBAN is not correct. Check it and try again."),
            Reason.TransferIdMalformed => Invalid(
                "Identifikuesi i transfertës duhet të jetë një UUID i versionit 7 (ose 4).",
                "The transfer id must be a UUID of version 7 (or 4)."),
            Reason.RequestIdMalformed => Invalid(
                "Identifikuesi i kërkesës duhet të jetë një UUID.",
                "The request id must be a UUID."),
            Reason.AmountNotPositive => Invalid(
                "Shuma duhet të jetë më e madhe se zero.",
                "The amount must be greater than zero."),
            Reason.AmountTooLarge => Invalid(
                "Shuma është më e madhe se sa lejohet për një transfertë.",
                "The amount is larger than one transfer may be."),
            Reason.CurrencyUnknown => Invalid(
                "Banka nuk mban llogari në këtë monedhë.",
                "The bank does not keep accounts in this currency."),
            Reason.TimeMalformed => Invalid(
                "Koha nuk ka formën e duhur.",
                "The time does not have the right form."),
            Reason.TooManyAccounts => Invalid(
                "Jepni nga 1 deri në 1000 llogari.",
                "Give 1 to 1,000 accounts."),
            Reason.FreezeUnknown => Invalid(
                "Thoni çfarë duhet bllokuar: debitimet, kreditimet, të dyja ose asgjë.",
                "Say what is to be blocked: debits, credits, both or nothing."),
            Reason.CustomerNumberMalformed => Invalid(
                "Shkruani numrin e klientit me nëntë shifra ose numrin personal (NID) të kartës së identitetit.",
                "Enter the nine-digit customer number or the personal number (NID) of the identity card."),
            Reason.NationalIdMalformed => Invalid(
                "Numri personal (NID) nuk është i saktë.",
                "The personal number (NID) is not correct."),
            Reason.PhoneNumberMalformed => Invalid(
                "Numri i celularit nuk është i saktë.",
                "The mobile number is not correct."),
            Reason.LanguageUnknown => Invalid(
                "Gjuha duhet të jetë shqip ose anglisht.",
                "The language must be Albanian or English."),
            Reason.AgreementVersionInvalid => Invalid(
                "Versioni i marrëveshjes (KSHBI) duhet të jetë nga 1 deri në 999 dhe nuk mund të kthehet mbrapa.",
                "The version of the agreement (KSHBI) must be from 1 to 999 and cannot go back."),
            Reason.BranchCodeMalformed => Invalid(
                "Kodi i degës ka katër shifra.",
                "A branch code has four digits."),
            Reason.CardNumberMalformed => Invalid(
                "Numri i kartës nuk është i saktë. Kontrollojeni dhe provoni përsëri.",
                "The card number is not correct. Check it and try again."),
            Reason.CardExpiryMalformed => Invalid(
                "Shkruani datën e skadimit si në kartë: muaji/viti, p.sh. 05/28.",
                "Enter the expiry date as on the card: month/year, for example 05/28."),
            Reason.DeviceIdMalformed => Invalid(
                "Identifikuesi i pajisjes duhet të jetë një UUID.",
                "The device id must be a UUID."),
            Reason.FnpMalformed => Invalid(
                "Kodi FNP ka gjashtë shifra.",
                "An FNP has six digits."),
            Reason.FnpReferenceMalformed => Invalid(
                "Referenca ka tetë shkronja ose shifra. E gjeni në SMS, pas fjalës ref.",
                "The reference has eight letters or digits. It stands in the SMS, behind the word ref."),
            Reason.UpdateMaskInvalid => Invalid(
                "Kërkesa do të ndryshojë diçka që nuk mund të ndryshohet. Përditësoni aplikacionin.",
                "The request would change what cannot be changed. Update the app."),

            Reason.DateMalformed => Invalid(
                "Kjo datë nuk ekziston.",
                "There is no such date."),

            // Who is asking.
            Reason.TokenMissing => (StatusCode.Unauthenticated,
                "Hyni në aplikacion për të vazhduar.",
                "Sign in to continue."),
            Reason.TokenInvalid => (StatusCode.Unauthenticated,
                "Hyrja juaj nuk u vërtetua. Hyni përsëri.",
                "Your sign-in could not be verified. Sign in again."),
            Reason.TokenExpired => (StatusCode.Unauthenticated,
                "Koha e hyrjes suaj ka mbaruar.",
                "Your sign-in has expired."),
            Reason.RoleMissing => (StatusCode.PermissionDenied,
                "Nuk keni të drejtë për këtë veprim.",
                "You are not allowed to do this."),

            // Money.
            Reason.AccountNotFound => (StatusCode.NotFound,
                "Llogaria nuk u gjet.",
                "The account was not found."),
            Reason.PayeeAtAnotherBank => (StatusCode.FailedPrecondition,
                "Ky IBAN është i një banke tjetër. Këtu mund të paguani vetëm llogari të BKT-së.",
                "This IBAN is of another bank. Here you can pay accounts of BKT only."),
            Reason.SameAccount => Invalid(
                "Llogaria që paguan dhe ajo që përfiton janë e njëjta.",
                "The paying account and the receiving account are the same."),
            Reason.CurrencyMismatch => (StatusCode.FailedPrecondition,
                "Monedha e shumës nuk përputhet me monedhën e llogarisë.",
                "The currency of the amount does not match the currency of the account."),
            Reason.InsufficientFunds => (StatusCode.FailedPrecondition,
                "Nuk ka fonde të mjaftueshme në llogari.",
                "There are not enough funds in the account."),
            Reason.BalanceOverflow => (StatusCode.FailedPrecondition,
                $"Kjo llogari nuk mund ta pranojë këtë shumë. Telefononi {ContactCentre}.",
                $"This account cannot take this amount. Call {ContactCentre}."),
            Reason.TransferIdReused => (StatusCode.AlreadyExists,
                "Ky identifikues është përdorur tashmë për një transfertë tjetër.",
                "This id was already used for another transfer."),
            Reason.TransferNotFound => (StatusCode.NotFound,
                "Transferta nuk u gjet.",
                "The transfer was not found."),
            Reason.OutcomeUnknown => (StatusCode.Unknown,
                "Ende nuk dihet nëse transferta u krye. Mos e urdhëroni sërish: provoni përsëri të njëjtën transfertë.",
                "It is not known yet whether the transfer was made. Do not order it anew: try the same transfer again."),
            Reason.Overloaded => (StatusCode.ResourceExhausted,
                "Shërbimi është i ngarkuar. Provoni përsëri pas pak.",
                "The service is busy. Try again in a moment."),
            Reason.AccountFrozen => (StatusCode.FailedPrecondition,
                $"Llogaria është bllokuar për pagesa. Telefononi {ContactCentre}.",
                $"The account is blocked for payments. Call {ContactCentre}."),
            Reason.AccountClosed => (StatusCode.FailedPrecondition,
                "Llogaria është mbyllur.",
                "The account is closed."),
            Reason.PayeeCannotReceive => (StatusCode.FailedPrecondition,
                "Nuk ka llogari me këtë IBAN që mund ta marrë këtë pagesë. Kontrolloni IBAN-in dhe monedhën.",
                "No account with this IBAN can receive this payment. Check the IBAN and the currency."),
            Reason.PaymentLimitExceeded => (StatusCode.FailedPrecondition,
                "Shuma është mbi kufirin e një pagese nga kjo llogari.",
                "The amount is above the limit of one payment from this account."),
            Reason.DailyLimitExceeded => (StatusCode.FailedPrecondition,
                "Me këtë pagesë kalohet kufiri ditor i llogarisë.",
                "This payment would exceed the account's limit of a day."),
            Reason.MonthlyLimitExceeded => (StatusCode.FailedPrecondition,
                "Me këtë pagesë kalohet kufiri mujor i llogarisë.",
                "This payment would exceed the account's limit of a month."),
            Reason.Abandoned => (StatusCode.FailedPrecondition,
                "Kjo transfertë u anulua përpara se të kryhej. Asgjë nuk u pagua, dhe me të nuk do të paguhet më.",
                "This transfer was given up before it was made. Nothing was paid, and nothing will be paid by it."),
            Reason.AccountBusy => (StatusCode.Unavailable,
                "Banka po punon me këtë llogari. Asgjë nuk u krye nga kjo kërkesë. Provoni përsëri pas pak.",
                "The bank is working on this account. This request moved nothing. Try again shortly."),
            Reason.OrderTooLate => (StatusCode.Unavailable,
                "Kërkesa mbërriti shumë vonë dhe nuk u krye. Provoni përsëri.",
                "The request came too late, and moved nothing. Try again."),
            Reason.HoldNotFound => (StatusCode.NotFound,
                "Nuk ka bllokim shume me këtë identifikues.",
                "There is no hold with this id."),
            Reason.HoldExpiryInvalid => Invalid(
                "Afati i bllokimit duhet të jetë në të ardhmen, brenda 366 ditësh.",
                "A hold must end in the future, within 366 days."),
            Reason.HoldAlreadyPosted => (StatusCode.FailedPrecondition,
                "Shuma e bllokuar është paguar më parë.",
                "The hold has been posted already."),
            Reason.HoldAlreadyReleased => (StatusCode.FailedPrecondition,
                "Shuma e bllokuar është liruar më parë.",
                "The hold has been released already."),
            Reason.HoldExpired => (StatusCode.FailedPrecondition,
                "Afati i bllokimit ka kaluar.",
                "The hold has expired."),
            Reason.HoldAmountExceeded => (StatusCode.FailedPrecondition,
                "Shuma është më e madhe se ajo e bllokuar.",
                "The amount is larger than what is held."),
            Reason.ReversalNotPossible => (StatusCode.FailedPrecondition,
                "Kjo transfertë nuk mund të kthehet mbrapsht.",
                "This transfer cannot be reversed."),
            Reason.AlreadyReversed => (StatusCode.FailedPrecondition,
                "Kjo transfertë është kthyer mbrapsht më parë.",
                "This transfer has been reversed already."),
            Reason.LegsInvalid => Invalid(
                "Një transfertë ka nga 1 deri në 16 pjesë.",
                "A transfer has 1 to 16 legs."),
            Reason.ExchangeRateInvalid => Invalid(
                "Kursi nuk është i saktë ose nuk u përgjigjet shumave.",
                "The rate is not correct or does not fit the amounts."),
            Reason.OverdraftLimitInvalid => Invalid(
                "Kufiri i mbitërheqjes duhet të jetë zero ose më i madh, brenda kufijve të një transferte.",
                "The overdraft limit must be zero or more, and not above what one transfer may be."),
            Reason.OverdraftInUse => (StatusCode.FailedPrecondition,
                "Llogaria është nën kufirin e ri të mbitërheqjes.",
                "The account is below the new overdraft limit."),
            Reason.BalanceNotZero => (StatusCode.FailedPrecondition,
                "Llogaria mbyllet vetëm me gjendje zero.",
                "Only an account with a balance of zero can be closed."),
            Reason.HoldsOpen => (StatusCode.FailedPrecondition,
                "Llogaria ka shuma të bllokuara.",
                "Money is still held on the account."),
            Reason.ConfirmationRequired => (StatusCode.FailedPrecondition,
                "Konfirmojeni me kodin FNP që ju dërgohet me SMS.",
                "Confirm this with the FNP that is sent to you by SMS."),
            Reason.ConfirmationChanged => (StatusCode.FailedPrecondition,
                "Kërkesa nuk është më ajo për të cilën u dërgua kodi FNP. Kërkoni një kod të ri.",
                "The request is no longer the one that the FNP was sent for. Ask for another FNP."),
            Reason.ConfirmationNotNeeded => (StatusCode.FailedPrecondition,
                "Për këtë nuk duhet kod FNP. Dërgojeni kërkesën ashtu siç është.",
                "This needs no FNP. Send the request as it is."),
            Reason.PaymentLimitsInvalid => Invalid(
                "Kufijtë duhet të jenë zero ose më shumë, të rriten nga pagesa te dita dhe te muaji, dhe të mos kalojnë maksimumin e "
                    + "bankës.",
                "Limits must be zero or more, grow from payment to day to month, and stay within the bank's maximum."),
            Reason.TrustedPayeeNotFound => (StatusCode.NotFound,
                "Përfituesi nuk është në listën e të besuarve.",
                "The payee is not on the list of trusted payees."),
            Reason.TooManyTrustedPayees => (StatusCode.FailedPrecondition,
                "Lista e përfituesve të besuar është plot. Hiqni një prej tyre.",
                "The list of trusted payees is full. Remove one of them."),
            Reason.StandingOrderNotFound => (StatusCode.NotFound,
                "Nuk ka urdhër ose pagesë të tillë.",
                "There is no such order, or no such payment of it."),
            Reason.StandingOrderIdReused => (StatusCode.AlreadyExists,
                "Ky urdhër është dhënë tashmë me përmbajtje tjetër.",
                "This order was already given with other contents."),
            Reason.TooManyStandingOrders => (StatusCode.FailedPrecondition,
                "Keni arritur numrin më të madh të urdhrave. Anuloni një prej tyre.",
                "You have as many orders as there can be. Cancel one of them."),
            Reason.StandingOrderEnded => (StatusCode.FailedPrecondition,
                "Ky urdhër ka mbaruar ose është anuluar. Jepni një të ri.",
                "This order has ended or was cancelled. Give a new one."),
            Reason.FirstDateTooEarly => (StatusCode.InvalidArgument,
                "Data e parë duhet të jetë pas ditës së sotme.",
                "The first date must be after today."),
            Reason.EndDateInvalid => (StatusCode.InvalidArgument,
                "Data e fundit nuk mund të jetë para datës së parë.",
                "The last date cannot be before the first."),
            Reason.NeverDue => (StatusCode.InvalidArgument,
                "Me këto data urdhri nuk do të paguante asnjëherë. Zgjidhni data të tjera.",
                "With these dates the order would never pay. Choose other ones."),
            Reason.PaymentNotFailed => (StatusCode.FailedPrecondition,
                "Kjo pagesë nuk ka dështuar.",
                "This payment has not failed."),
            Reason.RetryTooLate => (StatusCode.FailedPrecondition,
                "Kjo pagesë ishte për një ditë shumë të hershme dhe nuk mund të provohet më. Bëni një pagesë të re.",
                "The day of this payment is too long ago to try it again. Make a new payment."),
            Reason.StandingOrderIdMalformed => (StatusCode.InvalidArgument,
                "Numri i urdhrit duhet të jetë një UUID i versionit 7 (ose 4).",
                "The id of the order must be a UUID of version 7 (or 4)."),
            Reason.ScheduleInvalid => (StatusCode.InvalidArgument,
                "Zgjidhni sa shpesh paguhet, dhe çfarë bëhet në ditë pushimi.",
                "Choose how often it pays, and what happens on days off."),
            Reason.ApprovalNotFound => (StatusCode.NotFound,
                "Nuk ka kërkesë për miratim me këtë numër.",
                "There is no request for approval with this number."),
            Reason.ApprovalPending => (StatusCode.FailedPrecondition,
                "Një kërkesë tjetër për të njëjtën gjë pret miratim. Duhet vendosur më parë për të.",
                "Another request about the same thing waits for approval. It must be decided first."),
            Reason.ApprovalDecided => (StatusCode.FailedPrecondition,
                "Për këtë kërkesë është vendosur më parë.",
                "This request has been decided already."),
            Reason.SecondPersonRequired => (StatusCode.PermissionDenied,
                "Kërkesën duhet ta miratojë një person tjetër, jo ai që e bëri.",
                "Somebody else than the person who made the request must confirm it."),
            Reason.ApprovalExpired => (StatusCode.FailedPrecondition,
                "Afati i kërkesës ka kaluar. Bëni një kërkesë të re.",
                "The request has expired. Make a new one."),
            Reason.ApprovalOutdated => (StatusCode.FailedPrecondition,
                "Të dhënat kanë ndryshuar që kur u bë kërkesa. Shihini dhe bëni një kërkesë të re.",
                "What the request is about has changed since then. Look at it and make a new one."),

            // Customers.
            Reason.CustomerNotFound => (StatusCode.NotFound,
                "Klienti nuk u gjet.",
                "The customer was not found."),
            Reason.CustomerNumberTaken => (StatusCode.AlreadyExists,
                "Ky numër klienti i përket një klienti tjetër.",
                "This customer number belongs to another customer."),
            Reason.NationalIdTaken => (StatusCode.AlreadyExists,
                "Ky numër personal (NID) i përket një klienti tjetër.",
                "This personal number (NID) belongs to another customer."),
            Reason.PhoneNumberTaken => (StatusCode.AlreadyExists,
                "Ky numër celulari i përket një klienti tjetër.",
                "This mobile number belongs to another customer."),
            Reason.CardTaken => (StatusCode.AlreadyExists,
                "Kjo kartë i përket një klienti tjetër.",
                "This card belongs to another customer."),
            Reason.CardBlocked => (StatusCode.FailedPrecondition,
                "Kjo kartë është bllokuar.",
                "This card is blocked."),
            Reason.RequestIdReused => (StatusCode.AlreadyExists,
                "Ky identifikues është përdorur tashmë për një kërkesë tjetër.",
                "This id was already used for another request."),
            Reason.AgreementMissing => (StatusCode.FailedPrecondition,
                "Klienti nuk e ka nënshkruar marrëveshjen e përgjithshme (KSHBI).",
                "The customer has not signed the general agreement (KSHBI)."),
            Reason.AgreementTooOld => (StatusCode.FailedPrecondition,
                "Klienti duhet të nënshkruajë versionin e ri të marrëveshjes së përgjithshme (KSHBI).",
                "The customer must sign the new version of the general agreement (KSHBI)."),
            Reason.CardMissing => (StatusCode.FailedPrecondition,
                "Klienti nuk ka kartë të bankës.",
                "The customer has no card of the bank."),
            Reason.CardExpired => (StatusCode.FailedPrecondition,
                "Karta ka skaduar.",
                "The card has expired."),

            // Signing in.
            Reason.FnpWrong => (StatusCode.Unauthenticated,
                "Kodi FNP nuk është i saktë.",
                "The FNP is not correct."),
            Reason.FnpExpired => (StatusCode.Unauthenticated,
                "Kodi FNP nuk është më i vlefshëm. Filloni përsëri për të marrë një kod të ri.",
                "The FNP is not valid any more. Start again to get a new one."),
            Reason.FnpTriesExhausted => (StatusCode.Unauthenticated,
                "Provat për këtë kod FNP mbaruan. Filloni përsëri për të marrë një kod të ri.",
                "There are no tries left for this FNP. Start again to get a new one."),
            Reason.PasswordTooShort => Invalid(
                "Fjalëkalimi duhet të ketë të paktën 8 shenja.",
                "The password must have at least 8 characters."),
            Reason.PasswordTooLong => Invalid(
                "Fjalëkalimi mund të ketë më së shumti 128 shenja.",
                "The password can have at most 128 characters."),
            Reason.PasswordNeedsLettersAndDigits => Invalid(
                "Fjalëkalimi duhet të ketë të paktën një shkronjë dhe një shifër.",
                "The password must have at least one letter and one digit."),
            Reason.FnpResendTooSoon => (StatusCode.FailedPrecondition,
                "Kodi FNP u dërgua pak më parë. Prisni pak para se të kërkoni një tjetër.",
                "An FNP was sent a moment ago. Wait a little before you ask for another."),
            Reason.FnpResendsExhausted => (StatusCode.FailedPrecondition,
                "Kodi FNP nuk mund të dërgohet më për këtë përpjekje. Filloni përsëri.",
                "No further FNP can be sent for this attempt. Start again."),
            Reason.FnpsUsedUp => (StatusCode.ResourceExhausted,
                $"Kodet FNP për sot janë përdorur të gjitha. Provoni nesër ose telefononi {ContactCentre}.",
                $"All FNPs of this day have been used. Try again tomorrow, or call {ContactCentre}."),
            Reason.FnpNotPossible => (StatusCode.FailedPrecondition,
                $"Për momentin nuk mund të dërgohet kod FNP në telefonin tuaj. Telefononi {ContactCentre}.",
                $"No FNP can be sent to your phone at present. Call {ContactCentre}."),
            Reason.PasswordTooCommon => Invalid(
                "Ky fjalëkalim merret me mend lehtë. Zgjidhni një tjetër.",
                "This password is easy to guess. Choose another one."),
            Reason.PasswordContainsPersonalData => Invalid(
                "Fjalëkalimi nuk mund të përmbajë emrin, numrin e klientit, numrin personal (NID) ose numrin tuaj të celularit.",
                "The password cannot contain your name, customer number, personal number (NID) or mobile number."),
            Reason.PasswordUsedBefore => Invalid(
                "Ky fjalëkalim është përdorur më parë. Zgjidhni një tjetër.",
                "This password was used before. Choose another one."),
            Reason.PasswordWrong => Invalid(
                "Fjalëkalimi aktual nuk është i saktë.",
                "The current password is not correct."),
            Reason.PasswordChangeRequired => (StatusCode.FailedPrecondition,
                "Duhet të ndryshoni fjalëkalimin para se të vazhdoni.",
                "You must change your password before you go on."),
            Reason.SignInLocked => (StatusCode.PermissionDenied,
                $"Hyrja juaj në BKT Smart është bllokuar. Telefononi {ContactCentre}.",
                $"Your access to BKT Smart is locked. Call {ContactCentre}."),
            Reason.TooManyAttempts => (StatusCode.ResourceExhausted,
                "Ka pasur shumë përpjekje. Provoni përsëri pas një minute.",
                "There were too many attempts. Try again in a minute."),
            Reason.TooManyCalls => (StatusCode.ResourceExhausted,
                "Ka shumë kërkesa njëra pas tjetrës. Provoni përsëri pas pak.",
                "There are too many requests one after the other. Try again in a moment."),
            Reason.StreamReplaced => (StatusCode.Aborted,
                "Njoftimet vazhdojnë në një lidhje tjetër të kësaj hyrjeje.",
                "The notifications go on over another connection of this session."),
            Reason.DeviceNotFound => (StatusCode.NotFound,
                "Nuk keni hyrë nga një pajisje e tillë.",
                "You have not signed in on such a device."),
            Reason.DeviceOfAnotherSession => (StatusCode.FailedPrecondition,
                "Kjo mund të ndryshohet vetëm nga aplikacioni në atë pajisje.",
                "Only the app on that device can change this."),
            Reason.CallerNotIdentified => (StatusCode.FailedPrecondition,
                "Identifikoni më parë telefonuesin.",
                "Identify the caller first."),
            Reason.CallerNotRecognised => (StatusCode.FailedPrecondition,
                "Përgjigjet e telefonuesit nuk përputhen me të dhënat e bankës.",
                "The caller's answers do not match what the bank has."),
            Reason.CallerTriesExhausted => (StatusCode.ResourceExhausted,
                "Për këtë klient janë dhënë shumë përgjigje të gabuara. Klienti duhet të vijë në degë.",
                "Too many wrong answers were given for this customer. The customer has to come to a branch."),
            Reason.SignInNotLocked => (StatusCode.FailedPrecondition,
                "Hyrja e klientit nuk është e bllokuar.",
                "The customer's access is not locked."),
            Reason.RiskNotRaised => (StatusCode.FailedPrecondition,
                "Pagesat e klientit bëhen si zakonisht.",
                "The customer's payments go as usual."),
            Reason.CaseNotFound => (StatusCode.NotFound,
                "Nuk ka një rast të hapur me këtë numër.",
                "There is no open case with this number."),
            Reason.PhoneNotSuspended => (StatusCode.FailedPrecondition,
                "Telefoni i klientit nuk është i pezulluar.",
                "The customer's phone is not suspended."),
            Reason.SessionEnded => (StatusCode.Unauthenticated,
                "Seanca juaj ka përfunduar. Hyni përsëri.",
                "Your session has ended. Sign in again."),

            // Us.
            Reason.BusinessDateDiffers => (StatusCode.FailedPrecondition,
                "Data e bankës është një tjetër.",
                "The business date is another one."),
            Reason.EndOfDayTooEarly => (StatusCode.FailedPrecondition,
                "Dita nuk mund të mbyllet ende.",
                "The day cannot be ended yet."),
            Reason.CalendarMissing => (StatusCode.FailedPrecondition,
                "Kalendari nuk arrin deri atje.",
                "The calendar does not reach so far."),
            Reason.EndOfDayNotFound => (StatusCode.NotFound,
                "Kjo datë e bankës nuk është mbyllur.",
                "This business date has not ended."),
            Reason.CalendarDayPassed => (StatusCode.FailedPrecondition,
                "Kjo ditë nuk mund të ndryshohet më: banka e ka arritur.",
                "The day can no longer be changed: the bank has reached it."),
            Reason.CalendarDayUnchanged => (StatusCode.FailedPrecondition,
                "Kjo ditë është tashmë kështu në kalendar.",
                "The day is so in the calendar already."),
            Reason.CalendarDayEntered => (StatusCode.FailedPrecondition,
                "Njoftimi ndryshon një ditë që e ka caktuar vetë banka. Kthejeni atë më parë.",
                "The announcement changes a day that the bank has entered itself. Take that back first."),
            Reason.CalendarDayNotEntered => (StatusCode.FailedPrecondition,
                "Banka nuk ka ndryshuar asgjë në këtë ditë.",
                "The bank has changed nothing on this day."),
            Reason.HolidayNotEstimated => (StatusCode.FailedPrecondition,
                "Në këtë ditë nuk ka festë që pret të njoftohet.",
                "No holiday that is still to be announced is observed on this day."),
            Reason.AnnouncedDateInvalid => (StatusCode.InvalidArgument,
                "Dita e njoftuar duhet të jetë brenda një jave nga dita e parashikuar.",
                "The announced day must be within a week of the estimated one."),
            Reason.Unavailable => (StatusCode.Unavailable,
                $"Shërbimi nuk është i disponueshëm për momentin. Provoni përsëri pas pak, ose telefononi {ContactCentre}.",
                $"The service is not available at the moment. Try again shortly, or call {ContactCentre}."),
            Reason.DeadlineExceeded => (StatusCode.DeadlineExceeded,
                $"Përgjigjja u vonua shumë. Provoni përsëri, ose telefononi {ContactCentre}.",
                $"The answer took too long. Try again, or call {ContactCentre}."),
            Reason.Internal => (StatusCode.Internal,
                $"Ndodhi një gabim i papritur. Nëse përsëritet, telefononi {ContactCentre}.",
                $"Something went wrong. If it happens again, call {ContactCentre}."),

            _ => throw new InvalidOperationException($"{reason} is not in the catalogue."),
        };
        return new Entry(
            ToUpperSnakeCase(reason.ToString()), status, albanian, english,
            RefusesFnp(reason) || english.Contains(ContactCentre, StringComparison.Ordinal));
    }

    /// <summary>Whoever has no right FNP comes no further alone.</summary>
    private static bool RefusesFnp(Reason reason) => reason is
        Reason.FnpWrong or Reason.FnpExpired or Reason.FnpTriesExhausted or Reason.FnpResendTooSoon or Reason.FnpResendsExhausted
        or Reason.FnpNotPossible or Reason.FnpsUsedUp;

    private static (StatusCode, string, string) Invalid(string albanian, string english) => (StatusCode.InvalidArgument, albanian, english);

    private static string ToUpperSnakeCase(string name)
    {
        var snake = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && snake.Length > 0)
                snake.Append('_');
            snake.Append(char.ToUpperInvariant(c));
        }

        return snake.ToString();
    }
}
