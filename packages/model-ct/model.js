// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: 'a00dabce4439a50ecd62febbc797b5cf9b895f9e2001d77edba31d399c63da17',
  size: 7770405,
};
