"""A limit on how long an answer may compute."""

import contextlib
import signal
import threading
from collections.abc import Iterator


class OutOfTime(BaseException):
    """The time is up. No Exception, so that an answer's `except Exception` does not catch it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime inside the block once it has computed for `seconds`, counted by the processor's clock.

    What waits, or shares a busy machine, is not interrupted for it. There is no limit where Python cannot interrupt itself:
    on Windows, outside the main thread, and while another such timer runs. A call into TensorFlow is interrupted when it
    comes back to Python.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
        or any(signal.getitimer(signal.ITIMER_VIRTUAL))
    ):
        yield
        return

    def stop(*_: object) -> None:
        raise OutOfTime

    previous = signal.signal(signal.SIGVTALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL if previous is None else previous)
