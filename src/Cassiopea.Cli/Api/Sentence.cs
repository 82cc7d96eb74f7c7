using System.Text.Json;

namespace Cassiopea.Cli.Api;

/// <summary>An event of the live stream or the timeline as one line.</summary>
internal static class Sentence
{
    public static string Of(string type, JsonElement data) => type switch
    {
        "state" when data.Text("subject") == "migration" =>
            $"{data.Text("from")} → {data.Text("state")} ({data.Text("actor")}) {data.Text("waitingFor")}: {data.Text("waitingText")} {data.Text("reason")}".TrimEnd(),
        "state" when data.Text("subject") == "item" =>
            $"{data.Text("kind")} {data.Text("name")}: {data.Text("state")} {data.Text("grade")} {FailureOf(data)}{data.Text("reason")}".TrimEnd(),
        "state" => $"{data.Text("subject")} {data.Text("reference")}{data.Text("memberReference")}",
        "operation" => $"{data.Text("verb")} ({data.Text("actor")}): {data.Text("state")} {data.Text("code")} {data.Text("detail")}".TrimEnd(),
        "message" when data.Text("message") == "domain-step" && data.Member("text") is { } text => text.Text(Speech.IsFrench ? "fr" : "en"),
        "progress" => $"{data.Text("done")}/{data.Text("total")}",
        _ => $"{data.Text("message")} {data.Text("kind")} {data.Text("outcome")} {data.Text("status")} {data.Text("template")} {data.Text("grade")} {FailureOf(data)}".TrimEnd(),
    };

    private static string FailureOf(JsonElement data) =>
        data.Member("failure") is { } failure ? $"{failure.Text("side")}/{failure.Text("kind")} {failure.Text("code")}: {failure.Text("text")} " : "";
}
