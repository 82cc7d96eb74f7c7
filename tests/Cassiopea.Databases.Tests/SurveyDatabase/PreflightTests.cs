using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Databases.Tests;

[Trait("Category", "Servers")]
[Trait("Requirement", "D5")]
public sealed class PreflightTests
{
    private const string Awkward = """
        create table big (id int primary key, b longblob); insert into big values (1, repeat('x', 3000000));
        create table dates (id int primary key, d date not null default '0000-00-00'); insert into dates values (1,'0000-00-00');
        create table `rank` (id int primary key, `system` int); create table old_engine (id int primary key) engine=MyISAM;
        create table nokey (v text);
        delimiter //
        create definer=`ghost`@`gone.example.org` sql security definer view orphan as select id from dates//
        create definer=`ghost`@`gone.example.org` trigger dates_ai after insert on dates for each row set @x = 1//
        delimiter ;
        """;

    [Fact]
    public async Task D5_findings_of_the_checks_come_with_the_survey_and_what_stops_a_copy_parks_the_database_before_the_first_row()
    {
        await using var small = await MariaDbServer.StartAsync(new() { MaxAllowedPacket = "2M", More = ["--sql-mode=STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE"] }, default);
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, Awkward, small);
        var told = await host.AskAsync<SurveyDatabase, ItemSurveyed>(item.Survey(), e => e.Attempt == 1);
        Assert.Null(told.SourceFailure);
        Assert.Equal((FailureSide.Target, FailureKind.Refused, FailureCode.TooBig), (told.TargetFailure!.Side, told.TargetFailure.Kind, told.TargetFailure.Code));
        Assert.Contains("row-too-large (big)", told.TargetFailure.Text, StringComparison.Ordinal);
        Assert.Equal("row-too-large: 1", told.Facts.Single(f => f.Name == "blocking-finding").Value);
        var problems = told.Prediction!.Problems;
        Assert.Equal("row-too-large: big", problems[0].Item);
        Assert.Contains(problems, p => p.Item == "zero-dates: dates.d");
        Assert.Contains(problems, p => p.Item == "reserved-word: rank");
        Assert.Contains(problems, p => p.Item == "no-key: nokey");
        Assert.Contains(problems, p => p.Item == "table-lock: old_engine");
        Assert.Contains(problems, p => p.Item == "orphan-definer: view orphan" && p.Failure.Side == FailureSide.Source);
        Assert.Contains(problems, p => p.Item == "other-definer: trigger dates_ai");
        Assert.All(problems, p => Assert.NotEmpty(p.Action));
        Assert.Empty(await item.NewAsync("show tables;"));

        await item.OldAsync("delete from big;");
        var after = await host.AskAsync<SurveyDatabase, ItemSurveyed>(item.Survey(2), e => e.Attempt == 2);
        Assert.Null(after.TargetFailure);
        Assert.True(after.TargetChecked);
        Assert.Empty(await item.NewAsync("show tables;"));
    }

    [Fact]
    public async Task D5_a_finding_that_a_person_accepted_parks_nothing()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, "create table t (id int primary key) engine=MEMORY; insert into t values (1);", await MariaDbServer.SharedNewAsync());
        item.Choices = new DatabaseChoices([], [], [], "", new string('x', 64));
        var told = await host.AskAsync<SurveyDatabase, ItemSurveyed>(item.Survey(), e => e.Attempt == 1);
        Assert.Contains("name-too-long", told.TargetFailure!.Text, StringComparison.Ordinal);
        item.Choices = new DatabaseChoices(["name-too-long"], [], [], "", new string('x', 64));
        var accepted = await host.AskAsync<SurveyDatabase, ItemSurveyed>(item.Survey(2), e => e.Attempt == 2);
        Assert.Null(accepted.TargetFailure);
        Assert.Equal("name-too-long: 1", accepted.Facts.Single(f => f.Name == "finding" && f.Value.StartsWith("name", StringComparison.Ordinal)).Value);
    }

    [Fact]
    [Trait("Requirement", "D3")]
    public async Task D3_columns_that_are_encoded_twice_are_told_and_nothing_is_repaired_by_itself()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, DatabaseSeed.Difficult);
        var told = await host.AskAsync<SurveyDatabase, ItemSurveyed>(item.Survey(), e => e.ItemId == item.Item);
        Assert.Equal("3", told.Facts.Single(f => f.Name == "double-encoded-columns").Value);
        var columns = told.Facts.Where(f => f.Name == "double-encoded").Select(f => f.Value).ToList();
        Assert.Contains("charsets.twice: 2 of 2 values beyond ASCII (latin1)", columns);
        Assert.Contains("charsets.mixed: 1 of 2 values beyond ASCII (latin1)", columns);
        await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(), e => e.ItemId == item.Item);
        Assert.Empty(await item.DifferencesAsync());
    }
}
