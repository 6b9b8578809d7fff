-- How cells of an export become typed values. Every macro returns null for what it cannot read.
-- `mark` is the decimal mark of the file, '.' or ','; `day_order` is mdy, dmy or ymd; `seen_on` is
-- the day the file was written, which dates without a year precede.
-- The first branch of each macro is the common spelling, so that a clean column costs one test.
-- Macros are substituted, not called: an argument used twice is written out twice. `om_let_*`
-- therefore bind an intermediate text once, as the element of a list.

-- Outer blanks go, and with them empty cells. Blanks are those of ASCII, the ones that do not break,
-- that have no width, that mark a direction, that are as wide as a Chinese character, and the BOM.
create or replace macro om_strip(cell) as
    nullif(
        regexp_replace(
            cell,
            '^[ \t\n\r\x{A0}\x{2007}\x{200B}\x{200E}\x{200F}\x{202F}\x{3000}\x{FEFF}]+|[ \t\n\r\x{A0}\x{2007}\x{200B}\x{200E}\x{200F}\x{202F}\x{3000}\x{FEFF}]+$',
            '',
            'g'
        ),
        ''
    );

-- The same, faster: the expression is held against cells that may need it alone.
create or replace macro om_clean(cell) as
    case
        when cell < '!'
            or suffix(cell, ' ')
            or suffix(cell, e'\t')
            or suffix(cell, e'\n')
            or suffix(cell, e'\r')
            or (
                strlen(cell) != length(cell)
                and regexp_matches(
                    cell,
                    '^[\x{A0}\x{2007}\x{200B}\x{200E}\x{200F}\x{202F}\x{3000}\x{FEFF}]|[\x{A0}\x{2007}\x{200B}\x{200E}\x{200F}\x{202F}\x{3000}\x{FEFF}]$'
                )
            )
            then om_strip(cell)
        else cell
    end;

-- A text as a message shows it, on one line.
create or replace macro om_quoted(text) as
    '''' || replace(replace(replace(text, chr(10), '\n'), chr(13), '\r'), chr(9), '\t') || '''';

-- Identifiers: Excel's protections ('01207, ="01207", a trailing tab) and Bing's brackets go.
create or replace macro om_id(cell) as
    case
        when regexp_full_match(cell, '[A-Za-z0-9_:@./#|-]*') then
            case when regexp_full_match(cell, '[0-9]([.][0-9]+)?[eE][+][0-9]{1,3}') then null else cell end
        when regexp_full_match(cell, '(?i)-?[0-9]+([.,][0-9]+)?e[+][0-9]{1,3}') then null
        else om_clean(
            regexp_replace(
                regexp_replace(regexp_replace(cell, '^="(.*)"$', '\1'), '^\[([0-9]+)\]$', '\1'),
                '^''',
                ''
            )
        )
    end;

-- Digits with separators -> digits with a decimal point.
create or replace macro om_plain_digits(digits, mark) as
    case
        when contains(digits, '.') and contains(digits, ',') then
            case
                when instr(reverse(digits), ',') < instr(reverse(digits), '.')
                    then case
                        when regexp_full_match(digits, '[0-9]{1,3}([.][0-9]{3})*,[0-9]*')
                            then replace(replace(digits, '.', ''), ',', '.')
                    end
                when regexp_full_match(digits, '[0-9]{1,3}(,[0-9]{2,3})*[.][0-9]*')
                    then replace(digits, ',', '')
            end
        when contains(digits, ',') then
            case
                when mark = '.' and regexp_full_match(digits, '[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}')
                    then replace(digits, ',', '')
                when regexp_full_match(digits, '[0-9]*,[0-9]+') then replace(digits, ',', '.')
                when regexp_full_match(digits, '[0-9]{1,3}(,[0-9]{3}){2,}') then replace(digits, ',', '')
            end
        when contains(digits, '.') then
            case
                when mark = ',' and regexp_full_match(digits, '[0-9]{1,3}([.][0-9]{3})+')
                    then replace(digits, '.', '')
                when regexp_full_match(digits, '[0-9]*[.][0-9]*') then digits
                when regexp_full_match(digits, '[0-9]{1,3}([.][0-9]{3}){2,}')
                    then replace(digits, '.', '')
            end
        else digits
    end;

