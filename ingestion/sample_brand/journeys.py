"""How people get from a first touch to a purchase, over days, devices, channels and places."""

from datetime import datetime, timedelta

from ingestion.sample_brand.brand import (
    CLOSED_AT,
    GIFTS_HOST,
    KIOSK_DEVICE,
    OPENED_AT,
    STORES,
    campaigns_of,
)
from ingestion.sample_brand.draws import Draws
from ingestion.sample_brand.people import UTC_OFFSET_HOURS, Device, Person, new_device
from ingestion.sample_brand.sales import make_order
from ingestion.sample_brand.visits import (
    ad_visit,
    add_pages,
    free_visit,
    message_visit,
    running_campaigns,
)
from ingestion.sample_brand.world import Order, Send, Session, Touchpoint, World

EARLY = {
    "paid_search": 20,
    "paid_social": 25,
    "organic_search": 20,
    "organic_social": 10,
    "referral": 7,
    "direct": 8,
    "email": 5,
    "sms": 1,
    "store": 2,
    "phone": 1,
}
LATE = {
    "paid_search": 17,
    "paid_social": 11,
    "organic_search": 16,
    "direct": 24,
    "email": 17,
    "sms": 5,
    "organic_social": 3,
    "referral": 2,
    "store": 3,
    "phone": 2,
}
CHINESE = {"wechat": 46, "douyin": 26, "xiaohongshu": 12, "direct": 5, "paid_social": 6, "phone": 5}
ANONYMOUS = {
    "paid_search": 520,
    "paid_social": 620,
    "linkedin": 36,
    "organic_search": 440,
    "organic_social": 150,
    "referral": 110,
    "direct": 380,
    "display": 130,
}
STEPS = {1: 0.27, 2: 0.25, 3: 0.19, 4: 0.12, 5: 0.07, 6: 0.05, 7: 0.03, 8: 0.02}
CLICK_CEILING = 0.045  # of a mailing's recipients: more would not be believed
GIFTS_SHARE = 0.11
COOKIELESS_SHARE = 0.06
WALK_INS = 74
KIOSK = Device(KIOSK_DEVICE, "00000000-0000-4000-8000-000000000001", "tablet")


def moment_in_quarter(market: str, draws: Draws) -> datetime:
    """Return an instant of the quarter in the waking hours of a market, busier towards its end."""
    day = int(92 * (1 - (1 - draws.unit()) * (0.8 + 0.2 * draws.unit())))
    hour = draws.weighted({8: 3, 9: 5, 11: 7, 13: 7, 15: 6, 17: 7, 19: 10, 20: 10, 21: 8, 22: 4})
    local = OPENED_AT + timedelta(days=day, hours=hour, seconds=draws.below(7200))
    moment = local - timedelta(hours=UTC_OFFSET_HOURS[market])
    return min(max(moment, OPENED_AT), CLOSED_AT - timedelta(seconds=900 + draws.below(80_000)))


def _call(person: Person, at: datetime) -> Touchpoint:
    return Touchpoint("callcenter", person, at, "call", "Phone", cost=180, currency="USD")


def _store_visit(person: Person, at: datetime) -> Touchpoint:
    return Touchpoint("loyalty", person, at, "visit", "Store", person.store, "store")


