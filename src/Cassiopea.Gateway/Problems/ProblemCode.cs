using System.Diagnostics.CodeAnalysis;

namespace Cassiopea.Gateway.Problems;

/// <summary>One way in which a request can fail: stable code, status, and a sentence that says who must do what, in English and French.</summary>
internal sealed record ProblemCode(string Code, int Status, string English, string French)
{
    public string Type => "/problems/" + Code;

    public static readonly ProblemCode Malformed = new("malformed", 400,
        "The request cannot be read. Correct its form (see the API description) and send it again.",
        "La requête est illisible. Corrigez sa forme (voir la description de l'API) et renvoyez-la.");

    public static readonly ProblemCode IdempotencyKeyMissing = new("idempotency-key-missing", 400,
        "This request needs the header Idempotency-Key. Choose a new value for each intention and repeat it when you send the same request again.",
        "Cette requête demande l'en-tête Idempotency-Key. Choisissez une nouvelle valeur pour chaque intention et répétez-la si vous renvoyez la même requête.");

    public static readonly ProblemCode KeyMissing = new("key-missing", 401,
        "A valid API key is needed. Ask an operator for one and send it as Authorization: Bearer.",
        "Il faut une clé d'API valable. Demandez-en une à un opérateur et envoyez-la par Authorization: Bearer.");

    public static readonly ProblemCode RoleNotAllowed = new("role-not-allowed", 403,
        "The role of this key may not do this. Ask a person whose role may.",
        "Le rôle de cette clé ne permet pas cela. Demandez à une personne dont le rôle le permet.");

    public static readonly ProblemCode ScopeMissing = new("scope-missing", 403,
        "This key was made for less than this. Ask an operator for a key with the scope that is needed.",
        "Cette clé n'a pas la portée nécessaire. Demandez à un opérateur une clé qui l'a.");

    public static readonly ProblemCode FourEyes = new("four-eyes", 403,
        "This takes two people: somebody else must decide.",
        "Il faut deux personnes : quelqu'un d'autre doit décider.");

    public static readonly ProblemCode CountMissing = new("count-missing", 428,
        "An act on many needs expectedCount: look at how many it concerns now, then send that number.",
        "Un acte sur plusieurs demande expectedCount : regardez combien il en concerne, puis envoyez ce nombre.");

    public static readonly ProblemCode CountChanged = new("count-changed", 409,
        "The number has changed since it was shown; nothing was done. Look again, then send the number of now.",
        "Le nombre a changé depuis qu'il a été montré ; rien n'a été fait. Regardez à nouveau, puis envoyez le nombre présent.");

    public static readonly ProblemCode NotFound = new("not-found", 404,
        "Nothing is known under this address. Check the identifier.",
        "Rien n'est connu à cette adresse. Vérifiez l'identifiant.");

    public static readonly ProblemCode MethodNotAllowed = new("method-not-allowed", 405,
        "This address does not take this method. See the API description.",
        "Cette adresse n'accepte pas cette méthode. Voir la description de l'API.");

    public static readonly ProblemCode NotAcceptable = new("not-acceptable", 406,
        "The answer does not exist in the form that was asked for.",
        "La réponse n'existe pas dans la forme demandée.");

    public static readonly ProblemCode TransitionNotAllowed = new("transition-not-allowed", 409,
        "This is not possible in the present state. Choose one of the allowed transitions, or wait for the one named in waitingFor.",
        "Ce n'est pas possible dans l'état présent. Choisissez une des transitions permises, ou attendez la personne qui doit agir.");

    public static readonly ProblemCode IdempotencyKeyRunning = new("idempotency-key-running", 409,
        "A request with this Idempotency-Key is being answered at this moment. Wait as long as Retry-After says and send it again.",
        "Une requête avec cette Idempotency-Key est en cours. Attendez le temps indiqué par Retry-After et renvoyez-la.");

    public static readonly ProblemCode LinkOver = new("link-over", 410,
        "This link was used, or its time is over. Ask the person who gave it to you for another.",
        "Ce lien a servi, ou son temps est écoulé. Demandez-en un autre à la personne qui vous l'a donné.");