create or replace macro om_number_parts(squeezed) as
    regexp_extract(
        squeezed,
        '^[(]?[-+]?(?:[A-Za-z]{1,3}[.]?)?\p{Sc}?[-+]?([0-9][0-9.,]*|[.,][0-9]+)(?:([万亿wWKM])元?|元|\p{Sc}|[A-Za-z]{2,3}|zł|Kč|лв[.]?|руб[.]?|%)?[-]?[)]?$',
        ['digits', 'unit']
    );

-- Rupees may end in `/-`, no fraction of one.
create or replace macro om_squeeze(cell) as
    regexp_replace(replace(cell, chr(8722), '-'), '[\s\x{00A0}\x{2007}\x{2009}\x{202F}''’]|/-$', '', 'g');

-- A cast to more than 18 digits takes a hundred times as long as one to fewer.
create or replace macro om_decimal(digits) as
    coalesce(try_cast(digits as decimal(18, 8)), try_cast(digits as decimal(28, 8)));

create or replace macro om_scaled(parts, mark) as
    list_transform(
        [om_plain_digits(parts.digits, mark)],
        lambda digits: case parts.unit
            when '万' then (om_decimal(digits) * 10000)::varchar
            when 'w' then (om_decimal(digits) * 10000)::varchar
            when 'W' then (om_decimal(digits) * 10000)::varchar
            when '亿' then (om_decimal(digits) * 100000000)::varchar
            when 'K' then (om_decimal(digits) * 1000)::varchar
            when 'M' then (om_decimal(digits) * 1000000)::varchar
            else digits
        end
    )[1];

create or replace macro om_let_squeezed(squeezed, mark) as
    case when starts_with(squeezed, '(') or contains(squeezed, '-') then '-' else '' end
    || list_transform([om_number_parts(squeezed)], lambda parts: om_scaled(parts, mark))[1];

create or replace macro om_written_number(cell, mark) as
    list_transform([om_squeeze(cell)], lambda squeezed: om_let_squeezed(squeezed, mark))[1];

-- The number of a cell as a cast to any number type reads it: -1234.5.
create or replace macro om_number_text(cell, mark) as
    case
        when mark = '.' and regexp_full_match(cell, '-?[0-9]{1,20}([.][0-9]+)?') then cell
        when mark = '.' and regexp_full_match(cell, '-?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?')
            then replace(cell, ',', '')
        when mark = '.' and regexp_full_match(cell, '-?[0-9]{1,20}([.][0-9]+)?%')
            then rtrim(cell, '%')
        when regexp_full_match(cell, '[-+]?[0-9]+([.][0-9]+)?[eE][-+]?[0-9]{1,3}')
            then try_cast(try_cast(cell as double) as decimal(28, 8))::varchar
        else om_written_number(cell, mark)
    end;

create or replace macro om_number(cell, mark) as om_decimal(om_number_text(cell, mark));

create or replace macro om_integer(cell, mark) as
    case
        when regexp_full_match(cell, '-?[0-9]{1,18}') then try_cast(cell as bigint)
        when mark = '.' and regexp_full_match(cell, '-?[0-9]{1,3}(,[0-9]{3}){1,5}')
            then try_cast(replace(cell, ',', '') as bigint)
        else list_transform(
            [om_number(cell, mark)],
            lambda number: case when number = trunc(number) then try_cast(number as bigint) end
        )[1]
    end;

create or replace macro om_share(cell, mark, is_percent) as
    try_cast(om_number_text(cell, mark) as decimal(18, 8))
    / case when is_percent or contains(cell, '%') then 100 else 1 end;

