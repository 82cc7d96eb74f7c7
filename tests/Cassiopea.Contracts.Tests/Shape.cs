using System.Reflection;

namespace Cassiopea.Contracts.Tests;

/// <summary>What reflection says of the contract assembly.</summary>
internal static class Shape
{
    public static IEnumerable<Type> Records =>
        typeof(Failure).Assembly.GetExportedTypes().Where(IsRecord).OrderBy(t => t.Name, StringComparer.Ordinal);

    public static bool IsRecord(Type type) =>
        type.IsClass && type.GetMethod("<Clone>$", BindingFlags.Public | BindingFlags.Instance) is not null;

    public static ConstructorInfo ConstructorOf(Type record) =>
        record.GetConstructors().MaxBy(c => c.GetParameters().Length) ?? throw new InvalidOperationException($"{record} has no public constructor.");
}
