using System.Text;
using Cassiopea.Lab.Manifest;

namespace Cassiopea.Lab.Demo;

/// <summary>One member's migration as the demo follows it.</summary>
internal sealed class Course(LabMember member, Guid memberId, Guid migrationId, GatewayApi memberApi)
{
    public LabMember Member => member;

    public Guid MemberId => memberId;

    public Guid MigrationId => migrationId;

    /// <summary>The member's own key: sees this member only.</summary>
    public GatewayApi MemberApi => memberApi;

    /// <summary>What the board last said.</summary>
    public MigrationView? View { get; set; }

    public string State => View?.Migration.State ?? "Requested";

    public bool IsOver { get; set; }

    /// <summary>Questions that the member answered, and tasks that staff closed.</summary>
    public HashSet<(int Rule, Guid? ItemId)> Answered { get; } = [];

    public HashSet<Guid> Closed { get; } = [];

    public HashSet<string> Declared { get; } = new(StringComparer.Ordinal);

    public HashSet<string> ExcludedKinds { get; } = new(StringComparer.Ordinal);

    /// <summary>Lists that the new host asked for and the member let go.</summary>
    public HashSet<Guid> ListsLetGo { get; } = [];

    /// <summary>Sites whose question about visit statistics was answered.</summary>
    public HashSet<Guid> StatisticsAnswered { get; } = [];

    /// <summary>When it was first seen waiting for payment.</summary>
    public long? DebtSeenAt { get; set; }

    public bool Paid { get; set; }

    public bool NewMailDelivered { get; set; }

    /// <summary>Who has approved the window of the cut-over: two people where DNS changes.</summary>
    public HashSet<string> CutOverApprovedBy { get; } = new(StringComparer.Ordinal);

    /// <summary>The member consented to the change of DNS.</summary>
    public bool ConsentGiven { get; set; }

    /// <summary>The rungs before the last one are recorded, and the last one.</summary>
    public bool LadderBegun { get; set; }

    public bool IsOnLastRung { get; set; }

    public bool DifferencesApproved { get; set; }

    public int Resumed { get; set; }

    public long LastEvent { get; set; }

    /// <summary>Highest pass of each item that has ended, and when we heard of it.</summary>
    public Dictionary<Guid, (int Pass, long HeardAt)> Ended { get; } = [];

    /// <summary>Counts of the first copy of each item, as the mail service told.</summary>
    public Dictionary<Guid, System.Text.Json.JsonElement> Counts { get; } = [];

    public Dictionary<string, Comparison> Comparisons { get; } = new(StringComparer.Ordinal);

    /// <summary>A pass runs, or ended a moment ago. A domain has steps, not passes.</summary>
    public bool IsBusy => View is null || View.Items.Any(i => i.Kind != "Domain" && i.State is not ("Excluded" or "NeedsStaff") && i.Pass > 0
        && (!Ended.TryGetValue(i.Id, out var end) || end.Pass < i.Pass || TimeProvider.System.GetElapsedTime(end.HeardAt) < TimeSpan.FromSeconds(1.5)));

    /// <summary>Follows the timeline from where it was read last.</summary>
    public async Task ReadEventsAsync(GatewayApi api, CancellationToken token)
    {
        string? next = LastEvent == 0 ? "" : Cursor(LastEvent);
        while (next is not null)
        {
            var page = await api.GetAsync<Page<TimelineEntry>>($"migrations/{migrationId}/timeline?limit=200{(next.Length > 0 ? "&cursor=" + next : "")}", token);
            foreach (var entry in page.Items)
                Note(entry);
            next = page.Next;
        }
    }

    private void Note(TimelineEntry entry)
    {
        LastEvent = Math.Max(LastEvent, entry.Id);
        if (entry.Type != "message" || entry.ItemId is not { } item || !entry.Data.TryGetProperty("pass", out var number))
            return;
        var pass = number.GetInt32();
        if (!Ended.TryGetValue(item, out var end) || pass >= end.Pass)
            Ended[item] = (pass, TimeProvider.System.GetTimestamp());
        if (pass == 1 && entry.Data.TryGetProperty("counts", out var counts))
            Counts[item] = counts.Clone();
    }

    private static string Cursor(long id)
        => Convert.ToBase64String(Encoding.UTF8.GetBytes(id.ToString(System.Globalization.CultureInfo.InvariantCulture))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
