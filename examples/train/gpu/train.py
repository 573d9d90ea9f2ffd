#!/usr/bin/env python3
"""Trains the paper's network (Fig. 2) in PyTorch, on a GPU where there is one, with what `clickseg-train feed` draws and clicks.

    python3 gpu/train.py --feed 'node dist/main.js feed --slices slices.bin --stage 14' --start start.bin --previous-mask --out runs/gpu

TypeScript draws, crops and places every click, in as many processes as the machine has cores; PyTorch computes the steps, each on
several of their batches together. What the feed says of its stage (steps, batch, learning rate, average) holds unless a flag
says otherwise. Writes checkpoint-STAGE.bin, which `clickseg-train export` reads, every minute, and log.jsonl. Needs PyTorch 1.13
or later and NumPy.
"""
import argparse, json, math, os, queue, shlex, signal, subprocess, sys, threading, time
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

MAGIC = b"clickseg-checkpoint-1\n"
SIGMA, RADIUS = 2.0, 8  # the guidance's, pixels; SciPy cuts it at four deviations
CLICKED = 3  # input channels: image and two maps of clicks; with --previous-mask the answer before is a fourth
INPUTS = 8  # filled up with zeros: tensor cores want eight


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

    def __init__(self, width, levels, inputs=CLICKED):
        super().__init__()
        c = [width << i for i in range(levels + 1)]
        self.down = nn.ModuleList([Block(inputs if i == 0 else c[i - 1], c[i]) for i in range(levels)])
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
    tensors = list(tensors)
    if (size := sum(t.numel() for t in tensors)) != len(values):
        sys.exit(f"--start holds {len(values)} values, this network {size}: see --width, --levels and --previous-mask "
                 "(`clickseg-train start --previous-mask` adds the channel to a network without it)")
    at = 0
    for t in tensors:
        t.data.copy_(torch.from_numpy(values[at:at + t.numel()].copy()).view(t.shape))
        at += t.numel()


def read_checkpoint(path):
    """Its weights: parameters, means, variances; the moving average where it has one."""
    data = open(path, "rb").read()
    if not data.startswith(MAGIC):
        sys.exit(f"--start {path} is no checkpoint")
    end = data.index(b"\n", len(MAGIC))
    lengths = json.loads(data[len(MAGIC):end])["lengths"]
    floats = np.frombuffer(data, np.float32, offset=end + 1)
    arrays = np.split(floats, np.cumsum(lengths)[:-1])
    weights = arrays[5:] if len(arrays) > 5 else [arrays[0], *arrays[3:5]]
    for name, values in zip(("parameters", "means", "variances"), weights):
        if not np.isfinite(values).all():
            sys.exit(f"--start {path} holds {name} that are no numbers")
    return weights


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


class Muon(torch.optim.Optimizer):
    """Steps along the nearest orthogonal matrix to each filter bank's momentum, so that every direction of it learns alike
    (Jordan et al. 2024), as long as Adam's steps are, so that Adam's rates serve (Liu et al. 2025, arXiv 2502.16982)."""

    def __init__(self, filters, lr, momentum=0.95):
        super().__init__(filters, {"lr": lr})
        self.momentum = momentum
        alike = {}
        for p in self.param_groups[0]["params"]:
            alike.setdefault(len(p), []).append(p)
        self.banks = [self.bank(rows, filters) for rows, filters in alike.items()]

    @staticmethod
    def bank(rows, filters):
        """Filters of as many rows in one matrix [n, rows, columns] padded with zeros, and each one's view of it."""
        columns = [p[0].numel() for p in filters]
        grads = torch.zeros(len(filters), rows, max(columns), device=filters[0].device)
        scale = torch.tensor([0.2 * max(rows, c) ** 0.5 for c in columns], device=grads.device).view(-1, 1, 1)
        return filters, grads, torch.zeros_like(grads), scale

    @staticmethod
    def views(matrices, filters):
        return [m[:, :p[0].numel()].unflatten(1, p.shape[1:]) for m, p in zip(matrices, filters)]

    @torch.no_grad()
    def step(self):
        for filters, grads, momentum, scale in self.banks:
            for view, p in zip(self.views(grads, filters), filters):
                view.copy_(p.grad)
            momentum.lerp_(grads, 1 - self.momentum)
            turned = orthogonal(torch.lerp(grads, momentum, self.momentum)).float() * scale
            torch._foreach_add_(filters, self.views(turned, filters), alpha=-self.param_groups[0]["lr"])


