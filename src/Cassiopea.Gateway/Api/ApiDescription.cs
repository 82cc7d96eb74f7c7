using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Idempotency;
using Microsoft.OpenApi;

namespace Cassiopea.Gateway.Api;

/// <summary><c>/api/v1/openapi.json</c>; the same text is committed as docs/openapi.json and a test compares them.</summary>
internal static class ApiDescription
{
    const string Document = "v1";
    const string KeyScheme = "apiKey";

    public static void AddApiDescription(this WebApplicationBuilder builder) => builder.Services.AddOpenApi(Document, options =>
    {
        options.ShouldInclude = api => api.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Cassiopea", Version = Document, Description = "Moves associations from a closing host. Problems: RFC 9457, see /problems." };
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key." },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<NeedsIdempotencyKey>().Any())
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = IdempotencyFilter.Header,
                    In = ParameterLocation.Header,
                    Required = true,
                    Description = "A new value for each intention; the same value when the same request is sent again.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 200 },
                });
            if (metadata.OfType<AccessRow>().FirstOrDefault() is { } row)
                operation.Description = $"Roles: {row.Roles}. Scope: {row.Scope}.";
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse { Description = "A problem (application/problem+json): type, code, detail, traceId." };
            return Task.CompletedTask;
        });
    });

    public static void MapApiDescription(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("").UseAccessTable();
        group.MapOpenApi("/api/v1/openapi.json").WithName(Document);
    }
}
