namespace BktSmart.Admission;

/// <summary>What becomes of a caller who wants one of the <see cref="Places{TCaller}"/>.</summary>
internal enum Place
{
    Taken,
    NoneFree,
    HasItsShare,
}
