namespace Cassiopea.Sites.Compatibility;

/// <summary>A function, constant or variable that a version took away, or speaks against.</summary>
/// <param name="Removed">First version without it; null while it is there.</param>
/// <param name="Deprecated">First version that warns of it; null when none does.</param>
/// <param name="Instead">What to use.</param>
internal sealed record PhpChange(Version? Removed, Version? Deprecated, string Instead);

/// <summary>What changed from PHP 5.4 to 8.3, from PHP's migration guides. A name that ends in <c>*</c> stands for all that begin so.</summary>
internal static class PhpChanges
{
    private const string Functions = """
        mysql_* 7.0 5.5 mysqli or PDO
        ereg* 7.0 5.3 preg_match
        eregi* 7.0 5.3 preg_match
        split 7.0 5.3 preg_split or explode
        spliti 7.0 5.3 preg_split
        sql_regcase 7.0 5.3 preg_match with /i
        mssql_* 7.0 - sqlsrv or PDO
        sybase_* 7.0 - PDO
        mcrypt_* 7.2 7.1 openssl
        mdecrypt_generic 7.2 7.1 openssl
        set_magic_quotes_runtime 7.0 5.3 nothing: remove it
        magic_quotes_runtime 7.0 5.3 nothing: remove it
        set_socket_blocking 7.0 5.4 stream_set_blocking
        call_user_method 7.0 - call_user_func
        call_user_method_array 7.0 - call_user_func_array
        dl 7.0 - a setting of the host
        datefmt_set_timezone_id 7.0 5.5 datefmt_set_timezone
        imagepsbbox 7.0 - FreeType fonts
        imagepsloadfont 7.0 - FreeType fonts
        imagepstext 7.0 - FreeType fonts
        imagepsencodefont 7.0 - FreeType fonts
        php_logo_guid 5.5 - nothing: remove it
        zend_logo_guid 5.5 - nothing: remove it
        php_egg_logo_guid 5.5 - nothing: remove it
        session_register 5.4 5.3 $_SESSION
        session_unregister 5.4 5.3 $_SESSION
        session_is_registered 5.4 5.3 $_SESSION
        import_request_variables 5.4 5.3 $_GET and $_POST
        define_syslog_variables 5.4 5.3 nothing: remove it
        create_function 8.0 7.2 an anonymous function
        each 8.0 7.2 foreach
        __autoload 8.0 7.2 spl_autoload_register
        get_magic_quotes_gpc 8.0 7.4 nothing: it answered false since 5.4
        get_magic_quotes_runtime 8.0 7.4 nothing: it answered false since 5.4
        money_format 8.0 7.4 NumberFormatter
        hebrevc 8.0 7.4 hebrev
        convert_cyr_string 8.0 7.4 mb_convert_encoding
        ezmlm_hash 8.0 7.4 nothing: remove it
        restore_include_path 8.0 7.4 ini_restore
        is_real 8.0 7.4 is_float
        fgetss 8.0 7.3 fgets and strip_tags
        gzgetss 8.0 7.3 gzgets and strip_tags
        image2wbmp 8.0 7.3 imagewbmp
        jpeg2wbmp 8.0 7.2 imagecreatefromjpeg
        png2wbmp 8.0 7.2 imagecreatefrompng
        gmp_random 8.0 7.2 gmp_random_bits
        read_exif_data 8.0 7.2 exif_read_data
        ldap_sort 8.0 7.0 a sort in PHP
        mbregex_encoding 8.0 7.3 mb_regex_encoding
        mbereg 8.0 7.3 mb_ereg
        mberegi 8.0 7.3 mb_eregi
        mbereg_replace 8.0 7.3 mb_ereg_replace
        mberegi_replace 8.0 7.3 mb_eregi_replace
        mbsplit 8.0 7.3 mb_split
        wddx_* 7.4 - JSON
        ibase_* 7.4 - the extension of PECL
        recode* 7.4 - iconv
        xmlrpc_* 8.0 - the extension of PECL
        strftime - 8.1 IntlDateFormatter or date
        gmstrftime - 8.1 IntlDateFormatter or gmdate
        strptime - 8.1 date_parse_from_format
        date_sunrise - 8.1 date_sun_info
        date_sunset - 8.1 date_sun_info
        mhash* - 8.1 hash
        odbc_result_all - 8.1 a loop
        utf8_encode - 8.2 mb_convert_encoding
        utf8_decode - 8.2 mb_convert_encoding
        """;

