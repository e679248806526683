"""One model in a fresh process, for `colorizer.bench.photo`; prints the figures of `Start` as JSON.

Arguments: model; time at which the process was started; a folder with small.jpg, large.jpg and, for a model whose
weights are not here, MODEL.pth with others.
"""

import json
import sys
import time
from pathlib import Path


def main(model: str, started: float, folder: Path) -> dict[str, float]:
    """Import, load, colour a small photo, then a large one."""
    begun = time.time()
    import torch

    from colorizer import freed
    from colorizer.architectures import architecture
    from colorizer.model import Colorizer
    from colorizer.photo import decode

    imported = time.time()
    freed.keep()
    weights = folder / f"{model}.pth"
    if weights.exists():
        row = architecture(model)
        network = row.build()
        network.load_state_dict(torch.load(weights, weights_only=True))
        colorizer = Colorizer(network, architecture=row, device=torch.device("cpu"))
    else:
        colorizer = Colorizer.load(model, device="cpu")
    loaded = time.time()
    colorizer.colorize(decode((folder / "small.jpg").read_bytes()).pixels)
    coloured, small = time.time(), _peak()
    colorizer.colorize(decode((folder / "large.jpg").read_bytes()).pixels)
    return {
        "importing": imported - begun,
        "loading": loaded - imported,
        "first": coloured - loaded,
        "together": coloured - started,
        "peak_small": small,
        "peak_large": _peak(),
    }


def _peak() -> float:
    """Largest resident set of this process so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux counts in ru_maxrss what the process was before it became this program
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 2**10
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]))))
