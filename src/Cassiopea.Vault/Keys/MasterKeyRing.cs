using System.Security.Cryptography;

namespace Cassiopea.Vault.Keys;

/// <summary>The master keys in memory: read from their files when first needed, zeroed when forgotten, never handed out.</summary>
internal sealed class MasterKeyRing(MasterKeyFiles files) : IDisposable
{
    private const int FingerprintBytes = 16;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Key> _keys = [];

    /// <summary>Tells two keys apart without telling anything of them.</summary>
    public byte[] Fingerprint(int version) =>
        Of(version).Use(static key => HMACSHA256.HashData(key, "cassiopea master key"u8)[..FingerprintBytes]);

    /// <summary>Wraps a data key.</summary>
    public byte[] Wrap(Guid memberId, Guid dataKeyId, int version, byte[] dataKey) =>
        Of(version).Use(key => Envelope.Seal(key, Envelope.NameOfDataKey(memberId, dataKeyId, version), dataKey));

    /// <summary>Unwraps a data key into <paramref name="dataKey"/>; the caller zeroes it.</summary>
    /// <exception cref="MasterKeyException">The version's file is gone.</exception>
    /// <exception cref="BrokenSealException">The row does not belong to this member and key.</exception>
    public void Unwrap(Guid memberId, Guid dataKeyId, int version, byte[] wrapped, byte[] dataKey) =>
        Of(version).Use(key =>
        {
            Envelope.Open(key, Envelope.NameOfDataKey(memberId, dataKeyId, version), wrapped, dataKey);
            return true;
        });

    /// <summary>Zeroes a version in memory.</summary>
    public void Forget(int version)
    {
        lock (_gate)
        {
            if (_keys.Remove(version, out var key)) key.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var version in _keys.Keys.ToList()) Forget(version);
        }
    }

    private Key Of(int version)
    {
        lock (_gate)
        {
            if (!_keys.TryGetValue(version, out var key)) _keys.Add(version, key = new Key(version, files));
            return key;
        }
    }

    // the lock keeps the bytes in place while one thread uses and another forgets them; a use takes microseconds
    private sealed class Key : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Envelope.KeyBytes, pinned: true);
        private readonly int _version;
        private bool _forgotten;

        public Key(int version, MasterKeyFiles files)
        {
            _version = version;
            files.Read(version, _bytes);
        }

        public T Use<T>(Func<byte[], T> use)
        {
            lock (_gate)
            {
                if (_forgotten) throw new MasterKeyException($"Version {_version} of the master key was destroyed.");
                return use(_bytes);
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _forgotten = true;
                CryptographicOperations.ZeroMemory(_bytes);
            }
        }
    }
}
