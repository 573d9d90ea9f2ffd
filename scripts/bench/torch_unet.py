"""Fig. 2 in PyTorch and the paper's loss, for peers.py and packages/train/bench/torch_step.py."""
import torch
from torch import nn

pair = lambda i, o: nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True),
                                  nn.Conv2d(o, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True))


class Unet(nn.Module):
    """Four down blocks, a bottleneck, four up blocks; base width w, three channels in, one out."""
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
