using System.Globalization;
using Cassiopea.Gateway.Access;

namespace Cassiopea.Gateway.Pages;

/// <summary>One request for a page: who, in which language, and what the page shows.</summary>
internal sealed class Visit(IHttpContextAccessor accessor, TimeProvider time)
{
    static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    string? _language;
    object? _model;

    public HttpContext Http => accessor.HttpContext ?? throw new InvalidOperationException("a page is shown outside a request");

    public Caller? Caller => Caller.From(Http.User);

    public DateTimeOffset Now => time.GetUtcNow();

    public string Language => _language ??= VisitLanguage.Of(Http);

    public CultureInfo Culture => Words.CultureOf(Language);

    public string this[string key] => Words.Get(Language, key);

    /// <summary>What the form said and must be corrected: field and text, shown at the top and beside the field.</summary>
    public IReadOnlyList<FieldError> Errors { get; set; } = [];

    /// <summary>What the person typed, to be shown again after an error.</summary>
    public IFormCollection? Typed { get; set; }

    public string With(string key, params object?[] values) => string.Format(Culture, this[key], values);

    /// <summary>One thing or several: the key with <c>.one</c> or <c>.many</c>; French counts zero as one.</summary>
    public string Count(string key, long number) =>
        With(number == 1 || (number == 0 && Language == "fr") ? key + ".one" : key + ".many", number);

    public T Model<T>() => _model is T model ? model : throw new InvalidOperationException($"the page has no {typeof(T).Name}");

    public void Show(object model) => _model = model;

    public string? ErrorOf(string field) => Errors.FirstOrDefault(e => e.Field == field)?.Text;

    public string ValueOf(string field, string? known = null) => Typed?[field].ToString() is { Length: > 0 } typed ? typed : known ?? "";

    public string Day(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Brussels).ToString("d MMMM yyyy", Culture);

    public string Day(DateOnly on) => on.ToString("d MMMM yyyy", Culture);

    public string Moment(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Brussels).ToString(Language == "en" ? "d MMMM yyyy, HH:mm" : "d MMMM yyyy HH:mm", Culture);

    public string Clock(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Brussels).ToString("HH:mm", Culture);

    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>For a field of type datetime-local.</summary>
    public static string Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Brussels).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Of a field of type datetime-local, as Brussels means it; null when it is not one.</summary>
    public static DateTimeOffset? FromLocal(string? text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), Brussels.GetUtcOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified)))
            : null;

    public string Euros(long cents) => (cents / 100m).ToString("C2", Culture);

    public string Number(long number) => number.ToString("N0", Culture);

    public string Size(long bytes)
    {
        var units = Language == "fr" ? new[] { "octets", "ko", "Mo", "Go", "To" } : ["bytes", "kB", "MB", "GB", "TB"];
        double size = bytes;
        var unit = 0;
        for (; size >= 1000 && unit < units.Length - 1; unit++)
            size /= 1000;
        return size.ToString(unit == 0 || size >= 100 ? "N0" : "N1", Culture) + "\u00a0" + units[unit];
    }

    /// <summary>Time left as a range: what was measured, and half as long again.</summary>
    public string Left(TimeSpan left)
    {
        var (low, high) = (Math.Max(1, (int)Math.Ceiling(left.TotalMinutes)), Math.Max(2, (int)Math.Ceiling(left.TotalMinutes * 1.5)));
        return high < 90 ? With("left.minutes", low, high)
            : high < 48 * 60 ? With("left.hours", Math.Max(1, low / 60), (high + 59) / 60)
            : With("left.days", Math.Max(1, low / 1440), (high + 1439) / 1440);
    }

    /// <summary>The address of this page in another language.</summary>
    public string Switch(string language) =>
        $"/langue/{language}?retour={Uri.EscapeDataString(HttpMethods.IsGet(Http.Request.Method) ? Http.Request.Path + Http.Request.QueryString : Http.Request.Path)}";
}

/// <summary>Something in a form that must be corrected.</summary>
internal sealed record FieldError(string Field, string Text);
