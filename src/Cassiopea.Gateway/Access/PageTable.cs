using Cassiopea.Gateway.Bulk;
using static Cassiopea.Gateway.Access.Role;

namespace Cassiopea.Gateway.Access;

/// <summary>Who may open a page or send its form, and which endpoints of the API the form calls. Part of <see cref="AccessTable"/>.</summary>
internal static class PageTable
{
    const Role People = Operator | Staff | Approver | Auditor;
    const Role Crew = Operator | Staff;
    const Role Everyone = People | Member;

    public static readonly IReadOnlyList<AccessRow> Rows =
    [
        Open("/"),
        Open("/style-{tag}.css"),
        Open("/live-{tag}.js"),
        Open("/langue/{language}"),
        Open("/aide"),
        Open("/accessibilite"),
        Open("/vie-privee"),
        Open("/entrer"),
        OpenForm("/entrer"),
        Open("/entrer/{secret}"),
        OpenForm("/entrer/{secret}"),
        Open("/equipe/entrer"),
        OpenForm("/equipe/entrer"),
        Open("/equipe/invitation/{secret}"),
        OpenForm("/equipe/invitation/{secret}"),
        Form("/sortir", Everyone),
        Page("/direct", Everyone),

        Page("/equipe", People),
        Page("/equipe/membres", People),
        Page("/equipe/membres/{id:guid}", People),
        Page("/equipe/elements/{id:guid}", People),
        Page("/equipe/incidents", People),
        Page("/equipe/approbations", People),
        Page("/equipe/serveurs", People),
        Page("/equipe/chercher", People),
        Page("/equipe/taches", People),
        Page("/equipe/conversations", People),
        Page("/equipe/migrations/{id:guid}/controles", People),
        Page("/equipe/migrations/{id:guid}/inventaire", People),
        Page("/equipe/acces", People),
        Page("/equipe/textes", People),
        Page("/equipe/textes/{template}/{language}", People),
        Page("/equipe/rapports", People),
        Page("/equipe/rapports/{name}.csv", People),
        Page("/equipe/audit", Operator | Auditor),
        Page("/equipe/personnes", Operator | Auditor),
        Form("/equipe/migrations/{id:guid}/{verb}", Crew | Approver, [.. Pages.Staff.StaffVerbs.Shared.Select(verb => "POST /migrations/{id:guid}/commands/" + verb)]), // the others are refused by their own row
        Form("/equipe/elements/{id:guid}/{verb}", Crew, "POST /items/{id:guid}/commands/retry", "POST /items/{id:guid}/commands/exclude"),
        Form("/equipe/membres", Crew, [.. BulkVerbs.OfPages.Select(verb => "POST /bulk/" + verb)]),
        Form("/equipe/membres/{id:guid}/message", Crew | Approver, "POST /members/{id:guid}/messages"),
        Form("/equipe/membres/{id:guid}/migration", Crew, "POST /migrations"),
        Form("/equipe/membres/{id:guid}/lien", Crew, "POST /members/{id:guid}/sign-in-links"),
        Form("/equipe/messages/{id:guid}/close", Crew | Approver, "POST /messages/{id:guid}/commands/close"),
        Form("/equipe/incidents", Crew, "POST /bulk/retry"),
        Form("/equipe/taches/{id:guid}/prendre", Crew, "POST /tasks/{id:guid}/commands/assign"),
        Form("/equipe/taches/{id:guid}/terminer", Crew, "POST /tasks/{id:guid}/commands/close"),
        Form("/equipe/taches/{id:guid}/ecrire", Crew, "POST /tasks/{id:guid}/thread"),
        Form("/equipe/migrations/{id:guid}/controles", Crew, "POST /migrations/{id:guid}/preflight/{check}/commands/run"),
        Form("/equipe/textes/{template}/{language}", Crew, "POST /texts/{template}/{language}/versions"),
        Form("/equipe/cles", Operator, "POST /api-keys"),
        Form("/equipe/cles/{id:guid}/revoquer", Operator, "DELETE /api-keys/{id:guid}"),
        Form("/equipe/personnes", Operator, "POST /people"),
        Form("/equipe/personnes/{id:guid}/arreter", Operator, "DELETE /people/{id:guid}"),
        Form("/equipe/sessions/{id:guid}/terminer", Operator, "DELETE /sessions/{id:guid}"),

        Page("/depart", Member),
        Page("/depart/factures", Member),
        Page("/depart/services", Member),
        Page("/depart/elements/{id:guid}", Member),
        Page("/depart/applications", Member),
        Page("/depart/questions", Member),
        Page("/depart/questions/{rule:int}", Member),
        Form("/depart/questions/{rule:int}", Member, "POST /migrations/{id:guid}/checklist/answers"),
        Page("/depart/verifier", Member),
        Page("/depart/date", Member),
        Page("/depart/date.ics", Member),
        Page("/depart/suivi", Member),
        Page("/depart/differences", Member),
        Page("/depart/dossier", Member),
        Page("/depart/dossier/lire", Member),
        Page("/depart/dossier/donnees", Member),
        Page("/depart/vie-privee", Member),
        Page("/depart/aide", Member),
        Form("/depart/message", Member, "POST /members/{id:guid}/messages"),
        Form("/depart/date", Member, "POST /migrations/{id:guid}/date-wish"),
        Form("/depart/factures/contester", Member, "POST /members/{id:guid}/contests"),
        Form("/depart/factures/revoir", Member, "POST /members/{id:guid}/invoices/recheck"),
        Page("/depart/contacts", Member),
        Form("/depart/contacts/code", Member, "POST /migrations/{id:guid}/contacts/{contact}/code"),
        Form("/depart/contacts/verifier", Member, "POST /migrations/{id:guid}/contacts/{contact}/confirmation"),
        Form("/depart/bascule", Member, "POST /migrations/{id:guid}/commands/consent-to-switch"),
        Form("/depart/elements/{id:guid}/statistiques", Member, "POST /items/{id:guid}/commands/answer-statistics"),
        Form("/depart/elements/{id:guid}/statistiques/lien", Member, "POST /items/{id:guid}/statistics-link"),
        Form("/depart/elements/{id:guid}/sauvegarde", Member, "POST /items/{id:guid}/commands/request-archive"),
        Form("/depart/elements/{id:guid}/indice", Member, "GET /items/{id:guid}/recovery-hint"),
        Form("/depart/elements/{id:guid}/transfert", Member, "POST /items/{id:guid}/commands/prepare-transfer"),
        Form("/depart/elements/{id:guid}/code", Member, "POST /items/{id:guid}/transfer-code-link"),
        Form("/depart/elements/{id:guid}/inviter", Member, "POST /items/{id:guid}/commands/invite-host"),
        Form("/depart/elements/{id:guid}/exporter", Member, "POST /items/{id:guid}/commands/consent-to-export"),
        Form("/depart/pause", Member, "POST /migrations/{id:guid}/commands/pause"),
        Form("/depart/differences", Member, "POST /migrations/{id:guid}/commands/approve-differences"),
        Form("/depart/vie-privee", Member, "GET /members/{id:guid}/export"),
        Form("/depart/elements/{id:guid}/choix", Member, "POST /items/{id:guid}/commands/choose-strategy"),
        Form("/depart/elements/{id:guid}/releve", Member, "POST /items/{id:guid}/commands/confirm-last-fetch"),
        Form("/depart/elements/{id:guid}/mot-de-passe", Member, "PUT /credentials/{id:guid}"),
        Form("/depart/elements/{id:guid}/archive", Member, "POST /items/{id:guid}/archive-links"),
        Form("/depart/elements/{id:guid}/confier", Member, "POST /items/{id:guid}/commands/entrust", "POST /items/{id:guid}/host-link"),
    ];

    static AccessRow Open(string path) => new("GET", path, "", Anonymous, Door.Page);

    static AccessRow OpenForm(string path) => new("POST", path, "", Anonymous, Door.Page);

    static AccessRow Page(string path, Role roles) => new("GET", path, Scope.Read, roles, Door.Page);

    static AccessRow Form(string path, Role roles, params string[] does) => new("POST", path, Scope.Read, roles, Door.Page, does);
}
