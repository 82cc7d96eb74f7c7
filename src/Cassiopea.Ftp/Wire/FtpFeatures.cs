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

/// <summary>What a server said it can (RFC 2389 §3, RFC 3659 §7.8).</summary>
internal sealed class FtpFeatures
{
    public bool Mlsd { get; private set; }

    public bool Mdtm { get; private set; }

    public bool RestStream { get; private set; }

    public bool Utf8 { get; private set; }

    public bool Tvfs { get; private set; }

    public TimeSetting Times { get; set; } = TimeSetting.MdtmSet;

    public static FtpFeatures Parse(FtpReply reply)
    {
        var features = new FtpFeatures();
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
                case "REST":
                    features.RestStream = true;
                    break;
                case "UTF8":
                    features.Utf8 = true;
                    break;
                case "TVFS":
                    features.Tvfs = true;
                    break;
                case "MFMT":
                    features.Times = TimeSetting.Mfmt;
                    break;
            }
        }

        return features;
    }
}
