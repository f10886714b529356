"""What a result was made of: the Specimen it names decides whether it can stand for its item (domain 2.6), whichever of
the two comes first."""

import itertools
import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories import bonds, catalogue
from tests.factories.intake import Json, bundle, counts, hospital, observation, patient, send

from xinglin.exchange.catalogue.actions.mappings import confirm_mapping
from xinglin.exchange.catalogue.models import Item, ItemMapping
from xinglin.exchange.catalogue.queries import snapshot
from xinglin.exchange.intake.models import FallenResult, Result
from xinglin.exchange.intake.words import UNFIT
from xinglin.kernel import jobs
from xinglin.kernel.words import Role

pytestmark = pytest.mark.django_db
GLUCOSE, POTASSIUM = 1, 2


@pytest.fixture(autouse=True)
def _serum_glucose() -> None:
    catalogue.items()
    snapshot.forget()


def specimen(key: str, kind: str = "", **more: object) -> Json:
    said = {"type": {"text": kind}} if kind else {}
    return {"resourceType": "Specimen", "id": key, "subject": {"reference": "Patient/p1"}, **said, **more}


def made_of(key: str, number: str, **more: object) -> Json:
    return observation(key, specimen={"reference": f"Specimen/{number}", **more})


def fits() -> dict[str, tuple[str, bool]]:
    """By a result's number: what it was made of, and whether that is its item's."""
    return {one.source_id: (one.specimen, not one.flags & UNFIT) for one in Result.objects.order_by("source_id")}


def test_a_table_that_grew_before_it_was_counted_is_not_read_whole() -> None:
    place = hospital("示例医院")
    send(place, bundle(patient(), made_of("o1", "s1")))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_result SELECT (jsonb_populate_record(r, jsonb_build_object("
            "'id', r.id + n, 'source_id', 'more' || n, 'patient', n, 'specimen_no', 'more' || n))).* "
            "FROM intake_result r, generate_series(1, 20000) n"
        )
        with CaptureQueriesContext(connection) as seen:
            send(place, bundle(*(specimen(f"s{number}", "尿液") for number in range(1, 501))))
        asked = next(one["sql"] for one in seen if "FROM intake_result" in one["sql"] and "FOR UPDATE" in one["sql"])
        cursor.execute(f"EXPLAIN {asked}")
        plan = "".join(line for (line,) in cursor.fetchall())
    # Neither the table nor everything of the sender's, which another index would bring.
    assert "Seq Scan" not in plan and "result_once" not in plan and "result_specimen" in plan
    assert fits()["o1"] == ("尿液", False)


def test_whichever_comes_first_they_meet() -> None:
    parts = [
        specimen("s1", "尿液"),
        specimen("s2", "血清"),
        made_of("o1", "s1"),
        made_of("o2", "s2"),
        made_of("o3", "s9"),
    ]
    wanted = {"o1": ("尿液", False), "o2": ("血清", True), "o3": ("", True)}
    for number, order in enumerate(itertools.permutations(parts, 5)):
        if number % 11:
            continue
        Result.objects.all().delete()
        place = hospital(f"示例医院{number}")
        send(place, bundle(patient()))
        for one in order:
            assert counts(send(place, bundle(one))) == (1, 0, 0)
        assert fits() == wanted, [one["id"] for one in order]
        # The same again, and all at once, is nothing new.
        assert counts(send(place, bundle(patient(), *parts))) == (0, 6, 0)
        assert fits() == wanted
    Result.objects.all().delete()
    assert counts(send(hospital("示例医院全"), bundle(patient(), *parts))) == (6, 0, 0)
    assert fits() == wanted


def test_what_is_not_the_items_stands_for_no_order_and_is_drawn_in_no_line() -> None:
    from xinglin.exchange.consent.rules.access import Access
    from xinglin.exchange.consent.words import Ground
    from xinglin.exchange.identity.models import Patient
    from xinglin.exchange.intake.queries.timeline import timeline

    send(hospital(), bundle(patient(), specimen("s1", "尿液"), made_of("o1", "s1"), observation("o2", value=6.1)))
    person = Patient.objects.get().person_id
    (trend,) = timeline(person, Access(Ground.TREATING, "", True, True, 1)).trends
    assert len(trend.readings) == 2 and [one.number for one in trend.numbers] == [Decimal("6.1")]


def test_a_specimen_that_says_otherwise_now_changes_what_its_results_are_worth() -> None:
    place = hospital()
    send(place, bundle(patient(), specimen("s1", "血清"), made_of("o1", "s1"), observation("o2")))
    assert fits() == {"o1": ("血清", True), "o2": ("", True)} and not FallenResult.objects.exists()
    later = {"meta": {"lastUpdated": "2026-03-02T08:00:00+08:00"}}
    send(place, bundle(specimen("s1", "尿液", **later)))
    assert fits() == {"o1": ("尿液", False), "o2": ("", True)}
    # Whoever recognised it is looked at again.
    assert list(FallenResult.objects.values_list("result", flat=True)) == [Result.objects.get(source_id="o1").pk]
    # An older word of it changes nothing; a newer one does.
    send(place, bundle(specimen("s1", "粪便", meta={"lastUpdated": "2026-03-01T09:00:00+08:00"})))
    assert fits()["o1"] == ("尿液", False)
    send(place, bundle(specimen("s1", "血浆", meta={"lastUpdated": "2026-03-03T08:00:00+08:00"})))
    assert fits()["o1"] == ("血浆", True)


def test_another_hospitals_specimen_of_the_same_number_says_nothing() -> None:
    one, other = hospital(), hospital("示例市第二医院")
    send(one, bundle(patient(), made_of("o1", "s1")))
    send(other, bundle(patient(), specimen("s1", "尿液")))
    assert fits() == {"o1": ("", True)}


def test_codes_displays_and_the_bundles_own_names() -> None:
    coded = specimen("s1", type={"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0487", "code": "UR"}]})
    odd = specimen("s2", type={"text": "标本甲", "coding": [{"code": "9", "display": "Random urine"}]})
    named = json.loads(bundle(patient(), specimen("s3", "尿液"), observation("o3")))
    named["entry"][2]["resource"]["specimen"] = {"reference": "urn:uuid:s3"}
    place = hospital()
    send(place, bundle(patient(), coded, odd, made_of("o1", "s1"), made_of("o2", "s2"),
                       made_of("o4", "s8", display="尿"), observation("o5", specimen={"reference": "#inside"})))  # fmt: skip
    send(place, json.dumps(named).encode())
    assert fits() == {"o1": ("urine", False), "o2": ("Random urine", False), "o3": ("尿液", False),
                      "o4": ("尿", False), "o5": ("", True)}  # fmt: skip


