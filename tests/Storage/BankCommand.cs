using BktSmart.Ledger;

namespace BktSmart.Tests.Storage;

/// <summary>What happens to a bank. A number that names an account or an earlier order is taken modulo how many there are.</summary>
internal abstract record BankCommand;

/// <summary>Customers and staff give orders to a silo at once, and something may happen to it meanwhile.</summary>
internal sealed record GiveOrders(int Silo, Wish[] Wishes, SiloFault? Fault) : BankCommand
{
    public override string ToString() => $"{nameof(GiveOrders)} {Silo} [{string.Join("; ", (object[])Wishes)}] {Fault}";
}

internal sealed record StartEndOfDay(int Silo, NamedDate Date) : BankCommand;

internal sealed record DoPart(int Silo, PartFault Fault) : BankCommand;

internal sealed record PayStandingOrders(int Silo) : BankCommand;

/// <summary>Another run of the silo begins; the one before may go on for a while.</summary>
/// <param name="Declared">Whether the cluster declares the one before dead at once.</param>
internal sealed record LoseSilo(int Silo, bool Declared) : BankCommand;

/// <summary>Others hand their orders over to this one.</summary>
internal sealed record Lead(int Silo) : BankCommand;

/// <summary>Moves the clock of the bank, its database's and its silos'.</summary>
internal sealed record MoveClock(ClockMove Move, int Minutes) : BankCommand;

internal sealed record SetSiloClock(int Silo, int MinutesAhead) : BankCommand;

internal sealed record Wish(WishKind Kind, int From, int To, long Amount, int Earlier)
{
    public override string ToString() => $"{Kind} {From} {To} {Amount} {Earlier}";
}

/// <param name="Meanwhile">Where it freezes.</param>
internal sealed record SiloFault(LedgerMoment At, FaultEffect Effect, BankCommand[] Meanwhile)
{
    public override string ToString() => $"{Effect} when {At} [{string.Join("; ", (object[])Meanwhile)}]";
}

internal enum WishKind
{
    Payment,
    PaymentOfTooMuch,
    SameAgain,
    SameIdOtherAmount,
    Hold,
    HoldPosting,
    HoldRelease,
    Linked,
    Exchange,
    Reversal,
}

internal enum FaultEffect
{
    /// <summary>The connection breaks, once.</summary>
    Breaks,

    /// <summary>The silo comes to nothing any more, and is declared dead.</summary>
    Dies,

    /// <summary>The same, and the cluster does not know it yet.</summary>
    DiesUnseen,

    /// <summary>The silo wakes when other things have happened.</summary>
    Freezes,
}

/// <summary>The date that whoever starts end-of-day names.</summary>
internal enum NamedDate
{
    Open,
    Next,
    LastEnded,
    Today,

    /// <summary>None: the clock does it.</summary>
    ByClock,
}

internal enum PartFault
{
    None,
    DiesBefore,
    DiesBehind,

    /// <summary>The part is done again, as if its answer was lost.</summary>
    Again,

    /// <summary>The lease ends, another silo goes on, and this one wakes and does its part.</summary>
    Oversleeps,
}

internal enum ClockMove
{
    Ahead,

    /// <summary>To about the hour at which the open date may end.</summary>
    ToEvening,

    Back,
}