create or replace macro om_boolean(cell) as
    case
        when list_contains(
            ['true', 't', 'yes', 'y', '1', '1.0', 'on', '是', '有', 'sim', 'sí', 'si', 'oui', 'ja'],
            lower(cell)
        ) then true
        when list_contains(
            ['false', 'f', 'no', 'n', '0', '0.0', 'off', '否', '无', 'não', 'non', 'nein'],
            lower(cell)
        ) then false
    end;

create or replace macro om_json(cell) as
    case when json_valid(cell) then cell::json end;

-- Dates. The text is first brought to one spelling: Chinese units, weekday, commas.
create or replace macro om_western(cell) as
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(cell, '([0-9]{1,2})(?:月|월 *)([0-9]{1,2})[日일]', '\1-\2 '),
                '([0-9]{4})(?:年|년 *)([0-9-]+)', '\1-\2'
            ),
            '([0-9]{1,2})[时時点]([0-9]{1,2})分(?:([0-9]{1,2})秒)?', '\1:\2:0\3'
        ),
        '(上午|下午) *([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)', '\2 \1'
    );

create or replace macro om_day_text(western) as
    trim(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(western, '(?i)(^|[ T,]+(?:at +)?)[0-9]{1,2}:[0-9]{2}.*$', ''),
                    '(?i)^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.]?,? +', ''
                ),
                '(?i)\b([0-9]{1,2})(?:st|nd|rd|th|er)\b', '\1'
            ),
            '[,. ]+', ' ', 'g'
        )
    );

-- The month that a word names in German, French, Spanish, Portuguese, Italian, Dutch, Polish, Turkish or
-- Russian, in English: what stands behind the word in a list that is searched as one text.
create or replace macro om_months() as
    ' januar=Jan janvier=Jan janv=Jan enero=Jan ene=Jan janeiro=Jan gennaio=Jan gen=Jan'
    || ' januari=Jan stycznia=Jan ocak=Jan января=Jan februar=Feb fevrier=Feb fevr=Feb'
    || ' febrero=Feb fevereiro=Feb fev=Feb febbraio=Feb februari=Feb lutego=Feb subat=Feb'
    || ' февраля=Feb marz=Mar mars=Mar marzo=Mar marco=Mar maart=Mar marca=Mar mart=Mar'
    || ' марта=Mar avril=Apr avr=Apr abril=Apr abr=Apr aprile=Apr kwietnia=Apr nisan=Apr'
    || ' апреля=Apr mai=May mayo=May maio=May maggio=May mag=May mei=May maja=May mayıs=May'
    || ' мая=May juni=Jun juin=Jun junio=Jun junho=Jun giugno=Jun giu=Jun czerwca=Jun'
    || ' haziran=Jun июня=Jun juli=Jul juillet=Jul juil=Jul julio=Jul julho=Jul luglio=Jul'
    || ' lug=Jul lipca=Jul temmuz=Jul июля=Jul aout=Aug agosto=Aug ago=Aug augustus=Aug'
    || ' sierpnia=Aug agustos=Aug августа=Aug septembre=Sep septiembre=Sep setiembre=Sep'
    || ' setembro=Sep set=Sep settembre=Sep wrzesnia=Sep eylul=Sep сентября=Sep oktober=Oct'
    || ' okt=Oct octobre=Oct octubre=Oct outubro=Oct out=Oct ottobre=Oct ott=Oct'
    || ' pazdziernika=Oct ekim=Oct октября=Oct novembre=Nov noviembre=Nov novembro=Nov'
    || ' listopada=Nov kasım=Nov ноября=Nov dezember=Dec dez=Dec decembre=Dec diciembre=Dec'
    || ' dic=Dec dezembro=Dec dicembre=Dec grudnia=Dec aralık=Dec декабря=Dec';

create or replace macro om_month_in_english(word) as
    nullif(left(split_part(om_months(), ' ' || word || '=', 2), 3), '');

create or replace macro om_day_with_month(plain, word, month, day_text) as
    case
        when month is null then day_text
        else trim(replace(regexp_replace(plain, ' de | г$', ' ', 'g'), word, month))
    end;

