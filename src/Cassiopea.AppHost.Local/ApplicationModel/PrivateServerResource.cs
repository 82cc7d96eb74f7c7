namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A server of the distribution's package, run by us: what is a container in genuine Aspire. Like that it is found by its connection string
/// and not by service discovery, so that <c>WithReference</c> hands over the former.
/// </summary>
public abstract class PrivateServerResource(string name, string workingDirectory)
    : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport
{
    internal string WorkingDirectory => workingDirectory;
}
