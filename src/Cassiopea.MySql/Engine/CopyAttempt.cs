using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.MySql.Journal;
using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>One run, step by step.</summary>
internal sealed class CopyAttempt(Sessions sessions, DatabaseJournal journal, DatabaseCopyOptions options, TimeProvider time)
{
    private const int LockSeconds = 60;
    private const int MostWorkers = 8;
    private readonly List<Worker> _workers = [];
    private MySqlConnection? _source;
    private MySqlConnection? _target;

    /// <summary>Null until both ends have been read.</summary>
    public CopyRun? Run { get; private set; }

    public async Task RunAsync(CancellationToken token)
    {
        _source = await sessions.OpenSourceAsync(token);
        _target = await sessions.OpenTargetAsync(token);
        var from = await SchemaReader.ReadAsync(_source, sessions.Source.Endpoint.Database, token);
        var to = await SchemaReader.ReadAsync(_target, sessions.Target.Endpoint.Database, token);
        var names = new TargetNames(from.Database, to.Database, options.OldPrefix, options.NewPrefix);
        if (await SameAsync(_source, _target, from, to, token)) throw Refused(TransferCode.PermissionDenied, "Source and target are the same database of the same server.");
        var findings = await new Checks(from, to, names, options).RunAsync(_source, _target, token);
        Run = new(options, sessions, names, journal, time) { Source = from, Target = to, Findings = findings };
        Run.Method = to.Server.LocalInfile ? options.Method : WriteMethod.Insert;
        foreach (var finding in findings.Where(static f => f.Blocks || f.Code is FindingCode.SourceRightMissing or FindingCode.ZeroDates or FindingCode.ReservedWord or FindingCode.RowTooLarge or FindingCode.NotMoved))
            Run.Note(finding.Item, new(TransferSide.Target, TransferFailureKind.Refused, Code(finding), finding.Text), finding.Action);
        Run.Objects.Source = from.Objects.Count;
        Expect(Run);
        if (findings.FirstOrDefault(static f => f.Blocks) is { } blocking) throw Refused(Code(blocking), $"{blocking.Item}: {blocking.Text} {blocking.Action}");
        if (options.DryRun)
        {
            foreach (var table in from.Tables) Run.Tables.Add(new(table, names.Of(table.Name), new JournalTable(table.Name, names.Of(table.Name))));
            return;
        }

        Run.Resumed = journal.PassIsOpen;
        await HoldTargetAsync(_target, to.Database, token);
        if (!journal.PassIsOpen) journal.BeginPass();
        await new TablePreparation(Run, _source, _target).RunAsync(token);
        await RowsAsync(Run, _source, token);
        await new ObjectCopy(Run, _source, _target).RunAsync(token);
        journal.EndPass(); // what was refused is no chunk that arrived: the next pass looks at it again
    }

    public async ValueTask CloseAsync()
    {
        foreach (var worker in _workers) await worker.CloseAsync();
        await sessions.CloseAsync(_source);
        await sessions.CloseAsync(_target);
    }

    private static void Expect(CopyRun run) => run.Progress.Expect(run.Source.Tables.Sum(static t => t.EstimatedRows), 0);

    /// <summary>What an earlier run's connections have begun ends before this one begins; two runs never write to one database.</summary>
    private async Task HoldTargetAsync(MySqlConnection target, string database, CancellationToken token)
    {
        if (journal.PassIsOpen)
        {
            for (var worker = 0; worker < MostWorkers; worker++)
            {
                await LockAsync(target, LockName(database, worker), token);
                await target.QueryAsync($"SELECT RELEASE_LOCK({LockName(database, worker)})", token);
            }
        }

        await LockAsync(target, LockName(database, -1), token);
    }

    private static string LockName(string database, int worker) => FormattableString.Invariant(
        $"'cassiopea-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(database)).AsSpan(0, 12))}-{worker}'");

    private static async Task LockAsync(MySqlConnection target, string name, CancellationToken token)
    {
        if ((await target.QueryAsync(FormattableString.Invariant($"SELECT GET_LOCK({name}, {LockSeconds})"), token)).Scalar != "1")
            throw new MySqlException(TransferSide.Target, TransferFailureKind.Passing, TransferCode.Throttled, "Another run writes to this database.");
    }

    /// <summary>True when both ends are one database: the server's own list of its connections tells.</summary>
    private static async Task<bool> SameAsync(MySqlConnection source, MySqlConnection target, SchemaInfo from, SchemaInfo to, CancellationToken token)
    {
        if (from.Database != to.Database || from.Server.Version != to.Server.Version) return false;
        var one = (await source.QueryAsync("SELECT CONCAT_WS('/', @@GLOBAL.hostname, @@GLOBAL.port, @@GLOBAL.datadir, @@GLOBAL.pid_file)", token)).Scalar;
        return one == (await target.QueryAsync("SELECT CONCAT_WS('/', @@GLOBAL.hostname, @@GLOBAL.port, @@GLOBAL.datadir, @@GLOBAL.pid_file)", token)).Scalar;
    }

    private async Task RowsAsync(CopyRun run, MySqlConnection source, CancellationToken token)
    {
        var count = Math.Min(options.Connections, Math.Max(1, run.Tables.Count));
        var readers = new List<MySqlConnection>();
        for (var i = 0; i < count; i++) readers.Add(await sessions.OpenSourceAsync(token));
        await Snapshots.StartAsync(run, source, readers, token);
        foreach (var work in run.Tables.Where(static work => work.Refusal is null && work.Chunks.Count == 0))
            run.Journal.Cut(work.Journal, await Planner.CutAsync(readers[0], work.Table, options, token));
        var queue = new WorkQueue(run.Tables.Where(static work => work.Refusal is null));
        foreach (var reader in readers)
        {
            var writer = await sessions.OpenTargetAsync(token);
            await LockAsync(writer, LockName(run.Target.Database, _workers.Count), token);
            _workers.Add(new(run, queue, reader, writer));
        }

        await AllAsync(token);
        foreach (var worker in _workers) await worker.CloseAsync();
        _workers.Clear();
    }

    /// <summary>What one worker cannot solve stops the others, and is what is told.</summary>
    private async Task AllAsync(CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        Exception? first = null;
        await Task.WhenAll(_workers.Select(async worker =>
        {
            try
            {
                await worker.RunAsync(stop.Token);
            }
            catch (Exception failed)
            {
                Interlocked.CompareExchange(ref first, failed, null);
                await stop.CancelAsync();
            }
        }));
        if (first is not null) ExceptionDispatchInfo.Throw(first);
    }

    private static string Code(Finding finding) => finding.Code switch
    {
        FindingCode.RowTooLarge => TransferCode.TooBig,
        FindingCode.RightMissing or FindingCode.SourceRightMissing => TransferCode.PermissionDenied,
        _ => TransferCode.NotExpressible,
    };

    private static MySqlException Refused(string code, string text) => new(TransferSide.Target, TransferFailureKind.Refused, code, text);
}
