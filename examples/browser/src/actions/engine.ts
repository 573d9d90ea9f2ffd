import { chooseModel, chooseProvider, type Provider } from '../engine/model.ts';
import { currentId, currentWork, replaceWork, say, slice } from '../state/store.ts';
import { nextEdit } from '../state/structure.ts';
import { settle } from './clicks.ts';

/** Computes on another provider from now on. */
export async function switchProvider(choice: Provider): Promise<void> {
  await chooseProvider(choice);
  askAgain();
}

/** Opens a model of the person's own, such as `clickseg-train fit` writes. It is kept until the page is left. */
export async function openModel(file: File): Promise<void> {
  say(`Opening ${file.name}…`);
  const data = new Uint8Array(await file.arrayBuffer());
  const { metadata } = await chooseModel({ data });
  askAgain();
  say(`${file.name}: ${metadata.name} ${metadata.version} segments now, until this page is left.`);
}

/** The slice that is shown is asked of what computes now, and what still waits; clicks and all other masks stay. */
function askAgain(): void {
  const work = currentWork.value;
  if (work.clicks.length > 0 && work.source !== 'carried') {
    replaceWork(currentId.value, slice.value, { ...work, answered: false, edit: nextEdit() });
  }
  // Other slices may have been asked of a model that failed.
  settle();
}
