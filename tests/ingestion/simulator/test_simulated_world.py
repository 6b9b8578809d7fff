"""The simulated world against the scenario's parameters, which it was drawn from."""

import hashlib
import math
from pathlib import Path

import numpy as np
import phonenumbers
import pytest
from scipy import stats

from ingestion.simulator import people, story
from ingestion.simulator.brand import load_brand
from ingestion.simulator.clock import Clock, Clocks
from ingestion.simulator.experiments import seconds_of
from ingestion.simulator.plan import Plan, Scenario, load_scenario
from ingestion.simulator.story import tell
from ingestion.simulator.truth import write_truth
from ingestion.simulator.world import World

TABLES = (
    "persons", "devices", "campaigns", "mailings", "journeys", "touches", "visits", "orders",
    "order_lines", "leads", "effects", "parameters", "assignments", "experiments",
)  # fmt: skip


def told(folder: Path, customers: int, days: int, seed: int) -> World:
    folder.mkdir()
    scenario = load_scenario("default")
    world = World(Plan(scenario=scenario, customers=customers, days=days, seed=seed), folder)
    tell(world)
    return world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    with told(tmp_path_factory.mktemp("simulated") / "world", 9_000, 200, 11) as world:
        yield world


@pytest.fixture(scope="module")
def scenario(world: World) -> Scenario:
    return world.plan.scenario


def rows(world: World, query: str) -> list[tuple]:
    return world.connection.execute(query).fetchall()


def columns(world: World, query: str) -> tuple[np.ndarray, ...]:
    return tuple(
        np.asarray(column) for column in world.connection.execute(query).fetchnumpy().values()
    )


def digests(world: World) -> dict[str, str]:
    return {
        table: hashlib.sha256(repr(rows(world, f"from {table}")).encode()).hexdigest()
        for table in TABLES
    }


def test_same_seed_gives_the_same_world_and_another_seed_another(tmp_path: Path) -> None:
    found = []
    for name, seed in (("first", 1), ("again", 1), ("other", 2)):
        with told(tmp_path / name, 300, 70, seed) as small:
            found.append(digests(small))
    assert found[0] == found[1]
    constant = {"campaigns", "mailings"}
    assert all(found[0][table] != found[2][table] for table in TABLES if table not in constant)


def test_running_numbers_go_on_from_block_to_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "BLOCK", 128)
    monkeypatch.setattr(story, "BLOCK", 128)
    with told(tmp_path / "blocks", 500, 70, 3) as small:
        for table in ("persons", "journeys", "touches", "orders", "visits", "leads"):
            key = table[:-1] + "_id" if table != "touches" else "touch_id"
            numbers = [number for (number,) in rows(small, f"select {key} from {table}")]
            assert numbers == list(range(1, len(numbers) + 1)), table


