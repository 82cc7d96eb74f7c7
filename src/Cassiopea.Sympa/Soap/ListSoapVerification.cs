using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Soap;

/// <summary>
/// Compares a new list with a bundle at a host that gives no shell: everyone, their names, who owns and who moderates from <c>fullReview</c>; how they receive
/// and since when from <c>getDetails</c> of some of them. What SOAP does not tell is not claimed: visibility, bounces, suspensions, topics, config, archive.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class ListSoapVerification(TimeProvider time)
{
    /// <summary>What no SOAP call tells, for reports.</summary>
    public static IReadOnlyList<string> NotRead { get; } = ["visibility", "bounces", "suspensions", "topics", "config", "archive", "held posts"];

    /// <summary>Compares.</summary>
    /// <param name="bundle">A sealed bundle of the old list.</param>
    /// <param name="soap">The new host.</param>
    /// <param name="to">The new list.</param>
    /// <param name="actor">A listmaster there, or an owner of the list.</param>
    /// <param name="details">Of how many members the settings are read one by one, evenly chosen; about 15 a second.</param>
    /// <param name="token">Ends it.</param>
    public Task<TransferReport> RunAsync(ListBundle bundle, SympaSoap soap, ListAddress to, string actor, int details, CancellationToken token) => RunAsync(bundle, soap, to, actor, details, null, token);

    /// <summary>Compares with whom the list must hold, where more than the bundle is known of it.</summary>
    /// <param name="bundle">A sealed bundle of the old list.</param>
    /// <param name="soap">The new host.</param>
    /// <param name="to">The new list.</param>
    /// <param name="actor">A listmaster there, or an owner of the list.</param>
    /// <param name="details">Of how many members the settings are read one by one, evenly chosen; about 15 a second.</param>
    /// <param name="wanted">By role; null = those of the bundle.</param>
    /// <param name="token">Ends it.</param>
    public async Task<TransferReport> RunAsync(ListBundle bundle, SympaSoap soap, ListAddress to, string actor, int details, IReadOnlyDictionary<string, IReadOnlyList<DumpEntry>>? wanted, CancellationToken token)
    {
        var started = time.GetUtcNow();
        await bundle.CheckAsync(token);
        var manifest = bundle.Manifest();
        var there = (await soap.PeopleAsync(to, actor, token)).ToDictionary(static one => one.Email, StringComparer.Ordinal);
        var differences = new List<ReportException>();
        long compared = 0;
        foreach (var (role, has) in ((string, Func<SoapPerson, bool>)[])[("member", static one => one.IsSubscriber), ("owner", static one => one.IsOwner), ("editor", static one => one.IsEditor)])
        {
            foreach (var one in wanted?[role] ?? bundle.People(role))
            {
                compared++;
                if (!there.TryGetValue(one.Address, out var found) || !has(found))
                    differences.Add(new($"{role} {one.Address}", TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemMissing, $"The new host does not tell this {role}.", "Add it by hand, or import again."));
                else if (role == "member" && (one["gecos"] ?? "") != found.Name)
                    differences.Add(Altered(one.Address, "gecos"));
            }
        }

        foreach (var excluded in bundle.Exclusions().Where(one => there.GetValueOrDefault(one)?.IsSubscriber == true))
            differences.Add(new($"exclusion {excluded}", TransferSide.Target, TransferFailureKind.Broken, TransferCode.ItemAltered, "Left the old list and is subscribed at the new one.", "Unsubscribe this person and have the new host exclude the address."));
        foreach (var one in Chosen(wanted?["member"] ?? bundle.People("member"), details))
        {
            if (await soap.DetailsAsync(to, one.Address, token) is not { } found) continue; // said above
            var wrong = new List<string>(2);
            if ((one["reception"] ?? "mail") != found.Reception) wrong.Add("reception");
            if (BundlePerson.Of(one, "member").SubscribedAt is { } since && since != found.SubscribedAt) wrong.Add("date");
            if (wrong.Count > 0) differences.Add(Altered(one.Address, string.Join(", ", wrong)));
        }

        var missing = differences.Count(static one => one.Code == TransferCode.ItemMissing);
        return new("list verify --soap", Engine.Version, manifest.List, to.ToString(), started, time.GetUtcNow(), differences.Count == 0 ? TransferOutcome.Complete : TransferOutcome.Different,
            new(compared, 0, compared - missing, missing, 0, 0, 0, 0), 0, (time.GetUtcNow() - started).TotalSeconds, 0, Engine.PeakMemory, differences);
    }

    private static IEnumerable<DumpEntry> Chosen(IReadOnlyList<DumpEntry> members, int most)
    {
        var step = most <= 0 ? 0 : Math.Max(1, (members.Count + most - 1) / most);
        for (var i = 0; step > 0 && i < members.Count; i += step) yield return members[i];
    }

    private static ReportException Altered(string address, string fields) =>
        new($"member {address}", TransferSide.Target, TransferFailureKind.Broken, TransferCode.ItemAltered, $"Changed at the new host: {fields}.", "Look at the person's settings at the new host.");
}
