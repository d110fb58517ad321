using BktSmart.Keys;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Infrastructure;

/// <summary>Keys of one test run.</summary>
public static class TestKeys
{
    private static readonly Lazy<string> Folder = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("bktsmart-keys").FullName;
        BktSmart.Dev.Bank.BankKeys.Ensure(folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    });

    public static string FolderPath => Folder.Value;

    public static BankKeys Create() => new(Options.Create(new KeyOptions { Directory = Folder.Value }));
}
