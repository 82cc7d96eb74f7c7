using System.Reflection;
using System.Text;

namespace Cassiopea.Architecture.Tests;

public sealed class ContractSnapshotTests
{
    private const string File = "docs/contracts.txt";
    private static readonly NullabilityInfoContext Nullability = new();

    [Fact]
    public void The_contracts_are_those_that_were_reviewed()
    {
        var kept = Tree.Exists(File) ? Tree.Lines(File) : [];
        if (!Snapshot.BreakingAllowed)
            Expect.None(NotOptionalAdditions(kept, [.. Describe()]), $"Messages change by optional additions only (before a release: {Snapshot.Switch}=breaking):");
        Snapshot.Matches(File, string.Join('\n', Describe()) + "\n");
    }

    [Fact]
    public void A_removed_a_changed_and_a_new_required_parameter_are_told_apart_from_an_optional_one()
    {
        string[] before = ["record A", "    Id: Guid", "    Count: int"];
        Assert.Empty(NotOptionalAdditions(before, [.. before, "    Note: string? = null", "record B", "    Id: Guid"]));
        Assert.Equal(["A.Count: gone"], NotOptionalAdditions(before, before[..2]));
        Assert.Equal(["A.Count: int became long"], NotOptionalAdditions(before, [.. before[..2], "    Count: long"]));
        Assert.Equal(["A.Note: new and required"], NotOptionalAdditions(before, [.. before, "    Note: string"]));
        Assert.Equal(["A: gone"], NotOptionalAdditions(before, ["record B", "    Id: Guid"]));
    }

    internal static IEnumerable<string> NotOptionalAdditions(string[] before, string[] after)
    {
        var (old, @new) = (Parse(before), Parse(after));
        foreach (var (record, parameters) in old)
        {
            if (!@new.TryGetValue(record, out var now))
            {
                yield return $"{record}: gone";
                continue;
            }

            foreach (var (name, type) in parameters)
            {
                if (!now.TryGetValue(name, out var newType))
                    yield return $"{record}.{name}: gone";
                else if (newType != type)
                    yield return $"{record}.{name}: {type} became {newType}";
            }

            foreach (var (name, type) in now)
            {
                if (!parameters.ContainsKey(name) && !type.Contains('=', StringComparison.Ordinal) && type.Length > 0)
                    yield return $"{record}.{name}: new and required";
            }
        }
    }

    private static Dictionary<string, Dictionary<string, string>> Parse(string[] lines)
    {
        Dictionary<string, Dictionary<string, string>> records = new(StringComparer.Ordinal);
        var current = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines.Where(l => l.Length > 0 && l[0] != '#'))
        {
            if (line[0] != ' ')
                records[line.Split(' ')[1]] = current = new(StringComparer.Ordinal);
            else
                current[line.Trim().Split(": ")[0]] = line.Contains(": ", StringComparison.Ordinal) ? line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..] : "";
        }

        return records;
    }

    private static IEnumerable<string> Describe()
    {
        yield return "# Every message, part and enum of Cassiopea.Contracts. Made by ContractSnapshotTests; the difference is what a reviewer reads.";
        foreach (var type in ContractTypes.Exported.Where(t => t.IsEnum))
        {
            yield return $"enum {type.Name}";
            foreach (var name in Enum.GetNames(type))
                yield return $"    {name}";
        }

        foreach (var record in ContractTypes.Records)
        {
            yield return $"{ContractTypes.RoleOf(record).ToString().ToLowerInvariant()} {record.Name}";
            foreach (var parameter in ContractTypes.Parameters(record))
                yield return $"    {parameter.Name}: {Named(parameter.ParameterType)}{(IsNullableReference(parameter) ? "?" : "")}{Default(parameter)}";
        }

        yield return "codes FailureCode";
        foreach (var field in typeof(Cassiopea.Contracts.FailureCode).GetFields().OrderBy(f => f.Name, StringComparer.Ordinal))
            yield return $"    {field.GetRawConstantValue()}";
    }

    private static bool IsNullableReference(ParameterInfo parameter) =>
        !parameter.ParameterType.IsValueType && Nullability.Create(parameter).WriteState == NullabilityState.Nullable;

    private static string Default(ParameterInfo parameter) =>
        !parameter.HasDefaultValue ? "" : parameter.DefaultValue switch
        {
            null => " = null",
            string text => $" = \"{text}\"",
            bool flag => flag ? " = true" : " = false",
            var value => string.Create(System.Globalization.CultureInfo.InvariantCulture, $" = {value}"),
        };

    private static string Named(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return Named(inner) + "?";
        if (type.IsArray)
            return Named(type.GetElementType()!) + "[]";
        if (!type.IsGenericType)
            return Keyword(type);
        var text = new StringBuilder(type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]).Append('<');
        return text.AppendJoin(", ", type.GetGenericArguments().Select(Named)).Append('>').ToString();
    }

    private static string Keyword(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => type.Name,
        TypeCode.String => "string",
        TypeCode.Int32 => "int",
        TypeCode.Int64 => "long",
        TypeCode.Boolean => "bool",
        TypeCode.Double => "double",
        TypeCode.Byte => "byte",
        _ => type.Name,
    };
}
