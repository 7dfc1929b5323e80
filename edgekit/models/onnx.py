"""One ONNX model in memory: telemetry off, one thread unless more are asked for, no spinning.

onnxruntime reports to its maker from version 1.29 on unless told not to before it is imported
(microsoft/onnxruntime, docs/Privacy.md). This module is the one place that imports it.
"""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import ModelError

TELEMETRY_OFF = ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED")
"""The name changed between releases: both are set."""

_ERRORS_ONLY = 3


class OnnxModel:
    """A loaded model.

    Args:
        data: the bytes of the ONNX file, already verified (`ModelStore.read`).
        name: how errors call it.
        threads: how many share the work of one run, >= 1.

    Raises:
        ModelError: not a model this runtime can load, or the runtime was imported with its
            telemetry on.
    """

    def __init__(self, data: bytes, *, name: str, threads: int = 1) -> None:
        runtime = import_runtime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = runtime.ExecutionMode.ORT_SEQUENTIAL
        # The memory plan reuses buffers only inside the arena: without it NanoDet takes 24 MB more.
        options.enable_cpu_mem_arena = True
        # A plan by sizes is made anew for each of them and kept: CenterFace takes 40 MB more by it.
        options.enable_mem_pattern = False
        options.log_severity_level = _ERRORS_ONLY
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        self._name = name
        try:
            self._session = runtime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise ModelError(f"model {name!r} cannot be loaded: {_first_line(error)}") from error
        self.input = str(self._session.get_inputs()[0].name)
        self.input_shape = tuple(self._session.get_inputs()[0].shape)
        self.outputs = tuple(str(output.name) for output in self._session.get_outputs())

    def run(self, blob: NDArray[np.float32]) -> Mapping[str, NDArray[np.float32]]:
        """Return every output by name for one input.

        Args:
            blob: float32, shape (1, 3, height, width).

        Raises:
            ModelError: the model fails on it.
        """
        try:
            values = self._session.run(None, {self.input: blob})
        except Exception as error:
            raise ModelError(f"model {self._name!r} failed: {_first_line(error)}") from error
        return dict(zip(self.outputs, values, strict=True))


def square_side(model: OnnxModel, kind: str) -> int:
    """Return the side of the model's square input; ModelError where it has another form."""
    shape = model.input_shape
    if len(shape) != 4 or shape[1] != 3 or shape[2] != shape[3]:  # noqa: PLR2004 -- (n, 3, h, w)
        raise ModelError(f"input of shape {shape}: expected (1, 3, side, side) of {kind}")
    return int(shape[2])


def import_runtime() -> ModuleType:
    """Return onnxruntime, imported with its telemetry off; ModelError where that comes too late."""
    if "onnxruntime" in sys.modules:
        if os.environ.get(TELEMETRY_OFF[0]) != "1":
            raise ModelError(
                "onnxruntime was imported with its telemetry on",
                hint=f"import edgekit.models.onnx first, or start with {TELEMETRY_OFF[0]}=1",
            )
    else:
        for name in TELEMETRY_OFF:
            os.environ[name] = "1"
    return import_module("onnxruntime")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
