namespace Cassiopea.Sites.Compatibility;

/// <summary>Which extension a function or a class comes from; what PHP always has is not told.</summary>
internal static class PhpExtensions
{
    private static readonly (string Beginning, string Extension)[] Functions =
    [
        ("image", "gd"), ("gd_info", "gd"), ("getimagesize", ""), ("mb_", "mbstring"), ("curl_", "curl"), ("xml_", "xml"), ("utf8_", "xml"), ("simplexml_", "simplexml"), ("dom_import", "dom"),
        ("zip_", "zip"), ("imap_", "imap"), ("iconv", "iconv"), ("idn_", "intl"), ("intl_", "intl"), ("numfmt_", "intl"), ("datefmt_", "intl"), ("collator_", "intl"), ("normalizer_", "intl"),
        ("gettext", "gettext"), ("ngettext", "gettext"), ("bindtextdomain", "gettext"), ("textdomain", "gettext"), ("exif_", "exif"), ("read_exif_data", "exif"), ("ftp_", "ftp"),
        ("memcache_", "memcache"), ("ldap_", "ldap"), ("mcrypt_", "mcrypt"), ("openssl_", "openssl"), ("mysqli_", "mysqli"), ("mysql_", "mysql"), ("pg_", "pgsql"), ("sqlite_", "sqlite"),
        ("tidy_", "tidy"), ("xslt_", "xslt"), ("bc", ""), ("bcadd", "bcmath"), ("bccomp", "bcmath"), ("bcdiv", "bcmath"), ("bcmul", "bcmath"), ("bcmod", "bcmath"), ("bcpow", "bcmath"), ("bcscale", "bcmath"),
        ("bcsqrt", "bcmath"), ("bcsub", "bcmath"), ("gmp_", "gmp"), ("gz", "zlib"), ("readgzfile", "zlib"), ("zlib_", "zlib"), ("bz", ""), ("bzopen", "bz2"), ("bzcompress", "bz2"), ("bzdecompress", "bz2"),
        ("ctype_", "ctype"), ("json_", "json"), ("finfo_", "fileinfo"), ("mime_content_type", "fileinfo"), ("snmp", "snmp"), ("ssh2_", "ssh2"), ("apc_", "apc"), ("apcu_", "apcu"), ("pspell_", "pspell"),
        ("easter_", "calendar"), ("cal_", "calendar"), ("gregoriantojd", "calendar"), ("jdtogregorian", "calendar"), ("posix_", "posix"), ("socket_", "sockets"), ("token_", "tokenizer"), ("wddx_", "wddx"), ("xmlrpc_", "xmlrpc"),
        ("sodium_", "sodium"), ("geoip_", "geoip"), ("yaml_", "yaml"), ("ioncube_", "ioncube"),
    ];

    private static readonly Dictionary<string, string> Classes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SoapClient"] = "soap",
        ["SoapServer"] = "soap",
        ["SoapFault"] = "soap",
        ["DOMDocument"] = "dom",
        ["DOMXPath"] = "dom",
        ["SimpleXMLElement"] = "simplexml",
        ["XMLReader"] = "xmlreader",
        ["XMLWriter"] = "xmlwriter",
        ["XSLTProcessor"] = "xsl",
        ["ZipArchive"] = "zip",
        ["Imagick"] = "imagick",
        ["ImagickDraw"] = "imagick",
        ["ImagickPixel"] = "imagick",
        ["Gmagick"] = "gmagick",
        ["PDO"] = "pdo",
        ["mysqli"] = "mysqli",
        ["SQLite3"] = "sqlite3",
        ["SQLiteDatabase"] = "sqlite",
        ["Memcache"] = "memcache",
        ["Memcached"] = "memcached",
        ["Redis"] = "redis",
        ["IntlDateFormatter"] = "intl",
        ["NumberFormatter"] = "intl",
        ["Collator"] = "intl",
        ["Normalizer"] = "intl",
        ["MessageFormatter"] = "intl",
        ["finfo"] = "fileinfo",
        ["tidy"] = "tidy",
        ["COM"] = "com_dotnet",
    };

    public static string? OfFunction(string name)
    {
        string? found = null;
        var length = -1;
        foreach (var (beginning, extension) in Functions)
        {
            if (beginning.Length > length && name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
                (found, length) = (extension, beginning.Length);
        }

        return found is { Length: > 0 } ? found : null;
    }

    public static string? OfClass(string name) => Classes.GetValueOrDefault(name);
}
