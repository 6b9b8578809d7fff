{#-
What a table that keeps rows remembers, beside it and written with it:

- `<model>__changes` (batch, columns logged): what changed in which of its runs;
- `<model>__state` (name, generation, batch, fingerprint): its own generation (a new one is built from
  nothing), its last batch and what it was computed by; and for each input, how far that was read.

A model reads what its inputs logged since it last finished, so a run that was cut short anywhere, or
that built some models only, leaves nothing behind that a later one does not catch up with.
-#}

{#-
How this run computes the model. `mode` is
- new: from nothing, since it is not there, a full refresh is asked for, or the query is another;
- compared: in full, with what differs told to readers, since something changed that is not logged;
- narrow: what news touches; unchanged: there is none;
- forgetful: from nothing each time, on engines whose tables cannot be changed in place.
-#}
{% macro plan_changes(existing_relation, compiled) -%}
    {{ return(adapter.dispatch('plan_changes', 'omnimart')(existing_relation, compiled)) }}
{%- endmacro %}

{% macro default__plan_changes(existing_relation, compiled) -%}
    {{ return({'mode': 'forgetful'}) }}
{%- endmacro %}

{% macro duckdb__plan_changes(existing_relation, compiled) -%}

    {%- set plan = {
        'mode': 'new',
        'generation': invocation_id,
        'batch': 0,
        'code': local_md5([compiled, kept_columns(), library_versions(), revision()] | join(' ')),
        'surroundings': '',
        'inputs': {},
        'touched': none,
        'has_changes': false,
    } -%}
    {%- set touched = touched_sql(compiled) -%}
    {%- if touched -%}
        {%- do read_inputs(plan) -%}
    {%- endif -%}
    {%- set kept = {} if existing_relation is none or should_full_refresh() else read_state(this) -%}
    {%- set own = kept.get(this.identifier) -%}
    {%- if own and own.code == plan.code -%}
        {%- do plan.update({'mode': 'compared', 'generation': own.generation, 'batch': own.batch}) -%}
        {%- set caught_up = namespace(all=touched != '' and own.surroundings == plan.surroundings) -%}
        {%- for name, input in plan.inputs.items() -%}
            {%- set read = kept.get(name) -%}
            {%- if not read or read.generation != input.generation
                or read.batch < input.batch - batches_kept() -%}
                {%- set caught_up.all = false -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if caught_up.all -%}
            {%- do plan.update({'mode': 'narrow'}) -%}
            {%- for name in plan.inputs if unseen(name) in touched -%}
                {%- do store_temporary(
                    unseen(name),
                    'select distinct * exclude (batch) from ' ~ beside(ref(name), 'changes')
                    ~ ' where batch > ' ~ kept[name].batch
                ) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(plan) }}

{%- endmacro %}


{#- What a model's config says of its rows and log, which its query does not. -#}
{% macro kept_columns() -%}
    {{ return([row_key(), logged_columns(), replaced_rows()] | join(' ')) }}
{%- endmacro %}


{#-
Raised when these macros or connected_components come to compute something else, which shows in no
compiled query: all tables are then built anew.
-#}
{% macro revision() -%}
    {{ return('2') }}
{%- endmacro %}


{#- Batches of changes that readers find; who fell further behind computes everything. -#}
{% macro batches_kept() -%}
    {{ return(20) }}
{%- endmacro %}


{#-
The state of the inputs that tell what changed; the content of all others (seeds, learnt parameters)
as one fingerprint.
-#}
{% macro read_inputs(plan) -%}
    {%- set contents = [] -%}
    {%- for id in model.depends_on.nodes | sort -%}
        {%- set node = graph.nodes[id] -%}
        {%- if node.config.materialized in ('incremental_by_key', 'connected_components') -%}
            {%- set state = read_state(ref(node.name)).get(node.name) -%}
            {%- do plan.inputs.update({node.name: state}) -%}
        {%- else -%}
            {%- do contents.append(content_fingerprint(ref(node.name))) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do plan.update({'surroundings': local_md5(contents | join(' '))}) -%}
{%- endmacro %}


{% macro content_fingerprint(relation) -%}
    {%- set rows = run_query(
        "select md5(string_agg(line, chr(10) order by line))"
        ~ " from (select cast(content as varchar) as line from " ~ relation ~ " as content) as lines"
    ).rows -%}
    {{ return(rows[0][0] | string) }}
{%- endmacro %}


{#- The libraries whose next release may read a value in another way. -#}
{% macro library_versions() -%}
    {{ return(run_query("select version() || coalesce(getvariable('library_versions'), '')").rows[0][0]) }}
{%- endmacro %}


{#- A table that stands beside a model's. -#}
{% macro beside(relation, what) -%}
    {{ return(relation.incorporate(path={'identifier': relation.identifier ~ '__' ~ what}, type='table')) }}
{%- endmacro %}


{#- What a model remembers, by name; nothing where it was built without. -#}
{% macro read_state(relation) -%}
    {%- set state = {} -%}
    {%- set state_relation = beside(relation, 'state') -%}
    {%- set found = run_query(
        "select 1 from duckdb_tables() where schema_name = '" ~ relation.schema
        ~ "' and table_name = '" ~ state_relation.identifier ~ "'"
    ).rows -%}
    {%- if found | length > 0 -%}
        {%- for row in run_query('select * from ' ~ state_relation).rows -%}
            {%- do state.update({row['name']: row}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(state) }}
{%- endmacro %}


{% macro logged_columns() -%}
    {{ return(config.get('logged') or (row_key() if config.get('row_key') else ['node_key', 'component'])) }}
{%- endmacro %}


{% macro log_changes_sql(plan, old_rows, new_rows) -%}
    {%- set changes = beside(this, 'changes') -%}
    {%- set columns = logged_columns() | join(', ') -%}
    {%- set keys = row_key() | join(', ') -%}
    {%- if plan.mode == 'new' -%}
        create or replace table {{ changes }} as
        select cast(0 as bigint) as batch, {{ columns }} from {{ new_rows }} where false;
    {%- elif plan.has_changes -%}
        {%- do plan.update({'batch': plan.batch + 1}) -%}
        delete from {{ changes }} where batch <= {{ plan.batch - batches_kept() }};
        insert into {{ changes }}
        {%- if columns == keys %}
        select {{ plan.batch }}, {{ columns }} from changed_keys;
        {%- else %}
        {%- for rows in (old_rows, new_rows) %}
        select {{ plan.batch }}, {{ columns }} from {{ rows }}
        where ({{ keys }}) in (select {{ keys }} from changed_keys)
        {{ 'union' if loop.first }}
        {%- endfor %};
        {%- endif %}
    {%- endif -%}
{%- endmacro %}


{% macro store_state_sql(plan) %}
    create or replace table {{ beside(this, 'state') }} as
    select
        '{{ this.identifier }}' as name,
        '{{ plan.generation }}' as generation,
        cast({{ plan.batch }} as bigint) as batch,
        '{{ plan.code }}' as code,
        '{{ plan.surroundings }}' as surroundings
    {%- for name, input in plan.inputs.items() %}
    union all
    select '{{ name }}', '{{ input.generation }}', {{ input.batch }}, '', ''
    {%- endfor %};
{%- endmacro %}
