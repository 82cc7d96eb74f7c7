namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Messages of one folder at which one end was lost. A line that breaks here and there hits the same message now and then, so the loss alone
/// proves nothing. A suspect is tried: alone, and right after a control that passed on the same connection. It is guilty when trial after trial
/// was lost, each after a longer wait, and the line was never lost at anything else in between.
/// </summary>
internal sealed class Suspects
{
    /// <summary>Lost trials in a row that make a message guilty.</summary>
    public const int Trials = 5;

    private readonly Lock _lock = new();
    private readonly Dictionary<uint, int> _lost = [];
    private string _how = "";

    public bool Any
    {
        get
        {
            lock (_lock) return _lost.Count > 0;
        }
    }

    public bool Contains(uint uid)
    {
        lock (_lock) return _lost.ContainsKey(uid);
    }

    /// <summary>How the end was lost last, when the message is guilty; else null.</summary>
    public string? Guilt(uint uid)
    {
        lock (_lock) return _lost.GetValueOrDefault(uid) >= Trials ? $"It was tried alone {Trials} times, and each time the connection was lost although it had just passed a check: {_how}" : null;
    }

    /// <summary>The end was lost with this message under way; as a trial or, by a first suspicion, among others.</summary>
    /// <param name="uid">The message.</param>
    /// <param name="trial">As a trial.</param>
    /// <param name="how">The failure, for the report.</param>
    /// <returns>How many times <see cref="MailboxTransferOptions.TrialWait"/> to wait before the next trial: twice as long each time.</returns>
    public int Lost(uint uid, bool trial, string how)
    {
        lock (_lock)
        {
            if (!trial) Restart();
            _how = how;
            var lost = _lost[uid] = trial ? _lost.GetValueOrDefault(uid) + 1 : 0;
            return 1 << Math.Clamp(lost - 1, 0, Trials);
        }
    }

    /// <summary>The end was lost at something else: what was lost before may have been chance, and each row of trials begins anew.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            foreach (var uid in _lost.Keys.ToList())
            {
                if (_lost[uid] < Trials) _lost[uid] = 0;
            }
        }
    }

    /// <summary>The message passed.</summary>
    public void Acquit(uint uid)
    {
        lock (_lock) _lost.Remove(uid);
    }
}
