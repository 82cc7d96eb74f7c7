using System.Globalization;

namespace Cassiopea.Cli.Api;

/// <summary>Groups of members whose first copies are started together.</summary>
internal static class WaveCommands
{
    private const string Plan = "--name= --opens= --closes= --concurrency= --black-outs=";
    private const string Act = "--expected-count= --reason=";

    private static readonly Dictionary<string, DayOfWeek> Days = Enum.GetValues<DayOfWeek>().ToDictionary(d => d.ToString()[..3].ToLowerInvariant());

    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("wave list", "", "Waves, with how many members copy and are past the first copy", "Les vagues, avec le nombre de membres en copie et de ceux qui l'ont passée", "", ListAsync),
        ApiCommands.Read("wave show", "WAVE", "A wave with its plan and its members", "Une vague, son plan et ses membres", "", ShowAsync),
        ApiCommands.Ask("wave create", "", "Make a wave: --black-outs \"mon,tue 08:00-18:00; 2026-12-25\", hours of Brussels, in which nothing is started",
            "Créer une vague : --black-outs \"mon,tue 08:00-18:00; 2026-12-25\", heures de Bruxelles où rien ne démarre", Plan, async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, "waves", BodyOf(line), token)),
        ApiCommands.Ask("wave change", "WAVE", "Change a wave's name and whole plan", "Changer le nom et tout le plan d'une vague", Plan, async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"waves/{IdOf(line)}/plan", BodyOf(line), token)),
        ApiCommands.Ask("wave add", "WAVE MEMBER…", "Put members into a wave, also one that runs", "Mettre des membres dans une vague, même en cours", "", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"waves/{IdOf(line)}/members", new { add = await MembersAsync(line, api, token) }, token)),
        ApiCommands.Ask("wave remove", "WAVE MEMBER…", "Take members out of a wave", "Retirer des membres d'une vague", "", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"waves/{IdOf(line)}/members", new { remove = await MembersAsync(line, api, token) }, token)),
        Of("start", "Let a wave start its members' first copies in its window", "Laisser une vague démarrer les premières copies dans sa fenêtre"),
        Of("pause", "Start nothing more and hold what copies, within 10 s", "Ne plus rien démarrer et suspendre les copies, en 10 s"),
        Of("resume", "Let a wave and its held migrations go on", "Reprendre une vague et ses migrations suspendues"),
        Of("cancel", "Give up a wave and its migrations before their cut-over", "Abandonner une vague et ses migrations avant leur bascule"),
        Of("retry", "Try the parked items of a wave again", "Réessayer les éléments en attente d'une vague"),
    ];

    /// <summary>The black-outs of a line: parts between semicolons, each days of the week or a date, then hours; without hours the whole day.</summary>
    public static IReadOnlyList<object> BlackOuts(string text) =>
        [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(BlackOut)];

    private static object BlackOut(string part)
    {
        List<DayOfWeek> days = [];
        List<DateOnly> dates = [];
        var hours = ("00:00", "00:00");
        foreach (var word in part.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Days.TryGetValue(word.ToLowerInvariant(), out var day))
                days.Add(day);
            else if (DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                dates.Add(date);
            else if (word.Split('-') is [var from, var to] && IsTime(from) && IsTime(to))
                hours = (from, to);
            else
                throw new UsageException(Speech.Of($"Not a black-out: {word}. Write days (mon,tue) or dates (2026-12-25), then hours (08:00-18:00).", $"Pas une plage : {word}. Écrivez des jours (mon,tue) ou des dates (2026-12-25), puis des heures (08:00-18:00)."));
        }

        return new { days = days.Select(d => d.ToString()), dates = dates.Select(d => d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), from = hours.Item1 + ":00", to = hours.Item2 + ":00" };
    }

    private static bool IsTime(string text) => TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static object BodyOf(CommandLine line) => new
    {
        name = line.Required("--name"),
        opensAt = line.Required("--opens"),
        closesAt = line.Required("--closes"),
        concurrency = (int)line.Number("--concurrency", 5, 1, 200),
        blackOuts = BlackOuts(line.Value("--black-outs") ?? ""),
    };

    private static async Task<IReadOnlyList<Guid>> MembersAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        List<Guid> members = [];
        foreach (var word in line.Words.Skip(1))
            members.Add(await Find.MemberAsync(api, word, token));
        return members;
    }

    private static Guid IdOf(CommandLine line) => Guid.TryParse(ApiCommands.Word(line, "WAVE"), out var id) ? id
        : throw new UsageException(Speech.Of("WAVE is an id: see wave list.", "WAVE est un identifiant : voir wave list."));

    private static Command Of(string act, string english, string french) =>
        ApiCommands.Ask($"wave {act}", "WAVE", english, french, Act, async (line, api, token) => await ApiCommands.SendAsync(line, api, $"waves/{IdOf(line)}/commands/{act}", new
        {
            expectedCount = line.Value("--expected-count") is null ? (int?)null : (int)line.Number("--expected-count", 0, 0, int.MaxValue),
            reason = line.Value("--reason"),
        }, token));

    private static async Task<int> ListAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var waves = await api.GetAsync("waves", token);
        if (line.Has("--json")) Output.Json(waves);
        else
            Output.Table(
                [Speech.Of("wave", "vague"), Speech.Of("name", "nom"), Speech.Of("state", "état"), Speech.Of("opens", "ouvre"), Speech.Of("closes", "ferme"), Speech.Of("at once", "à la fois"), Speech.Of("members", "membres"), Speech.Of("copying", "en copie"), Speech.Of("past", "passés")],
                waves.EnumerateArray().Select(static w => new[] { w.Text("id"), w.Text("name"), w.Text("state"), w.Text("opensAt"), w.Text("closesAt"), w.Text("concurrency"), w.Text("members"), w.Text("copying"), w.Text("past") }));
        return ExitCode.Complete;
    }

    private static async Task<int> ShowAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var wave = await api.GetAsync($"waves/{IdOf(line)}", token);
        if (line.Has("--json")) { Output.Json(wave); return ExitCode.Complete; }

        Output.Line($"{wave.Text("name")}: {wave.Text("state")} {wave.Text("reason")}".TrimEnd());
        Output.Table(
            [Speech.Of("member", "membre"), Speech.Of("state", "état"), Speech.Of("asked", "demandé"), Speech.Of("refused", "refusé"), Speech.Of("waits for", "attend")],
            wave.GetProperty("members").EnumerateArray().Select(static m => new[] { m.Text("reference"), m.Text("state"), m.Text("askedAt"), m.Text("refusal"), m.Text("waitingText") }));
        return ExitCode.Complete;
    }
}
