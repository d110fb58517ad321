namespace BktSmart.Hosting;

/// <summary>
/// An activation whose key names nothing leaves a second after the call that asked for it, so that whoever makes up keys fills no memory.
/// Not at once: calls that wait for it would go from one short activation to the next, and the runtime gives them up soon. And to look
/// first and activate then would take the look-up to every caller, and known keys would pay for it.
/// </summary>
internal sealed class UnknownKeyFilter : IIncomingGrainCallFilter
{
    internal static readonly TimeSpan Stay = TimeSpan.FromSeconds(1);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        finally
        {
            if (context.Grain is IMayNameNothing { NamesNothing: true } and IGrainBase grain
                && grain.GrainContext.GetComponent<Leaving>() is null)
                grain.GrainContext.SetComponent(new Leaving(grain));
        }
    }

    /// <summary>That an activation is about to leave. If it came to know its key meanwhile, it stays.</summary>
    private sealed class Leaving
    {
        public Leaving(IGrainBase grain) => grain.RegisterGrainTimer(
            static (leaving, _) =>
            {
                leaving.GrainContext.SetComponent<Leaving>(null);
                if (leaving is IMayNameNothing { NamesNothing: true })
                    leaving.DeactivateOnIdle();
                return Task.CompletedTask;
            },
            grain,
            new GrainTimerCreationOptions(Stay, Timeout.InfiniteTimeSpan) { Interleave = true });
    }
}
