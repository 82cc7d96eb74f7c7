namespace Cassiopea.Ftp.Site;

/// <summary>One thing to do.</summary>
internal abstract class Work
{
    /// <summary>Times that it failed and was put back.</summary>
    public int Failures { get; set; }
}

/// <summary>A directory to compare.</summary>
internal sealed class DirectoryWork(SitePath path, bool atTarget) : Work
{
    public SitePath Path { get; } = path;

    public bool AtTarget { get; } = atTarget;
}

/// <summary>A file to copy or to compare.</summary>
internal sealed class FileWork(SiteEntry entry, bool isLink) : Work
{
    public SiteEntry Entry { get; } = entry;

    /// <summary>True when it is a link whose content is taken.</summary>
    public bool IsLink { get; } = isLink;
}

/// <summary>
/// What is to be done, for all workers. Listing goes ahead of copying by some hundreds of files and no more, so that memory does not grow with the site.
/// </summary>
internal sealed class WorkQueue
{
    private const int Ahead = 500;
    private readonly Lock _lock = new();
    private readonly Stack<DirectoryWork> _directories = new();
    private readonly Queue<FileWork> _files = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _busy;
    private bool _closed;

    /// <summary>True when something is left.</summary>
    public bool HasMore
    {
        get
        {
            lock (_lock) return _directories.Count + _files.Count > 0;
        }
    }

    public void Add(Work work)
    {
        lock (_lock)
        {
            if (work is DirectoryWork directory) _directories.Push(directory);
            else _files.Enqueue((FileWork)work);
            Wake(1);
        }
    }

    /// <summary>Takes the next thing; null when all is done and nobody is busy. Each one taken is ended by <see cref="Finished"/>.</summary>
    public async Task<Work?> TakeAsync(CancellationToken token)
    {
        while (true)
        {
            TaskCompletionSource wait;
            lock (_lock)
            {
                if (_closed) return null;
                if (_directories.Count > 0 && _files.Count < Ahead)
                {
                    _busy++;
                    return _directories.Pop();
                }

                if (_files.Count > 0)
                {
                    _busy++;
                    return _files.Dequeue();
                }

                if (_busy == 0)
                {
                    Wake(int.MaxValue);
                    return null;
                }

                wait = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(wait);
            }

            await wait.Task.WaitAsync(token);
        }
    }

    /// <summary>Takes a file when one is there at once and no directory comes first.</summary>
    public FileWork? TryTakeFile()
    {
        lock (_lock)
        {
            if (_closed || _files.Count == 0 || (_directories.Count > 0 && _files.Count < Ahead)) return null;
            _busy++;
            return _files.Dequeue();
        }
    }

    public void Finished()
    {
        lock (_lock)
        {
            _busy--;
            if (_busy == 0 && _directories.Count + _files.Count == 0) Wake(int.MaxValue);
        }
    }

    /// <summary>Nobody gets anything any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Wake(int.MaxValue);
        }
    }

    private void Wake(int most)
    {
        while (most-- > 0 && _waiting.TryDequeue(out var waiting)) waiting.TrySetResult();
    }
}