    private const string Names = """
        FILTER_SANITIZE_STRING - 8.1 htmlspecialchars
        FILTER_SANITIZE_STRIPPED - 8.1 htmlspecialchars
        FILTER_SANITIZE_MAGIC_QUOTES 8.0 7.4 FILTER_SANITIZE_ADD_SLASHES
        FILTER_FLAG_SCHEME_REQUIRED 8.0 7.3 nothing: it is implied
        FILTER_FLAG_HOST_REQUIRED 8.0 7.3 nothing: it is implied
        INTL_IDNA_VARIANT_2003 8.0 7.2 INTL_IDNA_VARIANT_UTS46
        MCRYPT_* 7.2 7.1 openssl
        """;

    private const string Variables = """
        $HTTP_GET_VARS 5.4 5.3 $_GET
        $HTTP_POST_VARS 5.4 5.3 $_POST
        $HTTP_COOKIE_VARS 5.4 5.3 $_COOKIE
        $HTTP_SERVER_VARS 5.4 5.3 $_SERVER
        $HTTP_ENV_VARS 5.4 5.3 $_ENV
        $HTTP_SESSION_VARS 5.4 5.3 $_SESSION
        $HTTP_POST_FILES 5.4 5.3 $_FILES
        $HTTP_RAW_POST_DATA 7.0 5.6 php://input
        $php_errormsg 8.0 7.2 error_get_last
        """;

    private const string Settings = """
        register_globals 5.4 - 5.4 had dropped it already
        magic_quotes_gpc 5.4 - 5.4 had dropped it already
        magic_quotes_runtime 5.4 - 5.4 had dropped it already
        safe_mode 5.4 - 5.4 had dropped it already
        register_long_arrays 5.4 - 5.4 had dropped it already
        asp_tags 7.0 - <?php
        always_populate_raw_post_data 7.0 5.6 php://input
        mbstring.func_overload 8.0 7.2 mb_* functions
        mbstring.http_input - 5.6 default_charset
        mbstring.http_output - 5.6 default_charset
        mbstring.internal_encoding - 5.6 default_charset
        iconv.internal_encoding - 5.6 default_charset
        track_errors 8.0 7.2 error_get_last
        auto_detect_line_endings - 8.1 nothing
        """;

    private static readonly Table OfFunctions = new(Functions), OfNames = new(Names), OfVariables = new(Variables), OfSettings = new(Settings);

    public static PhpChange? Function(string name) => OfFunctions.Find(name);

    public static PhpChange? Name(string name) => OfNames.Find(name);

    public static PhpChange? Variable(string name) => OfVariables.Find(name);

    public static PhpChange? Setting(string name) => OfSettings.Find(name);

    private sealed class Table
    {
        private readonly Dictionary<string, PhpChange> _exact = new(StringComparer.OrdinalIgnoreCase);
        private readonly List<KeyValuePair<string, PhpChange>> _beginnings = [];

        public Table(string lines)
        {
            foreach (var line in lines.Split('\n'))
            {
                var words = line.Split(' ', 4);
                PhpChange change = new(Of(words[1]), Of(words[2]), words[3]);
                if (words[0].EndsWith('*'))
                    _beginnings.Add(new(words[0][..^1], change));
                else
                    _exact.Add(words[0], change);
            }
        }

        public PhpChange? Find(string name) =>
            _exact.TryGetValue(name, out var change) ? change : _beginnings.FirstOrDefault(b => name.StartsWith(b.Key, StringComparison.OrdinalIgnoreCase)).Value;

        private static Version? Of(string word) => word == "-" ? null : Version.Parse(word);
    }
}
