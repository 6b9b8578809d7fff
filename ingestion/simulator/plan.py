"""What is to be simulated: a scenario, read from its file, and the size of it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ingestion.simulator.dirt import check_amounts

SCENARIOS_DIR = Path(__file__).parent / "scenarios"
LAST_DAY = date(2026, 9, 30)

Market = Literal["US", "GB", "DE", "CN"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Purchases(_Model):
    """Parameters of BG/NBD, time in days: Gamma(r, alpha) rates, Beta(a, b) dropout."""

    r: float = Field(gt=0)
    alpha: float = Field(gt=0)
    a: float = Field(gt=0)
    b: float = Field(gt=0)


class Acquisition(_Model):
    """The journeys of people who have not bought yet."""

    days_between_journeys: float = Field(gt=0)
    journeys_at_most: int = Field(gt=0)


class Channel(_Model):
    """How often a channel is met, and how a touch of it changes minds."""

    new: float = Field(ge=0)
    known: float = Field(ge=0)
    effect: float = Field(ge=0, lt=1)
    carryover_days: float = Field(gt=0)
    saturation: float = Field(gt=0, le=1)


class Journeys(_Model):
    """Length and pace of a journey, and its chance of a purchase without any touch."""

    touches: dict[int, float]
    days_between_touches: float = Field(gt=0)
    baseline: float = Field(ge=0, lt=1)


class Synergy(_Model):
    """Two channels that do more together: the doubt that remains is multiplied by ``factor``."""

    channels: tuple[str, str]
    factor: float = Field(gt=0, le=1)


class Peak(_Model):
    """Days of every year, ``MM-DD``, with more demand than usual."""

    from_: str = Field(alias="from")
    to: str
    factor: float = Field(gt=0)


class Identity(_Model):
    """Shares of people, or of times they write something down, with each habit."""

    second_email: float
    second_phone: float
    devices: dict[int, float]
    shared_device: float
    front_desk_phone: float
    employees: float
    typing_error: float
    other_spelling: float
    logged_in_visit: float


class Size(_Model):
    """How many people and days are told of, and by which seed, where nobody says otherwise."""

    customers: int = Field(gt=0)
    days: int = Field(gt=0)
    seed: int = Field(ge=0)


class Business(_Model):
    """The wholesale arm: how enquiries come about, and the share that gets from stage to stage.

    ``research_visits``: visits to the site on the way to an enquiry made there, on average, and as
    many again until its end; ``research_days``: how far apart they lie.
    """

    fairs: float = Field(ge=0, le=1)
    research_visits: float = Field(ge=0)
    research_days: float = Field(gt=0)
    mql: float = Field(ge=0, le=1)
    sql: float = Field(ge=0, le=1)
    opportunity: float = Field(ge=0, le=1)
    closed: float = Field(ge=0, le=1)
    won: float = Field(ge=0, le=1)


class Experiment(_Model):
    """A test on the shop's site: what a variant does to the chance of somebody's first purchase.

    Runs from one share of the period to another; ``lift`` multiplies the chance of a journey.
    """

    name: str
    from_: float = Field(alias="from", ge=0, le=1)
    to: float = Field(ge=0, le=1)
    variants: dict[str, float]
    lift: dict[str, float] = Field(default_factory=dict)


class Places(_Model):
    """Shares of purchases by place: the store nearby when it is open, a partner's, else online."""

    store: float = Field(default=0.0, ge=0, le=1)
    partner: float = Field(default=0.0, ge=0, le=1)
    online: Literal["shop", "mall"]


class Restatement(_Model):
    """How numbers are exported again after they changed.

    ``ad_reports``: how often ad reports are downloaded, ``ad_days``: how many days before they
    cover once more, with the conversions and corrections known by then. ``orders``: whether the
    shop's orders are exported at the end of their month, and all of them again at the end.
    """

    ad_reports: Literal["day", "week", "month", "once"]
    ad_days: int = Field(ge=0)
    orders: bool


