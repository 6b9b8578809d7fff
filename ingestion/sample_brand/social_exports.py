"""Organic social: posts and metrics of the brand's Instagram account and YouTube channel."""

from datetime import date, datetime, timedelta

from ingestion.sample_brand.brand import EXPORTED_AT, FIRST_DAY, LAST_DAY
from ingestion.sample_brand.draws import DIGITS, Draws, code
from ingestion.sample_brand.files import (
    Export,
    columns,
    rate,
    rows_of,
    table,
    utf8_marked,
    utf16,
    zipped,
)

POST_HEADER = columns(
    "Post ID|Account ID|Account username|Account name|Description|Duration (sec)|Publish time|"
    "Permalink|Post type|Data comment|Date|Views|Reach|Likes|Shares|Comments|Saves|Follows"
)
CHART_HEADER = columns("Date|Content|Video title|Video publish time|Duration|Views")
VIDEO_HEADER = columns(
    "Content|Video title|Video publish time|Duration|Views|Watch time (hours)|Subscribers|"
    "Average view duration|Thumbnail impressions|Thumbnail click-through rate (%)"
)
POSTS = 27
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
    ("Gongfu tea in five minutes", "Jul 8, 2026", 318),
    ("Cold brew, five ways", "Jul 17, 2026", 262),
    ("Why oolong is rolled", "Aug 5, 2026", 541),
    ('What a gaiwan is for, "really"', "Aug 21, 2026", 204),
    ("Harvest Moon, unboxed", "Sep 9, 2026", 187),
    ("Store tour: Tanwick Alder", "Sep 23, 2026", 96),
)
MONTHS = {name: number for number, name in enumerate(("Jul", "Aug", "Sep"), start=7)}


def _days() -> list[date]:
    return [FIRST_DAY + timedelta(days=step) for step in range((LAST_DAY - FIRST_DAY).days + 1)]


def instagram(seed: int) -> list[Export]:
    """Return the posts with their lifetime numbers, and two metrics of the account by day."""
    draws = Draws(seed, "instagram")
    posts = rows_of(POST_HEADER, [_post(number, draws) for number in range(POSTS)])
    content = utf8_marked(table(posts, quoting="spaces"))
    path = "meta_organic/Jul-01-2026_Sep-30-2026_1029384756000317.csv"
    exports = [Export(path, content, EXPORTED_AT)]
    for name, title, low, high in (
        ("Views.csv", "Views", 420, 1900),
        ("Visits.csv", "Instagram profile visits", 14, 70),
    ):
        lines = ["sep=,\n", f'"{title}"\n', '"Date","Primary"\n']
        lines += [f'"{day}T00:00:00","{int(draws.between(low, high))}"\n' for day in _days()]
        exports.append(Export(f"meta_organic/{name}", utf16("".join(lines)), EXPORTED_AT))
    return exports


def _post(number: int, draws: Draws) -> dict[str, object]:
    published = datetime(2026, 7, 2, 16, 5) + timedelta(
        hours=79 * number + draws.below(9), minutes=draws.below(55)
    )
    kind = draws.weighted({"IG image": 0.4, "IG reel": 0.4, "IG carousel": 0.2})
    reach = 900 + draws.below(2600) + (1500 if kind == "IG reel" else 0)
    return {
        "Post ID": f"180{code('instagram post', number, 14, DIGITS)}",
        "Account ID": "17841400000000317",
        "Account username": "tanwicktea",
        "Account name": "Tanwick Tea",
        "Description": CAPTIONS[number % len(CAPTIONS)],
        "Duration (sec)": 12 + draws.below(60) if kind == "IG reel" else 0,
        "Publish time": f"{published:%m/%d/%Y %H:%M}",
        "Permalink": f"https://www.instagram.com/p/{code('permalink', number, 11)}/",
        "Post type": kind,
        "Date": "Lifetime",
        "Views": int(reach * draws.between(1.15, 1.7)),
        "Reach": reach,
        "Likes": int(reach * draws.between(0.03, 0.08)),
        "Shares": draws.below(40),
        "Comments": draws.below(25),
        "Saves": draws.below(60),
        "Follows": draws.below(12),
    }


def _published(text: str) -> date:
    month, day = text.replace(",", "").split()[:2]
    return date(2026, MONTHS[month], int(day))


def youtube(seed: int) -> list[Export]:
    """Return the channel's content report: an archive of table, chart and totals."""
    draws = Draws(seed, "youtube")
    by_day = dict.fromkeys(_days(), 0)
    chart: list[dict[str, object]] = []
    videos: list[dict[str, object]] = []
    for number, (title, published, duration) in enumerate(VIDEOS):
        video = {
            "Content": code("video", number, 11),
            "Video title": title,
            "Video publish time": published,
            "Duration": duration,
        }
        pull, views = 30 + draws.below(60), 0
        for age, day in enumerate(day for day in by_day if day >= _published(published)):
            seen = int((pull * 5 / (5 + age) + 3) * draws.between(0.6, 1.5))
            views += seen
            by_day[day] += seen
            chart.append(video | {"Date": day, "Views": seen})
        seconds = int(views * duration * draws.between(0.35, 0.55))
        thumbnails = int(views * draws.between(9, 16))
        videos.append(video | _video_measures(views, seconds, thumbnails, draws.below(9)))
    videos.sort(key=lambda video: -video["Views"])
    total = {"Content": "Total"} | _video_measures(
        *(
            sum(video[name] for video in videos)
            for name in ("Views", "_seconds", "Thumbnail impressions", "Subscribers")
        )
    )
    table_rows = rows_of(VIDEO_HEADER, [_shown(video) for video in (total, *videos)])
    totals = [["Date", "Views"], *([day, seen] for day, seen in by_day.items())]
    archive = zipped(
        {
            "Table data.csv": table(table_rows).encode(),
            "Chart data.csv": table(rows_of(CHART_HEADER, chart)).encode(),
            "Totals.csv": table(totals).encode(),
        }
    )
    return [Export("youtube/Content 2026-07-01_2026-10-01 Tanwick Tea.zip", archive, EXPORTED_AT)]


def _video_measures(views: int, seconds: int, thumbnails: int, subscribers: int) -> dict[str, int]:
    return {
        "Views": views,
        "_seconds": seconds,
        "Thumbnail impressions": thumbnails,
        "Subscribers": subscribers,
    }


def _shown(video: dict[str, object]) -> dict[str, object]:
    """Return a video's row: hours watched, length of a view, share of thumbnails clicked."""
    seconds, views = video["_seconds"], video["Views"]
    length = seconds // views
    shown = {name: value for name, value in video.items() if name != "_seconds"}
    return shown | {
        "Watch time (hours)": f"{seconds / 3600:.4f}",
        "Average view duration": f"0:{length // 60:02d}:{length % 60:02d}",
        "Thumbnail click-through rate (%)": rate(views * 0.6, video["Thumbnail impressions"]),
    }
