namespace Aspire.Hosting.Local;

/// <summary>The signals we send, by their number on Linux.</summary>
internal enum Signal
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
}
