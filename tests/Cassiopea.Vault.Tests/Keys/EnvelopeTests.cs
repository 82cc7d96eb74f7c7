using System.Security.Cryptography;
using Cassiopea.Vault.Keys;

namespace Cassiopea.Vault.Tests.Keys;

[Trait("Requirement", "sec-S1")]
public sealed class EnvelopeTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_384)]
    public void What_was_sealed_opens_again(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);
        var opened = new byte[length];
        Envelope.Open(Key, "name"u8, Envelope.Seal(Key, "name"u8, plain), opened);
        Assert.Equal(plain, opened);
    }

    [Fact]
    public void The_same_secret_never_looks_the_same() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => Convert.ToHexString(Envelope.Seal(Key, "name"u8, "secret"u8))).Distinct().Count());

    [Fact]
    public void Any_altered_bit_another_name_or_another_key_is_noticed()
    {
        var good = Envelope.Seal(Key, "name"u8, "secret"u8);
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<BrokenSealException>(() => Envelope.Open(Key, "name"u8, bad, new byte[6]));
        }

        Assert.Throws<BrokenSealException>(() => Envelope.Open(Key, "other"u8, good, new byte[6]));
        Assert.Throws<BrokenSealException>(() => Envelope.Open(RandomNumberGenerator.GetBytes(32), "name"u8, good, new byte[6]));
        Assert.Throws<BrokenSealException>(() => Envelope.Open(Key, "name"u8, good.AsSpan(0, 20), []));
    }

    [Fact]
    public void Names_of_different_things_differ()
    {
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        byte[][] names =
        [
            Envelope.NameOfDataKey(a, b, 1), Envelope.NameOfDataKey(b, a, 1), Envelope.NameOfDataKey(a, b, 2),
            Envelope.NameOfSecret(a, b, "secret", 1), Envelope.NameOfSecret(b, a, "secret", 1), Envelope.NameOfSecret(a, b, "secret", 2), Envelope.NameOfSecret(a, b, "other", 1),
        ];
        Assert.Equal(names.Length, names.Select(Convert.ToHexString).Distinct().Count());
    }
}
