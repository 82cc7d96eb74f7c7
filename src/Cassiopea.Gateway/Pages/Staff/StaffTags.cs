using Cassiopea.Contracts;

namespace Cassiopea.Gateway.Pages.Staff;

/// <summary>Colours of states; the words say the same.</summary>
internal static class StaffTags
{
    public static string Of(MigrationState state) => state switch
    {
        MigrationState.HandedOver or MigrationState.Completed or MigrationState.Watching => "good",
        MigrationState.AwaitingPayment or MigrationState.Paused or MigrationState.Preparing or MigrationState.RolledBack => "wait",
        MigrationState.NeedsStaff or MigrationState.RollingBack => "bad",
        MigrationState.Cancelled or MigrationState.Declined => "idle",
        _ => "",
    };

    public static string Of(ItemState state) => state switch
    {
        ItemState.Done or ItemState.InSync or ItemState.CutOver or ItemState.Verified => "good",
        ItemState.CredentialsNeeded or ItemState.DoneWithExceptions => "wait",
        ItemState.NeedsStaff => "bad",
        ItemState.Excluded or ItemState.Discovered => "idle",
        _ => "",
    };
}
