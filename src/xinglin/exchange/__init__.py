"""The exchange: results that count in every hospital.

Six sub-wings, each with the rooms every wing has; a sub-wing may use those named after it:

    federation    other cities are asked at order time; the gate that decides what may leave the mainland
    recognition   the answer at order time, decisions, savings
    intake        reports and results as hospitals send them: accepted, unchanged or quarantined
    consent       who may see whose results, and who did
    identity      one person across hospitals
    catalogue     standard items, mappings, scopes, rules, prices
"""
