namespace Cassiopea.AppHost.Local.Tests;

/// <summary>Where the source tree is: the folder above this one that holds the solution.</summary>
internal static class Tree
{
    public static string Root { get; } = Find();

    public static string AppHostProgram => Path.Combine(Root, "artifacts", "bin", "Cassiopea.AppHost", "release", "Cassiopea.AppHost.dll");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cassiopea.Aspire.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the source tree.");
    }
}
