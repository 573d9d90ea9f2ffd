#!/usr/bin/env python3
"""Times the fastest common peers of clickseg's kernels, on arrays that it first writes for clickseg to time too.

It needs NumPy, SciPy and OpenCV for Python. The tables in packages/*/bench/RESULTS.md are of Debian 12's: Python 3.11,
NumPy 1.24.2, SciPy 1.10.1, OpenCV 4.6.0 (pip's OpenCV carries Intel's IPP, which makes some of its fields faster).

    apt-get install python3-numpy python3-scipy python3-opencv [python3-torch]
    mkdir -p DIR
    python3 scripts/bench/peers.py DIR > DIR/rows.jsonl    # writes DIR/*.u8 and manifest.json, prints one JSON line a row
    npm run bench -- DIR                                    # right after, on the same machine
    python3 scripts/bench/peers.py DIR --torch              # adds the U-Net forward and train-step rows (minutes)

Ratios count, absolute times do not: divide median by median. All rows are single-threaded unless `threads` says otherwise.
Manifest: {"cases": {name: {"file", "dtype": "uint8", "shape": [..C order..], "spacing": [..same order..]}}}.
"""
import gc, json, os, sys, time
for v in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(v, "1")
import numpy as np, cv2
from scipy import ndimage as ndi
from scipy.spatial import cKDTree

cv2.setNumThreads(1)
out = sys.argv[1]
os.makedirs(out, exist_ok=True)


def lobe(shape, seed, radii=None, centre=None):
    """A smooth organ-like lobe: an ellipse (ellipsoid) whose radius wobbles with the angle."""
    rng = np.random.RandomState(seed)
    centre = np.array(centre if centre is not None else [s / 2 for s in shape], float)
    radii = np.array(radii if radii is not None else [0.3 * s for s in shape], float)
    grid = np.stack(np.meshgrid(*[np.arange(s) for s in shape], indexing="ij"), -1)
    unit = (grid - centre) / radii
    angle = np.arctan2(unit[..., -2], unit[..., -1])
    edge = 1 + sum(0.18 / k * rng.uniform(0.3, 1) * np.cos(k * angle + rng.uniform(0, 6.283)) for k in range(2, 7))
    return np.sqrt((unit ** 2).sum(-1)) <= edge


def wrong(mask, seed, shift, extra, hole):
    """A plausible wrong prediction of `mask`: moved, with an added ball and a hole."""
    rng = np.random.RandomState(seed)
    moved = np.roll(mask, shift, tuple(range(mask.ndim)))
    inside = np.argwhere(moved)
    grid = np.stack(np.meshgrid(*[np.arange(s) for s in mask.shape], indexing="ij"), -1)
    ball = lambda r: ((grid - inside[rng.randint(len(inside))]) ** 2).sum(-1) <= r * r
    return (moved | ball(extra)) & ~ball(hole)


def blobs(shape, seed, smooth, part):
    noise = ndi.gaussian_filter(np.random.RandomState(seed).standard_normal(shape), smooth, mode="nearest")
    return noise > np.quantile(noise, 1 - part)


cases = {
    "organ_gt": (lobe((512, 512), 10, (120, 95)), [0.9, 0.9]),
    "blobs": (blobs((512, 512), 3, 6, 0.3), [0.9, 0.9]),
    "volume_gt": (lobe((128, 192, 192), 12), [2.5, 0.8, 0.8]),
}
cases["organ_pred"] = (wrong(cases["organ_gt"][0], 11, (6, -3), 30, 25), [0.9, 0.9])
cases["volume_pred"] = (wrong(cases["volume_gt"][0], 13, (2, 4, -3), 14, 12), [2.5, 0.8, 0.8])
manifest = {"cases": {}, "clicks": np.random.RandomState(5).randint(0, 512, (30, 2)).tolist()}
for name, (mask, spacing) in cases.items():
    mask.astype(np.uint8).tofile(os.path.join(out, name + ".u8"))
    manifest["cases"][name] = {"file": name + ".u8", "dtype": "uint8", "shape": list(mask.shape), "spacing": spacing}
json.dump(manifest, open(os.path.join(out, "manifest.json"), "w"), indent=1)


def row(task, peer, f, budget=3.0, least=5, threads=1):
    f(); gc.collect(); gc.disable()
    times, start = [], time.perf_counter()
    while len(times) < least or (time.perf_counter() - start < budget and len(times) < 400):
        a = time.perf_counter(); f(); times.append((time.perf_counter() - a) * 1e3)
    gc.enable()
    print(json.dumps({"task": task, "peer": peer, "median_ms": round(float(np.median(times)), 4),
                      "min_ms": round(min(times), 4), "runs": len(times), "threads": threads}), flush=True)


