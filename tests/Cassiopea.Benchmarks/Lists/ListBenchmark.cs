using System.Globalization;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Sympa;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;

namespace Cassiopea.Benchmarks.Lists;

/// <summary>Moves a list of 5,000 people and 400 posts from one Sympa to another, and once more with nothing changed; all of it must stay under 10 minutes.</summary>
internal static class ListBenchmark
{
    private const int People = 5000, Posts = 400;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly ListAddress Old = new("infos", "lists.oldhost.test"), New = new("infos", "lists.newhost.test");

    public static async Task<int> RunAsync(CancellationToken token)
    {
        await using var old = await SympaServer.StartAsync(Old.Robot, token);
        await using var fresh = await SympaServer.StartAsync(New.Robot, token);
        await old.AddListAsync(Old.Name, ListSeed.Config(old.Robot), ListSeed.Members(People), ListSeed.Owners, ListSeed.Editors, token);
        for (var i = 1; i <= Posts; i++) await old.ArchiveAsync(Old.Name, i > Posts / 2 ? "2011-07" : "2010-03", i > Posts / 2 ? i - (Posts / 2) : i, ListSeed.Post(i), token);
        var source = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Source, SympaServer.Account), old.Configuration, old.Library, token);
        var target = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Target, SympaServer.Account), fresh.Configuration, fresh.Library, token);
        var folder = LabRoot.NewFolder("bundles");
        var (start, total) = (TimeProvider.System.GetTimestamp(), 0.0);
        double Lap()
        {
            var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
            (start, total) = (TimeProvider.System.GetTimestamp(), total + seconds);
            return seconds;
        }

        var (first, second) = (new ListBundle(Path.Combine(folder, "1")), new ListBundle(Path.Combine(folder, "2")));
        await new ListExport(TimeProvider.System).RunAsync(source, Old, first.Folder, token);
        var exported = Lap();
        var moved = await new ListImport(TimeProvider.System).RunAsync(first, target, New, Path.Combine(folder, "journal"), new(), token);
        var imported = Lap();
        var verified = await new ListVerification(TimeProvider.System).RunAsync(first, target, New, null, token);
        var compared = Lap();
        await new ListExport(TimeProvider.System).RunAsync(source, Old, second.Folder, token);
        var again = await new ListImport(TimeProvider.System).RunAsync(second, target, New, Path.Combine(folder, "journal"), new(), token);
        var unchanged = Lap();
        var good = moved.Exceptions.Count == 0 && verified.Outcome == TransferOutcome.Complete && again.ChangedNothing && fresh.Sent.Count == 0 && total < Limit.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"lists {People} people, {Posts} posts: export {exported:0.0} s, import {imported:0.0} s, verify {compared:0.0} s, a second pass without a change {unchanged:0.0} s, {total:0.0} s in all; {verified.Exceptions.Count} differences, {fresh.Sent.Count} mails sent: {(good ? "exact" : "NOT exact")}"));
        return good ? 0 : 6;
    }
}
