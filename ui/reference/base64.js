// Stands for the package js-base64, which the generators import for passwords of HTTP Basic. No example has one.
export function encode() {
  throw new Error("examples have no passwords");
}
export const Base64 = { encode };
