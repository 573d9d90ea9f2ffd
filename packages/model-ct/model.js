// Written by `clickseg-train publish`.
export const model = {
  url: new URL('./model.onnx', import.meta.url),
  sha256: 'db5d2ac405a3defcb055b148846dc44c2ef5869bf7ab5c6db03c04ac575fb817',
  size: 7770405,
};