def orthogonal(x):
    """[n, rows, columns] with singular values of about 1 each, for rows <= columns: Newton-Schulz, five times."""
    x = x.to(torch.bfloat16) if x.is_cuda else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x


def write_checkpoint(path, step, net, adam, average, top):
    """Replaces the last one, unless the weights are no longer numbers: then that one stays, and the script ends with an error."""
    layout, norms = list(net.layout()), net.norms()
    moment = lambda name: flat([adam.state[p][name] if p in adam.state else torch.zeros_like(p) for p in layout])
    statistics = [flat([n.running_mean for n in norms]), flat([n.running_var for n in norms])]
    mean, (p, c) = average.mean, (len(layout), len(norms))
    arrays = [flat(layout), moment("exp_avg"), moment("exp_avg_sq"), *statistics,
              flat(mean[:p]), flat(mean[p:p + c]), flat(mean[p + c:])]
    if not all(np.isfinite(a).all() for a in arrays):
        kept = f"{path} holds the last good ones" if os.path.exists(path) else "none were written"
        sys.exit(f"the weights are no longer numbers after step {step}; {kept}; lower --learning-rate {top}")
    head = json.dumps({"step": step, "recipe": "gpu", "lengths": [len(a) for a in arrays]})
    with open(path + ".new", "wb") as f:
        f.write(MAGIC + head.encode() + b"\n")
        for a in arrays:
            f.write(a.astype("<f4").tobytes())
    os.replace(path + ".new", path)


