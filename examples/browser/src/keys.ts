import { carryNext, carryThrough } from './actions/carry.ts';
import {
  addClick,
  clearSlice,
  deleteClick,
  moveClick,
  redo,
  selectNext,
  turnClick,
  undo,
} from './actions/clicks.ts';
import { simulateClicks } from './actions/simulate.ts';
import { addStructure, setLocked, stepStructure, toggleVisible } from './actions/structures.ts';
import { chooseMode, choosePreset, go, toggleOutlines, turn } from './actions/view.ts';
import { singleKeys } from './state/settings.ts';
import {
  attempt,
  crosshair,
  current,
  currentWork,
  depth,
  helpOpen,
  mode,
  selectedClick,
  sliceShape,
} from './state/store.ts';
import { task } from './state/task.ts';
import { PRESETS } from './state/window.ts';
import { view, zoomBy } from './viewer/shown-view.ts';

/** One line of the list that `?` shows. */
export interface KeyHelp {
  readonly keys: readonly string[];
  readonly does: string;
}
interface Binding extends KeyHelp {
  /** As {@link nameOf} writes them. */
  readonly on: readonly string[];
  run(name: string): void;
}

const middle = () => ({ x: (sliceShape.value[1] - 1) / 2, y: (sliceShape.value[0] - 1) / 2 });

