import type { Account, AwsHandler } from './account.ts';

/** Serves a service whose code is read with its first call: most runs call few services. */
export function lazyHandler(account: Account, load: () => Promise<(account: Account) => AwsHandler>): AwsHandler {
  let loading: Promise<AwsHandler> | undefined;
  return (request, response, call) => {
    loading ??= load().then((serve) => serve(account));
    loading.then(
      (handler) => handler(request, response, call),
      // The code is there or the installation is broken; there is nothing to tell the client.
      () => response.destroy(),
    );
  };
}
