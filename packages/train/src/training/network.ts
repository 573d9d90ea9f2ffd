import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { adamFactors } from '../ops/adam.ts';
import { exportModel } from '../unet/inference.ts';
import { trainStep } from '../unet/train-step.ts';
import type { Unet, UnetWeights } from '../unet/unet.ts';
import type { PredictBatch } from './clicks.ts';

/**
 * The parts of onnxruntime that training needs: pass `onnxruntime-node` (or `onnxruntime-web`) as it is.
 * Nothing here imports a runtime, so that the caller chooses the build and the execution provider.
 */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => Tensor;
}

/** Weights together with Adam's two moments: what a checkpoint keeps. */
export interface TrainingState extends UnetWeights {
  readonly m: Float32Array;
  readonly v: Float32Array;
}

export interface StepResult {
  readonly state: TrainingState;
  readonly loss: number;
  /** Dice of each image, `[n]` */
  readonly dice: Float32Array;
}

/** A network in training: one session that steps, and a fresh one for each prediction mode. */
export interface TrainingNetwork {
  step(
    state: TrainingState,
    input: Float32Array,
    target: Float32Array,
    t: number,
    rate: number,
  ): Promise<StepResult>;
  /** Evaluates `body` with predictions of these weights, in evaluation mode. */
  predicting<R>(weights: UnetWeights, body: (predict: PredictBatch) => Promise<R>): Promise<R>;
  dispose(): Promise<void>;
}

/** PyTorch's momentum of the running statistics. */
const MOMENTUM = 0.1;

export async function trainingNetwork(
  net: Unet,
  ort: OnnxRuntime,
  { batch, shape: [h, w], threads }: { batch: number; shape: readonly [number, number]; threads?: number },
): Promise<TrainingNetwork> {
  const options = { intraOpNumThreads: threads, logSeverityLevel: 3 } as const;
  const session = await ort.InferenceSession.create(trainStep(net, { batch, size: [h, w] }), options);
  const tensor = (data: Float32Array, shape: readonly number[]) => new ort.Tensor('float32', data, shape);
  const flat = (data: Float32Array) => tensor(data, [data.length]);
  const scalar = (value: number) => tensor(new Float32Array([value]), []);
  const data = (t: Tensor) => t.data as Float32Array;

  return {
    async step(state, input, target, t, learningRate) {
      const { rate, correction } = adamFactors(learningRate, t);
      const out = await session.run({
        x: tensor(input, [batch, 3, h, w]),
        target: tensor(target, [batch, 1, h, w]),
        parameters: flat(state.parameters),
        m: flat(state.m),
        v: flat(state.v),
        rate: scalar(rate),
        correction: scalar(correction),
      });
      const { means, variances } = runningStatistics(
        net,
        state,
        data(out.means),
        data(out.variances),
        batch * h * w,
      );
      return {
        state: {
          parameters: data(out.new_parameters),
          m: data(out.new_m),
          v: data(out.new_v),
          means,
          variances,
        },
        loss: data(out.loss)[0],
        dice: data(out.dice),
      };
    },

    async predicting(weights, body) {
      // A new session each time costs 40 ms at width 16; its constant weights make every forward pass
      // 1.7 times as fast as one session whose weights are fed, as onnxruntime can lay them out in advance.
      const forward = await ort.InferenceSession.create(exportModel(net, weights), options);
      try {
        return await body(async (input, n) => {
          const out = await forward.run({ input: tensor(input, [n, 3, h, w]) });
          return data(out.probability);
        });
      } finally {
        await forward.release();
      }
    },

    dispose: () => session.release(),
  };
}

/** Running statistics as PyTorch keeps them: momentum 0.1, and the unbiased variance. */
function runningStatistics(
  net: Unet,
  before: UnetWeights,
  means: Float32Array,
  variances: Float32Array,
  pixels: number,
): Pick<UnetWeights, 'means' | 'variances'> {
  const result = { means: new Float32Array(means.length), variances: new Float32Array(means.length) };
  for (const { channels, offset, depth } of net.layout.norms) {
    const count = pixels / 4 ** depth;
    for (let c = offset; c < offset + channels; c++) {
      const unbiased = (variances[c] * count) / Math.max(1, count - 1);
      result.means[c] = before.means[c] + MOMENTUM * (means[c] - before.means[c]);
      result.variances[c] = before.variances[c] + MOMENTUM * (unbiased - before.variances[c]);
    }
  }
  return result;
}
