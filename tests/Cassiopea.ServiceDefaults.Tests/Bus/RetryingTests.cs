using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cassiopea.ServiceDefaults.Tests.Bus;

public sealed class RetryingTests
{
    public static TheoryData<Exception, bool, bool> Failures => new()
    {
        { new NpgsqlException("reading", new EndOfStreamException()), true, false },
        { new NpgsqlException("connecting", new SocketException(111)), true, false },
        { new InvalidOperationException("likely transient", new NpgsqlException("connecting", new SocketException(111))), true, false },
        { new DbUpdateException("saving", Refused(PostgresErrorCodes.AdminShutdown)), true, false },
        { Refused(PostgresErrorCodes.CrashShutdown), true, false },
        { Refused(PostgresErrorCodes.CannotConnectNow), true, false },
        { Refused(PostgresErrorCodes.DeadlockDetected), false, false },
        { new DbUpdateException("saving", Refused(PostgresErrorCodes.UniqueViolation)), false, false },
        { new HttpRequestException("vault away"), false, true },
        { new InvalidOperationException("wrapped", new IOException("cut", new SocketException(104))), false, true },
        { new TimeoutException(), false, true },
        { new InvalidOperationException("a defect"), false, false },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void A_failure_is_told_by_its_whole_chain(Exception exception, bool databaseAway, bool passing) =>
        Assert.Equal((databaseAway, passing), (Retrying.DatabaseAway(exception), Retrying.Passing(exception)));

    private static PostgresException Refused(string state) => new("refused", "FATAL", "FATAL", state);
}
