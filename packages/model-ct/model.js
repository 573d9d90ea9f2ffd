// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: '7f2ca76c953a21d7205b6075f2c543f8f892c29695f74f63f644572032dd3d9b',
  size: 7770405,
};
