import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Docker from 'dockerode';
import { PulledImages } from '../../src/containers/pulled-images.ts';
import { temporaryDirectory } from './task-fixture.ts';

const one = '127.0.0.1:4566/assets@sha256:1';
const other = '127.0.0.1:4566/assets@sha256:2';
const third = '127.0.0.1:4566/weather@sha256:3';

/** Tells what was removed; what a container uses can't be. */
function fakeDocker(used: readonly string[] = []): { readonly docker: Docker; readonly removed: string[] } {
  const removed: string[] = [];
  const remove = async (name: string): Promise<void> => {
    if (used.includes(name)) throw Object.assign(new Error('conflict'), { statusCode: 409 });
    removed.push(name);
  };
  return { docker: { getImage: (name: string) => ({ remove: () => remove(name) }) } as unknown as Docker, removed };
}

test('Images of one repository that tasks want, or are made from, stay, all of them; those that nobody has wanted since go, in the next engine too', async () => {
  using temporary = temporaryDirectory();
  const pulled = new PulledImages(temporary.path);
  for (const reference of [one, other, third]) pulled.add(reference);
  const { docker, removed } = fakeDocker();
  await pulled.removeUnwanted(docker, []);
  // Docker would take its name away, since the image has another one.
  await pulled.removeUnwanted(docker, [one, other, third]);
  assert.deepEqual(removed, []);
  const next = new PulledImages(temporary.path);
  next.wanted(other);
  next.wanted('127.0.0.1:4566/assets@sha256:pulled-by-somebody-else');
  await next.removeUnwanted(docker, []);
  assert.deepEqual(removed, [one, third]);
  await next.removeUnwanted(docker, []);
  assert.deepEqual(removed, [one, third, other]);
});

test('An image that a container uses stays, and is tried again', async () => {
  using temporary = temporaryDirectory();
  new PulledImages(temporary.path).add(one);
  const pulled = new PulledImages(temporary.path);
  await pulled.removeUnwanted(fakeDocker([one]).docker, []);
  const { docker, removed } = fakeDocker();
  await pulled.removeUnwanted(docker, []);
  assert.deepEqual(removed, [one]);
});
