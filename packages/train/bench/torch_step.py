#!/usr/bin/python3
"""PyTorch's time and memory for the step that step.ts times: width 16, 128 x 128, batch 16, Adam.

    apt-get install python3-torch
    /usr/bin/python3 torch_step.py [threads = 2] [rounds = 8]
"""
import os, resource, sys, time
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../scripts/bench"))
from torch_unet import Unet, dice_loss

threads, rounds = (int(sys.argv[i]) if len(sys.argv) > i else d for i, d in ((1, 2), (2, 8)))
torch.set_num_threads(threads)

net = Unet(16)
adam = torch.optim.Adam(net.parameters(), 1e-4)
x, t = torch.randn(16, 3, 128, 128), (torch.rand(16, 1, 128, 128) > 0.7).float()
wall, processor = [], []
for i in range(rounds + 1):
    begun, before = time.perf_counter(), time.process_time()
    adam.zero_grad(); dice_loss(net(x), t).backward(); adam.step()
    if i: wall.append((time.perf_counter() - begun) * 1e3); processor.append((time.process_time() - before) * 1e3)
median = lambda times: sorted(times)[len(times) // 2]
print(f"PyTorch {torch.__version__} {median(wall):.0f} ms (least {min(wall):.0f}), processor {median(processor):.0f} "
      f"(least {min(processor):.0f}), {threads} threads, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
