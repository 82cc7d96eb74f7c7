using System.Text.RegularExpressions;
using Cassiopea.Gateway.Problems;

namespace Cassiopea.Gateway.Api;

/// <summary>Collects what is wrong in a request, by field.</summary>
internal sealed partial class Check
{
    readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    public Check That(bool isFine, string field, string text)
    {
        if (isFine)
            return this;
        if (!_errors.TryGetValue(field, out var texts))
            _errors[field] = texts = [];
        texts.Add(text);
        return this;
    }

    public Check Text(string? value, string field, int least, int most) =>
        That(value is not null && value.Trim().Length >= least && value.Length <= most && !value.Any(char.IsControl), field,
            $"must have {least} to {most} characters, without control characters");

    public Check Reason(string? value, int least = 10) => Text(value, "reason", least, 500);

    public Check Reference(string? value, string field) =>
        That(value is not null && ReferencePattern().IsMatch(value), field, "must be 1 to 32 letters, digits, dots, hyphens or underscores, for example M0042");

    public Check Email(string? value, string field) =>
        That(value is { Length: <= 254 } && EmailPattern().IsMatch(value), field, "must be an e-mail address");

    public Check Language(string? value, string field) => That(value is "fr" or "nl" or "en", field, "must be fr, nl or en");

    public bool IsFine => _errors.Count == 0;

    public IReadOnlyDictionary<string, string[]> Errors => _errors.ToDictionary(e => e.Key, e => e.Value.ToArray());

    /// <summary>Null when all is fine, else 422 with all that is not.</summary>
    public IResult? Refusal() => IsFine ? null : Problem.Of(ProblemCode.Invalid, errors: Errors);

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ReferencePattern();

    [GeneratedRegex(@"^[^\s@<>(),;:""\\]+@[^\s@<>(),;:""\\.]+(\.[^\s@<>(),;:""\\.]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EmailPattern();
}
