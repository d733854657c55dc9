from django.db import models

from todos.models.chat import Chat


class Member(models.Model):
    """What somebody in a group or room is called there, as LINE told last."""

    chat = models.ForeignKey(Chat, models.CASCADE, related_name="members")
    user_id = models.CharField(max_length=100)
    name = models.CharField(max_length=100, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chat", "user_id"], name="member_once")]

    def __str__(self) -> str:
        return self.name or self.user_id
