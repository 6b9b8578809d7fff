"""The people of the sample: invented, and unable to be anyone.

E-mail addresses stand in the domains reserved for examples; telephone numbers in the ranges that
the regulators keep for fiction (United States 555-01xx, London 020 7946 0xxx, Berlin 030 23125
xxx) or, in China, in one block behind a prefix of zeros.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from ingestion.sample_brand.draws import DIGITS, Draws, code

COUNTS = {"US": 478, "GB": 104, "DE": 66, "CN": 178}
BUSINESS_COUNTS = {"US": 28, "GB": 14, "DE": 12, "CN": 22}
AREA_CODES = ("212", "503", "646", "206", "617", "718", "303", "312", "415", "702", "512", "202")
DOMAINS = ("example.com", "example.net", "example.org")
UTC_OFFSET_HOURS = {"US": -4, "GB": 1, "DE": 2, "CN": 8}


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = {
    "US": _words(
        "Ava Ben Cora Dale Eden Finn Gia Hugo Iris Jude Kira Leo Maya Nico Opal Pia Quinn Rory "
        "Sage Theo Uma Vera Wren Xena Yara Zane"
    ),
    "GB": _words("Alfie Bea Clive Dora Edith Freya Gwen Harry Imogen Jasper Kit Lottie Miles Nell"),
    "DE": _words("Anke Bernd Clara Dirk Elke Frieda Götz Hanna Jens Käthe Lars Mina Olaf Petra"),
    "CN": _words("伟 芳 娜 敏 静 丽 强 磊 洋 艳 勇 杰 娟 涛 明 超 秀兰 霞 平 刚 桂英 晨 雨桐 子涵"),
}
FAMILY = {
    "US": _words(
        "Abbot Barlow Calloway Dunmore Ellery Farrow Garrick Hollis Ingram Jessop Kessler Lowell "
        "Marsden Norwood Oakes Pruitt Quimby Radley Sutter Thorne Upton Varley"
    ),
    "GB": _words("Ashdown Birtwell Cranmer Dalby Eastcott Fairley Grimsby Hartwell Ivers Kirkby"),
    "DE": _words("Ahrens Bachmair Döring Ebner Fröhlich Gerlach Hübner Jansen Köhler Lindner"),
    "CN": _words("李 王 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭"),
}
PINYIN = {
    "李": "li", "王": "wang", "张": "zhang", "刘": "liu", "陈": "chen", "杨": "yang", "赵": "zhao",
    "黄": "huang", "周": "zhou", "吴": "wu", "徐": "xu", "孙": "sun", "胡": "hu", "朱": "zhu",
    "高": "gao", "林": "lin", "何": "he", "郭": "guo",
}  # fmt: skip
CITIES = {
    "US": (("New York", "NY", "New York", "100"), ("Portland", "OR", "Oregon", "972"),
           ("Seattle", "WA", "Washington", "981"), ("Boston", "MA", "Massachusetts", "021"),
           ("Denver", "CO", "Colorado", "802"), ("Chicago", "IL", "Illinois", "606")),
    "GB": (("London", "ENG", "England", "SE"), ("Leeds", "ENG", "England", "LS")),
    "DE": (("Berlin", "BE", "Berlin", "101"), ("Hamburg", "HH", "Hamburg", "200")),
    "CN": (("上海市", "上海市", "静安区", "2000"), ("杭州市", "浙江省", "西湖区", "3100"),
           ("广州市", "广东省", "天河区", "5100")),
}  # fmt: skip
COUNTRY_NAMES = {"US": "United States", "GB": "United Kingdom", "DE": "Germany", "CN": "China"}


@dataclass(frozen=True)
class Device:
    """A browser: ``client_id`` is what web analytics calls it, ``anonymous_id`` the second site."""

    client_id: str
    anonymous_id: str
    category: str


@dataclass
class Person:
    """One human, as nobody but the simulator knows them: every system sees a part only."""

    number: int
    market: str
    given: str
    family: str
    email: str
    phone: str
    city: str
    region: str
    region_name: str
    postal_code: str
    birth_date: date
    known_since: datetime
    devices: list[Device]
    company: str | None = None
    account_id: str | None = None
    loyalty_id: str | None = None
    store: str | None = None
    consents_email: bool = False
    consents_sms: bool = False
    shares_desk_phone: bool = False
    audiences: set[str] = field(default_factory=set)

    @property
    def full_name(self) -> str:
        """The name in the order its language writes it."""
        if self.market == "CN":
            return f"{self.family}{self.given}"
        return f"{self.given} {self.family}"

    def local(self, moment: datetime) -> datetime:
        """Return an instant as the clock on this person's wall shows it."""
        return moment + timedelta(hours=UTC_OFFSET_HOURS[self.market])


