import type { Assembly } from '../template/assembly.ts';
import { assetUris } from './assets.ts';
import type { EngineAccount } from './engine-account.ts';

/** Removes what the registry and the Docker engine hold of images that were built for this project and that the application does not name any more. */
export async function removeOldImages(account: EngineAccount, assembly: Assembly): Promise<void> {
  if (account.runtime.removeImagesBut === undefined) return;
  const uris = assetUris(account, assembly);
  const images = uris.flatMap((uri) => account.directory.find('image', uri) ?? []);
  await account.runtime.removeImagesBut(images);
  (await account.directory.find('imageRegistry', account.id)?.open())?.retainAssets(new Set(uris));
}
