"""What the database itself refuses: a ledger row changed, removed or emptied."""

from django.db import migrations

GUARD = """
CREATE FUNCTION xinglin_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TABLES = ("kernel_ledgerentry", "kernel_ledgerseal", "kernel_ledgerleaf")


def guards() -> str:
    return GUARD + "".join(
        f"CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION xinglin_append_only();"
        f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
        "EXECUTE FUNCTION xinglin_append_only();"
        for table in TABLES
    )


def no_guards() -> str:
    return "".join(
        f"DROP TRIGGER {table}_rows ON {table}; DROP TRIGGER {table}_whole ON {table};" for table in TABLES
    ) + "DROP FUNCTION xinglin_append_only();"


class Migration(migrations.Migration):
    dependencies = (("kernel", "0001_initial"),)
    operations = (migrations.RunSQL(guards(), no_guards()),)