def new_device(draws: Draws) -> Device:
    """Return a browser that no other one is mistaken for."""
    number = draws.token(9, DIGITS)
    anonymous = code("anonymous", number, 32, "0123456789abcdef")
    parts = (anonymous[:8], anonymous[8:12], anonymous[12:16], anonymous[16:20], anonymous[20:])
    category = draws.weighted({"mobile": 0.62, "desktop": 0.33, "tablet": 0.05})
    return Device(f"1{number}.{1_770_000_000 + draws.below(12_000_000)}", "-".join(parts), category)


def _phone(market: str, position: int) -> str:
    if market == "US":
        number = position + 1  # the first one is the front desk
        return f"+1{AREA_CODES[number % len(AREA_CODES)]}55501{number // len(AREA_CODES):02d}"
    if market == "GB":
        return f"+44207946{position:04d}"
    if market == "DE":
        return f"+493023125{position:03d}"
    return f"+86130000{20_001 + 7 * position}"


def _postal_code(market: str, stem: str, draws: Draws) -> str:
    if market == "GB":
        return f"{stem}{1 + draws.below(18)} {1 + draws.below(9)}{draws.token(2, 'ABDEFGHJ')}"
    return stem + draws.token((6 if market == "CN" else 5) - len(stem), DIGITS)


def _login(given: str, family: str) -> str:
    plain = f"{given}.{family}".lower()
    for letter, ascii_letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(letter, ascii_letters)
    return plain


def _company(person_number: int, market: str, draws: Draws) -> str:
    if market == "CN":
        stem = draws.pick(("云栖", "南屏", "听松", "望湖", "青竹", "知味"))
        kind = draws.pick(("酒店", "商贸", "文化", "餐饮"))
        return f"示例{stem}{kind}{person_number % 100:02d}有限公司"
    kind = draws.pick(("Hotel", "Café", "Bistro", "Catering", "Offices"))
    stem = draws.pick(
        ("Alderbrook", "Fernhill", "Greyharbour", "Larkspur", "Northgate", "Stonewell")
    )
    return f"{stem} {kind} {person_number % 100:02d}"


def _person(number: int, position: int, market: str, draws: Draws, is_business: bool) -> Person:
    given, family = draws.pick(GIVEN[market]), draws.pick(FAMILY[market])
    city, region, region_name, stem = draws.pick(CITIES[market])
    login = _login(f"u{number}", PINYIN[family]) if market == "CN" else _login(given, family)
    person = Person(
        number=number,
        market=market,
        given=given,
        family=family,
        email=f"{login}.{number}@{draws.pick(DOMAINS)}",
        phone=_phone(market, position),
        city=city,
        region=region,
        region_name=region_name,
        postal_code=_postal_code(market, stem, draws),
        birth_date=date(1956, 1, 1) + timedelta(days=draws.below(17_000)),
        known_since=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=draws.below(1_270_000)),
        devices=[new_device(draws)],
    )
    if draws.chance(0.45):
        person.devices.append(new_device(draws))
    if is_business:
        person.company = _company(number, market, draws)
        return person
    person.consents_email = draws.chance(0.62)
    person.consents_sms = market == "US" and draws.chance(0.4)
    if market != "CN" and draws.chance(0.55):
        person.account_id = f"C-{10_000 + number}"
    if market == "US" and city in ("New York", "Portland"):
        person.store = "hudson" if city == "New York" else "alder"
    near_a_till = person.store is not None or market == "CN"
    if draws.chance(0.6 if near_a_till else 0.12):
        person.loyalty_id = f"TW{700_000 + 7 * number}"
    return person


def build_people(seed: int) -> list[Person]:
    """Return everyone the brand could know, numbered from 1; the same for the same seed."""
    draws = Draws(seed, "people")
    people: list[Person] = []
    for counts, is_business in ((COUNTS, False), (BUSINESS_COUNTS, True)):
        for market, count in counts.items():
            taken = sum(person.market == market for person in people)
            people += [
                _person(len(people) + 1 + step, taken + step, market, draws, is_business)
                for step in range(count)
            ]
    _share_things(people, draws)
    return people


def _share_things(people: list[Person], draws: Draws) -> None:
    """Let some couples use one browser and some hotel guests leave the reception's number."""
    locals_ = [person for person in people if person.market == "US" and not person.company]
    for first, second in zip(locals_[0:28:2], locals_[1:28:2], strict=True):
        second.family, second.city, second.region = first.family, first.city, first.region
        second.region_name, second.postal_code = first.region_name, first.postal_code
        second.devices = [first.devices[0]]
        for person in (first, second):
            person.account_id = f"C-{10_000 + person.number}"
    for person in draws.sample([person for person in locals_ if person.loyalty_id], 14):
        person.shares_desk_phone = True
