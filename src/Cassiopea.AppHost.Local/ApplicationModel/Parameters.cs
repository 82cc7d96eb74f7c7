using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value from configuration (<c>Parameters:NAME</c>), from a default, or missing.</summary>
public class ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false)
    : Resource(name), IValueProvider, IManifestExpressionProvider
{
    private readonly Lock _reading = new();
    private string? _value;

    public bool Secret => secret;

    public ParameterDefault? Default { get; set; }

    public string ValueExpression => $"{{{Name}.value}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(Read());

    /// <exception cref="DistributedApplicationException">No value is configured and there is no default.</exception>
    internal string Read()
    {
        lock (_reading)
            return _value ??= callback(Default);
    }
}

public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

/// <summary>A random value. The stand-in makes at least 22 characters (more than 128 bits) of letters and digits.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string LowerCase = "abcdefghijkmnopqrstuvwxyz";
    private const string UpperCase = "ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Signs = "-_.{}~()*+!";

    public int MinLength { get; set; } = 22;

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public override string GetDefaultValue()
    {
        var alphabet = (Lower ? LowerCase : "") + (Upper ? UpperCase : "") + (Numeric ? Digits : "") + (Special ? Signs : "");
        if (alphabet.Length == 0)
            throw new DistributedApplicationException("A generated parameter needs at least one kind of character.");
        return RandomNumberGenerator.GetString(alphabet, Math.Max(MinLength, 22));
    }
}
