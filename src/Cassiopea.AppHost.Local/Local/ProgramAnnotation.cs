using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>Which program a private server is, known at the start (which PostgreSQL made the data?).</summary>
internal sealed record ProgramAnnotation(Func<string> Program) : IResourceAnnotation;