class Lateness(_Model):
    """The share of files that arrive after others that were downloaded later, and by how much."""

    share: float = Field(ge=0, le=1)
    days: tuple[int, int]


class Scenario(_Model):
    """A file of ``scenarios/``: the brand's world as data; ``name`` is that of the file."""

    name: str = ""
    description: str
    size: Size
    platforms: tuple[str, ...] | None = None  # all of them
    markets: dict[Market, float]
    business_share: float = Field(ge=0, le=1)
    purchases: Purchases
    acquisition: Acquisition
    journeys: Journeys
    channels: dict[str, Channel]
    channels_in: dict[Market, dict[str, Channel]] = Field(default_factory=dict)
    synergies: tuple[Synergy, ...] = ()
    seasons: dict[int, float]
    weekdays: tuple[float, float, float, float, float, float, float]
    peaks: tuple[Peak, ...] = ()
    places: dict[Market, Places]
    business: Business
    experiments: tuple[Experiment, ...] = ()
    identity: Identity
    restatement: Restatement
    lateness: Lateness = Lateness(share=0.0, days=(1, 1))
    dirt: dict[str, float] = Field(default_factory=dict)  # by defect: share of rows, or files

    @field_validator("dirt")
    @classmethod
    def _check_dirt(cls, dirt: dict[str, float]) -> dict[str, float]:
        check_amounts(dirt)
        return dirt

    def channels_of(self, market: str) -> dict[str, Channel]:
        """Return the channels that people of a market meet."""
        return self.channels_in.get(market, self.channels)


class Plan(_Model):
    """A scenario, how many people and days of it, and the seed of its chance."""

    scenario: Scenario
    customers: int = Field(gt=0)
    days: int = Field(gt=0)
    seed: int = Field(ge=0)
    last_day: date = LAST_DAY

    @property
    def first_day(self) -> date:
        """Return the first day anything happens."""
        return self.last_day - timedelta(days=self.days - 1)


def make_plan(
    name: str, customers: int | None = None, days: int | None = None, seed: int | None = None
) -> Plan:
    """Return the plan of a scenario, in the scenario's own size where none is given.

    Raises ``ValueError`` when there is no such scenario, or a number is out of its range.
    """
    scenario = load_scenario(name)
    given = {"customers": customers, "days": days, "seed": seed}
    size = scenario.size.model_dump() | {k: v for k, v in given.items() if v is not None}
    return Plan(scenario=scenario, **size)


def load_scenario(name: str) -> Scenario:
    """Return the scenario of this name.

    A file may say ``extends: <name>`` and give only what differs from that scenario. What is a
    model here (``identity``, ``purchases``) is merged key by key; lists and mappings of any keys
    (``markets``, ``channels``, ``dirt``) are replaced as wholes, so that they can lose entries.
    Raises ``ValueError`` when there is no such scenario, or the file is not right.
    """
    return Scenario.model_validate(_read_scenario(name, ()) | {"name": name})


def _read_scenario(name: str, heirs: tuple[str, ...]) -> dict[str, Any]:
    path = SCENARIOS_DIR / f"{name}.yml"
    if not path.is_file():
        names = ", ".join(sorted(item.stem for item in SCENARIOS_DIR.glob("*.yml")))
        raise ValueError(f"{name!r} is no scenario; scenarios are {names}")
    if name in heirs:
        raise ValueError(f"scenarios extend each other: {' -> '.join((*heirs, name))}")
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    base = content.pop("extends", None)
    if base is None:
        return content
    return _override(Scenario, _read_scenario(base, (*heirs, name)), content)


def _override(
    model: type[BaseModel], base: dict[str, Any], changes: dict[str, Any]
) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        field = model.model_fields.get(key)
        part = field.annotation if field else None
        is_model = isinstance(part, type) and issubclass(part, BaseModel)
        if is_model and isinstance(value, dict) and isinstance(base.get(key), dict):
            value = _override(part, base[key], value)
        merged[key] = value
    return merged
