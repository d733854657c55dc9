from django.db import models


class Retraction(models.Model):
    """A message that was unsent or edited. What it said before that moment does not count and is not kept.

    It may be known before the message itself, which LINE may deliver late or again.
    """

    source_id = models.CharField(max_length=100)
    message_id = models.CharField(max_length=64)
    #: LINE's, in milliseconds: of the unsend, or of the latest edit.
    timestamp = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id", "source_id"], name="retraction_once"),
        ]

    def __str__(self) -> str:
        return self.message_id
