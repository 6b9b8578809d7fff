"""Organic social: posts and metrics of the brand's Instagram account and YouTube channel."""

from datetime import timedelta

from ingestion.simulator.exports.cells import World, columns, literal, select_list, spelling
from ingestion.simulator.exports.periods import closing
from ingestion.simulator.writing import Folder

POST_HEADER = columns(
    "Post ID|Account ID|Account username|Account name|Description|Duration (sec)|Publish time|"
    "Permalink|Post type|Data comment|Date|Views|Reach|Likes|Shares|Comments|Saves|Follows"
)
CHART_HEADER = columns("Date|Content|Video title|Video publish time|Duration|Views")
VIDEO_HEADER = columns(
    "Content|Video title|Video publish time|Duration|Views|Watch time (hours)|Subscribers|"
    "Average view duration|Thumbnail impressions|Thumbnail click-through rate (%)"
)
HOURS_BETWEEN_POSTS = 79
DAYS_BETWEEN_VIDEOS = 15
CAPTIONS = (
    "Three minutes, ninety degrees.\n\nWhat do you steep first in the morning?",
    "Alpine oolong, before and after.",
    'New in: the "slow pour" kyusu.\n\nLink in bio.',
    "Iced tea week: cold brew overnight, strain, done.",
    "Behind the bar at Tanwick Hudson ☀",
    "How to whisk matcha, without lumps",
    "Moon cakes ask for pu-erh.\n\nHarvest Moon sets are here 🌕",
)
VIDEOS = (
    ("Gongfu tea in five minutes", 318),
    ("Cold brew, five ways", 262),
    ("Why oolong is rolled", 541),
    ('What a gaiwan is for, "really"', 204),
    ("Harvest Moon, unboxed", 187),
    ("Store tour: Tanwick Alder", 96),
)


def _below(stream: str, limit: str) -> str:
    return f"floor({limit} * u('{stream}', n))::bigint"


_POST = {
    "Post ID": "'180' || digit_code('instagram post', n, 14)",
    "Account ID": "'17841400000000317'",
    "Account username": "'tanwicktea'",
    "Account name": "'Tanwick Tea'",
    "Description": "captions[1 + n % len(captions)]",
    "Duration (sec)": f"if(kind = 'IG reel', 12 + {_below('post length', '60')}, 0)",
    "Publish time": "strftime(published_at, '%m/%d/%Y %H:%M')",
    "Permalink": "'https://www.instagram.com/p/' || token('permalink', n, 11) || '/'",
    "Post type": "kind",
    "Date": "'Lifetime'",
    "Views": "floor(reach * (1.15 + 0.55 * u('post views', n)))::bigint",
    "Reach": "reach",
    "Likes": "floor(reach * (0.03 + 0.05 * u('post likes', n)))::bigint",
    "Shares": _below("post shares", "40"),
    "Comments": _below("post comments", "25"),
    "Saves": _below("post saves", "60"),
    "Follows": _below("post follows", "12"),
}


def instagram(world: World, folder: Folder) -> None:
    """Write the posts with their lifetime numbers, and two metrics of the account by day."""
    spelling(world)
    plan, exported_at = world.plan, closing(world)
    captions = ", ".join(literal(caption) for caption in CAPTIONS)
    span = f"{plan.first_day:%b-%d-%Y}_{plan.last_day:%b-%d-%Y}"
    folder.csv(
        f"meta_organic/{span}_1029384756000317.csv",
        f"""
        with posts as (
            select
                range as n, [{captions}] as captions,
                timestamp '{plan.first_day}' + interval 16 hour
                + to_hours({HOURS_BETWEEN_POSTS} * range + floor(9 * u('post hour', range))::bigint)
                + to_minutes(5 + floor(55 * u('post minute', range))::bigint) as published_at,
                case when u('post kind', range) < 0.4 then 'IG image'
                    when u('post kind', range) < 0.8 then 'IG reel' else 'IG carousel' end as kind,
                900 + floor(2600 * u('post reach', range))::bigint
                + if(kind = 'IG reel', 1500, 0) as reach
            from range({max(1, plan.days * 24 // HOURS_BETWEEN_POSTS)})
        )
        select {select_list(POST_HEADER, _POST)} from posts
        where published_at < timestamp '{exported_at}' order by n
        """,
        quoting="spaces",
        bom=True,
        exported_at=exported_at,
    )
    for name, title, low, high in (
        ("Views", "Views", 420, 1900),
        ("Visits", "Instagram profile visits", 14, 70),
    ):
        folder.csv(
            f"meta_organic/{name}.csv",
            f"""
            select
                strftime(date '{plan.first_day}' + range::int, '%Y-%m-%dT00:00:00') as "Date",
                floor({low} + {high - low} * u('{name}', range))::bigint as "Primary"
            from range({plan.days}) order by range
            """,
            quoting="all",
            encoding="utf-16-le",
            bom=True,
            preamble=f'sep=,\n"{title}"\n',
            exported_at=exported_at,
        )


