using System.Globalization;
using System.Text;

namespace Cassiopea.Lab.Seed;

/// <summary>Databases that are awkward on purpose, as statements for an old-style server.</summary>
public static class DatabaseSeed
{
    /// <summary>Base tables of <see cref="Difficult"/>.</summary>
    public const int DifficultTables = 17;

    /// <summary>Views, routines, triggers and events of <see cref="Difficult"/>.</summary>
    public const int DifficultObjects = 10;

    /// <summary>Every type, odd names, zero dates, row 0, no key, two engines, objects that need each other and a definer who left.</summary>
    public const string Difficult = """
        set names utf8mb4; set sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'; set time_zone='+00:00';
        create table all_types (id int unsigned auto_increment primary key, ti tinyint, si smallint, mi mediumint, bi bigint unsigned, de decimal(30,10), fl float, dou double, fl2 float(7,3),
          b1 bit(1), b9 bit(9), b64 bit(64), da date, dt datetime(6), ts timestamp(3) null, tm time(2), ye year, ch char(10), vc varchar(200) character set utf8mb4, bn binary(4), vb varbinary(300),
          tx text character set utf8mb4, bl blob, en enum('a','b''c','é') character set utf8, se set('x','y','z'), ge geometry, po point, js json) engine=InnoDB;
        insert into all_types values
         (0,-128,-32768,-8388608,18446744073709551615,-12345678901234567890.0123456789,3.4028234663852886e38,1.7976931348623157e308,1234.567,b'1',b'101010101',0xFFFFFFFFFFFFFFFF,'0000-00-00','2012-02-00 00:00:00.000001','1970-01-01 00:00:01','-838:59:59.99',1901,'trail   ','é€😀',x'00ff0a09',x'5c4e0d0a00271a',concat('tab\t nl\n cr\r bs\\ q'' dq" ','😀'),x'000102ff5c0a09','b''c','x,z',st_geomfromtext('LINESTRING(0 0,1 1,2 2)'),point(1.5,-2.25),'{"a":"http:\\/\\/x"}'),
         (1,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null),
         (2,0,0,0,0,0,0.1,0.1,0,b'0',b'0',0,'2012-02-31','0000-00-00 00:00:00','2026-10-25 00:30:00','00:00:00',2155,'','',x'00000000','','','','','',null,null,''),
         (3,1,1,1,1,1,1.17549435e-38,2.2250738585072014e-308,0.001,b'1',b'1',10,'9999-12-31','9999-12-31 23:59:59.999999','2038-01-19 03:14:07','838:59:59',2000,'NULL','\\N',x'5c4e','\\N','NULL','NULL','é','y',point(0,0),point(180,90),'null'),
         (4,1,1,1,9,1,16777216,-0.0,-1.5,null,b'1',9,'2026-03-29','2026-03-29 02:30:00','2026-03-29 02:30:00','23:59:59.5',1999,'#','#',x'23','#','#','#','a','x',null,null,'[1,2]');
        create table nothing (id int primary key, x varchar(10)) engine=InnoDB;
        create table no_key (a varchar(20), b int, c text) engine=InnoDB;
        insert into no_key values ('a',1,'x'),('a',1,'x'),('a',1,'x'),(null,null,null),('',0,''),('a#','1','#');
        create table old_style (id int auto_increment primary key, title varchar(250), body mediumtext, fulltext key ft (title, body)) engine=MyISAM default charset=latin1;
        insert into old_style (title, body) values ('Assemblée générale','Procès-verbal'),('Fête','à bientôt');
        create table two_keys (lang varchar(5) not null, nr int not null, name varchar(50), primary key (lang, nr), key n (name)) engine=InnoDB default charset=latin1;
        insert into two_keys values ('fr',1,'un'),('FR',2,'deux'),('nl',1,'één'),('en',1,'one'),('é',1,'accent'),('e',2,'plain'),('','0','empty');
        create table parents (id int primary key, up int null, name varchar(20), constraint up_fk foreign key (up) references parents (id)) engine=InnoDB;
        create table children (id int primary key, parent int not null, constraint parent_fk foreign key (parent) references parents (id) on delete cascade) engine=InnoDB;
        insert into parents values (1,null,'root'),(2,1,'b'),(3,2,'c'); insert into children values (10,3),(11,1);
        create table generated (id int primary key, a int, b int as (a*2) virtual, c varchar(40) as (concat('n', a)) persistent) engine=InnoDB;
        insert into generated (id, a) values (1,1),(2,null),(3,-5);
        create table `a b``c'd` (`x y` int primary key, `select` varchar(10), `rank` int, `größe€` text) engine=InnoDB default charset=utf8mb4;
        insert into `a b``c'd` values (1,'a',2,'ü'),(2,null,null,null);
        create table Cased (id int primary key); create table cased (id int primary key); insert into Cased values (1); insert into cased values (2),(3);
        create table parts (id int not null, at date not null, primary key (id, at)) engine=InnoDB partition by range (year(at)) (partition p0 values less than (2010), partition p1 values less than maxvalue);
        insert into parts values (1,'2001-01-01'),(2,'2020-01-01');
        create table keyed_by_bytes (k varbinary(16) primary key, v blob) engine=InnoDB;
        insert into keyed_by_bytes values (x'00',x'00'),(x'0000',x'27'),(x'ff',x'5c'),(x'5c4e',null);
        create table bad_enum (id int primary key, e enum('a','b') not null) engine=InnoDB; insert into bad_enum values (1,'zzz'),(2,'b');
        create table wp_options (option_id bigint unsigned auto_increment primary key, option_name varchar(191) not null unique, option_value longtext not null, autoload varchar(20) not null default 'yes') engine=InnoDB default charset=utf8mb4;
        insert into wp_options (option_name, option_value) values ('siteurl','http://old.example.org'),('widget','a:1:{s:3:"url";s:27:"http://old.example.org/page";}');
        create table log_of_inserts (n int auto_increment primary key, what varchar(50)) engine=InnoDB;
        create table charsets (id int primary key, twice varchar(100) character set latin1, twice8 varchar(100) character set utf8mb4, mixed varchar(100) character set latin1, fine varchar(100) character set utf8mb4) engine=InnoDB;
        insert into charsets values (1, _latin1 x'C3A974C3A9', convert(convert(x'C3A974C3A9' using latin1) using utf8mb4), _latin1 x'C3A974C3A9', 'été'), (2, 'plain', 'plain', _latin1 x'E974E9', 'ça'), (3, _latin1 x'E282AC', convert(convert(x'E282AC' using latin1) using utf8mb4), 'ok', '€');
        delimiter //
        create function vat(p decimal(10,2)) returns decimal(10,2) deterministic return p*1.21//
        create procedure tell(in who varchar(20)) begin select concat('hé ', who); insert into log_of_inserts (what) values ('tell'); end//
        create definer=`ghost`@`gone.example.org` trigger children_ai after insert on children for each row begin insert into log_of_inserts (what) values (concat('child ', new.id)); end//
        create trigger parents_bu before update on parents for each row set new.name = upper(new.name)//
        create event clean on schedule every 1 day starts '2026-01-01 03:00:00' on completion preserve do begin delete from log_of_inserts where n < 0; end//
        create view z_base as select id, name from parents//
        create view a_over as select id, name from z_base where id > 0//
        create view b_price as select id, vat(id) as price from parents//
        create view m_mid as select a_over.id, b_price.price from a_over join b_price on a_over.id = b_price.id//
        create definer=`ghost`@`gone.example.org` sql security definer view orphan as select name from z_base//
        delimiter ;
        """;

