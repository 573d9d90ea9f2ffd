import { Graph, type Tensor } from '../onnx/graph.ts';

/**
 * Reverse-mode differentiation while a graph is written: every operator emits its forward nodes at
 * once and records how its gradient is emitted later.
 */
export class Tape {
  readonly graph = new Graph();
  /** Channels that lie side by side in memory; 1 is ONNX's own order, plane after plane. */
  readonly block: number;
  readonly #backward: (() => void)[] = [];
  readonly #gradients = new Map<string, Tensor>();

  constructor(block = 1) {
    this.block = block;
  }

  /** Records how an operator's gradient nodes are written; they run in reverse order. */
  record(backward: () => void): void {
    this.#backward.push(backward);
  }

  /** Adds a contribution to the gradient of `x`: a value that is used twice gets a sum. */
  accumulate(x: Tensor, gradient: Tensor): void {
    const before = this.#gradients.get(x.name);
    this.#gradients.set(x.name, before ? this.graph.binary('Add', before, gradient) : gradient);
  }

  /** The gradient of the loss with respect to `x`, complete once all of x's users have been walked. */
  gradientOf(x: Tensor): Tensor {
    const gradient = this.#gradients.get(x.name);
    if (!gradient) throw new Error(`${x.name} has no gradient: nothing downstream of it reaches the loss`);
    return gradient;
  }

  /** Writes the backward half. */
  backward(): void {
    for (const emit of this.#backward.reverse()) emit();
    this.#backward.length = 0;
  }
}
