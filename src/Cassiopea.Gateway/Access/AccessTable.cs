using static Cassiopea.Gateway.Access.Role;

namespace Cassiopea.Gateway.Access;

/// <summary>Who may call an endpoint, and with which scope. <see cref="Role.Anonymous"/> means without a key.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Pattern">Route.</param>
/// <param name="Scope">What a key must be for.</param>
/// <param name="Roles">Who.</param>
/// <param name="Door">How they show who they are.</param>
/// <param name="Does">Of a form on a page: the API's endpoints that it calls; a page does nothing that the API cannot.</param>
internal sealed record AccessRow(string Method, string Pattern, string Scope, Role Roles, Door Door = Door.Api, params string[] Does);

/// <summary>How a caller shows who it is.</summary>
internal enum Door
{
    /// <summary>A key, in a header.</summary>
    Api,

    /// <summary>A session, in a cookie.</summary>
    Page,
}

/// <summary>Endpoint × role (S17): the one source of the authorization policies and of the test that walks them. An endpoint without a row does not start.</summary>
internal static class AccessTable
{
    const Role People = Operator | Staff | Approver | Auditor;
    const Role PeopleAndMember = People | Member;
    const Role Readers = People | Member | Provider;
    const Role Crew = Operator | Staff;
    const Role Deciders = Operator | Staff | Approver;
    const string Api = "/api/v1";

