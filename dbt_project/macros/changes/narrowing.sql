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
