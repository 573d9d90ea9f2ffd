// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: '25fbe6fe652d9b2b1331da7adcee73834705d34114ab5a378f7c9aaa9c35e0e3',
  size: 7770355,
};
