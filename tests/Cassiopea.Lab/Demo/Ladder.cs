namespace Cassiopea.Lab.Demo;

/// <summary>Plays staff who climb the ladder of rights over a domain in vain: its owner lost the account and the papers, so that only the name servers can be changed.</summary>
internal sealed class Ladder(Office office, Action<string> say)
{
    private const string Custodian = "Marc, liquidateur";

    private static readonly (string Rung, string Outcome, string Note)[] Rungs =
    [
        ("Notified", "Done", ""),
        ("Released", "Done", ""),
        ("HandleTold", "Done", ""),
        ("PasswordRecovery", "Failed", "The mailbox of the account was closed years ago."),
        ("OwnershipProof", "Failed", "The registrar refuses the form: the statutes are lost."),
    ];

    /// <summary>Climbs to the last rung, which is open only when the site runs at the new host.</summary>
    /// <returns>True when the last rung is recorded.</returns>
    public async Task<bool> ClimbAsync(Course course, MigrationView view, CancellationToken token)
    {
        var (domain, site) = (view.Items.Single(i => i.Kind == "Domain"), view.Items.Single(i => i.Kind == "Site"));
        if (!course.LadderBegun)
        {
            foreach (var (rung, outcome, note) in Rungs)
                await RecordAsync(domain.Id, rung, outcome, note, token);
            course.LadderBegun = true;
            say($"{course.Member.Reference} {domain.Name}: password recovery and proof of ownership failed, the last rung is left");
        }

        if (site.State is not ("InSync" or "CutOver" or "Done" or "DoneWithExceptions"))
            return false;
        await RecordAsync(domain.Id, "NameServersOnly", "Done", "The name servers are changed while the rights are recovered.", token);
        say($"{course.Member.Reference} {domain.Name}: last rung, kept by {Custodian} until the owner has the rights");
        return true;
    }

    private Task RecordAsync(Guid domain, string rung, string outcome, string note, CancellationToken token) =>
        office.Sophie.CommandAsync($"items/{domain}/commands/record-rung", new { rung, outcome, note, custodian = rung == "NameServersOnly" ? Custodian : null }, token);
}