@pytest.mark.parametrize(
    ("inside", "display", "told"),
    [
        ([{"resourceType": "Specimen", "id": "1", "type": {"text": "尿液"}}], "", ("尿液", False)),
        ([{"resourceType": "Specimen", "id": "1", "type": {"text": "尿液"}}], "血清", ("尿液", False)),
        (
            [{"resourceType": "Organization", "id": "1"}, {"resourceType": "Specimen", "id": "1"}],
            "血清",
            ("血清", True),
        ),
        ([{"resourceType": "Specimen", "id": "2", "type": {"text": "尿液"}}], "", ("", True)),
        ([{"resourceType": "Specimen", "id": "1", "type": "尿液"}], "尿", ("尿", False)),
        ({"resourceType": "Specimen", "id": "1", "type": {"text": "尿液"}}, "", ("", True)),
        ([7], "", ("", True)),
        ([], "", ("", True)),
    ],
)
def test_a_specimen_inside_its_result(inside: object, display: str, told: tuple[str, bool]) -> None:
    refers = {"reference": "#1", "display": display}
    counted = send(hospital(), bundle(patient(), observation("o1", contained=inside, specimen=refers)))
    assert counts(counted) == (2, 0, 0)
    assert fits() == {"o1": told}


def test_a_result_sent_again_with_another_specimen_inside_is_another_result() -> None:
    place = hospital()

    def sent(kind: str) -> tuple[int, int, int]:
        inside = [{"resourceType": "Specimen", "id": "1", "type": {"text": kind}}]
        return counts(send(place, bundle(observation("o1", contained=inside, specimen={"reference": "#1"}))))

    send(place, bundle(patient()))
    assert [sent("血清"), sent("血清")] == [(1, 0, 0), (0, 1, 0)]
    sent("尿液")
    assert fits()["o1"] == ("尿液", False)


@pytest.mark.parametrize("csv", [True, False])
def test_a_result_that_waited_for_its_item_keeps_what_it_was_made_of(csv: bool) -> None:
    place = hospital()
    if csv:
        heading = "patient_id,code,item_name,value,unit,specimen,specimen_time"
        send(place, bundle(patient()))
        send(place, f"{heading}\np1,X7,示例项目,5.1,mmol/L,尿液,2026-03-01\n".encode(), "示例.csv")
    else:
        code = {"coding": [{"system": "", "code": "X7", "display": "示例项目"}]}
        send(place, bundle(patient(), specimen("s1", "尿液"), {**made_of("o1", "s1"), "code": code}))
    assert [one.item for one in Result.objects.all()] == [0]
    row = ItemMapping.objects.get(local_code="X7")
    assert row.local_specimen == "尿液"
    confirm_mapping(mapping_id=row.pk, item_id=Item.objects.get(number=GLUCOSE).pk, by=bonds.account(Role.STEWARD))
    snapshot.forget()
    jobs.work_off()
    (one,) = Result.objects.all()
    assert (one.item, one.specimen) == (GLUCOSE, "尿液") and one.flags & UNFIT
