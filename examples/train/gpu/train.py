#!/usr/bin/env python3
"""Trains the Fig. 2 network in PyTorch on batches that `clickseg-train feed` draws, crops and clicks.

    python3 gpu/train.py --feed 'node dist/main.js feed --slices slices.bin --stage 12' --start start.bin --out runs/gpu

Each of --workers processes of the feed has its own share of the images; a step trains on several of their batches together.
Writes checkpoint-STAGE.bin, which `clickseg-train export --run` reads, and log.jsonl. Needs PyTorch 1.13 or later and NumPy.
"""
import argparse, functools, json, math, os, queue, shlex, subprocess, sys, threading, time
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

MAGIC = b"clickseg-checkpoint-1\n"
SIGMA, RADIUS = 2.0, 8  # the guidance's, pixels; SciPy cuts it at four deviations
INPUTS = 8  # image and two maps of clicks, filled up with zeros: tensor cores want eight


class Block(nn.Module):
    """Twice: 3x3 convolution, batch norm, ReLU."""

    def __init__(self, ci, co):
        super().__init__()
        self.conv = nn.ModuleList([nn.Conv2d(i, co, 3, padding=1, bias=False) for i in (ci, co)])
        self.norm = nn.ModuleList([nn.BatchNorm2d(co) for _ in range(2)])

    def forward(self, x):
        for conv, norm in zip(self.conv, self.norm):
            weight = conv.weight
            if x.shape[1] > weight.shape[1]:
                weight = F.pad(weight, (0, 0, 0, 0, 0, x.shape[1] - weight.shape[1]))
            x = F.relu(norm(F.conv2d(x, weight, padding=1)))
        return x

    def layout(self):
        for conv, norm in zip(self.conv, self.norm):
            yield from (conv.weight, norm.weight, norm.bias)


class Unet(nn.Module):
    """As packages/train/src/unet/topology.ts, its parameters in the same order."""

    def __init__(self, width, levels):
        super().__init__()
        c = [width << i for i in range(levels + 1)]
        self.down = nn.ModuleList([Block(3 if i == 0 else c[i - 1], c[i]) for i in range(levels)])
        self.bottleneck = Block(c[-2], c[-1])
        self.up = nn.ModuleList([nn.ConvTranspose2d(c[i + 1], c[i], 2, 2) for i in range(levels)])
        self.join = nn.ModuleList([Block(2 * c[i], c[i]) for i in range(levels)])
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, x):
        skips = []
        for block in self.down:
            skips.append(block(x))
            x = F.max_pool2d(skips[-1], 2)
        x = self.bottleneck(x)
        for i in reversed(range(len(skips))):
            x = self.join[i](torch.cat((self.up[i](x), skips[i]), 1))
        return self.head(x)

    def layout(self):
        """Parameters as a flat vector has them."""
        for block in (*self.down, self.bottleneck):
            yield from block.layout()
        for i in reversed(range(len(self.up))):
            yield from (self.up[i].weight, self.up[i].bias)
            yield from self.join[i].layout()
        yield from (self.head.weight, self.head.bias)

    def norms(self):
        blocks = (*self.down, self.bottleneck, *(self.join[i] for i in reversed(range(len(self.join)))))
        return [norm for block in blocks for norm in block.norm]


def flat(tensors):
    return torch.cat([t.detach().float().reshape(-1) for t in tensors]).cpu().numpy()


def fill(tensors, values):
    at = 0
    for t in tensors:
        t.data.copy_(torch.from_numpy(values[at:at + t.numel()].copy()).view(t.shape))
        at += t.numel()
    assert at == len(values), f"{len(values)} values for {at}"


def read_checkpoint(path):
    """Its weights: parameters, means, variances; the moving average where it has one."""
    data = open(path, "rb").read()
    assert data.startswith(MAGIC), f"{path} is no checkpoint"
    end = data.index(b"\n", len(MAGIC))
    lengths = json.loads(data[len(MAGIC):end])["lengths"]
    floats = np.frombuffer(data, np.float32, offset=end + 1)
    arrays = np.split(floats, np.cumsum(lengths)[:-1])
    return arrays[5:] if len(arrays) > 5 else [arrays[0], *arrays[3:5]]


