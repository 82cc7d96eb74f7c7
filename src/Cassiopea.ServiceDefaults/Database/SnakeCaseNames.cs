using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace Cassiopea.ServiceDefaults;

/// <summary>Table = name of the type, column = name of the property, in snake_case; a name given explicitly wins.</summary>
internal sealed class SnakeCaseNames : IModelFinalizingConvention
{
    public void ProcessModelFinalizing(IConventionModelBuilder modelBuilder, IConventionContext<IConventionModelBuilder> context)
    {
        foreach (var entity in modelBuilder.Metadata.GetEntityTypes().Where(entity => !entity.IsOwned()))
        {
            if (entity.BaseType is null) entity.Builder.ToTable(Of(entity.ClrType.Name));
            foreach (var property in entity.GetDeclaredProperties().Where(property => !IsTransactionId(property)))
                property.Builder.HasColumnName(Of(property.Name));
        }
    }

    internal static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = char.IsUpper(name[i]) && i > 0 &&
                (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }

    // a uint row version is PostgreSQL's own column xmin
    private static bool IsTransactionId(Microsoft.EntityFrameworkCore.Metadata.IConventionProperty property) =>
        property.ClrType == typeof(uint) && property.IsConcurrencyToken;
}
