"""Text columns that hold any character and compare to the letter, whatever the server's default is."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The admin's own log holds titles too.
TABLES = ["todos_chat", "todos_event", "todos_task", "todos_change", "django_admin_log"]


def compare_exactly(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """On MySQL and MariaDB: utf8mb4 (a server may default to latin1), compared by code point.

    There `ハハ` equals `パパ`, and one emoji another, under the usual collations. SQLite needs nothing.
    """
    if schema_editor.connection.vendor == "mysql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")


class Migration(migrations.Migration):
    atomic = False  # MySQL commits at each ALTER TABLE

    dependencies = [
        ("todos", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [migrations.RunPython(compare_exactly, migrations.RunPython.noop, elidable=False)]
