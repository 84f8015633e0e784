from django.db import migrations

from notices.countries import known_countries


def seed(apps, schema_editor):
    country = apps.get_model("notices", "Country")
    country.objects.bulk_create(
        [
            country(
                code=entry.code,
                name=entry.name,
                alpha3=entry.alpha3,
                kind=entry.kind,
                slug=entry.slug,
            )
            for entry in known_countries().values()
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
