"""What a signed client assertion must say (SMART backend services; RFC 7523). Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from xinglin.kernel.phrases import Phrase, say
from xinglin.kernel.refusals import Refusal

ALGORITHMS = ("RS384", "ES384")
LONGEST = 300  # seconds an assertion may live
SKEW = 30  # seconds two clocks may differ
TOKEN_SECONDS = 300
SCOPE = re.compile(r"system/(\*|[A-Z][A-Za-z]{1,40})\.(read|write|\*|(?=[cruds])c?r?u?d?s?)")
_OLDER = {"read": "rs", "write": "cud", "*": "cruds"}


class Unproven(Refusal):
    """An OAuth error: `error` is its code (RFC 6749 5.2), the sentence says what is wrong."""

    def __init__(self, error: str, sentence: Phrase):
        super().__init__(f"federation.{error}", sentence)
        self.error = error


def check_claims(
    claims: Mapping[str, Any], *, client_id: str, audiences: Collection[str], now: float
) -> tuple[str, float]:
    """The jti and the end of a lawful assertion. Raises Unproven."""
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise Unproven("invalid_client", say("The assertion names another client as issuer or subject."))
    said = claims.get("aud")
    said = said if isinstance(said, list) else [said]
    if not set(audiences) & {one for one in said if isinstance(one, str)}:
        raise Unproven("invalid_client", say("The assertion is meant for another address."))
    end, jti = claims.get("exp"), claims.get("jti")
    if isinstance(end, bool) or not isinstance(end, (int, float)):
        raise Unproven("invalid_client", say("The assertion does not say when it ends."))
    if end <= now - SKEW:
        raise Unproven("invalid_client", say("The assertion has expired."))
    if end > now + LONGEST + SKEW:
        raise Unproven("invalid_client", say("An assertion may live for five minutes at most."))
    for name in ("nbf", "iat"):
        since = claims.get(name)
        if since is not None and (isinstance(since, bool) or not isinstance(since, (int, float)) or since > now + SKEW):
            raise Unproven("invalid_client", say("The assertion begins in the future."))
    if not isinstance(jti, str) or not 8 <= len(jti) <= 200:
        raise Unproven("invalid_client", say("The assertion needs a number of its own (jti) of 8 to 200 characters."))
    return jti, float(end)


def granted(asked: str, allowed: Collection[str]) -> list[str]:
    """The scopes a token gets: what was asked, as far as the registration allows; never more. Raises Unproven."""
    wanted = asked.split()
    given = []
    for one in wanted:
        found = SCOPE.fullmatch(one)
        if found is None:
            raise Unproven("invalid_scope", say("“{scope}” is not a scope this server knows.", scope=one[:60]))
        letters = "".join(letter for letter in _letters(found[2]) if _reaches(found[1], letter, allowed))
        if letters:
            given.append(f"system/{found[1]}.{letters}")
    if not given:
        raise Unproven("invalid_scope", say("None of the scopes asked for is allowed to this client."))
    return list(dict.fromkeys(given))


def _letters(text: str) -> str:
    return _OLDER.get(text, text)


def _reaches(kind: str, letter: str, allowed: Collection[str]) -> bool:
    for one in allowed:
        found = SCOPE.fullmatch(one)
        if found and found[1] in ("*", kind) and letter in _letters(found[2]):
            return True
    return False


def check_scopes(scopes: Collection[str]) -> list[str]:
    """Scopes as registered. Raises Refusal for one that is none."""
    for one in scopes:
        if not SCOPE.fullmatch(one):
            raise Refusal(
                "federation.scope",
                say("“{scope}” is not a scope this server knows.", scope=one[:60]),
                say("Write scopes like system/Observation.rs or system/*.cruds."),
                field="scopes",
            )
    return list(dict.fromkeys(scopes))


def check_keys(told: Any) -> dict[str, Any]:
    """A JSON Web Key Set with public keys for signing alone. Raises Refusal."""
    keys = told.get("keys") if isinstance(told, dict) else None
    if not isinstance(keys, list) or not 0 < len(keys) <= 20 or not all(isinstance(one, dict) for one in keys):
        raise Refusal("federation.keys", say("This is not a JSON Web Key Set with one to twenty keys."), field="jwks")
    kept = []
    for one in keys:
        if any(part in one for part in ("d", "p", "q", "k")):
            raise Refusal("federation.private_key", say("This contains a private key; send the public ones only."),
                          say("Make a new pair: this one has been seen."), field="jwks")  # fmt: skip
        if one.get("kty") not in ("RSA", "EC") or not one.get("kid"):
            raise Refusal("federation.keys", say("Every key needs a number (kid) and must be an RSA or EC key."),
                          field="jwks")  # fmt: skip
        kept.append(
            {name: one[name] for name in ("kty", "kid", "alg", "use", "n", "e", "crv", "x", "y") if name in one}
        )
    return {"keys": kept}
