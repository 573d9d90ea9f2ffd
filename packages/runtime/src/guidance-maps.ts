import { type Click, type PlacedClick, type RenderOptions, renderGuidance } from '@clickseg/guidance';

/** Stands in for the incremental `createGuidance` of @clickseg/guidance until that has landed. */
export function createGuidance(options: RenderOptions) {
  const placed = new Map<number, PlacedClick>();
  let nextId = 1;
  return {
    add(click: Click): number {
      const id = nextId++;
      placed.set(id, { ...click, id });
      return id;
    },
    move(id: number, { x, y }: { readonly x: number; readonly y: number }): void {
      const click = placed.get(id);
      if (click !== undefined) placed.set(id, { ...click, x, y });
    },
    remove(id: number): void {
      placed.delete(id);
    },
    clear(): void {
      placed.clear();
    },
    get maps() {
      return renderGuidance([...placed.values()], options);
    },
  };
}
