import { type AttributeValue, writeModel } from './model.ts';

/** A value in a graph: its name and its shape, both known while the graph is written. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A number that is only known when the graph runs, by name; its shape may use such names. */
export type Dimension = number | string;

export interface GraphNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly domain: string;
}

export interface Initializer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export interface ValueInfo {
  readonly name: string;
  readonly shape: readonly Dimension[];
}

/** Microsoft's operator domain, which every onnxruntime build for CPU carries. */
export const MICROSOFT = 'com.microsoft';

/**
 * Collects the nodes, constants, inputs and outputs of an ONNX graph and writes them as a model.
 *
 * Shapes are passed along by the callers, so that no shape inference is needed and a wrong one fails
 * where it is written. Constants are shared by value.
 */
export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly initializers = new Map<string, Initializer>();
  readonly inputs: ValueInfo[] = [];
  readonly outputs: ValueInfo[] = [];
  readonly #constants = new Map<string, Tensor>();
  #count = 0;

  input(name: string, shape: readonly number[]): Tensor {
    this.inputs.push({ name, shape });
    return { name, shape };
  }

  output(tensor: Tensor, name: string): void {
    this.node('Identity', [tensor], tensor.shape, {}, { name });
    this.outputs.push({ name, shape: tensor.shape });
  }

  initializer(name: string, data: Float32Array | BigInt64Array, shape: readonly number[]): Tensor {
    this.initializers.set(name, { name, data, shape });
    return { name, shape };
  }

  /** A float constant: a scalar, or a vector of one value. */
  scalar(value: number): Tensor {
    return this.#constant(`f${value}`, () => new Float32Array([value]), []);
  }

  /** A vector of floats as a constant. */
  vector(values: readonly number[]): Tensor {
    return this.#constant(`v${values}`, () => Float32Array.from(values), [values.length]);
  }

  /** A vector of whole numbers: shapes, axes, pads. */
  integers(values: readonly number[]): Tensor {
    return this.#constant(`i${values}`, () => BigInt64Array.from(values.map(BigInt)), [values.length]);
  }

  /** Adds a node of one output and returns that output. */
  node(
    type: string,
    inputs: readonly (Tensor | undefined)[],
    shape: readonly number[],
    attributes: Record<string, AttributeValue> = {},
    options: { domain?: string; name?: string } = {},
  ): Tensor {
    const [output] = this.multi(type, inputs, [shape], attributes, options);
    return output;
  }

  /** Adds a node of several outputs. An input that is left out is `undefined`. */
  multi(
    type: string,
    inputs: readonly (Tensor | undefined)[],
    shapes: readonly (readonly number[])[],
    attributes: Record<string, AttributeValue> = {},
    options: { domain?: string; name?: string } = {},
  ): Tensor[] {
    const outputs = shapes.map((shape) => ({ name: options.name ?? `${type}_${this.#count++}`, shape }));
    this.nodes.push({
      type,
      inputs: inputs.map((t) => t?.name ?? ''),
      outputs: outputs.map((t) => t.name),
      attributes,
      domain: options.domain ?? '',
    });
    return outputs;
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    return this.node('Reshape', [x, this.integers(shape)], shape);
  }

  transpose(x: Tensor, perm: readonly number[]): Tensor {
    return this.node(
      'Transpose',
      [x],
      perm.map((axis) => x.shape[axis]),
      { perm },
    );
  }

  /** Element-wise, with numpy's broadcasting. */
  binary(type: 'Add' | 'Sub' | 'Mul' | 'Div' | 'Max', a: Tensor, b: Tensor): Tensor {
    return this.node(type, [a, b], broadcast(a.shape, b.shape));
  }

  unary(type: 'Neg' | 'Sqrt' | 'Relu' | 'Sigmoid', x: Tensor): Tensor {
    return this.node(type, [x], x.shape);
  }

  /** Sums over axes and drops them. */
  sum(x: Tensor, axes: readonly number[]): Tensor {
    const shape = x.shape.filter((_, axis) => !axes.includes(axis));
    return this.node('ReduceSum', [x, this.integers(axes)], shape, { keepdims: 0 });
  }

  /** The graph as the bytes of an ONNX model. */
  toModel(options: { name: string; metadata?: Record<string, string> }): Uint8Array<ArrayBuffer> {
    return writeModel(this, options);
  }

  #constant(key: string, data: () => Float32Array | BigInt64Array, shape: readonly number[]): Tensor {
    let constant = this.#constants.get(key);
    if (!constant) {
      constant = this.initializer(`constant_${this.#constants.size}`, data(), shape);
      this.#constants.set(key, constant);
    }
    return constant;
  }
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const dims = Math.max(a.length, b.length);
  return Array.from({ length: dims }, (_, i) => {
    const [n, m] = [a[a.length - dims + i] ?? 1, b[b.length - dims + i] ?? 1];
    if (n !== m && n !== 1 && m !== 1) throw new Error(`shapes [${a}] and [${b}] do not broadcast`);
    return Math.max(n, m);
  });
}