class Feed:
    """One process of the feed: its batches go into a queue that all share, answers to them leave from one of its own."""

    def __init__(self, command, number, ready):
        self.number, self.ready, self.answers = number, ready, queue.Queue()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1 << 20,
                                        start_new_session=True)  # Ctrl+C is for this process alone
        self.head, self.started = None, threading.Event()
        for work in (self.read, self.write):
            threading.Thread(target=work, daemon=True).start()

    def read(self):
        # Whatever ends it, those who wait for the feed are told.
        try:
            self.receive()
        finally:
            self.started.set()
            self.ready.put((self, None, self.process.wait()))

    def receive(self):
        out, whole = self.process.stdout, True
        line = out.readline()
        if line:
            self.head = json.loads(line)
            h, w = self.head["shape"]
        self.started.set()
        while whole and (line := out.readline()):
            batch, fresh = json.loads(line), []
            for _ in batch["fresh"]:
                image, target = out.read(4 * h * w), out.read(h * w)
                whole = len(target) == h * w
                if not whole:
                    break
                fresh.append((np.frombuffer(image, "<f4").reshape(h, w), np.frombuffer(target, np.uint8).reshape(h, w)))
            if whole:
                self.ready.put((self, batch, fresh))

    def write(self):
        try:
            while (answer := self.answers.get()) is not None:
                lane, masks = answer
                self.process.stdin.write(np.array(lane, "<u4").tobytes() + masks.tobytes())
                self.process.stdin.flush()
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    def end(self):
        """Lets it answer what it was sent; it ends with its input."""
        self.answers.put(None)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Pool:
    """The open images of all feeds, on the device: each is sent once and trained on after every click."""

    def __init__(self, feeds, ready, device, previous_drop=None):
        self.ready, self.device, self.gpu = ready, device, device.type == "cuda"
        for feed in feeds:
            feed.started.wait()
            if feed.head is None:
                sys.exit(f"a feed stopped with {feed.process.wait()} before its first line")
        self.head = feeds[0].head
        self.shape = self.head["shape"]
        places = len(feeds) * self.head["lanes"] * self.head["pool"]
        self.images = torch.zeros(places, *self.shape, dtype=torch.float16 if self.gpu else torch.float32, device=device)
        self.targets = torch.zeros(places, *self.shape, dtype=torch.uint8, device=device)
        # Each image's mask of its step before, which its newest click corrects.
        self.masks = None if previous_drop is None else torch.zeros_like(self.targets)
        self.previous_drop, self.where = previous_drop, None
        bell = torch.exp(-torch.arange(-RADIUS, RADIUS + 1, device=device) ** 2 / (2 * SIGMA ** 2))
        self.bell = bell / bell.sum()

    def up(self, array):
        """To the device, without waiting for what it is busy with."""
        tensor = torch.from_numpy(array)
        return (tensor.pin_memory() if self.gpu else tensor).to(self.device, non_blocking=True)

    def guidance(self, at, n):
        """[n, 2, h, w] in [0, 1]: SciPy's gaussian_filter(mode='constant') of the clicks, as @clickseg/guidance renders it."""
        h, w = self.shape
        maps = torch.zeros(2 * n * h * w, device=self.device)
        maps[at] = 1
        maps = F.conv2d(maps.view(2 * n, 1, h, w), self.bell.view(1, 1, -1, 1), padding=(RADIUS, 0))
        maps = F.conv2d(maps, self.bell.view(1, 1, 1, -1), padding=(0, RADIUS))
        return (maps / maps.amax((2, 3), keepdim=True).clamp(min=1e-12)).view(n, 2, h, w)

    def next(self, together):
        """So many feeds' next batches: inputs, targets, whose they are, and how many clicks an image has."""
        parts = []
        while len(parts) < together:
            feed, batch, fresh = self.ready.get()
            if batch is None:
                sys.exit(f"a feed stopped with {fresh}")
            parts.append((feed, batch, fresh))
        h, w = self.shape
        where, new, images, targets, at, n = [], [], [], [], [], 0
        for feed, batch, fresh in parts:
            base = (feed.number * self.head["lanes"] + batch["lane"]) * self.head["pool"]
            where += [base + place for place in batch["places"]]
            new += [base + batch["places"][i] for i in batch["fresh"]]
            images += [image for image, _ in fresh]
            targets += [target for _, target in fresh]
            for clicks in batch["clicks"]:
                at += [((2 * n + 1 - foreground) * h + y) * w + x for y, x, foreground in clicks]
                n += 1
        if new:
            to = self.up(np.array(new))
            self.images[to] = self.up(np.stack(images)).to(self.images.dtype)
            self.targets[to] = self.up(np.stack(targets))
            if self.masks is not None:
                self.masks[to] = 0
        self.where = where = self.up(np.array(where))
        inputs = CLICKED + (self.masks is not None)
        x = torch.zeros(n, INPUTS if self.gpu else inputs, h, w, device=self.device)
        x[:, 0] = self.images[where]
        x[:, 1:3] = self.guidance(self.up(np.array(at, np.int64)), n)
        if self.masks is not None:
            kept = torch.rand(n, 1, 1, device=self.device) >= self.previous_drop
            x[:, 3] = self.masks[where] * kept
        owners = [(feed, batch["lane"], len(batch["places"])) for feed, batch, _ in parts]
        return x.contiguous(memory_format=torch.channels_last), self.targets[where].float(), owners, len(at) / n

    def keep(self, p):
        """The answers to what was taken last."""
        if self.masks is not None:
            self.masks[self.where] = (p >= 0.5).to(torch.uint8)


class Answers:
    """Masks on their way from the device to the feeds that asked."""

    def __init__(self, device):
        self.gpu = device.type == "cuda"
        self.bits = torch.tensor([128, 64, 32, 16, 8, 4, 2, 1], dtype=torch.uint8, device=device)
        self.waiting = None

    def take(self, p, owners):
        """Begins to copy a step's masks, and sends those of the step before: meanwhile the device is at work."""
        masks = ((p >= 0.5).to(torch.uint8).view(len(p), -1, 8) * self.bits).sum(-1, dtype=torch.uint8)
        event = None
        if self.gpu:
            masks, event = masks.to("cpu", non_blocking=True), torch.cuda.Event()
            event.record()
        self.send()
        self.waiting = (masks, event, owners)

    def send(self):
        if not self.waiting:
            return
        (masks, event, owners), self.waiting, at = self.waiting, None, 0
        if event:
            event.synchronize()
        for feed, lane, n in owners:
            feed.answers.put((lane, masks[at:at + n].numpy().copy()))
            at += n


