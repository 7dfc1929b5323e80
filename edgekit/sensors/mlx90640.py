"""From the MLX90640's raw words to temperatures. Nothing here has passed the gate.

Melexis, "MLX90640 32x24 IR array", datasheet 3901090640 rev. 12: section 11.1 restores the
calibration from the EEPROM, section 11.2 calculates; the numbers below are its subsections.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import SensorError

ROWS, COLUMNS = 24, 32
PIXELS = ROWS * COLUMNS
EEPROM_WORDS = 832
READING_WORDS = 835
"""RAM, control register, status before and after: ``firmware_bridge/PROTOCOL.md``, section 3."""

Celsius = NDArray[np.float64]
Words = NDArray[np.int64]

_CONTROL, _BEFORE, _AFTER, _NEW_DATA = 832, 833, 834, 8
_PTAT_ART, _CP0, _GAIN, _PTAT, _CP1, _VDD = 768, 776, 778, 800, 808, 810
_KELVIN = 273.15


def _signed(value: Words | int, bits: int) -> Words:
    """Two's complement of so many bits."""
    words = np.asarray(value, np.int64) & ((1 << bits) - 1)
    return words - ((words >> (bits - 1)) << bits)


def _one(value: int, bits: int) -> int:
    return int(_signed(value, bits))


