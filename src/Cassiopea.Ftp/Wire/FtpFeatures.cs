using System.Globalization;

namespace Cassiopea.Ftp.Wire;

/// <summary>How a server sets the time of a file.</summary>
internal enum TimeSetting
{
    /// <summary>Not.</summary>
    None,

    /// <summary>MFMT (draft-somers-ftp-mfxx).</summary>
    Mfmt,

    /// <summary>MDTM with a time in front of the name, as vsftpd has it.</summary>
    MdtmSet,
}

/// <summary>Servers whose names need care.</summary>
internal enum ServerFamily
{
    /// <summary>Any other.</summary>
    Other,

    /// <summary>proftpd: leaves links that lead to nothing out of MLSD; takes octet 255 for telnet.</summary>
    Proftpd,

    /// <summary>pure-ftpd: leaves names with control characters out of listings, and takes them for underlines in commands.</summary>
    PureFtpd,
}

/// <summary>What a server said it can (RFC 2389 §3, RFC 3659 §7.8).</summary>
internal sealed class FtpFeatures
{
    public bool Mlsd { get; private set; }

    public bool Mdtm { get; private set; }

    public bool Utf8 { get; private set; }

    public TimeSetting Times { get; set; } = TimeSetting.MdtmSet;

    public ServerFamily Family { get; private set; }

    /// <summary>Reads the reply to FEAT; a server that hides its name in the greeting is known by words that only it has.</summary>
    public static FtpFeatures Parse(FtpReply reply, string greeting = "")
    {
        var features = new FtpFeatures();
        if (greeting.Contains("ProFTPD", StringComparison.OrdinalIgnoreCase)) features.Family = ServerFamily.Proftpd;
        if (greeting.Contains("Pure-FTPd", StringComparison.OrdinalIgnoreCase)) features.Family = ServerFamily.PureFtpd;
        if (!reply.Ok) return features;
        foreach (var line in reply.Text.Split('\n'))
        {
            var word = line.Trim();
            var space = word.IndexOf(' ', StringComparison.Ordinal);
            switch ((space < 0 ? word : word[..space]).ToUpper(CultureInfo.InvariantCulture))
            {
                case "MLST" or "MLSD":
                    features.Mlsd = true;
                    break;
                case "MDTM":
                    features.Mdtm = true;
                    break;
                case "UTF8":
                    features.Utf8 = true;
                    break;
                case "ESTA":
                    features.Family = ServerFamily.PureFtpd;
                    break;
                case "MFF" when word.Contains("UNIX.group", StringComparison.OrdinalIgnoreCase):
                    features.Family = ServerFamily.Proftpd;
                    break;
                case "MFMT":
                    features.Times = TimeSetting.Mfmt;
                    break;
            }
        }

        return features;
    }
}
