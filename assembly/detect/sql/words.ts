// The vocabulary of SQL as far as injections need it: MySQL, PostgreSQL, SQL Server, Oracle, DB2, SQLite.
// Sources: the vendors' lists of reserved words and built-in functions.
import { WordTable } from "../word-table";

/** Kinds of tokens. From `Union` on they are keywords. */
export const enum Sql {
  End = 0,
  Number,
  Text,
  /** A string that the end of the value cuts off. */
  OpenText,
  Word,
  Variable,
  Compare,
  Logic,
  Operator,
  Open,
  Close,
  Comma,
  Semicolon,
  Comment,
  Dot,
  Other,
  Union,
  Select,
  From,
  Where,
  Quantifier,
  Order,
  Group,
  By,
  Having,
  Limit,
  Into,
  Not,
  Is,
  In,
  Between,
  Insert,
  Update,
  Delete,
  Drop,
  Create,
  Alter,
  Execute,
  Declare,
  WaitFor,
  Truncate,
  Shutdown,
  Grant,
  LoadData,
  Object,
  Set,
  Values,
  As,
  Case,
  Delay,
  Outfile,
  If,
  Exists,
  /** Functions that wait, read files, call out or leak: no page parameter names them. */
  Danger,
  /** Other functions of the language. */
  Function,
  Procedure,
  Begin,
  /** Names of catalogues. */
  Catalog,
  /** WHEN, THEN, ELSE, END. */
  Branch,
}

let table: WordTable | null = null;

/** Builds the table once, at configure time. */
export function prepareSqlWords(): void {
  if (table !== null) return;
  const words = WordTable.create(440);
  words.add(Sql.Number, "null true false unknown");
  words.add(Sql.Logic, "and or xor");
  words.add(Sql.Compare, "like rlike regexp ilike glob similar sounds");
  words.add(Sql.Operator, "div mod collate binary");
  words.add(Sql.Union, "union intersect except minus");
  words.add(Sql.Select, "select");
  words.add(Sql.From, "from");
  words.add(Sql.Where, "where");
  words.add(Sql.Quantifier, "all distinct distinctrow top");
  words.add(Sql.Order, "order");
  words.add(Sql.Group, "group");
  words.add(Sql.By, "by");
  words.add(Sql.Having, "having");
  words.add(Sql.Limit, "limit offset");
  words.add(Sql.Into, "into");
  words.add(Sql.Not, "not");
  words.add(Sql.Is, "is");
  words.add(Sql.In, "in");
  words.add(Sql.Between, "between");
  words.add(Sql.Insert, "insert replace");
  words.add(Sql.Update, "update");
  words.add(Sql.Delete, "delete");
  words.add(Sql.Drop, "drop");
  words.add(Sql.Create, "create");
  words.add(Sql.Alter, "alter");
  words.add(Sql.Execute, "exec execute call");
  words.add(Sql.Declare, "declare");
  words.add(Sql.WaitFor, "waitfor");
  words.add(Sql.Truncate, "truncate");
  words.add(Sql.Shutdown, "shutdown");
  words.add(Sql.Grant, "grant revoke");
  words.add(Sql.LoadData, "load handler backup restore");
  words.add(
    Sql.Object,
    "table database user view index procedure schema login role trigger column",
  );
  words.add(Sql.Set, "set");
  words.add(Sql.Values, "values value");
  words.add(Sql.As, "as");
  words.add(Sql.Case, "case");
  words.add(Sql.Branch, "when then else end");
  words.add(Sql.Delay, "delay");
  words.add(Sql.Outfile, "outfile dumpfile");
  words.add(Sql.If, "if iif ifnull nullif");
  words.add(Sql.Exists, "exists any some");
  words.add(Sql.Begin, "begin");
  words.add(
    Sql.Danger,
    "sleep benchmark pg_sleep load_file extractvalue updatexml xp_cmdshell xp_dirtree xp_regread " +
      "xp_regwrite xp_fileexist xp_servicecontrol xp_availablemedia xp_enumdsn xp_loginconfig " +
      "xp_makecab xp_ntsec_enumdomains xp_terminate_process sp_executesql sp_oacreate sp_oamethod " +
      "sp_configure sp_addextendedproc sp_addlogin sp_addsrvrolemember sp_makewebtask sp_password " +
      "sp_start_job sp_add_job openrowset opendatasource openquery randomblob load_extension " +
      "utl_http utl_inaddr utl_smtp utl_file utl_tcp dbms_pipe dbms_lock dbms_ldap dbms_xmlgen " +
      "dbms_java dbms_scheduler dbms_export_extension ctxsys httpuritype sys_context lo_import " +
      "lo_export pg_read_file pg_ls_dir database_to_xml query_to_xml dblink dblink_connect " +
      "gtid_subset procedure_analyse name_const row_count sys_eval sys_exec xmltype " +
      "pg_terminate_backend pg_read_binary_file dbms_session dbms_utility fn_xe_file_target_read_file",
  );
  words.add(
    Sql.Function,
    "char chr nchar ascii ord unicode substring substr mid left right length len concat concat_ws " +
      "group_concat string_agg count sum avg max min cast convert hex unhex md5 sha1 sha2 version " +
      "database schema_name current_user session_user system_user user_name current_database " +
      "current_setting last_insert_id connection_id db_name object_id col_name host_name suser_name " +
      "is_srvrolemember has_dbaccess serverproperty floor rand round elt make_set field position " +
      "locate instr coalesce nvl to_char to_number upper lower ucase lcase reverse repeat lpad rpad " +
      "bin oct password encrypt compress aes_encrypt json_extract json_keys generate_series " +
      "string_to_array array_to_string quote hextoraw rawtohex decode encode ifnull isnull quotename " +
      "stuff getdate now sysdate analyse power exp pow geometrycollection polygon multipoint " +
      "linestring multilinestring multipolygon st_latfromgeohash interval strcmp bit_length conv pi sin cos " +
      "tan sqrt ceil ceiling trunc uncompress to_base64 from_base64 find_in_set json_object json_arrayagg " +
      "starts_with utc_date curdate soundex if_null isjson regexp_replace regexp_like trim ltrim rtrim abs",
  );
  words.add(
    Sql.Catalog,
    "information_schema sysobjects syscolumns sysdatabases sysusers syslogins pg_catalog pg_shadow " +
      "pg_user pg_database pg_tables pg_class pg_authid sqlite_master sqlite_schema sqlite_temp_master " +
      "all_tables all_users all_tab_columns user_tables user_tab_columns dba_users dba_tables " +
      "dba_role_privs dba_sys_privs role_sys_privs user_role_privs sysibm syscat sysmaster " +
      "msysaccessobjects mysql sysprocesses sysxlogins v$version v$database v$instance dual " +
      "sysdummy1 systables global_name user_users",
  );
  table = words;
}

/** Kind of the word of `length` bytes at `ptr`: a keyword, or `Sql.Word`. */
export function sqlWord(ptr: usize, length: u32): u32 {
  const words = table;
  if (words === null) return Sql.Word;
  const kind = words.find(ptr, length);
  return kind == 0 ? Sql.Word : kind;
}
