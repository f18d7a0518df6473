import { extname } from 'node:path';

/** As the AWS CLI guesses, from Python's table (S3W-034): no charset, and nothing for extensions that it does not know. */
const byExtension: Readonly<Record<string, string>> = {
  '.aac': 'audio/aac',
  '.avif': 'image/avif',
  '.bmp': 'image/bmp',
  '.css': 'text/css',
  '.csv': 'text/csv',
  '.gif': 'image/gif',
  '.htm': 'text/html',
  '.html': 'text/html',
  '.ico': 'image/vnd.microsoft.icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.mjs': 'text/javascript',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.otf': 'font/otf',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.tiff': 'image/tiff',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain',
  '.wasm': 'application/wasm',
  '.wav': 'audio/x-wav',
  '.webm': 'video/webm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xml': 'text/xml',
  '.zip': 'application/zip',
};

/** Extensions that name an encoding: the type is that of the name before them. */
const encodings = new Set(['.br', '.bz2', '.gz', '.xz']);

/** The content type that an object gets by its name; S3's own default when there is none to guess (S3W-018). */
export function guessContentType(name: string): string {
  const extension = extname(name).toLowerCase();
  const plain = encodings.has(extension) ? extname(name.slice(0, -extension.length)).toLowerCase() : extension;
  return byExtension[plain] ?? 'binary/octet-stream';
}
