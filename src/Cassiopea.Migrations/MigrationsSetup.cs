using Cassiopea.Migrations.Inventory;
using Cassiopea.Migrations.Members;
using Cassiopea.Migrations.Notices;
using Cassiopea.Migrations.Notices.Texts;
using Cassiopea.Migrations.Waves;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Migrations;

/// <summary>The only place where this service registers anything.</summary>
internal static class MigrationsSetup
{
    public static void AddMigrations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<MigrationsOptions>().BindConfiguration(MigrationsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<TurnKeeper>();
        builder.Services.AddSingleton<NoticeRelay>();
        builder.Services.AddSingleton<LetterTexts>();
        builder.Services.AddScoped<NoticeSending>();
        builder.Services.AddScoped<WaveKeeper>();
        builder.AddDatabase<MigrationsContext>("migrations-db");
        builder.AddBus<MigrationsContext>("migrations", bus =>
        {
            bus.AddSaga<MigrationStateMachine, Migration>();
            bus.AddConsumer<RegisterMemberConsumer>();
            bus.AddConsumer<CredentialStoredConsumer>();
            bus.AddConsumer<SendNoticeConsumer>();
            bus.AddConsumer<EditTextConsumer>();
            bus.AddConsumer<ImportInventoryConsumer>();
            bus.AddConsumer<SendSignInLinkConsumer>();
            bus.AddConsumer<DeclareWaveConsumer>();
            bus.AddConsumer<AssignMembersConsumer>();
            bus.AddConsumer<DecideWaveConsumer>();
            bus.AddConsumer<WakeWaveConsumer>();
            bus.AddConsumer<WaveMemberAdvancedConsumer>();
            bus.AddConsumer<WaveStartRefusedConsumer>();
        });
        builder.Services.AddHostedService<LetterTextsStart>();
    }
}