create or replace macro om_let_plain_day(plain, day_text) as
    list_transform(
        [regexp_extract(plain, '\pL{3,}')],
        lambda word: om_day_with_month(plain, word, om_month_in_english(word), day_text)
    )[1];

create or replace macro om_english_day(day_text) as
    om_let_plain_day(strip_accents(lower(day_text)), day_text);

create or replace macro om_dashed_day(dashed, day_order) as
    case
        when regexp_full_match(dashed, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}')
            then try_strptime(dashed, '%Y-%m-%d')::date
        when day_order = 'mdy' and regexp_full_match(dashed, '[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}')
            then try_strptime(dashed, '%m-%d-%Y')::date
        when day_order = 'mdy' then try_strptime(dashed, '%m-%d-%y')::date
        when day_order = 'dmy' and regexp_full_match(dashed, '[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}')
            then try_strptime(dashed, '%d-%m-%Y')::date
        when day_order = 'dmy' then try_strptime(dashed, '%d-%m-%y')::date
        when day_order = 'ymd' then try_strptime(dashed, '%y-%m-%d')::date
    end;

create or replace macro om_numeric_day(day_text, day_order) as
    om_dashed_day(regexp_replace(day_text, '[/. ]', '-', 'g'), day_order);

-- What has not the shape of a format takes long to be refused by it.
create or replace macro om_spaced_day(spaced) as
    case
        when regexp_full_match(spaced, '[0-9]{1,2} +[A-Za-z]{3,9} +[0-9]{4}')
            then try_strptime(spaced, ['%d %b %Y', '%d %B %Y'])
        when regexp_full_match(spaced, '[A-Za-z]{3,9} +[0-9]{1,2} +[0-9]{4}')
            then try_strptime(spaced, ['%b %d %Y', '%B %d %Y'])
        when regexp_full_match(spaced, '[0-9]{4} +[A-Za-z]{3,9} +[0-9]{1,2}')
            then try_strptime(spaced, ['%Y %b %d', '%Y %B %d'])
        when regexp_full_match(spaced, '[0-9]{1,2} +[A-Za-z]{3,9} +[0-9]{2}')
            then try_strptime(spaced, ['%d %b %y', '%d %B %y'])
        when regexp_full_match(spaced, '[A-Za-z]{3,9} +[0-9]{1,2} +[0-9]{2}')
            then try_strptime(spaced, ['%b %d %y', '%B %d %y'])
    end::date;

create or replace macro om_named_day(day_text) as
    list_transform(
        [regexp_replace(regexp_replace(day_text, '(?i)\bsept\b', 'Sep'), '[-/]', ' ', 'g')],
        lambda spaced: om_spaced_day(spaced)
    )[1];

-- A day without a year is the last such day that is not after `seen_on`.
create or replace macro om_yearless_day(day_text, seen_on) as
    list_max(
        list_filter(
            [
                coalesce(
                    om_named_day(day_text || ' ' || (year(seen_on) - back)::varchar),
                    om_numeric_day((year(seen_on) - back)::varchar || '-' || day_text, 'ymd')
                )
                for back in [0, 1, 2, 3, 4]
            ],
            lambda day: day <= seen_on
        )
    );

create or replace macro om_written_day(day_text, day_order, seen_on) as
    case
        when regexp_full_match(day_text, '[0-9]{8}') then try_strptime(day_text, '%Y%m%d')::date
        when regexp_full_match(day_text, '[0-9]{1,4}([-/. ][0-9]{1,4}){2}')
            then om_numeric_day(day_text, day_order)
        when regexp_full_match(day_text, '(?i)[a-z]{3,9} [0-9]{1,2}|[0-9]{1,2} [a-z]{3,9}|[0-9]{1,2}-[0-9]{1,2}')
            then om_yearless_day(day_text, seen_on)
        when regexp_matches(day_text, '\pL{3}')
            then coalesce(om_named_day(day_text), om_named_day(om_english_day(day_text)))
        -- days since the epoch of spreadsheets, 1954 to 2119
        when regexp_full_match(day_text, '[2-7][0-9]{4}( [0-9]+)?')
            then date '1899-12-30' + regexp_extract(day_text, '^[0-9]{5}')::integer
    end;

