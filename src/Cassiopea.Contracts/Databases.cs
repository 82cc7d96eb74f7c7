namespace Cassiopea.Contracts;

/// <summary>Find all databases of a member in the old host's inventory. Answer: <see cref="ServiceSurveyed"/>. Sender: Migrations; consumer: Databases; key: MigrationId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberReference">The member's reference in inventories and invoices.</param>
/// <param name="Declared">Those that staff declared; they count as found.</param>
[Command]
public sealed record FindDatabases(Guid MigrationId, string MemberReference, IReadOnlyList<FoundItem> Declared);

/// <summary>Enter one database at the ends that are known and measure it. Answer: <see cref="ItemSurveyed"/>. Sender: Migrations; consumer: Databases; key: ItemId, Attempt.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Attempt">From 1; a new attempt after a credential or an endpoint changed.</param>
/// <param name="Source">The old place.</param>
/// <param name="Target">The new place; null while unknown.</param>
/// <param name="Choices">What people decided; null = nothing.</param>
[Command]
public sealed record SurveyDatabase(Guid MigrationId, Guid ItemId, int Attempt, Endpoint Source, Endpoint? Target, DatabaseChoices? Choices = null);

/// <summary>Copy one database, or what has changed since the last pass. Answers: <see cref="ItemTransferAdvanced"/>, <see cref="ItemTransferred"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: Databases; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Pass">From 1; each pass is a new number.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old place; only read.</param>
/// <param name="Target">The new place.</param>
/// <param name="AfterCutOver">True when the new place is live: nothing is written there, and what was written at the old place since the last delta is told as exceptions.</param>
/// <param name="Choices">What people decided; null = nothing.</param>
[Command]
public sealed record TransferDatabase(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target, bool AfterCutOver = false, DatabaseChoices? Choices = null);

/// <summary>Read both ends again and compare. Answers: <see cref="ItemVerified"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: Databases; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Pass">The pass to verify.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old place; only read.</param>
/// <param name="Target">The new place.</param>
/// <param name="Choices">What people decided; null = nothing.</param>
[Command]
public sealed record VerifyDatabase(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target, DatabaseChoices? Choices = null);

/// <summary>What people decided about one database.</summary>
/// <param name="AcceptedFindings">Codes of findings of the checks that may stand although they stop a copy, for example <c>table-exists</c>.</param>
/// <param name="RepairedColumns">Columns as <c>table.column</c>, named as at the old place, whose text, encoded twice, is repaired at the new place after the last delta.</param>
/// <param name="ExcludedTables">Tables that are not moved.</param>
/// <param name="OldPrefix">Names that begin with this at the old place …</param>
/// <param name="NewPrefix">… begin with this at the new one.</param>
/// <param name="Archive">True: the member also gets the database as plain SQL, as of the last delta.</param>
/// <param name="Replacements">Texts that are replaced at the new place after the last delta, counted before; null = none.</param>
public sealed record DatabaseChoices(
    IReadOnlyList<string> AcceptedFindings,
    IReadOnlyList<string> RepairedColumns,
    IReadOnlyList<string> ExcludedTables,
    string OldPrefix = "",
    string NewPrefix = "",
    bool Archive = false,
    IReadOnlyList<TextReplacement>? Replacements = null);

/// <summary>Decide about one database: findings that may stand, columns to repair, tables left out, another prefix. Takes the place of what was decided before. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who decides.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Choices">What is decided.</param>
/// <param name="Reason">Why; at least 10 characters.</param>
[Command("migration")]
public sealed record DecideDatabase(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, DatabaseChoices Choices, string Reason);

/// <summary>Repair text that is encoded twice at the new place, in the columns that a person approved. Sent after the last delta is verified, before DNS changes. Answer: <see cref="CharsetsRepaired"/>. Sender: Migrations; consumer: Databases; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Pass">The last delta.</param>
/// <param name="Target">The new place; the old one is never changed.</param>
/// <param name="Columns">Columns as <c>table.column</c>, with the names of the new place.</param>
[Command]
public sealed record RepairCharsets(Guid MigrationId, Guid ItemId, int Pass, Endpoint Target, IReadOnlyList<string> Columns);

/// <summary>What became of one column.</summary>
/// <param name="Column">As <c>table.column</c>.</param>
/// <param name="NonAscii">Values beyond ASCII before.</param>
/// <param name="Doubled">Of them, those that were encoded twice.</param>
/// <param name="Repaired">Values repaired.</param>
public sealed record RepairedCharset(string Column, long NonAscii, long Doubled, long Repaired);

/// <summary>Approved columns were repaired, or why not.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Pass">As asked.</param>
/// <param name="Columns">Column by column.</param>
/// <param name="Failure">Why something was left as it was; null when all is repaired.</param>
/// <param name="AsOf">When.</param>
public sealed record CharsetsRepaired(Guid MigrationId, Guid ItemId, int Pass, IReadOnlyList<RepairedCharset> Columns, Failure? Failure, DateTimeOffset AsOf);

