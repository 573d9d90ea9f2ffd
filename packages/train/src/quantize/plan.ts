import { type FileNode, floatsOf, type ModelFile } from '../onnx/model-file.ts';

/** What of a graph becomes 8 bits. */
export interface QuantizationPlan {
  /** Convolutions and their weights. */
  readonly convolutions: ReadonlyMap<FileNode, { shape: number[]; data: Float32Array }>;
  /** Activations that are held as uint8. */
  readonly activations: ReadonlySet<string>;
  /** Activations that only rearrange another's values, and so have its scale. */
  readonly sharesWith: ReadonlyMap<string, string>;
}

/**
 * Chooses the convolutions that run as integers: constant weights, not fed by the graph's input, and followed by
 * nothing but a ReLU (which becomes the lower end of the output's range) or further convolutions. The activations are
 * their inputs and outputs, and what pooling and joining pass between them.
 */
export function planQuantization({ nodes, initializers, inputs, outputs }: ModelFile): QuantizationPlan {
  const users = new Map<string, FileNode[]>();
  const maker = new Map<string, FileNode>();
  for (const node of nodes) {
    for (const name of node.inputs) users.set(name, [...(users.get(name) ?? []), node]);
    for (const name of node.outputs) maker.set(name, node);
  }
  const usersOf = (name: string) => users.get(name) ?? [];
  const constant = (name: string) => {
    const tensor = initializers.get(name);
    // A constant that two nodes share stays as it is for the other.
    return tensor && usersOf(name).length === 1 ? floatsOf(tensor) : undefined;
  };

  const convolutions = new Map<FileNode, { shape: number[]; data: Float32Array }>();
  const activations = new Set<string>();
  for (const node of nodes) {
    if (node.type !== 'Conv' || node.domain !== '') continue;
    const [x, weight, bias] = node.inputs;
    const [y] = node.outputs;
    const weights = constant(weight);
    const after = usersOf(y);
    const [first] = after;
    const toRelu = after.length === 1 && first.type === 'Relu' && first.domain === '';
    const toConvolutions = after.length > 0 && after.every(({ type }) => type === 'Conv');
    const fits = weights?.shape.length === 4 && (bias === undefined || constant(bias));
    if (!fits || inputs.includes(x) || outputs.includes(y) || !(toRelu || toConvolutions)) continue;
    convolutions.set(node, weights);
    activations.add(x).add(toRelu ? first.outputs[0] : y);
  }

  // Back through what only moves values, so that they are already bytes when they are moved.
  const sharesWith = new Map<string, string>();
  const waiting = [...activations];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = maker.get(name);
    if (node?.type !== 'MaxPool' && node?.type !== 'Concat') continue;
    if (node.type === 'MaxPool') sharesWith.set(name, node.inputs[0]);
    for (const source of node.inputs) {
      if (activations.has(source)) continue;
      activations.add(source);
      waiting.push(source);
    }
  }
  return { convolutions, activations, sharesWith };
}
