using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Gateway.Board;

/// <summary>Keeps every version of every text, in whatever order they arrive.</summary>
internal sealed class TextEditedConsumer(GatewayContext db) : IConsumer<TextEdited>
{
    public async Task Consume(ConsumeContext<TextEdited> context)
    {
        var said = context.Message;
        if (await db.LetterTexts.FindAsync([said.Template, said.Language, said.Version], context.CancellationToken) is null)
            db.LetterTexts.Add(new LetterTextRow
            {
                Template = said.Template,
                Language = said.Language,
                Version = said.Version,
                Text = said.Text,
                Fields = [.. said.Fields],
                Actor = said.Actor,
                AsOf = said.AsOf,
            });
    }
}

internal sealed class LetterTextRow
{
    public required string Template { get; init; }
    public required string Language { get; init; }
    public int Version { get; init; }
    public string Text { get; init; } = "";
    public string[] Fields { get; init; } = [];
    public string Actor { get; init; } = "";
    public DateTimeOffset AsOf { get; init; }
}
