"""What an exception may say in a log or to an operator."""

import traceback
from pathlib import Path


def describe(error: BaseException) -> str:
    """Its kind and where in our code it came from, never its text: that may quote what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "-packages" not in frame.filename] or list(frames)
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(ours[-3:]))
    return f"{type(error).__name__} at {places}" if places else type(error).__name__
