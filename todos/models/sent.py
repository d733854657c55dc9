from django.db import models

from todos.models.chat import Chat


class Sent(models.Model):
    """A message of ours that showed a list: whoever quotes it means the rows that it had."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="sent")
    message_id = models.CharField(max_length=64, unique=True)
    #: Ids of the tasks by their numbers in the message, from 1 on.
    tasks = models.JSONField(default=list)
    at = models.DateTimeField(db_index=True)  # prune: the oldest first

    def __str__(self) -> str:
        return self.message_id
