"""Every sample export is read as what it is, to the row and to the cent."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

import pytest

from ingestion.catalogue import Catalogue
from ingestion.containers import Content
from ingestion.reading import Recognised
from ingestion.recognition import UnrecognisedError
from ingestion.source_settings import SourcesFile
from tests.ingestion.format_reader import SHARED_EXPORTS, FormatReader


class Expected(NamedTuple):
    """What a file is, and what becomes of its rows."""

    format: str
    loaded: int = 0
    ignored: int = 0
    sums: Mapping[str, str] = MappingProxyType({})
    unknown: tuple[str, ...] = ()


REAL = {
    "ga4_ui/Pages_and_screens_1.csv": Expected("ga4_ui.pages", 16, 0, {"views": "951"}),
    "ga4_ui/Pages_and_screens_2.csv": Expected("ga4_ui.pages", 1, 0, {"event_count": "2"}),
    "google_ads/campaign_report_all_time_usd.csv": Expected(
        "google_ads.campaign_report", 12, 5,
        {"cost": "199421.15", "clicks": "167739", "impr": "14117313", "conversions": "18703.32"},
    ),
    "google_ads/campaign_report_enGB_utf8.csv": Expected(
        "google_ads.campaign_report", 2, 5, {"cost": "1164.10", "clicks": "867"}
    ),
    "google_ads/editable_campaign_report_by_network_enGB_utf16.csv": Expected(
        "google_ads.campaign_report", 20, 0, {"cost": "124.89", "clicks": "63"}
    ),
    "google_search_console/Chart.csv": Expected(
        "google_search_console.chart", 365, 0, {"clicks": "100599", "impressions": "9541487"}
    ),
    "google_search_console/Countries.csv": Expected(
        "google_search_console.countries", 234, 0, {"clicks": "32288"}
    ),
    "google_search_console/Devices.csv": Expected(
        "google_search_console.devices", 3, 0, {"clicks": "32288"}
    ),
    "google_search_console/Filters.csv": Expected("google_search_console.filters"),
    "google_search_console/Queries.csv": Expected(
        "google_search_console.queries", 1000, 0, {"clicks": "20443"}
    ),
    "google_search_console/Search appearance.csv": Expected(
        "google_search_console.search_appearance", 2, 0, {"impressions": "10232"}
    ),
    "meta_organic/Audience.csv": Expected("meta_organic.audience"),
    "meta_organic/Follows.csv": Expected(
        "meta_organic.metric_overview", 105, 0, {"primary_value": "66"}
    ),
    "meta_organic/IG VIEWS.csv": Expected(
        "meta_organic.metric_overview", 62, 0, {"primary_value": "496243"}
    ),
    "meta_organic/Interactions.csv": Expected(
        "meta_organic.metric_overview", 105, 0, {"primary_value": "208"}
    ),
    "meta_organic/Mar-18-2025_Apr-14-2025_1019826952924933.csv": Expected(
        "meta_organic.instagram_posts", 78, 0, {"views": "10931", "likes": "274"}
    ),
    "meta_organic/Reach.csv": Expected(
        "meta_organic.metric_overview", 105, 0, {"primary_value": "10734"}
    ),
    "meta_organic/Views.csv": Expected(
        "meta_organic.metric_overview", 105, 0, {"primary_value": "29981"}
    ),
    "microsoft_ads/bing_ui_campaign_export.csv": Expected(
        "microsoft_ads.campaign_grid", 2, 3, {"spend": "515.36", "clicks": "348"}
    ),
    "pipedrive/recents_response_with_null.json": Expected("pipedrive.recents", 3),
    "salesforce_data_export/Account.csv": Expected(
        "salesforce.account", 12, 0, {"number_of_employees": "241965"}
    ),
    "salesforce_data_export/Campaign.csv": Expected("salesforce.campaign", 4),
    "salesforce_data_export/CampaignMember.csv": Expected("salesforce.campaign_member"),
    "salesforce_data_export/Contact.csv": Expected("salesforce.contact", 35),
    "salesforce_data_export/Event.csv": Expected("salesforce.event"),
    "salesforce_data_export/Lead.csv": Expected("salesforce.lead", 22),
    "salesforce_data_export/LinkedInLeadGen.csv": Expected("salesforce.linkedin_lead_gen"),
    "salesforce_data_export/ListEmail.csv": Expected("salesforce.list_email"),
    "salesforce_data_export/Opportunity.csv": Expected(
        "salesforce.opportunity", 31, 0, {"amount": "5760000"}
    ),
    "salesforce_data_export/OpportunityContactRole.csv": Expected(
        "salesforce.opportunity_contact_role"
    ),
    "salesforce_data_export/OpportunityHistory.csv": Expected(
        "salesforce.opportunity_history", 62, 0, {"amount": "11520000"}
    ),
    "shopify/orders_export_devstore_INR.csv": Expected(
        "shopify.orders", 121, 0, {"total": "590683.29", "lineitem_price": "271279"}
    ),
    "shopify/orders_export_teststore_bogus_gateway.csv": Expected(
        "shopify.orders", 2, 0, {"total": "250.7", "lineitem_price": "230"}
    ),
    "snowplow/enriched_event.tsv": Expected("snowplow.events", 1),
    "square/item_sales_may.csv": Expected(
        "square.items", 223, 0, {"net_sales": "1739", "qty": "250", "tax": "134.28"}
    ),
    "square/items-2026-06-30-2026-07-01.csv": Expected(
        "square.items", 187, 0, {"net_sales": "1428", "tax": "110.33"}
    ),
    "square/items-2026-07-18-2026-07-19.csv": Expected(
        "square.items", 143, 0, {"net_sales": "1027", "tax": "79.37"}
    ),
    "stripe/unified_payments_masked.csv": Expected(
        "stripe.payments", 1, 0, {"amount": "15", "converted_amount": "534.8"}
    ),
    "tiktok_organic/TIKTOK_AUDIENCE_RAW.csv": Expected("tiktok_organic.audience", 62),
    "tiktok_organic/TIKTOK_RAW.csv": Expected(
        "tiktok_organic.business_daily", 62, 0, {"video_views": "521491", "likes": "7178"}
    ),
    "tiktok_organic/TIKTOK_VIDEO_RAW.csv": Expected(
        "tiktok_organic.videos", 51, 0, {"video_views": "538938"}
    ),
    "x_twitter/account_overview_analytics.csv": Expected(
        "x_twitter.account_overview", 6, 0, {"impressions": "6504"}
    ),
    "xiaohongshu/笔记列表明细表.xlsx": Expected("xiaohongshu.notes", 8, 0, {"exposures": "20171"}),
    "youtube/Content_Chart_data.csv": Expected("youtube.content_chart", 7415),
    "youtube/Content_Table_data.csv": Expected(
        "youtube.content_table", 103, 1, {"views": "8238", "impressions": "71104"}
    ),
    "youtube/Content_Totals.csv": Expected("youtube.content_totals", 1483),
    "youtube/Traffic_Chart_data.csv": Expected(
        "youtube.traffic_chart", 16313, 0, {"views": "8244"}
    ),
    "youtube/Traffic_Table_data.csv": Expected("youtube.traffic_table", 11, 1, {"views": "8244"}),
    "youtube/Traffic_Totals.csv": Expected("youtube.views_totals", 1483, 0, {"views": "8244"}),
}  # fmt: skip

RECONSTRUCTED = {
    "amazon_ads/Sponsored Products Search term report.xlsx": Expected(
        "amazon_ads.search_term_report", 1, 0, {"spend": "2.44", "total_sales_7d": "18.99"}
    ),
    "clover/Payments.csv": Expected("clover.payments"),
    "fxiaoke/销售线索对象导出结果.xlsx": Expected("fxiaoke.leads", 2),
    "ga4_bigquery/events_20240304.jsonl": Expected("ga4.events", 2),
    "google_ads/搜索关键字报告_zhCN_utf16.csv": Expected(
        "google_ads.keyword_report", 2, 2, {"cost": "25.42", "impr": "2184"}
    ),
    "hubspot/hubspot-crm-exports-all-contacts-2024-03-12.csv": Expected("hubspot.contacts", 2),
    "hubspot/hubspot-crm-exports-all-deals-2024-03-12.csv": Expected(
        "hubspot.deals", 2, 0, {"amount": "1250"}
    ),
    "klaviyo/campaign_export.csv": Expected("klaviyo.campaigns", 2, 0, {"revenue": "400.5"}),
    "klaviyo/events.jsonl": Expected("klaviyo.events", 2),
    "linkedin_ads/account_1_campaign_performance_report_en.csv": Expected(
        "linkedin_ads.campaign_performance_report", 2, 0,
        {"total_spent": "200.55", "impressions": "8100"},
    ),
    "mailchimp/audience_export_abc123.zip!subscribed_members_export_abc123.csv": Expected(
        "mailchimp.members", 2
    ),
    "mailchimp/audience_export_abc123.zip!unsubscribed_members_export_abc123.csv": Expected(
        "mailchimp.members", 1
    ),
    "mailchimp/audience_export_abc123.zip!cleaned_members_export_abc123.csv": Expected(
        "mailchimp.members", 1
    ),
    "mailchimp/campaigns.csv": Expected(
        "mailchimp.campaigns", 2, 0, {"total_recipients": "1341", "total_revenue": "312.5"}
    ),
    "mailchimp/single_campaign_report.csv": Expected("mailchimp.single_campaign_report"),
    "matomo/Export _ Channel types _ March 2024.csv": Expected(
        "matomo.channel_types", 2, 0, {"nb_visits": "162"}
    ),
    "meta_ads/Acme-Campaigns-1-Mar-2024–3-Mar-2024_by_day_totals_row.csv": Expected(
        "meta_ads.ads_report", 3, 1, {"amount_spent": "181.44", "impressions": "6195"}
    ),
    "meta_ads/广告系列报告_zhCN.csv": Expected(
        "meta_ads.ads_report", 2, 0, {"amount_spent": "120.96", "impressions": "3692"}
    ),
    "microsoft_ads/Campaign_performance_report_centre.csv": Expected(
        "microsoft_ads.performance_report", 2, 2, {"spend": "42.80", "impr": "2184"}
    ),
    "ocean_engine/千川_计划报表.csv": Expected(
        "ocean_engine.qianchuan_report", 1, 1, {"cost": "320.5", "impressions": "20140"}
    ),
    "pipedrive/deals-1234567-12.csv": Expected("pipedrive.deals", 1, 0, {"deal_value": "1250"}),
    "salesforce_report/report1709564000000.csv": Expected("salesforce.lead_report", 2, 5),
    "segment/segment_s3_logs.jsonl": Expected("segment.events", 3),
    "sendgrid/event_webhook_post_body.json": Expected(
        "sendgrid.events", 7, unknown=("campaign", "user_ref")
    ),
    "square/transactions-2024-03-01-2024-03-02.csv": Expected("square.transactions"),
    "stripe/Itemized_balance_change_from_activity.csv": Expected(
        "stripe.balance", 2, 0, {"net": "-35.4"}, ("payment_metadata[order_id]",)
    ),
    "tencent_ads/广告报表_LOW_CONFIDENCE.csv": Expected(
        "tencent_ads.ads_report", 1, 0, {"cost": "210"}
    ),
    "tiktok_ads/Acme-Ad Group Report-(2024-03-01 to 2024-03-02).xlsx": Expected(
        "tiktok_ads.ads_report", 2, 1, {"cost": "50.25", "impressions": "10447"}
    ),
    "toast/OrderDetails.csv": Expected("toast.order_details", 1, 0, {"total": "59.13"}),
    "toast/PaymentDetails.csv": Expected("toast.payment_details"),
    "twilio/sms-log.csv": Expected("twilio.messages", 3, 0, {"price": "-0.0158"}),
    "wechat_oa/api_user_info_batchget.jsonl": Expected("wechat_oa.users", 2),
    "wecom/externalcontact_batch_get_by_user.jsonl": Expected("wecom.external_contacts", 1),
    "woocommerce/wc-orders-report-export-1709564000000.csv": Expected(
        "woocommerce.orders", 2, 0, {"net_sales": "40.9"}
    ),
    "youtube/Table data (2026 names).csv": Expected(
        "youtube.content_table", 2, 1, {"impressions": "250110"}
    ),
    "youzan/订单导出.csv": Expected("youzan.orders", 1, 0, {"product_amount": "188"}),
}  # fmt: skip

SAMPLES = {
    **{f"real/{path}": expected for path, expected in REAL.items()},
    **{f"reconstructed/{path}": expected for path, expected in RECONSTRUCTED.items()},
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FormatReader:
    # its days are 3/1/2024 and 3/2/2024, and nothing in the file tells which part is the day
    told = SourcesFile.model_validate({"sources": {"microsoft_ads": {"date_order": "mdy"}}})
    return FormatReader(tmp_path_factory.mktemp("scratch"), told)


def open_sample(reader: FormatReader, name: str) -> Content:
    archive, _, member = name.partition("!")
    path = SHARED_EXPORTS / archive
    if not path.is_file():
        pytest.skip(f"{archive} is not here")
    return next(
        content
        for content in reader.contents(path)
        if not member or content.path.endswith(f"!{member}")
    )


@pytest.mark.parametrize(("name", "expected"), SAMPLES.items(), ids=SAMPLES)
def test_a_sample_is_read_to_the_row_and_to_the_cent(
    reader: FormatReader, name: str, expected: Expected
) -> None:
    content = open_sample(reader, name)
    recognised = reader.recognise(content)
    assert recognised.format.id == expected.format
    if not recognised.format.is_loaded:
        return
    reading = reader.read_content(content)
    staged = reading.staged
    assert (staged.rows_loaded, staged.rows_rejected, staged.rows_ignored) == (
        expected.loaded, 0, expected.ignored,
    )  # fmt: skip
    sums = {column: reading.total(column) for column in expected.sums}
    assert sums == {column: Decimal(value) for column, value in expected.sums.items()}
    assert {*staged.cells.unknown, *staged.cells.unknown_keys} == set(expected.unknown)


def competing_recognitions(reader: FormatReader, content: Content) -> Iterator[Recognised]:
    """Yield what a content is taken for, again and again without the formats already yielded."""
    known: set[str] = set()
    while True:
        rivals = Catalogue(reader.catalogue.sources())
        for format_id in known:
            del rivals.formats[format_id]
        try:
            recognised = reader.recognise(content, rivals)
        except UnrecognisedError:
            return
        yield recognised
        known.add(recognised.format.id)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_exactly_one_best_format(reader: FormatReader, name: str) -> None:
    content = open_sample(reader, name)
    best, *others = competing_recognitions(reader, content)
    if best.match is None:
        assert others == []
        return
    ranks = [other.match.rank for other in others if other.match is not None]
    assert all(rank[:2] < best.match.rank[:2] for rank in ranks)
    assert {other.format.source for other in others} <= {best.format.source}
