namespace BktSmart.Hosting;

/// <summary>An actor that a caller can name by a key that nothing has.</summary>
internal interface IMayNameNothing
{
    /// <summary>Whether nothing is known under the key, and the activation holds nothing for anybody.</summary>
    bool NamesNothing { get; }
}