    /// <summary>One table of ordinary rows with an integer key that has gaps.</summary>
    /// <param name="name">The table.</param>
    /// <param name="rows">How many rows, at most 1,000,000.</param>
    /// <param name="engine">InnoDB or MyISAM.</param>
    /// <param name="charset">latin1 or utf8mb4.</param>
    /// <param name="text">Bytes of text per row.</param>
    public static string Rows(string name, int rows, string engine = "InnoDB", string charset = "utf8mb4", int text = 200) => string.Create(CultureInfo.InvariantCulture, $"""
        create table `{name}` (id int unsigned not null auto_increment primary key, author int not null, title varchar(120) not null, body text, price decimal(10,2), score float, at datetime, seen timestamp null, flag bit(1), key author (author), key title (title)) engine={engine} default charset={charset};
        insert into `{name}` select seq*3, seq mod 977, concat('Titre n° ', seq, ' ', left(md5(seq), 12)), concat('l''été\n\t\\', repeat(md5(seq+1), {Math.Max(1, text / 32)})), seq/7, seq/3, '2015-01-01' + interval seq minute, from_unixtime(1400000000+seq), seq mod 2 from seq_1_to_{rows};

        """);

    /// <summary>What the performance figures are measured on: tables of both engines and character sets, and blobs up to 18 MB.</summary>
    /// <param name="tables">Tables.</param>
    /// <param name="rows">Rows of each.</param>
    public static string Bench(int tables, int rows)
    {
        var made = new StringBuilder("set names utf8mb4; set time_zone='+00:00';\n");
        for (var i = 0; i < tables; i++) made.Append(Rows($"t{i:00}", rows, i % 5 == 4 ? "MyISAM" : "InnoDB", i % 2 == 0 ? "utf8mb4" : "latin1"));
        made.Append("create table files (id int auto_increment primary key, name varchar(100), data longblob) engine=InnoDB;\n");
        for (var i = 1; i <= 24; i++)
            made.Append(CultureInfo.InvariantCulture, $"insert into files (name, data) values ('f{i}', left(repeat(unhex(concat(sha2({i},512),sha2({i + 100},512))), {i * i * 260}), {i * i * 32_000}));\n");
        return made.ToString();
    }
}
