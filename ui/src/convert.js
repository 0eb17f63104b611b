// WebP, which the server does not take, becomes PNG if it is transparent and JPEG otherwise.

export async function toUploadable(file) {
  if (file.type !== "image/webp") return file;
  try {
    const bitmap = await createImageBitmap(file);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let isOpaque = true;
    for (let at = 3; at < data.length && isOpaque; at += 4) isOpaque = data[at] === 255;
    const type = isOpaque ? "image/jpeg" : "image/png";
    const blob = await canvas.convertToBlob({ type, quality: 0.9 });
    return new File([blob], file.name.replace(/\.webp$/i, isOpaque ? ".jpg" : ".png"), { type });
  } catch {
    return file;
  }
}
