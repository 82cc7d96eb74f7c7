using Cassiopea.Checklist;
using Cassiopea.Checklist.Preflight;
using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Migrations.Checklist;

/// <summary>Named steps of the pre-flight: one check again, and what the dry run of the whole foretold when the plan was approved.</summary>
internal static class MigrationStepsPreflight
{
    public static Refusal? Judge(Migration m, RunCheck c) =>
        PreflightBook.Find(c.Check) is not { } check ? new("not-found", "No such check.")
        : c.ItemId is { } id && m.Active.SingleOrDefault(i => i.Id == id)?.Kind.ToString() != check.Scope ? new("not-found", $"{c.Check} is made for {check.Scope}: no such item in this migration.")
        : null;

    /// <summary>Both ends of the items are entered again; what is measured answers the check.</summary>
    public static void Run(BehaviorContext<Migration, RunCheck> c)
    {
        var m = c.Saga;
        var check = PreflightBook.Find(c.Message.Check)!;
        if (check.Code == "invoices-settled")
            m.Turn.Send(new CheckInvoices(m.CorrelationId, m.MemberReference));
        var items = m.Active.Where(i => i.Kind.ToString() == check.Scope && (c.Message.ItemId is not { } one || i.Id == one)).ToList();
        foreach (var item in items)
            item.SurveyWanted = true;
        m.Turn.Detail = check.Scope == RuleBook.WholeMigration ? "Looked at again." : $"{items.Count} items are entered again at both ends.";
    }

    /// <summary>What the dry runs of the items foretell together.</summary>
    public static DryRun Foretell(Migration m) => DryRun.Of(
        [.. m.Active.OrderBy(i => i.Kind).ThenBy(i => i.Name, StringComparer.Ordinal).Select(i =>
            new Foretold(i.Id, i.Prediction?.Things, i.Prediction?.Bytes, i.Prediction?.Seconds, i.Prediction?.Problems.Count ?? 0))]);
}
