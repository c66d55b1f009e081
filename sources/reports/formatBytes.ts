const units = [`bytes`, `KB`, `MB`, `GB`];

/** A size as people say it: `0 bytes`, `1.5 MB`. */
export function formatBytes(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;

  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