def _nibbles(words: Words) -> Words:
    """Four signed nibbles a word, the lowest first."""
    shifts = np.array([0, 4, 8, 12])
    return _signed((words[:, None] >> shifts) & 15, 4).ravel()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What the EEPROM of one part says of it; arrays have the shape (24, 32)."""

    k_vdd: float
    vdd25: float
    resolution: int
    kv_ptat: float
    kt_ptat: float
    v_ptat25: float
    alpha_ptat: float
    gain: float
    tgc: float
    ks_ta: float
    ks_to: tuple[float, float, float, float]
    corners: tuple[float, float, float, float]
    chess: bool
    il_chess: tuple[float, float, float]
    cp_alpha: tuple[float, float]
    cp_offset: tuple[float, float]
    cp_kta: float
    cp_kv: float
    alpha: Celsius
    offset: Celsius
    kta: Celsius
    kv: Celsius
    dead: NDArray[np.bool_]

    @classmethod
    def from_eeprom(cls, words: tuple[int, ...]) -> "Calibration":
        """Restore it from 832 words, u16; SensorError on another number, or an empty part."""
        ee = np.array(words, np.int64)
        if len(ee) != EEPROM_WORDS or not ee[64:].any():
            raise SensorError(
                f"MLX90640 EEPROM of {len(ee)} words: expected {EEPROM_WORDS}, not all zero",
                hint="is the array wired, and powered with 3.3 V?",
            )
        fields: dict[str, Any] = _supply(ee) | _range(ee) | _compensation(ee) | _pixels(ee)
        return cls(**fields)

    def temperatures(
        self, words: tuple[int, ...], *, emissivity: float = 0.95, ambient: float | None = None
    ) -> tuple[int, Celsius]:
        """Return the subpage that was read, 0 or 1, and degrees Celsius; NaN in the other one.

        Args:
            words: 835 words of one reading.
            emissivity: of what is looked at, 0 < emissivity <= 1.
            ambient: temperature that is reflected; None = the part's own less 8 K (11.2.2.9).

        Pixels that the EEPROM calls broken or outlying are NaN (section 9).

        Raises:
            SensorError: the reading is torn, or not of this form.
        """
        ram = np.array(words, np.int64)
        if len(ram) != READING_WORDS or ram[_AFTER] & _NEW_DATA:
            raise SensorError("MLX90640 reading is torn: the subpage changed while it was read")
        subpage = int(ram[_BEFORE]) & 1
        vdd = self._supply_of(ram)
        own = self._own_temperature(ram, vdd)
        chess = bool(ram[_CONTROL] & 0x1000)
        infrared = self._infrared(ram, subpage, chess=chess, drift=(own - 25, vdd - 3.3))
        around = own - 8 if ambient is None else ambient
        reflected = (around + _KELVIN) ** 4
        mixed = reflected - (reflected - (own + _KELVIN) ** 4) / emissivity
        alpha = (self.alpha - self.tgc * self.cp_alpha[subpage]) * (1 + self.ks_ta * (own - 25))
        found = self._to_celsius(infrared / emissivity, alpha, mixed)
        return subpage, np.where((_pattern(chess=chess) == subpage) & ~self.dead, found, np.nan)

    def own_celsius(self, words: tuple[int, ...]) -> float:
        """Return the temperature of the part itself."""
        ram = np.array(words, np.int64)
        return self._own_temperature(ram, self._supply_of(ram))

    def _supply_of(self, ram: Words) -> float:
        """Volts, 11.2.2.2."""
        resolution = (int(ram[_CONTROL]) & 0x0C00) >> 10
        corrected = 2.0 ** (self.resolution - resolution) * _one(int(ram[_VDD]), 16)
        return (corrected - self.vdd25) / self.k_vdd + 3.3

    def _own_temperature(self, ram: Words, vdd: float) -> float:
        """Degrees Celsius of the part itself, 11.2.2.3."""
        ptat, art = _one(int(ram[_PTAT]), 16), _one(int(ram[_PTAT_ART]), 16)
        ratio = ptat / (ptat * self.alpha_ptat + art) * 2**18
        return (ratio / (1 + self.kv_ptat * (vdd - 3.3)) - self.v_ptat25) / self.kt_ptat + 25

    def _infrared(
        self, ram: Words, subpage: int, *, chess: bool, drift: tuple[float, float]
    ) -> Celsius:
        """Gain, offset and gradient compensated, 11.2.2.4 to 11.2.2.8."""
        warmer, more_volts = drift
        gain = self.gain / _one(int(ram[_GAIN]), 16)
        pixels = _signed(ram[:PIXELS], 16).reshape(ROWS, COLUMNS) * gain
        pixels = pixels - self.offset * (1 + self.kta * warmer) * (1 + self.kv * more_volts)
        offset = self.cp_offset[subpage]
        if chess != self.chess:
            row, conversion = _interleaved()
            pixels = pixels + self.il_chess[2] * (2 * row - 1) - self.il_chess[1] * conversion
            offset += self.il_chess[0] * subpage
        blind = _one(int(ram[(_CP0, _CP1)[subpage]]), 16) * gain
        blind -= offset * (1 + self.cp_kta * warmer) * (1 + self.cp_kv * more_volts)
        return np.asarray(pixels - self.tgc * blind, np.float64)

    def _to_celsius(self, infrared: Celsius, alpha: Celsius, mixed: float) -> Celsius:
        """11.2.2.9, and 11.2.2.9.1.3 for the ranges of the object's temperature."""
        ks = self.ks_to
        with np.errstate(invalid="ignore", divide="ignore"):  # a dead pixel becomes NaN
            root = np.sqrt(np.sqrt(alpha**3 * (infrared + alpha * mixed))) * ks[1]
            first = np.sqrt(np.sqrt(infrared / (alpha * (1 - ks[1] * _KELVIN) + root) + mixed))
            first -= _KELVIN
            where = np.searchsorted(np.array(self.corners[1:]), first, side="right")
            corner = np.array(self.corners)[where]
            slope = (
                alpha * self._range_gains()[where] * (1 + np.array(ks)[where] * (first - corner))
            )
            return np.asarray(np.sqrt(np.sqrt(infrared / slope + mixed)) - _KELVIN, np.float64)

    def _range_gains(self) -> Celsius:
        ks, corners = self.ks_to, self.corners
        third = 1 + ks[1] * corners[2]
        fourth = third * (1 + ks[2] * (corners[3] - corners[2]))
        return np.array([1 / (1 + ks[0] * 40), 1.0, third, fourth])


