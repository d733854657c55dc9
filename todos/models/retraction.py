from django.db import models


class Retraction(models.Model):
    """A message that was unsent or edited. What it said before that moment does not count and is not kept.

    It may be known before the message itself, which LINE may deliver late or again.
    """

    message_id = models.CharField(max_length=64, unique=True)
    #: LINE's, in milliseconds: of the unsend, or of the latest edit.
    timestamp = models.BigIntegerField()

    def __str__(self) -> str:
        return self.message_id