create or replace macro om_let_western_day(cell, day_order, seen_on) as
    list_transform(
        [om_day_text(om_western(cell))],
        lambda day_text: om_written_day(day_text, day_order, seen_on)
    )[1];

create or replace macro om_date(cell, day_order, seen_on) as
    case
        when regexp_full_match(cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:.*|[|][0-9]{1,2})?')
            then try_cast(left(cell, 10) as date)
        when regexp_full_match(cell, '(19|20)[0-9]{6}')
            then cast(try_strptime(cell, '%Y%m%d') as date)
        when day_order = 'mdy' and regexp_full_match(cell, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}')
            then cast(try_strptime(cell, '%m/%d/%Y') as date)
        when day_order = 'dmy' and regexp_full_match(cell, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}')
            then cast(try_strptime(cell, '%d/%m/%Y') as date)
        when regexp_full_match(cell, '[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}')
            then cast(try_strptime(cell, '%Y/%m/%d') as date)
        when regexp_full_match(cell, '[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日')
            then cast(try_strptime(cell, '%Y年%m月%d日') as date)
        when regexp_full_match(cell, '[A-Z][a-z]{2} [0-9]{1,2}, [0-9]{4}')
            then cast(try_strptime(cell, '%b %d, %Y') as date)
        -- {"year": 2026, "month": 7, "day": 1}, as an API may give it
        when starts_with(cell, '{')
            then try_cast(
                concat_ws(
                    '-',
                    json_extract_string(try_cast(cell as json), '$.year'),
                    json_extract_string(try_cast(cell as json), '$.month'),
                    json_extract_string(try_cast(cell as json), '$.day')
                ) as date
            )
        else om_let_western_day(cell, day_order, seen_on)
    end;

-- The first and the last day that a cell is about, both null where it says none.
create or replace macro om_span(first_day, last_day) as
    {'first': first_day, 'last': case when first_day <= last_day then last_day end};

create or replace macro om_range_ends(cell) as
    regexp_extract(
        cell,
        '^([0-9]{4}[-/.]?[0-9]{1,2}[-/.]?[0-9]{1,2})(?: 00:00(?::00)?)? *(?:-|–|—|~|～|至|到|to|,) *([0-9]{4}[-/.]?[0-9]{1,2}[-/.]?[0-9]{1,2})(?: (?:00:00|23:59)(?::[0-9]{2})?)?$',
        ['from_day', 'to_day']
    );

create or replace macro om_let_range(cell, ends, day_order, seen_on) as
    case
        when ends.from_day = ''
            then list_transform(
                [om_date(cell, day_order, seen_on)], lambda day: om_span(day, day)
            )[1]
        else om_span(
            om_date(ends.from_day, 'ymd', null::date), om_date(ends.to_day, 'ymd', null::date)
        )
    end;

create or replace macro om_days_span(cell, day_order, seen_on) as
    list_transform(
        [om_range_ends(cell)], lambda ends: om_let_range(cell, ends, day_order, seen_on)
    )[1];

create or replace macro om_single_day(span) as
    case when span.first = span.last then span.first end;

create or replace macro om_let_week(span) as
    om_span(
        span.first,
        case when span.first < span.last then span.last else cast(span.first + 6 as date) end
    );

create or replace macro om_week_span(cell, day_order, seen_on) as
    list_transform([om_days_span(cell, day_order, seen_on)], lambda span: om_let_week(span))[1];

