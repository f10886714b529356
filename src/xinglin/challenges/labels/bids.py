"""Parameters of bids. Pure."""

from xinglin.kernel.phrases import Phrase, say

LABELS: dict[str, Phrase] = {
    "title": say("Title"),
    "summary": say("Summary"),
    "route": say("Technical route"),
    "price_fen": say("Price"),
    "months": say("Months needed"),
    "members": say("Team"),
    "plan": say("Milestones"),
    "costs": say("Budget of the bid"),
    "controllers": say("Who controls the bidder"),
    "guarantee_account": say("Account the guarantee was paid from"),
    "credit_code": say("Credit code"),
    "works": say("Representative works"),
    "relations": say("Declared relations"),
    "legal_representative": say("Legal representative"),
    "conflict_statement": say("Conflicts of interest"),
    "credit_commitment": say("All parties and leaders have a good credit record and commit to it in writing"),
    "no_conflict": say("There is no conflict of interest"),
    "name": say("Name"),
    "institution": say("Institution"),
    "part": say("Part"),
    "phone": say("Telephone"),
    "email": say("E-mail"),
    "share_percent": say("Share in %"),
    "category": say("Kind"),
    "authors": say("Authors"),
    "published_on": say("Published on"),
    "content": say("Content"),
    "due_months": say("Due in month"),
    "related_to": say("Related organisation"),
    "relation": say("Relation"),
    "remark": say("Remark"),
    "reasons": say("Reasons"),
    "explanation": say("What the bidder is told"),
    "passphrase": say("Passphrase"),
    "again": say("The same passphrase again"),
    "account_id": say("Account"),
    "side": say("Side"),
}
HELPS: dict[str, Phrase] = {
    "works": say("At most five of a kind, of the last three years."),
    "members": say("Exactly one leader. Shares only for a consortium; together 100 %."),
    "plan": say("Shares of the price, together 100 %."),
    "relations": say("Every organisation you hold, manage or share a legal representative with, as far as it bids or "
                     "posts challenges."),
    "costs": say("Not asked for. Lines that are given add up to the price."),
    "controllers": say("Whoever decides in the end: people, organisations with their credit code, or the state through "
                       "an authority. Two bidders under one control are excluded."),
    "guarantee_account": say("Only if a guarantee was paid. Kept encrypted, shown by its last four signs, compared "
                             "with the accounts of other bidders after the opening."),
    "legal_representative": say("Needed when an organisation bids."),
    "conflict_statement": say("Leave empty and tick below if there is none."),
}  # fmt: skip