    public static readonly ProblemCode VersionChanged = new("version-changed", 412,
        "This changed since you read it. Read it again, decide again, and send the new ETag.",
        "Ceci a changé depuis votre lecture. Relisez, décidez à nouveau, et envoyez le nouvel ETag.");

    public static readonly ProblemCode TooLarge = new("too-large", 413,
        "The body is larger than this endpoint takes. Send less at once.",
        "Le corps dépasse ce que cette adresse accepte. Envoyez moins à la fois.");

    public static readonly ProblemCode MediaTypeNotSupported = new("media-type-not-supported", 415,
        "The body is in a form that this endpoint does not read. See the API description.",
        "Cette adresse ne lit pas cette forme de corps. Voir la description de l'API.");

    public static readonly ProblemCode Invalid = new("invalid", 422,
        "Some values are not acceptable. Correct what errors lists and send the request again with a new Idempotency-Key.",
        "Certaines valeurs ne sont pas acceptables. Corrigez ce que liste errors et renvoyez la requête avec une nouvelle Idempotency-Key.");

    public static readonly ProblemCode IdempotencyKeyReused = new("idempotency-key-reused", 422,
        "This Idempotency-Key was used for another request. Choose a new value.",
        "Cette Idempotency-Key a servi à une autre requête. Choisissez une nouvelle valeur.");

    public static readonly ProblemCode IfMatchMissing = new("if-match-missing", 428,
        "This request needs the header If-Match with the ETag of what you read.",
        "Cette requête demande l'en-tête If-Match avec l'ETag de ce que vous avez lu.");

    public static readonly ProblemCode TooManyRequests = new("too-many-requests", 429,
        "Too many requests. Wait as long as Retry-After says.",
        "Trop de requêtes. Attendez le temps indiqué par Retry-After.");

    public static readonly ProblemCode InternalError = new("internal-error", 500,
        "A defect of ours. Tell an operator the traceId; nothing was changed.",
        "Un défaut de notre part. Donnez le traceId à un opérateur ; rien n'a été changé.");

    public static readonly ProblemCode Unavailable = new("unavailable", 503,
        "Our storage does not answer. Nothing was changed; wait as long as Retry-After says and send the same request again.",
        "Notre stockage ne répond pas. Rien n'a été changé ; attendez le temps indiqué par Retry-After et renvoyez la même requête.");

    public static readonly ProblemCode VaultUnavailable = new("vault-unavailable", 503,
        "The vault does not answer. No secret was stored; wait as long as Retry-After says and send it again.",
        "Le coffre ne répond pas. Aucun secret n'a été enregistré ; attendez le temps indiqué par Retry-After et renvoyez-le.");

    public static readonly IReadOnlyList<ProblemCode> All =
    [
        Malformed, IdempotencyKeyMissing, KeyMissing, RoleNotAllowed, ScopeMissing, FourEyes, CountMissing, CountChanged, NotFound, MethodNotAllowed, NotAcceptable, TransitionNotAllowed,
        IdempotencyKeyRunning, LinkOver, VersionChanged, TooLarge, MediaTypeNotSupported, Invalid, IdempotencyKeyReused, IfMatchMissing,
        TooManyRequests, InternalError, Unavailable, VaultUnavailable,
    ];

    static readonly Dictionary<string, ProblemCode> ByCode = All.ToDictionary(problem => problem.Code);

    public static bool TryFind(string code, [NotNullWhen(true)] out ProblemCode? problem) => ByCode.TryGetValue(code, out problem);

    /// <summary>The general code of a status that the framework set by itself.</summary>
    public static ProblemCode ForStatus(int status) => status switch
    {
        401 => KeyMissing,
        403 => RoleNotAllowed,
        404 => NotFound,
        405 => MethodNotAllowed,
        406 => NotAcceptable,
        409 => TransitionNotAllowed,
        412 => VersionChanged,
        413 => TooLarge,
        415 => MediaTypeNotSupported,
        422 => Invalid,
        428 => IfMatchMissing,
        429 => TooManyRequests,
        503 => Unavailable,
        >= 400 and < 500 => Malformed,
        _ => InternalError,
    };
}
