"""What visits leave behind, for the analytics tools that keep them: pages, items, tags."""

from collections.abc import Mapping

from ingestion.simulator.exports.cells import World, json_object

COOKIELESS_SHARE = 0.06
IS_COOKIELESS = f"(not visit.is_logged_in and u('cookieless', visit.visit_id) < {COOKIELESS_SHARE})"


def pages_seen(world: World, period: str, site: str) -> str:
    """Return CTEs: ``pages``, one row per page seen in the visits of a site in a period.

    The last page of a visit that bought is the thanks, at the time of the order; that of a visit
    that asked for an offer is the form's.
    """
    host = world.brand.gifts_host if site == "gifts" else world.brand.shop_host
    skus = [product.sku.lower() for product in world.brand.products]
    landing = "'/gifts'" if site == "gifts" else (
        "case when starts_with(coalesce(visit.campaign_name, ''), 'b2b_') then '/pages/wholesale' "
        "when visit.medium in ('(none)', 'referral') then '/' else '/collections/tea' end"
    )  # fmt: skip
    return f"""
        with inquiries as (
            select visit_id, min(created_at) as asked_at from leads
            where visit_id is not null group by visit_id
        ),
        seen as (
            select
                visit.*, person.account_ref, person.market, inquiries.asked_at,
                device.category,
                placed.ordered_at, placed.number, placed.currency, placed.total, placed.subtotal,
                placed.tax, placed.shipping,
                coalesce(placed.ordered_at, inquiries.asked_at) as ends_at,
                case
                    when ends_at is null then greatest(visit.pages, 1)
                    else greatest(visit.pages, 2)
                end as depth,
                {landing} as landing,
                {IS_COOKIELESS} as is_cookieless
            from visits as visit
            left join persons as person on visit.person_id = person.person_id
            left join devices as device on visit.device_id = device.device_id
            left join orders as placed on visit.order_id = placed.order_id
            left join inquiries on visit.visit_id = inquiries.visit_id
            where visit.site = '{site}' and {period}
        ),
        paged as (
            select *, unnest(range(depth)) as page from seen
        ),
        pages as (
            select
                *,
                page = 0 as is_landing,
                page = depth - 1 as is_last,
                -- Whole seconds; the last page of a visit with an end is at its end.
                case
                    when page = 0 then 0
                    when ends_at is not null
                        then epoch_of(ends_at) - epoch_of(started_at)
                        - (depth - 1 - page) * least(
                            37, (epoch_of(ends_at) - epoch_of(started_at)) // depth
                        )
                    else page * (12 + floor(138 * u('page', visit_id))::bigint)
                end as seconds,
                case
                    when page = 0 then landing
                    when is_last and ordered_at is not null then '/thank_you'
                    when is_last and asked_at is not null then '/pages/wholesale/thanks'
                    else '/products/' || {skus}[
                        1 + ((hash(visit_id) % 997)::bigint + page * 7) % len({skus})
                    ]
                end as path,
                'https://{host}' || path
                || if(page = 0 and tags != '', '?' || ltrim(tags, '?'), '') as url,
                started_at + to_seconds(seconds)
                + to_microseconds(137000 + 7 * page) as seen_at
            from paged
        )
    """


def items_bought(period: str) -> str:
    """Return a query of the items of the orders that were placed in visits of a period."""
    item = json_object(
        "member('item_id', sku)",
        "member('item_name', product)",
        "member('item_category', category)",
        "member('price', price / 100)",
        "member('quantity', quantity::varchar)",
    )
    return f"""
        select
            lines.order_id, string_agg({item}, ',' order by line) as items,
            string_agg('{{' || concat_ws(',', member('sku', sku), member('name', product),
                member('price', price / 100), member('quantity', quantity)) || '}}', ','
                order by line) as products,
            sum(quantity)::bigint as pieces, count(*) as kinds
        from order_lines as lines
        where lines.order_id in (
            select visit.order_id from visits as visit where visit.order_id is not null and {period}
        )
        group by lines.order_id
    """


def tags_object(names: Mapping[str, str]) -> str:
    """Return SQL for a JSON object of the landing page's tags; ``names`` are theirs and its own."""
    return json_object(
        *(
            f"member('{name}', nullif(url_decode(regexp_extract(tags, "
            f"'(?:^|[?&]){tag}=([^&]*)', 1)), ''))"
            for tag, name in names.items()
        )
    )
