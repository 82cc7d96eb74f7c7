namespace Cassiopea.Contracts;

/// <summary>Write a new version of a text that members receive. Answers: <see cref="CommandAccepted"/>, <see cref="CommandRefused"/>. Sender: Gateway; consumer: Migrations; key: Template, Language, BasedOn.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who writes.</param>
/// <param name="Template">Kebab-case name of the text.</param>
/// <param name="Language"><c>fr</c>, <c>nl</c> or <c>en</c>.</param>
/// <param name="Text">First line the subject, then the letter; <c>{name}</c> and the like are filled in.</param>
/// <param name="BasedOn">The version that the writer saw: refused when there is a newer one.</param>
[Command]
public sealed record EditText(Guid OperationId, string Actor, string Template, string Language, string Text, int BasedOn);

/// <summary>A text that members receive has a new version.</summary>
/// <param name="Template">Kebab-case name of the text.</param>
/// <param name="Language"><c>fr</c>, <c>nl</c> or <c>en</c>.</param>
/// <param name="Version">From 1, as the programme brings it; rises by one with each change.</param>
/// <param name="Text">First line the subject, then the letter.</param>
/// <param name="Fields">What may stand in braces.</param>
/// <param name="Actor">Who wrote it; <c>system</c> for what the programme brings.</param>
/// <param name="AsOf">When.</param>
public sealed record TextEdited(string Template, string Language, int Version, string Text, IReadOnlyList<string> Fields, string Actor, DateTimeOffset AsOf);
