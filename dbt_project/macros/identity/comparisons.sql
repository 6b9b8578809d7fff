{#-
How two profiles are compared, by what they state: the levels of agreement, best first, as SQL on the
columns `<attribute>_l` and `<attribute>_r`. A pair has the first level whose condition holds, else
`different`, and none where either side states nothing. `term` is the value whose frequency says how
much the agreement is worth: to share a rare name means more. What each level weighs stands in the
seed match_levels.
-#}
{% macro match_comparisons() -%}
    {#- Half of a swapped name is enough where the other half is missing. -#}
    {%- set one_way = text_similarity('given_name_l', 'family_name_r') ~ ' >= 0.88' -%}
    {%- set other_way = text_similarity('family_name_l', 'given_name_r') ~ ' >= 0.88' -%}
    {%- set swapped -%}
        coalesce({{ one_way }}, {{ other_way }}) and coalesce({{ other_way }}, {{ one_way }})
    {%- endset -%}
    {%- set comparisons = {
        'given_name': {
            'known': 'given_name_l is not null and given_name_r is not null',
            'levels': [
                {
                    'level': 'same',
                    'condition': 'given_name_l = given_name_r',
                    'term': 'given_name_l',
                },
                {'level': 'swapped', 'condition': swapped},
                {'level': 'similar', 'condition': is_similar_name('given_name')},
                {'level': 'scrambled', 'condition': is_scrambled_name('given_name')},
                {
                    'level': 'partial',
                    'condition': 'starts_with(given_name_l, given_name_r)'
                    ~ ' or starts_with(given_name_r, given_name_l) or '
                    ~ text_similarity('given_name_l', 'given_name_r') ~ ' >= 0.8',
                },
            ],
        },
        'family_name': {
            'known': 'family_name_l is not null and family_name_r is not null',
            'levels': [
                {
                    'level': 'same',
                    'condition': 'family_name_l = family_name_r',
                    'term': 'family_name_l',
                },
                {'level': 'swapped', 'condition': swapped},
                {'level': 'similar', 'condition': is_similar_name('family_name')},
                {'level': 'scrambled', 'condition': is_scrambled_name('family_name')},
                {
                    'level': 'partial',
                    'condition': text_similarity('family_name_l', 'family_name_r') ~ ' >= 0.8',
                },
            ],
        },
        'birth_date': {
            'known': 'birth_date_l is not null and birth_date_r is not null',
            'levels': [
                {
                    'level': 'same',
                    'condition': 'birth_date_l = birth_date_r',
                    'term': 'birth_date_l',
                },
                {
                    'level': 'slip',
                    'condition': edit_distance('birth_date_l', 'birth_date_r') ~ ' <= 1'
                    ~ ' or left(birth_date_l, 4) || right(birth_date_l, 2)'
                    ~ ' || substr(birth_date_l, 5, 2) = birth_date_r',
                },
                {
                    'level': 'part',
                    'condition': 'right(birth_date_l, 4) = right(birth_date_r, 4)'
                    ~ ' or left(birth_date_l, 4) = left(birth_date_r, 4)'
                    ~ ' and (substr(birth_date_l, 5, 2) = substr(birth_date_r, 5, 2)'
                    ~ ' or right(birth_date_l, 2) = right(birth_date_r, 2))',
                },
                {
                    'level': 'near',
                    'condition': 'abs(' ~ day_count('birth_date_l') ~ ' - '
                    ~ day_count('birth_date_r') ~ ') <= 93'
                    ~ ' or left(birth_date_l, 4) = left(birth_date_r, 4)'
                    ~ " and '0101' in (right(birth_date_l, 4), right(birth_date_r, 4))",
                },
            ],
        },
        'national_id': {
            'known': 'national_id_l is not null and national_id_r is not null',
            'levels': [
                {
                    'level': 'same',
                    'condition': 'national_id_l = national_id_r',
                    'term': 'national_id_l',
                },
                {
                    'level': 'slip',
                    'condition': edit_distance('national_id_l', 'national_id_r') ~ ' <= 1',
                },
                {
                    'level': 'near',
                    'condition': edit_distance('national_id_l', 'national_id_r') ~ ' <= 2',
                },
            ],
        },
        'street': {
            'known': 'street_l is not null and street_r is not null',
            'levels': [
                {
                    'level': 'same',
                    'condition': 'street_l = street_r and house_number_l = house_number_r',
                    'term': "house_number_l || ' ' || street_l",
                },
                {
                    'level': 'same_but_number',
                    'condition': 'street_l = street_r',
                    'term': 'street_l',
                },
                {
                    'level': 'similar',
                    'condition': 'house_number_l = house_number_r and ('
                    ~ text_similarity('street_l', 'street_r') ~ ' >= 0.9 or '
                    ~ edit_distance('street_l', 'street_r') ~ ' <= 2)',
                },
                {
                    'level': 'similar_but_number',
                    'condition': text_similarity('street_l', 'street_r') ~ ' >= 0.88',
                },
            ],
        },
        'place': {
            'known': 'coalesce(postal_code_l, city_l) is not null'
            ~ ' and coalesce(postal_code_r, city_r) is not null'
            ~ ' and (coalesce(postal_code_l, postal_code_r) is null'
            ~ ' or coalesce(city_l, city_r) is null'
            ~ ' or (postal_code_l is not null and postal_code_r is not null)'
            ~ ' or (city_l is not null and city_r is not null))',
            'levels': [
                {
                    'level': 'same',
                    'condition': 'postal_code_l = postal_code_r and city_l = city_r',
                    'term': "postal_code_l || ' ' || city_l",
                },
                {
                    'level': 'same_postal_code',
                    'condition': 'postal_code_l = postal_code_r',
                    'term': 'postal_code_l',
                },
                {
                    'level': 'same_but_slip',
                    'condition': 'city_l = city_r and '
                    ~ edit_distance('postal_code_l', 'postal_code_r') ~ ' <= 1',
                    'term': 'city_l',
                },
                {'level': 'same_city', 'condition': 'city_l = city_r', 'term': 'city_l'},
                {
                    'level': 'near',
                    'condition': text_similarity('city_l', 'city_r') ~ ' >= 0.9 or '
                    ~ edit_distance('postal_code_l', 'postal_code_r') ~ ' <= 1 and coalesce('
                    ~ text_similarity('city_l', 'city_r') ~ ' >= 0.7, true)',
                },
            ],
        },
        'phone': {
            'known': 'phone_l is not null and phone_r is not null',
            'levels': [
                {'level': 'same', 'condition': 'phone_l = phone_r', 'term': 'phone_l'},
                {
                    'level': 'masked',
                    'condition': 'phone_l like phone_r or phone_r like phone_l',
                },
                {'level': 'slip', 'condition': edit_distance('phone_l', 'phone_r') ~ ' <= 1'},
            ],
        },
        'mailbox': {
            'known': 'mailbox_l is not null and mailbox_r is not null',
            'levels': [
                {
                    'level': 'same_as_name',
                    'condition': 'mailbox_l = mailbox_r and ' ~ is_mailbox_of_name(),
                },
                {'level': 'same', 'condition': 'mailbox_l = mailbox_r', 'term': 'mailbox_l'},
                {
                    'level': 'slip',
                    'condition': text_similarity('mailbox_l', 'mailbox_r') ~ ' >= 0.75'
                    ~ ' and ' ~ text_similarity('mail_domain_l', 'mail_domain_r') ~ ' >= 0.88'
                    ~ ' and ' ~ edit_distance('mailbox_l', 'mailbox_r')
                    ~ ' <= least(length(mailbox_l), length(mailbox_r)) / 4.0'
                    ~ ' and ' ~ has_same_digits('mailbox') ~ ' and not ' ~ is_mailbox_of_name(),
                },
                {
                    'level': 'similar',
                    'condition': text_similarity('mailbox_l', 'mailbox_r') ~ ' >= 0.92'
                    ~ ' and ' ~ has_same_digits('mailbox') ~ ' and not ' ~ is_mailbox_of_name(),
                },
            ],
        },
    } -%}
    {{ return(comparisons) }}
{%- endmacro %}


{#- Names one slip apart, or alike by their beginning; names of two letters have no slips. -#}
{% macro is_similar_name(attribute) -%}
    {{ text_similarity(attribute ~ '_l', attribute ~ '_r') }} >= 0.9
    or (
        least(length({{ attribute }}_l), length({{ attribute }}_r)) > 2
        and {{ edit_distance(attribute ~ '_l', attribute ~ '_r') }} <= 1
    )
{%- endmacro %}


{#- Names of the same letters but one, in another order; which few pairs need be asked is told at less cost. -#}
{% macro is_scrambled_name(attribute) -%}
    least(length({{ attribute }}_l), length({{ attribute }}_r)) > 3
    and abs(length({{ attribute }}_l) - length({{ attribute }}_r)) <= 1
    and {{ text_similarity(attribute ~ '_l', attribute ~ '_r') }} >= 0.7
    and {{ edit_distance(
        sorted_letters(attribute ~ '_l'), sorted_letters(attribute ~ '_r')
    ) }} <= 1
{%- endmacro %}


{#- The place of a day, written as eight digits, among all; months have 31 days here. -#}
{% macro day_count(digits) -%}
    (
        try_cast(left({{ digits }}, 4) as integer) * 372
        + try_cast(substr({{ digits }}, 5, 2) as integer) * 31
        + try_cast(right({{ digits }}, 2) as integer)
    )
{%- endmacro %}


{#- Numbers tell apart who shares the letters: ann1 is not ann2. -#}
{% macro has_same_digits(attribute) -%}
    {{ regex_replace_all(attribute ~ '_l', "'[^0-9]'") }}
    = {{ regex_replace_all(attribute ~ '_r', "'[^0-9]'") }}
{%- endmacro %}


{#-
Whether a mailbox may be named after its owner, so that namesakes have the like: it has no number of
three digits, and its letters hold a part of the name or the name is in no Latin letters.
-#}
{% macro is_mailbox_of_name() -%}
    coalesce(
        not {{ regex_match('mailbox_l', "'[0-9]{3}'") }}
        and (
            {{ regex_match('mailbox_l', "'^[a-z][0-9]*$'") }}
            or not {{ regex_match("coalesce(family_name_l, given_name_l, 'a')", "'[a-z]'") }}
            or mailbox_l like '%' || family_name_l || '%'
            or mailbox_l like '%' || given_name_l || '%'
        ),
        false
    )
{%- endmacro %}


{#- The level of agreement of a pair in one comparison, as text; null where it cannot be compared. -#}
{% macro match_level(comparison) -%}
    case
        when not ({{ comparison.known }}) then null
        {%- for level in comparison.levels %}
        when {{ level.condition }} then '{{ level.level }}'
        {%- endfor %}
        else 'different'
    end
{%- endmacro %}


{#- The values that agreements may be about: comparison, level and the value as SQL on a profile. -#}
{% macro match_terms() -%}
    {%- set terms = [] -%}
    {%- for name, comparison in match_comparisons().items() -%}
        {%- for level in comparison.levels if level.term is defined -%}
            {%- do terms.append((name, level.level, level.term | replace('_l', ''))) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(terms) }}
{%- endmacro %}


{#-
How much likelier the level of a comparison is under an answer than among strangers, in bits; strangers
agree as often as its value is frequent, if the level is weighed by that.
-#}
{% macro match_weight(name, likelihood, frequency) -%}
    coalesce(
        log2({{ likelihood }} / coalesce({{ frequency }}, {{ name }}_levels.u_probability)), 0
    )
{%- endmacro %}


{#- What a profile states, one column each. -#}
{% macro profile_attributes() -%}
    {{ return([
        'given_name', 'family_name', 'birth_date', 'national_id', 'street', 'house_number',
        'city', 'postal_code', 'phone', 'mailbox', 'mail_domain',
    ]) }}
{%- endmacro %}


{#- The key of a value that agreements at a level may be about. -#}
{% macro term_key(comparison, level, term) -%}
    {{ hash_number("'" ~ comparison ~ "|' || " ~ level ~ " || '|' || " ~ term) }}
{%- endmacro %}


{#- The key of whatever value of a level two people state at most: that of no value. -#}
{% macro rare_term_key(comparison, level) -%}
    {{ hash_number(comparison ~ " || '|' || " ~ level ~ " || '|'") }}
{%- endmacro %}


{#- A count rounded to the nearest of `steps` for each doubling. -#}
{% macro coarse(count, steps) -%}
    power(2, round({{ steps }} * log2(greatest({{ count }}, 1))) / {{ steps }})
{%- endmacro %}
