"""The channel of a visit: GA4's default channel grouping and what this project adds to it."""

import csv
from pathlib import Path

import pytest

from tests.dbt_project.scratch_project import DBT_PROJECT, ScratchProject

SEEDS = DBT_PROJECT.parent / "seeds" / "reference"
CASES = {
    # UTM source, medium, campaign, click id type, referrer -> source, medium, channel
    (None, None, None, None, None): ("(direct)", "(none)", "Direct"),
    ("google", "cpc", None, None, None): ("google", "cpc", "Paid Search"),
    ("Google", "PPC", "us_brand", "gclid", "google.com"): ("google", "ppc", "Paid Search"),
    ("google", "cpc", "us_teaware_shopping", None, None): ("google", "cpc", "Paid Shopping"),
    ("google", "cpc", "workshop seats", None, None): ("google", "cpc", "Paid Search"),
    ("google", "cpc", "spring shop", None, None): ("google", "cpc", "Paid Shopping"),
    ("amazon", "cpc", None, None, None): ("amazon", "cpc", "Paid Shopping"),
    ("google", "cpc", "pmax cross-network q3", None, None): ("google", "cpc", "Cross-network"),
    ("facebook", "paid_social", None, "fbclid", None): ("facebook", "paid_social", "Paid Social"),
    ("xiaohongshu", "cpc", None, None, None): ("xiaohongshu", "cpc", "Paid Social"),
    ("youtube", "paid", None, None, None): ("youtube", "paid", "Paid Video"),
    ("newsite", "cpm", None, None, None): ("newsite", "cpm", "Display"),
    ("newsite", "retargeting", None, None, None): ("newsite", "retargeting", "Paid Other"),
    ("baidu", "organic", None, None, None): ("baidu", "organic", "Organic Search"),
    (None, None, None, None, "www2.bing.com"): ("www2.bing.com", "organic", "Organic Search"),
    (None, None, None, None, "google.co.jp"): ("google.co.jp", "organic", "Organic Search"),
    (None, None, None, None, "m.facebook.com"): ("m.facebook.com", "referral", "Organic Social"),
    (None, None, None, None, "item.jd.com"): ("item.jd.com", "referral", "Organic Shopping"),
    (None, None, None, None, "bilibili.com"): ("bilibili.com", "referral", "Organic Video"),
    (None, None, None, None, "notbing.com"): ("notbing.com", "referral", "Referral"),
    (None, None, None, None, "checkout.stripe.com"): ("(direct)", "(none)", "Direct"),
    (None, None, None, "gclid", "google.com"): ("google", "cpc", "Paid Search"),
    (None, None, None, "fbclid", None): ("facebook", "social", "Organic Social"),
    (None, None, None, "ttclid", None): ("tiktok", "paid_social", "Paid Social"),
    (None, None, None, "srsltid", None): ("google", "organic", "Organic Shopping"),
    ("newsletter", "e-mail", None, None, None): ("newsletter", "e-mail", "Email"),
    ("email", None, None, None, None): ("email", "(not set)", "Email"),
    ("partnerize", "affiliate", None, None, None): ("partnerize", "affiliate", "Affiliates"),
    ("podcast", "audio", None, None, None): ("podcast", "audio", "Audio"),
    ("twilio", "sms", None, None, None): ("twilio", "sms", "SMS"),
    ("app", "web push", None, None, None): ("app", "web push", "Mobile Push Notifications"),
    ("firebase", "x", None, None, None): ("firebase", "x", "Mobile Push Notifications"),
    ("wecom", "qr", None, None, None): ("wecom", "qr", "WeChat"),
    ("broadcast", "whatsapp", None, None, None): ("broadcast", "whatsapp", "WhatsApp"),
    ("hotline", "phone", None, None, None): ("hotline", "phone", "Phone"),
    ("hudson", "store", None, None, None): ("hudson", "store", "Store"),
    ("kiln", "partner", None, None, None): ("kiln", "partner", "Partner"),
    (None, "flyer", None, None, None): ("(not set)", "flyer", "Unassigned"),
    ("flyer", None, None, None, None): ("flyer", "(not set)", "Unassigned"),
    ("facebook", "video_ads", None, None, None): ("facebook", "video_ads", "Organic Social"),
    ("newsite", "video_ads", None, None, None): ("newsite", "video_ads", "Organic Video"),
}
# Each rule that Google documents for manually tagged traffic, in its order (Analytics Help, page
# "Default channel group"): source, medium and campaign that it takes, and others that just miss it,
# with the channel that these get.
DOCUMENTED = {
    "Direct": [
        (("(direct)", "(none)", None), "Direct"),
        (("(direct)", "(not set)", None), "Direct"),
        (("(direct)", "none", None), "Unassigned"),
    ],
    "Cross-network": [
        (("google", "cpc", "q3_Cross-Network_all"), "Cross-network"),
        (("google", "cpc", "q3_cross_network"), "Paid Search"),
    ],
    "Paid Shopping": [
        (("ebay", "retargeting", None), "Paid Shopping"),
        (("newsite", "paidads", "eshop launch"), "Paid Shopping"),
        (("newsite", "paidads", "workshop launch"), "Paid Other"),
        (("newsite", "paidads", "web-shop launch"), "Paid Shopping"),
        (("newsite", "unpaid", "shopping week"), "Organic Shopping"),
    ],
    "Paid Search": [
        (("bing", "xcpx", None), "Paid Search"),
        (("bing", "retargeting2", None), "Organic Search"),
    ],
    "Paid Social": [
        (("linkedin", "paidsocial", None), "Paid Social"),
        (("linkedin", "social-paid", None), "Organic Social"),
    ],
    "Paid Video": [
        (("vimeo", "cpv-cpm", None), "Paid Video"),
        (("vimeo", "pcv", None), "Organic Video"),
    ],
    "Display": [
        *[
            (("newsite", medium, None), "Display")
            for medium in ("display", "banner", "expandable", "interstitial", "cpm")
        ],
        (("newsite", "banners", None), "Unassigned"),
        (("google", "cpm", None), "Paid Search"),
    ],
    "Paid Other": [
        (("newsite", "ppc", None), "Paid Other"),
        (("newsite", "ppc1", None), "Unassigned"),
    ],
    "Organic Shopping": [
        (("walmart", "anything", None), "Organic Shopping"),
        (("newsite", "anything", "autumn shopping"), "Organic Shopping"),
        (("newsite", "anything", "bishop eshop"), "Organic Shopping"),
        (("newsite", "anything", "workshop"), "Unassigned"),
    ],
    "Organic Social": [
        (("instagram", "bio", None), "Organic Social"),
        *[
            (("newsite", medium, None), "Organic Social")
            for medium in (
                "social", "social-network", "social-media", "sm", "social network", "social media",
            )
        ],
        (("newsite", "socials", None), "Unassigned"),
    ],
    "Organic Video": [
        (("twitch", "panel", None), "Organic Video"),
        (("newsite", "my video ad", None), "Organic Video"),
        (("newsite", "vide o", None), "Unassigned"),
    ],
    "Organic Search": [
        (("duckduckgo", "result", None), "Organic Search"),
        (("newsite", "organic", None), "Organic Search"),
        (("newsite", "organics", None), "Unassigned"),
    ],
    "Referral": [
        *[(("newsite", medium, None), "Referral") for medium in ("referral", "app", "link")],
        (("newsite", "referrals", None), "Unassigned"),
    ],
    "Email": [
        *[
            (("newsite", spelling, None), "Email")
            for spelling in ("email", "e-mail", "e_mail", "e mail")
        ],
        *[
            ((spelling, "blast", None), "Email")
            for spelling in ("email", "e-mail", "e_mail", "e mail")
        ],
        (("newsite", "emails", None), "Unassigned"),
    ],
    "Affiliates": [
        (("newsite", "affiliate", None), "Affiliates"),
        (("newsite", "affiliates", None), "Unassigned"),
    ],
    "Audio": [
        (("newsite", "audio", None), "Audio"),
        (("newsite", "audio-ad", None), "Unassigned"),
    ],
    "SMS": [
        (("newsite", "sms", None), "SMS"),
        (("sms", "blast", None), "SMS"),
        (("newsite", "smsblast", None), "Unassigned"),
    ],
    "Mobile Push Notifications": [
        (("newsite", "webpush", None), "Mobile Push Notifications"),
        (("newsite", "a mobile ad", None), "Mobile Push Notifications"),
        (("newsite", "my notifications", None), "Mobile Push Notifications"),
        (("firebase", "anything", None), "Mobile Push Notifications"),
        (("newsite", "pushed", None), "Unassigned"),
        (("firebase2", "anything", None), "Unassigned"),
    ],
}  # fmt: skip
COLUMNS = ("utm_source", "utm_medium", "utm_campaign", "click_id_type", "referrer_domain")
DOCUMENTED_CASES = {case: channel for cases in DOCUMENTED.values() for case, channel in cases}
URLS = {
    # url -> utm_source, click id type, click id, domain, path
    "https://www.shop.example:8080/a/b?utm_source=Spring%20Mail&gclid=EA-1#top": (
        "Spring Mail", "gclid", "EA-1", "shop.example", "/a/b",
    ),
    "http://shop.example?x=1&utm_source=a+b&FBCLID=Iw": (
        "a b", "fbclid", "Iw", "shop.example", "/",
    ),
    "https://shop.example/?utm_source=&_kx=01J": (None, "klaviyo_id", "01J", "shop.example", "/"),
    "https://shop.example/?utm_source=100%&mc_eid=5f": (
        "100%", "mailchimp_euid", "5f", "shop.example", "/",
    ),
    "android-app://com.google.android.gm/": (None, None, None, "com.google.android.gm", "/"),
    "not a url": (None, None, None, None, "/"),
}  # fmt: skip


