"""The chain: the database numbers and hashes each entry, and refuses to change one."""

from django.db import migrations

# `pg_temp` last: a temporary table must not stand in for the real one. SECURITY DEFINER:
# an application role needs no right of its own on the head.
NUMBER = """
CREATE FUNCTION audit_number() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head accounts_audithead%ROWTYPE;
BEGIN
    -- One writer at a time: the next one waits here until this transaction ends.
    SELECT * INTO STRICT head FROM accounts_audithead WHERE id = 1 FOR UPDATE;
    NEW.seq := head.seq + 1;
    NEW.at := clock_timestamp();
    -- Digits, hex and a time only, so that SQL and Python cannot write it differently.
    NEW.entry := '{"at":"'
        || to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        || '","facts":"' || encode(sha256(convert_to(NEW.facts, 'UTF8')), 'hex')
        || '","prev":"' || head.hash
        || '","seq":' || NEW.seq
        || ',"v":1,"words":'
        || coalesce(
            '"' || encode(sha256(convert_to(NEW.words, 'UTF8')), 'hex') || '"', 'null')
        || '}';
    NEW.hash := encode(
        sha256(convert_to('rnt-audit-1' || chr(10) || NEW.entry, 'UTF8')), 'hex');
    UPDATE accounts_audithead SET seq = NEW.seq, hash = NEW.hash WHERE id = 1;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_number BEFORE INSERT ON accounts_auditentry
FOR EACH ROW EXECUTE FUNCTION audit_number();
"""

APPEND_ONLY = """
CREATE FUNCTION audit_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append-only: % of % is refused.',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_append_only
BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditentry
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

HEAD = """
INSERT INTO accounts_audithead (id, seq, hash) VALUES (1, 0, repeat('0', 64));

CREATE FUNCTION audit_move_head() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Depth 2: the statement comes from the trigger of an entry, not from a session.
    IF pg_trigger_depth() > 1 AND NEW.id = OLD.id AND NEW.seq = OLD.seq + 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The head of the audit log moves only with a new entry.'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_head_moves_with_entry BEFORE UPDATE ON accounts_audithead
FOR EACH ROW EXECUTE FUNCTION audit_move_head();

CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON accounts_audithead
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

REVERSE = """
DROP TRIGGER audit_head_stays ON accounts_audithead;
DROP TRIGGER audit_head_moves_with_entry ON accounts_audithead;
DROP FUNCTION audit_move_head();
DROP TRIGGER audit_append_only ON accounts_auditentry;
DROP FUNCTION audit_refuse();
DROP TRIGGER audit_number ON accounts_auditentry;
DROP FUNCTION audit_number();
DELETE FROM accounts_audithead;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(NUMBER + APPEND_ONLY + HEAD, REVERSE)]