def network(args, weights, device):
    net = Unet(args.width, args.levels, CLICKED + args.previous_mask).to(device)
    for p in net.parameters():
        if p.dim() == 4:
            nn.init.kaiming_normal_(p, nonlinearity="relu")
    if weights:
        parameters, means, variances = weights
        fill(net.layout(), parameters)
        fill([n.running_mean for n in net.norms()], means)
        fill([n.running_var for n in net.norms()], variances)
    return net.to(memory_format=torch.channels_last).train()


def judging(net, device, eager):
    """The paper's loss (III-C), 1 - Dice with squares, mean over the batch, and the probabilities."""
    gpu = device.type == "cuda"

    def judge(x, target):
        with torch.autocast(device.type, torch.bfloat16, enabled=gpu):
            logits = net(x)
        p = torch.sigmoid(logits.float())[:, 0]
        total = target.sum((1, 2)) + (p * p).sum((1, 2)) + 1e-6
        return (1 - 2 * (p * target).sum((1, 2)) / total).mean(), p.detach()

    return torch.compile(judge) if gpu and not eager else judge


def at_least(least):
    def whole(text):
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{text} is below {least}")
        return value

    return whole


def above0(text):
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no number above 0")
    return value


def share(text):
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share of 0 to 1")
    return value


def below1(text):
    value = float(text)
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to below 1")
    return value


