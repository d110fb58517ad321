using System.Text;

namespace BktSmart.Dev.Processes;

/// <summary>Files that only their owner may read.</summary>
internal static class SecretFile
{
    /// <summary>Writes the whole file or none of it, readable by the owner alone from its first byte on.</summary>
    public static void Write(string path, string content)
    {
        var unfinished = path + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(unfinished, options))
            file.Write(Encoding.UTF8.GetBytes(content));
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Reads the file; where it is missing, makes it first.</summary>
    public static string ReadOrCreate(string path, Func<string> make)
    {
        if (!File.Exists(path))
            Write(path, make());
        return File.ReadAllText(path);
    }
}
