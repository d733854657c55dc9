from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def compare_exactly(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Message ids are compared with those of the inbox, so as there: see 0002."""
    if schema_editor.connection.vendor == "mysql":
        table = "todos_retraction"
        schema_editor.execute(f"ALTER TABLE {table} CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")


class Migration(migrations.Migration):
    atomic = False  # MySQL commits at each ALTER TABLE

    dependencies = [("todos", "0002_compare_exactly")]

    operations = [
        migrations.CreateModel(
            name="Retraction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source_id", models.CharField(max_length=100)),
                ("message_id", models.CharField(max_length=64)),
                ("timestamp", models.BigIntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="retraction",
            constraint=models.UniqueConstraint(fields=("message_id", "source_id"), name="retraction_once"),
        ),
        migrations.AddIndex(
            model_name="event", index=models.Index(fields=["message_id"], name="event_message")
        ),
        migrations.RunPython(compare_exactly, migrations.RunPython.noop, elidable=False),
        migrations.RemoveConstraint(model_name="task", name="task_state"),
        migrations.AddField(
            model_name="task",
            name="said_in",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="task",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("done", "done"),
                    ("withdrawn", "withdrawn"),
                    ("erased", "erased"),
                ],
                default="open",
                max_length=9,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "done", "withdrawn", "erased"])), name="task_state"
            ),
        ),
    ]
