"""Results sent by a hospital's program: by form, by ability, for its own hospital only; the desk in a browser."""

import gzip
import json

import pytest
from django.test import Client
from tests.factories.intake import account, bundle, hospital, observation, patient, send

from xinglin.exchange.intake.models import Quarantined, Result
from xinglin.kernel import accounts
from xinglin.kernel.models import Account, LedgerEntry

pytestmark = pytest.mark.django_db
CSV = "患者编号,姓名,性别,出生日期,报告单号,项目代码,项目名称,结果,单位,采样时间,报告时间\n" \
      "h1,陈示例,女,1980-03-04,B001,GLU,葡萄糖,5.6,mmol/L,2026-03-01 08:00,2026-03-01 10:00\n" \
      "h1,陈示例,女,1980-03-04,B001,WBC,白细胞,6.1,10^9/L,2026-03-01 08:00,2026-03-01 10:00\n"  # fmt: skip


def token(of: Account, *abilities: str) -> dict[str, str]:
    _row, secret = accounts.issue_token(name="示例", abilities=list(abilities), days=30, by=of)
    return {"Authorization": f"Bearer {secret}"}


def post(client: Client, body: bytes, media: str, headers: dict[str, str], query: str = "") -> tuple[int, dict]:
    answer = client.post(f"/api/v1/intake/send{query}", body, content_type=media, headers=headers)
    return answer.status_code, answer.json()


def test_bundles_lines_and_tables_are_taken_by_their_type(client: Client) -> None:
    headers = token(account(hospital()), "intake.write")
    status, told = post(client, bundle(patient(), observation()), "application/fhir+json", headers)
    assert (status, told["accepted"], told["results"], told["form"]) == (201, 2, 1, "bundle")
    lines = "\n".join(json.dumps(observation(f"n{n}")) for n in range(3)).encode()
    assert post(client, gzip.compress(lines), "application/fhir+ndjson", headers)[1]["accepted"] == 3
    status, told = post(client, CSV.encode("gb18030"), "text/csv", headers)
    assert (status, told["accepted"], told["patients"]) == (201, 2, 1)
    assert post(client, CSV.encode(), "text/csv", headers)[1]["unchanged"] == 2
    one = Result.objects.get(local_code="WBC")
    assert (one.unit, one.sent, one.source_id) == ("10*9/L", "6.1 10^9/L", "B001/WBC")


def test_what_is_refused_is_told_with_its_place_and_reason(client: Client) -> None:
    headers = token(account(hospital()), "intake.write")
    status, told = post(client, bundle(observation()), "application/json", headers)
    assert (status, told["reasons"]) == (200, {"reference.waiting": 1})
    assert told["refused"][0]["position"] == 0 and "Patient/p1" in told["refused"][0]["sentence"]
    status, told = post(client, b"<Bundle/>", "application/fhir+xml", headers)
    assert status == 422 and told["code"] == "intake.media"
    status, told = post(client, b"<Bundle/>", "text/plain", headers)
    assert told["reasons"] == {"file.xml": 1}


def test_a_token_sends_for_its_own_hospital_and_needs_the_ability(client: Client) -> None:
    own, other = hospital("示例甲医院"), hospital("示例乙医院")
    sender = account(own)
    content = bundle(patient())
    assert post(client, content, "application/json", token(sender, "read"))[0] == 403
    headers = token(sender, "intake.write")
    assert (
        post(client, content, "application/json", headers, f"?organisation={other}")[1]["code"]
        == "intake.not_your_hospital"
    )
    assert client.post("/api/v1/intake/send", content, content_type="application/json").status_code == 401
    assert not Quarantined.objects.exists() and not Result.objects.exists()


def test_the_desk_repairs_and_every_look_is_on_the_ledger(client: Client) -> None:
    place = hospital()
    worker = account(place)
    send(place, bundle(patient()))
    bad = observation()
    bad.pop("subject")
    send(place, bundle(bad))
    one = Quarantined.objects.get()
    client.force_login(worker)
    page = client.get(f"/intake/quarantined/{one.pk}/")
    assert page.status_code == 200 and "o1" not in page.content.decode()
    form = client.get(f"/intake/quarantined/{one.pk}/do/repair/")
    assert form.status_code == 200 and "14749-6" in form.content.decode()
    assert LedgerEntry.objects.filter(event="intake.read", actor_id=worker.pk).count() == 1
    stranger = account(hospital("示例乙医院"), name="bieren")
    client.force_login(stranger)
    assert client.get(f"/intake/quarantined/{one.pk}/").status_code == 404
    assert client.get("/intake/quarantined/").context["heaps"] == []


def test_what_waits_for_one_reason_is_one_heap_that_opens_and_is_taken_in_again(client: Client) -> None:
    place = hospital()
    worker = account(place)
    for number in range(2):
        bad = observation(f"o{number}")
        bad.pop("subject")
        send(place, bundle(bad))
    client.force_login(worker)
    [[heap, address, form, label]] = client.get("/intake/quarantined/").context["heaps"]
    assert (heap.count, str(heap.given["reason"])) == (2, "reference.none") and label is not None
    page = client.get(f"/intake/quarantined/{address}")
    assert len(page.context["lines"]) == 2 and page.context["heaps"] == []
    shown = client.get(form).content.decode()
    assert f'value="{place}"' in shown and 'value="reference.none" selected' in shown
