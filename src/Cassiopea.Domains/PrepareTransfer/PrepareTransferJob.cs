using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Vault;
using Cassiopea.Transfer;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Providers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>
/// What the owner needs to take a released domain to another registrar. The code is a password of the domain: it goes from the registrar into the vault
/// and is shown once by a one-time link; where the registry mails it to the holder, a place in the vault waits for it. It is in no message, row or log.
/// </summary>
internal sealed class PrepareTransferJob(DomainsContext db, DnsWorld world, VaultClient vault, IOptions<DomainsOptions> options, TimeProvider time, ILogger<PrepareTransferJob> log) : IJob
{
    public const string Kind = "prepare-transfer";
    private const string Locked = "clientTransferProhibited";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var asked = run.Args<PrepareTransfer>();
        try
        {
            var domain = await db.Domains.AsNoTracking().SingleOrDefaultAsync(row => row.ItemId == run.ItemId && row.MigrationId == run.MigrationId, token)
                ?? throw Refused("This domain was not surveyed yet.");
            if (!RightsLadder.Of(domain.Recovery).Records.Any(static one => one is { Rung: RecoveryRung.Released, Outcome: RungOutcome.Done }))
                throw Refused("The domain is not released yet: record the rung Released first.");
            var registrar = world.Registrar ?? throw Refused("No registrar is configured: whoever manages the domain gives its code.");
            var managed = await registrar.DomainAsync(domain.Name, token) ?? throw Refused("The domain is not in our account at the registrar any more.");
            var tld = TldRule.Of(domain.Name);
            var rule = options.Value.Tlds.GetValueOrDefault(tld) ?? TldRule.Standard(tld);
            if (rule.Advice(managed, time.GetUtcNow()).FirstOrDefault(static one => one.Severity == Severity.Warning) is { } open) throw Refused($"The domain {open.Text}");
            var credential = CredentialOf(run.ItemId);
            var expires = rule.CodeFrom == "registry" ? null : await FetchAsync(registrar, managed, rule, credential, asked.MemberId, token);
            var now = time.GetUtcNow();
            var fromRegistry = rule.CodeFrom == "registry";
            log.TransferPrepared(run.ItemId, rule.CodeFrom);
            await run.CompleteAsync<DomainsContext>(
                own =>
                {
                    own.Audit(asked.Actor, Kind, $"item/{run.ItemId}", fromRegistry ? "The registry mails the code to the holder." : "Unlocked; the code is in the vault.");
                    return Task.CompletedTask;
                },
                [
                    new TransferCodePrepared(run.MigrationId, run.ItemId, credential, fromRegistry, expires, now),
                    new DomainStepReached(run.MigrationId, run.ItemId, fromRegistry ? DomainStep.TransferCodeFromRegistry : DomainStep.TransferCodeReady, expires, null, now),
                    new CommandAccepted(asked.OperationId, fromRegistry ? $"The registry mails the code to the holder. Once staff have it, enter it as credential {credential}." : "The code is in the vault: make the one-time link for the owner."),
                ],
                token);
        }
        catch (VaultUnavailableException away)
        {
            throw new PassingFailureException(new Failure(FailureSide.Us, FailureKind.Passing, FailureCode.VaultUnavailable, away.Message), away);
        }
        catch (Exception e) when (!token.IsCancellationRequested && DomainFailures.Of(e) is { } failure)
        {
            if (failure.Kind == FailureKind.Passing) throw new PassingFailureException(failure, e);
            await run.CompleteAsync(new CommandRefused(asked.OperationId, "not-ready", failure.Text, []), token);
        }
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new CommandRefused(run.Args<PrepareTransfer>().OperationId, "not-ready", failure.Text, [])];

    /// <summary>The place in the vault of a domain's transfer code: the same at each asking.</summary>
    internal static Guid CredentialOf(Guid item) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"transfer-code|{item:N}")).AsSpan(0, 16));

    private async Task<DateTimeOffset?> FetchAsync(GandiApi registrar, GandiDomain managed, TldRule rule, Guid credential, Guid member, CancellationToken token)
    {
        var domain = managed.Name;
        if (rule.Unlock && managed.Status.Contains(Locked, StringComparer.Ordinal))
        {
            await registrar.LockAsync(domain, locked: false, token);
            await UntilAsync(async () => (await registrar.DomainAsync(domain, token))?.Status.Contains(Locked, StringComparer.Ordinal) == false, "unlocked", token);
        }

        if (await registrar.AuthCodeAsync(domain, token) is null) await registrar.ResetAuthCodeAsync(domain, token);
        (string Code, DateTimeOffset? ExpiresAt)? code = null;
        await UntilAsync(async () => (code = await registrar.AuthCodeAsync(domain, token)) is { ExpiresAt: var ends } && !(ends < time.GetUtcNow()), "given a transfer code", token);
        var secret = Encoding.UTF8.GetBytes(code!.Value.Code);
        try
        {
            if (await vault.StoreAsync(credential, member, secret, token) != StoreOutcome.Stored) throw Refused("The vault did not take the code.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }

        return code.Value.ExpiresAt;
    }

    /// <summary>202 is not done.</summary>
    private async Task UntilAsync(Func<Task<bool>> done, string what, CancellationToken token)
    {
        var start = time.GetUtcNow();
        while (!await done())
        {
            if (time.GetUtcNow() - start > options.Value.RegistrarPatience) throw DomainFailures.Shut(TransferSide.Target, $"The registrar took it, but the domain was not {what} in time.", TransferCode.TimedOut);
            await Task.Delay(options.Value.LookEvery, TimeProvider.System, token);
        }
    }

    private static TransferException Refused(string text) => DomainFailures.Shut(TransferSide.Us, text);
}
