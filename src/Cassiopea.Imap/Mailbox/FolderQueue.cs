namespace Cassiopea.Imap.Mailbox;

/// <summary>The folders still to be done, largest first: lanes take from it until it is empty.</summary>
internal sealed class FolderQueue(IEnumerable<FolderWork> folders)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<FolderWork> _waiting = new(folders);

    public int Count
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>The next folder that is prepared.</summary>
    public bool TryTake(out FolderWork folder) => TryTake(static work => work.Prepared, out folder);

    /// <summary>The next folder whose target must be looked at first.</summary>
    public bool TryTakeUnprepared(out FolderWork folder) => TryTake(static work => !work.Prepared, out folder);

    /// <summary>Puts a folder back at the front.</summary>
    public void Return(FolderWork folder)
    {
        lock (_lock) _waiting.AddFirst(folder);
    }

    private bool TryTake(Func<FolderWork, bool> wanted, out FolderWork folder)
    {
        lock (_lock)
        {
            for (var node = _waiting.First; node is not null; node = node.Next)
            {
                if (!wanted(node.Value)) continue;
                folder = node.Value;
                _waiting.Remove(node);
                return true;
            }
        }

        folder = null!;
        return false;
    }
}
