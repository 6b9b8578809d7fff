with

files as (

    select * from {{ source('raw_audit', 'files') }}

),

-- What the vendor states as the sum of the rows it lists, against the rows we read.
stated_totals as (

    select
        path,
        sha256,
        source,
        format,
        rows_loaded + rows_rejected as listed_rows,
        {{ json_elements('control_totals') }} as control_total

    from files

    where status = 'loaded' and control_totals is not null

),

control_totals as (

    select
        path,
        sha256,
        source,
        format,
        {{ json_text('control_total', '$.column') }} as control,
        cast({{ json_text('control_total', '$.stated') }} as decimal(18, 4)) as stated,
        cast({{ json_text('control_total', '$.computed') }} as decimal(18, 4)) as computed,
        cast(0.01 * greatest(listed_rows, 1) as decimal(18, 4)) as tolerance

    from stated_totals

),

-- Every row of every file is loaded, refused or known to be no data.
row_counts as (

    select
        path,
        sha256,
        source,
        format,
        '(rows)' as control,
        cast(rows_read as decimal(18, 4)) as stated,
        cast(rows_loaded + rows_rejected + rows_ignored as decimal(18, 4)) as computed,
        cast(0 as decimal(18, 4)) as tolerance

    from files

    where rows_read is not null

),

controls as (

    select * from control_totals

    union all

    select * from row_counts

),

compared as (

    select
        path,
        sha256,
        source,
        format,
        control,
        stated,
        computed,
        cast(computed - stated as decimal(18, 4)) as difference,
        tolerance,
        coalesce(abs(computed - stated) <= tolerance, false) as is_reconciled

    from controls

)

select * from compared