def text(value: str | None) -> str:
    return "null::varchar" if value is None else f"'{value}'"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchProject:
    """Return a project with the rules' seeds, every case classified and every URL taken apart."""
    project = ScratchProject(tmp_path_factory.mktemp("channels"))
    for seed in ("channel_rules", "source_categories", "click_id_types", "internal_domains"):
        order = "replace (rule_order::integer as rule_order)" if seed == "channel_rules" else ""
        path = Path(SEEDS / f"{seed}.csv")
        project.add_model(seed, f"select * {order} from read_csv('{path}', all_varchar = true)")
    visits = " union all ".join(
        f"select {number} as visit, "
        + ", ".join(f"{text(value)} as {name}" for name, value in zip(COLUMNS, case, strict=True))
        for number, case in enumerate(
            [*CASES, *((*documented, None, None) for documented in DOCUMENTED_CASES)]
        )
    )
    project.add_model("visits", visits)
    project.add_model(
        "classified_visits",
        "with visits as (select * from {{ ref('visits') }}),\n"
        "channels as ({{ classify_channels('visits') }})\n"
        "select visits.visit, channels.source, channels.medium, channels.channel from visits\n"
        "inner join channels on {{ traffic_key('visits') }} = channels.traffic_key",
    )
    project.add_model("urls", " union all ".join(f"select {text(url)} as url" for url in URLS))
    project.add_model(
        "url_parts",
        "select url, {{ url_param('url', 'utm_source') }} as utm_source,\n"
        "{{ url_click_id_type('url') }} as click_id_type, {{ url_click_id('url') }} as click_id,\n"
        "{{ url_domain('url') }} as domain, {{ url_path('url') }} as path from {{ ref('urls') }}",
    )
    project.run("run")
    return project


def test_every_visit_has_the_channel_that_ga4_would_give_it(project: ScratchProject) -> None:
    found = project.query(
        f"select source, medium, channel from classified_visits where visit < {len(CASES)}"
        " order by visit"
    )
    assert dict(zip(CASES, found, strict=True)) == CASES


def test_each_documented_rule_takes_what_it_says_and_no_more(project: ScratchProject) -> None:
    found = project.query(
        f"select channel from classified_visits where visit >= {len(CASES)} order by visit"
    )
    channels = [channel for (channel,) in found]
    assert dict(zip(DOCUMENTED_CASES, channels, strict=True)) == DOCUMENTED_CASES


def test_the_seed_keeps_the_order_of_the_documented_rules() -> None:
    with (SEEDS / "channel_rules.csv").open() as file:
        channels = [rule["channel"] for rule in csv.DictReader(file)]
    kept = list(dict.fromkeys(channel for channel in channels if channel in DOCUMENTED))
    assert kept == list(DOCUMENTED)


def test_a_url_is_taken_apart_whatever_its_form(project: ScratchProject) -> None:
    found = {url: tuple(parts) for url, *parts in project.query("select * from url_parts")}
    assert found == URLS
