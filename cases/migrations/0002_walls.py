"""What the database itself holds of a wall, at the end of every transaction."""

from django.db import migrations

# Each first locks the file: two transactions that are right by themselves and wrong
# together end one after the other, and the second one is refused.
WALL = """
CREATE FUNCTION case_wall_holds() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    files bigint[];
    file bigint;
    file_level text;
BEGIN
    IF TG_TABLE_NAME = 'cases_casefile' THEN
        files := ARRAY[NEW.id];
    ELSIF TG_OP = 'DELETE' THEN
        files := ARRAY[OLD.case_id];
    ELSIF TG_OP = 'UPDATE' THEN
        files := ARRAY[OLD.case_id, NEW.case_id];
    ELSE
        files := ARRAY[NEW.case_id];
    END IF;
    FOREACH file IN ARRAY files LOOP
        SELECT level INTO file_level FROM cases_casefile
        WHERE id = file FOR NO KEY UPDATE;
        IF file_level = 'walled' AND 2 > (
            SELECT count(DISTINCT role) FROM cases_casemember
            WHERE case_id = file AND ended_at IS NULL AND role IN ('lead', 'keeper')
        ) THEN
            RAISE EXCEPTION 'A walled file needs a lead and a keeper.'
                USING ERRCODE = 'check_violation',
                    CONSTRAINT = 'case_wall_has_lead_and_keeper';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_wall_of_member
AFTER INSERT OR UPDATE OR DELETE ON cases_casemember
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION case_wall_holds();

CREATE CONSTRAINT TRIGGER case_wall_of_file
AFTER INSERT OR UPDATE OF level ON cases_casefile
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION case_wall_holds();
"""

BARS = """
CREATE FUNCTION case_bars_hold() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    file bigint;
    file_level text;
BEGIN
    IF TG_TABLE_NAME = 'cases_casefile' THEN
        file := NEW.id;
    ELSE
        file := NEW.case_id;
    END IF;
    SELECT level INTO file_level FROM cases_casefile
    WHERE id = file FOR NO KEY UPDATE;
    IF NOT EXISTS (
        SELECT FROM cases_casebar WHERE case_id = file AND ended_at IS NULL
    ) THEN
        RETURN NULL;
    END IF;
    IF file_level = 'organisation' THEN
        RAISE EXCEPTION 'A file of the whole organisation bars nobody.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'case_bars_need_named_people';
    END IF;
    IF EXISTS (
        SELECT FROM cases_casebar bar JOIN cases_casemember member
            ON member.case_id = bar.case_id AND member.user_id = bar.user_id
        WHERE bar.case_id = file AND bar.ended_at IS NULL
            AND member.ended_at IS NULL
            AND (member.until IS NULL OR member.until >= current_date)
    ) THEN
        RAISE EXCEPTION 'Somebody is barred from a file and named on it.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'case_barred_is_no_member';
    END IF;
    IF EXISTS (
        SELECT FROM cases_casebar bar JOIN cases_glass glass
            ON glass.case_id = bar.case_id
            AND bar.user_id IN (glass.asked_by_id, glass.consented_by_id)
        WHERE bar.case_id = file AND bar.ended_at IS NULL
            AND glass.state = 'open' AND glass.ends_at > clock_timestamp()
    ) THEN
        RAISE EXCEPTION 'Somebody is barred from a file and broke its glass.'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'case_barred_breaks_no_glass';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER case_bars_of_member
AFTER INSERT OR UPDATE ON cases_casemember
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION case_bars_hold();

CREATE CONSTRAINT TRIGGER case_bars_of_bar
AFTER INSERT OR UPDATE ON cases_casebar
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION case_bars_hold();

CREATE CONSTRAINT TRIGGER case_bars_of_glass
AFTER INSERT OR UPDATE ON cases_glass
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION case_bars_hold();

CREATE CONSTRAINT TRIGGER case_bars_of_file
AFTER UPDATE OF level ON cases_casefile
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION case_bars_hold();
"""

REVERSE = """
DROP TRIGGER case_bars_of_file ON cases_casefile;
DROP TRIGGER case_bars_of_glass ON cases_glass;
DROP TRIGGER case_bars_of_bar ON cases_casebar;
DROP TRIGGER case_bars_of_member ON cases_casemember;
DROP FUNCTION case_bars_hold();
DROP TRIGGER case_wall_of_file ON cases_casefile;
DROP TRIGGER case_wall_of_member ON cases_casemember;
DROP FUNCTION case_wall_holds();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunSQL(WALL + BARS, REVERSE)]