def test_streams_of_chance_do_not_repeat_each_other(world: World) -> None:
    first, second, other = columns(
        world,
        "select u('a', range), u('b', range), u('a', {'x': range, 'y': 1}) from range(20000)",
    )
    for units in (first, second, other):
        assert stats.kstest(units, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.03
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.03
    bits = [(units * 2**20).astype(np.int64) for units in (first, second)]
    assert len(np.unique(bits[0] ^ bits[1])) > 19_000


def test_things_of_like_names_have_identifiers_of_their_own(world: World) -> None:
    query = """
        select count(*) - count(distinct hex_code('klaviyo event', 'opened/' || person || '/'
            || mailing || '/' || (1777906800 + (person * 37) % 120) * 1000000, 32))
        from range(1000, 9999) as people(person), range(1, 40) as mailings(mailing)
    """
    assert rows(world, query) == [(0,)]


def test_purchase_rates_and_dropout_follow_their_distributions(
    world: World, scenario: Scenario
) -> None:
    rate, dropout = columns(world, "select rate, dropout from persons")
    parameters = scenario.purchases
    for values, drawn_from in (
        (rate, stats.gamma(parameters.r, scale=1 / parameters.alpha)),
        (dropout, stats.beta(parameters.a, parameters.b)),
    ):
        assert values.mean() == pytest.approx(
            drawn_from.mean(), abs=5 * drawn_from.std() / math.sqrt(values.size)
        )
        assert values.var() == pytest.approx(drawn_from.var(), rel=0.15)
        assert stats.kstest(values, drawn_from.cdf).pvalue > 1e-4


def test_channels_are_met_as_often_as_their_weights_say(world: World, scenario: Scenario) -> None:
    # Without consent or a mailing a link is a direct visit, without a store nearby it is a call.
    merged = {"email": "direct", "sms": "direct", "store": "phone"}
    for market in scenario.markets:
        for phase in ("new", "known"):
            weights: dict[str, float] = {}
            for name, channel in scenario.channels_of(market).items():
                group = merged.get(name, name)
                weights[group] = weights.get(group, 0) + getattr(channel, phase)
            counts: dict[str, int] = {}
            for name, count in rows(
                world,
                "select channel, count(*) from touches inner join journeys using (journey_id) "
                "inner join persons on touches.person_id = persons.person_id "
                f"where market = '{market}' and is_known = {phase == 'known'} group by all",
            ):
                counts[merged.get(name, name)] = counts.get(merged.get(name, name), 0) + count
            total = sum(counts.values()) / sum(weights.values())
            expected = [weight * total for weight in weights.values()]
            observed = [counts.get(name, 0) for name in weights]
            assert stats.chisquare(observed, expected).pvalue > 1e-4, (market, phase)


@pytest.mark.parametrize("is_known", [True, False])
def test_journeys_convert_with_their_probability(world: World, is_known: bool) -> None:
    probability, converted = columns(
        world, f"select probability, is_converted from journeys where is_known = {is_known}"
    )
    spread = math.sqrt((probability * (1 - probability)).sum())
    assert abs(converted.sum() - probability.sum()) < 4 * spread


def alive(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return rate, dropout, orders, even days as a customer and whether they left, per buyer."""
    first, last, zone, rate, dropout, orders, left = columns(
        world,
        f"""
        select
            epoch(min(ordered_at)) - {world.zero}, epoch(max(ordered_at)) - {world.zero},
            any_value(timezone), any_value(rate), any_value(dropout), count(*)::bigint,
            count(*) - 1 = any_value(repeats_until_left)
        from orders inner join persons using (person_id) group by person_id order by person_id
        """,
    )
    clocks = Clocks(world.plan, world.brand)
    zones = np.array([clocks.zones.index(name) for name in zone])
    until = np.where(left, clocks.seasonal_even(last, zones), world.plan.days)
    return rate, dropout, orders, until - clocks.seasonal_even(first, zones), left


def test_customers_buy_again_at_their_rate_while_alive(world: World) -> None:
    rate, _, orders, days, _ = alive(world)
    expected = (rate * days).sum()
    # The mean probability that sets the pace of journeys is itself measured, to about one percent.
    tolerance = 4 * math.sqrt(expected) + 0.01 * expected
    assert abs((orders - 1).sum() - expected) < tolerance


def test_customers_leave_after_a_repeat_purchase_with_their_probability(world: World) -> None:
    _, dropout, orders, _, left = alive(world)
    repeats = orders - 1  # nobody leaves after the first one: BG/NBD
    spread = math.sqrt((repeats * dropout * (1 - dropout)).sum())
    assert abs(left.sum() - (repeats * dropout).sum()) < 4 * spread


def test_customers_who_get_no_mail_buy_at_their_rate_too(world: World) -> None:
    # Their journeys convert more rarely, and so come more often.
    rate, _, orders, days, _ = alive(world)
    (consents,) = columns(
        world,
        "select any_value(consents_email) from orders inner join persons using (person_id) "
        "group by person_id order by person_id",
    )
    for group in (consents, ~consents):
        expected = (rate * days)[group].sum()
        assert abs((orders - 1)[group].sum() - expected) < 4 * math.sqrt(expected) + 0.01 * expected


def test_every_touch_precedes_its_decision_and_follows_the_entry(world: World) -> None:
    assert rows(
        world,
        """
        select
            count(*) filter (touched_at >= decided_at),
            count(*) filter (touched_at < entered_at),
            count(*) filter (touched_at >= next_at)
        from (select *, lead(touched_at) over (partition by journey_id order by position) as next_at
            from touches)
        inner join journeys using (journey_id)
        inner join persons on journeys.person_id = persons.person_id
        """,
    ) == [(0, 0, 0)]


def chance(scenario: Scenario, market: str, touches: list[tuple[str, float]]) -> float:
    """Return the probability by the scenario's words, touch by touch (channel, days before).

    Experiments are left out.
    """
    channels, doubt, met = scenario.channels_of(market), 1 - scenario.journeys.baseline, []
    for name, days in touches:
        channel = channels[name]
        decay = math.exp(-days / channel.carryover_days)
        doubt *= 1 - channel.effect * decay * channel.saturation ** met.count(name)
        met.append(name)
    for synergy in scenario.synergies:
        if set(synergy.channels) <= set(met):
            doubt *= synergy.factor
    return 1 - doubt


def test_probabilities_and_effects_follow_from_the_touches(
    world: World, scenario: Scenario
) -> None:
    (experiment,) = scenario.experiments
    first, end = seconds_of(world.plan, experiment)
    sample = rows(
        world,
        f"""
        select
            any_value(market), any_value(probability), any_value(draw), any_value(orders.order_id),
            list(channel order by position),
            list(epoch(decided_at - touched_at) / 86400 order by position),
            any_value(if(
                not journeys.is_known
                and epoch(decided_at)::bigint - {world.zero} between {first} and {end - 1},
                variant, 'control'
            ))
        from journeys inner join persons using (person_id) inner join touches using (journey_id)
        inner join assignments using (person_id)
        left join orders using (journey_id)
        group by journey_id order by journey_id limit 4000
        """,
    )
    effects = {
        (order, channel): (is_caused, without)
        for order, channel, is_caused, without in rows(world, "from effects")
    }
    checked = 0
    for market, probability, draw, order, names, days, variant in sample:
        touches, lift = list(zip(names, days, strict=True)), experiment.lift.get(variant, 1)
        assert lift * chance(scenario, market, touches) == pytest.approx(probability, abs=1e-9)
        for name in set(names) if order else ():
            rest = [touch for touch in touches if touch[0] != name]
            is_caused, without = effects[order, name]
            assert without == pytest.approx(lift * chance(scenario, market, rest), abs=1e-9)
            assert is_caused == (without <= draw < probability)
            checked += 1
    assert checked > 300


def test_effects_are_those_of_converted_journeys_and_their_channels(world: World) -> None:
    assert rows(
        world,
        """
        select order_id, channel from effects
        except select order_id, channel from orders inner join touches using (journey_id)
        """,
    ) == []  # fmt: skip
    assert rows(
        world,
        """
        select distinct order_id, channel from orders inner join touches using (journey_id)
        except select order_id, channel from effects
        """,
    ) == []  # fmt: skip
    assert rows(world, "select count(*) from journeys where is_converted") == rows(
        world, "select count(*) from orders where journey_id is not null"
    )


def test_a_test_lifts_first_purchases_by_its_factor(world: World, scenario: Scenario) -> None:
    (experiment,) = scenario.experiments
    first, end = seconds_of(world.plan, experiment)
    mean = {
        (variant, is_inside): probability
        for variant, is_inside, probability in rows(
            world,
            f"""
            select variant, epoch(decided_at)::bigint - {world.zero} between {first} and {end - 1},
                avg(probability)
            from journeys inner join assignments using (person_id)
            where not is_known group by all
            """,
        )
    }
    lift = experiment.lift["promise"]
    assert mean["promise", True] / mean["control", True] == pytest.approx(lift, rel=0.05)
    assert mean["promise", False] / mean["control", False] == pytest.approx(1, rel=0.05)
    counted = {
        variant: (people, successes)
        for variant, people, successes in rows(
            world, "select variant, people, successes from experiments where metric = 'conversion'"
        )
    }
    _, p = stats.fisher_exact([[s, n - s] for n, s in (counted["promise"], counted["control"])])
    assert p < 0.01
    share = counted["promise"][0] / sum(people for people, _ in counted.values())
    assert share == pytest.approx(0.5, abs=0.03)


def test_links_are_clicked_by_people_who_were_sent_the_mailing(world: World) -> None:
    assert rows(
        world,
        """
        select count(*) from touches
        inner join mailings using (mailing_id)
        inner join persons using (person_id)
        where sent_at >= touched_at or touched_at - sent_at > interval 5 days
            or not case system when 'twilio' then consents_sms else consents_email end
            or touched_at >= unsubscribed_at
        """,
    ) == [(0,)]
    assert rows(world, "select channel, kind from touches where channel in ('email', 'sms') "
                "and mailing_id is null") == []  # fmt: skip


def test_ads_are_met_while_their_campaign_runs_in_the_market(world: World) -> None:
    assert rows(
        world,
        """
        select count(*) from touches
        inner join campaigns using (campaign_key) inner join persons using (person_id)
        where touched_at::date not between first_day and last_day
            or not list_contains(markets, persons.market) or touches.channel != campaigns.channel
        """,
    ) == [(0,)]


def test_orders_add_up_and_are_numbered_in_order_of_time(world: World) -> None:
    assert rows(
        world,
        """
        select count(*) from orders inner join (
            select order_id, sum(quantity * price) as lines from order_lines group by 1
        ) using (order_id)
        where gross != lines or subtotal != gross - discount or total != subtotal + shipping + tax
            or refund > total or (refund > 0) != (refunded_at is not null)
        """,
    ) == [(0,)]
    assert rows(
        world,
        "select count(*) from (select ordered_at, lag(ordered_at) over "
        "(partition by place order by number) as earlier from orders) where earlier > ordered_at",
    ) == [(0,)]


def test_every_shop_order_has_the_visit_it_was_made_in(world: World) -> None:
    assert rows(
        world,
        """
        select count(*) from orders left join visits using (visit_id)
        where (place = 'shop') != (visit_id is not null)
            or (place = 'shop' and (visits.order_id != orders.order_id
                or visits.person_id != orders.person_id
                or ordered_at - started_at not between interval 0 seconds and interval 30 minutes))
        """,
    ) == [(0,)]


def test_what_people_type_is_never_somebody_elses(world: World) -> None:
    assert rows(
        world,
        """
        with addresses as (
            select person_id, email from persons
            union all select person_id, second_email from persons where second_email is not null
        )
        select count(*), count(*) filter (orders.person_id != addresses.person_id) from orders
        inner join addresses on replace(lower(orders.email), '+tea', '') = addresses.email
        """,
    )[0][1] == 0  # fmt: skip
    for column in ("email", "phone"):
        assert rows(
            world,
            f"select count(*) - count(distinct value) from (select {column} as value from persons "
            f"union all select second_{column} from persons where second_{column} is not null)",
        ) == [(0,)]


def test_a_telephone_library_takes_every_number_for_one_of_its_country(world: World) -> None:
    found = rows(
        world,
        "select market, phone from persons union all "
        "select market, second_phone from persons where second_phone is not null",
    )
    assert len({phone for _, phone in found}) == len(found)
    for market, phone in found[::7]:
        number = phonenumbers.parse(phone)
        assert phonenumbers.is_valid_number(number), phone
        assert phonenumbers.region_code_for_number(number) == market or market == "US", phone


def test_strangers_and_machines_make_their_share_of_visits(world: World) -> None:
    strangers, machines = rows(
        world,
        "select avg((person_id is null and not is_bot)::int), avg(is_bot::int) from visits",
    )[0]
    assert strangers == pytest.approx(0.25, abs=0.002)
    assert machines == pytest.approx(0.02, abs=0.002)


def test_the_calendar_keeps_order_and_peaks(world: World) -> None:
    clock = Clock(world.plan, load_brand(), "Asia/Shanghai", is_seasonal=True)
    even = np.linspace(0, world.plan.days, 5_000)
    seconds = clock.seconds(even)
    assert (np.diff(seconds) > 0).all()
    assert clock.even(seconds) == pytest.approx(even)
    peak, usual = rows(
        world,
        "select count(*) filter (day(decided_at) between 16 and 18) / 3, "
        "count(*) filter (day(decided_at) not between 15 and 19) / 25 from journeys "
        "where month(decided_at) = 6",
    )[0]
    assert 1.3 < peak / usual < 1.9


def test_business_people_enquire_and_buy_nothing(world: World) -> None:
    assert rows(
        world,
        "select count(orders.order_id) from persons left join orders using (person_id) "
        "where company is not null",
    ) == [(0,)]
    assert rows(
        world,
        "select count(*) from leads where mql_at < created_at or sql_at < mql_at "
        "or opportunity_at < sql_at or won_at < opportunity_at or lost_at < opportunity_at "
        "or (won_at is not null and lost_at is not null)",
    ) == [(0,)]
    assert world.count("leads") > 0


def test_enquiries_get_from_stage_to_stage_at_their_rates(world: World, scenario: Scenario) -> None:
    settled = f"timestamp '{world.plan.last_day}' - interval 9 day"  # stages take up to 8.2 days
    for stage, before, after in (
        ("mql", "created_at", "mql_at"),
        ("sql", "mql_at", "sql_at"),
        ("opportunity", "sql_at", "opportunity_at"),
        ("closed", "opportunity_at", "coalesce(won_at, lost_at)"),
    ):
        [(went_on, reached)] = rows(
            world, f"select count({after}), count(*) from leads where {before} < {settled}"
        )
        expected = getattr(scenario.business, stage)
        assert stats.binomtest(went_on, reached, expected).pvalue > 0.001, stage
    [(won, ended)] = rows(
        world, "select count(won_at), count(coalesce(won_at, lost_at)) from leads"
    )
    assert stats.binomtest(won, ended, scenario.business.won).pvalue > 0.001


def test_businesses_look_around_before_and_after_they_enquire(world: World) -> None:
    [(enquiries, before, after)] = rows(
        world,
        """
        select
            count(distinct leads.lead_id),
            count(*) filter (visits.started_at < created_at and visits.lead_id is null),
            count(*) filter (visits.started_at > created_at)
        from leads left join visits using (person_id) where leads.visit_id is not null
        """,
    )
    # Visits before the period began or after the end of the deal are not made.
    assert 0.6 < before / enquiries < 1.5
    assert 0.3 < after / enquiries < 1.4


def test_truth_files_name_themselves(world: World, tmp_path: Path) -> None:
    write_truth(world, tmp_path)
    for path in sorted(tmp_path.glob("*.parquet")):
        first = world.connection.execute(f"select * from '{path}' limit 0").description[0][0]
        assert first == "omnimart_truth"
        names = rows(world, f"select distinct omnimart_truth from '{path}'")
        assert names in ([], [(path.stem,)])
    assert (tmp_path / "customers.parquet").exists()
