from django.db import models

from todos.models.chat import Chat


class Sent(models.Model):
    """A message of ours that showed a list: whoever quotes it means the rows that it had."""

    # No constraint: to check it MySQL would wait for whoever applies that chat's events just then, and every
    # settled batch with it.
    chat = models.ForeignKey(Chat, models.CASCADE, related_name="sent", db_constraint=False)
    message_id = models.CharField(max_length=64, unique=True)
    #: Ids of the tasks by their numbers in the message, from 1 on.
    tasks = models.JSONField(default=list)
    at = models.DateTimeField(db_index=True)  # prune: the oldest first

    def __str__(self) -> str:
        return self.message_id
