"""Who may see which organisations and people."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from xinglin.kernel import permits
from xinglin.kernel.permits import Actor
from xinglin.kernel.words import Role
from xinglin.roster.models import Affiliation, Organisation, Person
from xinglin.roster.words.register import RecordStage

WHOLE_ALLIANCE = (Role.SECRETARIAT, Role.AUTHORITY)


def organisations_for(actor: Actor) -> QuerySet[Organisation]:
    """The public sees the register; those at work also see what was proposed by or for their own organisation."""
    rows = Organisation.objects.select_related("parent")
    if permits.is_the_program(actor) or permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    return rows.filter(Q(stage=RecordStage.ACTIVE) | own_organisations(actor))


def own_organisations(actor: Actor) -> Q:
    """The organisations the actor holds a grant in, and their branches."""
    ids = permits.scope_ids(actor, "organisation")
    return Q(pk__in=ids) | Q(parent_id__in=ids)


def people_for(actor: Actor) -> QuerySet[Person]:
    """The public sees those who agreed; people at work in the alliance see the register; the office sees everything."""
    live = Affiliation.objects.filter(until=None).select_related("organisation").order_by("-main", "created_at")
    rows = Person.objects.prefetch_related(Prefetch("affiliations", live, to_attr="places"), "specialties")
    if permits.holds(actor, *WHOLE_ALLIANCE):
        return rows
    if actor is None or permits.only_resident(actor):
        return rows.filter(stage=RecordStage.ACTIVE, consent_publish_at__isnull=False)
    return rows.filter(Q(stage=RecordStage.ACTIVE) | own_people(actor))


def own_people(actor: Actor) -> Q:
    """The actor themselves, and the people of their organisations."""
    places = permits.scope_ids(actor, "organisation")
    people = Affiliation.objects.filter(organisation_id__in=places, until=None).values("person_id")
    return Q(pk__in=permits.scope_ids(actor, "person")) | Q(pk__in=people)


def sees_personal(actor: Actor, person: Person) -> bool:
    """Personal data is for the office, the person's own institution, and the person."""
    return permits.holds(actor, Role.SECRETARIAT, Role.LIAISON, Role.EXPERT, scopes=person.scopes())