class Journeys:
    """Writes the quarter into a world, one person after the other."""

    def __init__(self, world: World, seed: int) -> None:
        """Prepare to write into ``world``."""
        self._world = world
        self._seed = seed
        self._draws = Draws(seed, "journeys")  # everyone's journeys have a stream of their own

    def run(self) -> None:
        """Add every visit, touchpoint and order of the quarter."""
        for person in self._world.people:
            if person.company is None:
                self._draws = Draws(self._seed, f"journeys of {person.number}")
                self._live(person)
        self._draws = Draws(self._seed, "journeys")
        self._welcome_strangers()
        self._serve_walk_ins()
        self._click_without_buying()

    def _live(self, person: Person) -> None:
        draws = self._draws
        for place in self._purchases(person):
            at = self._opening_hours(place, moment_in_quarter(person.market, draws))
            self._journey(person, place, at)
        if draws.chance(0.66):
            self._journey(person, None, moment_in_quarter(person.market, draws))

    def _purchases(self, person: Person) -> list[str]:
        draws = self._draws
        repeats = {1: 0.7, 2: 0.2, 3: 0.07, 4: 0.03}
        if person.market == "CN":
            return ["mall"] * draws.weighted(repeats) if draws.chance(0.53) else []
        places: list[str] = []
        if draws.chance(0.185):
            places += ["shop"] * draws.weighted(repeats)
        if person.store and draws.chance(0.83):
            places += [person.store] * draws.weighted(repeats)
        if person.market == "US" and draws.chance(0.07):
            places.append("partner")
        return places

    def _opening_hours(self, place: str, at: datetime) -> datetime:
        if place in ("shop", "mall"):
            return at
        opens = 14 if place != "alder" else 17  # ten in the morning at the store, in UTC
        moment = at.replace(hour=opens) + timedelta(seconds=self._draws.below(8 * 3600))
        return moment if moment < CLOSED_AT else moment - timedelta(days=1)

    def _journey(self, person: Person, place: str | None, ends_at: datetime) -> None:
        """Add the touches before ``ends_at`` and the purchase (a browse without one: None)."""
        draws = self._draws
        steps = draws.weighted(STEPS)
        if place not in (None, "shop") and draws.chance(0.14):
            steps = 0  # came from nowhere that leaves a trace
        if place == "shop":
            steps -= 1  # the visit that buys is the last one
        moments, at = [], ends_at
        for _ in range(steps):
            at -= timedelta(seconds=3600 + int(draws.unit() * draws.unit() * 700_000))
            moments.append(at)
        moments.reverse()
        for position, moment in enumerate(moments):
            if moment > OPENED_AT:
                is_late = position >= len(moments) / 2
                self._touch(person, moment, ends_at, is_late, draws.chance(GIFTS_SHARE))
        if place == "shop":
            self._buy_online(person, ends_at)
        elif place is not None:
            self._buy_elsewhere(person, place, ends_at)

    def _touch(
        self, person: Person, at: datetime, before: datetime, is_late: bool, on_gifts: bool
    ) -> None:
        """Add one touch: a visit to a site, or a contact outside it."""
        mix = CHINESE if person.market == "CN" else LATE if is_late else EARLY
        channel = self._draws.weighted(mix)
        if channel in ("store", "phone", "wechat", "douyin", "xiaohongshu"):
            self._meet(person, channel, at)
            return
        session = self._visit(person, channel, at, before)
        if on_gifts and not session.campaign:
            session.site = GIFTS_HOST
        add_pages(session, self._draws)
        self._keep(session)

    def _visit(self, person: Person, channel: str, at: datetime, before: datetime) -> Session:
        draws = self._draws
        device = draws.pick(person.devices)
        if channel in ("email", "sms"):
            send = self._last_send(person, channel, at)
            clicked_at = send and send.sent_at + timedelta(seconds=120 + draws.below(90_000))
            if send and clicked_at < before:
                send.clicks[person.number] = clicked_at
                return message_visit(send, person, device, clicked_at + timedelta(seconds=2))
            channel = "direct"
        if channel in ("paid_search", "paid_social"):
            campaigns = running_campaigns(channel, person.market, at)
            if campaigns:
                return ad_visit(draws.weighted(campaigns), person, device, at, draws)
            channel = "organic_search"
        return free_visit(channel, person, device, at, draws)

    def _last_send(self, person: Person, channel: str, at: datetime) -> Send | None:
        systems = ("twilio",) if channel == "sms" else ("klaviyo", "mailchimp", "sendgrid")
        fits = [
            send
            for send in self._world.sends
            if send.system in systems
            and timedelta(0) <= at - send.sent_at <= timedelta(days=7)
            and person.number in send.recipients
            and person.number not in send.bounces
            and person.number not in send.unsubscribes
            and person.number not in send.clicks
            and len(send.clicks) + 1 <= CLICK_CEILING * len(send.recipients)
        ]
        return fits[-1] if fits else None

    def _meet(self, person: Person, channel: str, at: datetime) -> None:
        draws = self._draws
        touch = Touchpoint("wecom", person, at, "reply", "WeChat", "wechat", "social")
        if channel == "store":
            if person.store is None:
                touch = _call(person, at)
            else:
                at = self._opening_hours(person.store, at)
                touch = _store_visit(person, at)
        elif channel == "phone":
            touch = _call(person, at)
        elif channel == "douyin":
            running = [c for c in campaigns_of("ocean_engine") if c.first_day <= at.date()]
            campaign = draws.pick(running)
            touch = Touchpoint(
                "mall_visits", person, at, "click", "", "douyin", "cpc", campaign.name
            )
        elif channel == "xiaohongshu":
            touch = Touchpoint("mall_visits", person, at, "visit", "", "xiaohongshu", "social")
        else:
            touch.campaign = draws.pick(("", "中秋社群", "新客福利"))
            touch.interaction = draws.pick(("reply", "click", "open"))
        self._world.touchpoints.append(touch)

    def _buy_online(self, person: Person, at: datetime) -> None:
        draws = self._draws
        session = self._visit(person, draws.weighted(LATE | {"store": 0, "phone": 0}), at, at)
        add_pages(session, draws, "/thank_you")
        order = make_order("shop", person, session.started_at, draws)
        order.ordered_at = session.started_at + timedelta(seconds=session.pages[-1][0])
        order.session, session.order = session, order
        if not session.campaign and draws.chance(0.35):
            session.site = GIFTS_HOST
        session.is_logged_in = person.account_id is not None and draws.chance(0.8)
        self._world.orders.append(order)
        self._keep(session)

    def _buy_elsewhere(self, person: Person, place: str, at: datetime) -> None:
        draws = self._draws
        self._world.orders.append(make_order(place, person, at, draws))
        if place == "partner":
            came_at = at - timedelta(minutes=20 + draws.below(4000))
            came = Touchpoint("partner_teahouse", person, came_at, "click", "Partner")
            came.utm_source, came.utm_medium = "teahouse", "partner"
            came.campaign = "teahouse_recommends"
            self._world.touchpoints.append(came)
            return
        if (
            person.store == place and person.loyalty_id and draws.chance(0.4)
        ):  # the card is read at the door
            self._world.touchpoints.append(_store_visit(person, at - timedelta(minutes=14)))
        if person.store == place and person.account_id and draws.chance(0.25):
            # A clerk signs the guest in on the shop's tablet: one browser, many people.
            visit = free_visit("direct", person, KIOSK, at - timedelta(minutes=9), draws)
            visit.is_logged_in, visit.pages = True, [(0, "/account/loyalty")]
            self._world.sessions.append(visit)

    def _keep(self, session: Session) -> None:
        """Keep a visit: some are signed in, some refused the cookie."""
        draws = self._draws
        person = session.person
        if person and person.account_id and not session.order:
            session.is_logged_in = draws.chance(0.16)
        session.is_cookieless = not session.is_logged_in and draws.chance(COOKIELESS_SHARE)
        self._world.sessions.append(session)

    def _welcome_strangers(self) -> None:
        """Add the visits of people who never say who they are."""
        draws = self._draws
        display = campaigns_of("google_ads")[-1]
        for channel, count in ANONYMOUS.items():
            for _ in range(count):
                market = draws.weighted({"US": 0.7, "GB": 0.17, "DE": 0.13})
                at, device = moment_in_quarter(market, draws), new_device(draws)
                if channel == "display":
                    at = at.replace(month=8, day=3 + draws.below(28))
                    session = ad_visit(display, None, device, at, draws)
                elif channel in ("paid_search", "paid_social", "linkedin"):
                    campaigns = running_campaigns(channel, market, at)
                    session = ad_visit(draws.weighted(campaigns), None, device, at, draws)
                else:
                    session = free_visit(channel, None, device, at, draws)
                    if draws.chance(GIFTS_SHARE):
                        session.site = GIFTS_HOST
                add_pages(session, draws)
                self._keep(session)
                if draws.chance(0.14):
                    again = at + timedelta(seconds=7200 + draws.below(500_000))
                    later = free_visit("direct", None, device, again, draws)
                    add_pages(later, draws)
                    if again < CLOSED_AT:
                        self._keep(later)

    def _serve_walk_ins(self) -> None:
        draws = self._draws
        for _ in range(WALK_INS):
            store = draws.pick(STORES)
            at = self._opening_hours(store.key, moment_in_quarter("US", draws))
            self._world.orders.append(make_order(store.key, None, at, draws))

    def _click_without_buying(self) -> None:
        """Let readers who buy nothing click too, up to each mailing's usual rate."""
        draws = self._draws
        for send in self._world.sends:
            wanted = int(send.click_rate * len(send.recipients))
            for person in draws.sample(list(send.recipients.values()), len(send.recipients)):
                if len(send.clicks) >= wanted:
                    break
                if person.number in send.clicks or person.number in send.bounces:
                    continue
                if person.number in send.unsubscribes:
                    continue
                clicked_at = send.sent_at + timedelta(seconds=200 + draws.below(100_000))
                send.clicks[person.number] = clicked_at
                device = draws.pick(person.devices)
                session = message_visit(send, person, device, clicked_at + timedelta(seconds=2))
                add_pages(session, draws)
                self._keep(session)


def number_orders(orders: list[Order]) -> None:
    """Give each place's orders their running number, in order of time."""
    counters: dict[str, int] = {}
    for order in sorted(orders, key=lambda order: order.ordered_at):
        order.number = counters[order.place] = counters.get(order.place, 1000) + 1
