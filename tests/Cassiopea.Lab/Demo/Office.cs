namespace Cassiopea.Lab.Demo;

/// <summary>The people of the closing host and of the new provider, each with a key of their own.</summary>
internal sealed class Office : IDisposable
{
    private readonly List<GatewayApi> _keys = [];

    private Office(GatewayApi admin) => _keys.Add(admin);

    /// <summary>Made the keys; does nothing else.</summary>
    public GatewayApi Admin => _keys[0];

    /// <summary>Imports, declares, starts, hands over.</summary>
    public GatewayApi Sophie { get; private set; } = null!;

    /// <summary>Approves.</summary>
    public GatewayApi Marc { get; private set; } = null!;

    /// <summary>Approves too, where two must.</summary>
    public GatewayApi Lena { get; private set; } = null!;

    /// <summary>Owner of the key of the host that receives lists.</summary>
    public const string ReceivingHost = "nouvel-hote";

    /// <summary>Makes the keys.</summary>
    public static async Task<Office> OpenAsync(DemoSystem system, CancellationToken token)
    {
        var office = new Office(new GatewayApi(system.Gateway, await system.AdminKeyAsync(token)));
        office.Sophie = await office.HireAsync(system, "sophie", "Staff", null, token);
        office.Marc = await office.HireAsync(system, "marc", "Approver", null, token);
        office.Lena = await office.HireAsync(system, "lena", "Approver", null, token);
        return office;
    }

    /// <summary>The lists of the old host, brought in by Sophie: members, then invoices; then a migration for each member.</summary>
    public async Task<IReadOnlyList<Course>> ImportAsync(DemoSystem system, Action<string> say, CancellationToken token)
    {
        var lists = LabFile.FolderOf(system.State);
        await Sophie.ImportAsync("members:import?fileName=members.csv", await File.ReadAllBytesAsync(Path.Combine(lists, "members.csv"), token), token);
        say($"{system.Lab.Members.Count} members imported");
        foreach (var file in (string[])["invoices-1.csv", "invoices-2.csv"])
        {
            var result = await Sophie.ImportAsync($"invoices:import?fileName={file}", await File.ReadAllBytesAsync(Path.Combine(lists, file), token), token);
            say($"{file}: {result.Detail}{result.Result}");
        }

        var courses = new List<Course>();
        foreach (var member in system.Lab.Members)
        {
            courses.Add(await RequestAsync(system, member, token));
            say($"{member.Reference} {member.Name}: migration asked for");
        }

        return courses;
    }

    /// <summary>Asks for the migration of a member that the board knows.</summary>
    public async Task<Course> RequestAsync(DemoSystem system, LabMember member, CancellationToken token)
    {
        var memberId = (await MemberAsync(member.Reference, token)).Id;
        var operation = await Sophie.CommandAsync("migrations", new { memberId }, token);
        var own = await HireAsync(system, member.ContactEmail, "Member", memberId, token);
        return new Course(member, memberId, operation.MigrationId ?? throw new InvalidDataException("no migration"), own);
    }

    /// <summary>A key for one more person.</summary>
    public async Task<GatewayApi> HireAsync(DemoSystem system, string owner, string role, Guid? memberId, CancellationToken token)
    {
        var made = await Admin.PostAsync<KeyMade>("api-keys", new { owner, role, memberId }, token);
        var api = new GatewayApi(system.Gateway, made.Text ?? throw new InvalidDataException("no key"));
        _keys.Add(api);
        return api;
    }

    public void Dispose() => _keys.ForEach(key => key.Dispose());

    // the operation has ended; the board hears of a member by an event of its own
    private async Task<MemberSummary> MemberAsync(string reference, CancellationToken token)
    {
        MemberSummary? found = null;
        await Eventually.TrueAsync(
            $"the board knows {reference}",
            async () => (found = (await Sophie.GetAsync<Page<MemberSummary>>($"members?search={reference}", token)).Items.FirstOrDefault(m => m.Reference == reference)) is not null,
            TimeSpan.FromSeconds(30),
            token);
        return found!;
    }
}
