namespace Quietune.Data.Tables;

/// <summary>Where the rows of a table come from.</summary>
public enum TableFormat
{
    /// <summary>Comma- (or semicolon-, tab- or bar-) separated text with a header line, UTF-8, RFC 4180; also gzip-compressed.</summary>
    Csv,

    /// <summary>Parquet: a file, a pattern such as part-*.parquet, or a folder of such files.</summary>
    Parquet,

    /// <summary>One JSON object a line; also gzip-compressed.</summary>
    JsonLines,

    /// <summary>A SELECT of DuckDB's SQL, which may read files.</summary>
    Query,

    /// <summary>A table or query of a PostgreSQL server.</summary>
    PostgreSql,

    /// <summary>A folder with IDX images and labels.</summary>
    Idx,
}