/// <summary>A text in a database's values and what takes its place, for example a site's old and new folder.</summary>
/// <param name="From">Not empty.</param>
/// <param name="To">What stands there afterwards.</param>
public sealed record TextReplacement(string From, string To);

/// <summary>
/// Replace texts in the values of a database at the new place: in serialised PHP and JSON too, <c>guid</c> untouched; or only count. Places that hold the new
/// text already stay, so that doing it twice does no harm. Sent after the last delta is verified. Answer: <see cref="DatabaseReplaced"/>. Sender: Migrations;
/// consumer: Databases; key: ItemId, Pass, DryRun.
/// </summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Pass">The database's last delta; of a count, its own number, from 1.</param>
/// <param name="Target">The new place; the old one is never changed.</param>
/// <param name="Replacements">What is replaced by what.</param>
/// <param name="DryRun">True: only count.</param>
[Command]
public sealed record ReplaceInDatabase(Guid MigrationId, Guid ItemId, int Pass, Endpoint Target, IReadOnlyList<TextReplacement> Replacements, bool DryRun);

/// <summary>What was found, or replaced, in one column.</summary>
/// <param name="Column">As <c>table.column</c>.</param>
/// <param name="Values">Values changed.</param>
/// <param name="Places">Places replaced in them.</param>
/// <param name="Damaged">Values left alone: serialised PHP that PHP itself cannot read.</param>
/// <param name="TooLong">Values left alone: the new one does not fit into the column.</param>
public sealed record ReplacedInColumn(string Column, long Values, long Places, long Damaged, long TooLong);

/// <summary>Texts were replaced in a database, or counted, or why not.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Pass">As asked.</param>
/// <param name="DryRun">As asked.</param>
/// <param name="Values">Values changed, or to be changed.</param>
/// <param name="Places">Places in them.</param>
/// <param name="Columns">Columns in which something was found; at most 200.</param>
/// <param name="Exceptions">What a person should look at; at most 200.</param>
/// <param name="Failure">Why nothing, or not everything, was done; null when it was.</param>
/// <param name="AsOf">When.</param>
public sealed record DatabaseReplaced(
    Guid MigrationId,
    Guid ItemId,
    int Pass,
    bool DryRun,
    long Values,
    long Places,
    IReadOnlyList<ReplacedInColumn> Columns,
    IReadOnlyList<ItemException> Exceptions,
    Failure? Failure,
    DateTimeOffset AsOf);

/// <summary>Write a database as plain SQL into the member's archive. Answers: <see cref="ItemArchived"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: Databases; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Pass">The pass that the archive belongs to.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old place; only read.</param>
[Command]
public sealed record ArchiveDatabase(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source);

/// <summary>
/// Make a second account at the old server that can only read one database: its password is in the vault already, and the site's own account is never
/// changed. Consumer: Migrations (saga).
/// </summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who approves it.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="CredentialId">Where the vault keeps the new password.</param>
/// <param name="Reason">Why; at least 10 characters.</param>
[Command("migration")]
public sealed record RequestReadAccount(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, Guid CredentialId, string Reason);

/// <summary>Make a second account at the old server that can only read one database, with the old host's administration; its password is in the vault already, and the site's own account is never changed. Doing it twice does no harm. Answer: <see cref="ReadAccountAdded"/>. Sender: Migrations; consumer: Databases; key: ItemId, Number.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Number">From 1; each request is a new number.</param>
/// <param name="Account">The old server, the database, the new account's name and where its password is.</param>
[Command]
public sealed record AddReadAccount(Guid MigrationId, Guid ItemId, int Number, Endpoint Account);

/// <summary>The account is there, or why not.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Number">As asked.</param>
/// <param name="Account">As asked: the old place is entered by it from now on.</param>
/// <param name="Failure">Why it was not made; null when it was.</param>
/// <param name="AsOf">When.</param>
public sealed record ReadAccountAdded(Guid MigrationId, Guid ItemId, int Number, Endpoint Account, Failure? Failure, DateTimeOffset AsOf);

/// <summary>Remove that account again, and nothing else. Answer: <see cref="ReadAccountRemoved"/>. Sender: Migrations; consumer: Databases; key: ItemId, Number.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Number">As of <see cref="AddReadAccount"/>.</param>
/// <param name="Account">As of <see cref="AddReadAccount"/>.</param>
[Command]
public sealed record RemoveReadAccount(Guid MigrationId, Guid ItemId, int Number, Endpoint Account);

/// <summary>The account is gone, or why not.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Number">As asked.</param>
/// <param name="Failure">Why it is still there; null when it is gone.</param>
/// <param name="AsOf">When.</param>
public sealed record ReadAccountRemoved(Guid MigrationId, Guid ItemId, int Number, Failure? Failure, DateTimeOffset AsOf);