_VIDEO_COLUMNS = {
    "Content": "content",
    "Video title": "title",
    "Video publish time": "strftime(published, '%b %-d, %Y')",
    "Duration": "duration",
}
_VIDEO = {
    "Views": "views",
    "Watch time (hours)": "printf('%.4f', seconds / 3600)",
    "Subscribers": "subscribers",
    "Average view duration": "'0:' || lpad((seconds // views // 60)::varchar, 2, '0') || ':' "
    "|| lpad((seconds // views % 60)::varchar, 2, '0')",
    "Thumbnail impressions": "thumbnails",
    "Thumbnail click-through rate (%)": "rate(views * 0.6, thumbnails, 2)",
}


def youtube(world: World, folder: Folder) -> None:
    """Write the channel's content report: an archive of table, chart and totals."""
    spelling(world)
    plan = world.plan
    titles = ", ".join(
        f"({n}, {literal(title)}, {length})" for n, (title, length) in enumerate(VIDEOS)
    )
    tables = f"""
        with titles as (from (values {titles}) as t(place, title, duration)),
        videos as (
            select
                range as n, token('video', range, 11) as content,
                title || if(range < {len(VIDEOS)}, '', ' (' || 1 + range // {len(VIDEOS)} || ')')
                    as title,
                duration,
                date '{plan.first_day}' + (range * {DAYS_BETWEEN_VIDEOS}
                + floor(7 * u('video day', range)))::int as published
            from range({max(1, plan.days // DAYS_BETWEEN_VIDEOS)})
            inner join titles on range % {len(VIDEOS)} = place
        ),
        days as (
            select date '{plan.first_day}' + range::int as day from range({plan.days})
        ),
        chart as (
            select
                videos.*, day,
                floor(((30 + floor(60 * u('pull', n))) * 5 / (5 + (day - published)) + 3)
                * (0.6 + 0.9 * u('video views', n || '/' || day)))::bigint as views
            from videos inner join days on day >= published
        ),
        measured as (
            select
                n, any_value(content) as content, any_value(title) as title,
                any_value(duration) as duration, any_value(published) as published,
                greatest(sum(views), 1)::bigint as views,
                floor(sum(views) * any_value(duration) * (0.35 + 0.2 * u('watched', n)))::bigint
                    as seconds,
                greatest(floor(sum(views) * (9 + 7 * u('thumbnails', n))), 1)::bigint as thumbnails,
                {_below("subscribers", "9")} as subscribers
            from chart group by n
        ),
        total as (
            select
                sum(views)::bigint as views, sum(seconds)::bigint as seconds,
                sum(thumbnails)::bigint as thumbnails, sum(subscribers)::bigint as subscribers
            from measured
        )
    """
    folder.archive(
        f"youtube/Content {plan.first_day}_{plan.last_day + timedelta(days=1)} Tanwick Tea.zip",
        {
            "Table data.csv": f"""
                {tables},
                listed as (
                    select
                        0 as _rank, 0 as _n,
                        {select_list(VIDEO_HEADER, _VIDEO | {"Content": "'Total'"})}
                    from total
                    union all
                    select
                        row_number() over (order by views desc, n), n,
                        {select_list(VIDEO_HEADER, _VIDEO | _VIDEO_COLUMNS)}
                    from measured
                )
                select * exclude (_rank, _n) from listed order by _rank
            """,
            "Chart data.csv": f"{tables} select "
            + select_list(CHART_HEADER, _VIDEO_COLUMNS | {"Date": "day", "Views": "views"})
            + " from chart order by n, day",
            "Totals.csv": f'{tables} select days.day as "Date", '
            'coalesce(sum(views), 0)::bigint as "Views" '
            "from days left join chart on days.day = chart.day group by days.day order by days.day",
        },
        exported_at=closing(world),
    )