-- 2026-05, 2026年5月, or a day of the month, or the name of one with its year.
create or replace macro om_month_start(cell, day_order, seen_on) as
    date_trunc(
        'month',
        coalesce(
            try_cast(
                regexp_replace(cell, '^([0-9]{4})[-/.年년 ]*([0-9]{2})[月월]?$', '\1-\2-01') as date
            ),
            try_cast(
                regexp_replace(cell, '^([0-9]{4})[-/.年년 ]+([0-9])[月월]?$', '\1-0\2-01') as date
            ),
            om_date(cell, day_order, seen_on),
            om_date('1 ' || cell, day_order, seen_on)
        )
    )::date;

create or replace macro om_month_span(cell, day_order, seen_on) as
    list_transform(
        [om_month_start(cell, day_order, seen_on)], lambda day: om_span(day, last_day(day))
    )[1];

-- Q2 2026, 2026 Q2, or the first day of the quarter.
create or replace macro om_quarter_start(cell, day_order, seen_on) as
    coalesce(
        try_cast(
            nullif(regexp_extract(cell, '[0-9]{4}'), '') || '-01-01' as date
        ) + to_months(3 * (try_cast(nullif(regexp_extract(cell, '(?i)[QT]([1-4])', 1), '') as integer) - 1)),
        date_trunc('quarter', om_date(cell, day_order, seen_on))
    )::date;

create or replace macro om_quarter_span(cell, day_order, seen_on) as
    list_transform(
        [om_quarter_start(cell, day_order, seen_on)],
        lambda day: om_span(day, cast(day + interval 3 month - interval 1 day as date))
    )[1];

-- An hour of the day (09, 9点, 09:00 - 09:59, 9 AM) as 9, and as 2026-07-01 09:00 where its day is told.
-- What is neither stays as it is, because it tells rows apart.
create or replace macro om_hour_parts(cell) as
    regexp_extract(
        cell,
        '(?i)^(?:([0-9]{4}[-/.]?[0-9]{1,2}[-/.]?[0-9]{1,2})[ T|]+)?([0-9]{1,2})(?:[:时時点][0-9:.]*)?分? *(?:([ap])[.]?m[.]?)? *(?:(?:-|–|—|~|至|到|to) *(?:[0-9].*)?)?$',
        ['day', 'hour', 'half']
    );

create or replace macro om_hour_of(parts) as
    case lower(parts.half)
        when 'p' then try_cast(parts.hour as integer) % 12 + 12
        when 'a' then try_cast(parts.hour as integer) % 12
        else try_cast(parts.hour as integer)
    end;

create or replace macro om_let_hour(cell, hour, day) as
    case
        when hour is null or hour > 24 then cell
        when day is null then hour::varchar
        else day::varchar || ' ' || lpad(hour::varchar, 2, '0') || ':00'
    end;

create or replace macro om_hour(cell) as
    case
        when regexp_full_match(cell, '[0-9]|1[0-9]|2[0-4]') then cell
        else list_transform(
            [om_hour_parts(cell)],
            lambda parts: om_let_hour(cell, om_hour_of(parts), om_date(parts.day, 'ymd', null::date))
        )[1]
    end;

create or replace macro om_clock(western) as
    regexp_extract(
        western,
        '(?i)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2,3}(?:[.,][0-9]+)?))?(?: *([ap])[.]?m[.]?| *(上午|下午))?',
        ['hour', 'minute', 'second', 'half', 'half_zh']
    );

create or replace macro om_clock_time(clock) as
    to_hours(
        case
            when lower(clock.half) = 'p' or clock.half_zh = '下午' then clock.hour::integer % 12 + 12
            when lower(clock.half) = 'a' or clock.half_zh = '上午' then clock.hour::integer % 12
            else clock.hour::integer
        end
    )
    + to_minutes(clock.minute::integer)
    + to_microseconds(
        (coalesce(try_cast(replace(clock.second, ',', '.') as decimal(12, 6)), 0) * 1000000)::bigint
    );

create or replace macro om_time_of_day(western) as
    list_transform(
        [om_clock(western)],
        lambda clock: case
            when clock.hour = '' then interval 0 second
            when clock.hour::integer < 24 and clock.minute::integer < 60 then om_clock_time(clock)
        end
    )[1];

