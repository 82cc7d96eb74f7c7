using Cassiopea.Contracts;
using Cassiopea.MySql.Engine;

namespace Cassiopea.Databases;

/// <summary>What the checks before the first row found, told with the survey: what would stop a copy parks the database until it is solved or accepted.</summary>
internal static class DatabasePreflight
{
    private const int LongestText = 500;
    private const int LongestItem = 300;

    /// <summary>The dry run.</summary>
    /// <param name="dry">What the engine found.</param>
    /// <param name="rows">Rows as the source estimates them.</param>
    /// <param name="bytes">Bytes as the source estimates them.</param>
    /// <param name="asOf">When.</param>
    public static Prediction Prediction(DatabaseCopyResult dry, long rows, long bytes, DateTimeOffset asOf) =>
        new(rows, bytes, null, [.. dry.Findings.OrderByDescending(static f => f.Blocks).Take(PassException.MostInEvent).Select(Problem)], asOf);

    /// <summary>By code: for lists, and for the people who accept one.</summary>
    public static IEnumerable<Fact> Facts(DatabaseCopyResult dry)
    {
        foreach (var finding in dry.Findings.GroupBy(static f => (f.Code, f.Blocks)).OrderBy(static g => g.Key.Code, StringComparer.Ordinal))
            yield return new Fact(finding.Key.Blocks ? "blocking-finding" : "finding", FormattableString.Invariant($"{finding.Key.Code}: {finding.Count()}"));
    }

    /// <summary>Says why no row may be copied yet.</summary>
    /// <exception cref="PassFailureException">A finding stops the copy, or the dry run did not come to its end.</exception>
    public static void Require(DatabaseCopyResult dry)
    {
        if (dry.Findings.FirstOrDefault(static f => f.Blocks) is { } finding)
            throw new PassFailureException(Blocking(finding));
        if (dry.Failure is { } failure)
            throw new PassFailureException(PassFailures.Of(failure));
    }

    private static Failure Blocking(Finding finding)
    {
        var text = $"{finding.Code} ({finding.Item}): {finding.Text} {finding.Action}";
        return new Failure(FailureSide.Target, FailureKind.Refused, CodeOf(finding), text.Length > LongestText ? text[..LongestText] : text);
    }

    private static ItemException Problem(Finding finding)
    {
        var item = $"{finding.Code}: {finding.Item}";
        var text = finding.Text.Length > LongestText ? finding.Text[..LongestText] : finding.Text;
        return new ItemException(item.Length > LongestItem ? item[..LongestItem] : item, new Failure(SideOf(finding), FailureKind.Refused, CodeOf(finding), text), finding.Action);
    }

    private static FailureSide SideOf(Finding finding) => finding.Code is FindingCode.OrphanDefiner or FindingCode.OtherDefiner or FindingCode.SourceRightMissing or FindingCode.NoKey or FindingCode.TableLock
        ? FailureSide.Source
        : FailureSide.Target;

    private static string CodeOf(Finding finding) => finding.Code switch
    {
        FindingCode.RowTooLarge => FailureCode.TooBig,
        FindingCode.RightMissing or FindingCode.SourceRightMissing => FailureCode.PermissionDenied,
        _ => FailureCode.NotExpressible,
    };
}
