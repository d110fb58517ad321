using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace BktSmart.Authentication;

/// <summary>Every method that this host serves and who may call it. A method that is not on the list is refused to everybody.</summary>
internal static class AccessList
{
    private static readonly FrozenDictionary<string, MethodAccess> Methods = new Dictionary<string, MethodAccess>
    {
        ["/bktsmart.v1.EnrolmentService/BeginEnrolment"] = new(Caller.Anyone),
        ["/bktsmart.v1.EnrolmentService/CompleteEnrolment"] = new(Caller.Anyone),

        ["/bktsmart.v1.AuthenticationService/BeginSignIn"] = new(Caller.Anyone),
        ["/bktsmart.v1.AuthenticationService/CompleteSignIn"] = new(Caller.Anyone),
        ["/bktsmart.v1.AuthenticationService/RefreshSession"] = new(Caller.Anyone),
        ["/bktsmart.v1.AuthenticationService/ResendFnp"] = new(Caller.Anyone),
        ["/bktsmart.v1.AuthenticationService/GetFnpDelivery"] = new(Caller.Anyone, IsRead: true),
        ["/bktsmart.v1.AuthenticationService/ReportFnp"] = new(Caller.Anyone),
        ["/bktsmart.v1.AuthenticationService/BeginPasswordReset"] = new(Caller.Anyone),
        ["/bktsmart.v1.AuthenticationService/CompletePasswordReset"] = new(Caller.Anyone),
        ["/bktsmart.v1.AuthenticationService/EndSession"] = new(Caller.Customer, ChangesPassword: true, IsBrake: true),

        ["/bktsmart.v1.SecurityService/BeginPasswordChange"] = new(Caller.Customer, ChangesPassword: true, IsBrake: true),
        ["/bktsmart.v1.SecurityService/CompletePasswordChange"] = new(
            Caller.Customer, ChangesPassword: true, IsBrake: true, OutlivesSession: true),
        ["/bktsmart.v1.SecurityService/ListSessions"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.SecurityService/DeleteSession"] = new(Caller.Customer, IsBrake: true),
        ["/bktsmart.v1.SecurityService/EndOtherSessions"] = new(Caller.Customer, IsBrake: true),
        ["/bktsmart.v1.SecurityService/ListDevices"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.SecurityService/UpdateDevice"] = new(Caller.Customer),
        ["/bktsmart.v1.SecurityService/DeleteDevice"] = new(Caller.Customer, IsBrake: true),
        ["/bktsmart.v1.SecurityService/ListSecurityEvents"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.SecurityService/SuspendPhone"] = new(Caller.Customer, IsBrake: true),

        ["/bktsmart.v1.AccountService/ListAccounts"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.AccountService/GetAccount"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.AccountService/ListTransactions"] = new(Caller.Customer, IsRead: true),

        ["/bktsmart.v1.TransferService/CreateTransfer"] = new(Caller.Customer, MovesMoney: true, NamesPayee: true),
        ["/bktsmart.v1.TransferService/QuoteTransfer"] = new(Caller.Customer, IsRead: true, NamesPayee: true),
        ["/bktsmart.v1.TransferService/GetBusinessDay"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.TransferService/GetTransfer"] = new(Caller.Customer, IsRead: true),

        ["/bktsmart.v1.PaymentControlService/BeginConfirmation"] = new(Caller.Customer, NamesPayee: true),
        ["/bktsmart.v1.PaymentControlService/ListTrustedPayees"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.PaymentControlService/CreateTrustedPayee"] = new(Caller.Customer, NamesPayee: true),
        ["/bktsmart.v1.PaymentControlService/DeleteTrustedPayee"] = new(Caller.Customer),
        ["/bktsmart.v1.PaymentControlService/GetPaymentLimits"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.PaymentControlService/UpdatePaymentLimits"] = new(Caller.Customer),

        ["/bktsmart.v1.StandingOrderService/CreateStandingOrder"] = new(Caller.Customer, NamesPayee: true),
        ["/bktsmart.v1.StandingOrderService/GetStandingOrder"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.StandingOrderService/ListStandingOrders"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.StandingOrderService/UpdateStandingOrder"] = new(Caller.Customer),
        ["/bktsmart.v1.StandingOrderService/PauseStandingOrder"] = new(Caller.Customer, IsBrake: true),
        ["/bktsmart.v1.StandingOrderService/ResumeStandingOrder"] = new(Caller.Customer),
        ["/bktsmart.v1.StandingOrderService/CancelStandingOrder"] = new(Caller.Customer),
        ["/bktsmart.v1.StandingOrderService/ListStandingOrderPayments"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.StandingOrderService/ListScheduledPayments"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.StandingOrderService/RetryStandingOrderPayment"] = new(Caller.Customer, MovesMoney: true),

        ["/bktsmart.v1.NotificationService/ListNotifications"] = new(Caller.Customer, IsRead: true),
        ["/bktsmart.v1.NotificationService/MarkNotificationsRead"] = new(Caller.Customer),
        ["/bktsmart.v1.NotificationService/WatchNotifications"] = new(Caller.Customer, IsBounded: false),

        ["/bktsmart.staff.v1.BranchService/CreateCustomer"] = new(Caller.Branch),
        ["/bktsmart.staff.v1.BranchService/GetCustomer"] = new(Caller.Branch, IsRead: true),
        ["/bktsmart.staff.v1.BranchService/RecordAgreement"] = new(Caller.Branch),
        ["/bktsmart.staff.v1.BranchService/OpenAccount"] = new(Caller.Branch),
        ["/bktsmart.staff.v1.BranchService/IssueCard"] = new(Caller.Branch),
        ["/bktsmart.staff.v1.BranchService/DepositCash"] = new(Caller.Branch, MovesMoney: true),
        ["/bktsmart.staff.v1.BranchService/WithdrawCash"] = new(Caller.Branch, MovesMoney: true),

        ["/bktsmart.staff.v1.BranchService/ChangePhoneNumber"] = new(Caller.Branch),
        ["/bktsmart.staff.v1.BranchService/UpdateCustomer"] = new(Caller.Branch),
        ["/bktsmart.staff.v1.BranchService/ListCustomerCorrections"] = new(Caller.Branch, IsRead: true),
        ["/bktsmart.staff.v1.BranchService/ConfirmCustomerCorrection"] = new(Caller.Branch),
        ["/bktsmart.staff.v1.BranchService/RejectCustomerCorrection"] = new(Caller.Branch),

        ["/bktsmart.staff.v1.ContactCentreService/IdentifyCaller"] = new(Caller.ContactCentre),
        ["/bktsmart.staff.v1.ContactCentreService/GetSignInStanding"] = new(Caller.ContactCentre, IsRead: true),
        ["/bktsmart.staff.v1.ContactCentreService/UnlockSignIn"] = new(Caller.ContactCentre),
        ["/bktsmart.staff.v1.ContactCentreService/EndRaisedRisk"] = new(Caller.ContactCentre),
        ["/bktsmart.staff.v1.ContactCentreService/SuspendCustomerPhone"] = new(Caller.ContactCentre),
        ["/bktsmart.staff.v1.ContactCentreService/ResumeCustomerPhone"] = new(Caller.ContactCentre),
        ["/bktsmart.staff.v1.ContactCentreService/BlockCustomerCards"] = new(Caller.ContactCentre),
        ["/bktsmart.staff.v1.ContactCentreService/ListCustomerSecurityEvents"] = new(Caller.ContactCentre, IsRead: true),
        ["/bktsmart.staff.v1.ContactCentreService/ListSupportCases"] = new(Caller.ContactCentre, IsRead: true),
        ["/bktsmart.staff.v1.ContactCentreService/CloseSupportCase"] = new(Caller.ContactCentre),
        ["/bktsmart.staff.v1.ContactCentreService/ListCustomerStandingOrders"] = new(Caller.ContactCentre, IsRead: true),
        ["/bktsmart.staff.v1.ContactCentreService/ListCustomerStandingOrderPayments"] = new(Caller.ContactCentre, IsRead: true),
        ["/bktsmart.staff.v1.ContactCentreService/ListCustomerScheduledPayments"] = new(Caller.ContactCentre, IsRead: true),
        ["/bktsmart.staff.v1.ContactCentreService/PauseCustomerStandingOrder"] = new(Caller.ContactCentre),
        ["/bktsmart.staff.v1.ContactCentreService/ListFnpMessages"] = new(Caller.ContactCentre, IsRead: true),

        ["/bktsmart.staff.v1.LedgerService/CreateLinkedTransfer"] = new(Caller.Operations, MovesMoney: true),
        ["/bktsmart.staff.v1.LedgerService/CreateExchange"] = new(Caller.Operations, MovesMoney: true),
        ["/bktsmart.staff.v1.LedgerService/CreateHold"] = new(Caller.Operations, MovesMoney: true),
        ["/bktsmart.staff.v1.LedgerService/PostHold"] = new(Caller.Operations, MovesMoney: true),
        ["/bktsmart.staff.v1.LedgerService/ReleaseHold"] = new(Caller.Operations, MovesMoney: true),
        ["/bktsmart.staff.v1.LedgerService/ReverseTransfer"] = new(Caller.Operations, MovesMoney: true),
        ["/bktsmart.staff.v1.LedgerService/GetLedgerTransfer"] = new(Caller.Operations, IsRead: true),
        ["/bktsmart.staff.v1.LedgerService/BatchGetBalances"] = new(Caller.Operations, IsRead: true),
        ["/bktsmart.staff.v1.LedgerService/SetOverdraftLimit"] = new(Caller.Operations),
        ["/bktsmart.staff.v1.LedgerService/FreezeAccount"] = new(Caller.Operations),
        ["/bktsmart.staff.v1.LedgerService/CloseAccount"] = new(Caller.Operations),
        ["/bktsmart.staff.v1.LedgerService/ReopenAccount"] = new(Caller.Operations),
        ["/bktsmart.staff.v1.LedgerService/ListApprovals"] = new(Caller.Operations, IsRead: true),
        ["/bktsmart.staff.v1.LedgerService/ConfirmApproval"] = new(Caller.Operations),
        ["/bktsmart.staff.v1.LedgerService/RejectApproval"] = new(Caller.Operations),

        ["/bktsmart.staff.v1.BusinessDayService/GetBusinessDay"] = new(Caller.Operations, IsRead: true),
        ["/bktsmart.staff.v1.BusinessDayService/StartEndOfDay"] = new(Caller.Operations),
        ["/bktsmart.staff.v1.BusinessDayService/ListEndsOfDay"] = new(Caller.Operations, IsRead: true),
        ["/bktsmart.staff.v1.BusinessDayService/GetEndOfDay"] = new(Caller.Operations, IsRead: true),
        ["/bktsmart.staff.v1.BusinessDayService/WatchEndOfDay"] = new(Caller.Operations, IsBounded: false),
        ["/bktsmart.staff.v1.BusinessDayService/ListEndOfDayFindings"] = new(Caller.Operations, IsRead: true),
        ["/bktsmart.staff.v1.BusinessDayService/RetryEndOfDay"] = new(Caller.Operations),
        ["/bktsmart.staff.v1.BusinessDayService/ListCalendarDays"] = new(Caller.Operations, IsRead: true),
        ["/bktsmart.staff.v1.BusinessDayService/RequestCalendarChange"] = new(Caller.Operations),
        ["/bktsmart.staff.v1.BusinessDayService/ListCalendarChanges"] = new(Caller.Operations, IsRead: true),
        ["/bktsmart.staff.v1.BusinessDayService/ConfirmCalendarChange"] = new(Caller.Operations),
        ["/bktsmart.staff.v1.BusinessDayService/RejectCalendarChange"] = new(Caller.Operations),

        ["/bktsmart.staff.v1.AuditService/ListAuditEntries"] = new(Caller.Auditor, IsRead: true),

        // On the endpoints of the operators.
        ["/grpc.health.v1.Health/Check"] = new(Caller.Anyone, IsBounded: false),
        ["/grpc.health.v1.Health/Watch"] = new(Caller.Anyone, IsBounded: false),

        // There too; in development also where callers come.
        ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = new(Caller.Anyone, IsBounded: false, TakesOneMessage: false),
        ["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"] = new(Caller.Anyone, IsBounded: false, TakesOneMessage: false),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Names => Methods.Keys;

    /// <summary>Null for a method that nobody may call.</summary>
    /// <param name="method">As in <c>:path</c>: <c>/package.Service/Method</c>.</param>
    public static MethodAccess? Find(string method) => Methods.GetValueOrDefault(method);

    public static string NameOf(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";
}
