"""Words of an entry may go, and only when an entry of the log says so.

The guard asks what the verifier asks: does a later entry name this one as erased? So
nobody needs to be trusted to have asked the function below. It exists because the app's
own role has no right to change the log.
"""

from django.db import migrations

GUARD = """
DROP TRIGGER audit_append_only ON accounts_auditentry;
CREATE TRIGGER audit_append_only
BEFORE DELETE OR TRUNCATE ON accounts_auditentry
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE FUNCTION audit_only_erasure() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.words IS NOT NULL AND NEW.words IS NULL
        AND (NEW.seq, NEW.at, NEW.entry, NEW.facts, NEW.hash)
            = (OLD.seq, OLD.at, OLD.entry, OLD.facts, OLD.hash)
        AND EXISTS (
            SELECT FROM accounts_auditentry AS later
            WHERE later.action = 'audit.words_erased' AND later.seq > OLD.seq
                AND later.facts::jsonb -> 'erased' @> to_jsonb(OLD.seq)
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit log is append-only: % of % is refused.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_only_erasure BEFORE UPDATE ON accounts_auditentry
FOR EACH ROW EXECUTE FUNCTION audit_only_erasure();
"""

ERASE = """
CREATE FUNCTION audit_erase(new_facts text, new_words text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    named bigint[];
    missing bigint;
    own bigint;
BEGIN
    IF new_facts::jsonb ->> 'action' IS DISTINCT FROM 'audit.words_erased' THEN
        RAISE EXCEPTION 'Only an entry about an erasure erases words.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO accounts_auditentry (facts, words) VALUES (new_facts, new_words)
        RETURNING seq INTO own;
    SELECT array_agg(value::bigint) INTO named
        FROM jsonb_array_elements_text(new_facts::jsonb -> 'erased');
    SELECT min(wanted) INTO missing FROM unnest(named) AS wanted
        WHERE wanted >= own
            OR NOT EXISTS (SELECT FROM accounts_auditentry WHERE seq = wanted);
    IF named IS NULL OR missing IS NOT NULL THEN
        RAISE EXCEPTION 'There is no earlier entry % to erase.', missing
            USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE accounts_auditentry SET words = NULL
        WHERE seq = ANY (named) AND words IS NOT NULL;
    RETURN own;
END $$;

REVOKE EXECUTE ON FUNCTION audit_erase(text, text) FROM PUBLIC;
"""

REVERSE = """
DROP FUNCTION audit_erase(text, text);
DROP TRIGGER audit_only_erasure ON accounts_auditentry;
DROP FUNCTION audit_only_erasure();
DROP TRIGGER audit_append_only ON accounts_auditentry;
CREATE TRIGGER audit_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditentry
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_chain")]

    operations = [migrations.RunSQL(GUARD + ERASE, REVERSE)]
