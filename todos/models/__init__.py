from todos.models.chat import Chat
from todos.models.event import Event
from todos.models.task import Change, Task

__all__ = ["Change", "Chat", "Event", "Task"]
