namespace Cassiopea.Cli.Api;

/// <summary>Acts on many: the count is asked first and must be repeated.</summary>
internal static class BulkCommands
{
    public const string Scope = "--all --member= --host= --kind= --item= --expected-count= --reason=";

    public static IReadOnlyList<Command> All { get; } =
    [
        Of("start", "Begin first copies: of --all or a --member", "Commencer les premières copies : de --all ou d'un --member"),
        Of("survey-again", "Look again what members have", "Relever à nouveau ce qu'ont les membres"),
        Of("pause", "Hold the migrations of a --member or --all, or the items of a --host, --kind or one --item; passes stop within 10 s", "Suspendre les migrations d'un --member ou --all, ou les éléments d'un --host, --kind ou un --item ; les passes s'arrêtent en 10 s"),
        Of("resume", "Let them go on", "Les reprendre"),
        Of("cancel", "Give migrations up before their cut-over, or leave items out", "Abandonner des migrations avant leur bascule, ou exclure des éléments"),
    ];

    public static async Task<int> RunAsync(CommandLine line, ApiClient api, string act, CancellationToken token)
    {
        Guid? member = line.Value("--member") is { } word ? await Find.MemberAsync(api, word, token) : null;
        int? expected = line.Value("--expected-count") is null ? null : (int)line.Number("--expected-count", 0, 0, int.MaxValue);
        var code = act == "retry" ? line.Value("--code") : null;
        return await ApiCommands.SendAsync(line, api, "bulk/" + act, new
        {
            all = line.Has("--all"),
            memberId = member,
            host = line.Value("--host"),
            kind = line.Value("--kind"),
            itemId = line.Value("--item"),
            code,
            expectedCount = expected,
            reason = line.Value("--reason"),
        }, token);
    }

    private static Command Of(string act, string english, string french) =>
        ApiCommands.Ask($"bulk {act}", "", english, french, Scope, (line, api, token) => RunAsync(line, api, act, token));
}