def options():
    arg = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arg.add_argument("--feed", required=True, help="the command of `clickseg-train feed`")
    workers = max(1, (os.cpu_count() or 2) - 2)
    arg.add_argument("--workers", type=at_least(1), default=workers, help="processes of the feed")
    arg.add_argument("--lanes", type=at_least(1), help="rolling batches of a worker; default 5, more where workers are few")
    arg.add_argument("--pool", type=at_least(1), default=64, help="open images of a lane")
    arg.add_argument("--start", help="a checkpoint to go on from; random weights without")
    arg.add_argument("--out", required=True, help="the run's folder")
    arg.add_argument("--width", type=at_least(1), default=16)
    arg.add_argument("--levels", type=at_least(1), default=4)
    arg.add_argument("--together", type=at_least(1), help="batches of the feed in one step, instead of the stage's")
    arg.add_argument("--steps", type=at_least(1), help="instead of the stage's")
    arg.add_argument("--seconds", type=above0, help="of training after the first step, instead of --steps")
    arg.add_argument("--learning-rate", type=above0, help="instead of the stage's")
    arg.add_argument("--average", type=below1, help="instead of the stage's")
    arg.add_argument("--optimizer", choices=("adam", "muon"), default="adam", help="muon: for the filters, with Adam for the rest")
    arg.add_argument("--rise", type=at_least(1), default=200,
                     help="steps over which the rate, half a cosine down to 1 %% of the full one, is scaled up from 0")
    arg.add_argument("--previous-mask", action="store_true",
                     help="a fourth input channel: the answer before the newest click")
    arg.add_argument("--previous-mask-drop", type=share, default=0.12, metavar="SHARE",
                     help="of the images that must do without it, so that the network does not lean on it alone")
    arg.add_argument("--eager", action="store_true", help="without torch.compile")
    arg.add_argument("--seed", type=int, default=4242, help="of random weights")
    args = arg.parse_args()
    # Each lane draws one batch at a time, and six make a step of stage 12: twice as many draw the next one meanwhile.
    args.lanes = args.lanes or max(5, -(-12 // args.workers))
    return args


def main():
    args = options()
    began = time.perf_counter()
    os.makedirs(args.out, exist_ok=True)
    if there := [name for name in os.listdir(args.out) if name.startswith("checkpoint-")]:
        sys.exit(f"{args.out} holds {there[0]} already: name another --out, and go on from that one with --start")
    if args.start and not os.path.isfile(args.start):
        sys.exit(f"--start {args.start}: no such file")
    weights = read_checkpoint(args.start) if args.start else None
    torch.manual_seed(args.seed)
    gpu = torch.cuda.is_available()
    device = torch.device("cuda" if gpu else "cpu")
    if gpu:
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
        # All that is left to the processor are copies; threads that wait for more of them took eight cores from the feed.
        torch.set_num_threads(1)

    ready = queue.Queue()
    sizes = ["--lanes", str(args.lanes), "--pool", str(args.pool)]
    feeds = [Feed([*shlex.split(args.feed), *sizes, "--share", f"{i + 1}/{args.workers}"], i, ready)
             for i in range(args.workers)]
    net = network(args, weights, device)
    pool, answers = Pool(feeds, ready, device, args.previous_mask_drop if args.previous_mask else None), Answers(device)
    stage = pool.head
    together = args.together or max(1, stage["stepBatch"] // stage["batch"])
    if together > args.workers * stage["lanes"]:
        sys.exit(f"{together} batches a step, and {args.workers * stage['lanes']} lanes that draw them: "
                 f"give --lanes {-(-together // args.workers)}")
    steps = args.steps or (None if args.seconds else stage["steps"])
    top = args.learning_rate or stage["learningRate"]
    filters = [p for p in net.parameters() if args.optimizer == "muon" and p.dim() == 4 and len(p) > 1]
    others = [p for p in net.parameters() if not any(p is f for f in filters)]
    adam = torch.optim.Adam(others, top, **({"fused": True} if gpu else {}))
    optimizers = [adam, Muon(filters, top)] if filters else [adam]
    average = Average(net, stage["average"] if args.average is None else args.average)
    judge = judging(net, device, args.eager)

    log = open(os.path.join(args.out, "log.jsonl"), "a")

    def note():
        """Writes the mean of the steps since the last line; their loss must be a number."""
        nonlocal losses, last, waited
        mean = torch.stack(losses).mean().item()
        if not math.isfinite(mean):
            sys.exit(f"the loss is {mean} at step {step}; lower --learning-rate {top}")
        now = time.perf_counter()
        ms, wait = ((now - last) * 1e3 / len(losses), waited * 1e3 / len(losses))
        log.write(json.dumps({"step": step, "samples": samples, "loss": mean, "learningRate": rate, "clicks": clicks,
                              "ms": {"total": ms, "clicks": wait, "update": ms - wait}}) + "\n")
        log.flush()
        if step % 250 == 0 or step == steps:
            print(f"step {step} loss {mean:.4f} rate {rate:.2e} {len(x) * 1e3 / max(ms, 1e-3):.0f} images/s, "
                  f"{wait:.1f} of {ms:.1f} ms waiting", flush=True)
        losses, last, waited = [], now, 0.0

    checkpoint = os.path.join(args.out, f"checkpoint-{stage['stage']}.bin")
    stopped = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    step, samples, losses, waited = 0, 0, [], 0.0
    start = last = saved = None
    while True:
        along = step / steps if steps else (time.perf_counter() - start) / args.seconds if start else 0.0
        if along >= 1 or stopped.is_set():
            break
        before = time.perf_counter()
        x, target, owners, clicks = pool.next(together)
        waited += time.perf_counter() - before
        rate = top * min(1, (step + 1) / args.rise) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * along)))
        for optimizer in optimizers:
            optimizer.param_groups[0]["lr"] = rate
            optimizer.zero_grad(set_to_none=True)
        loss, p = judge(x, target)
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        average.add()
        pool.keep(p)
        answers.take(p, owners)
        if pool.ready.qsize() < together:
            answers.send()
        losses.append(loss.detach())
        step += 1
        samples += len(x)
        if start is None:
            loss.item()
            start = last = saved = time.perf_counter()
            print(f"first step after {start - began:.1f} s", flush=True)
        if len(losses) == 50 or step == steps:
            note()
        if time.perf_counter() - saved > 60:
            write_checkpoint(checkpoint, step, net, adam, average, top)
            saved = time.perf_counter()
    if step == 0:
        sys.exit("stopped before the first step")
    if losses:
        note()
    write_checkpoint(checkpoint, step, net, adam, average, top)
    if stopped.is_set():
        print(f"stopped; {checkpoint} has the weights", flush=True)
    print(f"{step} steps, {samples} images in {time.perf_counter() - start:.0f} s; wrote {checkpoint}", flush=True)
    answers.send()
    for feed in feeds:
        feed.end()


main()
