#!/usr/bin/env python3
"""Writes reference.json: SciPy's, NumPy's and OpenCV's answers that the golden vectors do not hold.

    python3 reference.py     (numpy, scipy 1.13 or later, opencv)
"""
import json, os
import numpy as np, scipy, cv2
from scipy import stats

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.RandomState(7)
out = {"versions": {"numpy": np.__version__, "scipy": scipy.__version__, "opencv": cv2.__version__}, "wilcoxon": [], "wilcoxonInfinite": [], "signFlips": [], "summary": [], "boundaryIou": []}
# Exact with ties: every pattern of signs, which SciPy's default counts for up to 13 pairs.
patterns = stats.PermutationMethod(n_resamples=np.inf)
for n, mode, tied in ((6, "exact", 0), (12, "exact", 0), (40, "exact", 0), (5, "tied", 1), (9, "tied", 1), (13, "tied", 1), (16, "tied", 1),
                      (120, "asymptotic", 1), (120, "asymptotic", 0), (400, "asymptotic", 0)):
    a = rng.uniform(0.6, 1, n)
    b = a - rng.normal(0.02, 0.05, n)
    if tied:  # rounded scores tie, in size and with zero; eighths tie exactly, decimals up to their last bit
        a, b = np.round(a * 8) / 8 + rng.randint(0, 3, n) / 8, np.round(b * 8) / 8
    r = stats.wilcoxon(a, b, method=patterns if mode == "tied" else mode)
    out["wilcoxon"].append({"a": a.tolist(), "b": b.tolist(), "mode": mode, "statistic": float(r.statistic), "p": float(r.pvalue)})
# What a method missed is infinitely far: the largest difference, whichever way; where both missed there is none.
inf = float("inf")
for a, b in (([1, 2, 3, 4, 5, 6], [inf, inf, inf, inf, inf, 5.5]), ([1, 2, 3, inf, 5, 6, 2.5], [2, 2.5, inf, 4, 4.75, inf, 2]),
             ([inf, 2, 3, 4, 5, 6, 7], [inf, 2.5, inf, 4.25, 5.125, 5, inf])):
    r = stats.wilcoxon(a, b, method=patterns, nan_policy="omit")
    out["wilcoxonInfinite"].append({"a": list(map(str, a)), "b": list(map(str, b)), "statistic": float(r.statistic), "p": float(r.pvalue)})
for n in (2, 5, 9, 14):
    a, b = rng.uniform(0.6, 1, n), rng.uniform(0.55, 0.95, n)
    r = stats.permutation_test((a, b), lambda x, y, axis: np.mean(x - y, axis=axis), permutation_type="samples", vectorized=True, n_resamples=np.inf)
    out["signFlips"].append({"a": a.tolist(), "b": b.tolist(), "p": float(r.pvalue)})
for values in (rng.gamma(2, 3, 37), rng.normal(0, 1, 4), np.append(rng.normal(5, 1, 30), [20.0, -9.0])):
    q1, med, q3 = np.percentile(values, [25, 50, 75])
    inside = values[(values >= q1 - 1.5 * (q3 - q1)) & (values <= q3 + 1.5 * (q3 - q1))]
    outliers = np.sort(values[(values < inside.min()) | (values > inside.max())])
    boot = stats.bootstrap((values,), np.mean, method="percentile", n_resamples=20000, random_state=1).confidence_interval
    out["summary"].append({"values": values.tolist(), "mean": values.mean(), "sd": values.std(ddof=1), "q1": q1, "median": med, "q3": q3,
                           "whiskerLow": inside.min(), "whiskerHigh": inside.max(), "outliers": outliers.tolist(), "ci": [boot.low, boot.high]})


def band(mask, d):
    """The boundary IoU authors' mask_to_boundary: pad with background, erode d times by 3x3, subtract."""
    padded = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    return mask - cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=d)[1:-1, 1:-1]


yy, xx = np.mgrid[:40, :56]
one = (((yy - 18) / 12) ** 2 + ((xx - 25) / 19) ** 2 < 1).astype(np.uint8)
two = ((((yy - 20) / 13) ** 2 + ((xx - 28) / 17) ** 2 < 1) & ((yy - 20) ** 2 + (xx - 30) ** 2 > 16)).astype(np.uint8)
edge = (yy < 15).astype(np.uint8)
for a, b in ((one, two), (one, edge), (two, np.ones_like(two))):
    for d in (1, 2, 5, 30):
        p, q = band(a, d), band(b, d)
        out["boundaryIou"].append({"shape": list(a.shape), "pred": "".join(map(str, a.ravel())), "gt": "".join(map(str, b.ravel())), "width": d, "iou": float((p & q).sum() / (p | q).sum())})
os.makedirs(os.path.join(here, "fixtures"), exist_ok=True)
json.dump(out, open(os.path.join(here, "fixtures", "reference.json"), "w"))
