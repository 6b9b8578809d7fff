{#- The scalar at a path ('$.a.b') as text, null when absent. -#}
{% macro json_text(column, path) -%}
    {{ adapter.dispatch('json_text', 'omnimart')(column, path) }}
{%- endmacro %}

{% macro duckdb__json_text(column, path) -%}
    json_extract_string({{ column }}, '{{ path }}')
{%- endmacro %}

{% macro spark__json_text(column, path) -%}
    get_json_object({{ column }}, '{{ path }}')
{%- endmacro %}


{#-
The value of one entry of a GA4-style list of {key, value: {string_value | int_value | ...}}, as
text; the first of the value members present.
-#}
{% macro json_param(
    column, key, members=['string_value', 'int_value', 'double_value', 'float_value']
) -%}
    {{ adapter.dispatch('json_param', 'omnimart')(column, key, members) }}
{%- endmacro %}

{% macro duckdb__json_param(column, key, members) -%}
    coalesce(
        {%- for member in members %}
        json_extract_string(
            list_filter(
                json_extract({{ column }}, '$[*]'),
                lambda entry: json_extract_string(entry, '$.key') = '{{ key }}'
            )[1],
            '$.value.{{ member }}'
        )
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{% macro spark__json_param(column, key, members) -%}
    coalesce(
        {%- for member in members %}
        get_json_object(
            element_at(
                filter(
                    from_json({{ column }}, 'array<string>'),
                    entry -> get_json_object(entry, '$.key') = '{{ key }}'
                ),
                1
            ),
            '$.value.{{ member }}'
        )
        {{- ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- A JSON object of the pairs whose value is not null: json_object_of({'unionid': 'open_id'}). -#}
{% macro json_object_of(pairs) -%}
    {{ adapter.dispatch('json_object_of', 'omnimart')(pairs) }}
{%- endmacro %}

{% macro duckdb__json_object_of(pairs) -%}
    json_merge_patch(
        '{}',
        json_object(
            {%- for key, expression in pairs.items() %}
            '{{ key }}', {{ expression }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
    )
{%- endmacro %}

{% macro spark__json_object_of(pairs) -%}
    to_json(
        named_struct(
            {%- for key, expression in pairs.items() %}
            '{{ key }}', {{ expression }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
    )
{%- endmacro %}


{#- A JSON array of the values of a delimited cell: 'a; b' -> ["a", "b"]; null when blank. -#}
{% macro json_array_of_list(text, separator=';') -%}
    {{ adapter.dispatch('json_array_of_list', 'omnimart')(text, separator) }}
{%- endmacro %}

{% macro duckdb__json_array_of_list(text, separator) -%}
    to_json(
        list_filter(
            list_transform(string_split({{ text }}, '{{ separator }}'), lambda item: trim(item)),
            lambda item: item != ''
        )
    )
{%- endmacro %}

{% macro spark__json_array_of_list(text, separator) -%}
    to_json(
        filter(
            transform(split({{ text }}, '{{ separator }}'), item -> trim(item)), item -> item != ''
        )
    )
{%- endmacro %}


{#- The type of a JSON column, for null casts: text where the engine has no JSON type. -#}
{% macro json_type() -%}
    {{ adapter.dispatch('json_type', 'omnimart')() }}
{%- endmacro %}

{% macro duckdb__json_type() -%} json {%- endmacro %}

{% macro spark__json_type() -%} string {%- endmacro %}
