"""The columns that every raw table has beside those of its format: (type, description) by name."""

LINEAGE_COLUMNS = {
    "_source_file": ("varchar", "File the row came from, relative to the landing folder."),
    "_source_row": ("bigint", "Row within the file; 1 is the first row after the header."),
    "_account": ("varchar", "Account of the source, where sources.yml or the folder names one."),
    "_currency": ("varchar", "Currency of the file's amounts where no column states it."),
    "_period_start": ("date", "First day the file says it covers."),
    "_period_end": ("date", "Last day the file says it covers."),
    "_exported_at": ("timestamp", "When the platform wrote the file, where it says so; UTC."),
    "_loaded_at": ("timestamp", "When the row was loaded; UTC."),
    "_file_version": ("varchar", "Sorts the exports of a grain; the greatest one is kept."),
    "_grain_key": ("decimal(38,0)", "Hash of the grain; rows of one grain are replaced together."),
    "_is_deleted": ("boolean", "Whether a newer full export of the source no longer has the row."),
    "_extra": ("json", "Cells of unknown columns, and originals of unreadable cells."),
}