/** A click where the crosshair is; where it is not shown yet, it is brought: `X` may be turned off. */
function clickAtCrosshair(label: 'foreground' | 'background'): void {
  if (crosshair.value) addClick(label, crosshair.value);
  else crosshair.value = middle();
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Up and down turn the slices, until the crosshair is there: then arrows move it. */
function arrow(name: string): void {
  const key = name.replace('Shift+', '');
  const [dx, dy] = STEPS[key] ?? [0, 0];
  if (crosshair.value === undefined) {
    turn(-dy);
    return;
  }
  const far = name.startsWith('Shift+') ? 10 : 1;
  const [height, width] = sliceShape.value;
  const { x, y } = crosshair.value;
  crosshair.value = {
    x: Math.min(width - 1, Math.max(0, x + dx * far)),
    y: Math.min(height - 1, Math.max(0, y + dy * far)),
  };
}

// Steps of one click that follow each other are one step of undo, as a drag is.
let nudged: { id: number; clicks: unknown } | undefined;
function nudge(name: string): void {
  const [dx, dy] = STEPS[name.replace('Alt+', '')] ?? [0, 0];
  const click = currentWork.value.clicks.find(({ id }) => id === selectedClick.value);
  if (click === undefined) return;
  const goesOn = nudged?.id === click.id && nudged.clicks === currentWork.value.clicks;
  moveClick(click.id, { x: click.x + dx, y: click.y + dy }, !goesOn);
  nudged = { id: click.id, clicks: currentWork.value.clicks };
}

const BINDINGS: readonly Binding[] = [
  { keys: ['Ctrl Z'], on: ['Ctrl+z'], does: 'undo', run: undo },
  { keys: ['Ctrl Shift Z', 'Ctrl Y'], on: ['Ctrl+Shift+z', 'Ctrl+y'], does: 'redo', run: redo },
  {
    keys: ['Delete'],
    on: ['Delete', 'Backspace'],
    does: 'delete the selected click, else the last',
    run: deleteClick,
  },
  { keys: ['C'], on: ['c'], does: 'clear this slice’s clicks', run: clearSlice },
  {
    keys: ['X'],
    on: ['x'],
    does: 'crosshair on and off: arrows move it, with Shift by ten',
    run() {
      crosshair.value = crosshair.value ? undefined : middle();
      // Enter is a click from now on, and not the button that was pressed before.
      document.getElementById('overlay')?.focus();
    },
  },
  {
    keys: ['Enter'],
    on: ['Enter'],
    does: 'the crosshair; click inside at it',
    run: () => clickAtCrosshair('foreground'),
  },
  {
    keys: ['Shift Enter'],
    on: ['Shift+Enter'],
    does: 'click outside at the crosshair',
    run: () => clickAtCrosshair('background'),
  },
  {
    keys: [',', '.'],
    on: [',', '.'],
    does: 'select the click before, after',
    run: (name) => selectNext(name === '.' ? 1 : -1),
  },
  {
    keys: ['Alt ← → ↑ ↓'],
    on: Object.keys(STEPS).map((name) => `Alt+${name}`),
    does: 'move the selected click',
    run: nudge,
  },
  {
    keys: ['F'],
    on: ['f'],
    does: 'turn the selected click to the other kind',
    run: () => selectedClick.value !== undefined && turnClick(selectedClick.value),
  },
  {
    keys: ['B'],
    on: ['b'],
    does: 'what a left click means: inside, outside',
    run: () => chooseMode(mode.value === 'foreground' ? 'background' : 'foreground'),
  },
  {
    keys: ['↑', '↓', 'Page up', 'Page down'],
    on: [...Object.keys(STEPS), ...Object.keys(STEPS).map((name) => `Shift+${name}`)],
    does: 'next, previous slice',
    run: arrow,
  },
  { keys: [], on: ['PageUp'], does: '', run: () => turn(1) },
  { keys: [], on: ['PageDown'], does: '', run: () => turn(-1) },
  { keys: ['Home', 'End'], on: ['Home'], does: 'first, last slice', run: () => go(0) },
  { keys: [], on: ['End'], does: '', run: () => go(depth.value - 1) },
  {
    keys: ['N', 'Shift N'],
    on: ['n'],
    does: 'carry to the next, previous slice',
    run: () => attempt(() => carryNext(1)),
  },
  { keys: [], on: ['Shift+n'], does: '', run: () => attempt(() => carryNext(-1)) },
  { keys: ['P'], on: ['p'], does: 'carry through the scan', run: () => attempt(carryThrough) },
  { keys: ['Esc'], on: ['Escape'], does: 'stop what is under way; put the crosshair away', run: putAway },
  { keys: ['A'], on: ['a'], does: 'add a structure', run: addStructure },
  {
    keys: ['[', ']'],
    on: ['[', ']'],
    does: 'structure before, after',
    run: (name) => stepStructure(name === ']' ? 1 : -1),
  },
  { keys: ['V'], on: ['v'], does: 'show or hide the structure', run: () => toggleVisible() },
  {
    keys: ['L'],
    on: ['l'],
    does: 'lock or unlock the structure',
    run: () => current.value && setLocked(current.value.id, !current.value.locked),
  },
  {
    keys: ['H'],
    on: ['h'],
    does: 'hide and show all outlines',
    run: toggleOutlines,
  },
  {
    keys: ['1', '…', '5'],
    on: ['1', '2', '3', '4', '5'],
    does: `window: ${PRESETS.map(({ name }) => name.toLowerCase()).join(', ')}, all greys`,
    run: (name) => choosePreset(Number(name) - 1),
  },
  { keys: ['+', '−', '0'], on: ['+', '='], does: 'zoom in, out, whole slice', run: () => zoomBy(1.25) },
  { keys: [], on: ['-'], does: '', run: () => zoomBy(0.8) },
  { keys: [], on: ['0'], does: '', run: () => view.value?.reset() },
  {
    keys: ['T'],
    on: ['t'],
    does: 'simulate the next click (with a truth)',
    run: () => attempt(() => simulateClicks(1)),
  },
  { keys: ['O'], on: ['o'], does: 'open', run: () => document.getElementById('files')?.click() },
  { keys: ['?'], on: ['?'], does: 'this list', run: () => (helpOpen.value = true) },
];

function putAway(): void {
  task.value?.stop();
  crosshair.value = undefined;
  selectedClick.value = undefined;
}

/** What a hand can do, for the same list. */
export const HAND_HELP: readonly KeyHelp[] = [
  { keys: ['Click'], does: 'inside: this belongs to the structure (in files: foreground)' },
  { keys: ['Right click', 'Alt click'], does: 'outside: this does not (in files: background)' },
  { keys: ['Press and drag'], does: 'the outline follows; a click can be picked up again' },
  { keys: ['Wheel down', 'Wheel up'], does: 'next, previous slice' },
  { keys: ['Ctrl wheel', 'Pinch'], does: 'zoom' },
  { keys: ['Ctrl drag', 'Two fingers'], does: 'move the image' },
  { keys: ['Middle drag', 'Shift drag'], does: 'window (across) and level (up and down)' },
  { keys: ['Long press'], does: 'outside, by touch; on a click: turn it to the other kind' },
];
export const KEY_HELP: readonly KeyHelp[] = BINDINGS.filter(({ keys }) => keys.length > 0);

const byName = new Map(BINDINGS.flatMap((binding) => binding.on.map((name) => [name, binding])));

function nameOf(event: KeyboardEvent): string {
  // Where the keyboard writes Cyrillic, Greek or Hebrew, the key that is Z elsewhere.
  const foreign = /^[^\p{ASCII}]$/u.test(event.key) && /^Key[A-Z]$/.test(event.code);
  const sign = foreign ? event.code.slice(3) : event.key;
  const key = sign.length === 1 ? sign.toLowerCase() : sign;
  const letter = /^[a-z]$/.test(key) || key.length > 1;
  // Which keys give `?`, `[` or `+` differs by keyboard: there Shift and AltGr are part of the sign.
  const modifiers = [
    (event.ctrlKey || event.metaKey) && (letter || !event.altKey) && 'Ctrl+',
    event.altKey && letter && 'Alt+',
    event.shiftKey && letter && 'Shift+',
  ];
  return `${modifiers.filter(Boolean).join('')}${key}`;
}

// What a control that has the focus does itself.
const OWN: Readonly<Record<string, RegExp>> = {
  text: /./,
  'select-one': /./,
  range: /^(Arrow|Page|Home|End)/,
  color: /Enter| /,
  checkbox: / /,
  button: /Enter| /,
};

/** Listens to the keyboard, except to what a person writes or turns a control with. */
export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (document.querySelector('dialog[open]')) return;
    const target = event.target as HTMLElement;
    // In a menu keys are the menu's.
    if (target.closest('.menu[open]')) return;
    const control = target.closest<HTMLElement & { type?: string }>('input, select, button, summary');
    const name = nameOf(event);
    if (control && OWN[control.type ?? 'button']?.test(name)) return;
    const binding = byName.get(name);
    // Signs alone are what speech input and an arm on the keyboard set off by mistake.
    if (binding === undefined || (!singleKeys.value && /^(Shift\+)?.$/.test(name))) return;
    event.preventDefault();
    attempt(() => binding.run(name));
  });
}
