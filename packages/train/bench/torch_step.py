#!/usr/bin/python3
"""PyTorch's time and memory for the step that step.ts times: width 16, 128 x 128, batch 16, Adam.

    apt-get install python3-torch
    /usr/bin/python3 torch_step.py [threads = 2] [rounds = 8]
"""
import resource, sys, time
import torch
from torch import nn

threads, rounds = (int(sys.argv[i]) if len(sys.argv) > i else d for i, d in ((1, 2), (2, 8)))
torch.set_num_threads(threads)
pair = lambda i, o: nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True),
                                  nn.Conv2d(o, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True))


class Unet(nn.Module):
    def __init__(self, w):
        super().__init__()
        c = [w << i for i in range(5)]
        self.down = nn.ModuleList([pair(3, c[0])] + [pair(c[i], c[i + 1]) for i in range(4)])
        self.up = nn.ModuleList([nn.ConvTranspose2d(c[i + 1], c[i], 2, 2) for i in range(4)])
        self.join = nn.ModuleList([pair(2 * c[i], c[i]) for i in range(4)])
        self.head = nn.Conv2d(w, 1, 1)

    def forward(self, x):
        skips = []
        for i, block in enumerate(self.down):
            x = block(x if i == 0 else nn.functional.max_pool2d(x, 2))
            skips.append(x)
        for i in (3, 2, 1, 0):
            x = self.join[i](torch.cat((self.up[i](x), skips[i]), 1))
        return torch.sigmoid(self.head(x))


def dice_loss(p, t):
    return (1 - 2 * (p * t).sum((1, 2, 3)) / ((p * p).sum((1, 2, 3)) + (t * t).sum((1, 2, 3)))).mean()


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
