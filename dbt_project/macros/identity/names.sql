{#- Lower-case letters of any script, without accents, blanks, digits and punctuation. -#}
{% macro letters_of(text) -%}
    nullif(
        {{ regex_replace_all(
            without_accents('lower(' ~ text ~ ')'),
            "'[-0-9 .,;:!?&+_#*/()\"`´’·、，（）\u00a0\u3000'']+'"
        ) }},
        ''
    )
{%- endmacro %}


{#- A name without the titles before it and the generation after it. -#}
{% macro bare_name(name) -%}
    nullif(
        trim(
            {{ regex_replace_all(
                regex_replace_all(
                    'trim(' ~ name ~ ')',
                    "'^([Mm](r|rs|s|iss|me)|[Dd]r|[Pp]rof|[Hh]err|[Ff]rau)[.]? +'"
                ),
                "'([, ]+([JjSs]r[.]?|I{2,3})|先生|女士|小姐)$'"
            ) }}
        ),
        ''
    )
{%- endmacro %}


{#- Whether a name is one of Chinese characters alone, family name first. -#}
{% macro is_chinese_name(name) -%}
    {{ regex_match(name, "'^[一-鿿]{2,4}$'") }}
{%- endmacro %}


{#- Whether a Chinese name has a blank between family name and given name. -#}
{% macro is_spaced_chinese_name(name) -%}
    {{ regex_match(name, "'^[一-鿿]{1,2}[ \u3000]+[一-鿿]{1,3}$'") }}
{%- endmacro %}


{#- The family name of a Chinese name: one character, or one of the names of two. -#}
{% macro chinese_family_name(name) -%}
    {{ regex_extract(
        name,
        "'^(欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|长孙|宇文|[一-鿿])'"
    ) }}
{%- endmacro %}


{#-
The two parts of a name written as one: `Lee, Ann`, `Ann Lee`, 李安 or 李 安. A single word is a given name.
-#}
{% macro given_part(name) -%}
    case
        when {{ name }} like '%,%' then {{ regex_extract(name, "',(.+)$'") }}
        when {{ is_chinese_name(name) }}
            then substr({{ name }}, length({{ chinese_family_name(name) }}) + 1)
        when {{ is_spaced_chinese_name(name) }}
            then {{ regex_extract(name, "'[ \u3000]([一-鿿]+)$'") }}
        when {{ regex_match(name, "'[^ ] [^ ]'") }} then {{ regex_extract(name, "'^(.+) [^ ]+$'") }}
        else {{ name }}
    end
{%- endmacro %}

{% macro family_part(name) -%}
    case
        when {{ name }} like '%,%' then {{ regex_extract(name, "'^([^,]+),'") }}
        when {{ is_chinese_name(name) }} then {{ chinese_family_name(name) }}
        when {{ is_spaced_chinese_name(name) }} then {{ regex_extract(name, "'^([一-鿿]+)'") }}
        when {{ regex_match(name, "'[^ ] [^ ]'") }} then {{ regex_extract(name, "' ([^ ]+)$'") }}
    end
{%- endmacro %}


{#- The given name of a record in one form, taken from the whole name where that is all; null where masked. -#}
{% macro stated_given_name(records) -%}
    case
        when coalesce({{ records }}.given_name, {{ records }}.family_name) is not null
            then {{ letters_of(bare_name(records ~ '.given_name')) }}
        when {{ records }}.full_name not like '%*%'
            then {{ letters_of(given_part(bare_name(records ~ '.full_name'))) }}
    end
{%- endmacro %}


{#- A Chinese street without the province, city and district that some write before it. -#}
{% macro local_street(street) -%}
    {{ regex_replace_all(
        street,
        "'^([一-鿿]{2,7}(省|自治区))?([一-鿿]{2,7}市)?([一-鿿]{1,6}[区县])?'",
    ) }}
{%- endmacro %}
