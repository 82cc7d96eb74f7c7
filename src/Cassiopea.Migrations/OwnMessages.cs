using Cassiopea.Contracts;

namespace Cassiopea.Migrations;

/// <summary>The clock wakes a migration: something is due. Harmless when early, late or twice. Sender and consumer: the saga.</summary>
[Command("migration")]
internal sealed record WakeUp(Guid MigrationId, DateTimeOffset DueAt);

/// <summary>A credential of this migration's member was entered or replaced. Sender: <see cref="Members.CredentialStoredConsumer"/>; consumer: the saga.</summary>
[Command("migration")]
internal sealed record CredentialArrived(Guid MigrationId, Guid CredentialId, int Version, DateTimeOffset AsOf);

/// <summary>Send one recorded notice. Sender: the saga; consumer: <see cref="Notices.SendNoticeConsumer"/>; key: NoticeId.</summary>
[Command]
internal sealed record SendNotice(Guid NoticeId, int Attempt);

/// <summary>The clock wakes a wave. Harmless when early, late or twice. Sender and consumer: <see cref="Waves.WakeWaveConsumer"/>.</summary>
[Command]
internal sealed record WakeWave(Guid WaveId, DateTimeOffset DueAt);
