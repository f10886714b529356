"""The dossier page: what stands where, who sees what, and that looking is on record."""

from tests.factories.portal import World

from xinglin.kernel.models import LedgerEntry
from xinglin.portal.pages.dossiers import steps
from xinglin.roster.models import Agreement, Organisation


def page_of(world: World, reader: str, which: str = "active", language: str = "en", query: str = "") -> str:
    one = getattr(world, which)
    return world.client(reader, language).get(f"/roster/organisation/{one.pk}/{query}").content.decode()


def test_the_secretariat_sees_stage_turn_verbs_and_history(world: World) -> None:
    page = page_of(world, "secretary", "proposed")
    assert "awaits" in page and "Secretariat" in page
    assert f"/roster/organisation/{world.proposed.pk}/do/admit/" in page
    assert "secretary proposed" in page
    assert "示例文件" not in page and "示例文件" in page_of(world, "secretary")


def test_both_languages(world: World) -> None:
    assert "基本信息" in page_of(world, "secretary", language="zh-hans")
    assert "Particulars" in page_of(world, "secretary", language="en")


def test_a_stranger_sees_the_public_facts_alone(world: World) -> None:
    page = page_of(world, "stranger")
    assert "示例市第一人民医院" in page
    for hidden in ("13800000001", "1380***0001", "What happened", "示例文件", "/do/"):
        assert hidden not in page


def test_personal_facts_are_masked_until_asked_for_and_then_recorded(world: World) -> None:
    assert "13800000001" not in page_of(world, "secretary")
    assert "1380***0001" in page_of(world, "secretary")
    assert not LedgerEntry.objects.filter(event="kernel.read").exists()
    assert "13800000001" in page_of(world, "secretary", query="?personal=1")
    entry = LedgerEntry.objects.get(event="kernel.read")
    assert entry.subject_id == world.active.pk and "13800000001" not in str(entry.data)


def test_the_authority_never_sees_personal_facts(world: World) -> None:
    page = page_of(world, "authority", query="?personal=1")
    assert "1380" not in page
    assert not LedgerEntry.objects.filter(event="kernel.read").exists()


def test_every_kind_draws_its_lifecycle() -> None:
    for model in (Organisation, Agreement):
        machine = model.MACHINE
        for stage in machine.stages:
            drawn = steps(machine, stage)
            assert [step.word for step in drawn if step.state in ("here", "over")] == [stage]
            assert len({step.word for step in drawn}) == len(drawn)
