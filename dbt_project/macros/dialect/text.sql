{#- SHA-256 as 64 lower-case hexadecimal digits. -#}
{% macro sha256_hex(expression) -%}
    {{ adapter.dispatch('sha256_hex', 'omnimart')(expression) }}
{%- endmacro %}

{% macro duckdb__sha256_hex(expression) -%}
    sha256({{ expression }})
{%- endmacro %}

{% macro spark__sha256_hex(expression) -%}
    sha2({{ expression }}, 256)
{%- endmacro %}


{#-
A number of 64 bits for a value: what is sorted or drawn by it costs less than by text. Another on
each engine, so it stands in no mart.
-#}
{% macro hashed_number(expression) -%}
    {{ adapter.dispatch('hashed_number', 'omnimart')(expression) }}
{%- endmacro %}

{% macro duckdb__hashed_number(expression) -%}
    hash({{ expression }})
{%- endmacro %}

{% macro spark__hashed_number(expression) -%}
    xxhash64({{ expression }})
{%- endmacro %}


{#- The key of the keyed hash: a variable of the session, so that it stands in no compiled SQL. -#}
{% macro identity_key() -%}
    {{ adapter.dispatch('identity_key', 'omnimart')() }}
{%- endmacro %}

{% macro duckdb__identity_key() -%}
    getvariable('identity_key')
{%- endmacro %}

{% macro spark__identity_key() -%}
    session.identity_key
{%- endmacro %}


{#- Percent-decoded text; a malformed escape leaves the text as it is. -#}
{% macro url_decoded(text) -%}
    {{ adapter.dispatch('url_decoded', 'omnimart')(text) }}
{%- endmacro %}

{% macro duckdb__url_decoded(text) -%}
    coalesce(try(url_decode(replace({{ text }}, '+', ' '))), {{ text }})
{%- endmacro %}

{% macro spark__url_decoded(text) -%}
    coalesce(try_url_decode({{ text }}), {{ text }})
{%- endmacro %}


{#- A list literal: text_array(["'a'", "'b'"]). -#}
{% macro text_array(expressions) -%}
    {{ adapter.dispatch('text_array', 'omnimart')(expressions) }}
{%- endmacro %}

{% macro duckdb__text_array(expressions) -%}
    [{{ expressions | join(', ') }}]
{%- endmacro %}

{% macro spark__text_array(expressions) -%}
    array({{ expressions | join(', ') }})
{%- endmacro %}


{#- Values of a column joined in an order; every value is text. -#}
{% macro joined_text(expression, separator, order_by) -%}
    {{ adapter.dispatch('joined_text', 'omnimart')(expression, separator, order_by) }}
{%- endmacro %}

{% macro duckdb__joined_text(expression, separator, order_by) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__joined_text(expression, separator, order_by) -%}
    listagg({{ expression }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}


{#- One row for each item of a delimited cell; stands alone in a select list. -#}
{% macro exploded_list(text, separator=';') -%}
    {{ adapter.dispatch('exploded_list', 'omnimart')(text, separator) }}
{%- endmacro %}

{% macro duckdb__exploded_list(text, separator) -%}
    unnest(string_split({{ text }}, '{{ separator }}'))
{%- endmacro %}

{% macro spark__exploded_list(text, separator) -%}
    explode(split({{ text }}, '{{ separator }}'))
{%- endmacro %}


{#- Text with its diacritics taken off: `Müller` and `Muller` are the same. -#}
{% macro without_accents(text) -%}
    {{ adapter.dispatch('without_accents', 'omnimart')(text) }}
{%- endmacro %}

{% macro duckdb__without_accents(text) -%}
    strip_accents({{ text }})
{%- endmacro %}

{% macro spark__without_accents(text) -%}
    translate(
        {{ text }},
        'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ',
        'aaaaaaceeeeiiiinoooooouuuuyyAAAAAACEEEEIIIINOOOOOOUUUUY'
    )
{%- endmacro %}


{#- How many slips of the keyboard lie between two texts; a null when either is null. -#}
{% macro edit_distance(text, other_text) -%}
    {{ adapter.dispatch('edit_distance', 'omnimart')(text, other_text) }}
{%- endmacro %}

{% macro duckdb__edit_distance(text, other_text) -%}
    damerau_levenshtein({{ text }}, {{ other_text }})
{%- endmacro %}

{#- Two letters in each other's place count as two slips here. -#}
{% macro spark__edit_distance(text, other_text) -%}
    levenshtein({{ text }}, {{ other_text }})
{%- endmacro %}


{#- How alike two texts are, 0 to 1; what they begin with counts most. -#}
{% macro text_similarity(text, other_text) -%}
    {{ adapter.dispatch('text_similarity', 'omnimart')(text, other_text) }}
{%- endmacro %}

{% macro duckdb__text_similarity(text, other_text) -%}
    jaro_winkler_similarity({{ text }}, {{ other_text }})
{%- endmacro %}

{% macro spark__text_similarity(text, other_text) -%}
    (
        1
        - levenshtein({{ text }}, {{ other_text }}) * 0.6
        / greatest(length({{ text }}), length({{ other_text }}), 1)
    )
{%- endmacro %}


{#- The letters of a text in the order of the alphabet. -#}
{% macro sorted_letters(text) -%}
    {{ adapter.dispatch('sorted_letters', 'omnimart')(text) }}
{%- endmacro %}

{% macro duckdb__sorted_letters(text) -%}
    array_to_string(list_sort(string_split({{ text }}, '')), '')
{%- endmacro %}

{% macro spark__sorted_letters(text) -%}
    array_join(array_sort(split({{ text }}, '')), '')
{%- endmacro %}


{#- A 64-bit hash of a text, null of a null: a short key where two texts in 10^10 may share one. -#}
{% macro hash_number(text) -%}
    {{ adapter.dispatch('hash_number', 'omnimart')(text) }}
{%- endmacro %}

{% macro duckdb__hash_number(text) -%}
    case when {{ text }} is not null then hash({{ text }}) end
{%- endmacro %}

{% macro spark__hash_number(text) -%}
    case when {{ text }} is not null then xxhash64({{ text }}) end
{%- endmacro %}
