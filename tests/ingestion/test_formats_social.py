"""Exports of social platforms and profiles: sheets, explained headers, Chinese units."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ingestion.format_reader import FormatReader, Write, counts, write_sheet

# LinkedIn page


def test_linkedin_content_days_below_a_sentence(reader: FormatReader, tmp_path: Path) -> None:
    measures = ["Impressions", "Clicks", "Reactions", "Comments", "Reposts", "Engagement rate"]
    kinds = ["organic", "sponsored", "total"]
    head = ["Date", *(f"{measure} ({kind})" for measure in measures for kind in kinds)]
    head.insert(4, "Unique impressions (organic)")
    rows = [
        ["07/01/2026", 120, 0, 120, 80, 9, 0, 9, 4, 0, 4, 1, 0, 1, 2, 0, 2, 0.13, 0, 0.13],
        ["07/02/2026", 60, 5, 65, 41, 3, 0, 3, -1, 0, -1, 0, 0, 0, 0, 0, 0, 0.03, 0, 0.03],
    ]
    note = ["Aggregated engagement metrics for organic and sponsored posts."]
    reading = reader.read(write_sheet(tmp_path / "content.xlsx", [note, head, *rows], "Metrics"))
    assert reading.format.id == "linkedin_page.content_days"
    assert counts(reading) == (2, 0, 0)
    assert reading.values("date") == [date(2026, 7, 1), date(2026, 7, 2)]
    assert reading.values("unique_impressions_organic") == [80, 41]
    assert (reading.total("impressions_total"), reading.total("reactions_organic")) == (185, 3)
    older = [name.replace("Reposts", "Shares") for name in head]
    reading = reader.read(write_sheet(tmp_path / "older.xlsx", [older, rows[0]], "Metrics"))
    assert reading.values("reposts_organic") == [2]


def test_linkedin_posts(reader: FormatReader, tmp_path: Path) -> None:
    head = [
        "Post title", "Post link", "Post type", "Campaign name", "Posted by", "Created date",
        "Campaign start date", "Campaign end date", "Audience", "Impressions", "Views",
        "Offsite Views", "Clicks", "Click through rate (CTR)", "Likes", "Comments", "Reposts",
        "Follows", "Engagement rate", "Content Type",
    ]  # fmt: skip
    link = "https://www.linkedin.com/feed/update/urn:li:activity:7000000000000000001"
    row = [
        "Spring tea\nis here", link, "Organic", None, "Kim Doe", "06/30/2026", None, None,
        "All followers", 400, None, None, 12, 0.03, 7, 1, 2, None, 0.055, "Image",
    ]  # fmt: skip
    note = ["Metrics of each post published in the range."]
    reading = reader.read(write_sheet(tmp_path / "content.xlsx", [note, head, row], "All posts"))
    assert reading.format.id == "linkedin_page.posts"
    assert counts(reading) == (1, 0, 0)
    found = reading.rows[0]
    assert (found["post_link"], found["created_date"]) == (link, date(2026, 6, 30))
    assert (found["likes"], found["click_through_rate"]) == (7, Decimal("0.03"))
    assert not reading.staged.cells.unknown
    assert reading.format.identity == ("posted_by",)


def test_linkedin_followers_and_visitors(reader: FormatReader, tmp_path: Path) -> None:
    head = ["Date", "Sponsored followers", "Organic followers", "Auto-invited followers",
            "Total followers"]  # fmt: skip
    path = write_sheet(tmp_path / "f.xlsx", [head, ["07/01/2026", 0, 3, 1, 4]], "New followers")
    reading = reader.read(path)
    assert reading.format.id == "linkedin_page.follower_days"
    assert (reading.total("organic_followers"), reading.total("total_followers")) == (3, 4)
    devices = ["desktop", "mobile", "total"]
    head = ["Date"] + [
        f"{tab} {measure} ({device})"
        for tab in ("Overview", "Life", "Jobs", "Total")
        for measure in ("page views", "unique visitors")
        for device in devices
    ]
    assert len(head) == 25
    path = write_sheet(tmp_path / "v.xlsx", [head, ["07/01/2026", *range(24)]], "Visitor metrics")
    reading = reader.read(path)
    assert reading.format.id == "linkedin_page.visitor_days"
    assert reading.values("total_unique_visitors_total") == [23]
    assert not reading.staged.cells.unknown
    path = write_sheet(tmp_path / "l.xlsx", [["Location", "Total followers"], ["Kiel", 7]])
    assert reader.recognise_file(path).id == "linkedin_page.audience"
    rows = [["Jul 1, 2026 - Jul 31, 2026"], ["Page", "Total Followers", "New Followers"]]
    path = write_sheet(tmp_path / "c.xlsx", [*rows, ["Rival", 900, 12]], "COMPETITORS")
    reading = reader.read(path)
    assert reading.format.id == "linkedin_page.competitors"
    assert reading.staged.facts.period_end == date(2026, 7, 31)


# Google Business Profile, older Facebook insights: a row of explanations below the header


def test_google_business_profile_is_explained_in_its_second_row(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            "Store code,Business name,Address,Labels,Google Search - Mobile,"
            "Google Search - Desktop,Google Maps - Mobile,Google Maps - Desktop,Calls,Messages,"
            "Bookings,Directions,Website clicks,Food orders,Food menu clicks,Hotel bookings",
            ",,,,People on mobile search,People on search,People on mobile maps,People on maps,"
            "Calls made,Chats,Bookings made,Routes asked,Clicks to the site,Orders,Menu,Rooms",
            '0042,Acme Tea,"Harbour 1, Kiel",,310,120,95,12,8,0,0,31,44,0,0,0',
            ',Acme Tea,"Lane 2, Kiel",,10,20,5,2,1,0,0,3,4,0,0,0',
            name="insights - 2026-7-1 - 2026-7-31.csv",
        )
    )
    assert reading.format.id == "google_business_profile.performance"
    assert counts(reading) == (2, 0, 1)
    assert reading.values("store_code") == ["0042", None]
    assert (reading.total("google_search_mobile"), reading.total("website_clicks")) == (320, 48)
    facts = reading.staged.facts
    assert (facts.period_start, facts.period_end) == (date(2026, 7, 1), date(2026, 7, 31))
    assert len(set(reading.values("_grain_key"))) == 2


def test_older_facebook_insights_explain_their_columns(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Date,Lifetime Total Likes,Daily New Likes,Daily Unlikes,Daily Page Engaged Users,"
            "Daily Total Reach,Daily Total Impressions,Daily Total Reach",
            ',Lifetime: all who like it,Daily: new,Daily: lost,"Daily: engaged",Daily: reached,'
            "Daily: shown,Daily: again",
            "2019-07-01,1200,5,1,44,310,620,310",
            "2019-07-02,1203,4,1,40,290,580,290",
        )
    )
    assert reading.format.id == "meta_organic.page_insights"
    assert counts(reading) == (2, 0, 1)
    assert (reading.total("daily_new_likes"), reading.total("daily_total_reach")) == (9, 600)
    reading = reader.read(
        write(
            "Post ID,Permalink,Post Message,Type,Posted,Lifetime Post Total Reach,"
            "Lifetime Post Total Impressions,Lifetime Engaged Users",
            ",,,,,Lifetime: reached,Lifetime: shown,Lifetime: engaged",
            '111_222,https://example.com/p,"two\nlines",Photo,7/13/19 9:05 AM,310,620,44',
            name="posts.csv",
        )
    )
    assert reading.format.id == "meta_organic.post_insights"
    assert counts(reading) == (1, 0, 1)
    assert reading.values("post_id") == ["111_222"]
    assert reading.values("posted") == [datetime(2019, 7, 13, 16, 5)]


# WeChat


def test_wechat_followers_are_a_web_page_named_xls(reader: FormatReader, write: Write) -> None:
    names = ["时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数"]
    rows = [["2026-07-01", 12, 3, 9, 1009], ["2026-07-02", 7, 8, -1, 1008]]
    lines = ["".join(f"<td>{cell}</td>" for cell in row) for row in [names, *rows]]
    table = "".join(f"<tr>{line}</tr>" for line in lines)
    page = f"<html><head><meta charset='utf-8'></head><body><table>{table}</table></body></html>"
    reading = reader.read(write(page, name="user_analysis.xls"))
    assert reading.format.id == "wechat_oa.follower_days"
    assert counts(reading) == (2, 0, 0)
    assert reading.values("report_date") == [date(2026, 7, 1), date(2026, 7, 2)]
    assert (reading.total("users_gained"), reading.total("users_net")) == (19, 8)
    assert reading.format.family == "social"


@pytest.mark.parametrize(
    ("table", "rows", "column", "total"),
    [
        ("reading_days",
         [["日期", "渠道", "阅读人数"], ["20260701", "全部", 10], ["20260701", "朋友圈", 7]],
         "reading_users", 17),
        ("sharing_days",
         [["日期", "分享人数", "跳转阅读原文人数", "微信收藏人数", "发表篇数"],
          ["20260701", 3, 2, 1, 1]],
         "sharing_users", 3),
        ("article_channels",
         [["传播渠道", "发表日期", "内容标题", "阅读人数", "阅读人数占比"],
          ["全部", "20260701", "春茶", 10, "100%"], ["推荐", "20260701", "春茶", 6, "60%"]],
         "reading_users", 16),
    ],
)  # fmt: skip
def test_wechat_traffic_tables_alone(
    reader: FormatReader, tmp_path: Path, table: str, rows: list[list], column: str, total: int
) -> None:
    path = write_sheet(tmp_path / "tendency.xlsx", [["流量数据"], *rows], "New Sheet1")
    reading = reader.read(path)
    assert reading.format.id == f"wechat_oa.{table}"
    assert counts(reading) == (len(rows) - 1, 0, 0)
    assert reading.total(column) == total
    days = {"report_date", "published_date"} & set(reading.rows[0])
    assert {row[day] for row in reading.rows for day in days} == {date(2026, 7, 1)}


def test_wechat_articles_of_one_title_are_told_by_address(
    reader: FormatReader, tmp_path: Path
) -> None:
    head = ["内容标题", "发表日期", "阅读人数", "分享人数", "阅读后关注人数", "送达人数",
            "送达阅读率", "阅读完成率", "内容url"]  # fmt: skip
    address = "https://mp.example.com/s?__biz=abc&mid=2247000001&idx={}&sn=f00"
    rows = [
        ["春茶", "20260701", 310, 12, 4, 2900, 0.107, 0.61, address.format(1)],
        ["春茶", "20260701", 90, 1, 0, 2900, 0.031, 0.44, address.format(2)],
    ]
    sheet = write_sheet(tmp_path / "total_20260731.xlsx", [["数据来源概况"], head, *rows])
    reading = reader.read(sheet)
    assert reading.format.id == "wechat_oa.articles"
    assert counts(reading) == (2, 0, 0)
    assert (reading.total("reading_users"), reading.total("delivered_users")) == (400, 5800)
    assert len(set(reading.values("_grain_key"))) == 2
    short = ["标题", "发表日期", "阅读", "分享", "阅读后关注", "送达人数", "完读率", "URL"]
    path = write_sheet(
        tmp_path / "short.xlsx", [short, ["春茶", "2026/07/01", 1, 0, 0, 9, "5%", ""]]
    )
    assert reader.read(path).values("completion_rate") == [Decimal("0.05")]


def test_wechat_file_of_one_article_is_refused(reader: FormatReader, write: Write) -> None:
    found = reader.recognise_file(write("数据概况", "数据指标,数值", "阅读(人),310"))
    assert found.id == "wechat_oa.article_detail"
    assert "total_" in (found.refuse or "")


def test_wechat_channels_seconds_carry_their_unit(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "\ufeff视频描述,视频ID,发布时间,完播率,平均播放时长,播放量,推荐,喜欢,评论量,分享量,关注量,"
            "转发聊天和朋友圈,设为铃声,设为状态,设为朋友圈封面",
            "春茶上市,export/native-1,2026/07/24,28.64%,12秒,1.2万,3,8,2,4,1,4,0,0,0",
        )
    )
    assert reading.format.id == "wechat_channels.videos"
    assert counts(reading) == (1, 0, 0)
    row = reading.rows[0]
    assert (row["video_id"], row["plays"]) == ("export/native-1", 12000)
    assert (row["average_play_seconds"], row["completion_rate"]) == (12, Decimal("0.2864"))
    assert row["published_at"] == datetime(2026, 7, 23, 16)


# Douyin, Bilibili, Weibo


def test_douyin_works_in_a_workbook_named_csv(reader: FormatReader, tmp_path: Path) -> None:
    head = [
        "作品名称", "发布时间", "体裁", "审核状态", "播放量", "完播率", "5s完播率", "2s跳出率",
        "平均播放时长", "点赞量", "分享量", "评论量", "收藏量", "主页访问量", "粉丝增量",
    ]  # fmt: skip
    rows = [
        ["春茶", "2026-07-01 12:00:00", "视频", "公开", 900, "21%", "44%", "30%", 9.5, 30, 2, 4, 5,
         6, 1],
        ["合计", None, None, None, 900, None, None, None, None, 30, 2, 4, 5, 6, 1],
    ]  # fmt: skip
    written = write_sheet(tmp_path / "works.xlsx", [head, *rows])
    reading = reader.read(written.rename(tmp_path / "作品列表.CSV"))
    assert reading.format.id == "douyin.works"
    assert counts(reading) == (1, 0, 1)
    assert reading.values("completion_rate_5s") == [Decimal("0.44")]
    assert reading.values("published_at") == [datetime(2026, 7, 1, 4)]
    assert (reading.total("plays"), reading.total("favorites")) == (900, 5)


def test_bilibili_days_count_in_tens_of_thousands(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "时间,播放量,净增粉丝,点赞,收藏,硬币,评论,弹幕,分享",
            "2026-07-01,1.2万,31,400,90,55,12,70,8",
            "2026-07-02,1.1w,-2,380,80,40,10,66,5",
            encoding="gb18030",
        )
    )
    assert reading.format.id == "bilibili.days"
    assert counts(reading) == (2, 0, 0)
    assert reading.values("plays") == [12000, 11000]
    assert reading.values("net_followers") == [31, -2]
    trend = ["时间,播放量", "2026-07-01,1.2万"]
    path = write(*trend, name="bilibili_播放趋势.csv", encoding="gb18030")
    assert reader.read(path).values("plays") == [12000]
    path = write("BV号,标题,发布时间,播放量,弹幕,投币", name="videos.csv", encoding="gb18030")
    assert reader.recognise_file(path).id == "bilibili.videos"


def test_weibo_posts(reader: FormatReader, tmp_path: Path) -> None:
    head = ["微博内容", "微博链接", "发布时间", "阅读数", "转发数", "评论数", "点赞数"]
    row = ["春茶上市", "https://weibo.example.com/1/Abc", "2026-07-01 09:00", "1.2万", 3, 2, 40]
    reading = reader.read(write_sheet(tmp_path / "posts.xlsx", [head, row]))
    assert reading.format.id == "weibo.posts"
    assert (reading.values("reads"), reading.values("reposts")) == ([12000], [3])
    assert reading.values("published_at") == [datetime(2026, 7, 1, 1)]


# YouTube, TikTok


def test_youtube_geography_beside_its_chart(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Geography,Views,Watch time (hours),Average view duration",
            "Total,810,31.5,0:02:20",
            "DE,610,25.0,0:02:27",
            "AT,200,6.5,0:01:57",
            name="Table data.csv",
        )
    )
    assert reading.format.id == "youtube.audience_table"
    assert counts(reading) == (2, 0, 1)
    assert (reading.total("views"), reading.values("average_view_duration")) == (810, [147, 117])
    chart = ["Date,Device type,Views", "2026-07-01,Mobile phone,31", "2026-07-01,TV,12"]
    reading = reader.read(write(*chart, name="Chart data.csv"))
    assert reading.format.id == "youtube.audience_chart"
    assert len(set(reading.values("_grain_key"))) == 2


def test_tiktok_videos_may_bring_an_id_for_a_link(reader: FormatReader, write: Write) -> None:
    head = "Video ID,Video title,Post time,Video views,Likes,Comments,Shares,Average Watch Time"
    reading = reader.read(write(head, "7300000000000000001,Tea,2026-07-01 10:00:00,900,30,2,1,7.5"))
    assert reading.format.id == "tiktok_organic.videos"
    assert reading.values("video_id") == ["7300000000000000001"]
    assert reading.values("average_watch_time") == [Decimal("7.5")]


# X


def test_x_posts_of_the_content_export(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,"
            "New follows,Replies,Reposts,Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,"
            "Permalink Clicks",
            '1890000000000000001,"Tue, Jul 14, 2026",Tea,'
            "https://x.com/tea/status/1890000000000000001,1229,12,300,4,1,2,3,5,129,200,66,0,0",
        )
    )
    assert reading.format.id == "x_twitter.tweet_activity"
    row = reading.rows[0]
    assert (row["tweet_id"], row["date"]) == ("1890000000000000001", date(2026, 7, 14))
    assert (row["impressions"], row["reposts"], row["bookmarks"]) == (1229, 5, 4)
    assert (row["url_clicks"], row["new_follows"], row["shares"]) == (66, 2, 1)


def test_tiktok_studio_videos_and_followers(reader: FormatReader, write: Write) -> None:
    videos = reader.read(
        write(
            "Time,Video title,Video link,Post time,Total likes,Total comments,Total shares,"
            "Total views",
            "May 1,Tea,https://www.tiktok.com/@acme/video/7300000000000000001,May 1,5,1,2,101",
        )
    )
    assert (videos.format.id, videos.values("video_views")) == ("tiktok_organic.videos", [101])
    assert videos.values("shares") == [2]
    followers = reader.read(
        write(
            "Date,Followers,Difference in followers from previous day",
            "May 1,1000,1",
            "May 2,999,-1",
        )
    )
    assert (followers.format.id, followers.values("total_followers")) == (
        "tiktok_organic.audience", [1000, 999],
    )  # fmt: skip
    assert followers.values("net_growth") == [1, -1]
