from todos.models.chat import Chat
from todos.models.event import Event
from todos.models.member import Member
from todos.models.retraction import Retraction
from todos.models.sent import Sent
from todos.models.task import Change, Task

__all__ = ["Change", "Chat", "Event", "Member", "Retraction", "Sent", "Task"]
