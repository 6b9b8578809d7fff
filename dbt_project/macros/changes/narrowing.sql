{#-
How a model says what news touches, for the materializations that keep rows (incremental_by_key,
connected_components). Both stand in the compiled query as comments, so that a model reads, and
runs whenever it must, as a query of everything; a run that resolves news alone reads them too.
-#}

{#-
The keys that news in the inputs may change, as a query that fills the table `touched`. It may read the
inputs, `unseen(input)`, and this model's rows as they were left. Too many keys cost time, too few make
rows stale.
-#}
{% macro touched_keys() -%}
/*touched {{ caller() }} touched*/
{%- endmacro %}


{#- SQL that confines a query to what stands in `touched`; no row of a touched key may get lost. -#}
{% macro narrowed(sql) -%}
/*narrowed {{ sql }} narrowed*/
{%- endmacro %}


{#-
SQL that confines a query to one of the slices that it is computed in where it would not fit into
memory as one: `keyword` is where or and, `number` a number that is drawn for what no two slices share.
-#}
{% macro sliced(keyword, number) -%}
/*sliced {{ keyword }} {{ number }} % <slices> = <slice> sliced*/
{%- endmacro %}


{#- What changed in an input since this model last read it: the columns that the input logs. -#}
{% macro unseen(input) -%}
{{ input }}__unseen
{%- endmacro %}


{#- The query of the touched keys in a compiled model; empty where it says none. -#}
{% macro touched_sql(compiled) -%}
    {{ return((modules.re.findall('(?s)/[*]touched (.*?) touched[*]/', compiled) + [''])[0]) }}
{%- endmacro %}


{#- A compiled model confined to the touched keys. -#}
{% macro narrowed_sql(compiled) -%}
    {%- set without_keys = modules.re.sub('(?s)/[*]touched .*? touched[*]/', '', compiled) -%}
    {{ return(modules.re.sub('/[*]narrowed | narrowed[*]/', ' ', without_keys)) }}
{%- endmacro %}


{#-
The queries whose rows are those of a query of everything: one for each `rows_per_slice` rows of the
input that config's `sliced_with` names. Of a narrowed query, where `touched` keys are given: one for
each `touched_per_slice` of them.
-#}
{% macro slices_of(query, touched=none) -%}
    {%- set input = config.get('sliced_with') -%}
    {%- if not input -%}
        {{ return([query]) }}
    {%- endif -%}
    {%- if '/*sliced ' not in query -%}
        {{ exceptions.raise_compiler_error(this ~ ' is sliced_with ' ~ input ~ ' and calls no sliced()') }}
    {%- endif -%}
    {%- if touched is none -%}
        {%- set rows = run_query('select count(*) from ' ~ ref(input)).rows[0][0] -%}
        {%- set count = 1 + rows // var('rows_per_slice') -%}
    {%- else -%}
        {%- set count = 1 + touched // config.get('touched_per_slice', var('rows_per_slice')) -%}
    {%- endif -%}
    {%- set queries = [] -%}
    {%- for slice in range(count) -%}
        {%- set confined = modules.re.sub('(?s)/[*]sliced (.*?) sliced[*]/', '\\1', query) -%}
        {%- do queries.append(confined | replace('<slices>', count) | replace('<slice>', slice)) -%}
    {%- endfor -%}
    {{ return(queries) }}
{%- endmacro %}
