using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit.Serialization;

namespace Cassiopea.Contracts.Tests;

public sealed class RoundTripTests
{
    private const int InstancesPerMessage = 200;

    private static JsonSerializerOptions AsOnTheBus => SystemTextJsonMessageSerializer.Options;

    public static TheoryData<string> Messages => [.. Shape.Records.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_comes_out_of_JSON_as_it_went_in(string name)
    {
        var record = Record(name);
        for (var seed = 0; seed < InstancesPerMessage; seed++)
        {
            var sent = JsonSerializer.Serialize(new SeededInstance(seed).Of(record), record, AsOnTheBus);
            var received = JsonSerializer.Deserialize(sent, record, AsOnTheBus);
            Assert.Equal(sent, JsonSerializer.Serialize(received, record, AsOnTheBus));
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_written_before_an_optional_parameter_existed_still_reads(string name)
    {
        var record = Record(name);
        var optional = Shape.ConstructorOf(record).GetParameters().Where(p => p.HasDefaultValue).ToList();
        for (var seed = 0; seed < 20; seed++)
        {
            var json = JsonSerializer.SerializeToNode(new SeededInstance(seed).Of(record), record, AsOnTheBus)!.AsObject();
            foreach (var parameter in optional)
                json.Remove(JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!));
            var received = json.Deserialize(record, AsOnTheBus)!;
            foreach (var parameter in optional)
                Assert.Equal(Default(parameter), record.GetProperty(parameter.Name!)!.GetValue(received));
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_with_a_parameter_that_this_version_does_not_know_still_reads(string name)
    {
        var record = Record(name);
        var sent = JsonSerializer.SerializeToNode(new SeededInstance(1).Of(record), record, AsOnTheBus)!.AsObject();
        var before = sent.ToJsonString();
        sent["addedByALaterVersion"] = new JsonObject { ["deep"] = 1 };
        var received = sent.Deserialize(record, AsOnTheBus);
        Assert.Equal(before, JsonSerializer.SerializeToNode(received, record, AsOnTheBus)!.ToJsonString());
    }

    [Fact]
    public void An_enum_travels_by_its_name()
    {
        var json = JsonSerializer.Serialize(new Failure(FailureSide.Target, FailureKind.Refused, FailureCode.OverQuota, "full"), AsOnTheBus);
        Assert.Equal("Target", JsonNode.Parse(json)!["side"]!.GetValue<string>());
    }

    private static object? Default(ParameterInfo parameter) =>
        parameter.DefaultValue is null && parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : parameter.DefaultValue;

    private static Type Record(string name) => Shape.Records.Single(r => r.Name == name);
}