-- Minutes east of UTC that the text itself states, else null. Names of zones are those that only one
-- part of the world writes, and CST where nobody in Asia does.
create or replace macro om_named_offset(cell, zone) as
    case upper(regexp_extract(cell, '(?i)[0-9m] *[(]?([ecmp][sd]t|cet|cest|jst|kst)[)]?$', 1))
        when 'EST' then -300
        when 'EDT' then -240
        when 'CST' then case when not starts_with(zone, 'Asia/') then -360 end
        when 'CDT' then -300
        when 'MST' then -420
        when 'MDT' then -360
        when 'PST' then -480
        when 'PDT' then -420
        when 'CET' then 60
        when 'CEST' then 120
        when 'JST' then 540
        when 'KST' then 540
    end;

create or replace macro om_signed_offset(signed) as
    case when signed.sign = '-' then -1 else 1 end
    * (signed.hours::integer * 60 + coalesce(try_cast(signed.minutes as integer), 0));

create or replace macro om_offset_minutes(cell, zone) as
    case
        when regexp_matches(cell, '(?i)[0-9] *[)]?(?:z|utc|gmt)[)]?$') or regexp_matches(cell, '(?i)[(](?:utc|gmt)[)]$')
            then 0
        when regexp_matches(
            cell,
            '(?i):[0-9]{2}(?:[.,][0-9]+)?(?: *[ap]m)? *[(]?(?:gmt|utc)?[-+](?:0?[0-9]|1[0-4])(?::?[0-9]{2})?[)]?$'
        )
            then om_signed_offset(
                regexp_extract(
                    cell, '([-+])([0-9]{1,2})(?::?([0-9]{2}))?[)]?$', ['sign', 'hours', 'minutes']
                )
            )
        when regexp_matches(cell, '[a-zA-Z][)]?$') then om_named_offset(cell, zone)
    end;

create or replace macro om_zoned(local_at, zone) as
    case when zone = 'UTC' then local_at else timezone('UTC', timezone(zone, local_at)) end;

create or replace macro om_instant(local_at, offset_minutes, zone) as
    case
        when offset_minutes is not null then local_at - to_minutes(offset_minutes)
        else timezone('UTC', timezone(zone, local_at))
    end;

create or replace macro om_let_local(cell, day_order, seen_on) as
    list_transform(
        [om_western(cell)],
        lambda western:
            list_transform(
                [om_day_text(western)],
                lambda day_text: om_written_day(day_text, day_order, seen_on)
            )[1]
            + om_time_of_day(western)
    )[1];

-- What most platforms write that is no ISO time: a day with slashes, or a named month, and a clock.
-- A format that fails takes long, so that the spelling of the clock chooses it.
create or replace macro om_year_first_time(cell) as
    case
        when suffix(cell, 'M') and regexp_matches(cell, ':[0-9]{2}:')
            then try_strptime(cell, '%Y/%m/%d %I:%M:%S %p')
        when suffix(cell, 'M') then try_strptime(cell, '%Y/%m/%d %I:%M %p')
        when regexp_matches(cell, ':[0-9]{2}:') then try_strptime(cell, '%Y/%m/%d %H:%M:%S')
        else try_strptime(cell, '%Y/%m/%d %H:%M')
    end;

create or replace macro om_common_time(cell, day_order) as
    case
        when regexp_full_match(cell, '[0-9]{4}/[0-9]{1,2}/[0-9]{1,2} [0-9]{1,2}:[0-9]{2}(:[0-9]{2})?')
            then om_year_first_time(cell)
        when regexp_full_match(
            cell,
            '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4},? ([0-9]{1,2}:[0-9]{2}(:[0-9]{2})?|(0?[1-9]|1[0-2]):[0-9]{2}(:[0-9]{2})? [AP]M)'
        )
            then case day_order
                when 'mdy' then om_year_first_time(
                    regexp_replace(cell, '^([0-9]+)/([0-9]+)/([0-9]+),?', '\3/\1/\2')
                )
                when 'dmy' then om_year_first_time(
                    regexp_replace(cell, '^([0-9]+)/([0-9]+)/([0-9]+),?', '\3/\2/\1')
                )
            end
        when regexp_full_match(cell, '[A-Z][a-z]{2} [0-9]{1,2}, [0-9]{4},? (0?[1-9]|1[0-2]):[0-9]{2} [AP]M')
            then try_strptime(replace(cell, ',', ''), '%b %d %Y %I:%M %p')
    end;

