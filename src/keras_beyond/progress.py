"""Training made visible: one line an epoch, without times, so that a committed output stays short and stable."""

from tensorflow import keras


class EpochLine(keras.callbacks.Callback):
    """A callback for `fit(..., verbose=0)`: prints each epoch's figures in one line."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Print the figures of the epoch that has ended."""
        figures = "  ".join(f"{name} {value:.3f}" for name, value in (logs or {}).items())
        print(f"epoch {epoch + 1}/{self.params['epochs']}  {figures}")