class Average:
    """A moving average of all that training changes."""

    def __init__(self, net, keep):
        self.keep, self.steps = keep, 0
        self.now = [*net.layout(), *(n.running_mean for n in net.norms()), *(n.running_var for n in net.norms())]
        self.mean = [t.detach().clone() for t in self.now]

    def add(self):
        self.steps += 1
        keep = min(self.keep, self.steps / (self.steps + 9))
        torch._foreach_mul_(self.mean, keep)
        torch._foreach_add_(self.mean, [t.detach() for t in self.now], alpha=1 - keep)


def write_checkpoint(path, step, net, adam, average):
    layout, norms = list(net.layout()), net.norms()
    moment = lambda name: flat([adam.state[p][name] if p in adam.state else torch.zeros_like(p) for p in layout])
    statistics = [flat([n.running_mean for n in norms]), flat([n.running_var for n in norms])]
    mean, (p, c) = average.mean, (len(layout), len(norms))
    arrays = [flat(layout), moment("exp_avg"), moment("exp_avg_sq"), *statistics,
              flat(mean[:p]), flat(mean[p:p + c]), flat(mean[p + c:])]
    head = json.dumps({"step": step, "recipe": "gpu", "lengths": [len(a) for a in arrays]})
    with open(path + ".new", "wb") as f:
        f.write(MAGIC + head.encode() + b"\n")
        for a in arrays:
            f.write(a.astype("<f4").tobytes())
    os.replace(path + ".new", path)


class Feed:
    """One process of the feed: its batches go into a queue that all share, its answers leave through one of its own."""

    def __init__(self, command, number, ready):
        self.number, self.ready, self.answers = number, ready, queue.Queue()
        one = {**os.environ, "UV_THREADPOOL_SIZE": "2"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1 << 20, env=one)
        for work in (self.read, self.write):
            threading.Thread(target=work, daemon=True).start()

    def read(self):
        out = self.process.stdout
        while line := out.readline():
            head = json.loads(line)
            h, w = head["shape"]
            fresh = [(np.frombuffer(out.read(4 * h * w), np.float32).reshape(h, w),
                      np.frombuffer(out.read(h * w), np.uint8).reshape(h, w)) for _ in head["fresh"]]
            self.ready.put((self, head, fresh))
        self.ready.put((self, None, None))

    def write(self):
        while (answer := self.answers.get()) is not None:
            lane, masks = answer
            try:
                self.process.stdin.write(np.uint32(lane).tobytes() + masks.tobytes())
                self.process.stdin.flush()
            except BrokenPipeError:
                return
        self.process.stdin.close()


