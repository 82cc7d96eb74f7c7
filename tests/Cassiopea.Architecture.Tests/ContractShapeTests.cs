using System.Reflection;

namespace Cassiopea.Architecture.Tests;

public sealed class ContractShapeTests
{
    private static readonly string[] Suffixes = ["Event", "Command", "Message", "Dto", "Request", "Response", "Notification"];

    private static readonly string[] SecretWords = ["Password", "Secret", "Token", "Body", "Subject", "ApiKey"];

    [Fact]
    public void Contracts_are_sealed_records_and_enums_one_list_of_codes_and_the_mark_of_commands() =>
        Expect.None(
            from type in ContractTypes.Exported
            where !type.IsEnum && !(ContractTypes.IsRecord(type) && type.IsSealed)
                && type != typeof(Cassiopea.Contracts.FailureCode) && type != typeof(Cassiopea.Contracts.CommandAttribute)
            select type.Name,
            "Only sealed records and enums:");

    [Fact]
    public void Failure_codes_are_constants_in_kebab_case() =>
        Expect.None(
            from field in typeof(Cassiopea.Contracts.FailureCode).GetFields()
            where !field.IsLiteral || field.GetRawConstantValue() is not string text || text != Kebab(field.Name)
            select field.Name,
            "A code is its name in kebab-case:");

    [Fact]
    public void Records_stand_alone()
    {
        Expect.None(
            from record in ContractTypes.Records
            where record.BaseType != typeof(object)
                || record.GetInterfaces().Any(i => !i.IsGenericType || i.GetGenericTypeDefinition() != typeof(IEquatable<>))
            select record.Name,
            "No base class, no interface:");
        Expect.None(
            from record in ContractTypes.Records
            where ContractTypes.Parameters(record).Length == 0
                || record.GetProperties().Select(p => p.Name).Except(ContractTypes.Parameters(record).Select(p => p.Name!), StringComparer.Ordinal).Any()
            select record.Name,
            "Positional parameters, nothing else:");
    }

    [Fact]
    public void Every_message_and_every_parameter_is_documented() =>
        Expect.None(
            ContractTypes.Exported.Where(t => ContractTypes.Summary(t).Length == 0).Select(t => t.Name).Concat(
                from record in ContractTypes.Records
                from parameter in ContractTypes.Parameters(record)
                where ContractTypes.ParameterText(record, parameter.Name!).Length == 0
                select $"{record.Name}.{parameter.Name}"),
            "Say what it is, in which unit and format:");

    [Fact]
    public void A_message_is_named_verb_noun_or_noun_verbed_without_suffix()
    {
        Expect.None(ContractTypes.Commands.Where(c => !ContractTypes.BeginsWithVerb(c.Name)).Select(c => c.Name), "A command says what to do:");
        Expect.None(ContractTypes.Events.Where(e => !ContractTypes.EndsInParticiple(e.Name)).Select(e => e.Name), "An event says what happened:");
        Expect.None(
            ContractTypes.Records.Where(r => Suffixes.Any(s => r.Name.EndsWith(s, StringComparison.Ordinal))).Select(r => r.Name),
            "A message needs no suffix:");
    }

    [Fact]
    public void A_command_says_who_consumes_it() =>
        Expect.None(
            ContractTypes.Commands.Where(c => MessageFlow.Documented(c, "consumer").Length == 0).Select(c => c.Name),
            "Write “Consumer: X” in the summary:");

    [Fact]
    public void A_command_goes_to_the_queue_of_its_name_or_to_the_saga() =>
        Expect.None(
            from command in ContractTypes.Commands
            let queue = command.GetCustomAttribute<Cassiopea.Contracts.CommandAttribute>()!.Queue
            where queue is not null && !(queue == "migration" && MessageFlow.Documented(command, "consumer").StartsWith("Migrations", StringComparison.Ordinal))
            select $"{command.Name} → {queue}",
            "A queue is named for its message; only the saga has one for all:");

    [Fact]
    public void No_message_carries_a_secret_or_content() =>
        Expect.None(
            from record in ContractTypes.Records
            from parameter in ContractTypes.Parameters(record)
            where SecretWords.Any(w => parameter.Name!.EndsWith(w, StringComparison.OrdinalIgnoreCase))
            select $"{record.Name}.{parameter.Name}",
            "Messages carry ids and facts:");

    private static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));
}
