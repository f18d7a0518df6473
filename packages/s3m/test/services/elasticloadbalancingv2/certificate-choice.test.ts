import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseCertificates } from '../../../src/services/elasticloadbalancingv2/tls/certificate-choice.ts';
import type { ServedCertificate } from '../../../src/services/elasticloadbalancingv2/tls/served-certificate.ts';

const served = (arn: string, domainNames: readonly string[] | undefined, kind: 'ec' | 'rsa' = 'rsa', bits = 2048): ServedCertificate => ({
  arn,
  domainNames,
  key: { kind, bits },
  materialFor: () => Promise.reject(new Error('nobody shows it')),
});

const usual = served('usual', ['example.com']);
const shop = served('shop', ['shop.example.com', 'Basket.example.com']);
const any = served('any', ['*.example.com']);
const anyEc = served('any-ec', ['*.example.com'], 'ec', 256);
const long = served('long', ['shop.example.com'], 'rsa', 4096);
const foreign = served('foreign', undefined, 'ec', 256);

for (const [title, name, list, expected] of [
  ['a client that names nobody sees the default one (NLB-012)', undefined, [shop, any], ['usual']],
  ['a name of the list, of any case', 'basket.example.com', [shop], ['shop']],
  ['a wildcard stands for one label', 'a.example.com', [any], ['any']],
  ['a wildcard stands for no more than one label', 'a.b.example.com', [any], ['usual']],
  ['a wildcard is not for the bare domain', 'example.com', [any], ['usual']],
  ['nobody has the name: the default one', 'other.org', [shop, any], ['usual']],
  ['ECDSA comes before RSA, which is there for clients that cannot', 'shop.example.com', [shop, anyEc], ['any-ec', 'shop']],
  ['the longer key', 'shop.example.com', [shop, long], ['long']],
  ['of equal keys the one that has the very name', 'shop.example.com', [any, shop], ['shop']],
  ['of unknown names, before a default one that is for others', 'other.org', [shop, foreign], ['foreign']],
  ['of unknown names, after one that has the name', 'shop.example.com', [foreign, shop], ['shop']],
  ['of unknown names, after a default one that has the name', 'example.com', [foreign], ['usual']],
] satisfies [string, string | undefined, ServedCertificate[], string[]][]) {
  test(`certificate of a listener: ${title}`, () =>
    assert.deepEqual(
      chooseCertificates(name, usual, list).map(({ arn }) => arn),
      expected,
    ));
}
