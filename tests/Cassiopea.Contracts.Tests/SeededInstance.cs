using System.Reflection;

namespace Cassiopea.Contracts.Tests;

/// <summary>Makes an instance of any contract record from a seed: same seed, same instance.</summary>
internal sealed class SeededInstance(int seed)
{
    private static readonly string[] Texts = ["", "info@exemple.be", "Été/Comptes rendus & PV", "日本 \"quoted\" \\ \u0001", "a\r\nb", "M0042"];
    private static readonly NullabilityInfoContext Nullability = new();
    private readonly Random _random = new(seed);

    public object Of(Type record)
    {
        var constructor = Shape.ConstructorOf(record);
        return constructor.Invoke([.. constructor.GetParameters().Select(Argument)]);
    }

    private object? Argument(ParameterInfo parameter)
    {
        var mayBeNull = Nullable.GetUnderlyingType(parameter.ParameterType) is not null
            || Nullability.Create(parameter).WriteState == NullabilityState.Nullable;
        return mayBeNull && _random.Next(3) == 0 ? null : Value(parameter.ParameterType);
    }

    private object Value(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            var values = Enum.GetValues(type);
            return values.GetValue(_random.Next(values.Length))!;
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var element = type.GetGenericArguments()[0];
            var list = Array.CreateInstance(element, _random.Next(4));
            for (var i = 0; i < list.Length; i++)
                list.SetValue(Value(element), i);
            return list;
        }

        return type switch
        {
            _ when type == typeof(Guid) => NewGuid(),
            _ when type == typeof(string) => Texts[_random.Next(Texts.Length)],
            _ when type == typeof(int) => _random.Next(int.MinValue, int.MaxValue),
            _ when type == typeof(long) => _random.NextInt64(long.MinValue, long.MaxValue),
            _ when type == typeof(double) => _random.NextDouble() * 1e6,
            _ when type == typeof(bool) => _random.Next(2) == 1,
            _ when type == typeof(byte[]) => NewGuid().ToByteArray(),
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero).AddTicks(_random.NextInt64(1L << 50)),
            _ when type == typeof(DateOnly) => new DateOnly(2026, 1, 1).AddDays(_random.Next(3000)),
            _ when type == typeof(TimeOnly) => new TimeOnly(_random.Next(24), _random.Next(60)), // hours of a black-out, on Brussels' clock
            _ when type == typeof(TimeSpan) => TimeSpan.FromTicks(_random.NextInt64(1L << 45)),
            _ when Shape.IsRecord(type) => Of(type),
            _ => throw new NotSupportedException($"No way to make a {type}: add it here, and think whether it belongs in a message."),
        };
    }

    private Guid NewGuid()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
