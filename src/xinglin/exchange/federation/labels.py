"""What the parameters of the actions are called on a page (federation). Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "organisation_id": say("Hospital"),
    "name": say("Name"),
    "scopes": say("What it may do (SMART scopes)"),
    "jwks": say("Public keys (JWKS)"),
    "jwks_address": say("Address of the public keys"),
    "declares_visits": say("May say which visit it asks for"),
    "reason": say("Reason"),
    "city": say("City (GB/T 2260)"),
    "endpoint": say("FHIR address"),
    "kind": say("Kind"),
    "client_id": say("Our client id there"),
    "grant_address": say("Address of its token endpoint"),
    "access_secret": say("Private key or access token"),
    "contract_number": say("Contract number"),
    "contract_is_gba": say("It is a Greater Bay Area standard contract"),
    "filing_number": say("Filing number"),
    "impact_assessment": say("Impact assessment"),
    "security_assessment": say("Security assessment"),
}
HELPS: dict[str, Phrase] = {
    "scopes": say("For example system/Observation.rs, system/*.cruds; one per line."),
    "jwks": say("The JSON as the hospital sent it; never a private key."),
    "access_secret": say("With a client id: the private key (PEM). Without: an access token. It is kept encrypted."),
    "contract_number": say("Hong Kong and Macau only, like the three entries below."),
}
