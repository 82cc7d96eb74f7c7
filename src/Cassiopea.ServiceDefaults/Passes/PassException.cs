using Cassiopea.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults.Passes;

/// <summary>Which work found an exception.</summary>
public enum PassStep
{
    Transfer,
    Verify,
}

/// <summary>One message, file or row that did not arrive as it was, or differs; kept in full, while an event carries 200 of them.</summary>
public sealed class PassException
{
    /// <summary>Most exceptions in one event.</summary>
    public const int MostInEvent = 200;

    public Guid ItemId { get; set; }

    public int Pass { get; set; }

    public PassStep Step { get; set; }

    public int Number { get; set; }

    public string Item { get; set; } = "";

    public FailureSide Side { get; set; }

    public FailureKind Kind { get; set; }

    public string Code { get; set; } = "";

    public string Text { get; set; } = "";

    public string Action { get; set; } = "";

    /// <summary>Replaces what is kept of this pass and step.</summary>
    public static async Task KeepAsync(ServiceContext db, Guid item, int pass, PassStep step, IReadOnlyList<ItemException> exceptions, CancellationToken token)
    {
        await db.Set<PassException>().Where(x => x.ItemId == item && x.Pass == pass && x.Step == step).ExecuteDeleteAsync(token);
        db.Set<PassException>().AddRange(exceptions.Select((x, i) => new PassException
        {
            ItemId = item,
            Pass = pass,
            Step = step,
            Number = i + 1,
            Item = x.Item,
            Side = x.Failure.Side,
            Kind = x.Failure.Kind,
            Code = x.Failure.Code,
            Text = x.Failure.Text,
            Action = x.Action,
        }));
    }
}