def main():
    arg = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arg.add_argument("--feed", required=True, help="the command of `clickseg-train feed`")
    arg.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 2))
    arg.add_argument("--lanes", type=int, default=4, help="rolling batches of a worker")
    arg.add_argument("--pool", type=int, default=64, help="open images of a lane")
    arg.add_argument("--together", type=int, default=6, help="lanes' batches, of 16 images each, in one step")
    arg.add_argument("--start", help="a checkpoint to go on from; random weights without")
    arg.add_argument("--out", required=True)
    arg.add_argument("--stage", type=int, default=12)
    arg.add_argument("--width", type=int, default=24)
    arg.add_argument("--levels", type=int, default=4)
    arg.add_argument("--steps", type=int, help="or --seconds")
    arg.add_argument("--seconds", type=float, help="of training, after the first step")
    arg.add_argument("--learning-rate", type=float, default=1e-3)
    arg.add_argument("--rise", type=int, default=200, help="steps to the full learning rate")
    arg.add_argument("--average", type=float, default=0.998)
    arg.add_argument("--eager", action="store_true", help="without torch.compile")
    arg.add_argument("--seed", type=int, default=4242)
    args = arg.parse_args()
    if (args.steps is None) == (args.seconds is None):
        arg.error("give --steps or --seconds")
    if args.together > args.workers * args.lanes:
        arg.error(f"--together {args.together} of {args.workers * args.lanes} lanes")

    began = time.perf_counter()
    os.makedirs(args.out, exist_ok=True)
    ready = queue.Queue()
    feeds = [Feed([*shlex.split(args.feed), "--lanes", str(args.lanes), "--pool", str(args.pool),
                   "--share", f"{i + 1}/{args.workers}"], i, ready) for i in range(args.workers)]

    torch.manual_seed(args.seed)
    gpu = torch.cuda.is_available()
    device = torch.device("cuda" if gpu else "cpu")
    if gpu:
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
    net = Unet(args.width, args.levels).to(device)
    for p in net.parameters():
        if p.dim() == 4:
            nn.init.kaiming_normal_(p, nonlinearity="relu")
    if args.start:
        parameters, means, variances = read_checkpoint(args.start)
        fill(net.layout(), parameters)
        fill([n.running_mean for n in net.norms()], means)
        fill([n.running_var for n in net.norms()], variances)
    net = net.to(memory_format=torch.channels_last).train()
    adam = torch.optim.Adam(net.parameters(), args.learning_rate, **({"fused": True} if gpu else {}))
    average = Average(net, args.average)

    bell = torch.exp(-torch.arange(-RADIUS, RADIUS + 1, device=device) ** 2 / (2 * SIGMA ** 2))
    bell = bell / bell.sum()
    bits = torch.tensor([128, 64, 32, 16, 8, 4, 2, 1], dtype=torch.uint8, device=device)

    @functools.cache
    def mirror(size):
        """Rows of a map that goes on mirrored beyond its edges."""
        inside = list(range(size))
        return torch.tensor(inside[RADIUS - 1::-1] + inside + inside[:-RADIUS - 1:-1], device=device)

    def guidance(at, n, h, w):
        """[n, 2, h, w] in [0, 1]: SciPy's gaussian_filter of the clicks, as @clickseg/guidance renders it."""
        maps = torch.zeros(2 * n * h * w, device=device)
        maps[at] = 1
        maps = maps.view(2 * n, 1, h, w)
        maps = maps.index_select(2, mirror(h)).index_select(3, mirror(w))
        maps = F.conv2d(F.conv2d(maps, bell.view(1, 1, -1, 1)), bell.view(1, 1, 1, -1))
        return (maps / maps.amax((2, 3), keepdim=True).clamp(min=1e-12)).view(n, 2, h, w)

    def judge(x, target):
        with torch.autocast(device.type, torch.bfloat16, enabled=gpu):
            logits = net(x)
        p = torch.sigmoid(logits.float())[:, 0]
        total = target.sum((1, 2)) + (p * p).sum((1, 2)) + 1e-6
        return (1 - 2 * (p * target).sum((1, 2)) / total).mean(), p.detach()

    if gpu and not args.eager:
        judge = torch.compile(judge)

    images = targets = None
    shape = None

    def up(array):
        """To the device, without waiting for what it is busy with."""
        tensor = torch.from_numpy(array)
        return (tensor.pin_memory() if gpu else tensor).to(device, non_blocking=True)

    def gather():
        """The next batches, on the device: inputs, targets, and whose they are."""
        nonlocal images, targets, shape
        parts = []
        while len(parts) < args.together:
            part = ready.get()
            if part[1] is None:
                sys.exit(f"a feed stopped with {part[0].process.wait()}")
            parts.append(part)
        if images is None:
            shape = parts[0][1]["shape"]
            pools = args.workers * args.lanes * args.pool
            images = torch.zeros(pools, *shape, dtype=torch.float16, device=device)
            targets = torch.zeros(pools, *shape, dtype=torch.uint8, device=device)
        h, w = shape
        where, at, clicks, n = [], [], 0, 0
        new, new_images, new_targets = [], [], []
        for feed, head, fresh in parts:
            base = (feed.number * args.lanes + head["lane"]) * args.pool
            places = [base + p for p in head["places"]]
            where += places
            new += [places[i] for i in head["fresh"]]
            for image, target in fresh:
                new_images.append(image)
                new_targets.append(target)
            for some in head["clicks"]:
                for y, x, foreground in some:
                    at.append(((2 * n + 1 - foreground) * h + int(y)) * w + int(x))
                clicks += len(some)
                n += 1
        if new:
            to = up(np.array(new))
            images[to] = up(np.stack(new_images)).half()
            targets[to] = up(np.stack(new_targets))
        where = up(np.array(where))
        x = torch.zeros(n, INPUTS if gpu else 3, h, w, device=device)
        x[:, 0] = images[where]
        x[:, 1:3] = guidance(up(np.array(at)), n, h, w)
        owners = [(feed, head["lane"], len(head["places"])) for feed, head, _ in parts]
        return x.contiguous(memory_format=torch.channels_last), targets[where].float(), owners, clicks / n

    def send(answer):
        masks, event, owners = answer
        if event:
            event.synchronize()
        masks, at = masks.numpy(), 0
        for feed, lane, n in owners:
            feed.answers.put((lane, masks[at:at + n].copy()))
            at += n

    log = open(os.path.join(args.out, "log.jsonl"), "a")
    checkpoint = os.path.join(args.out, f"checkpoint-{args.stage}.bin")
    step, samples, losses, waits, pending = 0, 0, [], 0.0, None
    start = last = saved = None
    while True:
        before = time.perf_counter()
        x, target, owners, clicks = gather()
        waits += time.perf_counter() - before
        along = step / args.steps if args.steps else (time.perf_counter() - start) / args.seconds if start else 0.0
        if along >= 1:
            break
        rate = args.learning_rate * min(1, (step + 1) / args.rise) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * along)))
        for group in adam.param_groups:
            group["lr"] = rate
        adam.zero_grad(set_to_none=True)
        loss, p = judge(x, target)
        loss.backward()
        adam.step()
        average.add()
        masks = ((p >= 0.5).to(torch.uint8).view(len(p), -1, 8) * bits).sum(-1, dtype=torch.uint8)
        event = None
        if gpu:
            masks = masks.to("cpu", non_blocking=True)
            event = torch.cuda.Event()
            event.record()
        # While the device works on this step, the feeds correct the one before.
        if pending:
            send(pending)
        pending = (masks, event, owners)
        losses.append(loss.detach())
        step += 1
        samples += len(x)
        now = time.perf_counter()
        if start is None:
            loss.item()
            start = last = saved = time.perf_counter()
            print(f"first step after {start - began:.1f} s", flush=True)
        if len(losses) == 50 or step == args.steps:
            mean = torch.stack(losses).mean().item()
            assert math.isfinite(mean), f"the loss is {mean} at step {step}"
            now = time.perf_counter()
            ms = (now - last) * 1e3 / len(losses)
            log.write(json.dumps({"step": step, "samples": samples, "loss": mean, "learningRate": rate, "clicks": clicks,
                                  "ms": {"total": ms, "clicks": waits * 1e3 / len(losses), "update": ms}}) + "\n")
            log.flush()
            if step % 250 == 0 or step <= 200 or step == args.steps:
                print(f"step {step} loss {mean:.4f} rate {rate:.2e} {len(x) * 1e3 / ms:.0f} images/s, "
                      f"{waits * 1e3 / len(losses):.1f} of {ms:.1f} ms waiting, {ready.qsize()} ready", flush=True)
            losses, last, waits = [], now, 0.0
            if now - saved > 60:
                write_checkpoint(checkpoint, step, net, adam, average)
                saved = now
    write_checkpoint(checkpoint, step, net, adam, average)
    print(f"{step} steps, {samples} images in {time.perf_counter() - start:.0f} s; wrote {checkpoint}", flush=True)
    for feed in feeds:
        feed.process.kill()


main()
