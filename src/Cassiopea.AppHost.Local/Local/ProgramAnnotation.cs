using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>The program of an executable when it is only known at the start (which PostgreSQL made the data?).</summary>
internal sealed record ProgramAnnotation(Func<string> Program) : IResourceAnnotation;