create or replace macro om_timestamp(cell, day_order, seen_on, zone) as
    case
        when regexp_full_match(cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?)?')
            then om_zoned(try_cast(cell as timestamp), zone)
        when regexp_full_match(cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?Z')
            then try_cast(rtrim(cell, 'Z') as timestamp)
        when regexp_full_match(cell, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})? ?[-+][0-9]{2}:?[0-9]{2}')
            then timezone(
                'UTC',
                try_cast(
                    regexp_replace(cell, ' ?([-+][0-9]{2}):?([0-9]{2})$', '\1:\2') as timestamptz
                )
            )
        when regexp_full_match(cell, '[2-7][0-9]{4}[.][0-9]+')
            then timezone(
                'UTC',
                timezone(
                    zone,
                    timestamp '1899-12-30'
                    + to_seconds(round(try_cast(cell as double) * 86400)::bigint)
                )
            )
        when om_common_time(cell, day_order) is not null
            then om_zoned(om_common_time(cell, day_order), zone)
        else list_transform(
            [struct_pack(
                local_at := om_let_local(cell, day_order, seen_on),
                offset_minutes := om_offset_minutes(cell, zone)
            )],
            lambda moment: om_instant(moment.local_at, moment.offset_minutes, zone)
        )[1]
    end;

-- Seconds, or fractions of one, since 1970; years 1 to 9999.
create or replace macro om_epoch(cell, per_second) as
    case
        when regexp_full_match(cell, '[0-9]{1,17}') and 1000000 % per_second = 0 then
            case
                when try_cast(cell as bigint) < 62000000000 * per_second
                    then make_timestamp(try_cast(cell as bigint) * (1000000 // per_second))
            end
        when abs(try_cast(cell as decimal(28, 6)) / per_second) < 62000000000
            then make_timestamp(
                (try_cast(cell as decimal(28, 6)) / per_second * 1000000)::bigint
            )
    end;

create or replace macro om_seconds_of(cell, unit) as
    coalesce(
        try_cast(regexp_extract(cell, '(?i)([0-9]+(?:[.][0-9]+)?) *(?:' || unit || ')', 1) as decimal(18, 3)),
        0
    );

create or replace macro om_duration(cell) as
    case
        when regexp_full_match(cell, '[0-9]+([.][0-9]+)?') then try_cast(cell as decimal(18, 3))
        when regexp_full_match(cell, '[0-9]+:[0-9]{2}:[0-9]{2}([.][0-9]+)?')
            then split_part(cell, ':', 1)::decimal(18, 3) * 3600
                + split_part(cell, ':', 2)::decimal(18, 3) * 60
                + split_part(cell, ':', 3)::decimal(18, 3)
        when regexp_full_match(cell, '[0-9]+:[0-9]{2}([.][0-9]+)?')
            then split_part(cell, ':', 1)::decimal(18, 3) * 60 + split_part(cell, ':', 2)::decimal(18, 3)
        when regexp_full_match(
            cell,
            '(?i)([0-9]+([.][0-9]+)? *(days?|d|天|hours?|hrs?|h|小时|时|minutes?|mins?|m|分钟|分|seconds?|secs?|s|秒)[ ,]*(and )?)+'
        )
            then om_seconds_of(cell, 'days?|d|天') * 86400
                + om_seconds_of(cell, 'hours?|hrs?|h|小时|时') * 3600
                + om_seconds_of(cell, 'minutes?|mins?|m|分') * 60
                + om_seconds_of(cell, 'seconds?|secs?|s|秒')
    end;