def _interleaved() -> tuple[Words, Words]:
    """Which subpage a row belongs to, and the sign of each column's conversion (11.1.3.1)."""
    p = np.arange(PIXELS, dtype=np.int64)
    row = p // 32 % 2
    conversion = ((p + 2) // 4 - (p + 3) // 4 + (p + 1) // 4 - p // 4) * (1 - 2 * row)
    return row.reshape(ROWS, COLUMNS), conversion.reshape(ROWS, COLUMNS)


def _pattern(*, chess: bool) -> Words:
    """Subpage of each pixel."""
    row, _ = _interleaved()
    return row ^ (np.arange(COLUMNS) % 2) if chess else row


def _supply(ee: Words) -> dict[str, Any]:
    """11.1.1 and 11.1.2, 11.1.7."""
    return {
        "k_vdd": _one(int(ee[51]) >> 8, 8) * 32,
        "vdd25": ((int(ee[51]) & 0xFF) - 256) * 32 - 8192,
        "resolution": int(ee[56]) >> 12 & 3,
        "kv_ptat": _one(int(ee[50]) >> 10, 6) / 4096,
        "kt_ptat": _one(int(ee[50]), 10) / 8,
        "v_ptat25": _one(int(ee[49]), 16),
        "alpha_ptat": (int(ee[16]) >> 12) / 4 + 8,
        "gain": _one(int(ee[48]), 16),
    }


def _range(ee: Words) -> dict[str, Any]:
    """11.1.8 to 11.1.10, 11.1.17."""
    step, scale = (int(ee[63]) >> 12 & 3) * 10, 1 << ((int(ee[63]) & 15) + 8)
    third = (int(ee[63]) >> 4 & 15) * step
    low, high = int(ee[61]), int(ee[62])
    return {
        "tgc": _one(int(ee[60]), 8) / 32,
        "ks_ta": _one(int(ee[60]) >> 8, 8) / 8192,
        "ks_to": tuple(_one(byte, 8) / scale for byte in (low, low >> 8, high, high >> 8)),
        "corners": (-40.0, 0.0, float(third), float(third + (int(ee[63]) >> 8 & 15) * step)),
        "chess": not int(ee[10]) & 0x0800,
        "il_chess": (
            _one(int(ee[53]), 6) / 16,
            _one(int(ee[53]) >> 6, 5) / 2,
            _one(int(ee[53]) >> 11, 5) / 8,
        ),
    }


def _compensation(ee: Words) -> dict[str, Any]:
    """The blind pixels that tell the drift, 11.1.12 to 11.1.16."""
    first = _one(int(ee[57]), 10) / 2.0 ** ((int(ee[32]) >> 12) + 27)
    offset = _one(int(ee[58]), 10)
    return {
        "cp_alpha": (first, (1 + _one(int(ee[57]) >> 10, 6) / 128) * first),
        "cp_offset": (float(offset), float(offset + _one(int(ee[58]) >> 10, 6))),
        "cp_kta": _one(int(ee[59]), 8) / 2.0 ** ((int(ee[56]) >> 4 & 15) + 8),
        "cp_kv": _one(int(ee[59]) >> 8, 8) / 2.0 ** (int(ee[56]) >> 8 & 15),
    }


def _spread(ee: Words, at: int, scales: int, remainder: Words) -> Words:
    """What rows, columns and each pixel add to a reference (11.1.3, 11.1.4), from word ``at``."""
    rows, columns = _nibbles(ee[at : at + 6]), _nibbles(ee[at + 6 : at + 14])
    by_row = (rows << (scales >> 8 & 15))[:, None]
    by_column = (columns << (scales >> 4 & 15))[None, :]
    return np.asarray(by_row + by_column + (remainder << (scales & 15)), np.int64)


def _pixels(ee: Words) -> dict[str, Any]:
    """11.1.3 to 11.1.6."""
    own = ee[64:].reshape(ROWS, COLUMNS)
    scales = int(ee[56])
    even = np.arange(ROWS)[:, None] % 2 * 2 + np.arange(COLUMNS)[None, :] % 2
    kta = np.array([ee[54] >> 8, ee[55] >> 8, ee[54], ee[55]])
    kv = np.array([ee[52] >> 12, ee[52] >> 4, ee[52] >> 8, ee[52]])
    offset = _spread(ee, 18, int(ee[16]), _signed(own >> 10, 6)) + _one(int(ee[17]), 16)
    alpha = _spread(ee, 34, int(ee[32]), _signed(own >> 4, 6)) + int(ee[33])
    slopes = _signed(kta, 8)[even] + (_signed(own >> 1, 3) << (scales & 15))
    return {
        "dead": (own == 0) | (own & 1 == 1),
        "offset": offset.astype(np.float64),
        "alpha": alpha / 2.0 ** ((int(ee[32]) >> 12) + 30),
        "kta": slopes / 2.0 ** ((scales >> 4 & 15) + 8),
        "kv": _signed(kv, 4)[even] / 2.0 ** (scales >> 8 & 15),
    }
