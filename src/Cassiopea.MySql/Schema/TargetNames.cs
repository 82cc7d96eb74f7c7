namespace Cassiopea.MySql.Schema;

/// <summary>What things are called at the target.</summary>
/// <param name="SourceDatabase">The database's name at the source.</param>
/// <param name="TargetDatabase">Its name at the target.</param>
/// <param name="OldPrefix">Tables that begin with this …</param>
/// <param name="NewPrefix">… begin with this at the target.</param>
internal sealed record TargetNames(string SourceDatabase, string TargetDatabase, string OldPrefix, string NewPrefix)
{
    public bool SameTables => OldPrefix == NewPrefix;

    public bool SameDatabase => string.Equals(SourceDatabase, TargetDatabase, StringComparison.Ordinal);

    /// <summary>A table, view, routine, trigger or event at the target.</summary>
    public string Of(string name) => !SameTables && name.StartsWith(OldPrefix, StringComparison.Ordinal) ? NewPrefix + name[OldPrefix.Length..] : name;

    public string Quoted(string name) => MySqlConnection.Name(Of(name));
}
