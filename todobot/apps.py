from django.apps import AppConfig


class TodobotConfig(AppConfig):
    name = "todobot"

    def ready(self) -> None:
        from todobot import checks  # noqa: F401  (registers them)