    public static readonly IReadOnlyList<AccessRow> Rows =
    [
        new("GET", "/health", "", Anonymous),
        new("GET", "/alive", "", Anonymous),
        new("GET", "/problems", "", Anonymous),
        new("GET", "/problems/{code}", "", Anonymous),
        new("GET", "/api/v1/openapi.json", "", Anonymous),
        new("GET", "/archives/{secret}", "", Anonymous),
        new("GET", "/access/{secret}", "", Anonymous),
        new("POST", "/access/{secret}", "", Anonymous),
        new("GET", "/codes/{secret}", "", Anonymous),
        new("POST", "/codes/{secret}", "", Anonymous),

        Read("/me", Readers | Service),

        Read("/members", PeopleAndMember),
        Command("/members", Crew),
        Command("/members:import", Crew),
        Read("/members/{id:guid}", PeopleAndMember),
        new("PATCH", Api + "/members/{id:guid}", Scope.Command, Crew),
        Read("/members/{id:guid}/export", Crew | Member),
        Read("/members/{id:guid}/invoices", PeopleAndMember),
        Command("/members/{id:guid}/waivers", Deciders),
        Command("/members/{id:guid}/arrangements", Deciders),
        Command("/invoices:import", Crew),
        Command("/members/{id:guid}/invoices/recheck", Crew | Member),
        Command("/members/{id:guid}/contests", Crew | Member),
        Command("/members/{id:guid}/contests/answer", Crew),
        Read("/payments", People),
        Command("/payments", Crew),
        Command("/payments:import", Crew),
        Read("/texts", People),
        Read("/texts/{template}/{language}", People),
        Command("/texts/{template}/{language}/versions", Crew),

        Read("/migrations", Readers),
        Command("/migrations", Crew),
        Read("/migrations/{id:guid}", Readers),
        Read("/migrations/{id:guid}/timeline", Readers),
        Read("/migrations/{id:guid}/dossier", PeopleAndMember),
        Read("/migrations/{id:guid}/connection-sheet", Readers),
        Read("/migrations/{id:guid}/items", Readers),
        Command("/migrations/{id:guid}/items", Crew),
        Read("/items", Readers),
        Read("/items/{id:guid}", Readers),

        Read("/migrations/{id:guid}/checklist", PeopleAndMember),
        Read("/migrations/{id:guid}/checklist/history", PeopleAndMember),
        Command("/migrations/{id:guid}/checklist/answers", Crew | Member),
        Read("/migrations/{id:guid}/preflight", PeopleAndMember),
        Command("/migrations/{id:guid}/preflight/{check}/commands/run", Crew | Member),
        Read("/migrations/{id:guid}/dry-run", PeopleAndMember),
        Command("/migrations/{id:guid}/contacts/{contact}/code", Crew | Member),
        Command("/migrations/{id:guid}/contacts/{contact}/confirmation", Crew | Member),
        Read("/migrations/{id:guid}/inventory", PeopleAndMember),
        Command("/inventory:import", Crew),
        Read("/tasks", PeopleAndMember),
        Command("/tasks/{id:guid}/commands/close", Crew),
        Command("/tasks/{id:guid}/commands/assign", Crew),
        Command("/tasks/{id:guid}/thread", Crew | Member),

        Verb("approve-plan", Deciders),
        Verb("start", Crew),
        Verb("cutover", Deciders),
        Verb("consent-to-switch", Crew | Member),
        Verb("approve-differences", Deciders | Member),
        Verb("hand-over", Crew),
        Verb("pause", Deciders | Member),
        Verb("resume", Crew),
        Verb("cancel", Crew),
        Verb("decline", Crew),
        Verb("rollback", Deciders),
        Verb("exclude-kind", Crew),
        Verb("survey-again", Crew),
        Command("/items/{id:guid}/commands/retry", Crew),
        Command("/items/{id:guid}/commands/exclude", Crew),
        Command("/items/{id:guid}/commands/choose-strategy", Crew | Member),
        Command("/items/{id:guid}/commands/confirm-last-fetch", Crew | Member),
        Command("/items/{id:guid}/commands/archive-item", Crew | Member),
        Command("/items/{id:guid}/commands/entrust", Crew | Member),
        Command("/items/{id:guid}/commands/report-moved", Crew | Provider),
        Command("/items/{id:guid}/commands/take-back", Crew | Member),
        Command("/items/{id:guid}/commands/answer-statistics", Crew | Member),
        Command("/items/{id:guid}/commands/map-paths", Crew),
        Command("/items/{id:guid}/commands/request-archive", Crew | Member),
        Command("/items/{id:guid}/commands/accept-backup", Crew),
        Command("/items/{id:guid}/commands/decide-database", Crew),
        Command("/items/{id:guid}/commands/request-read-account", Deciders),
        Command("/items/{id:guid}/commands/invite-host", Crew | Member),
        Command("/items/{id:guid}/commands/request-export", Provider),
        Command("/items/{id:guid}/commands/consent-to-export", Member),
        Command("/items/{id:guid}/archive-links", Crew | Member),
        Command("/items/{id:guid}/statistics-link", Crew | Member),
        Command("/items/{id:guid}/host-link", Crew | Member),
        Command("/items/{id:guid}/commands/record-rung", Crew),
        Command("/items/{id:guid}/commands/approve-zone-deletions", Deciders),
        Command("/items/{id:guid}/commands/prepare-transfer", Crew | Member),
        Command("/items/{id:guid}/transfer-code-link", Crew | Member),
        Read("/items/{id:guid}/recovery-hint", Member),
        Read("/domains/conflicts", People),

        new("PUT", Api + "/credentials/{id:guid}", Scope.Credentials, Crew | Member | Provider),
        new("GET", Api + "/credentials/{id:guid}", Scope.Read, PeopleAndMember | Provider),

        Read("/incidents", People),
        Read("/incidents/{code}", People),
        Command("/bulk/start", Crew),
        Command("/bulk/survey-again", Crew),
        Command("/bulk/retry", Crew),
        Command("/bulk/pause", Crew),
        Command("/bulk/resume", Crew),
        Command("/bulk/cancel", Crew),
        Read("/dead-letters", Operator | Staff | Auditor),
        Command("/dead-letters/{id:guid}/requeue", Crew),
        Command("/dead-letters/{id:guid}/discard", Deciders),
        Read("/forecast", People),
        Read("/operations/{id:guid}", Readers),
        Read("/events", Readers),

        new("GET", Api + "/api-keys", Scope.Keys, Operator | Auditor),
        new("POST", Api + "/api-keys", Scope.Keys, Operator),
        new("DELETE", Api + "/api-keys/{id:guid}", Scope.Keys, Operator),
        Read("/audit", Operator | Auditor),
        Read("/audit/verification", Operator | Auditor),
        Read("/audit/verdicts", Operator | Auditor),
        Command("/audit/verifications", Operator | Auditor),

        new("GET", Api + "/people", Scope.Keys, Operator | Auditor),
        new("POST", Api + "/people", Scope.Keys, Operator),
        new("DELETE", Api + "/people/{id:guid}", Scope.Keys, Operator),
        new("GET", Api + "/sessions", Scope.Keys, Operator | Auditor),
        new("DELETE", Api + "/sessions/{id:guid}", Scope.Keys, Operator),
        Command("/members/{id:guid}/sign-in-links", Crew),
        Read("/members/{id:guid}/messages", PeopleAndMember),
        Command("/members/{id:guid}/messages", Deciders | Member),
        Read("/messages", People),
        Command("/messages/{id:guid}/commands/close", Deciders),
        Command("/migrations/{id:guid}/date-wish", Deciders | Member),
        Read("/hosts", People),
        Read("/reports", People),
        Read("/reports/{name}", People),
        Read("/credentials", People),
        Read("/waves", People),
        Read("/waves/{id:guid}", People),
        Command("/waves", Crew),
        Command("/waves/{id:guid}/plan", Crew),
        Command("/waves/{id:guid}/members", Crew),
        Command("/waves/{id:guid}/commands/start", Crew),
        Command("/waves/{id:guid}/commands/pause", Crew),
        Command("/waves/{id:guid}/commands/resume", Crew),
        Command("/waves/{id:guid}/commands/cancel", Crew),
        Command("/waves/{id:guid}/commands/retry", Crew),

        .. PageTable.Rows,
    ];

    static readonly Dictionary<(string, string), AccessRow> ByEndpoint = Rows.ToDictionary(row => (row.Method, row.Pattern));

    /// <exception cref="InvalidOperationException">The endpoint has no row.</exception>
    public static AccessRow For(string method, string pattern) =>
        ByEndpoint.TryGetValue((method, pattern), out var row)
            ? row
            : throw new InvalidOperationException($"Endpoint {method} {pattern} has no row in {nameof(AccessTable)}: say who may call it.");

    static AccessRow Read(string path, Role roles) => new("GET", Api + path, Scope.Read, roles);

    static AccessRow Command(string path, Role roles) => new("POST", Api + path, Scope.Command, roles);

    static AccessRow Verb(string verb, Role roles) => Command("/migrations/{id:guid}/commands/" + verb, roles);
}