# guidance: both channels of a 512x512 slice, sigma 2, min-max to [0, 1]
points = manifest["clicks"]
for n in (1, 5, 15):
    def impulses():
        maps = np.zeros((2, 512, 512), np.float32)
        for i, (y, x) in enumerate(points[: 2 * n]):
            maps[i % 2, y, x] = 1
        return maps
    scale = lambda g: (g - g.min()) / (g.max() - g.min())
    row(f"guidance 512 {n}+{n} clicks", "opencv GaussianBlur 17x17",
        lambda: [scale(cv2.GaussianBlur(m, (17, 17), 2, borderType=cv2.BORDER_CONSTANT)) for m in impulses()])
    row(f"guidance 512 {n}+{n} clicks", "scipy gaussian_filter float32",
        lambda: [scale(ndi.gaussian_filter(m, 2, mode="constant")) for m in impulses()])

# distance fields
organ, blob = cases["organ_gt"][0], cases["blobs"][0]
for name, mask in (("organ_gt", organ), ("blobs", blob)):
    u8 = mask.astype(np.uint8)
    row(f"distance 512 {name} chessboard", "opencv DIST_C", lambda: cv2.distanceTransform(u8, cv2.DIST_C, 3))
    row(f"distance 512 {name} chessboard", "scipy cdt", lambda: ndi.distance_transform_cdt(mask))
    row(f"distance 512 {name} chamfer 3x3", "opencv DIST_L2 3", lambda: cv2.distanceTransform(u8, cv2.DIST_L2, 3))
    row(f"distance 512 {name} chamfer 5x5", "opencv DIST_L2 5", lambda: cv2.distanceTransform(u8, cv2.DIST_L2, 5))
    row(f"distance 512 {name} euclidean", "opencv precise", lambda: cv2.distanceTransform(u8, cv2.DIST_L2, 0))
    row(f"distance 512 {name} euclidean", "scipy edt", lambda: ndi.distance_transform_edt(mask))

# one simulated correction: disparity, chessboard fields, sign by area, sample exp(d) - 1 (what MONAI DeepGrow computes)
gt, pred = organ, cases["organ_pred"][0]
rng = np.random.RandomState(0)
def click():
    miss, spill = gt & ~pred, pred & ~gt
    region = miss if miss.sum() >= spill.sum() else spill
    depth = ndi.distance_transform_cdt(region).ravel()
    where = np.flatnonzero(depth)
    p = np.exp(depth[where].astype(np.float64)) - 1
    return rng.choice(where, p=p / p.sum())
row("simulated click 512", "numpy + scipy cdt", click)

# surface metrics: Hausdorff, its 95th percentile and the average symmetric distance, in mm
def border(mask):
    return mask ^ ndi.binary_erosion(mask)
def by_transform(a, b, spacing):
    ba, bb = border(a), border(b)
    d = np.concatenate((ndi.distance_transform_edt(~bb, spacing)[ba], ndi.distance_transform_edt(~ba, spacing)[bb]))
    return d.max(), np.percentile(d, 95), d.mean()
def by_tree(a, b, spacing):
    pa, pb = np.argwhere(border(a)) * spacing, np.argwhere(border(b)) * spacing
    d = np.concatenate((cKDTree(pb).query(pa)[0], cKDTree(pa).query(pb)[0]))
    return d.max(), np.percentile(d, 95), d.mean()
for name, a, b, long in (("512", "organ_gt", "organ_pred", False), ("128x192x192", "volume_gt", "volume_pred", True)):
    (ma, spacing), mb = cases[a], cases[b][0]
    row(f"HD+HD95+ASSD {name}", "scipy edt (MedPy's definition)", lambda: by_transform(ma, mb, spacing), 12 if long else 3, 3)
    row(f"HD+HD95+ASSD {name}", "scipy KD-tree on border points", lambda: by_tree(ma, mb, np.array(spacing)), 8 if long else 3, 3)
    row(f"Dice {name}", "numpy", lambda: 2 * (ma & mb).sum() / (ma.sum() + mb.sum()))

if "--torch" in sys.argv:
    import torch
    from torch_unet import Unet, dice_loss
    torch.set_num_threads(2)
    for w, size, batch in ((16, 128, 16), (8, 128, 8), (16, 256, 4)):
        net = Unet(w); opt = torch.optim.Adam(net.parameters(), 1e-4)
        x, t = torch.randn(batch, 3, size, size), (torch.rand(batch, 1, size, size) > 0.7).float()
        def step():
            opt.zero_grad(); dice_loss(net(x), t).backward(); opt.step()
        row(f"train step w{w} {size} batch {batch}", "torch " + torch.__version__, step, 20, 3, 2)
    for w, size in ((8, 256), (16, 256), (8, 512), (16, 512)):
        net = Unet(w).eval(); x = torch.randn(1, 3, size, size)
        with torch.no_grad():
            row(f"forward w{w} {size}", "torch " + torch.__version__, lambda: net(x), 10, 5, 2)
