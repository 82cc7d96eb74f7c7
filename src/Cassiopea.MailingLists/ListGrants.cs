using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Passes;
using Cassiopea.Sympa;

namespace Cassiopea.MailingLists;

/// <summary>Whether a list may leave, looked at once more where it would leave: the migration's word alone is not enough.</summary>
internal static class ListGrants
{
    /// <exception cref="PassFailureException">No receiving host asked with the member's consent, or the new list lies elsewhere.</exception>
    public static ListScope Demand(ExportGrant? grant, Endpoint target) =>
        grant is null ? throw PassFailureException.Refused(FailureSide.Us, FailureCode.PermissionDenied, "No receiving host has asked for this list with the member's consent: nothing leaves.")
        : !target.Login.EndsWith("@" + grant.Robot, StringComparison.OrdinalIgnoreCase) ? throw PassFailureException.Refused(FailureSide.Us, FailureCode.PermissionDenied, $"The consent is for lists of {grant.Robot} at {grant.Host}: nothing leaves for another domain.")
        : new(grant.Scope.Contains(ListPart.Archive), grant.Scope.Contains(ListPart.HeldPosts), grant.Scope.Contains(ListPart.Files), grant.Host);
}
