using Cassiopea.Gateway.Problems;
using Cassiopea.Gateway.SignIn;
using Microsoft.AspNetCore.Authorization;

namespace Cassiopea.Gateway.Access;

/// <summary>Needs the role and the scope of a row.</summary>
internal sealed record AccessRequirement(AccessRow Row) : IAuthorizationRequirement;

internal sealed class AccessHandler(IHttpContextAccessor http) : AuthorizationHandler<AccessRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRequirement requirement)
    {
        if (Caller.From(context.User) is not { } caller)
            return Task.CompletedTask;
        var refusal = !requirement.Row.Roles.HasFlag(caller.Role) ? ProblemCode.RoleNotAllowed
            : !caller.Scopes.Contains(requirement.Row.Scope) ? ProblemCode.ScopeMissing
            : null;
        if (refusal is null)
            context.Succeed(requirement);
        else
            http.HttpContext?.Items[typeof(ProblemCode)] = refusal;
        return Task.CompletedTask;
    }
}

internal static class AccessPolicies
{
    /// <summary>Gives each endpoint of the group the policy of its row in <see cref="AccessTable"/>.</summary>
    public static TBuilder UseAccessTable<TBuilder>(this TBuilder group) where TBuilder : IEndpointConventionBuilder
    {
        group.Finally(endpoint =>
        {
            var pattern = ((RouteEndpointBuilder)endpoint).RoutePattern.RawText ?? "";
            var method = endpoint.Metadata.OfType<IHttpMethodMetadata>().Single().HttpMethods.Single();
            var row = AccessTable.For(method, pattern);
            endpoint.Metadata.Add(row);
            if (row.Roles == Role.Anonymous)
                endpoint.Metadata.Add(new AllowAnonymousAttribute());
            else
                endpoint.Metadata.Add(new AuthorizationPolicyBuilder(row.Door == Door.Page ? SessionHandler.Scheme : ApiKeyHandler.Scheme)
                    .RequireAuthenticatedUser()
                    .AddRequirements(new AccessRequirement(row))
                    .Build());
        });
        return group;
    }
}
