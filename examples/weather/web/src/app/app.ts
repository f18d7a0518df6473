import { Component, computed, inject, signal, DestroyRef } from '@angular/core';
import { callService, type CallResult } from './call-service';
import { isLocalIssuer, loadLocalTokens, loadSiteConfig, type SiteConfig } from './site-config';
import { formatClaim, readClaims } from './token-claims';

type Identity = 'nobody' | 'user' | 'admin' | 'pasted';

interface Service {
  readonly name: string;
  /** Behind the gateway. */
  readonly path: string;
  /** On the service itself, for the local test without a gateway. */
  readonly ownPath: string;
}

const services: readonly Service[] = [
  { name: 'weather', path: '/weather/weatherforecast', ownPath: '/weatherforecast' },
  { name: 'values', path: '/values/values', ownPath: '/values' },
];

@Component({
  selector: 'app-root',
  templateUrl: './app.html',
  styleUrl: './app.css',
})
export class App {
  protected readonly services = services;
  protected readonly config = signal<SiteConfig | undefined>(undefined);
  protected readonly problem = signal<string | undefined>(undefined);
  protected readonly localTokens = signal<{ readonly admin: string; readonly user: string } | undefined>(undefined);
  protected readonly identity = signal<Identity>('nobody');
  protected readonly pasted = signal('');
  protected readonly direct = signal(false);
  protected readonly directUrl = signal('http://127.0.0.1:5000');
  protected readonly calling = signal<string | undefined>(undefined);
  protected readonly result = signal<CallResult | undefined>(undefined);

  protected readonly token = computed(() => {
    switch (this.identity()) {
      case 'admin':
        return this.localTokens()?.admin ?? '';
      case 'user':
        return this.localTokens()?.user ?? '';
      case 'pasted':
        return this.pasted()
          .trim()
          .replace(/^Bearer\s+/i, '');
      case 'nobody':
        return '';
    }
  });
  protected readonly claims = computed(() => {
    const claims = readClaims(this.token());
    return claims === undefined ? undefined : Object.entries(claims).map(([name, value]) => ({ name, text: formatClaim(name, value) }));
  });
  protected readonly outcome = computed(() => {
    const status = this.result()?.status;
    return status === undefined ? 'none' : status < 300 ? 'good' : status < 500 ? 'refused' : 'broken';
  });

  #alive = true;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.#alive = false;
    });
    void this.#start();
  }

  protected async call(service: Service): Promise<void> {
    const url = this.direct()
      ? `${this.directUrl().replace(/\/+$/, '')}${service.ownPath}`
      : `${this.config()?.apiUrl ?? ''}${service.path}`;
    this.calling.set(service.name);
    const result = await callService(url, this.token());
    if (!this.#alive) return;
    this.result.set(result);
    this.calling.set(undefined);
  }

  protected choose(identity: string): void {
    this.identity.set(identity as Identity);
    // An answer to somebody else would mislead.
    this.result.set(undefined);
  }

  protected turn(direct: boolean): void {
    this.direct.set(direct);
    this.result.set(undefined);
  }

  async #start(): Promise<void> {
    try {
      const config = await loadSiteConfig();
      this.config.set(config);
      if (isLocalIssuer(config.issuer)) this.localTokens.set(await loadLocalTokens(config.issuer));
    } catch (error) {
      this.problem.set(error instanceof Error ? error.message : String(error));
    }
  }
}
