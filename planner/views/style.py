"""The style sheet and the signs of the drawing."""

from collections.abc import Mapping

from planner.views.palette import CRITICAL, DARK_CRITICAL, DARK_FILLS, FILLS, Colour
from tinytown.states import TaskState

_FONT = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,'DejaVu Sans',sans-serif"

_LIGHT = {
    "ground": "#ffffff",
    "rim": "#d8dee4",
    "ink": "#1f2328",
    "faint": "#636c76",
    "line": "#a3acb8",
    "frame": "#f6f8fa",
    "inner": "#eceff3",
    "critical": CRITICAL,
}
_DARK = {
    "ground": "#0d1117",
    "rim": "#30363d",
    "ink": "#e6edf3",
    "faint": "#8d96a0",
    "line": "#5d6772",
    "frame": "#12171e",
    "inner": "#1a2029",
    "critical": DARK_CRITICAL,
}


def style() -> str:
    """The style sheet, for a light ground and, where the viewer prefers it, a dark one."""
    shape = (
        f"text{{font-family:{_FONT};font-size:11px}}"
        ".title{font-size:17px;font-weight:600}"
        ".id{font-size:13px;font-weight:600}"
        ".ground,.frame,.box{stroke-width:1}"
        ".box{stroke-width:1.2}"
        ".way{fill:none;stroke-width:1.4}"
        ".box.critical,.way.critical{stroke-width:2}"
        ".sign{fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}"
        ".ended .sign{stroke-width:1.8}"
    )
    return f"{shape}{_colours(_LIGHT, FILLS)}@media(prefers-color-scheme:dark){{{_colours(_DARK, DARK_FILLS)}}}"


def _colours(of: Mapping[str, str], fills: Mapping[TaskState, Colour]) -> str:
    rules = [
        f"text{{fill:{of['ink']}}}",
        f".faint{{fill:{of['faint']}}}",
        f".ground{{fill:{of['ground']};stroke:{of['rim']}}}",
        f".frame{{fill:{of['frame']};stroke:{of['rim']}}}",
        f".frame.inner{{fill:{of['inner']}}}",
        f".way{{stroke:{of['line']}}}",
        f".head{{fill:{of['line']}}}",
        f".track{{fill:{of['rim']}}}",
    ]
    for state, (fill, stroke) in fills.items():
        rules += [
            f".box.{state}{{fill:{fill};stroke:{stroke if state is not TaskState.PENDING else of['rim']}}}",
            f".{state}.sign{{stroke:{stroke}}}",
            f".{state}.dot,.{state}.part{{fill:{stroke}}}",
        ]
    rules += [
        f".mark{{stroke:{of['ground']}}}",
        f".way.critical,.box.critical{{stroke:{of['critical']}}}",
        f".head.critical,text.critical{{fill:{of['critical']}}}",
    ]
    return "".join(rules)


def sign(state: TaskState, x: float, y: float) -> str:
    """The sign of a state, with its middle at a point."""
    at = f'transform="translate({x:g} {y:g})"'
    ring = f'<circle class="sign {state}" r="5.2"/>'
    full = f'<circle class="dot {state}" r="6.2"/>'
    inner = {
        TaskState.PENDING: ring,
        TaskState.ASSIGNED: f'{ring}<path class="dot {state}" d="M0-5.2A5.2 5.2 0 0 1 0 5.2Z"/>',
        TaskState.RUNNING: f'{ring}<circle class="dot {state}" r="2.8"/>',
        TaskState.COMPLETED: f'{full}<path class="sign mark" d="M-2.7.2-.8 2.2 2.8-2"/>',
        TaskState.FAILED: f'{full}<path class="sign mark" d="M-2.2-2.2 2.2 2.2M-2.2 2.2 2.2-2.2"/>',
        TaskState.CANCELLED: f'{ring}<path class="sign {state}" d="M-3.6 3.6 3.6-3.6"/>',
    }
    return f"<g {at}>{inner[state]}</g>"
